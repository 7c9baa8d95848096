//! Coinbase's public exchange rates: `GET /v2/exchange-rates?currency=BTC`.
//!
//! The answer has `data` with the `currency` that was asked for, and `rates`: what one unit of it
//! is worth in every other that Coinbase knows, money, metals and hundreds of tokens. It says of no
//! price how old it is.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use specie_core::money::Currency;

use super::{Entries, FeedError, Prices, each_once, json, number};

/// Where it is.
pub(super) const ADDRESS: &str = "https://api.coinbase.com";
/// What is asked.
pub(super) const TARGET: (&str, &str) = ("/v2/exchange-rates", "currency=BTC");

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    currency: String,
    rates: Entries<Value>,
}

/// Reads an answer.
///
/// # Errors
/// [`FeedError`] if it is none, or prices something else than bitcoin.
pub(super) fn parse(body: &[u8]) -> Result<Prices, FeedError> {
    let Data { currency: base, rates: Entries(rates) } = json::<Answer>(body)?.data;
    // A bitcoin is one bitcoin: an answer that says otherwise is about something else, whatever
    // its head says.
    let mut own = rates.iter().filter(|(code, _)| code == "BTC").map(|(_, rate)| number(rate));
    if base != "BTC" || own.any(|rate| rate != Some(Decimal::ONE)) {
        return Err(FeedError::NotBitcoin);
    }
    let prices = rates.iter().filter_map(|(code, rate)| Some((currency(code)?, number(rate))));
    let prices = each_once(prices.collect());
    if prices.is_empty() { Err(FeedError::Form) } else { Ok(prices) }
}

/// The currency of a code. Tokens are told from money by their codes alone, so a code has to be
/// written as ISO 4217 writes it.
fn currency(code: &str) -> Option<Currency> {
    let is_code = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    code.parse().ok().filter(|currency: &Currency| is_code && currency.constant_rate().is_none())
}
