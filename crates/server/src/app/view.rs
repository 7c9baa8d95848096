//! Views: an invoice as it is shown, with all that a dialect may want to say of it. Views are
//! what leaves this floor; they are also stored with each delivery and each idempotent reply.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{
    Asked, Flag, Invoice, LossCause, Order, Payment, Renewal, Speed, Standing, Status,
};
use specie_core::money::Currency;
use specie_core::quote::{self, Rate};
use specie_core::time::Timestamp;
use specie_db::invoices::InvoiceRecord;

use super::{Network, renewal};

pub use super::access::Scope;
pub use super::applications::NewApplication;
pub use super::attention::{Asked as AttentionAsked, AttentionView};
pub use super::browse::Browsed;
pub use super::claims::ClaimView;
pub use super::coins::{CoinView, CoinsView};
pub use super::deliveries::{Attempted, Content, DeliveryView, Due};
pub use super::detail::{EventView, InvoiceDetail, Issued};
pub use super::feeds::Feed;
pub use super::ledger::{BalanceView, EntryView};
pub use super::listening::PassedOn;
pub use super::outbox::{Arrivals, DeliveryDetail, Endpoint, OutboxFilter, OutboxLine, OutboxPage};
pub use super::overview::{Balance, Health, Overview, Period, Sold};
pub use super::pairing::{IssuedCode, IssuedToken, NewCode, PairedClient, PendingPairing, TokenView};
pub use super::refund_view::{ClaimLink, RefundState, RefundView};
pub use super::refunds::{AskRefund, RateOf, RefundAmount, RefundOffer, RefundPreview};
pub use super::reports::{Every, Report, ReportQuery, ReportRow};
pub use super::saved_views::MAX_SAVED_VIEWS;
pub use super::scenario::{MAX_BLOCKS, Play, Scenario};
pub use super::search::{Findings, FoundPayout, FoundRefund, Hit, Hits, Sought};
pub use super::spend_view::{SpendState, SpendView};
pub use super::stores::{sound_name, sound_origin};
pub use super::summary::StoreSummary;
pub use super::users::normal_email;
pub use super::wallet_page::{AddressView, AddressesView, BalanceSheet, GapView, WalletOverview};
pub use super::wallets::{WalletKeyView, WalletView};
pub use super::webhooks::{NewWebhook, TestOutcome, TestView, Tested, WebhookChange, WebhookView};
pub use specie_db::api_tokens::ApiToken;
pub use specie_db::applications::{Application, Details as ApplicationDetails, State as ApplicationState};
pub use specie_db::attention::{Cause, Subject};
pub use specie_db::deliveries::listed::Fate as DeliveryFate;
pub use specie_db::deliveries::{Attempt, Form, State as DeliveryState};
pub use specie_db::invoices::{
    Cut, Filter as InvoiceFilter, Page as InvoicePage, Place, Quote, Search, Wanted as InvoicesWanted,
};
pub use specie_db::postings::Page as LedgerPage;
pub use specie_db::saved_views::SavedView;
pub use specie_db::stores::{Brand, Logo, Store};
pub use specie_db::summaries::Sales;
pub use specie_db::webhooks::Webhook;

/// Where a payment stands, for showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentState {
    /// In the mempool.
    Mempool,
    /// In a block.
    Confirmed,
    /// Not to be found at the moment.
    Missing,
    /// Lost.
    Lost,
}

/// What of the server goes into a view.
#[derive(Debug, Clone, Copy)]
pub struct Showing<'a> {
    /// The server's public address.
    pub server: &'a str,
    /// The height of the network's tip.
    pub tip_height: u32,
    /// Now.
    pub now: Timestamp,
}

/// A payment as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// Transaction id.
    pub txid: String,
    /// Output index.
    pub vout: u32,
    /// Satoshis.
    pub amount: u64,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Confirmations as of the view.
    pub confirmations: u32,
    /// Confirmations that the invoice asks of it.
    pub confirmations_needed: u32,
    /// Where it stands.
    pub state: PaymentState,
    /// It reached the confirmations that the invoice asks.
    pub matured: bool,
    /// It is lost since another transaction spent the same coins; one that is lost otherwise was just never seen again.
    #[serde(default)]
    pub replaced: bool,
}

/// An accepted overpayment as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditView {
    /// Satoshis.
    pub amount: u64,
    /// When it was accepted.
    pub at: Timestamp,
}

/// An invoice as it is shown, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceView {
    /// Identifier.
    pub id: InvoiceId,
    /// Its number on this server.
    pub number: i64,
    /// The store.
    pub store_id: StoreId,
    /// The store's number on this server.
    pub store_number: i64,
    /// The store's name.
    pub store_name: String,
    /// How the store's pages look.
    #[serde(default)]
    pub brand: Brand,
    /// The server's public address, without a slash at the end.
    pub server: String,
    /// The network's name.
    pub network: String,
    /// Paid on the practice chain.
    pub sandbox: bool,
    /// Status.
    pub status: Status,
    /// What is exceptional.
    pub flag: Flag,
    /// The price; of a top-up, what came first; none before.
    pub price: Option<Decimal>,
    /// Any amount is welcome.
    pub top_up: bool,
    /// The currency.
    pub currency: Currency,
    /// The rate of its last quote; none if nothing is asked.
    pub rate: Option<Rate>,
    /// Satoshis due in all; of a top-up, what came first; of a partial payment that was accepted, what
    /// came.
    pub due: Option<u64>,
    /// Satoshis that its last quote asked for, where there was a price.
    pub quoted: Option<u64>,
    /// Satoshis received and not lost, without what was credited.
    pub paid: u64,
    /// What came beyond the due and was accepted.
    pub credit: Option<CreditView>,
    /// Satoshis still missing.
    pub remaining: u64,
    /// Satoshis that can still be given back.
    #[serde(default)]
    pub refundable: u64,
    /// The address; none if nothing is asked, or none was issued yet.
    pub address: Option<String>,
    /// Something is asked, and an address is issued only when the buyer wants to pay.
    #[serde(default)]
    pub unopened: bool,
    /// How its buyer may go on, now that its time is over.
    #[serde(default)]
    pub renewal: Option<Renewal>,
    /// Confirmations wanted.
    pub speed: Speed,
    /// What the shop said about the order.
    pub order: Order,
    /// Where the buyer goes afterwards: as the order says, or the store's website.
    pub redirect_url: Option<String>,
    /// It is out of sight of its store's lists.
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// Until when payments are waited for.
    pub monitoring_ends_at: Timestamp,
    /// The moment of this view.
    pub shown_at: Timestamp,
    /// Every payment, lost ones too, in the order of first sight.
    pub payments: Vec<PaymentView>,
}

impl InvoiceView {
    /// The view of an invoice.
    #[must_use]
    pub fn new(
        record: &InvoiceRecord,
        invoice: &Invoice,
        store: &Store,
        network: &Network,
        showing: Showing<'_>,
    ) -> Self {
        let terms = invoice.terms();
        let verdict = invoice.verdict();
        let top_up = terms.asked() == Asked::Anything;
        let first = topped_up(invoice);
        let credited = invoice.credited();
        Self {
            id: record.id,
            number: record.number,
            store_id: record.store_id,
            store_number: store.number,
            store_name: store.name.clone(),
            brand: store.settings.brand.clone(),
            server: showing.server.to_owned(),
            network: record.network.clone(),
            sandbox: network.is_sandbox(),
            status: verdict.status(),
            flag: verdict.flag(),
            price: price(record, invoice),
            top_up,
            currency: record.currency,
            rate: record.rate.clone(),
            due: invoice.due().or(first).map(bitcoin::Amount::to_sat),
            quoted: terms.due().map(bitcoin::Amount::to_sat),
            paid: (invoice.received() - credited).to_sat(),
            credit: invoice
                .accepted()
                .filter(|_| credited > bitcoin::Amount::ZERO)
                .map(|accepted| CreditView { amount: credited.to_sat(), at: accepted.at }),
            remaining: invoice.remaining().to_sat(),
            refundable: invoice.refundable().to_sat(),
            address: record.on_chain.as_ref().and_then(|on_chain| {
                bitcoin::Address::from_script(&on_chain.script, network.params).ok().map(|a| a.to_string())
            }),
            unopened: invoice.unopened(),
            renewal: renewal::allowed(invoice, record.archived, &store.settings, showing.now).ok(),
            speed: terms.speed(),
            order: record.order.clone(),
            redirect_url: record.order.redirect_url.clone().or_else(|| store.settings.website.clone()),
            archived: record.archived,
            created_at: terms.created_at(),
            expires_at: terms.expires_at(),
            monitoring_ends_at: terms.monitoring_ends_at(),
            shown_at: showing.now,
            payments: invoice.payments().iter().map(|p| payment(p, invoice, showing.tip_height)).collect(),
        }
    }

    /// Nothing is asked.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.address.is_none() && !self.unopened
    }

    /// Payments that count.
    pub fn live_payments(&self) -> impl Iterator<Item = &PaymentView> {
        self.payments.iter().filter(|p| p.state != PaymentState::Lost)
    }

    /// The bitcoin: link for what is still missing (BIP 21); of a top-up, without an amount.
    #[must_use]
    pub fn payment_link(&self) -> Option<String> {
        let address = self.address.as_ref()?;
        let amount = bitcoin::Amount::from_sat(self.remaining);
        if amount == bitcoin::Amount::ZERO {
            return Some(format!("bitcoin:{address}"));
        }
        // The shortest form: some wallets show the amount as it is written.
        let btc = amount.to_string_in(bitcoin::Denomination::Bitcoin);
        let btc = if btc.contains('.') { btc.trim_end_matches('0').trim_end_matches('.') } else { &btc };
        Some(format!("bitcoin:{address}?amount={btc}"))
    }

    /// Nothing is going to change any more, as far as a buyer is concerned.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.status, Status::Complete | Status::Expired | Status::Invalid)
    }
}

/// Whether a store is paid on the practice chain, with nothing of worth.
#[must_use]
pub fn is_practice(store: &Store) -> bool {
    store.network == Network::SANDBOX.name
}

/// What came first for a top-up.
fn topped_up(invoice: &Invoice) -> Option<bitcoin::Amount> {
    invoice.first_live().filter(|_| invoice.terms().asked() == Asked::Anything).map(|p| p.amount)
}

/// The price of an invoice, as it is shown. Of a top-up, the earliest payment that counts says what it
/// is; of what was accepted as partial, so does what came.
pub(super) fn price(record: &InvoiceRecord, invoice: &Invoice) -> Option<Decimal> {
    let accepted = invoice.due().filter(|due| invoice.terms().due() > Some(*due));
    let priced = topped_up(invoice).or(accepted).zip(record.rate.as_ref());
    priced.map(|(amount, rate)| quote::value(amount, rate)).or(record.price)
}

fn payment(payment: &Payment, invoice: &Invoice, tip_height: u32) -> PaymentView {
    PaymentView {
        txid: payment.outpoint.txid.to_string(),
        vout: payment.outpoint.vout,
        amount: payment.amount.to_sat(),
        first_seen: payment.first_seen,
        confirmations: payment.confirmations(tip_height),
        confirmations_needed: invoice.terms().confirmations(payment.amount, payment.replaceable),
        state: match payment.standing {
            Standing::Mempool => PaymentState::Mempool,
            Standing::Block(_) => PaymentState::Confirmed,
            Standing::Missing => PaymentState::Missing,
            Standing::Lost(_) => PaymentState::Lost,
        },
        matured: payment.matured,
        replaced: matches!(payment.standing, Standing::Lost(cause) if cause != LossCause::Vanished),
    }
}
