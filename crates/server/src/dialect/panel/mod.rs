//! The panel's API: JSON with small integer ids, amounts as exact numbers, times in ISO 8601.
//!
//! Amounts are written without zeros at their end, as people write them: `100`, `19.9`, `0.0004`.
//! Those of bitcoin too: even 21 million of them with eight digits survive a reader's floats.

pub mod event;
pub mod filter;
pub mod invoice;
pub mod request;
pub mod store;
pub mod summary;
pub mod webhook;

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value, json};
use specie_core::time::Timestamp;

/// What is wrong with a request, by field, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Adds what is wrong with a field: the words go behind its name.
    pub fn add(&mut self, field: &'static str, words: &str) {
        self.0.push((field, format!("The {field} field {words}.")));
    }

    /// One problem.
    #[must_use]
    pub fn one(field: &'static str, words: &str) -> Self {
        let mut problems = Self::default();
        problems.add(field, words);
        problems
    }

    /// Keeps what a reader made of a field, or the words for why it made nothing of it.
    pub fn keep<T>(&mut self, field: &'static str, read: Result<T, String>) -> Option<T> {
        read.map_err(|words| self.add(field, &words)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `{"message": …, "errors": {field: […]}}`: the first of them, and all of them.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut errors = Map::new();
        for (field, words) in &self.0 {
            errors.insert((*field).to_owned(), json!([words]));
        }
        let first = self.0.first().map_or("", |(_, words)| words.as_str());
        json!({ "message": first, "errors": errors })
    }
}

/// A success.
#[must_use]
pub fn success(data: &Value) -> Value {
    json!({ "success": true, "data": data })
}

/// A page of a list. `next` is the address of what follows and the cursor in it, if anything does.
#[must_use]
pub fn page(data: &[Value], per_page: u32, next: Option<(&str, &str)>) -> Value {
    json!({
        "success": true,
        "data": data,
        "links": { "next": next.map(|(address, _)| address) },
        "meta": { "per_page": per_page, "next_cursor": next.map(|(_, cursor)| cursor) },
    })
}

/// A decimal as an exact JSON number.
fn number(value: Decimal) -> Value {
    let text = value.normalize().to_string();
    Number::from_str(&text).map_or(Value::Null, Value::Number)
}

/// Satoshis as a JSON number of bitcoin.
fn btc(sats: u64) -> Value {
    number(Decimal::from_i128_with_scale(i128::from(sats), 8))
}

/// ISO 8601 with milliseconds and `Z`.
fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| format!("{at:.3}")).unwrap_or_default()
}
