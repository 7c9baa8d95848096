//! Refunds: what is given back of invoices, to whom, and by which transaction.

use bitcoin::{OutPoint, ScriptBuf, Txid};
use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, RefundId, SpendId, StoreId};
use specie_core::invoice::{Refund, RefundStanding};
use specie_core::money::Currency;
use specie_core::time::Timestamp;

use crate::attention::{self, Subject};
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "refunds";

macro_rules! columns {
    () => {
        "SELECT r.id, r.amount, r.standing, r.txid, r.fee, r.invoice_id, r.store_id, r.asked, r.currency, r.guid, r.script,
            r.claim_generation, r.claim_ends_at, r.spend_id, r.pin_txid, r.pin_vout, r.created_at FROM refunds r "
    };
}

statements! { "refunds":
    INSERT = "INSERT INTO refunds (id, invoice_id, seq, store_id, amount, standing, asked, currency, guid, script, claim,
            claim_generation, claim_ends_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    SAVE = "UPDATE refunds SET standing = $2, txid = $3, fee = $4 WHERE id = $1";
    OF_INVOICE = "SELECT id, amount, standing, txid, fee, seq FROM refunds WHERE invoice_id = $1 ORDER BY seq";
    RECORDS_OF_INVOICE = concat!(columns!(), "WHERE r.invoice_id = $1 ORDER BY r.seq");
    FIND = concat!(columns!(), "WHERE r.id = $1");
    LOCK = concat!(columns!(), "WHERE r.id = $1 /*postgres FOR NO KEY UPDATE*/");
    BY_CLAIM = concat!(columns!(), "WHERE r.claim = $1");
    BY_GUID = concat!(columns!(), "WHERE r.store_id = $1 AND r.guid = $2 ORDER BY r.created_at, r.id LIMIT 1");
    BY_SPEND = concat!(columns!(), "WHERE r.spend_id = $1 ORDER BY r.created_at, r.id");
    BY_TXID = concat!(columns!(), "WHERE r.txid = $1");
    BY_SCRIPT = concat!(
        columns!(), "WHERE r.store_id = $1 AND r.script = $2 ORDER BY r.created_at DESC, r.id DESC LIMIT $3"
    );
    PENDING = concat!(
        columns!(), "WHERE r.store_id = $1 AND r.standing = 'pending' ORDER BY r.created_at, r.id LIMIT $2"
    );
    SET_DESTINATION = "UPDATE refunds SET script = $2, claim = $3, claim_generation = $4, claim_ends_at = $5
        WHERE id = $1";
    SET_SPEND = "UPDATE refunds SET spend_id = $2, pin_txid = $3, pin_vout = $4 WHERE id = $1";
    RELEASE = "UPDATE refunds SET spend_id = NULL WHERE spend_id = $1 AND standing IN ('pending', 'cancelled')";
}

/// Where a refund goes, or how its buyer is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The script that is paid; none as long as the buyer has not said.
    pub script: Option<ScriptBuf>,
    /// The SHA-256 of the link that asks the buyer, which shows what became of it afterwards; none if the
    /// merchant said where it goes.
    pub claim: Option<[u8; 32]>,
    /// How often the link was replaced.
    pub claim_generation: u32,
    /// Until when it asks.
    pub claim_ends_at: Option<Timestamp>,
}

/// A refund that was just asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its store.
    pub store_id: StoreId,
    /// What is given back.
    pub refund: Refund,
    /// Its place among the invoice's refunds.
    pub seq: usize,
    /// The amount as it was asked, in `currency`.
    pub asked: Decimal,
    /// The currency of that.
    pub currency: Currency,
    /// The caller's own name for it.
    pub guid: Option<String>,
    /// Where it goes.
    pub destination: Destination,
    /// When it was asked.
    pub created_at: Timestamp,
}

/// A refund with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRecord {
    /// What is given back, and where that stands.
    pub refund: Refund,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its store.
    pub store_id: StoreId,
    /// The amount as it was asked, in `currency`.
    pub asked: Decimal,
    /// The currency of that.
    pub currency: Currency,
    /// The caller's own name for it.
    pub guid: Option<String>,
    /// The script that is paid; none as long as the buyer has not said.
    pub script: Option<ScriptBuf>,
    /// How often the link that asks the buyer was replaced.
    pub claim_generation: u32,
    /// Until when it asks; none if nobody is asked.
    pub claim_ends_at: Option<Timestamp>,
    /// The newest transaction that pays it.
    pub spend_id: Option<SpendId>,
    /// The coin that every transaction for it spends, once there was one.
    pub pin: Option<OutPoint>,
    /// When it was asked.
    pub created_at: Timestamp,
}

fn standing_name(standing: RefundStanding) -> &'static str {
    match standing {
        RefundStanding::Pending => "pending",
        RefundStanding::Cancelled => "cancelled",
        RefundStanding::Paid { .. } => "paid",
        RefundStanding::Failed => "failed",
    }
}

/// Adds a refund.
///
/// # Errors
/// [`DbError::Duplicate`] if that id, or that place, is taken.
pub fn insert(tx: &mut Tx<'_>, new: &NewRefund) -> Result<(), DbError> {
    let row = params![
        new.refund.id,
        new.invoice_id,
        i64::try_from(new.seq).unwrap_or(i64::MAX),
        new.store_id,
        new.refund.amount,
        standing_name(new.refund.standing),
        new.asked,
        new.currency,
        new.guid.as_ref(),
        new.destination.script.as_ref(),
        new.destination.claim,
        new.destination.claim_generation,
        new.destination.claim_ends_at,
        new.created_at,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// Writes how the refunds of an invoice stand, those that changed.
pub(crate) fn save(tx: &mut Tx<'_>, before: &[Refund], after: &[Refund]) -> Result<(), DbError> {
    for refund in after.iter().filter(|refund| !before.contains(refund)) {
        let paid = match refund.standing {
            RefundStanding::Paid { txid, fee } => Some((txid, fee)),
            RefundStanding::Pending | RefundStanding::Cancelled | RefundStanding::Failed => None,
        };
        let row = params![
            refund.id,
            standing_name(refund.standing),
            paid.map(|(txid, _)| txid),
            paid.map(|(_, fee)| fee),
        ];
        if tx.execute(&SAVE, &row)? != 1 {
            return Err(DbError::Corrupt {
                table: TABLE,
                row: refund.id.to_string(),
                column: "id",
                problem: "is not there".to_owned(),
            });
        }
    }
    Ok(())
}

/// What is given back of an invoice, in the order in which it was asked.
pub(crate) fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<Refund>, DbError> {
    let mut place = 0;
    reader.query(TABLE, &OF_INVOICE, &params![invoice], |row| {
        if row.int(5, "seq")? != place {
            return Err(row.corrupt("seq", format_args!("is not {place}")));
        }
        place += 1;
        refund(row)
    })
}

/// The refunds of an invoice with all that is known of them, in the order in which they were asked.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn records_of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<RefundRecord>, DbError> {
    reader.query(TABLE, &RECORDS_OF_INVOICE, &params![invoice], rehydrate)
}

/// The refund of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: RefundId) -> Result<Option<RefundRecord>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The refund of that id, locked for the rest of the transaction.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: RefundId) -> Result<Option<RefundRecord>, DbError> {
    tx.query_opt(TABLE, &LOCK, &params![id], rehydrate)
}

/// The refund whose link has that SHA-256.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_claim(reader: &Reader<'_>, claim: [u8; 32]) -> Result<Option<RefundRecord>, DbError> {
    reader.query_opt(TABLE, &BY_CLAIM, &params![claim], rehydrate)
}

/// The first refund of a store that its caller named so.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_guid(
    reader: &Reader<'_>,
    store: StoreId,
    guid: &str,
) -> Result<Option<RefundRecord>, DbError> {
    reader.query_opt(TABLE, &BY_GUID, &params![store, guid], rehydrate)
}

/// The refunds whose newest transaction is this.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_spend(reader: &Reader<'_>, spend: SpendId) -> Result<Vec<RefundRecord>, DbError> {
    reader.query(TABLE, &BY_SPEND, &params![spend], rehydrate)
}

/// The refunds, of whatever store, that a transaction has paid.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn paid_by(reader: &Reader<'_>, txid: Txid) -> Result<Vec<RefundRecord>, DbError> {
    reader.query(TABLE, &BY_TXID, &params![txid], rehydrate)
}

/// The newest refunds of a store that go to a script.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn sent_to(
    reader: &Reader<'_>,
    store: StoreId,
    script: &ScriptBuf,
    limit: u32,
) -> Result<Vec<RefundRecord>, DbError> {
    reader.query(TABLE, &BY_SCRIPT, &params![store, script, limit], rehydrate)
}

/// The oldest refunds of a store that are pending.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn pending(reader: &Reader<'_>, store: StoreId, limit: u32) -> Result<Vec<RefundRecord>, DbError> {
    reader.query(TABLE, &PENDING, &params![store, limit], rehydrate)
}

/// Writes where a refund goes.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_destination(tx: &mut Tx<'_>, id: RefundId, to: &Destination) -> Result<(), DbError> {
    let row = params![id, to.script.as_ref(), to.claim, to.claim_generation, to.claim_ends_at];
    tx.execute(&SET_DESTINATION, &row)?;
    // Put aside or not, its merchant's turn has come.
    if to.script.is_some() { attention::reopen(tx, Subject::Refund(id)) } else { Ok(()) }
}

/// Writes which transaction pays a refund, and which coin every one of them spends.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_spend(tx: &mut Tx<'_>, id: RefundId, spend: SpendId, pin: OutPoint) -> Result<(), DbError> {
    tx.execute(&SET_SPEND, &params![id, spend, pin.txid, pin.vout]).map(drop)
}

/// Takes the refunds that are not paid and not given up away from a transaction, for another to pay them.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn release(tx: &mut Tx<'_>, spend: SpendId) -> Result<(), DbError> {
    tx.execute(&RELEASE, &params![spend]).map(drop)
}

fn refund(row: &Row) -> Result<Refund, DbError> {
    let standing = match row.text(2, "standing")?.as_str() {
        "pending" => RefundStanding::Pending,
        "cancelled" => RefundStanding::Cancelled,
        "failed" => RefundStanding::Failed,
        "paid" => RefundStanding::Paid { txid: row.hash(3, "txid")?, fee: row.amount(4, "fee")? },
        other => return Err(row.corrupt("standing", format_args!("unknown name {other:?}"))),
    };
    Ok(Refund { id: row.id(0, "id", RefundId::from_bytes)?, amount: row.amount(1, "amount")?, standing })
}

fn rehydrate(row: &Row) -> Result<RefundRecord, DbError> {
    let pin = match row.opt_hash(14, "pin_txid")? {
        Some(txid) => Some(OutPoint { txid, vout: row.u32(15, "pin_vout")? }),
        None => None,
    };
    let ends_at = row.opt_int(12, "claim_ends_at")?;
    Ok(RefundRecord {
        refund: refund(row)?,
        invoice_id: row.id(5, "invoice_id", InvoiceId::from_bytes)?,
        store_id: row.id(6, "store_id", StoreId::from_bytes)?,
        asked: row.parsed(7, "asked")?,
        currency: row.parsed(8, "currency")?,
        guid: row.opt_text(9, "guid")?,
        script: row.opt_blob(10, "script")?.map(ScriptBuf::from_bytes),
        claim_generation: row.u32(11, "claim_generation")?,
        claim_ends_at: ends_at.map(Timestamp::from_millis),
        spend_id: row.opt_id(13, "spend_id", SpendId::from_bytes)?,
        pin,
        created_at: row.time(16, "created_at")?,
    })
}
