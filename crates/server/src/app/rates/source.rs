//! The sources of rates, and the rule that picks a rate from them.

use std::sync::Arc;

use rust_decimal::Decimal;
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_core::time::Timestamp;
use specie_db::rates::FixedRate;

use super::super::feeds::{MAX_AGE_SECS, Said, is_fresh};

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

/// Two live sources that differ by more than this share of the lower one, in percent, contradict
/// each other.
const MAX_APART_PERCENT: i64 = 10;

/// Somewhere that rates come from.
pub(super) trait Source: Send + Sync {
    /// Its name for people.
    fn title(&self) -> &'static str;
    /// Whether its rates age, and have to be measured against those of others that do.
    fn is_live(&self) -> bool {
        false
    }
    /// The currencies it has a rate of, whatever its age.
    fn currencies(&self) -> Vec<Currency>;
    /// The rate it has, whatever its age.
    fn rate(&self, currency: Currency) -> Option<Rate>;
    /// Why it has no rate of a currency, where that is worth saying.
    fn missing(&self, _currency: Currency) -> Option<String> {
        None
    }
    /// Why it could not be asked lately.
    fn failure(&self) -> Option<&str> {
        None
    }
}

/// Currencies that are bitcoin by another name.
pub(super) struct Constant(pub(super) Timestamp);

impl Source for Constant {
    fn title(&self) -> &'static str {
        "constant"
    }

    fn currencies(&self) -> Vec<Currency> {
        vec![Currency::Btc, Currency::Sats]
    }

    fn rate(&self, currency: Currency) -> Option<Rate> {
        Some(rate(currency, currency.constant_rate()?, self.title(), self.0))
    }
}

/// What the merchant fixed.
pub(super) struct Fixed(pub(super) Arc<Vec<FixedRate>>);

impl Source for Fixed {
    fn title(&self) -> &'static str {
        "fixed"
    }

    fn currencies(&self) -> Vec<Currency> {
        self.0.iter().map(|fixed| fixed.currency).collect()
    }

    fn rate(&self, currency: Currency) -> Option<Rate> {
        let fixed = self.0.iter().find(|fixed| fixed.currency == currency)?;
        Some(rate(currency, fixed.per_btc, self.title(), fixed.set_at))
    }
}

/// What is built in for practice.
pub(super) struct Practice(pub(super) Timestamp);

impl Source for Practice {
    fn title(&self) -> &'static str {
        "sandbox"
    }

    fn currencies(&self) -> Vec<Currency> {
        PRACTICE.iter().filter_map(|(code, _)| code.parse().ok()).collect()
    }

    fn rate(&self, currency: Currency) -> Option<Rate> {
        let (_, per_btc) = PRACTICE.iter().find(|(code, _)| *code == currency.code())?;
        Some(rate(currency, Decimal::from(*per_btc), self.title(), self.0))
    }
}

/// What a live source said.
pub(super) struct Live(pub(super) Arc<Said>);

impl Source for Live {
    fn title(&self) -> &'static str {
        self.0.feed.title()
    }

    fn is_live(&self) -> bool {
        true
    }

    fn currencies(&self) -> Vec<Currency> {
        self.0.rates.keys().copied().collect()
    }

    fn rate(&self, currency: Currency) -> Option<Rate> {
        let per_btc = *self.0.rates.get(&currency)?;
        Some(rate(currency, per_btc, self.0.feed.name(), self.0.observed_at?))
    }

    fn missing(&self, currency: Currency) -> Option<String> {
        Some(match (self.0.observed_at, &self.0.trouble) {
            (None, Some(trouble)) => trouble.clone(),
            (None, None) => "it has not answered yet".to_owned(),
            (Some(_), _) if self.0.doubtful.contains(&currency) => {
                format!("what it says of {currency} cannot be right")
            }
            (Some(_), _) => format!("it has no rate of {currency}"),
        })
    }

    fn failure(&self) -> Option<&str> {
        self.0.trouble.as_deref()
    }
}

fn rate(currency: Currency, per_btc: Decimal, source: &str, observed_at: Timestamp) -> Rate {
    Rate { currency, per_btc, source: source.to_owned(), observed_at }
}

/// The rate that a source has to offer, or why it has none; silence where that is not worth saying.
fn offer(source: &dyn Source, currency: Currency, now: Timestamp) -> Result<Rate, Option<String>> {
    let because = |cause: String| Some(format!("{}: {cause}", source.title()));
    let Some(rate) = source.rate(currency) else {
        return Err(source.missing(currency).and_then(because));
    };
    let age_ms = now.millis_since(rate.observed_at);
    if !source.is_live() || is_fresh(age_ms) {
        return Ok(rate);
    }
    if age_ms < 0 {
        return Err(because("its rate is from the future, as the clock was set back".to_owned()));
    }
    // Rounded up, so that the age never looks allowed.
    let age_secs = age_ms.div_euclid(1000) + i64::from(age_ms.rem_euclid(1000) > 0);
    let old = format!("its rate is {age_secs} seconds old, more than {MAX_AGE_SECS}");
    Err(because(match source.failure() {
        Some(failure) => format!("{old} ({failure})"),
        None => old,
    }))
}

fn are_apart(one: &Rate, other: &Rate) -> bool {
    let (low, high) = (one.per_btc.min(other.per_btc), one.per_btc.max(other.per_btc));
    let most = low.checked_mul(Decimal::from(100 + MAX_APART_PERCENT));
    // What is too large to be compared is too far apart.
    most.zip(high.checked_mul(Decimal::ONE_HUNDRED)).is_none_or(|(most, high)| high > most)
}

/// Why a live rate is not to be trusted: another live source, as fresh, contradicts it; or, where
/// the other does not know the currency, contradicts the source in one that both know.
fn contradiction(
    sources: &[Box<dyn Source>],
    source: &dyn Source,
    rate: &Rate,
    now: Timestamp,
) -> Option<String> {
    let others = sources.iter().map(Box::as_ref).filter(|other| other.is_live());
    others.filter(|other| other.title() != source.title()).find_map(|other| {
        let (one, two) = (source.title(), other.title());
        if let Ok(theirs) = offer(other, rate.currency, now) {
            return are_apart(rate, &theirs).then(|| {
                let (ours, theirs) = (rate.per_btc, theirs.per_btc);
                format!("{one} says {ours} and {two} {theirs}: too far apart to trust either")
            });
        }
        let shared = other.currencies().into_iter().find(|currency| {
            let both = offer(source, *currency, now).ok().zip(offer(other, *currency, now).ok());
            both.is_some_and(|(ours, theirs)| are_apart(&ours, &theirs))
        })?;
        Some(format!("{one} and {two} are too far apart on {shared} to trust either"))
    })
}

/// The rate of a currency from the first source that knows it, or why there is none.
pub(super) fn pick(sources: &[Box<dyn Source>], currency: Currency, now: Timestamp) -> Result<Rate, String> {
    let mut causes = Vec::new();
    for source in sources {
        match offer(source.as_ref(), currency, now) {
            Ok(rate) if source.is_live() => {
                return match contradiction(sources, source.as_ref(), &rate, now) {
                    Some(cause) => Err(cause),
                    None => Ok(rate),
                };
            }
            Ok(rate) => return Ok(rate),
            Err(cause) => causes.extend(cause),
        }
    }
    match causes.is_empty() {
        true => Err("the store has no rate for it; set one with `specie rates set`".to_owned()),
        false => Err(causes.join("; ")),
    }
}

/// Every currency that the sources know: one's own first, then by code, bitcoin itself last.
pub(super) fn known(sources: &[Box<dyn Source>], own: Option<Currency>) -> Vec<Currency> {
    let mut known: Vec<Currency> = sources.iter().flat_map(|source| source.currencies()).collect();
    known.sort_unstable_by_key(|c| (Some(*c) != own, c.constant_rate().is_some(), c.code()));
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use super::super::super::feeds::Feed;
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

    /// A live source that said these prices so many milliseconds ago.
    fn live(feed: Feed, prices: &[(&str, &str)], age_ms: i64) -> Said {
        let prices = prices.iter().map(|(code, price)| (code.parse().unwrap(), price.parse().unwrap()));
        Said {
            feed,
            rates: prices.collect(),
            doubtful: Default::default(),
            observed_at: Some(Timestamp::from_millis(NOW.as_millis() - age_ms)),
            trouble: None,
        }
    }

    fn asked(sources: &[Said], code: &str) -> Result<String, String> {
        let sources =
            sources.iter().map(|said| -> Box<dyn Source> { Box::new(Live(Arc::new(said.clone()))) });
        let fixed =
            FixedRate { currency: "CHF".parse().unwrap(), per_btc: 7.into(), set_at: Timestamp::EPOCH };
        let mut all: Vec<Box<dyn Source>> =
            vec![Box::new(Constant(NOW)), Box::new(Fixed(Arc::new(vec![fixed])))];
        all.extend(sources);
        let rate = pick(&all, code.parse().unwrap(), NOW)?;
        Ok(format!("{} {}", rate.source, rate.per_btc))
    }

    #[test]
    fn the_first_source_that_is_fresh_answers() {
        let kraken = |age| live(Feed::Kraken, &[("USD", "60000"), ("CHF", "50000")], age);
        let coinbase = |age| live(Feed::Coinbase, &[("USD", "60100"), ("NOK", "600000")], age);
        for (kraken_age, coinbase_age, code, expected) in [
            (300_000, 0, "USD", "kraken 60000"),
            (300_001, 300_000, "USD", "coinbase 60100"),
            (-1, 0, "USD", "coinbase 60100"),
            (0, 0, "NOK", "coinbase 600000"),
            (0, 999_999, "USD", "kraken 60000"),
            (0, 0, "CHF", "fixed 7"),
            (0, 0, "BTC", "constant 1"),
        ] {
            let sources = [kraken(kraken_age), coinbase(coinbase_age)];
            assert_eq!(asked(&sources, code), Ok(expected.to_owned()), "{kraken_age} {coinbase_age} {code}");
        }
        assert_eq!(asked(&[coinbase(0), kraken(0)], "USD"), Ok("coinbase 60100".to_owned()), "as ordered");
    }

    #[test]
    fn without_a_rate_every_source_says_why() {
        let silent = Said { observed_at: None, ..live(Feed::Kraken, &[], 0) };
        let failing = Said { trouble: Some("it answered 500".to_owned()), ..silent.clone() };
        let old = live(Feed::Kraken, &[("USD", "60000")], 300_001);
        let cut_off = Said { trouble: Some("it did not answer in time".to_owned()), ..old.clone() };
        let odd = Said { doubtful: ["USD".parse().unwrap()].into(), ..live(Feed::Coinbase, &[], 0) };
        let poor = live(Feed::Coinbase, &[("EUR", "50000")], 0);
        let future = live(Feed::Kraken, &[("USD", "60000")], -1);
        for (sources, expected) in [
            (vec![], "the store has no rate for it; set one with `specie rates set`"),
            (vec![silent], "Kraken: it has not answered yet"),
            (vec![failing, poor.clone()], "Kraken: it answered 500; Coinbase: it has no rate of USD"),
            (vec![old], "Kraken: its rate is 301 seconds old, more than 300"),
            (
                vec![cut_off, odd],
                "Kraken: its rate is 301 seconds old, more than 300 (it did not answer in time); \
                 Coinbase: what it says of USD cannot be right",
            ),
            (
                vec![future, poor],
                "Kraken: its rate is from the future, as the clock was set back; \
                 Coinbase: it has no rate of USD",
            ),
        ] {
            assert_eq!(asked(&sources, "USD"), Err(expected.to_owned()));
        }
    }

    #[test]
    fn a_rate_that_another_source_contradicts_is_not_used() {
        let kraken = |usd: &str| live(Feed::Kraken, &[("USD", usd), ("EUR", "50000")], 0);
        let coinbase = live(Feed::Coinbase, &[("USD", "60000"), ("EUR", "50000"), ("NOK", "600000")], 0);
        let apart =
            |usd: &str| Err(format!("Kraken says {usd} and Coinbase 60000: too far apart to trust either"));
        for (usd, expected) in [
            ("66000", Ok("kraken 66000".to_owned())),
            ("66000.01", apart("66000.01")),
            ("54545.5", Ok("kraken 54545.5".to_owned())),
            ("54545", apart("54545")),
            ("999999999999999.999999999999", apart("999999999999999.999999999999")),
        ] {
            assert_eq!(asked(&[kraken(usd), coinbase.clone()], "USD"), expected);
        }
        let doubtful = [kraken("70000"), coinbase.clone()];
        // The two agree on this one; for that one, there is only the word of a source that may be wrong.
        assert_eq!(asked(&doubtful, "EUR"), Ok("kraken 50000".to_owned()));
        assert_eq!(
            asked(&doubtful, "NOK"),
            Err("Coinbase and Kraken are too far apart on USD to trust either".to_owned())
        );
        assert_eq!(asked(&doubtful, "CHF"), Ok("fixed 7".to_owned()));
        // What is too old contradicts nobody.
        let old = live(Feed::Kraken, &[("USD", "70000")], 300_001);
        assert_eq!(asked(&[old.clone(), coinbase.clone()], "USD"), Ok("coinbase 60000".to_owned()));
        assert_eq!(asked(&[old, coinbase], "NOK"), Ok("coinbase 600000".to_owned()));
    }

    #[test]
    fn every_practice_rate_is_of_a_currency_that_exists() {
        assert_eq!(Practice(Timestamp::EPOCH).currencies().len(), PRACTICE.len());
    }
}
