//! Events: what an endpoint is told, by name, with the invoice as it was when it happened.

use serde_json::json;
use specie_core::ids::DeliveryId;
use specie_core::invoice::Notice;

use super::invoice::invoice;
use super::time;
use crate::app::view::InvoiceView;

/// The name of a notice.
#[must_use]
pub fn name(notice: Notice) -> &'static str {
    match notice {
        Notice::Created => "invoice.created",
        Notice::ReceivedPayment => "invoice.payment_received",
        Notice::PaidInFull => "invoice.paid",
        Notice::Expired => "invoice.expired",
        Notice::ExpiredPaidPartial => "invoice.expired_paid_partial",
        Notice::Confirmed => "invoice.confirmed",
        Notice::Completed => "invoice.completed",
        Notice::PaidAfterExpiration => "invoice.paid_late",
        Notice::FailedToConfirm => "invoice.invalid",
        Notice::MarkedComplete => "invoice.marked_complete",
        Notice::MarkedInvalid => "invoice.marked_invalid",
        Notice::ManuallyNotified => "invoice.manually_notified",
    }
}

/// The body of an event. The delivery's id is the event's: in every attempt it is the same.
#[must_use]
pub fn body(id: DeliveryId, view: &InvoiceView, notice: Notice) -> String {
    let body = json!({
        "id": id.to_string(),
        "event": name(notice),
        "created_at": time(view.shown_at),
        "data": invoice(view),
    });
    body.to_string()
}
