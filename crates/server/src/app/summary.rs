//! What stores are summed up to. A worker reads the log of events behind a cursor of its own; for
//! each invoice that something happened to, what it counts as now takes the place of what it was
//! counted as before. So it does not matter what happened, how often it is read, or whether a sale
//! was undone; and what is read out costs the same after a year as on the first day.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{Event, Flag, Mark, Status};
use specie_core::ledger::Account;
use specie_core::money::Currency;
use specie_core::time::Timestamp;
use specie_db::events::{self, Cursor};
use specie_db::invoices::{self, InvoiceRecord};
use specie_db::summaries::{self, Sales};
use specie_db::{DbError, Reader, Tx, leads, postings};

use super::view;
use super::{App, AppError, Grant, Store};

/// How many events are looked at in one go.
const FOLD: i64 = 500;
/// How many days are told of.
const DAYS: i64 = 30;

pub(super) const PENDING: &str = "pending";

/// What an invoice counts as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    status: Status,
    flag: Flag,
    /// Satoshis that came and are not in the ledger.
    pending: i64,
    sale: Option<Sale>,
}

/// It is confirmed, so something was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sale {
    /// The day, in UTC, on which it was confirmed first, since the epoch.
    day: i64,
    currency: Currency,
    amount: Decimal,
    sats: i64,
}

/// A store, summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSummary {
    /// The store.
    pub store: Store,
    /// How many invoices have each status.
    pub statuses: BTreeMap<Status, i64>,
    /// How many have each flag.
    pub flags: BTreeMap<&'static str, i64>,
    /// Satoshis in the ledger that were neither lost nor given back, by its own balances.
    pub settled: i64,
    /// Satoshis that were earned and given back.
    pub refunded: i64,
    /// Satoshis that came and are not in the ledger.
    pub pending: i64,
    /// The sales of the last days: how many days ago, in which currency, and how much.
    pub sales: Vec<(i64, Currency, Sales)>,
    /// How many deliveries were tried in vain and are tried again.
    pub failing: i64,
}

/// An invoice that counts as something else than before.
#[derive(Debug, Clone)]
struct Change {
    invoice: InvoiceId,
    store: StoreId,
    before: Option<Counted>,
    after: Counted,
}

/// What was read of the log.
#[derive(Debug, Clone)]
struct Reading {
    from: Cursor,
    to: Cursor,
    changes: Vec<Change>,
}

impl App {
    /// Sums up what has happened since it was last done; of very much, the beginning.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer or write.
    pub async fn sum_up(&self) -> Result<(), AppError> {
        // Invoices are looked at outside the writer, which others wait for.
        let Some(reading) = self.0.db.read(read_log).await? else { return Ok(()) };
        let written = self.0.db.write("sum_up", move |tx| {
            leads::one_at_a_time(tx, "summary")?;
            // Else another process was faster, and has counted all this.
            if summaries::move_on(tx, reading.from, reading.to)? {
                apply(tx, &reading.changes)?;
            }
            Ok::<_, AppError>(())
        });
        written.await
    }

    /// What the stores that a token opens are summed up to, newest store first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn summaries(&self, grant: &Grant) -> Result<Vec<StoreSummary>, AppError> {
        let opened = self.stores_of(grant, i64::MAX, u32::MAX).await?;
        let today = self.now().day();
        self.0.db.read(move |r| opened.iter().map(|store| Ok(summary(r, store, today)?)).collect()).await
    }
}

fn read_log(reader: &Reader<'_>) -> Result<Option<Reading>, AppError> {
    let from = summaries::place(reader)?;
    let written = events::since(reader, from, FOLD)?;
    let settled: Vec<_> = written.into_iter().take_while(|event| event.settled).collect();
    let Some(to) = settled.last().map(|event| event.cursor) else { return Ok(None) };
    let touched: BTreeSet<InvoiceId> = settled.iter().map(|event| event.invoice_id).collect();
    let mut changes = Vec::new();
    for id in touched {
        let record = invoices::find(reader, id)?.ok_or(AppError::InvoiceNotFound)?;
        let history = events::of_invoice(reader, id)?;
        let before = summaries::counted(reader, id)?.map(|text| read_counted(id, &text)).transpose()?;
        let after = Counted::of(&record, &history);
        if before.as_ref() != Some(&after) {
            changes.push(Change { invoice: id, store: record.store_id, before, after });
        }
    }
    Ok(Some(Reading { from, to, changes }))
}

fn read_counted(id: InvoiceId, text: &str) -> Result<Counted, DbError> {
    serde_json::from_str(text).map_err(|e| DbError::Corrupt {
        table: "summary_invoices",
        row: id.to_string(),
        column: "counted",
        problem: e.to_string(),
    })
}

/// What invoices add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    totals: BTreeMap<(StoreId, String), i64>,
    sales: BTreeMap<(StoreId, i64, Currency), Sales>,
}

impl Sums {
    /// Adds what an invoice counts as, or takes it away.
    fn count(&mut self, store: StoreId, counted: &Counted, sign: i64) {
        for (name, value) in counted.totals() {
            *self.totals.entry((store, name)).or_default() += sign * value;
        }
        if let Some(sale) = &counted.sale {
            let one = Sales { number: 1, amount: sale.amount, sats: sale.sats };
            let sum = self.sales.entry((store, sale.day, sale.currency)).or_default();
            *sum = sum.plus(if sign > 0 { one } else { one.reversed() });
        }
    }

    /// Without what is nothing: whether there is a row for that means nothing.
    fn without_nothing(mut self) -> Self {
        self.totals.retain(|_, value| *value != 0);
        self.sales.retain(|_, sales| *sales != Sales::default());
        self
    }
}

fn apply(tx: &mut Tx<'_>, changes: &[Change]) -> Result<(), DbError> {
    let mut sums = Sums::default();
    for change in changes {
        if let Some(before) = &change.before {
            sums.count(change.store, before, -1);
        }
        sums.count(change.store, &change.after, 1);
        let counted = serde_json::to_string(&change.after).expect("what is counted is JSON");
        summaries::count(tx, change.invoice, &counted)?;
    }
    let Sums { totals, sales } = sums.without_nothing();
    for ((store, name), value) in &totals {
        summaries::add(tx, *store, name, *value)?;
    }
    for ((store, day, currency), more) in &sales {
        summaries::add_sales(tx, *store, *day, *currency, *more)?;
    }
    Ok(())
}

/// What does not fit: each sum is that of what the invoices were counted as; and once the whole log
/// was read, each invoice was counted as what it is.
pub(super) fn verify(reader: &Reader<'_>) -> Result<Vec<String>, DbError> {
    let whole = events::since(reader, summaries::place(reader)?, 1)?.is_empty();
    let (mut sums, mut problems) = (Sums::default(), Vec::new());
    let mut seen = BTreeSet::new();
    for (id, store, text) in summaries::every_counted(reader)? {
        seen.insert(id);
        match read_counted(id, &text) {
            Ok(counted) => {
                sums.count(store, &counted, 1);
                if whole && counts_as(reader, id)?.is_some_and(|now| now != counted) {
                    problems.push(format!("invoice {id}: it was summed up as {counted:?}"));
                }
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    if whole {
        let missed = invoices::every(reader)?.into_iter().filter(|id| !seen.contains(id));
        problems.extend(missed.map(|id| format!("invoice {id}: it was not summed up")));
    }
    let totals = summaries::every_total(reader)?.into_iter();
    let sales = summaries::every_sale(reader)?.into_iter();
    let kept = Sums {
        totals: totals.map(|(store, name, value)| ((store, name), value)).collect(),
        sales: sales.map(|(store, day, currency, sales)| ((store, day, currency), sales)).collect(),
    };
    let (kept, sums) = (kept.without_nothing(), sums.without_nothing());
    if kept != sums {
        problems.push(format!("the summary holds {kept:?}, the invoices add up to {sums:?}"));
    }
    Ok(problems)
}

/// What an invoice counts as now; none, if its log cannot be read, which is told of elsewhere.
fn counts_as(reader: &Reader<'_>, id: InvoiceId) -> Result<Option<Counted>, DbError> {
    let record = invoices::find(reader, id);
    let history = events::of_invoice(reader, id);
    match (record, history) {
        (Ok(Some(record)), Ok(history)) => Ok(Some(Counted::of(&record, &history))),
        (Err(error), _) | (_, Err(error)) if !matches!(error, DbError::Corrupt { .. }) => Err(error),
        _ => Ok(None),
    }
}

impl Counted {
    fn of(record: &InvoiceRecord, history: &[(Timestamp, Event)]) -> Self {
        let verdict = record.invoice.verdict();
        let sats = |amount: bitcoin::Amount| i64::try_from(amount.to_sat()).unwrap_or(i64::MAX);
        let (received, booked) = (sats(record.invoice.received()), sats(record.invoice.booked()));
        let sold = matches!(verdict.status(), Status::Confirmed | Status::Complete);
        Self {
            status: verdict.status(),
            flag: verdict.flag(),
            pending: (received - booked).max(0),
            sale: sold.then(|| Sale {
                day: confirmed_at(history).unwrap_or(record.invoice.terms().created_at()).day(),
                currency: record.currency,
                amount: view::price(record, &record.invoice).unwrap_or_default(),
                sats: received,
            }),
        }
    }

    fn totals(&self) -> [(String, i64); 3] {
        [(status_total(self.status), 1), (flag_total(self.flag), 1), (PENDING.to_owned(), self.pending)]
    }
}

fn status_total(status: Status) -> String {
    format!("status {}", status.name())
}

fn flag_total(flag: Flag) -> String {
    format!("flag {}", flag.name())
}

/// When it was confirmed first, by the chain or by the operator.
fn confirmed_at(history: &[(Timestamp, Event)]) -> Option<Timestamp> {
    let confirms = |event: &Event| {
        matches!(
            event,
            Event::StatusChanged { to: Status::Confirmed | Status::Complete, .. }
                | Event::Marked { mark: Mark::Complete }
        )
    };
    history.iter().find(|(_, event)| confirms(event)).map(|(at, _)| *at)
}

fn summary(reader: &Reader<'_>, store: &Store, today: i64) -> Result<StoreSummary, DbError> {
    let totals: BTreeMap<String, i64> = summaries::totals(reader, store.id)?.into_iter().collect();
    let total = |name: &str| totals.get(name).copied().unwrap_or(0);
    let sales = summaries::sales_since(reader, store.id, today - DAYS + 1)?;
    let flags = [Flag::PaidPartial, Flag::PaidOver, Flag::PaidLate];
    let accounts = Account::EARNINGS.map(|account| postings::balance(reader, store.id, account));
    let earned = accounts.into_iter().sum::<Result<i64, _>>()?;
    Ok(StoreSummary {
        store: store.clone(),
        statuses: Status::ALL.into_iter().map(|status| (status, total(&status_total(status)))).collect(),
        flags: flags.into_iter().map(|flag| (flag.name(), total(&flag_total(flag)))).collect(),
        settled: -earned,
        refunded: postings::balance(reader, store.id, Account::Refunds)?,
        pending: total(PENDING),
        sales: sales.into_iter().map(|(day, currency, sales)| (today - day, currency, sales)).collect(),
        failing: summaries::failing(reader, store.id)?,
    })
}
