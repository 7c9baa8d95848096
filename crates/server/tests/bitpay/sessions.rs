//! `POST /sessions`: requests that are numbered.

use serde_json::json;

use super::{House, refused};

#[test]
fn in_a_session_a_request_counts_once_and_in_order() {
    let house = House::open();
    let begun = house.anyone("POST", "/sessions", "{}");
    assert_eq!(begun.status, 200, "{}", begun.body);
    let session = begun.data();
    let session = session.as_str().unwrap();
    let list =
        |number: &str| house.shop.get(&format!("/invoices?sessionId={session}&requestNumber={number}"));
    let order = |number: u32| {
        let order = json!({ "price": 1, "sessionId": session, "requestNumber": number, "guid": "one" });
        house.shop.post("/invoices", &order)
    };
    assert_eq!(list("1").status, 200);
    let (first, again) = (order(2), order(2));
    assert_eq!((first.status, &first.body), (200, &again.body), "sent again, made once");
    assert_eq!(house.invoices(), 1);
    refused(&list("1"), 409, "Invalid requestNumber", "an old one");
    assert_eq!(order(3).status, 200);
    for number in ["", "-1", "1.5", "three"] {
        refused(&list(number), 400, "'requestNumber'", number);
    }
    let asked = json!({ "method": "getRates", "sessionId": session, "requestNumber": 4 }).to_string();
    assert_eq!(house.anyone("POST", "/api", &asked).status, 200);
    refused(&list("3"), 409, "Invalid requestNumber", "counted over JSON-RPC too");

    // The words at which clients begin another.
    let unknown = house.shop.get("/invoices?sessionId=other&requestNumber=1");
    refused(&unknown, 401, "Invalid or expired sessionId", "unknown");
    assert_eq!(unknown.error(), "Invalid or expired sessionId");
    let another = house.anyone("POST", "/sessions?sessionId=other&requestNumber=1", "{}");
    assert_eq!(another.status, 200, "{}", another.body);
}
