//! Currencies in answers.

use serde_json::{Value, json};
use specie_core::money::Currency;

/// A currency as BitPay lists it. Nothing is exchanged here, so nothing is charged for it; what a
/// merchant earns lies in its wallet as bitcoin.
#[must_use]
pub fn currency(currency: Currency) -> Value {
    let is_bitcoin = currency == Currency::Btc;
    let fields: &[&str] = if is_bitcoin { &["bitcoinAddress"] } else { &[] };
    json!({
        "code": currency.code(),
        "symbol": currency.symbol(),
        "precision": currency.decimals(),
        "exchangePctFee": 0,
        "payoutEnabled": is_bitcoin,
        "name": currency.name(),
        "plural": currency.name(),
        "alts": if is_bitcoin { "btc" } else { "" },
        "payoutFields": fields,
    })
}
