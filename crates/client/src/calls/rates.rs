//! Rates, currencies and ledgers.

use super::endpoints;
use crate::{Balance, Call, Currency, LedgerEntry, LedgerFilter, Rate};

endpoints! { Client;
    /// What a bitcoin costs, in every currency that the store has a rate for.
    ///
    fn get_rates() -> Vec<Rate> { Call::get(["rates"]) }

    /// The same; `base` is `BTC`.
    ///
    fn get_rates_of(base: &str) -> Vec<Rate> { Call::get(["rates", base]) }

    /// What one of `base` (`BTC`) costs in `currency`.
    ///
    fn get_rate(base: &str, currency: &str) -> Rate { Call::get(["rates", base, currency]) }

    /// What prices can be in.
    ///
    fn get_currencies() -> Vec<Currency> { Call::get(["currencies"]) }

    /// What the store earned, by currency.
    ///
    fn get_ledgers() -> Vec<Balance> { Call::get(["ledgers"]) }

    /// The entries that add up to a balance, oldest first, at most 1,000. `currency` is `BTC`.
    ///
    fn get_ledger(currency: &str, filter: &LedgerFilter) -> Vec<LedgerEntry> {
        Call::get(["ledgers", currency])
            .query("startDate", filter.start_date.as_ref())
            .query("endDate", filter.end_date.as_ref())
            .query("limit", filter.limit)
            .query("offset", filter.offset)
            .bare()
    }
}
