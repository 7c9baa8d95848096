//! The test kit itself: a server, a store, a paired client, an invoice paid and told.

use serde_json::json;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;

#[test]
fn an_invoice_is_made_paid_and_told() {
    let (server, store) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let shop = Shop::paired(&server, &store, "shop");
    let receiver = Receiver::start();
    let invoice = shop.invoice(&json!({
        "price": 20, "currency": "USD", "fullNotifications": true, "notificationURL": receiver.url("/ipn"),
    }));
    let id = invoice["id"].as_str().unwrap();
    server.pay(id);
    shop.until_status(id, "paid");
    server.mine(1);
    shop.until_status(id, "confirmed");
    server.mine(5);
    shop.until_status(id, "complete");
    receiver.wait_for(3);
    let statuses: Vec<_> = receiver.bodies().iter().map(|body| body["status"].clone()).collect();
    assert_eq!(statuses, ["paid", "confirmed", "complete"]);
}
