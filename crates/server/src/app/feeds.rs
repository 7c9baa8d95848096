//! What the live sources of rates last said, in memory: nothing of it outlives the process.
//!
//! The sources are asked elsewhere, in the background; here their answers are judged and kept, each
//! with the moment as of which it was asked for. An answer that cannot be right is not taken over,
//! and a failure never prolongs the life of what was said before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use rust_decimal::Decimal;
use specie_core::money::Currency;
use specie_core::time::Timestamp;

use super::App;
use super::rates::fits_a_quote;

/// The oldest that a live rate may be, in seconds.
pub const MAX_AGE_SECS: i64 = 5 * 60;

/// A live source of rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Kraken's public ticker.
    Kraken,
    /// Coinbase's public exchange rates.
    Coinbase,
}

impl Feed {
    /// Every source, in the order in which they are asked unless told otherwise.
    pub const ALL: [Self; 2] = [Self::Kraken, Self::Coinbase];

    /// Its name in settings, rates and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kraken => "kraken",
            Self::Coinbase => "coinbase",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Kraken => "Kraken",
            Self::Coinbase => "Coinbase",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feed| feed.name() == name)
    }
}

/// How a live source does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Which.
    pub feed: Feed,
    /// The moment as of which its rates are; none: it has not answered yet.
    pub last_success: Option<Timestamp>,
    /// How many currencies it has a rate of.
    pub currencies: usize,
    /// Whether its rates are young enough to be used.
    pub fresh: bool,
    /// Why the last attempt failed; none: it did not.
    pub trouble: Option<String>,
}

/// What a source last said.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) feed: Feed,
    pub(super) rates: BTreeMap<Currency, Decimal>,
    /// Currencies that it names with a price that cannot be right.
    pub(super) doubtful: BTreeSet<Currency>,
    pub(super) observed_at: Option<Timestamp>,
    pub(super) trouble: Option<String>,
}

/// What all of them last said, in the order in which they are asked.
pub(super) struct Feeds(RwLock<Vec<Arc<Said>>>);

impl Feeds {
    pub(super) fn new(feeds: Vec<Feed>) -> Self {
        let silent = |feed| Said {
            feed,
            rates: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            observed_at: None,
            trouble: None,
        };
        Self(RwLock::new(feeds.into_iter().map(|feed| Arc::new(silent(feed))).collect()))
    }

    pub(super) fn all(&self) -> Vec<Arc<Said>> {
        self.0.read().expect("no writer panics").clone()
    }

    /// Replaces what a source said. One that is not asked is not listened to.
    fn replace(&self, feed: Feed, change: impl FnOnce(&mut Said)) {
        let mut all = self.0.write().expect("no writer panics");
        if let Some(said) = all.iter_mut().find(|said| said.feed == feed) {
            change(Arc::make_mut(said));
        }
    }
}

/// Whether a price can be one: a bitcoin is worth more than one unit of every currency there is,
/// so less is a price the wrong way round.
fn is_plausible(per_btc: Decimal) -> bool {
    fits_a_quote(per_btc) && per_btc >= Decimal::ONE
}

impl App {
    /// The live sources that are asked, in order.
    #[must_use]
    pub fn feeds(&self) -> Vec<Feed> {
        self.0.feeds.all().iter().map(|said| said.feed).collect()
    }

    /// Takes over what a source answered: its prices of one bitcoin, each currency once (none: it
    /// names the currency, but no price that makes sense), as of the moment when it was asked. All that it said before
    /// is forgotten, unless nothing of the new answer can be right.
    pub fn rates_seen(&self, feed: Feed, prices: Vec<(Currency, Option<Decimal>)>, observed_at: Timestamp) {
        let prices = prices.into_iter().filter(|(currency, _)| currency.constant_rate().is_none());
        let (mut rates, mut doubtful) = (BTreeMap::new(), BTreeSet::new());
        for (currency, price) in prices {
            match price.map(|price| price.normalize()).filter(|price| is_plausible(*price)) {
                Some(price) => drop(rates.insert(currency, price)),
                None => drop(doubtful.insert(currency)),
            }
        }
        if rates.is_empty() {
            let cause = match doubtful.is_empty() {
                true => "its answer has no rate of any currency",
                false => "none of its rates can be right",
            };
            return self.rates_failed(feed, cause.to_owned());
        }
        self.0.feeds.replace(feed, |said| {
            if said.trouble.is_some() {
                tracing::info!(source = feed.name(), "live rates come again");
            }
            *said = Said { feed, rates, doubtful, observed_at: Some(observed_at), trouble: None };
        });
    }

    /// Remembers why a source gave no rates. What it said before stays until it is too old.
    pub fn rates_failed(&self, feed: Feed, cause: String) {
        self.0.feeds.replace(feed, |said| {
            if said.trouble.as_ref() != Some(&cause) {
                tracing::warn!(source = feed.name(), cause, "live rates do not come");
            }
            said.trouble = Some(cause);
        });
    }

    /// How the live sources do, in the order in which they are asked.
    #[must_use]
    pub fn source_states(&self) -> Vec<SourceState> {
        let now = self.now();
        let state = |said: &Arc<Said>| SourceState {
            feed: said.feed,
            last_success: said.observed_at,
            currencies: said.rates.len(),
            fresh: said.observed_at.is_some_and(|at| is_fresh(now.millis_since(at))),
            trouble: said.trouble.clone(),
        };
        self.0.feeds.all().iter().map(state).collect()
    }
}

/// Whether a live rate of that age, in milliseconds, may be used. One from the future has no age:
/// the clock was set back.
pub(super) fn is_fresh(age_ms: i64) -> bool {
    (0..=MAX_AGE_SECS * 1000).contains(&age_ms)
}
