//! Refunds: giving something of an invoice back. A refund is a fact of its invoice, so it is taken in like
//! every other; where it goes is said with it, or by the buyer (see `claims`), and what pays it is made
//! later (see `spends`).

use bitcoin::{Address, AddressType, Amount, ScriptBuf};
use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, RefundId, StoreId};
use specie_core::invoice::{Fact, Refund, RefundStanding, Refused, step};
use specie_core::money::{Currency, Price};
use specie_core::quote::{self, QuoteError, Rate};
use specie_core::time::Timestamp;
use specie_db::invoices::InvoiceRecord;
use specie_db::refunds::{self, NewRefund};
use specie_db::{Reader, Tx, invoices, scripts};

use super::audit::{Deed, change};
use super::claims::Link;
use super::idempotency::{Answered, Idempotency, MAX_KEY, once};
use super::refund_view::RefundView;
use super::settle::Taken;
use super::spends::lock_with_before;
use super::view::InvoiceView;
use super::{App, AppError, Network, Store};
use crate::entropy::IdSeed;

/// What can be sent to any kind of address: Bitcoin Core's dust limit of a witness script, in satoshis.
const LEAST: Amount = Amount::from_sat(294);

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
                let sats = change("sats", None, Some(view.amount.to_string()));
                app.note(Some(draft.store.id), Deed::RefundAsked, view.id.to_string())
                    .add_with(tx, vec![sats])?;
                changed = Some(invoice);
                Ok(view)
            })?;
            Ok::<_, AppError>((asked, changed))
        });
        let (mut asked, changed) = asked.await?;
        // Of the link nothing is kept with the answer; another may have taken its place by now.
        asked.answer.claim = self.refund(store.id, asked.answer.id).await?.claim;
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
        let sound = |guid: &String| (1..=MAX_KEY).contains(&guid.len()) && !guid.contains('\0');
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
            check_destination(r, draft.network.name, draft.script.as_ref(), amount)?;
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
        check_destination(tx, draft.network.name, draft.script.as_ref(), amount)?;
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
                // In the order in which everybody locks: transactions, invoices, refunds, coins, wallet.
                let built = known.spend_id.filter(|_| known.refund.standing == RefundStanding::Pending);
                if let Some(spend) = built {
                    drop(lock_with_before(tx, spend)?);
                }
                let locked = invoices::lock(tx, known.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
                if let Some(spend) = built {
                    app.drop_spend(tx, spend, now)?;
                }
                let record = refunds::lock(tx, id)?.ok_or(AppError::RefundNotFound)?;
                if record.spend_id.is_some() && record.refund.standing == RefundStanding::Pending {
                    return Err(AppError::RefundSigned);
                }
                let moment = app.moment(tx, &locked.network)?;
                let taken = step(&locked.invoice, &Fact::CancelRefund(id), moment)?;
                if !taken.is_empty(&locked.invoice) {
                    let taken = Taken { locked: &locked, step: &taken, moment, now, seed: &seed };
                    changed = Some(app.store_step(tx, &taken)?);
                    app.note(Some(store), Deed::RefundCancelled, id.to_string()).add(tx)?;
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

/// Whether so much can be sent there: not to the store itself, and no less than a node passes on. As long as
/// nobody knows where, it is the least that any address takes.
pub(super) fn check_destination(
    r: &Reader<'_>,
    network: &str,
    script: Option<&ScriptBuf>,
    amount: Amount,
) -> Result<(), AppError> {
    if let Some(script) = script
        && scripts::issued(r, network, script)?.is_some()
    {
        return Err(AppError::OwnAddress);
    }
    let least = script.map_or(LEAST, |script| script.minimal_non_dust());
    if amount > Amount::ZERO && amount < least { Err(AppError::RefundDust { least }) } else { Ok(()) }
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
