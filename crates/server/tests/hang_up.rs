//! Clients that hang up: what was written for them is complete all the same.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;

/// Sends a signed request and closes the connection after a moment, without reading the answer.
fn ask_and_hang_up(shop: &Shop, body: &str, key: &str, after: Duration) {
    let host = shop.url.trim_start_matches("http://");
    let signature = shop.sign(&format!("{}/invoices{body}", shop.url));
    let mut stream = TcpStream::connect(host).expect("the server listens");
    let request = format!(
        "POST /invoices HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\n\
         x-identity: {}\r\nx-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
        shop.identity(),
        body.len(),
    );
    stream.write_all(request.as_bytes()).expect("the server reads");
    std::thread::sleep(after);
}

#[test]
fn an_invoice_whose_client_hung_up_is_watched_like_any_other() {
    let (server, store) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let shop = Shop::paired(&server, &store, "impatient");
    let body = json!({ "price": 20, "currency": "USD" }).to_string();
    let keys: Vec<String> = (0..40).map(|n| format!("order-{n}")).collect();
    for (n, key) in (0..).zip(&keys) {
        ask_and_hang_up(&shop, &body, key, Duration::from_micros(n * 150));
    }
    // The shop asks again, as it should, and the buyers pay.
    let ids: Vec<String> = keys
        .iter()
        .map(|key| {
            let reply = shop.send_with("POST", "/invoices", &body, &[("idempotency-key", key)]);
            reply.data()["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    for id in &ids {
        server.pay(id);
    }
    for id in &ids {
        shop.until_status(id, "paid");
    }
}

#[test]
fn somebody_without_a_key_does_not_choose_the_stores_policy() {
    let (server, _) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let store = server.practice_store("Open house", &["--speed", "low", "--anyone-can-create"]);
    let body = json!({ "price": 20, "currency": "USD", "transactionSpeed": "high", "expirationTime": 9_000_000_000_000_000_i64 });
    let url = format!("{}/invoices?storeId={store}", server.url());
    let headers = [("content-type", "application/json")];
    let made = specie_testkit::http::send("POST", &url, &headers, body.to_string().as_bytes()).data();
    assert_eq!(made["transactionSpeed"], "low");
    let lasts = made["expirationTime"].as_i64().unwrap() - made["currentTime"].as_i64().unwrap();
    assert_eq!(lasts, 15 * 60 * 1000);
}

#[test]
fn two_wallets_with_the_same_scripts_never_share_an_address() {
    let (server, _) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let account = specie_testkit::wallet::account_key("twice");
    let receiving = specie_testkit::wallet::receiving_key("twice");
    let whole = server.practice_store("Whole", &["--wallet", &account]);
    let part = server.practice_store("Part", &["--wallet", &format!("wpkh({receiving}/*)")]);
    let (whole, part) = (Shop::paired(&server, &whole, "whole"), Shop::paired(&server, &part, "part"));
    let mut addresses = Vec::new();
    for shop in [&whole, &part, &whole, &part, &part] {
        let made = shop.invoice(&json!({ "price": 1, "currency": "USD" }));
        addresses.push(made["bitcoinAddress"].as_str().unwrap().to_owned());
    }
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 5);
}
