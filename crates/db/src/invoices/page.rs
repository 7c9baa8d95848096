//! A store's invoices, newest first, page after page: what follows a place that was named before,
//! so that a page far down costs what the first one does.
//!
//! As in `list`, there is one statement for each filter that has an index of its own.

use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::Status;
use specie_core::time::Timestamp;

use super::{InvoiceRecord, PAGE, PAGE_BY_ORDER, PAGE_BY_STATUS, TABLE, find, find_by_number, rehydrate};
use crate::engine::Reader;
use crate::error::DbError;
use crate::params::params;

macro_rules! select {
    ($first:literal) => {
        concat!(
            $crate::invoices::columns!(),
            "WHERE i.store_id = $1 AND i.archived = $9 AND ",
            $first,
            " AND i.created_at >= $2 AND i.created_at < $3 AND (i.created_at, i.number) < ($4, $5) \
              AND (CAST($6 AS TEXT) IS NULL OR i.status = $6) \
              AND (CAST($7 AS TEXT) IS NULL OR i.order_id = $7) \
            ORDER BY i.created_at DESC, i.number DESC LIMIT $8"
        )
    };
}
pub(super) use select;

macro_rules! by_nothing {
    () => {
        $crate::invoices::page::select!("1 = 1")
    };
}
macro_rules! by_status {
    () => {
        $crate::invoices::page::select!("i.status = $6")
    };
}
macro_rules! by_order {
    () => {
        $crate::invoices::page::select!("i.order_id = $7")
    };
}
pub(super) use {by_nothing, by_order, by_status};

/// A place in a store's list: an invoice's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its number.
    pub number: i64,
}

impl Place {
    /// The place of an invoice.
    #[must_use]
    pub fn of(record: &InvoiceRecord) -> Self {
        Self { created_at: record.invoice.terms().created_at(), number: record.number }
    }
}

/// What an invoice may be looked for by: any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Its number.
    pub number: Option<i64>,
    /// Its id.
    pub id: Option<InvoiceId>,
    /// Exactly its order id.
    pub order_id: String,
}

/// Which of a store's invoices are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// With this status.
    pub status: Option<Status>,
    /// With exactly this order id.
    pub order_id: Option<String>,
    /// By any of its names.
    pub search: Option<Search>,
    /// Those in the archive, and no others; or those outside it.
    pub archived: bool,
    /// Made at or after.
    pub from: Timestamp,
    /// Made before.
    pub until: Timestamp,
    /// What follows this place; none: from the newest on.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// A page of a store's invoices, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn page(reader: &Reader<'_>, store: StoreId, wanted: &Page) -> Result<Vec<InvoiceRecord>, DbError> {
    if let Some(search) = &wanted.search {
        return searched(reader, store, wanted, search);
    }
    let newest = Place { created_at: Timestamp::from_millis(i64::MAX), number: i64::MAX };
    let after = wanted.after.unwrap_or(newest);
    let row = params![
        store,
        wanted.from,
        wanted.until,
        after.created_at,
        after.number,
        wanted.status.map(Status::name),
        wanted.order_id.as_ref(),
        wanted.limit,
        wanted.archived,
    ];
    let statement = match wanted {
        Page { order_id: Some(_), .. } => &PAGE_BY_ORDER,
        Page { status: Some(_), .. } => &PAGE_BY_STATUS,
        Page { .. } => &PAGE,
    };
    reader.query(TABLE, statement, &row, |row| rehydrate(reader, row))
}

/// As [`page`], of what goes by a name. At most one invoice has a number or an id, and those of an
/// order have an index: none of them is looked for along the list.
fn searched(
    reader: &Reader<'_>,
    store: StoreId,
    wanted: &Page,
    search: &Search,
) -> Result<Vec<InvoiceRecord>, DbError> {
    let mut found = Vec::new();
    if wanted.order_id.as_ref().is_none_or(|id| *id == search.order_id) {
        let of_order = Page { order_id: Some(search.order_id.clone()), search: None, ..wanted.clone() };
        found = page(reader, store, &of_order)?;
    }
    let by_number = search.number.map(|number| find_by_number(reader, number)).transpose()?.flatten();
    let by_id = search.id.map(|id| find(reader, id)).transpose()?.flatten();
    for record in [by_number, by_id].into_iter().flatten() {
        let known = found.iter().any(|other| other.id == record.id);
        if !known && record.store_id == store && wanted.wants(&record) {
            found.push(record);
        }
    }
    found.sort_by_key(|record| {
        let place = Place::of(record);
        std::cmp::Reverse((place.created_at, place.number))
    });
    found.truncate(wanted.limit as usize);
    Ok(found)
}

impl Page {
    /// Whether an invoice that goes by the right name is wanted.
    fn wants(&self, record: &InvoiceRecord) -> bool {
        let place = Place::of(record);
        let follows = |after: Place| (place.created_at, place.number) < (after.created_at, after.number);
        self.archived == record.archived
            && self.status.is_none_or(|status| record.invoice.verdict().status() == status)
            && self.order_id.as_ref().is_none_or(|id| record.order.order_id.as_ref() == Some(id))
            && (self.from..self.until).contains(&place.created_at)
            && self.after.is_none_or(follows)
    }
}
