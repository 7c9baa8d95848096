//! Deliveries: what has to reach an endpoint, written with its cause, and each attempt at it.

pub mod listed;

use serde::{Deserialize, Serialize};
use specie_core::ids::{DeliveryId, InvoiceId, StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::retry::Next;
use specie_core::time::Timestamp;

use crate::attention::{self, Subject};
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "deliveries";

/// The first pending delivery of its line: whoever hears of an invoice hears of it in order, and waits
/// for nobody else who does. One that was over and is sent again has had its place: it neither waits nor
/// keeps others waiting.
macro_rules! head_of_line {
    () => {
        "d.state = 'pending' AND (d.in_line = 0 OR NOT EXISTS (SELECT 1 FROM deliveries e
            WHERE e.line = d.line AND e.number < d.number AND e.state = 'pending' AND e.in_line = 1))"
    };
}

/// What [`rehydrate`] reads.
macro_rules! columns {
    () => {
        "d.id, d.invoice_id, d.webhook_id, d.endpoint, d.url, d.form, d.notice, d.snapshot, d.state, d.attempts,
            d.created_at, d.next_at, d.resent_at, d.in_line, d.store_id"
    };
}

statements! { "deliveries":
    INSERT = "INSERT INTO deliveries (id, invoice_id, webhook_id, line, endpoint, url, form, notice, snapshot, state,
            attempts, created_at, next_at, lease_until, resent_at, in_line, store_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 0, $10, $10, 0, NULL, 1, $11)";
    DUE_ENDPOINTS = concat!("SELECT d.endpoint, min(d.next_at) FROM deliveries d
        WHERE d.next_at <= $1 AND d.lease_until <= $1 AND d.endpoint NOT LIKE 'listen:%' AND ", head_of_line!(), "
        GROUP BY d.endpoint ORDER BY 2");
    IS_DUE = concat!("SELECT d.number FROM deliveries d
        WHERE d.endpoint = $1 AND d.next_at <= $2 AND d.lease_until <= $2 AND ", head_of_line!(), " LIMIT 1");
    DUE = concat!("SELECT ", columns!(), "
        FROM deliveries d
        WHERE d.endpoint = $1 AND d.next_at <= $2 AND d.lease_until <= $2 AND ", head_of_line!(), "
        ORDER BY d.next_at, d.number LIMIT $3 /*postgres FOR NO KEY UPDATE OF d SKIP LOCKED*/");
    LEASE = "UPDATE deliveries SET lease_until = $2 WHERE id = $1";
    NEXT_DUE = concat!("SELECT min(CASE WHEN d.lease_until > d.next_at THEN d.lease_until ELSE d.next_at END)
        FROM deliveries d WHERE d.endpoint NOT LIKE 'listen:%' AND ", head_of_line!());
    FIND = concat!("SELECT ", columns!(), " FROM deliveries d WHERE d.id = $1");
    OF_INVOICE = concat!("SELECT ", columns!(), " FROM deliveries d WHERE d.invoice_id = $1 ORDER BY d.number");
    OF_WEBHOOK = concat!("SELECT ", columns!(), " FROM deliveries d
        WHERE d.webhook_id = $1 ORDER BY d.number DESC LIMIT $2");
    RECORD = "UPDATE deliveries SET attempts = CASE WHEN attempts > $3 THEN attempts ELSE $3 END,
            next_at = CASE WHEN state = 'pending' THEN $4 ELSE next_at END,
            lease_until = CASE WHEN state = 'pending' THEN 0 ELSE lease_until END,
            state = CASE WHEN state = 'pending' THEN $2 ELSE state END
        WHERE id = $1";
    REDIRECT = "UPDATE deliveries SET endpoint = $2, url = $3 WHERE id = $1";
    WITHDRAW = "UPDATE deliveries SET state = 'withdrawn', lease_until = 0 WHERE id = $1 AND state = 'pending'";
    WITHDRAW_SOME = "UPDATE deliveries SET state = 'withdrawn', lease_until = 0
        WHERE number IN (SELECT number FROM deliveries WHERE webhook_id = $1 AND state = 'pending'
            ORDER BY number LIMIT $2)";
    LOCK_SOME = "SELECT id FROM deliveries WHERE webhook_id = $1 AND state = 'pending'
        ORDER BY number LIMIT $2 /*postgres FOR NO KEY UPDATE*/";
    FORGET_FAILING = "DELETE FROM attention WHERE cause = 'notification' AND subject IN (
            SELECT id FROM deliveries WHERE webhook_id = $1 AND state = 'pending' ORDER BY number LIMIT $2)";
    RESEND = "UPDATE deliveries SET in_line = CASE WHEN state = 'pending' THEN in_line ELSE 0 END, state = 'pending',
            next_at = $3, resent_at = $3
        WHERE id = $1 AND invoice_id = $2";
    INSERT_ATTEMPT = "INSERT INTO attempts (delivery_id, attempt, at, duration_ms, http_status, failure, excerpt,
            request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    ATTEMPTS = "SELECT delivery_id, at, duration_ms, http_status, failure, excerpt, request_id FROM attempts
        WHERE delivery_id = $1 ORDER BY attempt";
    COUNT = "SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state";
}

/// Which form a notification has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The invoice alone.
    Plain,
    /// The invoice with the name of what happened.
    Named,
    /// An event of the panel's API.
    Event,
    /// The same of nothing that happened, to see whether it arrives.
    Test,
}

/// What became of a delivery so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It will be tried (again).
    Pending,
    /// It arrived.
    Done,
    /// It was tried as long as promised, and did not arrive.
    GivenUp,
    /// Its webhook was deleted or switched off before it arrived.
    Withdrawn,
}

/// One notification that has to reach one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// The store whose invoice or webhook it is of.
    pub store_id: StoreId,
    /// The invoice it is about; none: a test.
    pub invoice_id: Option<InvoiceId>,
    /// The webhook it is for, which may be gone; none: the address that the order named itself.
    pub webhook_id: Option<WebhookId>,
    /// Scheme, host and port: what may be slow or dead as a whole.
    pub endpoint: String,
    /// Where it goes.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened; none: a test.
    pub notice: Option<Notice>,
    /// The invoice as it was when it happened, as JSON; of a test, what it tells.
    pub snapshot: String,
    /// What became of it.
    pub state: State,
    /// Attempts made.
    pub attempts: u32,
    /// When it was written; the first attempt is due at once.
    pub created_at: Timestamp,
    /// When the next attempt is due.
    pub next_at: Timestamp,
    /// When it was last asked to be sent again: its time for being tried begins anew there.
    pub resent_at: Option<Timestamp>,
    /// It takes its turn among the deliveries of its line. One that was over and is sent again
    /// has had it.
    pub in_line: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// The endpoint's HTTP status, if it answered.
    pub http_status: Option<u32>,
    /// Why it failed; none: it arrived.
    pub failure: Option<String>,
    /// How the endpoint's answer begins, if it had one: a stranger's words.
    pub excerpt: Option<String>,
    /// The id that was sent with it, and that the log knows it by.
    pub request_id: String,
}

impl Delivery {
    /// What goes out in order has the same line: what one endpoint hears of one invoice. A test is alone
    /// in its own.
    fn line(&self) -> Vec<u8> {
        let Some(invoice) = &self.invoice_id else { return self.id.as_bytes().to_vec() };
        let webhook = self.webhook_id.iter().flat_map(|webhook| *webhook.as_bytes());
        invoice.as_bytes().iter().copied().chain(webhook).collect()
    }
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Named => "named",
            Self::Event => "event",
            Self::Test => "test",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Plain, Self::Named, Self::Event, Self::Test].into_iter().find(|form| form.name() == name)
    }
}

impl State {
    /// The name in the database and in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::GivenUp => "given_up",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Done, Self::GivenUp, Self::Withdrawn];
        all.into_iter().find(|state| state.name() == name)
    }
}

fn rehydrate(row: &Row) -> Result<Delivery, DbError> {
    let notice = row.opt_text(6, "notice")?.map(|text| serde_json::from_str(&text));
    Ok(Delivery {
        id: row.id(0, "id", DeliveryId::from_bytes)?,
        invoice_id: row.opt_id(1, "invoice_id", InvoiceId::from_bytes)?,
        webhook_id: row.opt_id(2, "webhook_id", WebhookId::from_bytes)?,
        endpoint: row.text(3, "endpoint")?,
        url: row.text(4, "url")?,
        form: row.named(5, "form", Form::from_name)?,
        notice: notice.transpose().map_err(|e| row.corrupt("notice", e))?,
        snapshot: row.text(7, "snapshot")?,
        state: row.named(8, "state", State::from_name)?,
        attempts: row.u32(9, "attempts")?,
        created_at: row.time(10, "created_at")?,
        next_at: row.time(11, "next_at")?,
        resent_at: row.opt_int(12, "resent_at")?.map(Timestamp::from_millis),
        in_line: row.flag(13, "in_line")?,
        store_id: row.id(14, "store_id", StoreId::from_bytes)?,
    })
}

/// Adds a delivery, due at once.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, d: &Delivery) -> Result<(), DbError> {
    let row = params![
        d.id,
        d.invoice_id,
        d.webhook_id,
        d.line(),
        &d.endpoint,
        &d.url,
        d.form.name(),
        d.notice.as_ref().map(to_json),
        &d.snapshot,
        d.created_at,
        d.store_id,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// The endpoints that have something to lease by `now`, the longest waiting first; none that asks for it itself.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn due_endpoints(reader: &Reader<'_>, now: Timestamp) -> Result<Vec<String>, DbError> {
    reader.query(TABLE, &DUE_ENDPOINTS, &params![now], |row| row.text(0, "endpoint"))
}

/// Whether something of an endpoint can be leased by `now`.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn is_due(reader: &Reader<'_>, endpoint: &str, now: Timestamp) -> Result<bool, DbError> {
    let found = reader.query_opt(TABLE, &IS_DUE, &params![endpoint, now], |row| row.int(0, "number"))?;
    Ok(found.is_some())
}

/// Leases up to `limit` due deliveries of an endpoint until `lease_until`. A delivery waits for
/// the earlier ones of its line, so that whoever hears of an invoice does so in order. One that cannot be
/// read is leased like the others, or it would come up first for ever; in its place is why.
///
/// # Errors
/// [`DbError`] if they cannot be written.
pub fn lease(
    tx: &mut Tx<'_>,
    endpoint: &str,
    limit: i64,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Result<Delivery, DbError>>, DbError> {
    let read = |row: &Row| Ok((row.id(0, "id", DeliveryId::from_bytes)?, rehydrate(row)));
    let due = tx.query(TABLE, &DUE, &params![endpoint, now, limit], read)?;
    for (id, _) in &due {
        tx.execute(&LEASE, &params![*id, lease_until])?;
    }
    Ok(due.into_iter().map(|(_, delivery)| delivery).collect())
}

/// When the next delivery can be leased that is posted, if one is pending: one that waits for an earlier one of its
/// line counts with that, and one that is leased when its lease ends.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn next_due(reader: &Reader<'_>) -> Result<Option<Timestamp>, DbError> {
    let found = reader.query_opt(TABLE, &NEXT_DUE, &[], |row| row.opt_int(0, "next_at"))?;
    Ok(found.flatten().map(Timestamp::from_millis))
}

/// The delivery of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: DeliveryId) -> Result<Option<Delivery>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The deliveries of an invoice, in order.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<Delivery>, DbError> {
    reader.query(TABLE, &OF_INVOICE, &params![invoice], rehydrate)
}

/// The last deliveries of a webhook, latest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_webhook(reader: &Reader<'_>, webhook: WebhookId, limit: u32) -> Result<Vec<Delivery>, DbError> {
    reader.query(TABLE, &OF_WEBHOOK, &params![webhook, limit], rehydrate)
}

/// Records an attempt and what comes next, and ends the lease. An attempt that outlived its lease
/// may be told of late: what was done or given up meanwhile stays so.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn record(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    number: u32,
    attempt: &Attempt,
    next: Next,
) -> Result<(), DbError> {
    let (state, next_at) = match next {
        Next::Done => (State::Done, attempt.at),
        Next::RetryAt(at) => (State::Pending, at),
        Next::GiveUp => (State::GivenUp, attempt.at),
    };
    tx.execute(
        &INSERT_ATTEMPT,
        &params![
            id,
            number,
            attempt.at,
            attempt.duration_ms,
            attempt.http_status,
            attempt.failure.as_ref(),
            attempt.excerpt.as_ref(),
            &attempt.request_id,
        ],
    )?;
    tx.execute(&RECORD, &params![id, state.name(), number, next_at])?;
    match next {
        Next::Done => attention::clear(tx, Subject::Delivery(id)),
        Next::RetryAt(_) | Next::GiveUp => attention::raise_delivery(tx, id, attempt.at),
    }
}

/// Lets a delivery go to another address.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn redirect(tx: &mut Tx<'_>, id: DeliveryId, endpoint: &str, url: &str) -> Result<(), DbError> {
    // What failed there did not fail here.
    attention::clear(tx, Subject::Delivery(id))?;
    tx.execute(&REDIRECT, &params![id, endpoint, url]).map(drop)
}

/// Ends a delivery that nobody is to hear any more.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn withdraw(tx: &mut Tx<'_>, id: DeliveryId) -> Result<(), DbError> {
    attention::clear(tx, Subject::Delivery(id))?;
    tx.execute(&WITHDRAW, &params![id]).map(drop)
}

/// Ends up to `limit` deliveries that are still to reach a webhook; returns how many.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn withdraw_some(tx: &mut Tx<'_>, webhook: WebhookId, limit: usize) -> Result<usize, DbError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // In the order in which everybody locks: deliveries, what asks for a person.
    tx.query(TABLE, &LOCK_SOME, &params![webhook, limit], |row| row.blob(0, "id"))?;
    // Nobody has to see to what nobody is to hear.
    tx.execute(&FORGET_FAILING, &params![webhook, limit])?;
    tx.execute(&WITHDRAW_SOME, &params![webhook, limit])
}

/// Makes a delivery of an invoice pending again, due at once, with all of its time for being tried
/// ahead of it; false if the invoice has no such delivery. One that was pending keeps its turn. A
/// lease stays: what is being sent at this moment is not sent twice.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn resend(tx: &mut Tx<'_>, id: DeliveryId, invoice: InvoiceId, now: Timestamp) -> Result<bool, DbError> {
    let resent = tx.execute(&RESEND, &params![id, invoice, now])? > 0;
    if resent {
        // It is seen to; if it fails again, it is there again.
        attention::clear(tx, Subject::Delivery(id))?;
    }
    Ok(resent)
}

/// The attempts at a delivery, first to last.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn attempts(reader: &Reader<'_>, id: DeliveryId) -> Result<Vec<Attempt>, DbError> {
    reader.query("attempts", &ATTEMPTS, &params![id], attempt)
}

fn attempt(row: &Row) -> Result<Attempt, DbError> {
    let http_status = row.opt_int(3, "http_status")?.map(u32::try_from);
    Ok(Attempt {
        at: row.time(1, "at")?,
        duration_ms: row.u32(2, "duration_ms")?,
        http_status: http_status.transpose().map_err(|e| row.corrupt("http_status", e))?,
        failure: row.opt_text(4, "failure")?,
        excerpt: row.opt_text(5, "excerpt")?,
        request_id: row.text(6, "request_id")?,
    })
}

/// How many deliveries are in each state.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn count(reader: &Reader<'_>) -> Result<Vec<(State, i64)>, DbError> {
    reader
        .query(TABLE, &COUNT, &[], |row| Ok((row.named(0, "state", State::from_name)?, row.int(1, "count")?)))
}
