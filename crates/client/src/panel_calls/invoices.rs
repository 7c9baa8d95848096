//! Invoices by their numbers, what is decided over them, and what is played with them.

use serde::Serialize;
use serde_json::{Map, json};

use super::panel;
use crate::calls::endpoints;
use crate::{Call, InvoiceStatus, Method, Page, PanelInvoice, PracticePlan, Scenario, StoreInvoiceFilter};

endpoints! { Panel;
    /// A store's invoices, newest first, a page at a time.
    ///
    fn list_invoices(store: u64, filter: &StoreInvoiceFilter) -> Page<PanelInvoice> {
        panel(Method::Get, ["stores", &store.to_string(), "invoices"])
            .query("per_page", filter.per_page)
            .query("cursor", filter.cursor.as_ref())
            .query("status", filter.status.as_ref())
            .query("order_id", filter.order_id.as_ref())
            .query("archived", filter.archived)
            .query("from", filter.from.as_ref())
            .query("to", filter.to.as_ref())
            .query("search", filter.search.as_ref())
            .bare()
    }

    /// Makes an invoice of a [`NewStoreInvoice`](crate::NewStoreInvoice), or of anything that is such an object in JSON.
    ///
    fn create_store_invoice(store: u64, invoice: &impl Serialize) -> PanelInvoice {
        panel(Method::Post, ["stores", &store.to_string(), "invoices"]).body(invoice)
    }

    /// One invoice.
    ///
    fn show_invoice(number: u64) -> PanelInvoice { panel(Method::Get, ["invoices", &number.to_string()]) }

    /// Decides how an invoice stands, whatever was or is paid: `complete` or `invalid`.
    ///
    fn mark_invoice(number: u64, status: InvoiceStatus) -> PanelInvoice {
        of_invoice(number, "mark").body(&json!({"status": status}))
    }

    /// Puts an invoice out of sight of lists.
    ///
    fn archive_invoice(number: u64) -> PanelInvoice { of_invoice(number, "archive") }

    /// Puts it back.
    ///
    fn unarchive_invoice(number: u64) -> PanelInvoice { of_invoice(number, "unarchive") }

    /// Makes something happen to an invoice of a practice store. The answer is the invoice once it shows.
    ///
    fn practice(number: u64, scenario: Scenario, plan: &PracticePlan) -> PanelInvoice {
        let mut body = Map::from_iter([("scenario".to_owned(), json!(scenario))]);
        body.extend(plan.amount.map(|amount| ("amount".to_owned(), json!(amount.to_string()))));
        body.extend(plan.blocks.map(|blocks| ("blocks".to_owned(), json!(blocks))));
        of_invoice(number, "practice").body(&body)
    }
}

fn of_invoice<T>(number: u64, what: &str) -> Call<T> {
    panel(Method::Post, ["invoices", &number.to_string(), what])
}
