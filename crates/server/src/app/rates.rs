//! Rates: where a price's worth in bitcoin comes from.
//!
//! Sources are asked in order, and the first that knows the currency answers. Whatever a source
//! has to fetch, it has fetched before: here nothing goes over the network. A rate that is older
//! than its source's rates may be is refused, with its age as the cause.

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_core::time::Timestamp;
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

/// Somewhere that rates come from.
trait Source: Send + Sync {
    /// How old its rates may be, in seconds; none: they hold until they are set anew.
    fn max_age_secs(&self) -> Option<i64>;
    /// The rates it has, whatever their age.
    fn rates(&self) -> Vec<Rate>;
}

/// Currencies that are bitcoin by another name.
struct Constant(Timestamp);

impl Source for Constant {
    fn max_age_secs(&self) -> Option<i64> {
        None
    }

    fn rates(&self) -> Vec<Rate> {
        let known = [Currency::Btc, Currency::Sats].into_iter();
        known
            .filter_map(|currency| Some(rate(currency, currency.constant_rate()?, "constant", self.0)))
            .collect()
    }
}

/// What the merchant fixed.
struct Fixed(Vec<FixedRate>);

impl Source for Fixed {
    fn max_age_secs(&self) -> Option<i64> {
        None
    }

    fn rates(&self) -> Vec<Rate> {
        self.0.iter().map(|fixed| rate(fixed.currency, fixed.per_btc, "fixed", fixed.set_at)).collect()
    }
}

/// What is built in for practice.
struct Practice(Timestamp);

impl Source for Practice {
    fn max_age_secs(&self) -> Option<i64> {
        None
    }

    fn rates(&self) -> Vec<Rate> {
        let known = PRACTICE.iter();
        known
            .filter_map(|(code, n)| Some(rate(code.parse().ok()?, Decimal::from(*n), "sandbox", self.0)))
            .collect()
    }
}

fn rate(currency: Currency, per_btc: Decimal, source: &str, observed_at: Timestamp) -> Rate {
    Rate { currency, per_btc, source: source.to_owned(), observed_at }
}

/// The rate of a currency from the first source that knows it, or why there is none.
fn pick(sources: &[Box<dyn Source>], currency: Currency, now: Timestamp) -> Result<Rate, String> {
    let mut stale = None;
    for source in sources {
        let Some(rate) = source.rates().into_iter().find(|rate| rate.currency == currency) else { continue };
        let age_secs = now.millis_since(rate.observed_at).div_euclid(1000);
        match source.max_age_secs() {
            Some(most) if age_secs > most => {
                let words =
                    format!("the rate of {} is {age_secs} seconds old, more than {most}", rate.source);
                stale = stale.or(Some(words));
            }
            _ => return Ok(rate),
        }
    }
    Err(stale.unwrap_or_else(|| "the store has no rate for it; set one with `specie rates set`".to_owned()))
}

impl App {
    /// A store's sources, in the order in which they are asked; without a store, those of all.
    async fn sources(&self, store: Option<&Store>) -> Result<Vec<Box<dyn Source>>, AppError> {
        let now = self.now();
        let mut sources: Vec<Box<dyn Source>> = vec![Box::new(Constant(now))];
        let Some(store) = store else { return Ok(sources) };
        let id = store.id;
        sources.push(Box::new(Fixed(self.0.db.read(move |r| rates::of_store(r, id)).await?)));
        if store.network == Network::SANDBOX.name {
            sources.push(Box::new(Practice(now)));
        }
        Ok(sources)
    }

    /// The rate of a currency in a store; without one, as far as it is the same in all.
    ///
    /// # Errors
    /// [`AppError::RateUnavailable`] with its cause.
    pub async fn rate(&self, store: Option<&Store>, currency: Currency) -> Result<Rate, AppError> {
        let sources = self.sources(store).await?;
        pick(&sources, currency, self.now()).map_err(|cause| AppError::RateUnavailable { currency, cause })
    }

    /// Every rate that a store has: its own currency first, then by code, bitcoin itself last.
    /// Without a store, those that are the same in all.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn rates(&self, store: Option<&Store>) -> Result<Vec<Rate>, AppError> {
        let sources = self.sources(store).await?;
        let own = store.map(|store| store.currency);
        let known = sources.iter().flat_map(|source| source.rates()).map(|rate| rate.currency);
        let mut known: Vec<Currency> = known.collect();
        known.sort_unstable_by_key(|c| (Some(*c) != own, c.constant_rate().is_some(), c.code()));
        known.dedup();
        let now = self.now();
        Ok(known.into_iter().filter_map(|currency| pick(&sources, currency, now).ok()).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Feed(&'static str, i64, Timestamp);

    impl Source for Feed {
        fn max_age_secs(&self) -> Option<i64> {
            Some(300)
        }

        fn rates(&self) -> Vec<Rate> {
            vec![rate("USD".parse().unwrap(), Decimal::from(self.1), self.0, self.2)]
        }
    }

    #[test]
    fn the_first_source_that_is_fresh_answers() {
        let now = Timestamp::from_secs(1_700_000_000);
        let (fresh, old) = (now.plus_secs(-300), now.plus_secs(-301));
        let usd = "USD".parse().unwrap();
        let feed = |name, n, at| -> Box<dyn Source> { Box::new(Feed(name, n, at)) };
        let picked = |sources: &[Box<dyn Source>]| pick(sources, usd, now).map(|rate| rate.source);
        assert_eq!(picked(&[feed("one", 1, fresh), feed("two", 2, now)]), Ok("one".to_owned()));
        assert_eq!(picked(&[feed("one", 1, old), feed("two", 2, fresh)]), Ok("two".to_owned()));
        assert_eq!(
            picked(&[feed("one", 1, old), feed("two", 2, old)]),
            Err("the rate of one is 301 seconds old, more than 300".to_owned())
        );
        assert!(picked(&[Box::new(Fixed(vec![]))]).unwrap_err().contains("no rate for it"));
    }

    #[test]
    fn every_practice_rate_is_of_a_currency_that_exists() {
        assert_eq!(Practice(Timestamp::EPOCH).rates().len(), PRACTICE.len());
    }
}
