//! Events: what an endpoint is told, by name, with the invoice as it was when it happened.

use serde_json::json;
use specie_core::ids::DeliveryId;
use specie_core::invoice::Notice;

use super::invoice::invoice;
use super::time;
use crate::app::view::{InvoiceView, TestView};

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
        Notice::RefundAsked => "invoice.refund_requested",
        Notice::RefundPaid => "invoice.refunded",
        Notice::ManuallyNotified => "invoice.manually_notified",
    }
}

/// The notice of that name.
#[must_use]
pub fn notice(called: &str) -> Option<Notice> {
    Notice::ALL.into_iter().find(|notice| name(*notice) == called)
}

/// The name of a test.
pub const TEST: &str = "webhook.test";

/// The body of a test: of the same shape, with nobody's invoice in it.
#[must_use]
pub fn test_body(id: DeliveryId, test: &TestView) -> String {
    let body = json!({
        "id": id.to_string(),
        "event": TEST,
        "created_at": time(test.at),
        "data": {
            "store_id": test.store_number,
            "store_name": test.store_name,
            "webhook_id": test.webhook_number,
        },
    });
    body.to_string()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_is_known_by_its_name_alone() {
        for each in Notice::ALL {
            assert_eq!(notice(name(each)), Some(each));
        }
        assert_eq!((notice(TEST), notice(""), notice("invoice.Paid")), (None, None, None));
    }
}
