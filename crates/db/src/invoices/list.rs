//! A store's invoices, newest first, by any of the filters that the APIs have.
//!
//! One statement for each filter that has an index of its own, so that a page's cost does not
//! grow with a store's history; further filters narrow what that index yields.

use std::collections::BTreeSet;

use specie_core::ids::StoreId;
use specie_core::invoice::Status;
use specie_core::time::Timestamp;

use super::{InvoiceRecord, LIST, LIST_BY_ITEM, LIST_BY_ORDER, LIST_BY_STATUS, TABLE, rehydrate};
use crate::engine::Reader;
use crate::error::DbError;
use crate::params::{Param, params};

macro_rules! select {
    ($first:literal) => {
        concat!(
            $crate::invoices::columns!(),
            "WHERE i.store_id = $1 AND ",
            $first,
            " AND i.created_at >= $2 AND i.created_at < $3 \
              AND (CAST($4 AS TEXT) IS NULL OR i.status = $4) \
              AND (CAST($5 AS TEXT) IS NULL OR i.order_id = $5) \
              AND (CAST($6 AS TEXT) IS NULL OR i.item_code = $6) \
            ORDER BY i.created_at DESC, i.number DESC LIMIT $7 OFFSET $8"
        )
    };
}
pub(super) use select;

macro_rules! by_nothing {
    () => {
        $crate::invoices::list::select!("1 = 1")
    };
}
macro_rules! by_status {
    () => {
        $crate::invoices::list::select!("i.status = $4")
    };
}
macro_rules! by_order {
    () => {
        $crate::invoices::list::select!("i.order_id = $5")
    };
}
macro_rules! by_item {
    () => {
        $crate::invoices::list::select!("i.item_code = $6")
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
    let statement = match filter {
        Filter { order_id: Some(_), .. } => &LIST_BY_ORDER,
        Filter { item_code: Some(_), .. } => &LIST_BY_ITEM,
        Filter { statuses, .. } if !statuses.is_empty() => &LIST_BY_STATUS,
        Filter { .. } => &LIST,
    };
    // Several statuses are several lists, each in order, merged: together they must hold what is
    // left out as well as what is wanted.
    let several = filter.statuses.len() > 1;
    let (limit, offset) =
        if several { (filter.limit.saturating_add(filter.offset), 0) } else { (filter.limit, filter.offset) };
    let wanted: BTreeSet<Option<Status>> = match filter.statuses.as_slice() {
        [] => [None].into(),
        // One that is named twice is listed once.
        statuses => statuses.iter().copied().map(Some).collect(),
    };
    let mut found: Vec<(i64, InvoiceRecord)> = Vec::new();
    for status in wanted {
        let row = params![
            store,
            filter.from,
            filter.until,
            status.map(Status::name),
            filter.order_id.as_ref(),
            filter.item_code.as_ref(),
            Param::Int(i64::from(limit)),
            Param::Int(i64::from(offset)),
        ];
        found.extend(
            reader
                .query(TABLE, statement, &row, |row| Ok((row.int(1, "number")?, rehydrate(reader, row)?)))?,
        );
    }
    if several {
        found.sort_by_key(|(number, record)| {
            std::cmp::Reverse((record.invoice.terms().created_at(), *number))
        });
        found = found.into_iter().skip(filter.offset as usize).take(filter.limit as usize).collect();
    }
    Ok(found.into_iter().map(|(_, record)| record).collect())
}
