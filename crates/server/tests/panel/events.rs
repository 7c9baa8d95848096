//! What the address of one invoice is told.

use serde_json::{Value, json};
use specie_testkit::receiver::Receiver;
use specie_testkit::wait::until;

use super::{House, public_id};

fn names(receiver: &Receiver) -> Vec<Value> {
    receiver.bodies().iter().map(|body| body["event"].clone()).collect()
}

#[test]
fn an_invoices_own_address_hears_its_events_in_order() {
    let house = House::open();
    let receiver = Receiver::start();
    let made = house.invoice(&json!({
        "amount": 20, "currency": "USD", "webhook_url": receiver.url("/hook?for={InvoiceId}"),
    }));
    house.server.pay(public_id(&made));
    house.until_status(&made["id"], "paid");
    house.server.mine(6);
    let all = [
        "invoice.created",
        "invoice.payment_received",
        "invoice.paid",
        "invoice.confirmed",
        "invoice.completed",
    ];
    until("all events", || (receiver.heard().len() >= all.len()).then_some(()));
    assert_eq!(names(&receiver), all.map(Value::from));
    let heard = receiver.heard();
    let bodies = receiver.bodies();
    assert_eq!(bodies[0]["data"], made, "the first is what was answered");
    assert_eq!(bodies[2]["data"]["status"], "paid");
    for (heard, body) in heard.iter().zip(&bodies) {
        let header = |wanted: &str| heard.headers.iter().find(|(name, _)| name == wanted).map(|(_, v)| v);
        assert_eq!(body["id"].as_str(), header("specie-delivery").map(String::as_str));
        assert_eq!(heard.target, "/hook?for={InvoiceId}", "it is taken as it is");
        assert!(body["created_at"].is_string());
    }
}
