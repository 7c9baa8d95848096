//! Search: what goes by a name, in all stores that a user sees and in no other.
//!
//! Every name has an index of its own, so that a look costs about the same however many invoices there are. What is found
//! without a store being named is dropped unless the store is among those.

mod sought;

use std::collections::{BTreeMap, BTreeSet};

use specie_core::ids::{InvoiceId, RefundId, SpendId, StoreId, UserId};
use specie_core::time::Timestamp;
use specie_db::invoices::{self, Place, Spot};
use specie_db::refunds::{self, RefundRecord};
use specie_db::{DbError, Reader, scripts, spends};

use super::view::InvoiceView;
use super::{App, AppError, Permission, Role, Store, members};

pub use sought::Sought;

/// Most of a kind that are shown.
const SHOWN: usize = 20;
/// Most that one name is looked up for in a store: there may be more.
const LOOKED_UP: u32 = 200;
/// Most ids with one beginning, of whatever store.
const BEGINNINGS: u32 = 1000;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// What was typed is its name, and not just a part of that or an amount.
    pub exact: bool,
    /// What it is.
    pub found: T,
}

/// What was found of a kind: exact ones first, and the newest first among those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits<T> {
    /// The first of them.
    pub shown: Vec<Hit<T>>,
    /// How many more there are.
    pub more: usize,
    /// There are more still, which nobody counted.
    pub uncounted: bool,
}

/// A refund that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRefund {
    /// Which.
    pub id: RefundId,
    /// Of which store.
    pub store: Store,
    /// Satoshis.
    pub amount: u64,
    /// When it was asked.
    pub created_at: Timestamp,
}

/// A payout that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPayout {
    /// Which.
    pub id: SpendId,
    /// Of which store.
    pub store: Store,
    /// When it was built.
    pub created_at: Timestamp,
}

/// All that was found.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Invoices.
    pub invoices: Hits<InvoiceView>,
    /// Refunds.
    pub refunds: Hits<FoundRefund>,
    /// Payouts.
    pub payouts: Hits<FoundPayout>,
    /// Stores, by their names.
    pub stores: Hits<Store>,
    /// All stores that were looked at, and what the user is there.
    pub seen: Vec<(Store, Role)>,
}

impl App {
    /// Looks for what a text may mean, in all stores that a user sees.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn search(&self, user: UserId, sought: Sought) -> Result<Findings, AppError> {
        let app = self.clone();
        self.0
            .db
            .read(move |r| {
                let look = Look::of(r, user, &sought)?;
                let invoices = look.invoices()?.try_map(|spot| app.spotted(&look, *spot))?;
                let (refunds, payouts) = (look.refunds()?, look.payouts()?);
                Ok(Findings { invoices, refunds, payouts, stores: look.stores(), seen: look.all })
            })
            .await
    }

    fn spotted(&self, look: &Look<'_, '_>, spot: Spot) -> Result<Option<InvoiceView>, DbError> {
        let record = invoices::find(look.reader, spot.id)?;
        let shown = record.zip(look.seen.get(&spot.store_id));
        Ok(shown.map(|(record, (store, _))| self.view_now(&record, store)))
    }
}

/// One look, in one moment of the database.
struct Look<'l, 'c> {
    reader: &'l Reader<'c>,
    sought: &'l Sought,
    all: Vec<(Store, Role)>,
    seen: BTreeMap<StoreId, (Store, Role)>,
}

impl<'l, 'c> Look<'l, 'c> {
    fn of(reader: &'l Reader<'c>, user: UserId, sought: &'l Sought) -> Result<Self, DbError> {
        let mut all = members::seen_by(reader, user)?;
        all.retain(|(_, role)| role.may(Permission::SeeInvoices));
        let seen = all.iter().map(|(store, role)| (store.id, (store.clone(), *role))).collect();
        Ok(Self { reader, sought, all, seen })
    }

    /// A store of theirs whose sums they see: what was given back is among them.
    fn with_sums(&self, id: StoreId) -> Option<Store> {
        let (store, role) = self.seen.get(&id)?;
        role.may(Permission::SeeMoney).then(|| store.clone())
    }

    /// The invoices that go by it, not read yet.
    fn invoices(&self) -> Result<Hits<Spot>, DbError> {
        let (r, sought) = (self.reader, self.sought);
        let mut found = Found::default();
        for (store, _) in self.all.iter().filter(|_| !sought.text.is_empty()) {
            found.named(invoices::by_order(r, store.id, &sought.text, LOOKED_UP)?);
            if sought.is_email {
                found.named(invoices::by_email(r, store.id, &sought.text, LOOKED_UP)?);
            }
            for (price, currency) in sought.prices() {
                found.like(invoices::by_price(r, store.id, price, currency, LOOKED_UP)?);
            }
            for due in sought.bitcoins() {
                found.like(invoices::by_due(r, store.id, due, LOOKED_UP)?);
            }
        }
        if let Some(txid) = sought.txid {
            found.named(invoices::paid_by(r, txid)?);
        }
        for id in sought.id.map(InvoiceId::from_bytes).into_iter().chain(self.paid_to()?) {
            let record = invoices::find(r, id)?;
            found.named(
                record
                    .iter()
                    .map(|record| Spot { id, store_id: record.store_id, place: Place::of(record) })
                    .collect(),
            );
        }
        for (first, last) in &sought.beginnings {
            found.like(invoices::beginning(r, *first, *last, BEGINNINGS)?);
        }
        Ok(found.hits(|spot| self.seen.contains_key(&spot.store_id)))
    }

    /// The invoices that were given an address, on any network that a store of theirs is paid on.
    fn paid_to(&self) -> Result<Vec<InvoiceId>, DbError> {
        let Some(script) = &self.sought.script else { return Ok(vec![]) };
        let networks: BTreeSet<&str> = self.all.iter().map(|(store, _)| store.network.as_str()).collect();
        let issued = networks.into_iter().map(|network| scripts::issued(self.reader, network, script));
        let issued: Vec<_> = issued.collect::<Result<_, _>>()?;
        Ok(issued.into_iter().flatten().filter_map(|issued| issued.invoice_id).collect())
    }

    fn refunds(&self) -> Result<Hits<FoundRefund>, DbError> {
        let mut found: Vec<RefundRecord> = vec![];
        if let Some(id) = self.sought.id.map(RefundId::from_bytes) {
            found.extend(refunds::find(self.reader, id)?);
        }
        if let Some(txid) = self.sought.txid {
            found.extend(refunds::paid_by(self.reader, txid)?);
        }
        if let Some(script) = &self.sought.script {
            for (store, _) in &self.all {
                found.extend(refunds::sent_to(self.reader, store.id, script, LOOKED_UP)?);
            }
        }
        let known = found.into_iter().filter_map(|record| {
            let store = self.with_sums(record.store_id)?;
            let (id, amount) = (record.refund.id, record.refund.amount.to_sat());
            Some(FoundRefund { id, store, amount, created_at: record.created_at })
        });
        Ok(Hits::exactly(known.collect()))
    }

    fn payouts(&self) -> Result<Hits<FoundPayout>, DbError> {
        let mut found: Vec<(SpendId, StoreId, Timestamp)> = vec![];
        if let Some(id) = self.sought.id.map(SpendId::from_bytes) {
            let spend = spends::find(self.reader, id)?;
            found.extend(spend.map(|spend| (spend.id, spend.store_id, spend.created_at)));
        }
        if let Some(txid) = self.sought.txid {
            found.extend(spends::of_txid(self.reader, txid)?);
        }
        let known = found.into_iter().filter_map(|(id, store, created_at)| {
            Some(FoundPayout { id, store: self.with_sums(store)?, created_at })
        });
        Ok(Hits::exactly(known.collect()))
    }

    fn stores(&self) -> Hits<Store> {
        let wanted = self.sought.text.to_lowercase();
        let named = |store: &Store| {
            let name = store.name.to_lowercase();
            let exact = name == wanted || self.sought.id == Some(*store.id.as_bytes());
            let like = !wanted.is_empty() && name.contains(&wanted);
            (exact || like).then(|| Hit { exact, found: store.clone() })
        };
        let mut all: Vec<Hit<Store>> = self.all.iter().filter_map(|(store, _)| named(store)).collect();
        all.sort_by_key(|hit| !hit.exact);
        Hits::first(all, false)
    }
}

/// Invoices as they are found: under several names, perhaps.
#[derive(Default)]
struct Found {
    /// By id: whether exactly, and where.
    spots: BTreeMap<InvoiceId, (bool, Spot)>,
    /// One name had as many as are looked up.
    uncounted: bool,
}

impl Found {
    /// Those that what was typed is the name of.
    fn named(&mut self, spots: Vec<Spot>) {
        self.add(true, spots);
    }

    /// Those that it is like.
    fn like(&mut self, spots: Vec<Spot>) {
        self.add(false, spots);
    }

    fn add(&mut self, exact: bool, spots: Vec<Spot>) {
        self.uncounted |= spots.len() >= LOOKED_UP as usize;
        for spot in spots {
            let known = self.spots.entry(spot.id).or_insert((exact, spot));
            known.0 |= exact;
        }
    }

    fn hits(self, is_seen: impl Fn(&Spot) -> bool) -> Hits<Spot> {
        let seen = self.spots.into_values().filter(|(_, spot)| is_seen(spot));
        let mut all: Vec<Hit<Spot>> = seen.map(|(exact, found)| Hit { exact, found }).collect();
        let place = |spot: &Spot| (spot.place.created_at, spot.place.number);
        all.sort_by_key(|hit| (!hit.exact, std::cmp::Reverse(place(&hit.found))));
        Hits::first(all, self.uncounted)
    }
}

impl<T> Hits<T> {
    /// Of all, which are in order, the first.
    fn first(mut all: Vec<Hit<T>>, uncounted: bool) -> Self {
        let more = all.len().saturating_sub(SHOWN);
        all.truncate(SHOWN);
        Self { shown: all, more, uncounted: uncounted && more > 0 }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// How many were found, shown or not.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shown.len() + self.more
    }

    fn try_map<U>(self, read: impl Fn(&T) -> Result<Option<U>, DbError>) -> Result<Hits<U>, DbError> {
        let read =
            self.shown.iter().map(|hit| Ok(read(&hit.found)?.map(|found| Hit { exact: hit.exact, found })));
        let shown = read.filter_map(Result::transpose).collect::<Result<_, DbError>>()?;
        Ok(Hits { shown, more: self.more, uncounted: self.uncounted })
    }
}

impl<T: PartialEq> Hits<T> {
    /// What was found by its own name, each once.
    fn exactly(found: Vec<T>) -> Self {
        let mut all: Vec<Hit<T>> = vec![];
        for found in found {
            if !all.iter().any(|hit| hit.found == found) {
                all.push(Hit { exact: true, found });
            }
        }
        Self::first(all, false)
    }
}
