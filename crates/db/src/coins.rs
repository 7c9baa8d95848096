//! Coins: every output ever seen that pays a script of a wallet, what spends it, and what it is kept for.

use std::sync::Arc;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction};
use specie_core::chain::{Position, Receipt, Remembered, Snapshot, Spend};
use specie_core::coin::{Coin, CoinStanding};
use specie_core::ids::{InvoiceId, SpendId, WalletId};
use specie_core::script::Keychain;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::scripts::Issued;
use crate::statement::statements;

const TABLE: &str = "coins";

macro_rules! columns {
    () => {
        "SELECT c.txid, c.vout, c.amount, c.coinbase, c.standing, c.block_height, c.block_hash, c.lost_to, c.spent_by,
            c.spent_height, c.spent_hash, c.wallet_id, c.keychain, c.wallet_index, c.invoice_id, c.first_seen, c.spend_id,
            c.network, c.raw_tx, c.spent_unsigned "
    };
}

statements! { "coins":
    SAVE = "INSERT INTO coins (network, txid, vout, wallet_id, keychain, wallet_index, invoice_id, amount, coinbase,
            first_seen, standing, block_height, block_hash, lost_to, spent_by, spent_unsigned, spent_height,
            spent_hash, raw_tx)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (network, txid, vout) DO UPDATE SET standing = excluded.standing,
            block_height = excluded.block_height, block_hash = excluded.block_hash, lost_to = excluded.lost_to,
            spent_by = excluded.spent_by, spent_unsigned = excluded.spent_unsigned,
            spent_height = excluded.spent_height, spent_hash = excluded.spent_hash";
    OF_SCRIPT = concat!(columns!(), "FROM coins c WHERE c.wallet_id = $1 AND c.keychain = $2 AND c.wallet_index = $3");
    FIND = concat!(columns!(), "FROM coins c WHERE c.network = $1 AND c.txid = $2 AND c.vout = $3");
    LOCK = concat!(
        columns!(), "FROM coins c WHERE c.network = $1 AND c.txid = $2 AND c.vout = $3 /*postgres FOR NO KEY UPDATE*/"
    );
    UNSPENT = concat!(
        columns!(), "FROM coins c WHERE c.wallet_id = $1 AND c.spent_by IS NULL ORDER BY c.first_seen, c.txid, c.vout"
    );
    BALANCE = "SELECT c.standing, c.spend_id, CAST(sum(c.amount) AS BIGINT), count(*)
        FROM coins c WHERE c.wallet_id = $1 AND c.spent_by IS NULL
            AND c.standing IN ('mempool', 'block')
        GROUP BY c.standing, c.spend_id";
    LARGEST = concat!(
        columns!(), "FROM coins c WHERE c.wallet_id = $1 AND c.spent_by IS NULL AND c.standing IN ('mempool', 'block')
        ORDER BY c.amount DESC, c.first_seen DESC, c.txid DESC, c.vout DESC LIMIT $2"
    );
    UNKEPT_ABOVE = concat!(
        columns!(), "FROM coins c WHERE c.wallet_id = $1 AND c.spent_by IS NULL AND c.standing = 'block'
            AND c.spend_id IS NULL AND c.block_height > $2"
    );
    KEEP = "UPDATE coins SET spend_id = $4 WHERE network = $1 AND txid = $2 AND vout = $3";
    CHANGE_OF_NETWORK = concat!(
        columns!(), ", s.script FROM coins c JOIN scripts s ON s.wallet_id = c.wallet_id AND s.keychain = c.keychain
            AND s.wallet_index = c.wallet_index
        WHERE c.network = $1 AND c.invoice_id IS NULL"
    );
    PREVIOUS = "SELECT p.txid, p.raw_tx FROM payments p WHERE p.invoice_id = $1 AND p.txid = $2
        AND p.raw_tx IS NOT NULL";
}

/// A coin of a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinRecord {
    /// What the chain says of it.
    pub coin: Coin,
    /// The network.
    pub network: String,
    /// Whose it is, and what it paid.
    pub issued: Issued,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// The transaction of the merchant's that it is kept for.
    pub spend_id: Option<SpendId>,
    raw_tx: Option<Arc<Transaction>>,
}

/// Writes coins of a script that are new or changed, as a snapshot of it tells them.
///
/// # Errors
/// [`DbError`] if one cannot be written.
pub fn save(
    tx: &mut Tx<'_>,
    network: &str,
    issued: Issued,
    coins: &[Coin],
    snapshot: &Snapshot,
) -> Result<(), DbError> {
    for coin in coins {
        let receipt = snapshot.receipts.iter().find(|receipt| receipt.outpoint == coin.outpoint);
        // What pays an invoice is stored with its payment.
        let raw_tx = receipt.filter(|_| issued.invoice_id.is_none()).map(|r| serialize(&*r.raw_tx));
        let lost_in = match coin.standing {
            CoinStanding::Lost { mined_at, .. } => mined_at,
            _ => None,
        };
        let (standing, block, lost_to) = match coin.standing {
            CoinStanding::Mempool => ("mempool", None, None),
            CoinStanding::Block(block) => ("block", Some(block), None),
            CoinStanding::Missing => ("missing", None, None),
            CoinStanding::Lost { by, .. } => ("lost", None, Some(by)),
        };
        let spent_in = coin.spent.and_then(|spend| match spend.position {
            Position::Mempool => None,
            Position::Block(block) => Some(block),
        });
        let row = params![
            network,
            coin.outpoint.txid,
            coin.outpoint.vout,
            issued.wallet_id,
            issued.keychain,
            issued.index,
            issued.invoice_id,
            coin.amount,
            coin.coinbase,
            receipt.map_or(Timestamp::EPOCH, |receipt| receipt.first_seen),
            standing,
            block.map(|block| block.height).or(lost_in),
            block.map(|block| block.hash.to_byte_array()),
            lost_to,
            coin.spent.map(|spend| spend.by),
            coin.spent.map(|spend| spend.unsigned),
            spent_in.map(|block| block.height),
            spent_in.map(|block| block.hash.to_byte_array()),
            raw_tx,
        ];
        tx.execute(&SAVE, &row)?;
    }
    Ok(())
}

/// What lies in a wallet, in satoshis of the coins that nothing spends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// In blocks.
    pub confirmed: Amount,
    /// In the mempool.
    pub unconfirmed: Amount,
    /// Of both, what is kept for transactions that wait.
    pub kept: Amount,
    /// How many coins there are.
    pub count: u64,
    /// What is in blocks and kept for nothing.
    pub unkept: Amount,
    /// How many coins that is.
    pub unkept_count: u64,
}

/// What lies in a wallet: summed up by the engine, over an index that has all of it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn balance(reader: &Reader<'_>, wallet: WalletId) -> Result<Balance, DbError> {
    let parts = reader.query(TABLE, &BALANCE, &params![wallet], |row| {
        let (in_block, kept) =
            (row.text(0, "standing")? == "block", row.opt_id(1, "spend_id", SpendId::from_bytes)?.is_some());
        Ok((in_block, kept, row.amount(2, "amount")?, row.u32(3, "count")?))
    })?;
    Ok(parts.into_iter().fold(Balance::default(), |sum, (in_block, kept, amount, count)| {
        let none = Amount::ZERO;
        let unkept = in_block && !kept;
        Balance {
            unkept: sum.unkept + if unkept { amount } else { none },
            unkept_count: sum.unkept_count + if unkept { u64::from(count) } else { 0 },
            confirmed: sum.confirmed + if in_block { amount } else { none },
            unconfirmed: sum.unconfirmed + if in_block { none } else { amount },
            kept: sum.kept + if kept { amount } else { none },
            count: sum.count + u64::from(count),
        }
    }))
}

/// Every coin of a script.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_script(reader: &Reader<'_>, issued: Issued) -> Result<Vec<Coin>, DbError> {
    let place = params![issued.wallet_id, issued.keychain, issued.index];
    reader.query(TABLE, &OF_SCRIPT, &place, |row| Ok(rehydrate(row)?.coin))
}

/// The coin of that outpoint.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, network: &str, outpoint: OutPoint) -> Result<Option<CoinRecord>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![network, outpoint.txid, outpoint.vout], rehydrate)
}

/// The coin of that outpoint, locked for the rest of the transaction.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, network: &str, outpoint: OutPoint) -> Result<Option<CoinRecord>, DbError> {
    tx.query_opt(TABLE, &LOCK, &params![network, outpoint.txid, outpoint.vout], rehydrate)
}

/// Every coin of a wallet that nothing spends, in the order of first sight.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn unspent(reader: &Reader<'_>, wallet: WalletId) -> Result<Vec<CoinRecord>, DbError> {
    reader.query(TABLE, &UNSPENT, &params![wallet], rehydrate)
}

/// The largest coins of a wallet that nothing spends, of those that are on the chain or in the mempool, up to so many; of
/// equal ones the newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn largest(reader: &Reader<'_>, wallet: WalletId, limit: u32) -> Result<Vec<CoinRecord>, DbError> {
    reader.query(TABLE, &LARGEST, &params![wallet, limit], rehydrate)
}

/// The coins of a wallet in blocks above that height which nothing spends, and which are kept for nothing.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn unkept_above(reader: &Reader<'_>, wallet: WalletId, height: u32) -> Result<Vec<CoinRecord>, DbError> {
    reader.query(TABLE, &UNKEPT_ABOVE, &params![wallet, height], rehydrate)
}

/// Keeps a coin for a transaction, or for none.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn keep(
    tx: &mut Tx<'_>,
    network: &str,
    outpoint: OutPoint,
    spend: Option<SpendId>,
) -> Result<(), DbError> {
    tx.execute(&KEEP, &params![network, outpoint.txid, outpoint.vout, spend]).map(drop)
}

/// The transaction that made a coin, which whoever signs may want to see.
///
/// # Errors
/// [`DbError`] if the database cannot answer, or has none.
pub fn previous(reader: &Reader<'_>, record: &CoinRecord) -> Result<Arc<Transaction>, DbError> {
    if let Some(raw_tx) = &record.raw_tx {
        return Ok(raw_tx.clone());
    }
    let txid = record.coin.outpoint.txid;
    let found = match record.issued.invoice_id {
        Some(invoice) => reader.query_opt("payments", &PREVIOUS, &params![invoice, txid], |row| {
            deserialize(&row.blob(1, "raw_tx")?).map(Arc::new).map_err(|e| row.corrupt("raw_tx", e))
        })?,
        None => None,
    };
    found.ok_or_else(|| DbError::Corrupt {
        table: TABLE,
        row: record.coin.outpoint.to_string(),
        column: "raw_tx",
        problem: "is nowhere".to_owned(),
    })
}

/// Every coin of a network that is a wallet's own change, with its script, as it was last reported.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn for_each_change(
    reader: &Reader<'_>,
    network: &str,
    mut each: impl FnMut(ScriptBuf, Remembered),
) -> Result<(), DbError> {
    reader.for_each(TABLE, &CHANGE_OF_NETWORK, &params![network], |row| {
        let script = row.script(20, "scripts.script")?;
        let record = rehydrate(&row)?;
        let raw_tx = record.raw_tx.clone().ok_or_else(|| row.corrupt("raw_tx", "is missing"))?;
        each(script, remembered(&record, raw_tx));
        Ok(())
    })
}

fn remembered(record: &CoinRecord, raw_tx: Arc<Transaction>) -> Remembered {
    let place = match record.coin.standing {
        CoinStanding::Mempool => Some(Position::Mempool),
        CoinStanding::Block(block) => Some(Position::Block(block)),
        CoinStanding::Missing | CoinStanding::Lost { .. } => None,
    };
    let receipt = Receipt {
        outpoint: record.coin.outpoint,
        amount: record.coin.amount,
        position: place.unwrap_or(Position::Mempool),
        first_seen: record.first_seen,
        replaceable: raw_tx.is_explicitly_rbf(),
        coinbase: record.coin.coinbase,
        raw_tx,
        spent: record.coin.spent,
    };
    Remembered { receipt, there: place.is_some() }
}

/// What spends a coin, in three columns from this one on (`spent_by`, `spent_height`, `spent_hash`) and one
/// (`spent_unsigned`).
pub(crate) fn spent(row: &Row, first: usize, unsigned: usize) -> Result<Option<Spend>, DbError> {
    let Some(by) = row.opt_hash(first, "coins.spent_by")? else { return Ok(None) };
    let unsigned = row.hash(unsigned, "coins.spent_unsigned")?;
    let block = row.opt_block(first + 1, "coins.spent_hash")?;
    Ok(Some(Spend { by, unsigned, position: block.map_or(Position::Mempool, Position::Block) }))
}

fn standing(row: &Row) -> Result<CoinStanding, DbError> {
    let missing = |column| row.corrupt(column, "is missing");
    match row.text(4, "standing")?.as_str() {
        "mempool" => Ok(CoinStanding::Mempool),
        "missing" => Ok(CoinStanding::Missing),
        "block" => {
            row.opt_block(5, "block_hash")?.map(CoinStanding::Block).ok_or_else(|| missing("block_hash"))
        }
        "lost" => {
            let mined_at = row.opt_u32(5, "block_height")?;
            Ok(CoinStanding::Lost { by: row.hash(7, "lost_to")?, mined_at })
        }
        other => Err(row.corrupt("standing", format_args!("unknown name {other:?}"))),
    }
}

fn rehydrate(row: &Row) -> Result<CoinRecord, DbError> {
    let raw_tx = row.opt_blob(18, "raw_tx")?.map(|raw| deserialize(&raw).map(Arc::new)).transpose();
    Ok(CoinRecord {
        coin: Coin {
            outpoint: OutPoint { txid: row.hash(0, "txid")?, vout: row.u32(1, "vout")? },
            amount: row.amount(2, "amount")?,
            coinbase: row.flag(3, "coinbase")?,
            standing: standing(row)?,
            spent: spent(row, 8, 19)?,
        },
        network: row.text(17, "network")?,
        issued: Issued {
            wallet_id: row.id(11, "wallet_id", WalletId::from_bytes)?,
            keychain: row.named(12, "keychain", Keychain::from_name)?,
            index: row.u32(13, "wallet_index")?,
            invoice_id: row.opt_id(14, "invoice_id", InvoiceId::from_bytes)?,
        },
        first_seen: row.time(15, "first_seen")?,
        spend_id: row.opt_id(16, "spend_id", SpendId::from_bytes)?,
        raw_tx: raw_tx.map_err(|e| row.corrupt("raw_tx", e))?,
    })
}
