//! The buyers' pages in their languages. Words are Fluent messages, one file a language in `locales/`; English is
//! the one that the others are translated from. Prices and times are written as ICU has them.
//!
//! What is copied into a wallet never comes through here: it is the same in every language.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages, parse_accepted_languages};
use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use maud::{Markup, html};
use rust_decimal::Decimal;
use specie_core::money::Currency;
use specie_core::time::Timestamp;
use unic_langid::LanguageIdentifier;

use super::Pairs;

/// A language that pages are written in.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its BCP 47 tag, as it stands in addresses and on the page.
    pub tag: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
    /// It is read from right to left.
    rtl: bool,
    /// The locale that its figures and times are written by. Figures are Latin everywhere: they are compared with
    /// those in a wallet.
    figures: &'static str,
    messages: &'static str,
}

macro_rules! language {
    ($tag:literal, $name:literal, $figures:literal $(, $rtl:ident)?) => {
        Language {
            tag: $tag,
            name: $name,
            rtl: false $(|| language!(@ $rtl))?,
            figures: $figures,
            messages: include_str!(concat!("locales/", $tag, ".ftl")),
        }
    };
    (@ rtl) => { true };
}

/// Every language, English first.
pub static LANGUAGES: [Language; 12] = [
    language!("en", "English", "en-GB"),
    language!("de", "Deutsch", "de"),
    language!("es", "Español", "es"),
    language!("fr", "Français", "fr"),
    language!("it", "Italiano", "it"),
    language!("nl", "Nederlands", "nl"),
    language!("pl", "Polski", "pl"),
    language!("pt", "Português", "pt"),
    language!("tr", "Türkçe", "tr"),
    language!("ar", "العربية", "ar-u-nu-latn", rtl),
    language!("ja", "日本語", "ja"),
    language!("zh", "简体中文", "zh"),
];

/// What a message takes in.
pub type Given<'a> = (&'static str, FluentValue<'a>);

/// A language that is ready to speak.
struct Voice {
    language: &'static Language,
    bundle: FluentBundle<FluentResource>,
    decimals: Option<DecimalFormatter>,
    times: Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>,
}

static VOICES: LazyLock<Vec<Voice>> = LazyLock::new(|| LANGUAGES.iter().map(Voice::new).collect());
static OFFERED: LazyLock<Vec<LanguageIdentifier>> =
    LazyLock::new(|| LANGUAGES.iter().filter_map(|language| language.tag.parse().ok()).collect());

impl Voice {
    fn new(language: &'static Language) -> Self {
        let id: LanguageIdentifier = language.tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Marks around what is filled in keep it whole where the sentence runs the other way.
        bundle.set_use_isolating(language.rtl);
        let resource = FluentResource::try_new(language.messages.to_owned());
        // A file that is not whole speaks as far as it goes; a test refuses it.
        let resource = resource.unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        let locale = language.figures.parse::<Locale>().unwrap_or(Locale::UNKNOWN);
        Self {
            language,
            bundle,
            decimals: DecimalFormatter::try_new(locale.clone().into(), Default::default()).ok(),
            times: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::medium().with_time_hm()).ok(),
        }
    }

    fn message(&self, key: &str, given: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(given), &mut errors);
        errors.is_empty().then(|| said.into_owned())
    }
}

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words(&'static Voice);

impl Words {
    /// English.
    #[must_use]
    pub fn english() -> Self {
        Self(&VOICES[0])
    }

    /// The language that was chosen by `lang`, else the first that the browser accepts, else English.
    #[must_use]
    pub(crate) fn of(asked: &Pairs, headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        [asked.get("lang"), accepted].into_iter().flatten().find_map(Self::best).unwrap_or_else(Self::english)
    }

    /// The first language of a list like `de-CH, fr;q=0.8` that there is.
    fn best(list: &str) -> Option<Self> {
        let wanted = parse_accepted_languages(list);
        let found = negotiate_languages(&wanted, &OFFERED, None, NegotiationStrategy::Lookup);
        let tag = found.first()?.to_string();
        VOICES.iter().find(|voice| voice.language.tag == tag).map(Self)
    }

    /// The language.
    #[must_use]
    pub fn language(self) -> &'static Language {
        self.0.language
    }

    /// Its tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0.language.tag
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(self) -> &'static str {
        if self.0.language.rtl { "rtl" } else { "ltr" }
    }

    /// A message that takes nothing in.
    #[must_use]
    pub fn say(self, key: &'static str) -> String {
        self.tell(key, [])
    }

    /// A message with what it takes in. One that is missing or does not fit is said in English.
    #[must_use]
    pub fn tell<'a, const N: usize>(self, key: &'static str, given: [Given<'a>; N]) -> String {
        let given = FluentArgs::from_iter(given);
        self.0.message(key, &given).unwrap_or_else(|| {
            tracing::warn!(key, language = self.tag(), "a message cannot be said in this language");
            Self::english().0.message(key, &given).unwrap_or_else(|| key.to_owned())
        })
    }

    /// A price as it is read in this language, without the currency: with all its digits.
    #[must_use]
    pub fn price(self, amount: Decimal, currency: Currency) -> String {
        let mut exact = currency.round(amount);
        exact.rescale(currency.decimals());
        let text = exact.to_string();
        match (&self.0.decimals, text.parse()) {
            (Some(decimals), Ok(figure)) => decimals.format(&figure).to_string(),
            _ => currency.format(amount),
        }
    }

    /// A moment, in UTC.
    #[must_use]
    pub fn time(self, at: Timestamp) -> Markup {
        let Ok(at) = jiff::Timestamp::from_second(at.as_secs()) else { return html! {} };
        let civil = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let part = |value: i8| u8::try_from(value).unwrap_or_default();
        let date = Date::try_new_gregorian(civil.year().into(), part(civil.month()), part(civil.day()));
        let time = Time::try_new(part(civil.hour()), part(civil.minute()), 0, 0);
        let written = match (&self.0.times, date, time) {
            (Some(times), Ok(date), Ok(time)) => times.format(&DateTime { date, time }).to_string(),
            _ => civil.strftime("%Y-%m-%d %H:%M").to_string(),
        };
        html! { time datetime=(at) { bdi { (written) " UTC" } } }
    }
}

#[cfg(test)]
mod tests;
