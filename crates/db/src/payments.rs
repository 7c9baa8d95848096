//! Payments of an invoice, in the order of first sight, lost ones too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, ScriptBuf, Transaction, Txid};
use specie_core::chain::{BlockRef, Spend};
use specie_core::ids::InvoiceId;
use specie_core::invoice::{LossCause, Payment, Standing};

use crate::coins::spent;
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "payments";

statements! { "payments":
    SAVE = "INSERT INTO payments (invoice_id, seq, txid, vout, amount, standing, block_height, block_hash,
            loss_cause, first_seen, replaceable, matured, six_deep, raw_tx)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (invoice_id, seq) DO UPDATE SET standing = excluded.standing,
            block_height = excluded.block_height, block_hash = excluded.block_hash,
            loss_cause = excluded.loss_cause, first_seen = excluded.first_seen, matured = excluded.matured,
            six_deep = excluded.six_deep";
    OF_INVOICE = "SELECT invoice_id, txid, vout, amount, standing, block_height, block_hash, loss_cause, first_seen,
            replaceable, matured, six_deep, raw_tx, seq
        FROM payments WHERE invoice_id = $1 ORDER BY seq";
    KNOWN_ON_NETWORK = "SELECT p.invoice_id, p.txid, p.vout, p.amount, p.standing, p.block_height, p.block_hash,
            p.loss_cause, p.first_seen, p.replaceable, p.matured, p.six_deep, p.raw_tx, m.script, c.spent_by,
            c.spent_height, c.spent_hash, c.spent_unsigned
        FROM payments p
        JOIN payment_methods m ON m.invoice_id = p.invoice_id AND m.method = 'BTC-CHAIN'
        JOIN scripts s ON s.script = m.script AND s.invoice_id = p.invoice_id
        LEFT JOIN coins c ON c.network = s.network AND c.txid = p.txid AND c.vout = p.vout
        WHERE s.network = $1
        ORDER BY s.script, p.seq";
}

/// Writes the payments of an invoice that are new or changed, each at its place in the list.
///
/// # Errors
/// [`DbError`] if one cannot be written.
pub fn save(
    tx: &mut Tx<'_>,
    invoice: InvoiceId,
    before: &[Payment],
    after: &[Payment],
) -> Result<(), DbError> {
    let mut stored: BTreeSet<Txid> = before.iter().map(|p| p.outpoint.txid).collect();
    for (seq, payment) in after.iter().enumerate() {
        if before.get(seq) != Some(payment) {
            let first = stored.insert(payment.outpoint.txid);
            save_one(tx, invoice, seq, payment, first.then(|| serialize(&*payment.raw_tx)))?;
        }
    }
    Ok(())
}

fn save_one(
    tx: &mut Tx<'_>,
    invoice: InvoiceId,
    seq: usize,
    payment: &Payment,
    raw_tx: Option<Vec<u8>>,
) -> Result<(), DbError> {
    let (standing, block, cause) = match payment.standing {
        Standing::Mempool => ("mempool", None, None),
        Standing::Block(block) => ("block", Some(block), None),
        Standing::Missing => ("missing", None, None),
        Standing::Lost(LossCause::Conflict(by)) => ("lost", None, Some(by.to_string())),
        Standing::Lost(LossCause::Refused) => ("lost", None, Some("refused".to_owned())),
        Standing::Lost(LossCause::Vanished) => ("lost", None, Some("vanished".to_owned())),
    };
    let row = params![
        invoice,
        i64::try_from(seq).unwrap_or(i64::MAX),
        payment.outpoint.txid.as_byte_array().as_slice(),
        payment.outpoint.vout,
        payment.amount,
        standing,
        block.map(|b| b.height),
        block.map(|b| b.hash.as_byte_array().to_vec()),
        cause,
        payment.first_seen,
        payment.replaceable,
        payment.matured,
        payment.six_deep,
        raw_tx,
    ];
    tx.execute(&SAVE, &row).map(drop)
}

/// The payments of an invoice, in the order of first sight.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<Payment>, DbError> {
    let mut place = 0;
    let mut txs = Transactions::default();
    reader.query(TABLE, &OF_INVOICE, &params![invoice], |row| {
        // A payment is written back by its place in the list, so the list must have no hole.
        if row.int(13, "seq")? != place {
            return Err(row.corrupt("seq", format_args!("is not {place}")));
        }
        place += 1;
        rehydrate(row, &mut txs)
    })
}

/// Every payment ever seen on a network with the script it pays and what spends it, one by one: those of
/// a script together, in the order of first sight.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn for_each(
    reader: &Reader<'_>,
    network: &str,
    mut each: impl FnMut(ScriptBuf, Payment, Option<Spend>),
) -> Result<(), DbError> {
    let mut txs = Transactions::default();
    reader.for_each(TABLE, &KNOWN_ON_NETWORK, &params![network], |row| {
        each(row.script(13, "script")?, rehydrate(&row, &mut txs)?, spent(&row, 14, 17)?);
        Ok(())
    })
}

fn standing(row: &Row) -> Result<Standing, DbError> {
    match row.text(4, "standing")?.as_str() {
        "mempool" => Ok(Standing::Mempool),
        "missing" => Ok(Standing::Missing),
        "block" => Ok(Standing::Block(BlockRef {
            height: row.u32(5, "block_height")?,
            hash: row.hash(6, "block_hash")?,
        })),
        "lost" => Ok(Standing::Lost(match row.text(7, "loss_cause")?.as_str() {
            "refused" => LossCause::Refused,
            "vanished" => LossCause::Vanished,
            txid => LossCause::Conflict(txid.parse().map_err(|e| row.corrupt("loss_cause", e))?),
        })),
        other => Err(row.corrupt("standing", format_args!("unknown name {other:?}"))),
    }
}

/// The transactions met so far in an answer, shared by the payments that they make.
type Transactions = BTreeMap<Txid, Arc<Transaction>>;

fn transaction(row: &Row, txid: Txid, met: &mut Transactions) -> Result<Arc<Transaction>, DbError> {
    if let Some(tx) = met.get(&txid) {
        return Ok(tx.clone());
    }
    let tx = deserialize(&row.blob(12, "raw_tx")?).map_err(|e| row.corrupt("raw_tx", e))?;
    Ok(met.entry(txid).or_insert(Arc::new(tx)).clone())
}

fn rehydrate(row: &Row, met: &mut Transactions) -> Result<Payment, DbError> {
    let txid = row.hash(1, "txid")?;
    let raw_tx = transaction(row, txid, met)?;
    Ok(Payment {
        outpoint: OutPoint { txid, vout: row.u32(2, "vout")? },
        amount: row.amount(3, "amount")?,
        standing: standing(row)?,
        first_seen: row.time(8, "first_seen")?,
        replaceable: row.flag(9, "replaceable")?,
        coinbase: raw_tx.is_coinbase(),
        matured: row.flag(10, "matured")?,
        six_deep: row.flag(11, "six_deep")?,
        raw_tx,
    })
}
