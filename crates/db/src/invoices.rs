//! Invoices: what never changes, the quote, the way to pay, and the verdict as it stands.

mod browse;
mod list;
mod page;
mod seek;

use bitcoin::{Amount, ScriptBuf};
use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, StoreId, WalletId};
use specie_core::invoice::{
    Accepted, Asked, Flag, Invoice, Mark, Order, Speed, Status, Stored, Terms, TermsError, email_key,
};
use specie_core::money::{Currency, sort_key};
use specie_core::quote::Rate;
use specie_core::time::Timestamp;

use crate::Locked;
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::payments;
use crate::refunds;
use crate::row::{Row, to_json};
use crate::statement::statements;

pub use browse::{Cut, Wanted, browse};
pub use list::{Filter, list};
pub use page::{Page, Place, Search, page};
pub use seek::{Spot, beginning, by_due, by_email, by_order, by_price, paid_by};

const TABLE: &str = "invoices";
/// The on-chain payment method, by its name in the database.
const ON_CHAIN: &str = "BTC-CHAIN";

macro_rules! selected {
    () => {
        "SELECT i.id, i.number, i.store_id, i.network, i.price, i.currency, i.asked, i.speed, i.unconfirmed_limit,
            i.order_details, i.created_at, i.monitoring_ends_at, i.status, i.flag, i.mark, i.ever_confirmed, i.booked,
            i.event_count, q.due, q.min_due, q.per_btc, q.source, q.observed_at, q.expires_at, m.wallet_id, m.script,
            i.accepted, i.accepted_at, i.archived, i.has_refunds, i.quote_seq, i.extended "
    };
}
macro_rules! joined {
    () => {
        "LEFT JOIN quotes q ON q.invoice_id = i.id AND q.seq = i.quote_seq
        LEFT JOIN payment_methods m ON m.invoice_id = i.id AND m.method = 'BTC-CHAIN' "
    };
}
macro_rules! columns {
    () => {
        concat!($crate::invoices::selected!(), "FROM invoices i ", $crate::invoices::joined!())
    };
}
pub(crate) use {columns, joined, selected};

statements! { "invoices":
    INSERT = "INSERT INTO invoices (id, store_id, network, price, currency, asked, speed, unconfirmed_limit, order_id,
            item_code, order_details, created_at, monitoring_ends_at, status, flag, mark, ever_confirmed, booked,
            event_count, next_deadline, waits_for_depth, misses_payments, has_refunds, archived, quote_seq, extended,
            buyer_email, sort_price)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, $16, $17, $18, $19, 0, 0, 0, 0, 0, 0,
            $20, $21)";
    NUMBER = "SELECT id, number FROM invoices WHERE id = $1";
    INSERT_QUOTE = "INSERT INTO quotes (invoice_id, seq, due, min_due, per_btc, source, observed_at, expires_at,
            store_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    REQUOTE = "UPDATE invoices SET quote_seq = $2, extended = $3, monitoring_ends_at = $4 WHERE id = $1";
    QUOTES = "SELECT invoice_id, due, per_btc, source, observed_at, expires_at FROM quotes WHERE invoice_id = $1
        ORDER BY seq";
    INSERT_METHOD = "INSERT INTO payment_methods (invoice_id, method, wallet_id, script) VALUES ($1, $2, $3, $4)";
    UPDATE = "UPDATE invoices SET status = $2, flag = $3, mark = $4, ever_confirmed = $5, booked = $6,
            event_count = $7, next_deadline = $8, waits_for_depth = $9, misses_payments = $10, accepted = $11,
            accepted_at = $12, has_refunds = $13
        WHERE id = $1";
    SET_ARCHIVED = "UPDATE invoices SET archived = $3 WHERE id = $1 AND store_id = $2";
    FIND = concat!(columns!(), "WHERE i.id = $1");
    BY_NUMBER = concat!(columns!(), "WHERE i.number = $1");
    LOCK = concat!(columns!(), "WHERE i.id = $1 /*postgres FOR NO KEY UPDATE OF i*/");
    EXPECTING_DEADLINE = "SELECT id FROM invoices WHERE network = $1 AND next_deadline <= $2
        ORDER BY next_deadline LIMIT $3";
    WAITING_FOR_DEPTH = "SELECT id FROM invoices WHERE network = $1 AND waits_for_depth = 1";
    MISSING_PAYMENTS = "SELECT id FROM invoices WHERE network = $1 AND misses_payments = 1";
    EVERY = "SELECT id FROM invoices ORDER BY number";
    COUNT = "SELECT status, count(*) FROM invoices GROUP BY status ORDER BY status";
    LIST = list::rows!(list::by_nothing!());
    LIST_BY_STATUS = list::rows!(list::by_status!());
    LIST_BY_ORDER = list::rows!(list::by_order!());
    LIST_BY_ITEM = list::rows!(list::by_item!());
    PLACES_BY_STATUS = list::by_status!();
    PLACES_BY_ORDER = list::by_order!();
    PLACES_BY_ITEM = list::by_item!();
    PAGE = page::by_nothing!();
    PAGE_BY_STATUS = page::by_status!();
    PAGE_BY_ORDER = page::by_order!();
    OLDER = browse::older!("1 = 1");
    OLDER_BY_STATUS = browse::older!("i.status = $7");
    OLDER_BY_FLAG = browse::older!("i.flag = $8 AND i.flag <> ''");
    OLDER_BY_ORDER = browse::older!("i.order_id = $9");
    OLDER_BY_ITEM = browse::older!("i.item_code = $10");
    OLDER_BY_EMAIL = browse::older!("i.buyer_email = $11");
    OLDER_BY_PRICE = browse::older!("i.sort_price = $13");
    NEWER = browse::newer!("1 = 1");
    NEWER_BY_STATUS = browse::newer!("i.status = $7");
    NEWER_BY_FLAG = browse::newer!("i.flag = $8 AND i.flag <> ''");
    NEWER_BY_ORDER = browse::newer!("i.order_id = $9");
    NEWER_BY_ITEM = browse::newer!("i.item_code = $10");
    NEWER_BY_EMAIL = browse::newer!("i.buyer_email = $11");
    NEWER_BY_PRICE = browse::newer!("i.sort_price = $13");
    SEEK_ORDER = seek::named!("order_id");
    SEEK_EMAIL = seek::named!("buyer_email");
    SEEK_PRICE = "SELECT id, store_id, created_at, number FROM invoices WHERE store_id = $1 AND archived = $2
            AND sort_price = $3 AND (CAST($4 AS TEXT) IS NULL OR currency = $4)
        ORDER BY created_at DESC, number DESC LIMIT $5";
    SEEK_DUE = "SELECT i.id, i.store_id, i.created_at, i.number FROM quotes q JOIN invoices i ON i.id = q.invoice_id
        WHERE q.store_id = $1 AND q.due = $2 ORDER BY q.invoice_id DESC LIMIT $3";
    SEEK_BEGINNING = "SELECT id, store_id, created_at, number FROM invoices WHERE id >= $1 AND id <= $2
        ORDER BY id DESC LIMIT $3";
    SEEK_TXID = "SELECT i.id, i.store_id, i.created_at, i.number FROM payments p JOIN invoices i ON i.id = p.invoice_id
        WHERE p.txid = $1";
}

/// Where an invoice is paid to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnChain {
    /// The wallet.
    pub wallet_id: WalletId,
    /// The script issued for this invoice alone.
    pub script: ScriptBuf,
}

/// An invoice with all that was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRecord {
    /// Identifier.
    pub id: InvoiceId,
    /// Its number on this server, given when it is stored and never again to another.
    pub number: i64,
    /// The store.
    pub store_id: StoreId,
    /// The network it is paid on.
    pub network: String,
    /// The price; none for a top-up.
    pub price: Option<Decimal>,
    /// The currency of the price, or of the top-up.
    pub currency: Currency,
    /// The rate of its last quote; none if nothing is asked.
    pub rate: Option<Rate>,
    /// Where it is paid to; nowhere if nothing is asked, or no address was issued yet.
    pub on_chain: Option<OnChain>,
    /// What the shop said about it.
    pub order: Order,
    /// How many events its log holds.
    pub event_count: i64,
    /// It is out of sight of its store's lists.
    pub archived: bool,
    /// Terms, payments and verdict.
    pub invoice: Invoice,
}

/// What was asked of a buyer, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// In satoshis, where it is an amount.
    pub due: Option<Amount>,
    /// At which rate; none if nothing is asked.
    pub rate: Option<Rate>,
    /// Until when.
    pub expires_at: Timestamp,
}

fn asked_name(asked: Asked) -> &'static str {
    match asked {
        Asked::Nothing => "nothing",
        Asked::Anything => "anything",
        Asked::Exactly { .. } => "exactly",
    }
}

fn mark_name(mark: Mark) -> &'static str {
    mark.status().name()
}

/// Adds an invoice with its quote and its way to pay, and returns the number that it was given. The
/// payments of a new one are none.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, record: &InvoiceRecord) -> Result<i64, DbError> {
    let terms = record.invoice.terms();
    let verdict = record.invoice.verdict();
    let row = params![
        record.id,
        record.store_id,
        &record.network,
        record.price,
        record.currency,
        asked_name(terms.asked()),
        terms.speed().name(),
        terms.unconfirmed_limit(),
        record.order.order_id.as_ref(),
        record.order.item_code.as_ref(),
        to_json(&record.order),
        terms.created_at(),
        terms.monitoring_ends_at(),
        verdict.status().name(),
        verdict.flag().name(),
        record.invoice.ever_confirmed(),
        record.invoice.booked(),
        record.event_count,
        record.invoice.next_deadline(Timestamp::EPOCH),
        record.order.buyer.email.as_deref().map(email_key),
        record.price.map(sort_key),
    ];
    tx.execute(&INSERT, &row)?;
    insert_quote(tx, record, &record.invoice, record.rate.as_ref())?;
    if let Some(on_chain) = &record.on_chain {
        insert_method(tx, record.id, on_chain)?;
    }
    let number = tx.query_opt(TABLE, &NUMBER, &params![record.id], |row| row.int(1, "number"))?;
    number.ok_or_else(|| DbError::Corrupt {
        table: TABLE,
        row: record.id.to_string(),
        column: "number",
        problem: "is not there after it was written".to_owned(),
    })
}

fn insert_quote(
    tx: &mut Tx<'_>,
    record: &InvoiceRecord,
    invoice: &Invoice,
    rate: Option<&Rate>,
) -> Result<(), DbError> {
    let terms = invoice.terms();
    let row = params![
        record.id,
        invoice.requotes(),
        terms.due(),
        terms.due().map(|_| terms.min_due()),
        rate.map(|r| r.per_btc),
        rate.map(|r| r.source.as_str()),
        rate.map(|r| r.observed_at),
        terms.expires_at(),
        record.store_id,
    ];
    tx.execute(&INSERT_QUOTE, &row).map(drop)
}

fn insert_method(tx: &mut Tx<'_>, id: InvoiceId, on_chain: &OnChain) -> Result<(), DbError> {
    tx.execute(&INSERT_METHOD, &params![id, ON_CHAIN, on_chain.wallet_id, &on_chain.script]).map(drop)
}

/// The invoice of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: InvoiceId) -> Result<Option<InvoiceRecord>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], |row| rehydrate(reader, row))
}

/// The invoice of that number.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_number(reader: &Reader<'_>, number: i64) -> Result<Option<InvoiceRecord>, DbError> {
    reader.query_opt(TABLE, &BY_NUMBER, &params![number], |row| rehydrate(reader, row))
}

/// Locks an invoice, so that its next state can be written.
///
/// Whoever has waited for the row is given the invoice as it is by then, but what is joined to it as it was before: a
/// quote that stands no more is none at all, and neither is an address that was issued meanwhile. So where one of them is
/// missing, it is read once more, with the row in hand.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Option<Locked<InvoiceRecord>>, DbError> {
    let whole = |row: &Row| {
        let joined = row.opt_int(23, "quotes.expires_at")?.is_some() && !is_unopened(row)?;
        joined.then(|| rehydrate(tx, row)).transpose()
    };
    match tx.query_opt(TABLE, &LOCK, &params![id], whole)? {
        Some(None) => Ok(find(tx, id)?.map(Locked)),
        found => Ok(found.flatten().map(Locked)),
    }
}

/// Writes the quote that stands from now on, at its rate; the others stay as they are. The rest of the invoice is
/// written by [`update`].
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn requote(
    tx: &mut Tx<'_>,
    before: Locked<InvoiceRecord>,
    after: &Invoice,
    rate: Option<Rate>,
) -> Result<Locked<InvoiceRecord>, DbError> {
    insert_quote(tx, &before, after, rate.as_ref())?;
    let row = params![before.id, after.requotes(), after.extended(), after.terms().monitoring_ends_at()];
    tx.execute(&REQUOTE, &row)?;
    Ok(Locked(InvoiceRecord { rate, ..before.0 }))
}

/// Writes where an invoice is paid to, which had no address before.
///
/// # Errors
/// [`DbError::Duplicate`] if it had one.
pub fn set_on_chain(
    tx: &mut Tx<'_>,
    before: Locked<InvoiceRecord>,
    on_chain: OnChain,
) -> Result<Locked<InvoiceRecord>, DbError> {
    insert_method(tx, before.id, &on_chain)?;
    Ok(Locked(InvoiceRecord { on_chain: Some(on_chain), ..before.0 }))
}

/// Every quote that an invoice ever had, the first one first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn quotes(reader: &Reader<'_>, record: &InvoiceRecord) -> Result<Vec<Quote>, DbError> {
    reader.query("quotes", &QUOTES, &params![record.id], |row| {
        Ok(Quote {
            due: row.opt_amount(1, "due")?,
            rate: quoted(row, 2, record.currency)?,
            expires_at: row.time(5, "expires_at")?,
        })
    })
}

/// Writes the next state of a locked invoice: verdict, marks, payments and refunds that changed, and when
/// to look again. What else is known of a new refund has to be written before it. `events` is how many are appended to its log along with it.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Locked<InvoiceRecord>,
    after: &Invoice,
    events: usize,
    synced_at: Timestamp,
) -> Result<(), DbError> {
    let verdict = after.verdict();
    let row = params![
        before.id,
        verdict.status().name(),
        verdict.flag().name(),
        after.mark().map(mark_name),
        after.ever_confirmed(),
        after.booked(),
        before.event_count + i64::try_from(events).unwrap_or(i64::MAX),
        after.next_deadline(synced_at),
        after.waits_for_depth(),
        after.misses_payments(),
        after.accepted().map(|accepted| accepted.amount),
        after.accepted().map(|accepted| accepted.at),
        !after.refunds().is_empty(),
    ];
    tx.execute(&UPDATE, &row)?;
    refunds::save(tx, before.invoice.refunds(), after.refunds())?;
    payments::save(tx, before.id, before.invoice.payments(), after.payments())
}

/// Puts an invoice of a store into the archive, or takes it out. Returns whether there is such an
/// invoice.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_archived(tx: &mut Tx<'_>, id: InvoiceId, store: StoreId, archived: bool) -> Result<bool, DbError> {
    tx.execute(&SET_ARCHIVED, &params![id, store, archived]).map(|rows| rows == 1)
}

/// Up to `limit` invoices whose verdict time alone may have changed by `synced_at`.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn past_deadline(
    reader: &Reader<'_>,
    network: &str,
    synced_at: Timestamp,
    limit: i64,
) -> Result<Vec<InvoiceId>, DbError> {
    reader.query(TABLE, &EXPECTING_DEADLINE, &params![network, synced_at, limit], id)
}

/// The invoices with a payment in a block that is not final yet: each new block may matter.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn waiting_for_depth(reader: &Reader<'_>, network: &str) -> Result<Vec<InvoiceId>, DbError> {
    reader.query(TABLE, &WAITING_FOR_DEPTH, &params![network], id)
}

/// The invoices with a payment that is in neither mempool nor chain.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn missing_payments(reader: &Reader<'_>, network: &str) -> Result<Vec<InvoiceId>, DbError> {
    reader.query(TABLE, &MISSING_PAYMENTS, &params![network], id)
}

/// The ids of all invoices, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn every(reader: &Reader<'_>) -> Result<Vec<InvoiceId>, DbError> {
    reader.query(TABLE, &EVERY, &[], id)
}

/// How many invoices have each status.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn count(reader: &Reader<'_>) -> Result<Vec<(Status, i64)>, DbError> {
    reader.query(TABLE, &COUNT, &[], |row| {
        Ok((row.named(0, "status", Status::from_name)?, row.int(1, "count")?))
    })
}

fn id(row: &Row) -> Result<InvoiceId, DbError> {
    row.id(0, "id", InvoiceId::from_bytes)
}

fn rehydrate(reader: &Reader<'_>, row: &Row) -> Result<InvoiceRecord, DbError> {
    let id = id(row)?;
    let currency: Currency = row.parsed(5, "currency")?;
    Ok(InvoiceRecord {
        id,
        number: row.int(1, "number")?,
        store_id: row.id(2, "store_id", StoreId::from_bytes)?,
        network: row.text(3, "network")?,
        price: row
            .opt_text(4, "price")?
            .map(|p| p.parse().map_err(|e| row.corrupt("price", e)))
            .transpose()?,
        currency,
        rate: quoted(row, 20, currency)?,
        on_chain: match row.opt_id(24, "payment_methods.wallet_id", WalletId::from_bytes)? {
            Some(wallet_id) => Some(OnChain { wallet_id, script: row.script(25, "payment_methods.script")? }),
            None => None,
        },
        order: row.json(9, "order_details")?,
        event_count: row.int(17, "event_count")?,
        archived: row.flag(28, "archived")?,
        invoice: Invoice::rehydrate(Stored {
            terms: terms(row)?,
            payments: payments::of_invoice(reader, id)?,
            mark: row
                .opt_text(14, "mark")?
                .map(|name| Mark::from_name(&name).ok_or_else(|| row.corrupt("mark", "unknown name")))
                .transpose()?,
            accepted: accepted(row)?,
            ever_confirmed: row.flag(15, "ever_confirmed")?,
            booked: row.amount(16, "booked")?,
            requotes: row.u32(30, "quote_seq")?,
            extended: row.flag(31, "extended")?,
            unopened: is_unopened(row)?,
            refunds: if row.flag(29, "has_refunds")? { refunds::of_invoice(reader, id)? } else { vec![] },
            status: row.named(12, "status", Status::from_name)?,
            flag: row.named(13, "flag", Flag::from_name)?,
        }),
    })
}

/// Something is asked, and nothing says where to.
fn is_unopened(row: &Row) -> Result<bool, DbError> {
    let to = row.opt_id(24, "payment_methods.wallet_id", WalletId::from_bytes)?;
    Ok(to.is_none() && row.text(6, "asked")? != asked_name(Asked::Nothing))
}

fn accepted(row: &Row) -> Result<Option<Accepted>, DbError> {
    let Some(amount) = row.opt_amount(26, "accepted")? else { return Ok(None) };
    Ok(Some(Accepted { amount, at: row.time(27, "accepted_at")? }))
}

/// The rate of a quote, in three columns from this one on: `per_btc`, `source`, `observed_at`.
pub(crate) fn quoted(row: &Row, first: usize, currency: Currency) -> Result<Option<Rate>, DbError> {
    let Some(per_btc) = row.opt_text(first, "quotes.per_btc")? else { return Ok(None) };
    Ok(Some(Rate {
        currency,
        per_btc: per_btc.parse().map_err(|e| row.corrupt("quotes.per_btc", e))?,
        source: row.text(first + 1, "quotes.source")?,
        observed_at: row.time(first + 2, "quotes.observed_at")?,
    }))
}

fn terms(row: &Row) -> Result<Terms, DbError> {
    let asked = match row.text(6, "asked")?.as_str() {
        "nothing" => Asked::Nothing,
        "anything" => Asked::Anything,
        "exactly" => {
            Asked::Exactly { due: row.amount(18, "quotes.due")?, min_due: row.amount(19, "quotes.min_due")? }
        }
        other => return Err(row.corrupt("asked", format_args!("unknown name {other:?}"))),
    };
    Terms::new(
        asked,
        row.named(7, "speed", Speed::from_name)?,
        row.amount(8, "unconfirmed_limit")?,
        row.time(10, "created_at")?,
        row.time(23, "quotes.expires_at")?,
        row.time(11, "monitoring_ends_at")?,
    )
    .map_err(|e| {
        let column = match e {
            TermsError::ExpiresBeforeCreation => "quotes.expires_at",
            TermsError::MonitoringEndsBeforeExpiry => "monitoring_ends_at",
            TermsError::DueOutOfRange => "quotes.due",
        };
        row.corrupt(column, e)
    })
}
