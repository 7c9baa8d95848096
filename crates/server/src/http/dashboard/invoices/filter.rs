//! The filters of a store's list as its address names them. Those that the API's `GET /invoices` has too mean the same: they
//! are read by the same code.

use rust_decimal::Decimal;
use specie_core::invoice::{Flag, Status};
use specie_core::money::{Currency, parse_decimal};
use specie_core::time::Timestamp;

use crate::app::view::{Cut, InvoicesWanted, Place};
use crate::dialect::bitpay::{BadRequest, filter};
use crate::http::dashboard::error::sentence;
use crate::http::dashboard::parts::Problems;

/// The filter that shows the archive.
pub const ARCHIVED: &str = "archived";
/// The filter by what is exceptional.
pub const EXCEPTION: &str = "exception";
/// What stands there for anything that is.
pub const ANY: &str = "any";
/// The filters that are typed, with their labels.
pub const TYPED: [(&str, &str); 8] = [
    ("orderId", "Order"),
    ("itemCode", "Item code"),
    ("buyerEmail", "Buyer's email"),
    ("currency", "Currency"),
    ("priceFrom", "Price from"),
    ("priceTo", "Price to"),
    ("dateStart", "From"),
    ("dateEnd", "To"),
];
/// What is exceptional, if anything is.
pub const EXCEPTIONS: [Flag; 4] = [Flag::PaidPartial, Flag::PaidOver, Flag::PaidLate, Flag::Marked];

/// Invoices on a page where none else is asked, and the most.
const PAGE: u32 = 50;
const MAX_PAGE: u32 = 500;

/// A filter: names that are known, with what was said of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Vec<(String, String)>);

impl Filter {
    /// The filter in a query. Names match whatever their case; others mean nothing.
    #[must_use]
    pub fn of(query: &[(String, String)]) -> Self {
        let typed = TYPED.iter().map(|(name, _)| *name);
        let names = ["status", EXCEPTION].into_iter().chain(typed).chain([ARCHIVED]);
        let values = |name: &'static str| {
            let several = matches!(name, "status" | EXCEPTION);
            let said =
                query.iter().filter(move |(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
            // No text that is stored has a NUL in it, and not every database can be asked for one.
            let said = said.map(move |(_, value)| (name.to_owned(), value.replace('\0', "\u{fffd}")));
            said.take(if several { usize::MAX } else { 1 })
        };
        Self(names.flat_map(values).collect())
    }

    /// The filter in a query as it is written.
    #[must_use]
    pub fn written(query: &str) -> Self {
        Self::of(&url::form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
    }

    /// What was said of a name; empty if nothing was.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Everything that was said of a name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Everything that was said.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with something else said of a name, or with nothing.
    #[must_use]
    pub fn with(&self, name: &str, values: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(key, _)| key != name).cloned();
        let said = values.iter().map(|value| (name.to_owned(), (*value).to_owned()));
        Self::of(&kept.chain(said).collect::<Vec<_>>())
    }

    /// Whether nothing is left out but the archive.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the query of an address, with further pairs behind it.
    #[must_use]
    pub fn query(&self, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs()).extend_pairs(more);
        query.finish()
    }

    /// What it asks for.
    ///
    /// # Errors
    /// What makes no sense, by field.
    pub fn wanted(&self) -> Result<InvoicesWanted, Problems> {
        let shared = filter::wanted(&self.0).map_err(|refused| problems(&refused))?;
        let mut problems = Problems::default();
        let text = |name| Some(self.one(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        let wanted = InvoicesWanted {
            statuses: shared.statuses,
            flags: self.flags(),
            order_id: shared.order_id,
            item_code: shared.item_code,
            email: text("buyerEmail"),
            currency: self.currency(&mut problems),
            price_from: self.price("priceFrom", &mut problems),
            price_to: self.price("priceTo", &mut problems),
            archived: shared.archived,
            from: shared.from,
            until: shared.until,
        };
        if problems.is_empty() { Ok(wanted) } else { Err(problems) }
    }

    /// The exceptions that are asked for. An unknown name asks for nothing in particular, as one of a status does.
    fn flags(&self) -> Vec<Flag> {
        let named = self.all(EXCEPTION).flat_map(|names| names.split(','));
        let named = named.map(str::trim).flat_map(|name| {
            let any = name.eq_ignore_ascii_case(ANY);
            EXCEPTIONS.into_iter().filter(move |flag| any || flag.name().eq_ignore_ascii_case(name))
        });
        named.collect()
    }

    fn currency(&self, problems: &mut Problems) -> Option<Currency> {
        let code = self.one("currency");
        let read = || code.parse().map_err(|_| "Write the code of a currency, such as EUR.".to_owned());
        if code.is_empty() { None } else { problems.keep("currency", read()) }
    }

    /// An amount as it is typed, with a point or a comma.
    fn price(&self, name: &'static str, problems: &mut Problems) -> Option<Decimal> {
        let text = self.one(name);
        let point = if text.contains('.') { text.to_owned() } else { text.replacen(',', ".", 1) };
        let read = || {
            let read = parse_decimal(&point).ok().filter(|amount| !amount.is_sign_negative());
            read.ok_or_else(|| "Write an amount such as 12.50.".to_owned())
        };
        if text.is_empty() { None } else { problems.keep(name, read()) }
    }

    /// The statuses that are asked for, as they were written.
    #[must_use]
    pub fn statuses(&self) -> Vec<&str> {
        self.all("status").collect()
    }
}

/// The API's words for a filter that makes no sense, at its field.
fn problems(refused: &BadRequest) -> Problems {
    match TYPED.iter().find(|(name, _)| refused.field() == Some(name)) {
        Some((name, label)) => {
            Problems::one(name, sentence(refused.0.replacen(&format!("'{name}'"), label, 1)))
        }
        None => Problems::one("", sentence(&refused.0)),
    }
}

/// Which page of a list is asked for: where it begins, and how many invoices it has at most.
///
/// # Errors
/// What makes no sense of it.
pub fn page(query: &[(String, String)]) -> Result<(Cut, u32), Problems> {
    let one = |name: &str| {
        let said = query.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
        said.map(|(_, value)| value.as_str())
    };
    let limit = match one("limit").map(str::parse::<u32>) {
        None => PAGE,
        Some(Ok(limit)) => limit.clamp(1, MAX_PAGE),
        Some(Err(_)) => return Err(Problems::one("", "'limit' is not a whole number of one or more.")),
    };
    let lost = || Problems::one("", "This page of the list cannot be found. Begin with the newest again.");
    let place = |text: &str| written_place(text).ok_or_else(lost);
    let cut = match (one("before"), one("after")) {
        (None, None) => Cut::Newest,
        (Some(newer), _) => Cut::NewerThan(place(newer)?),
        (None, Some(older)) => Cut::OlderThan(place(older)?),
    };
    Ok((cut, limit))
}

/// A place in a list as an address names it.
#[must_use]
pub fn place_text(place: Place) -> String {
    format!("{}.{}", place.created_at.as_millis(), place.number)
}

fn written_place(text: &str) -> Option<Place> {
    let (at, number) = text.split_once('.')?;
    Some(Place { created_at: Timestamp::from_millis(at.parse().ok()?), number: number.parse().ok()? })
}

/// The statuses of a list's chips: a name that asks for just that one.
pub const STATUSES: [Status; 6] = Status::ALL;

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<InvoicesWanted, Problems> {
        Filter::written(query).wanted()
    }

    #[test]
    fn every_filter_is_read_as_it_is_typed() {
        use Flag::{Marked, PaidLate, PaidOver, PaidPartial};
        for (query, flags) in [
            ("", vec![]),
            ("exception=paidLate", vec![PaidLate]),
            ("Exception=PAIDLATE", vec![PaidLate]),
            ("exception=paidLate&exception=paidOver", vec![PaidLate, PaidOver]),
            ("exception=paidPartial,marked", vec![PaidPartial, Marked]),
            ("exception=any", vec![PaidPartial, PaidOver, PaidLate, Marked]),
            ("exception=whatever", vec![]),
        ] {
            assert_eq!(ask(query).unwrap().flags, flags, "{query}");
        }
        let price = |query: &str| ask(query).map(|w| w.price_from.map(|p| p.normalize().to_string()));
        for (query, read) in [
            ("priceFrom=12.50", Some("12.5")),
            ("priceFrom=12,50", Some("12.5")),
            ("priceFrom=0", Some("0")),
            ("pricefrom=1e2", Some("100")),
            ("priceFrom=", None),
        ] {
            assert_eq!(price(query).unwrap().as_deref(), read, "{query}");
        }
        let one =
            ask("buyerEmail=Ann%40Shop.example&currency=eur&orderId=A-1&archived=true&status=new").unwrap();
        assert_eq!(one.email.as_deref(), Some("Ann@Shop.example"));
        assert_eq!(one.currency.map(Currency::code), Some("EUR"));
        assert_eq!((one.order_id.as_deref(), one.archived), (Some("A-1"), true));
        assert_eq!(one.statuses, [Status::New]);
        assert_eq!(ask("orderId=a%00b").unwrap().order_id.as_deref(), Some("a\u{fffd}b"));
    }

    #[test]
    fn what_makes_no_sense_is_told_at_its_field() {
        for (query, field) in [
            ("priceFrom=twenty", "priceFrom"),
            ("priceTo=-1", "priceTo"),
            ("priceTo=1.000,50", "priceTo"),
            ("currency=DOGE", "currency"),
            ("dateStart=yesterday", "dateStart"),
            ("dateEnd=2024-02-30", "dateEnd"),
            ("archived=perhaps", ""),
        ] {
            assert!(ask(query).unwrap_err().of(field).is_some(), "{query}");
        }
    }

    #[test]
    fn a_page_is_named_by_a_place() {
        let place = Place { created_at: Timestamp::from_millis(1_700_000_000_123), number: 42 };
        let text = place_text(place);
        let read = |query: &str| {
            page(&url::form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
        };
        assert_eq!(read(&format!("after={text}")), Ok((Cut::OlderThan(place), 50)));
        assert_eq!(read(&format!("before={text}&limit=2")), Ok((Cut::NewerThan(place), 2)));
        assert_eq!(read("limit=0"), Ok((Cut::Newest, 1)));
        assert_eq!(read("limit=4000000000"), Ok((Cut::Newest, MAX_PAGE)));
        for bad in
            ["after=x", "after=1", "after=1.", "before=.1", "after=99999999999999999999.1", "limit=ten"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_filter_keeps_what_it_knows_in_one_order_and_nothing_else() {
        let one = Filter::written(
            "dateEnd=2024-12-31&x=1&STATUS=new&orderid=A&token=t&status=paid&after=1.2&orderId=B",
        );
        assert_eq!(one.query(&[]), "status=new&status=paid&orderId=A&dateEnd=2024-12-31");
        assert_eq!(
            one.with("status", &["expired"]).query(&[("after", "1.2")]),
            "status=expired&orderId=A&dateEnd=2024-12-31&after=1.2"
        );
        assert_eq!(Filter::written(&one.query(&[])), one);
        assert!(Filter::written("limit=5&after=1.2").is_empty());
    }
}
