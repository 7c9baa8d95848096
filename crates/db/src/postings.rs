//! The ledger: postings are added, never changed, and what they leave in each account is kept with
//! them, so that a balance is one row however long the history is.

use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::ledger::{Account, Kind, Posting};
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::invoices::quoted;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "postings";
const BALANCES: &str = "balances";
const DAY_BALANCES: &str = "day_balances";

statements! { "postings":
    INSERT = "INSERT INTO postings (store_id, invoice_id, event_count, at, from_account, to_account, amount)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CHANGE = "INSERT INTO balances (store_id, account, amount) VALUES ($1, $2, $3)
        ON CONFLICT (store_id, account) DO UPDATE SET amount = balances.amount + excluded.amount";
    CHANGE_DAY = "INSERT INTO day_balances (store_id, day, account, amount) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, day, account) DO UPDATE SET amount = day_balances.amount + excluded.amount";
    DAYS = "SELECT store_id, day, account, amount FROM day_balances WHERE store_id = $1 AND day >= $2 AND day <= $3
        ORDER BY day, account";
    EVERY_DAY = "SELECT store_id, day, account, amount FROM day_balances ORDER BY store_id, day, account";
    SUMMED_DAYS = "SELECT store_id, day, account, CAST(sum(amount) AS BIGINT) FROM (
            SELECT store_id, at / 86400000 AS day, to_account AS account, amount FROM postings
            UNION ALL SELECT store_id, at / 86400000, from_account, -amount FROM postings
        ) AS moved GROUP BY store_id, day, account ORDER BY store_id, day, account";
    OF_INVOICE = "SELECT invoice_id, event_count, from_account, to_account, amount FROM postings
        WHERE invoice_id = $1 ORDER BY id";
    OF_ACCOUNTS = "SELECT p.id, p.at, p.from_account, p.to_account, p.amount, p.invoice_id, i.price, i.currency,
            q.per_btc, q.source, q.observed_at
        FROM postings p JOIN invoices i ON i.id = p.invoice_id
        LEFT JOIN quotes q ON q.invoice_id = i.id AND q.seq = i.quote_seq
        WHERE p.store_id = $1 AND p.at >= $2 AND p.at < $3
            AND (p.from_account IN ($4, $5, $6) OR p.to_account IN ($4, $5, $6))
        ORDER BY p.at, p.id LIMIT $7 OFFSET $8";
    BALANCE = "SELECT store_id, amount FROM balances WHERE store_id = $1 AND account = $2";
    KEPT = "SELECT store_id, account, amount FROM balances ORDER BY store_id, account";
    SUMMED = "SELECT store_id, account, CAST(sum(amount) AS BIGINT) FROM (
            SELECT store_id, to_account AS account, amount FROM postings
            UNION ALL SELECT store_id, from_account, -amount FROM postings
        ) AS moved GROUP BY store_id, account ORDER BY store_id, account";
}

/// What postings are written for.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    /// The store whose accounts they move.
    pub store: StoreId,
    /// The invoice that something happened to.
    pub invoice: InvoiceId,
    /// How many events its log holds, with those that say what happened.
    pub event_count: i64,
    /// When.
    pub at: Timestamp,
}

/// A posting of an account, with the invoice that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Server-wide, growing.
    pub number: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What moved.
    pub posting: Posting,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The invoice's price; none for a top-up.
    pub price: Option<Decimal>,
    /// The invoice's currency.
    pub currency: Currency,
    /// The rate it was quoted at.
    pub rate: Option<Rate>,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Written at or after.
    pub from: Timestamp,
    /// Written before.
    pub until: Timestamp,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

/// Adds postings of an invoice, and changes the balances of the accounts that they move.
///
/// # Errors
/// [`DbError`] if they cannot be written.
pub fn append(tx: &mut Tx<'_>, cause: &Cause, postings: &[Posting]) -> Result<(), DbError> {
    for posting in postings {
        let (from, to) = posting.kind.accounts();
        tx.execute(
            &INSERT,
            &params![
                cause.store,
                cause.invoice,
                cause.event_count,
                cause.at,
                from.name(),
                to.name(),
                posting.amount
            ],
        )?;
    }
    for account in Account::ALL {
        let moved: i64 = postings.iter().map(|posting| moved(posting, account)).sum();
        if moved != 0 {
            tx.execute(&CHANGE, &params![cause.store, account.name(), moved])?;
            let day = params![cause.store, cause.at.day(), account.name(), moved];
            tx.execute(&CHANGE_DAY, &day)?;
        }
    }
    Ok(())
}

fn moved(posting: &Posting, account: Account) -> i64 {
    let (from, to) = posting.kind.accounts();
    // At most 21 million bitcoin, far below the largest integer.
    let sats = posting.amount.to_sat().cast_signed();
    if account == to {
        sats
    } else if account == from {
        -sats
    } else {
        0
    }
}

/// The postings of an invoice in the order in which they were written, each with how many events
/// there were.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<(usize, Posting)>, DbError> {
    reader.query(TABLE, &OF_INVOICE, &params![invoice], |row| {
        let events =
            usize::try_from(row.int(1, "event_count")?).map_err(|e| row.corrupt("event_count", e))?;
        Ok((events, Posting { kind: kind(row, 2)?, amount: row.amount(4, "amount")? }))
    })
}

/// The postings that move any of these accounts of a store, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_accounts(
    reader: &Reader<'_>,
    store: StoreId,
    accounts: [Account; 3],
    page: Page,
) -> Result<Vec<Entry>, DbError> {
    let [one, two, three] = accounts.map(Account::name);
    let asked = params![store, page.from, page.until, one, two, three, page.limit, page.offset];
    reader.query(TABLE, &OF_ACCOUNTS, &asked, |row| {
        let currency: Currency = row.parsed(7, "invoices.currency")?;
        let price = row.opt_text(6, "invoices.price")?;
        Ok(Entry {
            number: row.int(0, "id")?,
            at: row.time(1, "at")?,
            posting: Posting { kind: kind(row, 2)?, amount: row.amount(4, "amount")? },
            invoice_id: row.id(5, "invoice_id", InvoiceId::from_bytes)?,
            price: price
                .map(|price| price.parse().map_err(|e| row.corrupt("invoices.price", e)))
                .transpose()?,
            currency,
            rate: quoted(row, 8, currency)?,
        })
    })
}

fn kind(row: &Row, first: usize) -> Result<Kind, DbError> {
    let from = row.named(first, "from_account", Account::from_name)?;
    let to = row.named(first + 1, "to_account", Account::from_name)?;
    Kind::between(from, to).ok_or_else(|| row.corrupt("to_account", "nothing moves between these accounts"))
}

/// What lies in an account of a store, in satoshis: what it took less what it gave.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn balance(reader: &Reader<'_>, store: StoreId, account: Account) -> Result<i64, DbError> {
    let asked = params![store, account.name()];
    let found = reader.query_opt(BALANCES, &BALANCE, &asked, |row| row.int(1, "amount"))?;
    Ok(found.unwrap_or(0))
}

/// How an account of a store changed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayChange {
    /// The store.
    pub store: StoreId,
    /// The day, in UTC, since the epoch.
    pub day: i64,
    /// The account.
    pub account: Account,
    /// Satoshis that it took, less those that it gave.
    pub amount: i64,
}

/// How the accounts of a store changed from a day to another, both included, by day.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn days(reader: &Reader<'_>, store: StoreId, from: i64, to: i64) -> Result<Vec<DayChange>, DbError> {
    reader.query(DAY_BALANCES, &DAYS, &params![store, from, to], day_change)
}

/// Every change of a day, as it is kept.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn kept_days(reader: &Reader<'_>) -> Result<Vec<DayChange>, DbError> {
    reader.query(DAY_BALANCES, &EVERY_DAY, &[], day_change)
}

/// Every change of a day, summed up from the postings. Its cost grows with the history: for verifying alone.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn summed_days(reader: &Reader<'_>) -> Result<Vec<DayChange>, DbError> {
    reader.query(TABLE, &SUMMED_DAYS, &[], day_change)
}

fn day_change(row: &Row) -> Result<DayChange, DbError> {
    Ok(DayChange {
        store: row.id(0, "store_id", StoreId::from_bytes)?,
        day: row.int(1, "day")?,
        account: row.named(2, "account", Account::from_name)?,
        amount: row.int(3, "amount")?,
    })
}

/// What lies in every account there is, by store and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The store.
    pub store: StoreId,
    /// The account.
    pub account: Account,
    /// Satoshis.
    pub amount: i64,
}

/// Every balance, as it is kept.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn kept(reader: &Reader<'_>) -> Result<Vec<Held>, DbError> {
    reader.query(BALANCES, &KEPT, &[], held)
}

/// Every balance, summed up from the postings. Its cost grows with the history: for verifying alone.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn summed(reader: &Reader<'_>) -> Result<Vec<Held>, DbError> {
    reader.query(TABLE, &SUMMED, &[], held)
}

fn held(row: &Row) -> Result<Held, DbError> {
    Ok(Held {
        store: row.id(0, "store_id", StoreId::from_bytes)?,
        account: row.named(1, "account", Account::from_name)?,
        amount: row.int(2, "amount")?,
    })
}
