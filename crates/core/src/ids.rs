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

/// The signs of base58, in the order of their values.
const SIGNS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// How long an id is, in signs, whose first byte is not zero; and the first of those ids.
const LENGTHS: std::ops::RangeInclusive<u32> = 21..=22;
const FIRST: u128 = 1 << 120;

/// First and last of the ids whose text begins so: a range of bytes for each length that an id may have. None if it begins
/// no id; or with `1`, which stands for a zero byte and begins one in 256.
#[must_use]
pub fn beginning_with(text: &str) -> Vec<([u8; 16], [u8; 16])> {
    let digit =
        |sign: u8| SIGNS.iter().position(|known| *known == sign).and_then(|at| u128::try_from(at).ok());
    let typed = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let digits: Option<Vec<u128>> = text.bytes().map(digit).collect();
    let Some(digits) =
        digits.filter(|digits| digits.first() != Some(&0) && (1..=*LENGTHS.end()).contains(&typed))
    else {
        return Vec::new();
    };
    let value = digits.iter().try_fold(0u128, |value, digit| value.checked_mul(58)?.checked_add(*digit));
    let ranges = LENGTHS.filter(|length| *length >= typed).filter_map(|length| {
        let span = 58u128.checked_pow(length - typed)?;
        let first = value?.checked_mul(span)?;
        let last = first.saturating_add(span - 1);
        (last >= FIRST).then(|| (first.max(FIRST).to_be_bytes(), last.to_be_bytes()))
    });
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_within_the_range_of_every_beginning_of_it() {
        for bytes in [
            [255; 16],
            [1; 16],
            *b"sixteen bytes ok",
            0x0199_aaaa_bbbb_cccc_dddd_eeee_ffff_0000u128.to_be_bytes(),
        ] {
            let id = InvoiceId::from_bytes(bytes).to_string();
            for length in 1..=id.len() {
                let ranges = beginning_with(&id[..length]);
                assert!(
                    ranges.iter().any(|(first, last)| (first..=last).contains(&&bytes)),
                    "{}",
                    &id[..length]
                );
            }
            let whole = beginning_with(&id);
            assert!(whole.contains(&(bytes, bytes)), "a whole id is itself: {id}");
        }
    }

    #[test]
    fn what_is_in_a_range_begins_so() {
        for text in ["2", "zz", "7Yk3pQ", "AbCdEfGhJ"] {
            let ranges = beginning_with(text);
            assert!(!ranges.is_empty(), "{text}");
            for end in ranges.iter().flat_map(|(first, last)| [first, last]) {
                let id = InvoiceId::from_bytes(*end).to_string();
                assert!(id.starts_with(text), "{id} begins with {text}");
            }
        }
        for none in ["", "1", "1abcde", "0OIl00", "abc def", "é", &"z".repeat(22), &"z".repeat(99)] {
            assert_eq!(beginning_with(none), [], "{none}");
        }
    }

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
