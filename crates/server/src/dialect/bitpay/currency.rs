//! Currencies in answers.

use serde::Serialize;
use specie_core::money;
use utoipa::ToSchema;

/// A currency as BitPay lists it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Currency {
    /// ISO 4217, `BTC` or `SATS`.
    #[schema(example = "USD")]
    code: &'static str,
    /// How people write it.
    #[schema(example = "$")]
    symbol: String,
    /// The number of decimals.
    #[schema(example = 2)]
    precision: u32,
    /// Nothing is exchanged here, so nothing is charged for it.
    exchange_pct_fee: u32,
    /// Whether what a merchant earns lies in it: bitcoin alone.
    payout_enabled: bool,
    /// Its name.
    #[schema(example = "United States dollar")]
    name: String,
    /// The same.
    plural: String,
    /// Other names.
    alts: &'static str,
    /// What is needed to be paid in it.
    payout_fields: &'static [&'static str],
}

/// A currency. Nothing is exchanged here, so nothing is charged for it; what a merchant earns lies in
/// its wallet as bitcoin.
#[must_use]
pub fn currency(currency: money::Currency) -> Currency {
    let is_bitcoin = currency == money::Currency::Btc;
    Currency {
        code: currency.code(),
        symbol: currency.symbol(),
        precision: currency.decimals(),
        exchange_pct_fee: 0,
        payout_enabled: is_bitcoin,
        name: currency.name().to_owned(),
        plural: currency.name().to_owned(),
        alts: if is_bitcoin { "btc" } else { "" },
        payout_fields: if is_bitcoin { &["bitcoinAddress"] } else { &[] },
    }
}
