//! The query of a list: how much of it, and which of it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use specie_core::ids::InvoiceId;
use specie_core::invoice::Status;
use specie_core::time::Timestamp;

use super::Problems;
use crate::app::view::{InvoicePage, Place, Search};

/// How many there are on a page, if the client does not say.
const PER_PAGE: u32 = 20;
/// The most there are on a page.
const MAX_PER_PAGE: u32 = 100;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

type Query = [(String, String)];

fn get<'q>(query: &'q Query, name: &str) -> Option<&'q str> {
    query.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

fn per_page(query: &Query) -> Result<u32, String> {
    let Some(text) = get(query, "per_page") else { return Ok(PER_PAGE) };
    let number = text.parse().ok().filter(|number| (1..=MAX_PER_PAGE).contains(number));
    number.ok_or_else(|| format!("must be between 1 and {MAX_PER_PAGE}"))
}

fn cursor<T>(query: &Query, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    let cursor = get(query, "cursor").map(|text| read(text).ok_or("is invalid"));
    Ok(cursor.transpose()?)
}

/// Which stores are wanted: those below a number, and how many.
///
/// # Errors
/// [`Problems`] naming the parameters that make no sense.
pub fn stores(query: &Query) -> Result<(i64, u32), Problems> {
    let mut problems = Problems::default();
    let limit = problems.keep("per_page", per_page(query));
    let before = problems.keep("cursor", cursor(query, |text| text.parse().ok()));
    match (limit, before) {
        (Some(limit), Some(before)) => Ok((before.unwrap_or(i64::MAX), limit)),
        _ => Err(problems),
    }
}

/// Which of a store's invoices are wanted.
///
/// # Errors
/// [`Problems`] naming the parameters that make no sense.
pub fn invoices(query: &Query) -> Result<InvoicePage, Problems> {
    let mut problems = Problems::default();
    let limit = problems.keep("per_page", per_page(query));
    let after = problems.keep("cursor", cursor(query, place));
    let status = get(query, "status").map(|name| {
        Status::from_name(name).ok_or("must be new, paid, confirmed, complete, expired or invalid")
    });
    let status = problems.keep("status", status.transpose().map_err(str::to_owned));
    let archived = match get(query, "archived") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err("must be true or false".to_owned()),
    };
    let archived = problems.keep("archived", archived);
    let from = problems.keep("from", instant(query, "from"));
    let to = problems.keep("to", instant(query, "to"));
    let (Some(limit), Some(after), Some(status), Some(archived), Some(from), Some(to)) =
        (limit, after, status, archived, from, to)
    else {
        return Err(problems);
    };
    Ok(InvoicePage {
        status,
        order_id: get(query, "order_id").map(str::to_owned),
        search: get(query, "search").map(search),
        archived,
        from: from.map_or(Timestamp::EPOCH, |(at, _)| at),
        until: to.map_or(Timestamp::from_millis(i64::MAX), |(at, whole_day)| {
            Timestamp::from_millis(at.as_millis().saturating_add(if whole_day { DAY_MS } else { 1 }))
        }),
        after,
        limit,
    })
}

/// The cursor of a place.
#[must_use]
pub fn cursor_of(place: Place) -> String {
    format!("{}-{}", place.created_at.as_millis(), place.number)
}

fn place(text: &str) -> Option<Place> {
    let (at, number) = text.split_once('-')?;
    Some(Place { created_at: Timestamp::from_millis(at.parse().ok()?), number: number.parse().ok()? })
}

/// An invoice's number, with `INV-` or without; the id in its checkout's address; its order's id.
fn search(text: &str) -> Search {
    let text = text.trim();
    let digits = text.get(..4).filter(|mark| mark.eq_ignore_ascii_case("INV-")).map_or(text, |_| &text[4..]);
    Search { number: digits.parse().ok(), id: text.parse::<InvoiceId>().ok(), order_id: text.to_owned() }
}

/// An instant, and whether it stands for a whole day: `2026-11-21`, or ISO 8601 with a zone.
fn instant(query: &Query, name: &str) -> Result<Option<(Timestamp, bool)>, String> {
    let Some(text) = get(query, name) else { return Ok(None) };
    let at = |at: jiff::Timestamp| Timestamp::from_millis(at.as_millisecond());
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(Some((at(instant), false)));
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let midnight = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    let midnight = midnight.ok_or("must be a date such as 2026-11-21, or 2026-11-21T09:00:00Z")?;
    Ok(Some((at(midnight.timestamp()), true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<InvoicePage, Problems> {
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        invoices(&query)
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let place = Place { created_at: Timestamp::from_millis(1_706_659_200_123), number: 7 };
        assert_eq!(ask(&format!("cursor={}", cursor_of(place))).unwrap().after, Some(place));
        assert_eq!(ask("").unwrap().after, None);
    }

    #[test]
    fn dates_are_whole_days_and_times_are_moments() {
        let day = 1_706_659_200_000; // 2024-01-31
        for (query, from, until) in [
            ("from=2024-01-31&to=2024-01-31", day, day + DAY_MS),
            ("from=2024-01-31T01:00:00%2B01:00&to=2024-01-31T00:00:00Z", day, day + 1),
            ("from=&to=", 0, i64::MAX),
        ] {
            let page = ask(query).unwrap();
            assert_eq!((page.from.as_millis(), page.until.as_millis()), (from, until), "{query}");
        }
    }

    #[test]
    fn what_is_searched_for_may_be_any_name_of_an_invoice() {
        for (text, number) in
            [("12", Some(12)), ("INV-000012", Some(12)), ("inv-12", Some(12)), ("A-12", None)]
        {
            let search = ask(&format!("search={text}")).unwrap().search.unwrap();
            assert_eq!((search.number, search.order_id.as_str()), (number, text));
        }
        let search = ask("search=QzFf7p3nHwB2tJgXcVd8aM").unwrap().search.unwrap();
        assert!(search.id.is_some());
        assert!(ask("search=%C3%A9%C3%A9").unwrap().search.unwrap().number.is_none());
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (query, name) in [
            ("per_page=0", "per_page"),
            ("per_page=101", "per_page"),
            ("cursor=x", "cursor"),
            ("cursor=1-x", "cursor"),
            ("status=settled", "status"),
            ("archived=yes", "archived"),
            ("from=yesterday", "from"),
            ("to=2024-02-30", "to"),
        ] {
            let told = serde_json::to_value(ask(query).unwrap_err().told()).unwrap();
            assert!(told["errors"][name].is_array(), "{query}: {told}");
        }
    }
}
