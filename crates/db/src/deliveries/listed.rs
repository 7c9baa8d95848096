//! A store's deliveries as they are listed: newest first, page after page, by what became of them, whom they are for, or
//! their invoice; and sending again those that failed. What they tell is left out here: it is long.
//!
//! As with lists of invoices, there is a statement for each filter that has an index of its own.

use specie_core::ids::{DeliveryId, InvoiceId, StoreId, WebhookId};
use specie_core::time::Timestamp;

use super::{Attempt, Delivery, State, TABLE, attempt, rehydrate};
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

/// What became of a delivery, in one word.
macro_rules! fate {
    () => {
        "CASE WHEN d.state <> 'pending' THEN d.state WHEN d.attempts > 0 THEN 'failing' ELSE 'waiting' END"
    };
}

/// A page of what is below a place.
macro_rules! page {
    ($which:expr) => {
        concat!(
            "SELECT d.id, d.invoice_id, d.webhook_id, d.endpoint, d.url, d.form, d.notice, '', d.state, d.attempts,
                d.created_at, d.next_at, d.resent_at, d.in_line, d.store_id, d.number,
                CASE WHEN d.state = 'pending' AND d.in_line = 1 AND EXISTS (SELECT 1 FROM deliveries e
                    WHERE e.line = d.line AND e.number < d.number AND e.state = 'pending' AND e.in_line = 1)
                    THEN 1 ELSE 0 END
            FROM deliveries d WHERE d.store_id = $1 AND d.number < $2 AND ",
            $which,
            " ORDER BY d.number DESC LIMIT $3"
        )
    };
}

/// Makes some pending again, of those that failed in one way: not tests, and none that nobody would hear.
macro_rules! again {
    ($which:literal) => {
        concat!(
            "UPDATE deliveries SET in_line = CASE WHEN state = 'pending' THEN in_line ELSE 0 END, state = 'pending',
                next_at = $3, resent_at = $3
            WHERE number IN (SELECT d.number FROM deliveries d WHERE d.store_id = $1 AND d.created_at >= $2
                AND d.form <> 'test' AND ", $which, "
                AND (d.webhook_id IS NULL OR EXISTS (SELECT 1 FROM webhooks w
                    WHERE w.id = d.webhook_id AND w.switched_on = 1))
                AND (d.resent_at IS NULL OR d.resent_at < $3) ORDER BY d.number LIMIT $4)"
        )
    };
}

statements! { "deliveries.listed":
    PAGE = page!("1 = 1");
    FAILING = page!("d.state = 'pending' AND d.attempts > 0");
    BY_FATE = page!(concat!("d.state = $4 AND ", fate!(), " = $5"));
    OF_WEBHOOK = page!("d.webhook_id = $4");
    OF_WEBHOOK_BY_FATE = page!(concat!("d.webhook_id = $4 AND d.state = $5 AND ", fate!(), " = $6"));
    OF_ORDERS = page!("d.webhook_id IS NULL");
    OF_ORDERS_BY_FATE = page!(concat!("d.webhook_id IS NULL AND d.state = $4 AND ", fate!(), " = $5"));
    OF_INVOICE = page!(concat!(
        "d.invoice_id = $4 AND (CAST($5 AS TEXT) IS NULL OR ", fate!(), " = $5)
            AND (CAST($6 AS TEXT) = 'anybody' OR CAST($6 AS TEXT) = 'orders' AND d.webhook_id IS NULL
                OR CAST($6 AS TEXT) = 'webhook' AND d.webhook_id = $7)"
    ));
    LAST_ATTEMPT = "SELECT delivery_id, at, duration_ms, http_status, failure, excerpt, request_id FROM attempts
        WHERE delivery_id = $1 ORDER BY attempt DESC LIMIT 1";
    LATEST_OF_WEBHOOK = concat!("SELECT d.id, ", fate!(), " FROM deliveries d
        WHERE d.webhook_id = $1 AND d.form <> 'test' ORDER BY d.number DESC LIMIT $2");
    GIVEN_UP_AGAIN = again!("d.state = 'given_up'");
    FAILING_AGAIN = again!("d.state = 'pending' AND d.attempts > 0");
    LEFT_GIVEN_UP = "SELECT count(*) FROM (SELECT d.number FROM deliveries d WHERE d.store_id = $1 AND d.state = 'given_up'
        AND d.created_at >= $2 AND d.form <> 'test' LIMIT $3) p";
}

/// What became of a delivery: its state, where one that is to be tried again is told from one that was not tried yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was not tried yet.
    Waiting,
    /// It was tried, and will be again.
    Failing,
    /// It was tried as long as promised.
    GivenUp,
    /// It arrived.
    Done,
    /// Nobody is to hear it any more.
    Withdrawn,
}

impl Fate {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Failing, Self::GivenUp, Self::Done, Self::Withdrawn];

    /// The name in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Failing => "failing",
            Self::GivenUp => "given_up",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == name)
    }

    /// What became of this one.
    #[must_use]
    pub const fn of(delivery: &Delivery) -> Self {
        match delivery.state {
            State::Pending if delivery.attempts > 0 => Self::Failing,
            State::Pending => Self::Waiting,
            State::Done => Self::Done,
            State::GivenUp => Self::GivenUp,
            State::Withdrawn => Self::Withdrawn,
        }
    }

    fn state(self) -> State {
        match self {
            Self::Waiting | Self::Failing => State::Pending,
            Self::GivenUp => State::GivenUp,
            Self::Done => State::Done,
            Self::Withdrawn => State::Withdrawn,
        }
    }
}

/// Whom deliveries are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// A webhook.
    Webhook(WebhookId),
    /// The addresses that orders named themselves.
    Orders,
}

/// Which of a store's deliveries are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Of which this became.
    pub fate: Option<Fate>,
    /// For these alone.
    pub whom: Option<Whom>,
    /// About this invoice.
    pub invoice: Option<InvoiceId>,
    /// Below this number; none: from the newest on.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its place in every list.
    pub number: i64,
    /// All of it but what it tells.
    pub delivery: Delivery,
    /// It is pending, and an earlier one of its line has to be over first.
    pub waits: bool,
    /// The last attempt at it.
    pub last: Option<Attempt>,
}

/// A page of a store's deliveries, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn page(reader: &Reader<'_>, store: StoreId, wanted: &Wanted) -> Result<Vec<Listed>, DbError> {
    let Wanted { fate, whom, invoice, before, limit } = *wanted;
    let mut row = params![store, before.unwrap_or(i64::MAX), limit].to_vec();
    let of_fate = |fate: Fate| params![fate.state().name(), fate.name()].to_vec();
    let statement = match (invoice, whom, fate) {
        (Some(invoice), whom, fate) => {
            let (kind, webhook) = match whom {
                None => ("anybody", WebhookId::from_bytes([0; 16])),
                Some(Whom::Orders) => ("orders", WebhookId::from_bytes([0; 16])),
                Some(Whom::Webhook(webhook)) => ("webhook", webhook),
            };
            row.extend(params![invoice, fate.map(Fate::name), kind, webhook].to_vec());
            &OF_INVOICE
        }
        (None, None, None) => &PAGE,
        (None, None, Some(Fate::Failing)) => &FAILING,
        (None, None, Some(fate)) => {
            row.extend(of_fate(fate));
            &BY_FATE
        }
        (None, Some(Whom::Webhook(webhook)), fate) => {
            row.extend(params![webhook].to_vec());
            row.extend(fate.map(of_fate).unwrap_or_default());
            if fate.is_some() { &OF_WEBHOOK_BY_FATE } else { &OF_WEBHOOK }
        }
        (None, Some(Whom::Orders), fate) => {
            row.extend(fate.map(of_fate).unwrap_or_default());
            if fate.is_some() { &OF_ORDERS_BY_FATE } else { &OF_ORDERS }
        }
    };
    reader.query(TABLE, statement, &row, |row| {
        let delivery = rehydrate(row)?;
        let last = last_attempt(reader, delivery.id)?;
        Ok(Listed { number: row.int(15, "number")?, waits: row.flag(16, "waits")?, delivery, last })
    })
}

/// The last attempt at a delivery.
fn last_attempt(reader: &Reader<'_>, id: DeliveryId) -> Result<Option<Attempt>, DbError> {
    reader.query_opt("attempts", &LAST_ATTEMPT, &params![id], attempt)
}

/// How many of the last deliveries of a webhook came to what; tests do not count.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn latest_of_webhook(
    reader: &Reader<'_>,
    webhook: WebhookId,
    limit: u32,
) -> Result<Vec<(Fate, u32)>, DbError> {
    let latest = reader.query(TABLE, &LATEST_OF_WEBHOOK, &params![webhook, limit], |row| {
        row.named(1, "fate", Fate::from_name)
    })?;
    let count = |fate: Fate| latest.iter().filter(|known| **known == fate).fold(0, |count: u32, _| count + 1);
    Ok(Fate::ALL.into_iter().map(|fate| (fate, count(fate))).filter(|(_, count)| *count > 0).collect())
}

/// Makes up to `limit` deliveries of a store pending again that were written since then and were given up, or are
/// still failing: due at once, with all of their time ahead of them. Returns how many. Tests stay as they are, and
/// so does what nobody would hear.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn failed_again(
    tx: &mut Tx<'_>,
    store: StoreId,
    since: Timestamp,
    now: Timestamp,
    limit: u32,
) -> Result<usize, DbError> {
    let row = params![store, since, now, limit];
    let given_up = tx.execute(&GIVEN_UP_AGAIN, &row)?;
    let rest = limit.saturating_sub(u32::try_from(given_up).unwrap_or(u32::MAX));
    Ok(given_up + tx.execute(&FAILING_AGAIN, &params![store, since, now, rest])?)
}

/// How many of a store's deliveries that were written since then are given up; counted up to `most`.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn given_up_since(
    reader: &Reader<'_>,
    store: StoreId,
    since: Timestamp,
    most: u32,
) -> Result<u32, DbError> {
    let count =
        reader.query_opt(TABLE, &LEFT_GIVEN_UP, &params![store, since, most], |row| row.u32(0, "count"))?;
    Ok(count.unwrap_or_default())
}
