//! The pages as a browser gets them: the buyer's checkout, and the merchant's access request.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod access;
mod account;
mod account_tokens;
#[path = "../time/aging.rs"]
mod aging;
mod applications;
mod attention;
mod browser;
mod button;
mod checkout;
mod claims;
mod coins;
mod csv;
#[path = "../ipn/database.rs"]
mod database;
mod decide;
mod deliveries;
mod desk;
mod embedding;
mod figures;
mod headers;
mod invoice;
mod invoices;
mod languages;
mod live;
mod login;
mod look;
mod new_invoice;
mod outbox;
mod overview;
mod payer;
mod payouts;
mod people;
mod practice;
mod qr;
mod receipt;
mod refunds;
mod renew;
mod reports;
mod routes;
mod scanned;
mod search;
mod server;
mod setup;
mod sockets;
mod states;
mod stores;
mod timed;
mod tokens;
mod wallet;
mod wallet_page;
mod webhooks;

use serde_json::{Value, json};
use specie_testkit::http::get;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use browser::{Browser, csrf, merchant};

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A server with a practice store and a client of it.
fn open() -> (Server, Shop) {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    (server, shop)
}

/// Makes an invoice over 20 USD, with further fields, and returns its id.
fn order(shop: &Shop, more: &Value) -> String {
    let mut body = json!({ "price": 20, "currency": "USD" });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    shop.invoice(&body)["id"].as_str().expect("an id").to_owned()
}

fn page(server: &Server, id: &str) -> String {
    let reply = get(&format!("{}/i/{id}", server.url()));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// Reads a checkout until it says something.
fn until_page(server: &Server, id: &str, says: &str) -> String {
    until(says, || Some(page(server, id)).filter(|html| html.contains(says)))
}

/// The tags of a page, without what stands in quotes.
fn tags(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    tags.map(|tag| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")).collect()
}

/// Nothing runs or is styled but what comes from our own files.
fn assert_nothing_inline(html: &str) {
    for tag in tags(html) {
        let mut words = tag.split_whitespace();
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        assert_ne!(name, "style", "{html}");
        for attribute in words {
            let attribute = attribute.to_ascii_lowercase();
            assert!(!attribute.starts_with("on") && !attribute.starts_with("style"), "<{tag}>");
        }
        assert!(name != "script" || tag.contains("src="), "<{tag}>");
        for foreign in ["iframe", "object", "embed", "base"] {
            assert_ne!(name, foreign, "<{tag}>");
        }
    }
    for script in html.split("<script").skip(1) {
        let inside = script.split_once('>').expect("an end").1;
        assert!(inside.starts_with("</script>"), "a script with something in it: {script}");
    }
    assert!(!html.contains("javascript:"), "{html}");
}
