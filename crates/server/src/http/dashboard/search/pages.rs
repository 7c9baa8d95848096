//! The pages that are found by their names: those that lead somewhere by themselves, without anything being chosen first.

use crate::app::view::{Hit, Hits, Store};
use crate::app::{Permission, Role};

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it is called.
    pub name: &'static str,
    /// Where it is.
    pub path: String,
    /// The name of the store that it is of; empty if it is of none.
    pub store: String,
}

/// Pages of no store: name, path, and what else they are called.
const ALONE: [(&str, &str, &str); 5] = [
    ("Stores", "/stores", "switch store, all stores"),
    ("Create a new store", "/stores/create", "new store"),
    ("Account", "/account", "password, keyboard"),
    ("API tokens", "/account/api-tokens", "api token, panel token"),
    ("Reports", "/reports", "report, export"),
];
const OF_ADMINISTRATORS: [(&str, &str, &str); 3] = [
    ("Applications", "/applications", "access requests"),
    ("Server", "/server", "version, chains"),
    ("Server log", "/log", "changes of all stores"),
];
/// Pages of each store, by the end of their paths.
const OF_STORE: [(&str, &str, &str, Permission); 16] = [
    ("Invoices", "invoices", "list, sales", Permission::SeeInvoices),
    ("Create a new invoice", "invoices/create", "new invoice, create invoice", Permission::MakeInvoices),
    ("Archived invoices", "invoices?archived=true", "archive", Permission::SeeInvoices),
    ("Payouts", "payouts", "refunds", Permission::SeeMoney),
    ("Wallet", "wallet", "public key", Permission::SeeMoney),
    ("Access tokens", "tokens", "pairing, api key, tokens", Permission::Tokens),
    ("Needs attention", "attention", "to do", Permission::Decide),
    ("Coins", "wallet/coins", "utxo", Permission::SeeMoney),
    ("Addresses", "wallet/addresses", "gap limit", Permission::SeeMoney),
    ("Pay button", "button", "payment button, snippet", Permission::Tokens),
    ("Look", "look", "logo, colour, brand", Permission::Settings),
    ("Deliveries", "deliveries", "sent again, redeliver", Permission::Webhooks),
    ("Webhooks", "webhooks", "notifications", Permission::Webhooks),
    ("People", "people", "roles, invite", Permission::People),
    ("Log of changes", "log", "audit log, changes", Permission::Audit),
    ("Store settings", "settings", "settings, rates, confirmations", Permission::Settings),
];
/// Most that are shown.
const SHOWN: usize = 20;

/// The pages that a text names, or names a part of.
pub fn named(typed: &str, stores: &[(Store, Role)], administrator: bool) -> Hits<Page> {
    let wanted = typed.to_lowercase();
    let own = OF_ADMINISTRATORS.iter().filter(|_| administrator);
    let alone = ALONE
        .iter()
        .chain(own)
        .map(|(name, path, more)| (Page { name, path: (*path).to_owned(), store: String::new() }, *more));
    let of_stores = stores.iter().flat_map(|(store, role)| {
        let open = OF_STORE.iter().filter(|(.., needed)| role.may(*needed));
        open.map(|(name, end, more, _)| {
            let path = format!("/stores/{}/{end}", store.id);
            (Page { name, path, store: store.name.clone() }, *more)
        })
    });
    let mut all: Vec<Hit<Page>> = alone
        .chain(of_stores)
        .filter_map(|(found, more)| Some(Hit { exact: is_named(found.name, more, &wanted)?, found }))
        .collect();
    all.sort_by_key(|hit| !hit.exact);
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    Hits { shown: all, more, uncounted: false }
}

/// Whether a page is called so exactly; none if it is not even a beginning of one of its words.
fn is_named(name: &str, more: &str, wanted: &str) -> Option<bool> {
    let names = || std::iter::once(name).chain(more.split(", ")).map(str::to_lowercase);
    if names().any(|name| name == wanted) {
        return Some(true);
    }
    let begins = |name: &String| name.starts_with(wanted) || name.contains(&format!(" {wanted}"));
    (wanted.chars().count() >= 3 && names().any(|name| begins(&name))).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_names_and_how_they_begin() {
        for (typed, found) in [
            ("account", &[("Account", true)][..]),
            ("ACCOUNT", &[("Account", true)]),
            ("switch store", &[("Stores", true)]),
            ("password", &[("Account", true)]),
            ("new store", &[("Create a new store", true)]),
            ("acc", &[("Account", false), ("Applications", false)]),
            ("ac", &[]),
            ("wallet", &[]),
            ("count", &[]),
            ("", &[]),
        ] {
            let hits = named(typed, &[], true);
            let hits: Vec<_> = hits.shown.iter().map(|hit| (hit.found.name, hit.exact)).collect();
            assert_eq!(hits, found, "{typed}");
        }
        assert!(named("applications", &[], false).is_empty(), "it is for administrators");
    }
}
