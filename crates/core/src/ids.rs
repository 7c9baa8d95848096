//! Identifiers: 16 bytes inside, random for the most part, base58 (Bitcoin alphabet, 16 to 22 characters) outside.
//!
//! Each noun has its own type, so that a store's id can never be passed for an invoice's.
//! The bytes are made by the caller; an invoice's and a delivery's begin with the time.

use std::fmt;
use std::str::FromStr;

use bitcoin::base58;
use serde::{Deserialize, Serialize};

/// The text is not base58 of exactly 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected base58 of 16 bytes")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// From 16 bytes, new ones for a new id.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base58::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Base58 decoding is quadratic: refuse long texts before looking at them.
                if text.len() > 22 {
                    return Err(InvalidId);
                }
                let bytes = base58::decode(text).map_err(|_| InvalidId)?;
                Ok(Self(bytes.try_into().map_err(|_| InvalidId)?))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// A person who can log in.
    UserId,
    /// A merchant's shop.
    StoreId,
    /// A wallet: one watch-only descriptor on one network.
    WalletId,
    /// An access token's row. The token itself is derived from it with the server's key.
    TokenId,
    /// A token of the panel's API: its row. The token itself is kept nowhere.
    ApiTokenId,
    /// An invoice; also its public, unguessable address.
    InvoiceId,
    /// A store's webhook. Its secret is derived from it with the server's key.
    WebhookId,
    /// A request for an account.
    ApplicationId,
    /// A link that lets somebody into a store.
    InvitationId,
    /// One notification that has to reach one endpoint.
    DeliveryId,
    /// A refund of an invoice.
    RefundId,
    /// A transaction that spends a wallet's coins, in one version, for its merchant to sign.
    SpendId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        for bytes in [[0; 16], [255; 16], *b"sixteen bytes ok"] {
            let id = InvoiceId::from_bytes(bytes);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn what_is_not_base58_of_16_bytes_is_no_id() {
        for text in ["", "abc", "0OIl", "QzFf7p3nHwB2tJgXcVd8aMx", &"1".repeat(10_000), "é"] {
            assert_eq!(text.parse::<InvoiceId>(), Err(InvalidId), "{text}");
        }
    }
}
