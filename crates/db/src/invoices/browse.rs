//! A store's invoices by any of the filters that its pages have, from a place on: the older ones, or the newer.
//!
//! As in `list` and `page`, there is one statement for each filter that has an index of its own, and further filters
//! narrow what that yields. No row is left out to get to a page: a page far down costs what the first one does, and stays
//! where it is however many invoices are made meanwhile.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::invoice::{Flag, Status, email_key};
use specie_core::money::{Currency, sort_key};
use specie_core::time::Timestamp;

use super::{
    BY_NUMBER, InvoiceRecord, NEWER, NEWER_BY_EMAIL, NEWER_BY_FLAG, NEWER_BY_ITEM, NEWER_BY_ORDER,
    NEWER_BY_PRICE, NEWER_BY_STATUS, OLDER, OLDER_BY_EMAIL, OLDER_BY_FLAG, OLDER_BY_ITEM, OLDER_BY_ORDER,
    OLDER_BY_PRICE, OLDER_BY_STATUS, Place, TABLE, rehydrate,
};
use crate::engine::Reader;
use crate::error::DbError;
use crate::params::{Param, params};
use crate::statement::Statement;

macro_rules! places {
    ($first:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT i.created_at, i.number FROM invoices i WHERE i.store_id = $1 AND i.archived = $2 AND ",
            $first,
            " AND i.created_at >= $3 AND i.created_at < $4 AND (i.created_at, i.number) ",
            $beyond,
            " ($5, $6) \
              AND (CAST($7 AS TEXT) IS NULL OR i.status = $7) \
              AND (CAST($8 AS TEXT) IS NULL OR i.flag = $8) \
              AND (CAST($9 AS TEXT) IS NULL OR i.order_id = $9) \
              AND (CAST($10 AS TEXT) IS NULL OR i.item_code = $10) \
              AND (CAST($11 AS TEXT) IS NULL OR i.buyer_email = $11) \
              AND (CAST($12 AS TEXT) IS NULL OR i.currency = $12) \
              AND (CAST($13 AS TEXT) IS NULL OR i.sort_price >= $13) \
              AND (CAST($14 AS TEXT) IS NULL OR i.sort_price <= $14) \
            ORDER BY i.created_at ",
            $order,
            ", i.number ",
            $order,
            " LIMIT $15"
        )
    };
}
pub(super) use places;

macro_rules! older {
    ($first:literal) => {
        $crate::invoices::browse::places!($first, "<", "DESC")
    };
}
macro_rules! newer {
    ($first:literal) => {
        $crate::invoices::browse::places!($first, ">", "ASC")
    };
}
pub(super) use {newer, older};

/// Which of a store's invoices are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// In any of these; none: in any.
    pub statuses: Vec<Status>,
    /// With any of these; none: with any, or without.
    pub flags: Vec<Flag>,
    /// With exactly this order id.
    pub order_id: Option<String>,
    /// With exactly this item code.
    pub item_code: Option<String>,
    /// Of the buyer with this e-mail address, however it is written.
    pub email: Option<String>,
    /// Priced in this currency.
    pub currency: Option<Currency>,
    /// Priced at so much or more, in whatever currency; what has no price is not.
    pub price_from: Option<Decimal>,
    /// Priced at so much or less; what has no price is not.
    pub price_to: Option<Decimal>,
    /// Those in the archive, and no others; or those outside it.
    pub archived: bool,
    /// Made at or after.
    pub from: Timestamp,
    /// Made before.
    pub until: Timestamp,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// With the newest.
    Newest,
    /// With what is older than this place.
    OlderThan(Place),
    /// It ends before this place: with the next newer ones.
    NewerThan(Place),
}

/// A page of a store's invoices, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn browse(
    reader: &Reader<'_>,
    store: StoreId,
    wanted: &Wanted,
    cut: Cut,
    limit: u32,
) -> Result<Vec<InvoiceRecord>, DbError> {
    let mut places = BTreeSet::new();
    // Several statuses or exceptions are several lists, each in order, merged.
    for status in one_of(&wanted.statuses) {
        for flag in one_of(&wanted.flags) {
            let statement = wanted.statement(cut, status, flag);
            let asked = wanted.asked(store, cut, status, flag, limit);
            reader.for_each(TABLE, statement, &asked, |row| {
                places.insert((row.time(0, "created_at")?, row.int(1, "number")?));
                Ok(())
            })?;
        }
    }
    let wanted_most = limit as usize;
    let page: Vec<_> = match cut {
        Cut::NewerThan(_) => places.into_iter().take(wanted_most).rev().collect(),
        Cut::Newest | Cut::OlderThan(_) => places.into_iter().rev().take(wanted_most).collect(),
    };
    let read = page.into_iter().map(|(_, number)| {
        reader.query_opt(TABLE, &BY_NUMBER, &params![number], |row| rehydrate(reader, row))
    });
    read.filter_map(Result::transpose).collect()
}

/// Each of them; if there is none, whatever it is.
fn one_of<T: Copy + Ord>(all: &[T]) -> Vec<Option<T>> {
    let each: BTreeSet<T> = all.iter().copied().collect();
    if each.is_empty() { vec![None] } else { each.into_iter().map(Some).collect() }
}

impl Wanted {
    /// The statement along the index that yields the least.
    fn statement(&self, cut: Cut, status: Option<Status>, flag: Option<Flag>) -> &'static Statement {
        let one_price = self.price_from.is_some() && self.price_from == self.price_to;
        let flagged = flag.is_some_and(|flag| flag != Flag::None);
        let [older, newer] = if self.order_id.is_some() {
            [&OLDER_BY_ORDER, &NEWER_BY_ORDER]
        } else if self.email.is_some() {
            [&OLDER_BY_EMAIL, &NEWER_BY_EMAIL]
        } else if one_price {
            [&OLDER_BY_PRICE, &NEWER_BY_PRICE]
        } else if flagged {
            [&OLDER_BY_FLAG, &NEWER_BY_FLAG]
        } else if self.item_code.is_some() {
            [&OLDER_BY_ITEM, &NEWER_BY_ITEM]
        } else if status.is_some() {
            [&OLDER_BY_STATUS, &NEWER_BY_STATUS]
        } else {
            [&OLDER, &NEWER]
        };
        if matches!(cut, Cut::NewerThan(_)) { newer } else { older }
    }

    fn asked(
        &self,
        store: StoreId,
        cut: Cut,
        status: Option<Status>,
        flag: Option<Flag>,
        limit: u32,
    ) -> [Param; 15] {
        let newest = Place { created_at: Timestamp::from_millis(i64::MAX), number: i64::MAX };
        let place = match cut {
            Cut::Newest => newest,
            Cut::OlderThan(place) | Cut::NewerThan(place) => place,
        };
        // The index is entered at the place: what lies before it is not stepped over.
        let (from, until) = match cut {
            Cut::Newest => (self.from, self.until),
            Cut::OlderThan(place) => {
                let behind = Timestamp::from_millis(place.created_at.as_millis().saturating_add(1));
                (self.from, self.until.min(behind))
            }
            Cut::NewerThan(place) => (self.from.max(place.created_at), self.until),
        };
        params![
            store,
            self.archived,
            from,
            until,
            place.created_at,
            place.number,
            status.map(Status::name),
            flag.map(Flag::name),
            self.order_id.as_ref(),
            self.item_code.as_ref(),
            self.email.as_deref().map(email_key),
            self.currency,
            self.price_from.map(sort_key),
            self.price_to.map(sort_key),
            limit,
        ]
    }
}
