//! Kraken's public ticker: `GET /0/public/Ticker?pair=…`.
//!
//! The answer has an `error` list and a `result` with a ticker for each pair: `a` and `b`, the best
//! ask and bid, and `c`, the last trade, each a list whose first item is the price. It calls pairs
//! by other names than it was asked for (`XXBTZUSD` for `XBTUSD`, but `XBTCHF`), and says of no
//! price how old it is. So the last trade counts only as far as the order book bears it out.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use specie_core::money::Currency;

use super::{Entries, FeedError, Prices, each_once, json, number};

/// Where it is.
pub(super) const ADDRESS: &str = "https://api.kraken.com";
/// What is asked: the currencies that Kraken trades bitcoin in.
pub(super) const TARGET: (&str, &str) =
    ("/0/public/Ticker", "pair=XBTUSD,XBTEUR,XBTGBP,XBTCAD,XBTJPY,XBTCHF,XBTAUD");

/// How far the last trade may be from the best bid and ask, and these from each other, in percent
/// of the bid.
const MAX_APART_PERCENT: i64 = 5;

#[derive(Deserialize)]
struct Answer {
    error: Vec<String>,
    result: Option<Entries<Value>>,
}

#[derive(Deserialize)]
struct Ticker {
    a: Vec<Value>,
    b: Vec<Value>,
    c: Vec<Value>,
}

/// Reads an answer.
///
/// # Errors
/// [`FeedError`] if it is none, is an error, or has no pair of bitcoin.
pub(super) fn parse(body: &[u8]) -> Result<Prices, FeedError> {
    let answer: Answer = json(body)?;
    for error in &answer.error {
        refusal(error).map_or(Ok(()), Err)?;
    }
    let pairs = match answer.result {
        Some(Entries(pairs)) => pairs,
        None if answer.error.is_empty() => return Err(FeedError::Form),
        None => return Err(FeedError::Refused("it knows none of the pairs")),
    };
    let prices = pairs.into_iter().filter_map(|(pair, ticker)| Some((currency(&pair)?, price(ticker))));
    let prices = each_once(prices.collect());
    if prices.is_empty() { Err(FeedError::NotBitcoin) } else { Ok(prices) }
}

/// What an item of the error list makes of the answer. A warning makes nothing of it; nor does a
/// pair that is not traded any more, since the others are given all the same.
fn refusal(error: &str) -> Option<FeedError> {
    let (kind, what) = error.split_once(':').unwrap_or((error, ""));
    match (kind, what) {
        (kind, _) if kind.starts_with('W') => None,
        ("EQuery", "Unknown asset pair") => None,
        ("EService", _) => Some(FeedError::Refused("it is out of service")),
        ("EAPI", "Rate limit exceeded") | ("EGeneral", "Temporary lockout" | "Too many requests") => {
            Some(FeedError::Refused("it was asked too often"))
        }
        _ => Some(FeedError::Refused("its answer says that it is an error")),
    }
}

/// The currency that a pair prices bitcoin in: `USD` of `XXBTZUSD`, `XBTUSD`, `XBT/USD`, `BTC/USD`.
/// None if something else is priced, or in something that is no currency.
fn currency(pair: &str) -> Option<Currency> {
    let quote = ["XXBT", "XBT", "BTC"].into_iter().find_map(|base| pair.strip_prefix(base))?;
    let quote = quote.strip_prefix('/').unwrap_or(quote);
    let code = match quote.len() {
        4 => quote.strip_prefix('Z')?,
        _ => quote,
    };
    let is_code = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    code.parse().ok().filter(|_| is_code)
}

/// The last trade, if the order book bears it out.
fn price(ticker: Value) -> Option<Decimal> {
    let Ticker { a, b, c } = serde_json::from_value(ticker).ok()?;
    let [ask, bid, last] = [a.first()?, b.first()?, c.first()?].map(number);
    let (ask, bid, last) = (ask?, bid?, last?);
    let leeway = bid.checked_mul(MAX_APART_PERCENT.into())?.checked_div(Decimal::ONE_HUNDRED)?;
    let (lowest, highest) = (bid.checked_sub(leeway)?, bid.checked_add(leeway)?);
    let sane = bid > Decimal::ZERO && bid <= ask && ask <= highest && (lowest..=highest).contains(&last);
    sane.then_some(last)
}
