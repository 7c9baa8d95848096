//! Wallets: watch-only descriptors, each once per network, with the next index to issue.

use specie_core::ids::{UserId, WalletId};
use specie_core::time::Timestamp;

use crate::Locked;
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;
use crate::used_addresses;

const TABLE: &str = "wallets";

statements! { "wallets":
    INSERT = "INSERT INTO wallets (id, network, identity, descriptor, next_index, next_change, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT id, network, identity, descriptor, next_index, next_change, created_at
        FROM wallets WHERE id = $1";
    LOCK = "SELECT id, network, identity, descriptor, next_index, next_change, created_at
        FROM wallets WHERE id = $1
        /*postgres FOR NO KEY UPDATE*/";
    FIND_BY_IDENTITY = "SELECT id, network, identity, descriptor, next_index, next_change, created_at
        FROM wallets
        WHERE network = $1 AND identity = $2";
    FIRST_OWNER = "SELECT c.wallet_id, s.owner_id FROM scripts c JOIN invoices i ON i.id = c.invoice_id
            JOIN stores s ON s.id = i.store_id
        WHERE c.wallet_id = $1 AND c.keychain = 'external' ORDER BY c.wallet_index LIMIT 1";
    SET_DESCRIPTOR = "UPDATE wallets SET descriptor = $2 WHERE id = $1";
    SET_NEXT_CHANGE = "UPDATE wallets SET next_change = $2 WHERE id = $1";
    SET_NEXT_INDEX = "UPDATE wallets SET next_index = $2 WHERE id = $1";
}

/// A watch-only wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Identifier.
    pub id: WalletId,
    /// The network it is watched on.
    pub network: String,
    /// What tells it from other wallets: its descriptor without the keys' origins.
    pub identity: String,
    /// Its canonical descriptor, with origins, both keychains in one.
    pub descriptor: String,
    /// The first external index that was never issued.
    pub next_index: u32,
    /// The first change index that was never used.
    pub next_change: u32,
    /// When it was first connected.
    pub created_at: Timestamp,
}

fn rehydrate(row: &Row) -> Result<Wallet, DbError> {
    Ok(Wallet {
        id: row.id(0, "id", WalletId::from_bytes)?,
        network: row.text(1, "network")?,
        identity: row.text(2, "identity")?,
        descriptor: row.text(3, "descriptor")?,
        next_index: row.u32(4, "next_index")?,
        next_change: row.u32(5, "next_change")?,
        created_at: row.time(6, "created_at")?,
    })
}

/// Adds a wallet.
///
/// # Errors
/// [`DbError::Duplicate`] if that wallet is known on that network.
pub fn insert(tx: &mut Tx<'_>, wallet: &Wallet) -> Result<(), DbError> {
    let row = params![
        wallet.id,
        &wallet.network,
        &wallet.identity,
        &wallet.descriptor,
        wallet.next_index,
        wallet.next_change,
        wallet.created_at,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// The wallet of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: WalletId) -> Result<Option<Wallet>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The wallet that issues the same scripts, however it was written.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_identity(
    reader: &Reader<'_>,
    network: &str,
    identity: &str,
) -> Result<Option<Wallet>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_IDENTITY, &params![network, identity], rehydrate)
}

/// Who was first paid into a wallet, if anybody was.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn first_owner(reader: &Reader<'_>, id: WalletId) -> Result<Option<UserId>, DbError> {
    reader
        .query_opt(TABLE, &FIRST_OWNER, &params![id], |row| row.id(1, "stores.owner_id", UserId::from_bytes))
}

/// Locks a wallet, so that the next index can be taken from it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: WalletId) -> Result<Option<Locked<Wallet>>, DbError> {
    Ok(tx.query_opt(TABLE, &LOCK, &params![id], rehydrate)?.map(Locked))
}

/// Takes the next index of a locked wallet.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn take_index(tx: &mut Tx<'_>, wallet: Locked<Wallet>) -> Result<u32, DbError> {
    let index = wallet.next_index;
    tx.execute(&SET_NEXT_INDEX, &params![wallet.id, i64::from(index) + 1])?;
    Ok(index)
}

/// Takes the next change index of a locked wallet.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn take_change(tx: &mut Tx<'_>, wallet: Locked<Wallet>) -> Result<u32, DbError> {
    let index = wallet.next_change;
    tx.execute(&SET_NEXT_CHANGE, &params![wallet.id, i64::from(index) + 1])?;
    Ok(index)
}

/// Passes over the indexes of a locked wallet below `index`, and over those of its change; those of a wallet that is further on
/// already stay as they are.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn skip_to(tx: &mut Tx<'_>, wallet: &Locked<Wallet>, index: u32) -> Result<(), DbError> {
    if index > wallet.next_index {
        tx.execute(&SET_NEXT_INDEX, &params![wallet.id, index])?;
        used_addresses::passed_over(tx, wallet.id, wallet.next_index..index)?;
    }
    // A wallet that was in use before has used its change as well, and no more of it.
    if index > wallet.next_index.max(wallet.next_change) {
        tx.execute(&SET_NEXT_CHANGE, &params![wallet.id, index])?;
    }
    Ok(())
}

/// Writes a wallet's descriptor anew: the same scripts, with more said about its keys.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_descriptor(tx: &mut Tx<'_>, id: WalletId, descriptor: &str) -> Result<(), DbError> {
    tx.execute(&SET_DESCRIPTOR, &params![id, descriptor]).map(drop)
}
