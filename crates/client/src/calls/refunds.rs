//! Refunds.

use serde::Serialize;

use super::endpoints;
use crate::{Call, Method, Refund};

endpoints! { Client;
    /// Asks for something of an invoice to be given back: a [`NewRefund`](crate::NewRefund), or anything that is such an
    /// object in JSON. The merchant signs what pays it elsewhere.
    ///
    fn create_refund(invoice: &str, refund: &impl Serialize) -> Refund {
        Call::post(["invoices", invoice, "refunds"]).body(refund)
    }

    /// An invoice's refunds, in the order in which they were asked for.
    ///
    fn get_refunds(invoice: &str) -> Vec<Refund> { Call::get(["invoices", invoice, "refunds"]) }

    /// One of them.
    ///
    fn get_refund(invoice: &str, refund: &str) -> Refund { Call::get(["invoices", invoice, "refunds", refund]) }

    /// It is not given back after all, unless it was signed for. The answer is `Success`.
    ///
    fn cancel_refund(invoice: &str, refund: &str) -> String {
        Call::new(Method::Delete, ["invoices", invoice, "refunds", refund])
    }
}
