//! Invoices, what is decided over them, and what is told of them.

use serde::Serialize;
use serde_json::json;

use super::endpoints;
use crate::{Adjustment, Call, EventBus, Invoice, InvoiceFilter};

endpoints! { Client;
    /// Makes an invoice of a [`NewInvoice`](crate::NewInvoice), or of anything that is such an object in JSON.
    ///
    fn create_invoice(invoice: &impl Serialize) -> Invoice { Call::post(["invoices"]).body(invoice) }

    /// One invoice, whole.
    ///
    fn get_invoice(id: &str) -> Invoice { Call::get(["invoices", id]) }

    /// One invoice as anyone sees it, without credentials.
    ///
    fn get_public_invoice(id: &str) -> Invoice { Call::get(["invoices", id]).for_anyone() }

    /// The store's invoices, newest first, at most 1,000.
    ///
    fn get_invoices(filter: &InvoiceFilter) -> Vec<Invoice> {
        let statuses = filter.status.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(",");
        Call::get(["invoices"])
            .query("status", Some(statuses).filter(|statuses| !statuses.is_empty()))
            .query("orderId", filter.order_id.as_ref())
            .query("itemCode", filter.item_code.as_ref())
            .query("dateStart", filter.date_start.as_ref())
            .query("dateEnd", filter.date_end.as_ref())
            .query("limit", filter.limit)
            .query("offset", filter.offset)
            .query("archived", filter.archived)
    }

    /// Takes what came for what was asked. `commit` false: shows what would come of it, and changes nothing; absent:
    /// the server's own choice, which is to do it.
    ///
    fn adjust_invoice(id: &str, adjustment: Adjustment, commit: Option<bool>) -> Invoice {
        let call = Call::post(["invoices", id, "adjustments"]);
        match commit {
            Some(commit) => call.body(&json!({"type": adjustment, "commit": commit})),
            None => call.body(&json!({"type": adjustment})),
        }
    }

    /// Tells the shop once more how an invoice stands. The answer is `Success`.
    ///
    fn resend_notification(id: &str) -> String { Call::post(["invoices", id, "notifications"]) }

    /// Where an invoice's events come from, which anyone may ask. [`Client::events`](crate::Client::events) listens.
    ///
    fn get_invoice_events(id: &str) -> EventBus { Call::get(["invoices", id, "events"]).for_anyone() }
}
