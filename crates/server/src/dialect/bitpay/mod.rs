//! BitPay's API as BTCPay Server serves it, and where BitPay's own document says more, as that.
//!
//! Where the two have a known flaw that no client depends on, the sound value is given: real
//! exchange rates instead of zeros, `paidLate` spelt as documented, stable tokens.

pub mod adjustment;
pub mod application;
pub mod body;
pub mod button;
pub mod currency;
pub mod facade;
pub mod filter;
pub mod invoice;
pub mod ipn;
pub mod ledger;
pub mod listener;
pub mod rate;
pub mod refund;
pub mod request;
pub mod token;

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Number;
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// A decimal as a JSON number with at least one digit behind the point: `20.0`, `0.001`.
#[derive(Debug, Clone, Copy)]
pub struct Num(pub Decimal);

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = self.0.normalize().to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        Number::from_str(&text).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl utoipa::PartialSchema for Num {
    fn schema() -> RefOr<Schema> {
        let words = "An exact number, with at least one digit behind the point: `20.0`, `0.001`.";
        ObjectBuilder::new().schema_type(Type::Number).description(Some(words)).into()
    }
}

impl ToSchema for Num {
    fn name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }
}

/// What clients read, and this server has nothing to say of: always `null`.
fn nothing() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Null).into()
}

/// A request that does not make sense in this dialect, in words for its author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRequest(pub String);

impl BadRequest {
    /// The parameter or field that makes no sense, if the words begin with its name.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        let (name, _) = self.0.strip_prefix('\'')?.split_once('\'')?;
        Some(name)
    }
}
