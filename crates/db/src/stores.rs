//! Stores: a merchant's shops and their settings.

use bitcoin::Amount;
use serde::{Deserialize, Serialize};
use specie_core::colour::Colour;
use specie_core::ids::{StoreId, UserId, WalletId};
use specie_core::invoice::Speed;
use specie_core::money::Currency;
use specie_core::quote::{DEFAULT_EXPIRY_SECS, DEFAULT_MONITORING_SECS, Tolerance};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "stores";

statements! { "stores":
    INSERT = "INSERT INTO stores (id, owner_id, name, network, wallet_id, currency, settings, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE id = $1";
    FIND_BY_NUMBER = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE number = $1";
    PAGE_OF_OWNER = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE owner_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    FIND_BY_API_KEY = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE api_key_hash = $1";
    ALL_OF_OWNER = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE owner_id = $1 ORDER BY created_at, id";
    EVERY = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        ORDER BY created_at, id";
    LOCK = "SELECT id, owner_id, name, network, wallet_id, currency, settings, created_at, number FROM stores
        WHERE id = $1 /*postgres FOR NO KEY UPDATE*/";
    UPDATE = "UPDATE stores SET name = $2, currency = $3, settings = $4 WHERE id = $1";
    SET_WALLET = "UPDATE stores SET wallet_id = $2 WHERE id = $1";
    SET_API_KEY = "UPDATE stores SET api_key_hash = $2 WHERE id = $1";
    HAS_API_KEY = "SELECT count(*) FROM stores WHERE id = $1 AND api_key_hash IS NOT NULL";
}

/// What a merchant can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Confirmations wanted, unless an invoice says otherwise.
    pub speed: Speed,
    /// Time to pay, in seconds.
    pub expiry_secs: i64,
    /// Time to confirm after expiry, in seconds.
    pub monitoring_secs: i64,
    /// How much too little is enough.
    pub tolerance: Tolerance,
    /// Above this many satoshis nothing is confirmed without a block.
    #[serde(with = "bitcoin::amount::serde::as_sat")]
    pub unconfirmed_limit: Amount,
    /// Invoices over nothing are made, and complete at once.
    pub allow_zero_price: bool,
    /// Anyone may make invoices, without a key.
    pub anyone_can_create: bool,
    /// The buyer of an invoice that has expired may go on, by a new price or by more time for the rest.
    pub renewals: bool,
    /// The shop's address, where buyers go back to.
    pub website: Option<String>,
    /// The origins of the pages that may show a checkout in a frame; with none, any may.
    pub frame_origins: Vec<String>,
    /// How often the store's signed buttons were made void.
    pub button_epoch: u32,
    /// How its buyers' pages look.
    pub brand: Brand,
}

/// What buyers know a store by, beside its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// Its colour.
    pub colour: Option<Colour>,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A logo that is kept: where it is found, and its size in pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            speed: Speed::default(),
            expiry_secs: DEFAULT_EXPIRY_SECS,
            monitoring_secs: DEFAULT_MONITORING_SECS,
            tolerance: Tolerance::default(),
            // About the price of a laptop: beyond it, wait for a block.
            unconfirmed_limit: Amount::from_sat(1_000_000),
            allow_zero_price: false,
            anyone_can_create: false,
            renewals: true,
            website: None,
            brand: Brand::default(),
            frame_origins: Vec::new(),
            button_epoch: 0,
        }
    }
}

/// A merchant's shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Identifier.
    pub id: StoreId,
    /// Its number on this server, given when it is stored and never again to another.
    pub number: i64,
    /// Whose it is.
    pub owner_id: UserId,
    /// Its name, which buyers see.
    pub name: String,
    /// The network it is paid on; `sandbox` for practice.
    pub network: String,
    /// The wallet it is paid into.
    pub wallet_id: Option<WalletId>,
    /// The currency of a price that names none.
    pub currency: Currency,
    /// What the merchant set.
    pub settings: Settings,
    /// When it was made.
    pub created_at: Timestamp,
}

fn rehydrate(row: &Row) -> Result<Store, DbError> {
    Ok(Store {
        id: row.id(0, "id", StoreId::from_bytes)?,
        number: row.int(8, "number")?,
        owner_id: row.id(1, "owner_id", UserId::from_bytes)?,
        name: row.text(2, "name")?,
        network: row.text(3, "network")?,
        wallet_id: row.opt_id(4, "wallet_id", WalletId::from_bytes)?,
        currency: row.parsed(5, "currency")?,
        settings: row.json(6, "settings")?,
        created_at: row.time(7, "created_at")?,
    })
}

/// Adds a store. Its number is the database's to give.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, store: &Store) -> Result<(), DbError> {
    let row = params![
        store.id,
        store.owner_id,
        &store.name,
        &store.network,
        store.wallet_id,
        store.currency,
        to_json(&store.settings),
        store.created_at,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// Locks a store, so that what is changed of it does not undo what is changed elsewhere.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: StoreId) -> Result<Option<Store>, DbError> {
    tx.query_opt(TABLE, &LOCK, &params![id], rehydrate)
}

/// The store of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: StoreId) -> Result<Option<Store>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The store of that number.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_number(reader: &Reader<'_>, number: i64) -> Result<Option<Store>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_NUMBER, &params![number], rehydrate)
}

/// Up to `limit` stores of one owner whose number is below `before`, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn page_of_owner(
    reader: &Reader<'_>,
    owner: UserId,
    before: i64,
    limit: u32,
) -> Result<Vec<Store>, DbError> {
    reader.query(TABLE, &PAGE_OF_OWNER, &params![owner, before, limit], rehydrate)
}

/// The store whose legacy API key has this SHA-256.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_api_key(reader: &Reader<'_>, key_hash: [u8; 32]) -> Result<Option<Store>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_API_KEY, &params![key_hash], rehydrate)
}

/// The stores of one owner, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_owner(reader: &Reader<'_>, owner: UserId) -> Result<Vec<Store>, DbError> {
    reader.query(TABLE, &ALL_OF_OWNER, &params![owner], rehydrate)
}

/// Every store, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn every(reader: &Reader<'_>) -> Result<Vec<Store>, DbError> {
    reader.query(TABLE, &EVERY, &[], rehydrate)
}

/// Sets or removes the hash of the legacy API key. Returns whether there is such a store.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_api_key(tx: &mut Tx<'_>, id: StoreId, key_hash: Option<[u8; 32]>) -> Result<bool, DbError> {
    tx.execute(&SET_API_KEY, &params![id, key_hash]).map(|rows| rows == 1)
}

/// Whether a store has a legacy API key.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn has_api_key(reader: &Reader<'_>, id: StoreId) -> Result<bool, DbError> {
    Ok(reader.query_opt(TABLE, &HAS_API_KEY, &params![id], |row| row.int(0, "count"))? == Some(1))
}

/// Writes back what of a store can be changed: name, currency, settings. Returns whether there is
/// such a store.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn update(tx: &mut Tx<'_>, store: &Store) -> Result<bool, DbError> {
    let row = params![store.id, &store.name, store.currency, to_json(&store.settings)];
    tx.execute(&UPDATE, &row).map(|rows| rows == 1)
}

/// Sets the wallet that a store is paid into from now on. Returns whether there is such a store.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_wallet(tx: &mut Tx<'_>, id: StoreId, wallet: WalletId) -> Result<bool, DbError> {
    tx.execute(&SET_WALLET, &params![id, wallet]).map(|rows| rows == 1)
}
