//! A server with a practice store and its clients: what is measured.

use std::path::PathBuf;

use serde_json::{Value, json};
use specie_testkit::postgres::Database;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use crate::wire::{Client, Proof};

/// How many different requests are made beforehand; a server could know one that it has seen.
const DIFFERENT: usize = 20_000;

/// A server, its store, and who may ask it.
pub struct Stage {
    /// The server.
    pub server: Server,
    /// Its store.
    pub store: String,
    key: String,
    shop: Shop,
}

/// Which of the clients asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Nobody in particular.
    Anyone,
    /// The one with the legacy key.
    Key,
    /// The one that signs.
    Signing,
}

/// The program that was built beside this one.
pub fn program() -> PathBuf {
    let exe = std::env::current_exe().expect("this program's own file");
    let program = exe.with_file_name("specie");
    assert!(program.exists(), "{} is not there: `cargo xtask bench` builds it", program.display());
    program
}

/// Where temporary data folders are made.
pub fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("specie-bench-").tempdir().expect("a temporary folder")
}

impl Stage {
    /// A server on SQLite, in a temporary folder.
    pub fn on_sqlite() -> Self {
        Self::of(Server::start(&program().display().to_string()))
    }

    /// The same, which says nothing but errors: of what was written for it, it would have much to say.
    pub fn quiet_on_sqlite() -> Self {
        Self::of(Server::start_with(&program().display().to_string(), &["--log", "error"]))
    }

    /// A server on PostgreSQL.
    pub fn on_postgres(database: Database) -> Self {
        Self::of(Server::in_database(&program().display().to_string(), database))
    }

    /// A practice store and clients on a server.
    fn of(server: Server) -> Self {
        server.create_user(OWNER);
        let store = server.practice_store("Alder & Finch Books", &[]);
        let key = server.run(&["token", "api-key", "--store", &store]);
        let key = key["api_key"].as_str().expect("a key").to_owned();
        let shop = Shop::paired(&server, &store, "the bench");
        Self { server, store, key, shop }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        address(&self.server)
    }

    /// Somebody who asks this server, or another of the same database.
    pub fn client<'a>(&'a self, address: &'a str, asking: Asking) -> Client<'a> {
        let proof = match asking {
            Asking::Anyone => Proof::None,
            Asking::Key => Proof::Key(&self.key),
            Asking::Signing => Proof::Signature(&self.shop),
        };
        Client { address, proof }
    }

    /// Requests that make invoices, each another.
    pub fn creates(&self, address: &str, asking: Asking) -> Vec<String> {
        let client = self.client(address, asking);
        let body = |number| format!(r#"{{"price":19.99,"currency":"USD","orderId":"order-{number:08}"}}"#);
        (0..DIFFERENT).map(|number| client.request("POST", "/invoices", &body(number))).collect()
    }

    /// Requests that make invoices of which one of these addresses is told at once.
    pub fn told(&self, address: &str, shops: &[String]) -> Vec<String> {
        let client = self.client(address, Asking::Key);
        let body = |shop| {
            format!(
                r#"{{"price":19.99,"currency":"USD","extendedNotifications":true,"notificationURL":"{shop}"}}"#
            )
        };
        shops.iter().map(|shop| client.request("POST", "/invoices", &body(shop))).collect()
    }

    /// Makes an invoice of which this shop is told at once.
    pub fn tell(&self, shop: &str) {
        let order = json!({
            "price": 19.99, "currency": "USD", "extendedNotifications": true, "notificationURL": shop,
        });
        self.shop.invoice(&order);
    }

    /// Sells something, of which this shop is told, until it is six blocks deep.
    pub fn sell(&self, shop: &str) {
        let order =
            json!({ "price": 19.99, "currency": "USD", "notificationURL": shop, "fullNotifications": true });
        let sold = self.shop.invoice(&order);
        let id = sold["id"].as_str().expect("an id");
        self.server.pay(id);
        self.shop.until_status(id, "paid");
        self.server.mine(6);
        self.shop.until_status(id, "complete");
    }

    /// The database's file, on SQLite.
    pub fn file(&self) -> PathBuf {
        self.server.data().join("specie.db")
    }

    /// The id of an invoice that is made now.
    pub fn invoice(&self) -> String {
        let invoice: Value = self.shop.invoice(&json!({ "price": 19.99, "currency": "USD" }));
        invoice["id"].as_str().expect("an id").to_owned()
    }
}

/// Where a server listens.
pub fn address(server: &Server) -> String {
    server.url().trim_start_matches("http://").to_owned()
}
