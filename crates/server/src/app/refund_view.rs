//! Refunds as they are shown. What a refund is to a merchant follows from where it stands, whether it is known
//! where it goes, and what was built for it.

use bitcoin::Address;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use specie_core::ids::{InvoiceId, RefundId, SpendId};
use specie_core::invoice::RefundStanding;
use specie_core::money::Currency;
use specie_core::time::Timestamp;
use specie_db::refunds::RefundRecord;
use specie_db::{Reader, spends, stores};

use super::claims::Link;
use super::{App, AppError, Network};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The buyer has not said yet where it goes.
    AddressWanted,
    /// It can be paid.
    Ready,
    /// A transaction that pays it waits for its signatures.
    ToSign,
    /// A signed transaction pays it, and is in no block.
    Sent,
    /// It is in a block.
    Success,
    /// The merchant does not give it back after all.
    Cancelled,
    /// What was signed for it can never be in a block.
    Failure,
}

/// The link that asks a buyer where a refund goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLink {
    /// The whole link. It is derived, and kept nowhere.
    #[serde(skip)]
    pub url: String,
    /// Until when it asks.
    pub ends_at: Timestamp,
}

/// A refund as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    /// Identifier.
    pub id: RefundId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Satoshis.
    pub amount: u64,
    /// The amount as it was asked, in `currency`.
    pub asked: Decimal,
    /// The currency of that.
    pub currency: Currency,
    /// Where it goes; none as long as the buyer has not said.
    pub address: Option<String>,
    /// Where it stands.
    pub state: RefundState,
    /// The caller's own name for it.
    pub guid: Option<String>,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// How the buyer is asked; none if that is over.
    pub claim: Option<ClaimLink>,
    /// The newest transaction that pays it.
    pub spend_id: Option<SpendId>,
    /// The transaction that paid it, or is going to.
    pub txid: Option<String>,
    /// Its share of the fee, in satoshis, once it is paid.
    pub fee: Option<u64>,
}

impl App {
    pub(super) fn shown_refund(
        &self,
        r: &Reader<'_>,
        record: Option<RefundRecord>,
    ) -> Result<RefundView, AppError> {
        let record = record.ok_or(AppError::RefundNotFound)?;
        let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
        self.refund_view(r, &record, &self.shown_network(&store.network))
    }

    pub(super) fn refund_views(
        &self,
        r: &Reader<'_>,
        records: &[RefundRecord],
        network: &str,
    ) -> Result<Vec<RefundView>, AppError> {
        let network = self.shown_network(network);
        records.iter().map(|record| self.refund_view(r, record, &network)).collect()
    }

    pub(super) fn refund_view(
        &self,
        r: &Reader<'_>,
        record: &RefundRecord,
        network: &Network,
    ) -> Result<RefundView, AppError> {
        let spend = record.spend_id.map(|id| spends::brief(r, id)).transpose()?.flatten();
        let signed = spend.filter(|(_, signed)| *signed);
        let (state, paid) = match record.refund.standing {
            RefundStanding::Cancelled => (RefundState::Cancelled, None),
            RefundStanding::Failed => (RefundState::Failure, None),
            RefundStanding::Paid { txid, fee } => (RefundState::Success, Some((txid, Some(fee.to_sat())))),
            RefundStanding::Pending if signed.is_some() => {
                (RefundState::Sent, signed.map(|(txid, _)| (txid, None)))
            }
            RefundStanding::Pending if spend.is_some() => (RefundState::ToSign, None),
            RefundStanding::Pending if record.script.is_some() => (RefundState::Ready, None),
            RefundStanding::Pending => (RefundState::AddressWanted, None),
        };
        let link = (state == RefundState::AddressWanted).then_some(record.claim_ends_at).flatten();
        let link =
            link.map(|ends_at| Link::of(&self.0.key, record.refund.id, record.claim_generation, ends_at));
        let script = record.script.as_ref();
        Ok(RefundView {
            id: record.refund.id,
            invoice_id: record.invoice_id,
            amount: record.refund.amount.to_sat(),
            asked: record.asked,
            currency: record.currency,
            address: script.and_then(|s| Address::from_script(s, network.params).ok()).map(|a| a.to_string()),
            state,
            guid: record.guid.clone(),
            requested_at: record.created_at,
            claim: link.map(|link| link.shown(&self.public_url())),
            spend_id: record.spend_id,
            txid: paid.map(|(txid, _)| txid.to_string()),
            fee: paid.and_then(|(_, fee)| fee),
        })
    }
}
