//! Rates: where a price's worth in bitcoin comes from.
//!
//! Sources are asked in order, and the first that knows the currency answers: what the merchant
//! fixed, then the live sources; in a practice store, what is built in. Live rates were fetched
//! before: here nothing goes over the network. One that is too old is refused with its age as the
//! cause, and so is one that another live source contradicts: a price in doubt is no price.

mod source;

use std::sync::Arc;

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_core::time::Timestamp;
use specie_db::Reader;
use specie_db::rates::{self, FixedRate};

use self::source::{Constant, Fixed, Live, Practice, Source, known, pick};
use super::audit::{Deed, change};
use super::{App, AppError, Network, Store};

/// A currency of a store, with its rate or the reason why it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLine {
    /// The currency.
    pub currency: Currency,
    /// Units of it for one bitcoin, if there is a rate that may be used.
    pub per_btc: Option<Decimal>,
    /// The source of that rate: `fixed`, `kraken`, `coinbase`, `sandbox`.
    pub source: Option<String>,
    /// As of when that rate is.
    pub observed_at: Option<Timestamp>,
    /// How old that is, in milliseconds.
    pub age_ms: Option<i64>,
    /// Why no rate may be used.
    pub trouble: Option<String>,
}

/// Whether a rate has no more digits than a quote can carry, and is above zero.
pub(super) fn fits_a_quote(per_btc: Decimal) -> bool {
    per_btc > Decimal::ZERO && per_btc.scale() <= 12 && per_btc < Decimal::from(10u64.pow(15))
}

impl App {
    /// A store's sources, in the order in which they are asked; without a store, those that are no
    /// store's own.
    async fn sources(&self, store: Option<&Store>) -> Result<Vec<Box<dyn Source>>, AppError> {
        let now = self.now();
        let mut sources: Vec<Box<dyn Source>> = vec![Box::new(Constant(now))];
        let live = self.0.feeds.all().into_iter().map(|said| -> Box<dyn Source> { Box::new(Live(said)) });
        let Some(store) = store else {
            sources.extend(live);
            return Ok(sources);
        };
        let id = store.id;
        let of_store = move |r: &Reader<'_>| rates::of_store(r, id).map(|fixed| Some(Arc::new(fixed)));
        let fixed = self.0.db.read_kept(&self.0.kept.rates, id, of_store).await?;
        sources.push(Box::new(Fixed(fixed.unwrap_or_default())));
        if store.network == Network::SANDBOX.name {
            sources.push(Box::new(Practice(now)));
        } else {
            sources.extend(live);
        }
        Ok(sources)
    }

    /// The rate of a currency in a store; without one, as far as it is no store's own.
    ///
    /// # Errors
    /// [`AppError::RateUnavailable`] with its cause.
    pub async fn rate(&self, store: Option<&Store>, currency: Currency) -> Result<Rate, AppError> {
        let sources = self.sources(store).await?;
        pick(&sources, currency, self.now()).map_err(|cause| AppError::RateUnavailable { currency, cause })
    }

    /// Every rate that a store has: its own currency first, then by code, bitcoin itself last.
    /// Without a store, those that are no store's own.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn rates(&self, store: Option<&Store>) -> Result<Vec<Rate>, AppError> {
        let sources = self.sources(store).await?;
        let (known, now) = (known(&sources, store.map(|store| store.currency)), self.now());
        Ok(known.into_iter().filter_map(|currency| pick(&sources, currency, now).ok()).collect())
    }

    /// The currencies of a store for people: its own first, whether or not there is a rate of it,
    /// then by code all that a source knows. Bitcoin itself is left out.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn rate_lines(&self, store: &Store) -> Result<Vec<RateLine>, AppError> {
        let sources = self.sources(Some(store)).await?;
        let now = self.now();
        let mut known = known(&sources, Some(store.currency));
        if known.first() != Some(&store.currency) {
            known.insert(0, store.currency);
        }
        known.retain(|currency| currency.constant_rate().is_none());
        Ok(known.into_iter().map(|currency| line(currency, pick(&sources, currency, now), now)).collect())
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
        if currency.constant_rate().is_some() || !fits_a_quote(per_btc) {
            return Err(AppError::InvalidRate);
        }
        self.store(store).await?;
        let rate = FixedRate { currency, per_btc, set_at: self.now() };
        let noted = self.note(Some(store), Deed::RateFixed, currency.code());
        let set = self.0.db.write("set_rate", move |tx| {
            rates::set(tx, store, rate)?;
            Ok(noted.add_with(tx, vec![change("per_btc", None, Some(per_btc.to_string()))])?)
        });
        set.await
    }

    /// Removes a rate that was fixed in a store: from then on the next source is asked.
    ///
    /// # Errors
    /// [`AppError::RateNotFixed`] if there is none.
    pub async fn remove_rate(&self, store: StoreId, currency: Currency) -> Result<(), AppError> {
        self.store(store).await?;
        let noted = self.note(Some(store), Deed::RateReleased, currency.code());
        let removed = self.0.db.write("remove_rate", move |tx| {
            if !rates::remove(tx, store, currency)? {
                return Err(AppError::RateNotFixed(currency));
            }
            Ok(noted.add(tx)?)
        });
        removed.await
    }
}

fn line(currency: Currency, picked: Result<Rate, String>, now: Timestamp) -> RateLine {
    let (rate, trouble) = match picked {
        Ok(rate) => (Some(rate), None),
        Err(trouble) => (None, Some(trouble)),
    };
    RateLine {
        currency,
        per_btc: rate.as_ref().map(|rate| rate.per_btc),
        observed_at: rate.as_ref().map(|rate| rate.observed_at),
        age_ms: rate.as_ref().map(|rate| now.millis_since(rate.observed_at)),
        source: rate.map(|rate| rate.source),
        trouble,
    }
}
