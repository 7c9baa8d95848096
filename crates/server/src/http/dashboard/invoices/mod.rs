//! The pages of a store's invoices.

use super::Route;

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
