//! Rates: where a price's worth in bitcoin comes from. Nothing here goes over the network.

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_db::rates::{self, FixedRate};

use super::{App, AppError, Network, Store};

/// Rates of the practice network: round figures, so that nobody takes them for real ones.
const PRACTICE: [(&str, i64); 8] = [
    ("USD", 50_000),
    ("EUR", 45_000),
    ("GBP", 40_000),
    ("JPY", 7_500_000),
    ("CHF", 44_000),
    ("CAD", 70_000),
    ("AUD", 75_000),
    ("KWD", 15_000),
];

/// A rate as it is shown: units of `currency` for one bitcoin.
pub type QuotedRate = Rate;

impl App {
    /// The rate to quote a currency with in a store: constant, else fixed by the merchant, else
    /// built in for practice.
    pub(super) async fn rate_for(&self, store: &Store, currency: Currency) -> Result<Rate, AppError> {
        let found = self.rates(store).await?.into_iter().find(|rate| rate.currency == currency);
        found.or_else(|| self.constant(currency)).ok_or_else(|| AppError::RateUnavailable {
            currency,
            cause: "the store has no rate for it; set one with `specie rates set`".to_owned(),
        })
    }

    /// All rates of a store: those its merchant fixed, and those built in for practice. By
    /// currency code, the store's own currency first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn rates(&self, store: &Store) -> Result<Vec<QuotedRate>, AppError> {
        let id = store.id;
        let fixed = self.0.db.read(move |r| rates::of_store(r, id)).await?;
        let mut all: Vec<Rate> = fixed
            .into_iter()
            .map(|rate| Rate {
                currency: rate.currency,
                per_btc: rate.per_btc,
                source: "fixed".to_owned(),
                observed_at: rate.set_at,
            })
            .collect();
        if store.network == Network::SANDBOX.name {
            for rate in self.practice_rates() {
                if !all.iter().any(|known| known.currency == rate.currency) {
                    all.push(rate);
                }
            }
        }
        if let Some(constant) = self.constant(store.currency) {
            all.push(constant);
        }
        all.sort_by_key(|rate| (rate.currency != store.currency, rate.currency.code()));
        Ok(all)
    }

    /// The rate of a currency that is bitcoin itself.
    #[must_use]
    pub fn constant(&self, currency: Currency) -> Option<Rate> {
        let per_btc = currency.constant_rate()?;
        Some(Rate { currency, per_btc, source: "constant".to_owned(), observed_at: self.now() })
    }

    fn practice_rates(&self) -> Vec<Rate> {
        let now = self.now();
        PRACTICE
            .iter()
            .filter_map(|(code, per_btc)| {
                let currency = code.parse().ok()?;
                let source = Network::SANDBOX.name.to_owned();
                Some(Rate { currency, per_btc: Decimal::from(*per_btc), source, observed_at: now })
            })
            .collect()
    }

    /// Fixes a store's rate.
    ///
    /// # Errors
    /// [`AppError::InvalidRate`] if it is not above zero, has more digits than a quote can carry,
    /// or is for bitcoin itself.
    pub async fn set_rate(
        &self,
        store: StoreId,
        currency: Currency,
        per_btc: Decimal,
    ) -> Result<(), AppError> {
        let per_btc = per_btc.normalize();
        let fits = per_btc > Decimal::ZERO && per_btc.scale() <= 12 && per_btc < Decimal::from(10u64.pow(15));
        if currency.constant_rate().is_some() || !fits {
            return Err(AppError::InvalidRate);
        }
        self.store(store).await?;
        let rate = FixedRate { currency, per_btc, set_at: self.now() };
        self.0.db.write("set_rate", move |tx| rates::set(tx, store, rate).map_err(AppError::from)).await
    }
}
