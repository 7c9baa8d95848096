//! The panel's API: JSON with small integer ids, amounts as exact numbers, times in ISO 8601.
//!
//! Amounts are written without zeros at their end, as people write them: `100`, `19.9`, `0.0004`.
//! Those of bitcoin too: even 21 million of them with eight digits survive a reader's floats.

pub mod event;
pub mod filter;
pub mod invoice;
pub mod practice;
pub mod request;
pub mod store;
pub mod summary;
pub mod webhook;

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};
use specie_core::time::Timestamp;
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

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

    /// The first of them, and all of them.
    #[must_use]
    pub fn told(&self) -> Invalid {
        let mut errors = Map::new();
        for (field, words) in &self.0 {
            errors.insert((*field).to_owned(), Value::from(vec![words.as_str()]));
        }
        let first = self.0.first().map_or("", |(_, words)| words.as_str());
        Invalid { message: first.to_owned(), errors }
    }
}

/// Fields make no sense: every one is named.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelInvalid)]
pub struct Invalid {
    /// What is wrong with the first of them.
    #[schema(example = "The amount field is required.")]
    message: String,
    /// What is wrong, by field.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    errors: Map<String, Value>,
}

/// A refusal in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelMessage)]
pub struct Message {
    /// The words.
    #[schema(example = "Unauthenticated. Invalid API Key.")]
    pub message: String,
}

/// A failure with its cause.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelFailure)]
pub struct Failure {
    /// Always `false`.
    pub success: bool,
    /// The cause.
    #[schema(example = "no wallet is connected to the store")]
    pub message: String,
}

/// A success.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelSuccess)]
pub struct Success<T> {
    /// Always `true`.
    success: bool,
    /// What was asked for.
    data: T,
}

/// A success.
#[must_use]
pub fn success<T>(data: T) -> Success<T> {
    Success { success: true, data }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelPage)]
pub struct Page<T> {
    /// Always `true`.
    success: bool,
    /// What is on it.
    data: Vec<T>,
    /// Where the next page is.
    links: Links,
    /// How the list is divided.
    meta: Meta,
}

/// Where the next page is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelLinks)]
pub struct Links {
    /// Its address; `null` on the last page.
    next: Option<String>,
}

/// How a list is divided into pages.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelMeta)]
pub struct Meta {
    /// The most there are on a page.
    per_page: u32,
    /// The cursor of the next page; `null` on the last.
    next_cursor: Option<String>,
}

/// A page of a list. `next` is the address of what follows and the cursor in it, if anything does.
#[must_use]
pub fn page<T>(data: Vec<T>, per_page: u32, next: Option<(String, String)>) -> Page<T> {
    let (next, next_cursor) = next.unzip();
    Page { success: true, data, links: Links { next }, meta: Meta { per_page, next_cursor } }
}

/// A decimal as an exact JSON number, without zeros at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Decimal);

impl Amount {
    /// Satoshis, in bitcoin.
    fn btc(sats: u64) -> Self {
        Self(Decimal::from_i128_with_scale(i128::from(sats), 8))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.normalize().fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Number::from_str(&self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl utoipa::PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let words = "An exact amount, without zeros at its end: `100`, `19.9`, `0.0004`.";
        ObjectBuilder::new().schema_type(Type::Number).description(Some(words)).into()
    }
}

impl ToSchema for Amount {
    fn name() -> std::borrow::Cow<'static, str> {
        "PanelAmount".into()
    }
}

/// ISO 8601 with milliseconds and `Z`.
fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| format!("{at:.3}")).unwrap_or_default()
}
