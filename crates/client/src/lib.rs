#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod answer;
pub mod api;
mod approval;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
pub mod calls;
mod client;
mod clock;
mod entropy;
mod error;
mod events;
mod host;
mod ipn;
mod key;
mod panel;
pub mod panel_calls;
mod request;
mod retry;
mod secret;
mod settings;
mod sse;
mod tls;
mod tokens;
mod transport;
pub mod webhook;

pub use api::*;
pub use call::{Call, Method};
pub use client::Client;
pub use error::Error;
pub use events::Events;
pub use ipn::{Ipn, IpnEvent};
pub use key::{Key, KeyError, PemError};
pub use panel::Panel;
pub use request::Request;
pub use rust_decimal::Decimal;
pub use secret::Secret;
pub use settings::Settings;
pub use tokens::Tokens;
pub use webhook::{EventName, NotGenuine, WebhookEvent};
