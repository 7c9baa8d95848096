//! What goes over the wire, typed.
//!
//! Money is exact: [`Decimal`](rust_decimal::Decimal) for prices, rates and amounts of bitcoin, whole numbers for
//! satoshis; never a float. Times are milliseconds since 1970 where the wire has numbers, and ISO 8601 texts where it
//! has texts. What a newer server adds is kept in `more`, and a word that is not known yet in `Other`: neither is an
//! error.

mod adjustment;
mod currency;
mod invoice;
mod ledger;
mod listener;
mod new_invoice;
mod number;
mod open;
mod pairing;
mod panel;
mod panel_webhook;
mod refund;
mod summary;

pub use adjustment::Adjustment;
pub use currency::{Currency, Rate};
pub use invoice::{
    Buyer, EventBus, Exception, Invoice, InvoiceStatus, Payment, PaymentMethod, PaymentUrls, Transaction,
};
pub use ledger::{Balance, LedgerEntry, LedgerFilter};
pub use listener::{DeliveryState, Heard, Listener, PassedOn, Standing};
pub use new_invoice::{InvoiceFilter, NewBuyer, NewInvoice};
pub use pairing::PairingRequest;
pub use panel::{
    InvoiceException, Links, Meta, NewStoreInvoice, Page, PanelInvoice, PanelPayment, PracticePlan, Scenario,
    Store, StoreInvoiceFilter,
};
pub use panel_webhook::{Delivery, NewWebhook, PanelWebhook, WebhookChange, WebhookTest, WebhookTestResult};
pub use refund::{NewRefund, Refund, RefundStatus};
pub use summary::{
    Amount, Attention, BitcoinBalance, InvoiceCounts, StoreSummary, Summary, SummaryBalance, Volume, Volumes,
};

pub(crate) use open::open_enum;

/// Fields that this version does not know, as they came.
pub type More = serde_json::Map<String, serde_json::Value>;
