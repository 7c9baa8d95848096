//! Deliveries: what has to reach an endpoint, written with its cause, and each attempt at it.

use specie_core::ids::{DeliveryId, InvoiceId};
use specie_core::invoice::Notice;
use specie_core::retry::Next;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "deliveries";

/// The first pending delivery of its invoice: a shop hears of an invoice in order. One that was over
/// and is sent again has had its place: it neither waits nor keeps others waiting.
macro_rules! head_of_line {
    () => {
        "d.state = 'pending' AND (d.in_line = 0 OR NOT EXISTS (SELECT 1 FROM deliveries e
            WHERE e.invoice_id = d.invoice_id AND e.number < d.number AND e.state = 'pending' AND e.in_line = 1))"
    };
}

statements! { "deliveries":
    INSERT = "INSERT INTO deliveries (id, invoice_id, endpoint, url, form, notice, snapshot, state, attempts,
            created_at, next_at, lease_until, resent_at, in_line)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, $8, 0, NULL, 1)";
    DUE_ENDPOINTS = concat!("SELECT d.endpoint, min(d.next_at) FROM deliveries d
        WHERE d.next_at <= $1 AND d.lease_until <= $1 AND ", head_of_line!(), "
        GROUP BY d.endpoint ORDER BY 2");
    DUE = concat!("SELECT d.id, d.invoice_id, d.endpoint, d.url, d.form, d.notice, d.snapshot, d.state, d.attempts,
            d.created_at, d.next_at, d.resent_at, d.in_line
        FROM deliveries d
        WHERE d.endpoint = $1 AND d.next_at <= $2 AND d.lease_until <= $2 AND ", head_of_line!(), "
        ORDER BY d.next_at, d.number LIMIT $3 /*postgres FOR NO KEY UPDATE OF d SKIP LOCKED*/");
    LEASE = "UPDATE deliveries SET lease_until = $2 WHERE id = $1";
    NEXT_DUE = concat!("SELECT min(CASE WHEN d.lease_until > d.next_at THEN d.lease_until ELSE d.next_at END)
        FROM deliveries d WHERE ", head_of_line!());
    FIND = "SELECT id, invoice_id, endpoint, url, form, notice, snapshot, state, attempts, created_at, next_at,
            resent_at, in_line
        FROM deliveries WHERE id = $1";
    OF_INVOICE = "SELECT id, invoice_id, endpoint, url, form, notice, snapshot, state, attempts, created_at, next_at,
            resent_at, in_line
        FROM deliveries WHERE invoice_id = $1 ORDER BY number";
    RECORD = "UPDATE deliveries SET state = $2, attempts = CASE WHEN attempts > $3 THEN attempts ELSE $3 END,
            next_at = $4, lease_until = 0
        WHERE id = $1 AND state = 'pending'";
    RESEND = "UPDATE deliveries SET in_line = CASE WHEN state = 'pending' THEN in_line ELSE 0 END, state = 'pending',
            next_at = $3, resent_at = $3
        WHERE id = $1 AND invoice_id = $2";
    INSERT_ATTEMPT = "INSERT INTO attempts (delivery_id, attempt, at, http_status, failure, request_id)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ATTEMPTS = "SELECT delivery_id, at, http_status, failure, request_id FROM attempts WHERE delivery_id = $1
        ORDER BY attempt";
    COUNT = "SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state";
}

/// Which form a notification has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The invoice alone.
    Plain,
    /// The invoice with the name of what happened.
    Named,
    /// An event of the panel's API.
    Event,
}

/// What became of a delivery so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be tried (again).
    Pending,
    /// It arrived.
    Done,
    /// It was tried as long as promised, and did not arrive.
    GivenUp,
}

/// One notification that has to reach one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// The invoice it is about.
    pub invoice_id: InvoiceId,
    /// Scheme, host and port: what may be slow or dead as a whole.
    pub endpoint: String,
    /// Where it goes.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened.
    pub notice: Notice,
    /// The invoice as it was when it happened, as JSON.
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
    /// It takes its turn among the deliveries of its invoice. One that was over and is sent again
    /// has had it.
    pub in_line: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// The endpoint's HTTP status, if it answered.
    pub http_status: Option<u32>,
    /// Why it failed; none: it arrived.
    pub failure: Option<String>,
    /// The id that was sent with it, and that the log knows it by.
    pub request_id: String,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Named => "named",
            Self::Event => "event",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Plain, Self::Named, Self::Event].into_iter().find(|form| form.name() == name)
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
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Done, Self::GivenUp].into_iter().find(|state| state.name() == name)
    }
}

fn rehydrate(row: &Row) -> Result<Delivery, DbError> {
    let notice = row.text(5, "notice")?;
    Ok(Delivery {
        id: row.id(0, "id", DeliveryId::from_bytes)?,
        invoice_id: row.id(1, "invoice_id", InvoiceId::from_bytes)?,
        endpoint: row.text(2, "endpoint")?,
        url: row.text(3, "url")?,
        form: row.named(4, "form", Form::from_name)?,
        notice: serde_json::from_str(&notice).map_err(|e| row.corrupt("notice", e))?,
        snapshot: row.text(6, "snapshot")?,
        state: row.named(7, "state", State::from_name)?,
        attempts: row.u32(8, "attempts")?,
        created_at: row.time(9, "created_at")?,
        next_at: row.time(10, "next_at")?,
        resent_at: row.opt_int(11, "resent_at")?.map(Timestamp::from_millis),
        in_line: row.flag(12, "in_line")?,
    })
}

/// Adds a delivery, due at once.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, d: &Delivery) -> Result<(), DbError> {
    let notice = to_json(&d.notice);
    let row =
        params![d.id, d.invoice_id, &d.endpoint, &d.url, d.form.name(), notice, &d.snapshot, d.created_at];
    tx.execute(&INSERT, &row).map(drop)
}

/// The endpoints that have something to lease by `now`, the longest waiting first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn due_endpoints(reader: &Reader<'_>, now: Timestamp) -> Result<Vec<String>, DbError> {
    reader.query(TABLE, &DUE_ENDPOINTS, &params![now], |row| row.text(0, "endpoint"))
}

/// Leases up to `limit` due deliveries of an endpoint until `lease_until`. A delivery waits for
/// the earlier ones of its invoice, so that a shop hears of an invoice in order.
///
/// # Errors
/// [`DbError`] if they cannot be written.
pub fn lease(
    tx: &mut Tx<'_>,
    endpoint: &str,
    limit: i64,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Delivery>, DbError> {
    let due = tx.query(TABLE, &DUE, &params![endpoint, now, limit], rehydrate)?;
    for delivery in &due {
        tx.execute(&LEASE, &params![delivery.id, lease_until])?;
    }
    Ok(due)
}

/// When the next delivery can be leased, if one is pending: one that waits for an earlier one of its
/// invoice counts with that, and one that is leased when its lease ends.
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
        &params![id, number, attempt.at, attempt.http_status, attempt.failure.as_ref(), &attempt.request_id],
    )?;
    tx.execute(&RECORD, &params![id, state.name(), number, next_at]).map(drop)
}

/// Makes a delivery of an invoice pending again, due at once, with all of its time for being tried
/// ahead of it; false if the invoice has no such delivery. One that was pending keeps its turn. A
/// lease stays: what is being sent at this moment is not sent twice.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn resend(tx: &mut Tx<'_>, id: DeliveryId, invoice: InvoiceId, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx.execute(&RESEND, &params![id, invoice, now])? > 0)
}

/// The attempts at a delivery, first to last.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn attempts(reader: &Reader<'_>, id: DeliveryId) -> Result<Vec<Attempt>, DbError> {
    reader.query("attempts", &ATTEMPTS, &params![id], |row| {
        let http_status = row.opt_int(2, "http_status")?;
        Ok(Attempt {
            at: row.time(1, "at")?,
            http_status: http_status
                .map(u32::try_from)
                .transpose()
                .map_err(|e| row.corrupt("http_status", e))?,
            failure: row.opt_text(3, "failure")?,
            request_id: row.text(4, "request_id")?,
        })
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
