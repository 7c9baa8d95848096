//! Spends as they are shown: what a merchant is going to sign, in amounts and addresses, and what became of
//! it.

use bitcoin::Address;
use specie_core::ids::{SpendId, StoreId};
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;
use specie_db::spends::SpendRecord;
use specie_db::{Reader, refunds, spends, wallets};

use super::refund_view::RefundView;
use super::wallets::parsed;
use super::{App, AppError, Network, Store};

/// Where a transaction of a merchant's stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendState {
    /// It waits for signatures.
    ToSign,
    /// It was cancelled before it was signed.
    Cancelled,
    /// It is signed, and on its way to a block.
    Sent,
    /// A newer version took its place.
    Replaced,
    /// Another transaction takes one of its coins, and may still lose it.
    Rivalled,
    /// It is in a block, with so many confirmations.
    Confirmed(u32),
    /// It can never be in a block.
    Dead,
}

/// A transaction of a merchant's own coins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendView {
    /// Identifier.
    pub id: SpendId,
    /// Where it stands.
    pub state: SpendState,
    /// Paid on the practice chain.
    pub sandbox: bool,
    /// What its coins are worth, in satoshis.
    pub spent: u64,
    /// How many coins it spends.
    pub coins: usize,
    /// Whom it pays: address and satoshis.
    pub payees: Vec<(String, u64)>,
    /// What comes back to the wallet: address and satoshis.
    pub change: Vec<(String, u64)>,
    /// What the network takes, in satoshis.
    pub fee: u64,
    /// The same in thousandths of a satoshi per vbyte of the signed transaction.
    pub millisats_per_vbyte: u64,
    /// How many vbytes that has, or is going to have.
    pub vbytes: u64,
    /// How many of its signatures there are, and how many each coin needs.
    pub signatures: (usize, usize),
    /// Its id; before it is signed it may be another for some types of wallet.
    pub txid: String,
    /// The refunds that it pays, or was to pay.
    pub refunds: Vec<RefundView>,
    /// The version whose place it takes.
    pub replaces: Option<SpendId>,
    /// The node has it in its mempool.
    pub broadcast: bool,
    /// Why the node does not take it.
    pub refusal: Option<String>,
    /// What takes one of its coins.
    pub rival: Option<String>,
    /// When it was built.
    pub created_at: Timestamp,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// The transaction for signing, in Bitcoin's own form (BIP 174).
    pub psbt: Vec<u8>,
    /// Some of the wallet's keys do not say where they come from, which hardware asks.
    pub origins_missing: bool,
}

impl SpendView {
    /// The transaction for signing in parts for a moving QR code (BBQr); none if it is too large for that.
    #[must_use]
    pub fn qr_parts(&self) -> Vec<String> {
        let psbt = bitcoin::Psbt::deserialize(&self.psbt).ok();
        psbt.and_then(|psbt| specie_psbt::qr_parts(&psbt).ok()).unwrap_or_default()
    }
}

impl App {
    /// A transaction of a store.
    ///
    /// # Errors
    /// [`AppError::SpendNotFound`] if there is none, or it is another store's.
    pub async fn spend(&self, store: StoreId, id: SpendId) -> Result<SpendView, AppError> {
        let app = self.clone();
        let found = self.0.db.read(move |r| {
            let record = spends::find(r, id)?.filter(|spend| spend.store_id == store);
            app.spend_view(r, &record.ok_or(AppError::SpendNotFound)?)
        });
        found.await
    }

    /// A store's transactions, newest first: those before a place, or from the newest on.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn spends(
        &self,
        store: &Store,
        before: Option<(Timestamp, SpendId)>,
        limit: u32,
    ) -> Result<Vec<SpendView>, AppError> {
        let (app, store) = (self.clone(), store.id);
        let newest = (Timestamp::from_millis(i64::MAX), SpendId::from_bytes([0xff; 16]));
        let before = before.unwrap_or(newest);
        let found = self.0.db.read(move |r| {
            let records = spends::of_store(r, store, before, limit)?;
            records.iter().map(|record| app.spend_view(r, record)).collect::<Result<Vec<_>, AppError>>()
        });
        found.await
    }

    pub(super) fn spend_view(&self, r: &Reader<'_>, record: &SpendRecord) -> Result<SpendView, AppError> {
        let network = self.shown_network(&record.network);
        let wallet = wallets::find(r, record.wallet_id)?.ok_or(AppError::NoWallet)?;
        let wallet = parsed(&wallet)?;
        let summary = specie_psbt::summary(&record.psbt, &wallet).map_err(|error| {
            AppError::Db(specie_db::DbError::Corrupt {
                table: "spends",
                row: record.id.to_string(),
                column: "psbt",
                problem: error.to_string(),
            })
        })?;
        let shown = |script: &bitcoin::Script| match Address::from_script(script, network.params) {
            Ok(address) => address.to_string(),
            Err(_) => format!("script {script:x}"),
        };
        let paid = spends::shares(r, record.id)?;
        let mut refunds_paid = Vec::with_capacity(paid.len());
        for (id, _) in paid {
            if let Some(refund) = refunds::find(r, id)? {
                refunds_paid.push(self.refund_view(r, &refund, &network)?);
            }
        }
        let vbytes = match &record.signed {
            Some((tx, _)) => u64::try_from(tx.vsize()).unwrap_or(u64::MAX),
            None => summary.weight.to_vbytes_ceil(),
        };
        let is_old = record.signed.is_some() && is_superseded(&refunds_paid, record.id);
        Ok(SpendView {
            id: record.id,
            state: state(record, is_old, self.chain_state(&record.network).shown_height),
            sandbox: network.is_sandbox(),
            spent: summary.total.to_sat(),
            coins: summary.coins,
            payees: summary.payees.iter().map(|p| (shown(&p.script), p.amount.to_sat())).collect(),
            change: change(&summary, &wallet, &network),
            fee: record.fee.to_sat(),
            millisats_per_vbyte: record.fee.to_sat().saturating_mul(1000) / vbytes.max(1),
            vbytes,
            signatures: signatures(record, &wallet),
            txid: record.txid.to_string(),
            refunds: refunds_paid,
            replaces: record.replaces,
            broadcast: record.standing == SpendStanding::Mempool,
            refusal: record.refusal.clone(),
            rival: match record.standing {
                SpendStanding::Rivalled(by) | SpendStanding::Dead(by) => Some(by.to_string()),
                _ => None,
            },
            created_at: record.created_at,
            signed_at: record.signed.as_ref().map(|(_, at)| *at),
            psbt: record.psbt.serialize(),
            origins_missing: wallet.keys().iter().any(|key| key.origin().is_none()),
        })
    }
}

/// Whether all that it pays is paid by a newer version.
fn is_superseded(paid: &[RefundView], id: SpendId) -> bool {
    let newer = |refund: &RefundView| refund.spend_id.is_some_and(|spend| spend != id);
    !paid.is_empty() && paid.iter().all(newer)
}

fn state(record: &SpendRecord, is_old: bool, tip_height: u32) -> SpendState {
    match record.standing {
        SpendStanding::Block(block) => SpendState::Confirmed(block.confirmations(tip_height).max(1)),
        SpendStanding::Dead(_) if is_old => SpendState::Replaced,
        SpendStanding::Dead(_) => SpendState::Dead,
        SpendStanding::Mempool => SpendState::Sent,
        _ if record.cancelled_at.is_some() => SpendState::Cancelled,
        _ if is_old => SpendState::Replaced,
        SpendStanding::Rivalled(_) if record.signed.is_none() => SpendState::ToSign,
        SpendStanding::Rivalled(_) => SpendState::Rivalled,
        SpendStanding::Nowhere if record.signed.is_some() => SpendState::Sent,
        SpendStanding::Nowhere => SpendState::ToSign,
    }
}

fn change(
    summary: &specie_psbt::Summary,
    wallet: &specie_core::script::WalletDescriptor,
    network: &Network,
) -> Vec<(String, u64)> {
    let shown = |change: &specie_psbt::Change| {
        let address = wallet.address_at(change.keychain, change.index, network.params);
        (address.map(|a| a.to_string()).unwrap_or_default(), change.amount.to_sat())
    };
    summary.change.iter().map(shown).collect()
}

/// How many signatures the coin has that has the fewest, and how many it needs.
fn signatures(record: &SpendRecord, wallet: &specie_core::script::WalletDescriptor) -> (usize, usize) {
    let need = wallet.threshold();
    if record.signed.is_some() {
        return (need, need);
    }
    let signed = |input: &bitcoin::psbt::Input| {
        let taproot = usize::from(input.tap_key_sig.is_some());
        let finished = input.final_script_sig.is_some() || input.final_script_witness.is_some();
        if finished { need } else { input.partial_sigs.len().max(taproot) }
    };
    (record.psbt.inputs.iter().map(signed).min().unwrap_or(0), need)
}
