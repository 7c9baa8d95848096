//! Stores and their figures.

use super::panel;
use crate::calls::endpoints;
use crate::{Method, Page, Store, Summary};

endpoints! { Panel;
    /// The stores that the token opens, newest first, a page at a time: 20 by default, 100 at most. `cursor` is
    /// [`Page::next_cursor`] of the page before.
    ///
    fn list_stores(per_page: Option<u32>, cursor: Option<&str>) -> Page<Store> {
        panel(Method::Get, ["stores"]).query("per_page", per_page).query("cursor", cursor).bare()
    }

    /// One of them.
    ///
    fn get_store(id: u64) -> Store { panel(Method::Get, ["stores", &id.to_string()]) }

    /// The merchant's metrics, of all stores and of each.
    ///
    fn summary() -> Summary { panel(Method::Get, ["balance-or-summary"]) }
}
