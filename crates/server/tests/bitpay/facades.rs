//! What a token lets its holder do: every call with every facade, over JSON-RPC and over REST.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::shop::Shop;

use super::{House, refused};

/// Each method and the facades that have it, as BitPay's document and our own decisions say it.
const METHODS: [(&str, &[&str]); 18] = [
    ("createToken", &["public", "merchant"]),
    ("getInvoice", &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"]),
    ("getInvoiceBusToken", &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"]),
    ("getRateForCurrency", &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"]),
    ("getRates", &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"]),
    ("getCurrencies", &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"]),
    ("createAccount", &["public"]),
    ("createInvoice", &["pos", "merchant"]),
    ("getInvoiceSettings", &["pos", "merchant"]),
    ("findInvoices", &["merchant"]),
    ("createPublicPOSToken", &["merchant"]),
    ("getLedgers", &["merchant"]),
    ("getLedgerEntries", &["merchant"]),
    ("creditPartialPayment", &["merchant/invoice"]),
    ("creditOverpayment", &["merchant/invoice"]),
    ("sendNotification", &["merchant/invoice"]),
    ("refund", &["merchant/invoice"]),
    ("getRefunds", &["merchant/invoice"]),
];

/// A till that is paired with the store of a house, and its token.
pub fn till(house: &House) -> (Shop, String) {
    let till = Shop::named(house.server.url(), "till");
    let claim = json!({ "id": till.sin(), "pairingCode": house.code_for("pos", &house.store) });
    let token = till.post("/tokens", &claim).data()[0]["token"].as_str().unwrap().to_owned();
    (till, token)
}

pub fn call(shop: &Shop, token: &str, method: &str, params: &Value) -> Reply {
    let path = if token.is_empty() { "/api".to_owned() } else { format!("/api/{token}") };
    shop.post(
        &path,
        &json!({ "method": method, "params": params.to_string(), "nonce": 1_411_506_491_781_i64 }),
    )
}

pub fn token_of(shop: &Shop, facade: &str) -> String {
    let tokens = shop.get("/tokens").data();
    let found = tokens.as_array().unwrap().iter().find_map(|token| token[facade].as_str());
    found.unwrap_or_else(|| panic!("no {facade} token: {tokens}")).to_owned()
}

#[test]
fn each_facade_does_its_own_work_and_refuses_another_s_by_name() {
    let house = House::with(&["--accept-applications"], &[]);
    let (till, pos) = till(&house);
    let made = house.shop.invoice(&json!({ "price": 20, "notificationURL": "https://shop.example/ipn" }));
    let id = made["id"].as_str().unwrap();
    let of_till = till.read(id)["token"].as_str().unwrap().to_owned();
    let callers = [
        ("public", &till, String::new()),
        ("pos", &till, pos),
        ("merchant", &house.shop, token_of(&house.shop, "merchant")),
        ("pos/invoice", &till, of_till),
        ("merchant/invoice", &house.shop, made["token"].as_str().unwrap().to_owned()),
    ];
    let stranger = Shop::named(house.server.url(), "stranger").sin();
    for (method, facades) in METHODS {
        let params = match method {
            "createToken" => {
                json!({ "id": stranger, "pairingCode": house.code(&house.store), "facade": "merchant" })
            }
            "getInvoice" | "getInvoiceBusToken" => json!({ "invoiceId": id }),
            "getRateForCurrency" => json!({ "currency": "SATS" }),
            "createAccount" => json!({
                "users": [{ "email": "a@b.example", "firstName": "A", "lastName": "B", "agreedToTOSandPP": true }],
                "orgs": [{ "name": "A & B" }],
            }),
            "getLedgerEntries" => json!({ "currency": "BTC" }),
            "creditPartialPayment" | "creditOverpayment" => json!({ "commit": true }),
            "refund" => json!({
                "bitcoinAddress": "mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS", "amount": 20, "currency": "USD",
            }),
            "createInvoice" => json!({ "price": 20, "currency": "USD" }),
            _ => Value::Null,
        };
        for (facade, shop, token) in &callers {
            let what = format!("{method} with {facade}");
            let reply = call(shop, token, method, &params);
            if facades.contains(facade) {
                // A code is good once.
                let once = method == "createToken" && *facade == "merchant";
                // Nothing came yet that could be accepted, or given back.
                let early = method.starts_with("credit") && reply.body.contains("the invoice is not")
                    || method == "refund" && reply.body.contains("six confirmations");
                assert!(
                    reply.status == 200 || once && reply.status == 404 || early,
                    "{what}: {}",
                    reply.body
                );
            } else {
                let words = format!("This endpoint does not support the `{facade}` facade");
                refused(&reply, 403, &words, &what);
            }
        }
    }
}

#[test]
fn a_till_makes_invoices_and_sees_neither_the_list_nor_the_buyer() {
    let house = House::open();
    let (till, token) = till(&house);
    let made = till.invoice(&json!({ "price": 5, "buyerEmail": "ann@example.com", "token": token }));
    assert_eq!(made["buyer"]["email"], "ann@example.com", "nothing that it did not say");
    let id = made["id"].as_str().unwrap();
    refused(&till.get("/invoices"), 403, "does not support the `pos` facade", "list");
    let seen = till.get(&format!("/invoices/{id}?token={token}")).data();
    assert_eq!((&seen["buyer"]["email"], &seen["status"]), (&Value::Null, &json!("new")));
    let whole = house.shop.read(id);
    assert_eq!(whole["buyer"]["email"], "ann@example.com");
    assert_eq!(made["token"], seen["token"], "the same in each answer");
    assert_ne!(made["token"], whole["token"], "a till's token for an invoice is not the merchant's");
}

#[test]
fn an_invoice_s_token_is_for_that_invoice_for_its_facade_and_never_without_a_signature() {
    let house = House::open();
    let (till, _) = till(&house);
    let (first, second) = (house.twenty(), house.twenty());
    let token = first["token"].as_str().unwrap();
    let path = |invoice: &Value| format!("/invoices/{}?token={token}", invoice["id"].as_str().unwrap());
    assert_eq!(house.shop.get(&path(&first)).data()["buyer"], first["buyer"]);
    refused(&house.shop.get(&path(&second)), 403, "for another invoice", "another invoice");
    let params = json!({ "invoiceId": second["id"] });
    refused(&call(&house.shop, token, "getInvoice", &params), 403, "for another invoice", "over JSON-RPC");
    // Over JSON-RPC the token names its invoice.
    assert_eq!(call(&house.shop, token, "getInvoice", &json!({})).data()["id"], first["id"]);

    let body = json!({ "method": "getInvoice" }).to_string();
    refused(&house.anyone("POST", &format!("/api/{token}"), &body), 401, "required", "unsigned");
    let stranger = Shop::named(house.server.url(), "stranger");
    refused(&call(&stranger, token, "getInvoice", &json!({})), 403, "not paired", "a stranger's");
    let (_, neighbour) = house.neighbour();
    refused(&call(&neighbour, token, "getInvoice", &json!({})), 404, "not found", "a neighbour's");
    // A till that got hold of a merchant's token stays a till.
    assert_eq!(
        call(&till, token, "getInvoice", &json!({})).data()["token"],
        till.read(first["id"].as_str().unwrap())["token"]
    );
    refused(
        &house.shop.post("/invoices", &json!({ "price": 1, "token": token })),
        403,
        "`merchant/invoice`",
        "not for making one",
    );
}

#[test]
fn a_public_token_asks_for_no_signature_and_only_makes_invoices() {
    let house = House::open();
    let merchant = token_of(&house.shop, "merchant");
    let made =
        call(&house.shop, &merchant, "createPublicPOSToken", &json!({ "label": "App" })).data()[0].clone();
    assert_eq!((&made["policies"], &made["facade"]), (&json!([]), &json!("pos")));
    assert_eq!(made["resource"], house.store.as_str());
    let token = made["token"].as_str().unwrap();

    let order = json!({ "price": 5, "currency": "USD", "token": token, "transactionSpeed": "high" });
    let invoice = house.anyone("POST", "/invoices", &order.to_string()).data();
    assert_eq!((&invoice["price"], &invoice["transactionSpeed"]), (&json!(5.0), &json!("medium")));
    // A signature that nobody here knows makes nobody known.
    let stranger = Shop::named(house.server.url(), "stranger");
    let signed = stranger.post("/invoices", &order).data();
    assert_eq!(signed["transactionSpeed"], "medium");
    assert_eq!(call(&stranger, token, "createInvoice", &order).data()["transactionSpeed"], "medium");
    let asked = json!({ "method": "createInvoice", "params": { "price": 6, "currency": "USD" } }).to_string();
    assert_eq!(house.anyone("POST", &format!("/api/{token}"), &asked).data()["price"], 6.0);
    for method in ["findInvoices", "createPublicPOSToken"] {
        let asked = json!({ "method": method }).to_string();
        refused(&house.anyone("POST", &format!("/api/{token}"), &asked), 403, "`pos`", method);
    }
    refused(&house.anyone("GET", &format!("/invoices?token={token}"), ""), 403, "`pos`", "list");
}

#[test]
fn one_token_more_is_one_facade_more_and_the_token_named_is_the_one_that_counts() {
    let house = House::open();
    let code = house.code_for("pos", &house.store);
    let pos = house.shop.post("/tokens", &json!({ "pairingCode": code })).data()[0]["token"].clone();
    let merchant = token_of(&house.shop, "merchant");
    assert_eq!(house.shop.get("/tokens").data()[1]["pos"], pos, "its own facade's token");
    let list = |token: &str| house.shop.get(&format!("/invoices?token={token}")).status;
    assert_eq!((list(&merchant), list(pos.as_str().unwrap())), (200, 403));
    // One that nobody knows is the client's own facade, as in BTCPay.
    assert_eq!((list("whatever"), list(&"1".repeat(500))), (200, 200));
}

#[test]
fn the_same_key_of_the_same_client_in_two_stores_is_two_invoices() {
    let house = House::open();
    let (other, neighbour) = house.neighbour();
    let public = |shop: &Shop| {
        let made = call(shop, &token_of(shop, "merchant"), "createPublicPOSToken", &json!({}));
        made.data()[0]["token"].as_str().unwrap().to_owned()
    };
    let (here, there) = (public(&house.shop), public(&neighbour));
    let app = Shop::named(house.server.url(), "app");
    let order = json!({ "price": 20, "currency": "USD", "guid": "1" });
    let (first, second) =
        (call(&app, &here, "createInvoice", &order), call(&app, &there, "createInvoice", &order));
    assert_ne!(first.data()["id"], second.data()["id"]);
    assert_eq!(call(&app, &here, "createInvoice", &order).body, first.body);
    let listed = neighbour.get("/invoices").data();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &second.data()["id"]), "in {other}");
}

#[test]
fn the_legacy_key_lets_no_program_in() {
    let house = House::open();
    let key = super::auth::basic(&house.api_key());
    let headers = [("content-type", "application/json"), ("authorization", &*key)];
    for method in ["createToken", "createPublicPOSToken"] {
        let body = json!({ "method": method, "params": { "pairingCode": "aB3dE6g", "facade": "merchant" } });
        let reply = house.with_headers("POST", "/api/any", &body.to_string(), &headers);
        refused(&reply, 403, "lets no program in", method);
    }
    let body = json!({ "method": "findInvoices" }).to_string();
    assert_eq!(house.with_headers("POST", "/api/any", &body, &headers).data(), json!([]), "but it lists");
}
