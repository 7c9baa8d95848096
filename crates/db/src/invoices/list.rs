//! A store's invoices, newest first, by any of the filters that the APIs have.
//!
//! One statement for each filter that has an index of its own, so that a page's cost does not
//! grow with a store's history; further filters narrow what that index yields.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use specie_core::ids::StoreId;
use specie_core::invoice::Status;
use specie_core::time::Timestamp;

use super::{
    BY_NUMBER, InvoiceRecord, LIST, LIST_BY_ITEM, LIST_BY_ORDER, LIST_BY_STATUS, PLACES_BY_ITEM,
    PLACES_BY_ORDER, PLACES_BY_STATUS, TABLE, rehydrate,
};
use crate::engine::Reader;
use crate::error::DbError;
use crate::params::{Param, params};
use crate::row::Row;
use crate::statement::Statement;

/// The places of a page in an order of time. What is left out before it costs a step in an index each,
/// and no look at a row.
macro_rules! page {
    ($first:literal) => {
        concat!(
            "SELECT i.created_at, i.number FROM invoices i WHERE i.store_id = $1 AND i.archived = $9 AND ",
            $first,
            " AND i.created_at >= $2 AND i.created_at < $3 \
              AND (CAST($4 AS TEXT) IS NULL OR i.status = $4) \
              AND (CAST($5 AS TEXT) IS NULL OR i.order_id = $5) \
              AND (CAST($6 AS TEXT) IS NULL OR i.item_code = $6) \
            ORDER BY i.created_at DESC, i.number DESC LIMIT $7 OFFSET $8"
        )
    };
}
pub(super) use page;

/// The invoices of a page, in no order.
macro_rules! rows {
    ($page:expr) => {
        concat!(
            $crate::invoices::selected!(),
            "FROM (",
            $page,
            ") p JOIN invoices i ON i.number = p.number ",
            $crate::invoices::joined!()
        )
    };
}
pub(super) use rows;

macro_rules! by_nothing {
    () => {
        $crate::invoices::list::page!("1 = 1")
    };
}
macro_rules! by_status {
    () => {
        $crate::invoices::list::page!("i.status = $4")
    };
}
macro_rules! by_order {
    () => {
        $crate::invoices::list::page!("i.order_id = $5")
    };
}
macro_rules! by_item {
    () => {
        $crate::invoices::list::page!("i.item_code = $6")
    };
}
pub(super) use {by_item, by_nothing, by_order, by_status};

/// Which of a store's invoices are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// In any of these; none: in any.
    pub statuses: Vec<Status>,
    /// With exactly this order id.
    pub order_id: Option<String>,
    /// With exactly this item code.
    pub item_code: Option<String>,
    /// Those in the archive, and no others; or those outside it.
    pub archived: bool,
    /// Made at or after.
    pub from: Timestamp,
    /// Made before.
    pub until: Timestamp,
    /// At most so many.
    pub limit: u32,
    /// After leaving out so many.
    pub offset: u32,
}

/// The invoices of a store that a filter wants, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn list(reader: &Reader<'_>, store: StoreId, filter: &Filter) -> Result<Vec<InvoiceRecord>, DbError> {
    let (rows, places) = match filter {
        Filter { order_id: Some(_), .. } => (&LIST_BY_ORDER, &PLACES_BY_ORDER),
        Filter { item_code: Some(_), .. } => (&LIST_BY_ITEM, &PLACES_BY_ITEM),
        Filter { statuses, .. } if !statuses.is_empty() => (&LIST_BY_STATUS, &PLACES_BY_STATUS),
        Filter { .. } => (&LIST, &PLACES_BY_STATUS),
    };
    let status = match filter.statuses.as_slice() {
        [] => None,
        [status] => Some(*status),
        _ => return merged(reader, store, filter, places),
    };
    let read = |row: &Row| Ok((row.int(1, "number")?, rehydrate(reader, row)?));
    let mut page = reader.query(TABLE, rows, &asked(store, filter, status), read)?;
    page.sort_by_key(|(number, record)| Reverse((record.invoice.terms().created_at(), *number)));
    Ok(page.into_iter().map(|(_, record)| record).collect())
}

fn asked(store: StoreId, filter: &Filter, status: Option<Status>) -> [Param; 9] {
    params![
        store,
        filter.from,
        filter.until,
        status.map(Status::name),
        filter.order_id.as_ref(),
        filter.item_code.as_ref(),
        Param::Int(i64::from(filter.limit)),
        Param::Int(i64::from(filter.offset)),
        filter.archived,
    ]
}

/// Several statuses are several lists, each in order, merged: together they must hold what is left
/// out as well as what is wanted.
fn merged(
    reader: &Reader<'_>,
    store: StoreId,
    filter: &Filter,
    places: &'static Statement,
) -> Result<Vec<InvoiceRecord>, DbError> {
    let whole = Filter { limit: filter.limit.saturating_add(filter.offset), offset: 0, ..filter.clone() };
    let mut found: Vec<(Timestamp, i64)> = Vec::new();
    // One that is named twice is listed once.
    for status in filter.statuses.iter().copied().collect::<BTreeSet<Status>>() {
        reader.for_each(TABLE, places, &asked(store, &whole, Some(status)), |row| {
            found.push((row.time(0, "created_at")?, row.int(1, "number")?));
            Ok(())
        })?;
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    let page = found.into_iter().skip(filter.offset as usize).take(filter.limit as usize);
    let read = page.map(|(_, number)| {
        reader.query_opt(TABLE, &BY_NUMBER, &params![number], |row| rehydrate(reader, row))
    });
    read.filter_map(Result::transpose).collect()
}
