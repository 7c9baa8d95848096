//! A number that may be missing, as an exact decimal.
//!
//! Reading goes around `rust_decimal`'s own module for this, which takes nothing but texts as soon as any crate of the
//! program turns on the feature `serde-str`.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

pub use rust_decimal::serde::arbitrary_precision_option::serialize;

#[derive(Deserialize)]
struct Number(#[serde(with = "rust_decimal::serde::arbitrary_precision")] Decimal);

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(decimal)| decimal))
}
