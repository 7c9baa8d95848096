//! Parameters of a statement: the few kinds of values that both engines store.

use bitcoin::hashes::Hash;
use bitcoin::{Amount, ScriptBuf, Txid};
use rust_decimal::Decimal;
use specie_core::ids::{
    ApiTokenId, ApplicationId, DeliveryId, InvitationId, InvoiceId, RefundId, SpendId, StoreId, TokenId,
    UserId, WalletId, WebhookId,
};
use specie_core::money::Currency;
use specie_core::script::Keychain;
use specie_core::time::Timestamp;

/// A value for a `$n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// SQL `NULL`.
    Null,
    /// A 64-bit integer; also truth (0 and 1), times (ms) and amounts (sats).
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $param:expr;)+) => {$(
        impl From<$from> for Param {
            fn from($value: $from) -> Self {
                $param
            }
        }
    )+};
}

from! {
    i64 => |v| Self::Int(v);
    u32 => |v| Self::Int(i64::from(v));
    bool => |v| Self::Int(i64::from(v));
    &str => |v| Self::Text(v.to_owned());
    String => |v| Self::Text(v);
    &String => |v| Self::Text(v.clone());
    Vec<u8> => |v| Self::Blob(v);
    &[u8] => |v| Self::Blob(v.to_vec());
    [u8; 32] => |v| Self::Blob(v.to_vec());
    Timestamp => |v| Self::Int(v.as_millis());
    // Amounts are at most 21 million bitcoin, far below the largest integer.
    Amount => |v| Self::Int(i64::try_from(v.to_sat()).unwrap_or(i64::MAX));
    Decimal => |v| Self::Text(v.to_string());
    Currency => |v| Self::Text(v.code().to_owned());
    &ScriptBuf => |v| Self::Blob(v.to_bytes());
    UserId => |v| Self::Blob(v.as_bytes().to_vec());
    StoreId => |v| Self::Blob(v.as_bytes().to_vec());
    WalletId => |v| Self::Blob(v.as_bytes().to_vec());
    ApplicationId => |v| Self::Blob(v.as_bytes().to_vec());
    ApiTokenId => |v| Self::Blob(v.as_bytes().to_vec());
    TokenId => |v| Self::Blob(v.as_bytes().to_vec());
    InvitationId => |v| Self::Blob(v.as_bytes().to_vec());
    InvoiceId => |v| Self::Blob(v.as_bytes().to_vec());
    DeliveryId => |v| Self::Blob(v.as_bytes().to_vec());
    WebhookId => |v| Self::Blob(v.as_bytes().to_vec());
    RefundId => |v| Self::Blob(v.as_bytes().to_vec());
    SpendId => |v| Self::Blob(v.as_bytes().to_vec());
    Txid => |v| Self::Blob(v.as_byte_array().to_vec());
    Keychain => |v| Self::Text(v.name().to_owned());
}

/// `params![a, b]`: an array of [`Param`], each by `Into`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::params::Param::from($value)),*]
    };
}
pub(crate) use params;
