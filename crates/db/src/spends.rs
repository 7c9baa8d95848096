//! Spends: transactions of merchants' own coins, each version a row, with the refunds that it pays.

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::{Amount, Psbt, Transaction, Txid};
use specie_core::ids::{RefundId, SpendId, StoreId, WalletId};
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;

use crate::Locked;
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "spends";
const SHARES: &str = "spend_refunds";

macro_rules! columns {
    () => {
        "SELECT s.id, s.store_id, s.wallet_id, s.network, s.replaces, s.psbt, s.txid, s.fee, s.signed_tx, s.signed_at,
            s.cancelled_at, s.standing, s.block_height, s.block_hash, s.rival, s.refusal, s.created_at FROM spends s "
    };
}

statements! { "spends":
    INSERT = "INSERT INTO spends (id, store_id, wallet_id, network, replaces, psbt, txid, fee, standing, followed,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'nowhere', 1, $9)";
    INSERT_SHARE = "INSERT INTO spend_refunds (spend_id, refund_id, fee) VALUES ($1, $2, $3)";
    FIND = concat!(columns!(), "WHERE s.id = $1");
    LOCK = concat!(columns!(), "WHERE s.id = $1 /*postgres FOR NO KEY UPDATE*/");
    FOLLOWED = concat!(columns!(), "WHERE s.network = $1 AND s.followed = 1");
    IS_OWN = "SELECT id FROM spends WHERE txid = $1 LIMIT 1";
    BY_TXID = "SELECT id, store_id, created_at FROM spends WHERE txid = $1";
    BRIEF = "SELECT id, txid, signed_at FROM spends WHERE id = $1";
    OF_STORE = concat!(
        columns!(), "WHERE s.store_id = $1 AND (s.created_at < $2 OR (s.created_at = $2 AND s.id < $3))
        ORDER BY s.created_at DESC, s.id DESC LIMIT $4"
    );
    SHARES_OF_SPEND = "SELECT spend_id, refund_id, fee FROM spend_refunds WHERE spend_id = $1 ORDER BY refund_id";
    SHARES_OF_REFUND = "SELECT spend_id, refund_id, fee FROM spend_refunds WHERE refund_id = $1 ORDER BY spend_id";
    SIGN = "UPDATE spends SET psbt = $2, txid = $3, signed_tx = $4, signed_at = $5, refusal = NULL WHERE id = $1";
    SEEN_AS = "UPDATE spends SET txid = $2 WHERE id = $1";
    CANCEL = "UPDATE spends SET cancelled_at = $2 WHERE id = $1";
    STAND = "UPDATE spends SET standing = $2, block_height = $3, block_hash = $4, rival = $5, followed = $6 WHERE id = $1";
    REFUSE = "UPDATE spends SET refusal = $2 WHERE id = $1";
}

/// A transaction that was just built.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSpend {
    /// Its id.
    pub id: SpendId,
    /// Whose it is.
    pub store_id: StoreId,
    /// The wallet whose coins it spends.
    pub wallet_id: WalletId,
    /// The network.
    pub network: String,
    /// The version whose place it takes.
    pub replaces: Option<SpendId>,
    /// The transaction, to be signed.
    pub psbt: Psbt,
    /// Its fee, in satoshis.
    pub fee: Amount,
    /// The refunds that it pays, each with its share of the fee; none for one that only moves coins.
    pub shares: Vec<(RefundId, Amount)>,
    /// When it was built.
    pub created_at: Timestamp,
}

/// A transaction of a merchant's own coins.
#[derive(Debug, Clone, PartialEq)]
pub struct SpendRecord {
    /// Its id.
    pub id: SpendId,
    /// Whose it is.
    pub store_id: StoreId,
    /// The wallet whose coins it spends.
    pub wallet_id: WalletId,
    /// The network.
    pub network: String,
    /// The version whose place it takes.
    pub replaces: Option<SpendId>,
    /// The transaction with the signatures so far.
    pub psbt: Psbt,
    /// Its id; once it is signed, or was seen, that of the signed transaction.
    pub txid: Txid,
    /// Its fee, in satoshis.
    pub fee: Amount,
    /// The signed transaction, and when it was stored.
    pub signed: Option<(Transaction, Timestamp)>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// How it stood when it was last judged.
    pub standing: SpendStanding,
    /// Why the node did not take it when it was last handed over.
    pub refusal: Option<String>,
    /// When it was built.
    pub created_at: Timestamp,
}

/// Adds a transaction, with the refunds that it pays.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert(tx: &mut Tx<'_>, new: &NewSpend) -> Result<(), DbError> {
    let row = params![
        new.id,
        new.store_id,
        new.wallet_id,
        &new.network,
        new.replaces,
        new.psbt.serialize(),
        new.psbt.unsigned_tx.compute_txid(),
        new.fee,
        new.created_at,
    ];
    tx.execute(&INSERT, &row)?;
    for (refund, fee) in &new.shares {
        tx.execute(&INSERT_SHARE, &params![new.id, *refund, *fee])?;
    }
    Ok(())
}

/// The transaction of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: SpendId) -> Result<Option<SpendRecord>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// Locks a transaction, so that what becomes of it can be written.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: SpendId) -> Result<Option<Locked<SpendRecord>>, DbError> {
    Ok(tx.query_opt(TABLE, &LOCK, &params![id], rehydrate)?.map(Locked))
}

/// The transactions of a network whose fate is open; each that cannot be read by itself, so that the others
/// are followed all the same.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn followed(reader: &Reader<'_>, network: &str) -> Result<Vec<Result<SpendRecord, DbError>>, DbError> {
    reader.query(TABLE, &FOLLOWED, &params![network], |row| Ok(rehydrate(row)))
}

/// The id of a transaction, and whether it is signed: what can be told without reading the whole of it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn brief(reader: &Reader<'_>, id: SpendId) -> Result<Option<(Txid, bool)>, DbError> {
    reader.query_opt(TABLE, &BRIEF, &params![id], |row| {
        Ok((row.hash(1, "txid")?, row.opt_int(2, "signed_at")?.is_some()))
    })
}

/// The versions of this transaction id, of whatever store: which, whose, and when each was built.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_txid(reader: &Reader<'_>, txid: Txid) -> Result<Vec<(SpendId, StoreId, Timestamp)>, DbError> {
    reader.query(TABLE, &BY_TXID, &params![txid], |row| {
        let store = row.id(1, "store_id", StoreId::from_bytes)?;
        Ok((row.id(0, "id", SpendId::from_bytes)?, store, row.time(2, "created_at")?))
    })
}

/// Whether a transaction is a merchant's own.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn is_own(reader: &Reader<'_>, txid: Txid) -> Result<bool, DbError> {
    let found =
        reader.query_opt(TABLE, &IS_OWN, &params![txid], |row| row.id(0, "id", SpendId::from_bytes))?;
    Ok(found.is_some())
}

/// A store's transactions before a place, newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_store(
    reader: &Reader<'_>,
    store: StoreId,
    before: (Timestamp, SpendId),
    limit: u32,
) -> Result<Vec<SpendRecord>, DbError> {
    reader.query(TABLE, &OF_STORE, &params![store, before.0, before.1, limit], rehydrate)
}

/// The refunds that a transaction pays, each with its share of the fee.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn shares(reader: &Reader<'_>, id: SpendId) -> Result<Vec<(RefundId, Amount)>, DbError> {
    reader.query(SHARES, &SHARES_OF_SPEND, &params![id], |row| {
        Ok((row.id(1, "refund_id", RefundId::from_bytes)?, row.amount(2, "fee")?))
    })
}

/// Every transaction that was ever made for a refund, each with the refund's share of its fee.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_refund(reader: &Reader<'_>, refund: RefundId) -> Result<Vec<(SpendId, Amount)>, DbError> {
    reader.query(SHARES, &SHARES_OF_REFUND, &params![refund], |row| {
        Ok((row.id(0, "spend_id", SpendId::from_bytes)?, row.amount(2, "fee")?))
    })
}

/// Writes the signatures of a locked transaction, and the whole once it has all of them.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn sign(
    tx: &mut Tx<'_>,
    spend: &Locked<SpendRecord>,
    psbt: &Psbt,
    signed: Option<(&Transaction, Timestamp)>,
) -> Result<(), DbError> {
    let row = params![
        spend.id,
        psbt.serialize(),
        signed.map_or(spend.txid, |(tx, _)| tx.compute_txid()),
        signed.map(|(tx, _)| serialize(tx)),
        signed.map(|(_, at)| at),
    ];
    tx.execute(&SIGN, &row).map(drop)
}

/// Writes the id under which a locked transaction was seen.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn seen_as(tx: &mut Tx<'_>, spend: &Locked<SpendRecord>, txid: Txid) -> Result<(), DbError> {
    if spend.txid != txid {
        tx.execute(&SEEN_AS, &params![spend.id, txid])?;
    }
    Ok(())
}

/// Writes that a locked transaction is not to be.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn cancel(tx: &mut Tx<'_>, spend: &Locked<SpendRecord>, at: Timestamp) -> Result<(), DbError> {
    tx.execute(&CANCEL, &params![spend.id, at]).map(drop)
}

/// Writes how a locked transaction stands, and whether its fate is still open.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn stand(
    tx: &mut Tx<'_>,
    spend: &Locked<SpendRecord>,
    standing: SpendStanding,
    followed: bool,
) -> Result<(), DbError> {
    let (name, block, rival) = match standing {
        SpendStanding::Nowhere => ("nowhere", None, None),
        SpendStanding::Mempool => ("mempool", None, None),
        SpendStanding::Block(block) => ("block", Some(block), None),
        SpendStanding::Rivalled(by) => ("rivalled", None, Some(by)),
        SpendStanding::Dead(by) => ("dead", None, Some(by)),
    };
    let row = params![
        spend.id,
        name,
        block.map(|block| block.height),
        block.map(|block| block.hash.to_byte_array()),
        rival,
        followed,
    ];
    tx.execute(&STAND, &row).map(drop)
}

/// Writes why the node did not take a transaction; none: it did.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn refuse(tx: &mut Tx<'_>, id: SpendId, refusal: Option<&str>) -> Result<(), DbError> {
    tx.execute(&REFUSE, &params![id, refusal]).map(drop)
}

fn standing(row: &Row) -> Result<SpendStanding, DbError> {
    match row.text(11, "standing")?.as_str() {
        "nowhere" => Ok(SpendStanding::Nowhere),
        "mempool" => Ok(SpendStanding::Mempool),
        "block" => row
            .opt_block(12, "block_hash")?
            .map(SpendStanding::Block)
            .ok_or_else(|| row.corrupt("block_hash", "is missing")),
        "rivalled" => row.hash(14, "rival").map(SpendStanding::Rivalled),
        "dead" => row.hash(14, "rival").map(SpendStanding::Dead),
        other => Err(row.corrupt("standing", format_args!("unknown name {other:?}"))),
    }
}

fn rehydrate(row: &Row) -> Result<SpendRecord, DbError> {
    let psbt = row.blob(5, "psbt")?;
    let signed = match row.opt_blob(8, "signed_tx")? {
        Some(raw) => {
            let tx = deserialize(&raw).map_err(|e| row.corrupt("signed_tx", e))?;
            Some((tx, row.time(9, "signed_at")?))
        }
        None => None,
    };
    Ok(SpendRecord {
        id: row.id(0, "id", SpendId::from_bytes)?,
        store_id: row.id(1, "store_id", StoreId::from_bytes)?,
        wallet_id: row.id(2, "wallet_id", WalletId::from_bytes)?,
        network: row.text(3, "network")?,
        replaces: row.opt_id(4, "replaces", SpendId::from_bytes)?,
        psbt: Psbt::deserialize(&psbt).map_err(|e| row.corrupt("psbt", e))?,
        txid: row.hash(6, "txid")?,
        fee: row.amount(7, "fee")?,
        signed,
        cancelled_at: row.opt_int(10, "cancelled_at")?.map(Timestamp::from_millis),
        standing: standing(row)?,
        refusal: row.opt_text(15, "refusal")?,
        created_at: row.time(16, "created_at")?,
    })
}
