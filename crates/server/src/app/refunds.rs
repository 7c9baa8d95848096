//! Refunds: giving something of an invoice back. A refund is a fact of its invoice, so it is taken in like
//! every other; where it goes is said with it, or by the buyer (see `claims`), and what pays it is made
//! later (see `spends`).

use bitcoin::{Address, AddressType, Amount, ScriptBuf};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use specie_core::ids::{InvoiceId, RefundId, SpendId, StoreId};
use specie_core::invoice::{Fact, Refund, RefundStanding, Refused, step};
use specie_core::money::{Currency, Price};
use specie_core::quote::{self, QuoteError, Rate};
use specie_core::time::Timestamp;
use specie_db::invoices::InvoiceRecord;
use specie_db::refunds::{self, NewRefund, RefundRecord};
use specie_db::{Reader, Tx, invoices, spends, stores};

use super::claims::Link;
use super::idempotency::{Answered, Idempotency, once};
use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError, Network, Store};
use crate::entropy::IdSeed;

/// The longest name that a caller may give a refund, in characters.
const MAX_GUID: usize = 255;

/// Which rate makes satoshis of an amount in the invoice's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateOf {
    /// The one that the invoice was quoted at.
    Sale,
    /// The one of now.
    Today,
}

/// How much is to be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundAmount {
    /// All that can be.
    Whole,
    /// What came beyond what was asked.
    Surplus,
    /// So many satoshis.
    Sats(Amount),
    /// What is worth so much: in bitcoin, or in the invoice's currency.
    Worth(Price, RateOf),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskRefund {
    /// How much.
    pub amount: RefundAmount,
    /// The address it goes to; none: the buyer is asked.
    pub address: Option<String>,
    /// The caller's own name for it.
    pub guid: Option<String>,
    /// Only of an invoice that is neither partially paid nor overpaid, as BitPay's document has it.
    pub exact: bool,
}

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

/// What can be given back of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOffer {
    /// The invoice.
    pub invoice: InvoiceView,
    /// All that can be, in satoshis.
    pub whole: u64,
    /// What came beyond what was asked, in satoshis.
    pub surplus: u64,
    /// What the whole is worth at the rate of the sale; none if it had none.
    pub worth: Option<Decimal>,
    /// The rate of now; none if there is none.
    pub today: Option<Rate>,
    /// What was given back before, or is going to be.
    pub refunds: Vec<RefundView>,
}

/// What would be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPreview {
    /// Satoshis.
    pub amount: u64,
    /// The amount as it was asked.
    pub asked: Price,
    /// Where it goes; none: the buyer is asked.
    pub address: Option<String>,
}

impl App {
    /// Gives something of an invoice back. `by` names who asks, for the log.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice, [`AppError::Refused`] if so much of
    /// it cannot be given back, [`AppError::Address`] if the address is none of the invoice's network.
    pub async fn ask_refund(
        &self,
        store: &Store,
        invoice: InvoiceId,
        ask: AskRefund,
        by: &str,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<RefundView>, AppError> {
        let draft = match self.draft_refund(store, ask).await {
            Ok(draft) => draft,
            Err(error) => return self.answered_or(idempotency, error).await,
        };
        let (app, now) = (self.clone(), draft.now);
        let asked = self.0.db.write("ask_refund", move |tx| {
            let mut changed = None;
            let asked = once(tx, idempotency.as_ref(), now, |tx| {
                let (view, invoice) = app.insert_refund(tx, invoice, &draft)?;
                changed = Some(invoice);
                Ok(view)
            })?;
            Ok::<_, AppError>((asked, changed))
        });
        let (mut asked, changed) = asked.await?;
        if let Some(claim) = &mut asked.answer.claim {
            *claim = Link::of(&self.0.key, asked.answer.id, 0, claim.ends_at).shown(&self.public_url());
        }
        if let Some(invoice) = changed {
            let refund = &asked.answer;
            tracing::info!(refund = %refund.id, invoice = %invoice.id, sats = refund.amount, by, "a refund was asked");
            self.tell_changed(&invoice);
        }
        Ok(asked)
    }

    async fn draft_refund(&self, store: &Store, ask: AskRefund) -> Result<Draft, AppError> {
        let network = self.network_of(&store.network)?;
        let script = ask.address.as_deref().map(|text| script_of(text, &network)).transpose()?;
        let today = match ask.amount {
            RefundAmount::Worth(price, RateOf::Today) if price.currency != Currency::Btc => {
                Some(self.rate(Some(store), price.currency).await?)
            }
            _ => None,
        };
        // What is too long to be found again is no name, nor what a database does not keep.
        let sound =
            |guid: &String| !guid.is_empty() && guid.chars().count() <= MAX_GUID && !guid.contains('\0');
        let guid = ask.guid.filter(sound);
        let (store, now) = (store.clone(), self.now());
        let (amount, exact) = (ask.amount, ask.exact);
        Ok(Draft { store, network, script, today, guid, amount, exact, seed: IdSeed::new(now), now })
    }

    /// What would be given back if this were asked now. Nothing is changed.
    ///
    /// # Errors
    /// As [`ask_refund`](Self::ask_refund).
    pub async fn preview_refund(
        &self,
        store: &Store,
        invoice: InvoiceId,
        ask: AskRefund,
    ) -> Result<RefundPreview, AppError> {
        let draft = self.draft_refund(store, ask).await?;
        let app = self.clone();
        let previewed = self.0.db.read(move |r| {
            let record = invoices::find(r, invoice)?.filter(|record| record.store_id == draft.store.id);
            let record = record.ok_or(AppError::InvoiceNotFound)?;
            let (amount, asked) = draft.amount_of(&record)?;
            let id = RefundId::from_bytes(draft.seed.id(usize::MAX));
            let fact = Fact::Refund { id, amount, exact: draft.exact };
            drop(step(&record.invoice, &fact, app.moment(r, &record.network)?)?);
            let address = draft.script.as_ref().map(|s| Address::from_script(s, draft.network.params));
            Ok::<_, AppError>(RefundPreview {
                amount: amount.to_sat(),
                asked,
                address: address.transpose().map_err(|_| AppError::Address)?.map(|a| a.to_string()),
            })
        });
        previewed.await
    }

    fn insert_refund(
        &self,
        tx: &mut Tx<'_>,
        invoice: InvoiceId,
        draft: &Draft,
    ) -> Result<(RefundView, InvoiceView), AppError> {
        let locked = invoices::lock(tx, invoice)?.filter(|record| record.store_id == draft.store.id);
        let locked = locked.ok_or(AppError::InvoiceNotFound)?;
        let moment = self.moment(tx, &locked.network)?;
        let (amount, asked) = draft.amount_of(&locked)?;
        // Deliveries number theirs from zero.
        let id = RefundId::from_bytes(draft.seed.id(usize::MAX));
        let fact = Fact::Refund { id, amount, exact: draft.exact };
        let taken = step(&locked.invoice, &fact, moment)?;
        let link = draft.script.is_none().then(|| Link::new(&self.0.key, id, 0, draft.now));
        let new = NewRefund {
            invoice_id: invoice,
            store_id: draft.store.id,
            refund: Refund { id, amount, standing: RefundStanding::Pending },
            seq: locked.invoice.refunds().len(),
            asked: asked.amount,
            currency: asked.currency,
            guid: draft.guid.clone(),
            destination: Link::destination(link.as_ref(), 0, draft.script.clone()),
            created_at: draft.now,
        };
        refunds::insert(tx, &new)?;
        let taken = Taken { locked: &locked, step: &taken, moment, now: draft.now, seed: &draft.seed };
        let invoice = self.store_step(tx, &taken)?;
        let record = refunds::find(tx, id)?.ok_or(AppError::RefundNotFound)?;
        Ok((self.refund_view(tx, &record, &draft.network)?, invoice))
    }

    /// Does not give back what was to be. What is cancelled is cancelled still.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if the store has none of that id, [`AppError::RefundSigned`] if a signed
    /// transaction pays it, [`AppError::Refused`] if it is paid, or failed.
    pub async fn cancel_refund(
        &self,
        store: StoreId,
        id: RefundId,
        by: &str,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<RefundView>, AppError> {
        let (app, now) = (self.clone(), self.now());
        let seed = IdSeed::new(now);
        let cancelled = self.0.db.write("cancel_refund", move |tx| {
            let mut changed = None;
            let cancelled = once(tx, idempotency.as_ref(), now, |tx| {
                let known = refunds::find(tx, id)?.filter(|record| record.store_id == store);
                let known = known.ok_or(AppError::RefundNotFound)?;
                // In the order in which everybody locks: transaction, invoice, refund.
                if let Some(spend) =
                    known.spend_id.filter(|_| known.refund.standing == RefundStanding::Pending)
                {
                    app.drop_spend(tx, spend, now)?;
                }
                let locked = invoices::lock(tx, known.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
                let record = refunds::lock(tx, id)?.ok_or(AppError::RefundNotFound)?;
                if record.spend_id.is_some() && record.refund.standing == RefundStanding::Pending {
                    return Err(AppError::RefundSigned);
                }
                let moment = app.moment(tx, &locked.network)?;
                let taken = step(&locked.invoice, &Fact::CancelRefund(id), moment)?;
                if !taken.is_empty(&locked.invoice) {
                    let taken = Taken { locked: &locked, step: &taken, moment, now, seed: &seed };
                    changed = Some(app.store_step(tx, &taken)?);
                }
                let record = refunds::find(tx, id)?.ok_or(AppError::RefundNotFound)?;
                app.refund_view(tx, &record, &app.shown_network(&locked.network))
            })?;
            Ok::<_, AppError>((cancelled, changed))
        });
        let (cancelled, changed) = cancelled.await?;
        if let Some(invoice) = changed {
            tracing::info!(refund = %id, invoice = %invoice.id, by, "a refund was cancelled");
            self.tell_changed(&invoice);
        }
        Ok(cancelled)
    }

    /// A refund of a store.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if there is none, or it is another store's.
    pub async fn refund(&self, store: StoreId, id: RefundId) -> Result<RefundView, AppError> {
        let app = self.clone();
        let found = self.0.db.read(move |r| {
            let record = refunds::find(r, id)?.filter(|record| record.store_id == store);
            app.shown_refund(r, record)
        });
        found.await
    }

    /// The first refund of a store that its caller named so.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if there is none.
    pub async fn refund_by_guid(&self, store: StoreId, guid: String) -> Result<RefundView, AppError> {
        let app = self.clone();
        let found = self.0.db.read(move |r| {
            let record = refunds::find_by_guid(r, store, &guid)?;
            app.shown_refund(r, record)
        });
        found.await
    }

    /// The refunds of an invoice of a store, in the order in which they were asked.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is no such invoice, or it is another store's.
    pub async fn refunds_of_invoice(
        &self,
        store: StoreId,
        invoice: InvoiceId,
    ) -> Result<Vec<RefundView>, AppError> {
        let app = self.clone();
        let found = self.0.db.read(move |r| {
            let record = invoices::find(r, invoice)?.filter(|record| record.store_id == store);
            let record = record.ok_or(AppError::InvoiceNotFound)?;
            app.refund_views(r, &refunds::records_of_invoice(r, invoice)?, &record.network)
        });
        found.await
    }

    /// The oldest refunds of a store that are neither paid nor given up.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn pending_refunds(&self, store: &Store, limit: u32) -> Result<Vec<RefundView>, AppError> {
        let (app, store) = (self.clone(), store.clone());
        let found = self
            .0
            .db
            .read(move |r| app.refund_views(r, &refunds::pending(r, store.id, limit)?, &store.network));
        found.await
    }

    /// A store's refunds, newest first: those before a place, or from the newest on.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn refunds(
        &self,
        store: &Store,
        before: Option<(Timestamp, RefundId)>,
        limit: u32,
    ) -> Result<Vec<RefundView>, AppError> {
        let (app, store) = (self.clone(), store.clone());
        let newest = (Timestamp::from_millis(i64::MAX), RefundId::from_bytes([0xff; 16]));
        let before = before.unwrap_or(newest);
        let found = self.0.db.read(move |r| {
            app.refund_views(r, &refunds::of_store(r, store.id, before, limit)?, &store.network)
        });
        found.await
    }

    /// What can be given back of an invoice of a store.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is no such invoice, or it is another store's.
    pub async fn refund_offer(&self, store: &Store, invoice: InvoiceId) -> Result<RefundOffer, AppError> {
        let (app, id) = (self.clone(), store.id);
        let read = self.0.db.read(move |r| {
            let record = invoices::find(r, invoice)?.filter(|record| record.store_id == id);
            let record = record.ok_or(AppError::InvoiceNotFound)?;
            let given = app.refund_views(r, &refunds::records_of_invoice(r, invoice)?, &record.network)?;
            Ok::<_, AppError>((record, given))
        });
        let (record, refunds) = read.await?;
        let whole = record.invoice.refundable();
        Ok(RefundOffer {
            invoice: self.view_now(&record, store),
            whole: whole.to_sat(),
            surplus: record.invoice.refundable_surplus().to_sat(),
            worth: record.rate.as_ref().map(|rate| quote::value(whole, rate)),
            today: self.rate(Some(store), record.currency).await.ok(),
            refunds,
        })
    }

    fn shown_refund(&self, r: &Reader<'_>, record: Option<RefundRecord>) -> Result<RefundView, AppError> {
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
        let spend = record.spend_id.map(|id| spends::find(r, id)).transpose()?.flatten();
        let signed = spend.as_ref().is_some_and(|spend| spend.signed.is_some());
        let (state, paid) = match record.refund.standing {
            RefundStanding::Cancelled => (RefundState::Cancelled, None),
            RefundStanding::Failed => (RefundState::Failure, None),
            RefundStanding::Paid { txid, fee } => (RefundState::Success, Some((txid, Some(fee.to_sat())))),
            RefundStanding::Pending if signed => {
                (RefundState::Sent, spend.as_ref().map(|spend| (spend.txid, None)))
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

/// A refund before its transaction begins.
struct Draft {
    store: Store,
    network: Network,
    amount: RefundAmount,
    script: Option<ScriptBuf>,
    today: Option<Rate>,
    guid: Option<String>,
    exact: bool,
    seed: IdSeed,
    now: Timestamp,
}

impl Draft {
    /// How many satoshis it is, and the amount as it was asked.
    fn amount_of(&self, record: &InvoiceRecord) -> Result<(Amount, Price), AppError> {
        let whole = record.invoice.refundable();
        let sats = |amount: Amount| {
            let worth = record.rate.as_ref().map(|rate| quote::value(amount, rate));
            let worth = worth.map(|amount| Price { amount, currency: record.currency });
            let btc = Decimal::from_i128_with_scale(i128::from(amount.to_sat()), 8);
            (amount, worth.unwrap_or(Price { amount: btc, currency: Currency::Btc }))
        };
        Ok(match self.amount {
            RefundAmount::Whole => sats(whole),
            RefundAmount::Surplus => sats(record.invoice.refundable_surplus()),
            RefundAmount::Sats(amount) => {
                let btc = Decimal::from_i128_with_scale(i128::from(amount.to_sat()), 8);
                (amount, Price { amount: btc, currency: Currency::Btc })
            }
            RefundAmount::Worth(price, _) if price.currency == Currency::Btc => {
                (in_bitcoin(price.amount)?, price)
            }
            RefundAmount::Worth(price, _) if price.currency != record.currency => {
                return Err(AppError::RefundCurrency(record.currency));
            }
            RefundAmount::Worth(price, _) => {
                let rate = self.today.as_ref().or(record.rate.as_ref());
                let rate = rate.ok_or(AppError::RefundCurrency(Currency::Btc))?;
                let due = quote::due(price, rate).map_err(|error| match error {
                    QuoteError::TooLarge => Refused::RefundTooMuch { most: whole }.into(),
                    QuoteError::NotPositive | QuoteError::InvalidRate => AppError::RefundAmount,
                })?;
                // Rounded up, an amount may come a satoshi above what is left of the price.
                let rounds_to_whole = quote::value(whole, rate) == price.amount;
                (if rounds_to_whole { due.min(whole) } else { due }, price)
            }
        })
    }
}

/// Satoshis of an amount in bitcoin.
fn in_bitcoin(amount: Decimal) -> Result<Amount, AppError> {
    let amount = amount.normalize();
    let text = if amount.scale() <= 8 { amount.to_string() } else { String::new() };
    Amount::from_str_in(&text, bitcoin::Denomination::Bitcoin).map_err(|_| AppError::RefundAmount)
}

/// The script of an address of a network.
pub(super) fn script_of(text: &str, network: &Network) -> Result<ScriptBuf, AppError> {
    let text = text.trim();
    // A longer text is none, and is not looked at.
    let text = Some(text).filter(|text| text.len() <= 100).ok_or(AppError::Address)?;
    let address: Address<_> = text.parse().map_err(|_| AppError::Address)?;
    let address = address.require_network(network.params).map_err(|_| AppError::AddressNetwork)?;
    match address.address_type() {
        Some(
            AddressType::P2pkh
            | AddressType::P2sh
            | AddressType::P2wpkh
            | AddressType::P2wsh
            | AddressType::P2tr,
        ) => Ok(address.script_pubkey()),
        // Anybody can spend what is sent to any other kind.
        _ => Err(AppError::Address),
    }
}
