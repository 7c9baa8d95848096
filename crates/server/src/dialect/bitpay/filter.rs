//! The filters of `GET /invoices`, and those that other lists share with it, as clients write them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use specie_core::invoice::Status;
use specie_core::time::Timestamp;

use super::BadRequest;
use crate::app::view::InvoiceFilter;

/// Most invoices, or entries, in an answer; so many where the client names no limit.
const MAX_LIMIT: u32 = 1000;
/// How deep a list can be paged.
const MAX_OFFSET: u32 = 10_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Reads the query. Keys match whatever their case; unknown ones mean nothing.
///
/// # Errors
/// [`BadRequest`] naming the parameter that makes no sense.
pub fn wanted(query: &[(String, String)]) -> Result<InvoiceFilter, BadRequest> {
    let text = |name: &str| one(query, name).map(str::to_owned);
    let statuses = query.iter().filter(|(key, _)| key.eq_ignore_ascii_case("status"));
    let statuses = statuses.flat_map(|(_, value)| value.split(','));
    let mut found: Vec<Status> = statuses.flat_map(|name| status(name.trim())).copied().collect();
    found.sort_unstable();
    found.dedup();
    let (from, until) = period(query, "dateStart", "dateEnd")?;
    Ok(InvoiceFilter {
        statuses: found,
        order_id: text("orderId"),
        item_code: text("itemCode"),
        archived: archived(query)?,
        from,
        until,
        limit: limit(query)?,
        offset: offset(query)?,
    })
}

/// Whether those in the archive are wanted.
fn archived(query: &[(String, String)]) -> Result<bool, BadRequest> {
    let wanted = one(query, "archived").map_or(Ok(false), |text| text.trim().to_ascii_lowercase().parse());
    wanted.map_err(|_| BadRequest("'archived' is neither true nor false".to_owned()))
}

/// The first value of a parameter; empty ones count as absent.
fn one<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    let found = query.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

/// From when, and until when, by the names of the first and the last day, which counts whole.
///
/// # Errors
/// [`BadRequest`] naming the date that is none.
pub fn period(
    query: &[(String, String)],
    first: &str,
    last: &str,
) -> Result<(Timestamp, Timestamp), BadRequest> {
    let from = one(query, first).map(|value| instant(first, value)).transpose()?;
    let until = one(query, last).map(|value| instant(last, value)).transpose()?;
    let until = until.map_or(Timestamp::from_millis(i64::MAX), |(at, whole_day)| {
        let length = if whole_day { DAY_MS } else { 1 };
        Timestamp::from_millis(at.as_millis().saturating_add(length))
    });
    Ok((from.map_or(Timestamp::EPOCH, |(at, _)| at), until))
}

/// How many at most.
///
/// # Errors
/// [`BadRequest`] if it is no number.
pub fn limit(query: &[(String, String)]) -> Result<u32, BadRequest> {
    let limit = one(query, "limit").map(|value| number("limit", value)).transpose()?;
    Ok(limit.unwrap_or(MAX_LIMIT).min(MAX_LIMIT))
}

/// After how many.
///
/// # Errors
/// [`BadRequest`] if it is no number, or too deep.
pub fn offset(query: &[(String, String)]) -> Result<u32, BadRequest> {
    let offset = one(query, "offset").or_else(|| one(query, "skip"));
    let offset = offset.map(|value| number("offset", value)).transpose()?.unwrap_or(0);
    if offset > MAX_OFFSET {
        return Err(BadRequest(format!("'offset' is beyond {MAX_OFFSET}: narrow the dates instead")));
    }
    Ok(offset)
}

/// The statuses that a name asks for. A confirmed invoice that went on to complete is still
/// confirmed. An unknown name asks for nothing in particular, as in BTCPay.
fn status(name: &str) -> &'static [Status] {
    match name.to_ascii_lowercase().as_str() {
        "new" => &[Status::New],
        "paid" | "processing" => &[Status::Paid],
        "confirmed" | "settled" => &[Status::Confirmed, Status::Complete],
        "complete" => &[Status::Complete],
        "expired" => &[Status::Expired],
        "invalid" => &[Status::Invalid],
        _ => &[],
    }
}

fn number(name: &str, text: &str) -> Result<u32, BadRequest> {
    text.trim().parse().map_err(|_| BadRequest(format!("'{name}' is not a whole number of zero or more")))
}

/// An instant, and whether it stands for a whole day: `01/31/2024`, `2024-1-31`, ISO 8601 with or
/// without a zone, or milliseconds.
fn instant(name: &str, text: &str) -> Result<(Timestamp, bool), BadRequest> {
    let text = text.trim();
    let bad =
        || BadRequest(format!("'{name}' is no date: use MM/DD/YYYY, YYYY-MM-DD, ISO 8601 or milliseconds"));
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map(|ms| (Timestamp::from_millis(ms), false)).map_err(|_| bad());
    }
    if let Some(day) = day(text) {
        let midnight = day.to_zoned(TimeZone::UTC).map_err(|_| bad())?;
        return Ok((Timestamp::from_millis(midnight.timestamp().as_millisecond()), true));
    }
    let exact = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    exact.map(|at| (Timestamp::from_millis(at.as_millisecond()), false)).ok_or_else(bad)
}

fn day(text: &str) -> Option<Date> {
    let parts = |separator| -> Option<[i16; 3]> {
        let parts: Option<Vec<i16>> = text.split(separator).map(|part| part.parse().ok()).collect();
        parts?.try_into().ok()
    };
    let [year, month, day] = match parts('/') {
        Some([month, day, year]) => [year, month, day],
        None => parts('-')?,
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<InvoiceFilter, BadRequest> {
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        wanted(&query)
    }

    #[test]
    fn dates_are_read_in_every_spelling_that_clients_use() {
        let day = 1_706_659_200_000; // 2024-01-31
        for (query, from) in [
            ("dateStart=01/31/2024", day),
            ("dateStart=01%2F31%2F2024", day),
            ("datestart=1/31/2024", day),
            ("dateStart=2024-01-31", day),
            ("dateStart=2024-1-31", day),
            ("dateStart=2024-01-31T00:00:00Z", day),
            ("dateStart=2024-01-31T01:00:00%2B01:00", day),
            ("dateStart=2024-01-31T00:00:00", day),
            ("dateStart=1706659200000", day),
            ("dateStart=", 0),
        ] {
            assert_eq!(ask(query).unwrap().from.as_millis(), from, "{query}");
        }
        assert_eq!(
            ask("dateEnd=01/31/2024").unwrap().until.as_millis(),
            day + DAY_MS,
            "the last day counts whole"
        );
        assert_eq!(ask("dateEnd=1706659200000").unwrap().until.as_millis(), day + 1);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (query, name) in [
            ("dateStart=yesterday", "dateStart"),
            ("dateEnd=2024-02-30", "dateEnd"),
            ("dateStart=13/13/2024", "dateStart"),
            ("dateStart=99999999999999999999", "dateStart"),
            ("limit=-1", "limit"),
            ("limit=ten", "limit"),
            ("offset=1.5", "offset"),
            ("offset=10001", "offset"),
        ] {
            assert!(ask(query).unwrap_err().0.contains(&format!("'{name}'")), "{query}");
        }
    }

    #[test]
    fn statuses_go_by_the_names_of_both_servers() {
        use Status::{Complete, Confirmed, Expired, New, Paid};
        for (query, statuses) in [
            ("", vec![]),
            ("status=new", vec![New]),
            ("status=PAID", vec![Paid]),
            ("status=processing", vec![Paid]),
            ("status=confirmed", vec![Confirmed, Complete]),
            ("status=complete", vec![Complete]),
            ("status=settled", vec![Confirmed, Complete]),
            ("status=new,expired", vec![New, Expired]),
            ("status=new&status=paid&status=new", vec![New, Paid]),
            ("status=whatever", vec![]),
        ] {
            assert_eq!(ask(query).unwrap().statuses, statuses, "{query}");
        }
    }

    #[test]
    fn pages_have_a_default_and_an_end() {
        let plain = ask("").unwrap();
        assert_eq!((plain.limit, plain.offset), (1000, 0));
        let paged = ask("limit=5&skip=10").unwrap();
        assert_eq!((paged.limit, paged.offset), (5, 10));
        assert_eq!(ask("limit=4000000000").unwrap().limit, MAX_LIMIT);
    }
}
