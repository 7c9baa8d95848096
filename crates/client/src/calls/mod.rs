//! Every call of BitPay's API, as a [`Call`](crate::Call) to be sent by a client.
//!
//! The same functions are methods of [`Client`](crate::Client) and of the blocking one, which send what they make. Here
//! they are for those who want a call as a value: to read its answer as something else
//! ([`read_as`](crate::Call::read_as)), or to name it
//! ([`with_idempotency_key`](crate::Call::with_idempotency_key)).
//!
//! ```
//! use specie_client::{NewInvoice, calls};
//!
//! let call = calls::create_invoice(&NewInvoice::new(20, "USD"))
//!     .with_idempotency_key("order-A-17")
//!     .read_as::<serde_json::Value>();
//! ```

mod invoices;
mod listeners;
mod pairing;
mod rates;
mod refunds;

pub use invoices::*;
pub use listeners::*;
pub use pairing::*;
pub use rates::*;
pub use refunds::*;

/// Writes each call down once, and makes three functions of it: the call itself, the async client's method and the
/// blocking client's.
macro_rules! endpoints {
    ($client:ident; $(
        $(#[$doc:meta])*
        fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $answer:ty $made:block
    )*) => {
        $($(#[$doc])* pub fn $name($($arg: $type),*) -> $crate::Call<$answer> $made)*

        impl $crate::$client {
            $(
                $(#[$doc])*
                /// # Errors
                /// [`Error`](crate::Error): the server refused, or could not be asked.
                pub async fn $name(&self, $($arg: $type),*) -> Result<$answer, $crate::Error> {
                    self.send($name($($arg),*)).await
                }
            )*
        }

        #[cfg(feature = "blocking")]
        impl $crate::blocking::$client {
            $(
                $(#[$doc])*
                /// # Errors
                /// [`Error`](crate::Error): the server refused, or could not be asked.
                pub fn $name(&self, $($arg: $type),*) -> Result<$answer, $crate::Error> {
                    self.send($name($($arg),*))
                }
            )*
        }
    };
}

pub(crate) use endpoints;
