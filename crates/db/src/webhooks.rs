//! Webhooks: where a store hears of all its invoices. The secret that signs what is sent there is not
//! here: it is derived from the id and the generation.

use serde::{Deserialize, Serialize};
use specie_core::ids::{StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "webhooks";

/// What [`rehydrate`] reads.
macro_rules! columns {
    () => {
        "id, number, store_id, url, events, switched_on, generation, previous_until, created_at, asked_at"
    };
}

statements! { "webhooks":
    INSERT = "INSERT INTO webhooks (id, store_id, url, events, switched_on, generation, previous_until, created_at,
            asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = concat!("SELECT ", columns!(), " FROM webhooks WHERE id = $1");
    FIND_BY_NUMBER = concat!("SELECT ", columns!(), " FROM webhooks WHERE number = $1");
    OF_STORE = concat!("SELECT ", columns!(), " FROM webhooks WHERE store_id = $1 ORDER BY number");
    UPDATE = "UPDATE webhooks SET url = $2, events = $3, switched_on = $4, generation = $5, previous_until = $6
        WHERE id = $1";
    ASK = "UPDATE webhooks SET asked_at = $2 WHERE id = $1";
    AWAY = concat!("SELECT ", columns!(), " FROM webhooks WHERE asked_at < $1 ORDER BY asked_at");
    DELETE = "DELETE FROM webhooks WHERE id = $1";
}

/// An address that hears of a store's invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// What its secret is derived from.
    pub id: WebhookId,
    /// Its number on this server, given when it is stored and never again to another.
    pub number: i64,
    /// Whose it is.
    pub store_id: StoreId,
    /// Where it is.
    pub url: String,
    /// What it hears; none: everything.
    pub events: Option<Vec<Notice>>,
    /// It hears at all.
    pub switched_on: bool,
    /// How often its secret was replaced.
    pub generation: u32,
    /// Until when the secret of the generation before signs as well; none: it does not.
    pub previous_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Of one that asks for what it hears: when it last did.
    #[serde(default)]
    pub asked_at: Option<Timestamp>,
}

/// What stands before the name of a webhook that asks for what it hears, where others have an address.
pub const LISTENS: &str = "listen:";

impl Webhook {
    /// It asks for what it hears, and is posted nothing.
    #[must_use]
    pub fn listens(&self) -> bool {
        self.url.starts_with(LISTENS)
    }
}

fn rehydrate(row: &Row) -> Result<Webhook, DbError> {
    let events = row.opt_text(4, "events")?;
    let events = events.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Webhook {
        id: row.id(0, "id", WebhookId::from_bytes)?,
        number: row.int(1, "number")?,
        store_id: row.id(2, "store_id", StoreId::from_bytes)?,
        url: row.text(3, "url")?,
        events: events.map_err(|e| row.corrupt("events", e))?,
        switched_on: row.flag(5, "switched_on")?,
        generation: row.u32(6, "generation")?,
        previous_until: row.opt_int(7, "previous_until")?.map(Timestamp::from_millis),
        created_at: row.time(8, "created_at")?,
        asked_at: row.opt_int(9, "asked_at")?.map(Timestamp::from_millis),
    })
}

/// Adds a webhook. Its number is the database's to give.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<(), DbError> {
    let row = params![
        webhook.id,
        webhook.store_id,
        &webhook.url,
        webhook.events.as_ref().map(to_json),
        webhook.switched_on,
        webhook.generation,
        webhook.previous_until,
        webhook.created_at,
        webhook.asked_at,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// The webhook of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The webhook of that number.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_number(reader: &Reader<'_>, number: i64) -> Result<Option<Webhook>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_NUMBER, &params![number], rehydrate)
}

/// The webhooks of a store, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_store(reader: &Reader<'_>, store: StoreId) -> Result<Vec<Webhook>, DbError> {
    reader.query(TABLE, &OF_STORE, &params![store], rehydrate)
}

/// Writes back what of a webhook can be changed: all but its id and whose it is. Returns whether there
/// is such a webhook.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn update(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<bool, DbError> {
    let row = params![
        webhook.id,
        &webhook.url,
        webhook.events.as_ref().map(to_json),
        webhook.switched_on,
        webhook.generation,
        webhook.previous_until,
    ];
    tx.execute(&UPDATE, &row).map(|rows| rows == 1)
}

/// The webhooks that asked for what they hear, and not since then.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn away(reader: &Reader<'_>, since: Timestamp) -> Result<Vec<Webhook>, DbError> {
    reader.query(TABLE, &AWAY, &params![since], rehydrate)
}

/// Notes that a webhook asked for what it hears.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn ask(tx: &mut Tx<'_>, id: WebhookId, at: Timestamp) -> Result<(), DbError> {
    tx.execute(&ASK, &params![id, at]).map(drop)
}

/// Removes a webhook.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete(tx: &mut Tx<'_>, id: WebhookId) -> Result<(), DbError> {
    tx.execute(&DELETE, &params![id]).map(drop)
}
