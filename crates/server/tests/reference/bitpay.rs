//! BitPay's list of calls, as JSON-RPC: `params` is a text, and the token is in the path.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{Answered, Documented, NAME, Row, Scene};

/// The price of which the example's invoice asks 0.0023 bitcoins, at a practice store's rate.
const PRICE: u32 = 115;

pub const ROWS: &[Row] = &[
    ("bitpay/public.createToken", |scene, documented| {
        let sin = Shop::named(scene.server.url(), "new client").sin();
        let params = documented.request(&[("id", &sin)]);
        vec![public(scene, documented, &params)]
    }),
    ("bitpay/public.getInvoice", |scene, documented| {
        let id = id(&new(scene));
        vec![public(scene, documented, &documented.request(&[("invoiceId", &id)]))]
    }),
    ("bitpay/public.getInvoiceBusToken", |scene, documented| {
        let id = id(&new(scene));
        vec![public(scene, documented, &documented.request(&[("invoiceId", &id)]))]
    }),
    ("bitpay/public.events", |scene, documented| vec![events(scene, documented)]),
    ("bitpay/public.getRateForCurrency", |scene, documented| {
        vec![public(scene, documented, &documented.request(&[]))]
    }),
    ("bitpay/public.getRates", |scene, documented| vec![public(scene, documented, &Value::Null)]),
    ("bitpay/public.getCurrencies", |scene, documented| vec![public(scene, documented, &Value::Null)]),
    ("bitpay/public.createAccount", |scene, documented| {
        let mut params = documented.request(&[]);
        params["users"][0]["email"] = "satoshi@shop.example".into();
        vec![public(scene, documented, &params)]
    }),
    ("bitpay/pos.createInvoice", |scene, documented| {
        vec![at_a_till(scene, documented, &documented.request(&[]))]
    }),
    ("bitpay/pos.getInvoiceSettings", |scene, documented| {
        let answer = at_a_till(scene, documented, &Value::Null);
        let store = (&answer.body["account"], &answer.body["merchantName"]);
        assert_eq!(store, (&json!(scene.store), &json!(NAME)));
        vec![answer]
    }),
    ("bitpay/merchant.findInvoices", |scene, documented| {
        let day = day_of(&new(scene));
        let params = documented.request(&[("dateStart", &day), ("dateEnd", &day)]);
        vec![with_token(scene, documented, &merchant(scene), &params)]
    }),
    ("bitpay/merchant.getInvoice.partial", |scene, documented| {
        let made = new(scene);
        pay(scene, &made, "0.0011", "paidPartial");
        let params = json!({ "invoiceId": made["id"] });
        vec![with_token(scene, documented, &merchant(scene), &params)]
    }),
    ("bitpay/merchant.getInvoice", |scene, documented| {
        let made = new(scene);
        pay(scene, &made, "0.0030", "paidOver");
        scene.server.mine(1);
        scene.shop.until_status(&id(&made), "confirmed");
        let params = documented.request(&[("invoiceId", &id(&made))]);
        vec![with_token(scene, documented, &merchant(scene), &params)]
    }),
    ("bitpay/merchant.getLedgers", |scene, documented| {
        vec![with_token(scene, documented, &merchant(scene), &Value::Null)]
    }),
    ("bitpay/merchant.getLedgerEntries", |scene, documented| {
        // A sale as it was asked for, and one of which more came than that.
        let exact = new(scene);
        pay(scene, &exact, "0.0023", "");
        let over = new(scene);
        pay(scene, &over, "0.0030", "paidOver");
        complete(scene, &exact);
        let token = complete(scene, &over)["token"].clone();
        let credited = json!({ "method": "creditOverpayment", "params": { "commit": true } });
        let credited = scene.shop.post(&format!("/api/{}", token.as_str().unwrap()), &credited);
        assert_eq!(credited.status, 200, "{}", credited.body);
        let day = day_of(&over);
        let params = documented.request(&[("startDate", &day), ("endDate", &day)]);
        vec![with_token(scene, documented, &merchant(scene), &params)]
    }),
    ("bitpay/merchant.createToken", |scene, documented| {
        let client = Shop::named(scene.server.url(), "to be approved");
        let asked = json!({ "id": client.sin(), "facade": "merchant" });
        let begun = client.post("/tokens", &asked).data();
        let params = documented.request(&[("pairingCode", begun[0]["pairingCode"].as_str().unwrap())]);
        let answer = with_token(scene, documented, &merchant(scene), &params);
        assert_eq!(client.get("/invoices").status, 200, "it is let in");
        vec![answer]
    }),
    ("bitpay/merchant.createPublicPOSToken", |scene, documented| {
        vec![with_token(scene, documented, &merchant(scene), &Value::Null)]
    }),
    ("bitpay/merchant.invoice.creditPartialPayment", |scene, documented| {
        let made = new(scene);
        pay(scene, &made, "0.0010", "paidPartial");
        until_deep(scene, &made);
        let token = scene.shop.read(&id(&made))["token"].as_str().unwrap().to_owned();
        vec![with_token(scene, documented, &token, &documented.request(&[]))]
    }),
    ("bitpay/merchant.invoice.creditOverpayment", |scene, documented| {
        let made = new(scene);
        pay(scene, &made, "0.0050", "paidOver");
        let token = complete(scene, &made)["token"].as_str().unwrap().to_owned();
        vec![with_token(scene, documented, &token, &documented.request(&[]))]
    }),
    ("bitpay/merchant.invoice.refund", |scene, documented| {
        let token = refundable(scene);
        vec![with_token(scene, documented, &token, &documented.request(&[]))]
    }),
    ("bitpay/merchant.invoice.getRefunds", |scene, documented| {
        let token = refundable(scene);
        let asked = Documented::read("bitpay/merchant.invoice.refund");
        with_token(scene, &asked, &token, &asked.request(&[]));
        vec![with_token(scene, documented, &token, &Value::Null)]
    }),
    ("bitpay/merchant.invoice.sendNotification", |scene, documented| {
        let order =
            json!({ "price": PRICE, "currency": "USD", "notificationURL": "https://shop.example/ipn" });
        let token = scene.shop.invoice(&order)["token"].as_str().unwrap().to_owned();
        vec![with_token(scene, documented, &token, &Value::Null)]
    }),
];

/// The token of an invoice that is paid as it was asked, six blocks deep.
fn refundable(scene: &Scene) -> String {
    let made = new(scene);
    pay(scene, &made, "0.0023", "");
    complete(scene, &made)["token"].as_str().unwrap().to_owned()
}

/// A call as BitPay's own client writes it.
fn call(documented: &Documented, params: &Value) -> String {
    let nonce = 1_411_506_491_781_i64;
    json!({ "method": documented.operation(), "params": params.to_string(), "nonce": nonce }).to_string()
}

fn public(scene: &Scene, documented: &Documented, params: &Value) -> Answered {
    assert_eq!(documented.facade(), "public");
    Answered::data(&scene.anyone("POST", "/api", &call(documented, params)))
}

/// A call of a client that is paired for a point of sale.
fn at_a_till(scene: &Scene, documented: &Documented, params: &Value) -> Answered {
    assert_eq!(documented.facade(), "pos");
    let till = Shop::named(scene.server.url(), documented.operation());
    let claim = json!({ "id": till.sin(), "pairingCode": scene.code("pos") });
    let claimed = till.post("/tokens", &claim).data();
    let path = format!("/api/{}", claimed[0]["token"].as_str().unwrap());
    Answered::data(&till.send("POST", &path, &call(documented, params)))
}

fn with_token(scene: &Scene, documented: &Documented, token: &str, params: &Value) -> Answered {
    let path = format!("/api/{token}");
    Answered::data(&scene.shop.send("POST", &path, &call(documented, params)))
}

fn merchant(scene: &Scene) -> String {
    let tokens = scene.shop.get("/tokens").data();
    tokens[0]["merchant"].as_str().unwrap_or_else(|| panic!("no token: {tokens}")).to_owned()
}

fn new(scene: &Scene) -> Value {
    scene.shop.invoice(&json!({ "price": PRICE, "currency": "USD" }))
}

fn id(invoice: &Value) -> String {
    invoice["id"].as_str().unwrap().to_owned()
}

/// The day on which an invoice was made, written as the document writes days.
fn day_of(invoice: &Value) -> String {
    let made = jiff::Timestamp::from_millisecond(invoice["invoiceTime"].as_i64().unwrap()).unwrap();
    let day = made.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("{}-{}-{}", day.year(), day.month(), day.day())
}

/// Pays so much, and waits until the invoice is shown so.
fn pay(scene: &Scene, invoice: &Value, amount: &str, exception: &str) {
    let id = id(invoice);
    scene.server.run(&["sandbox", "pay", &id, "--amount", amount]);
    until("the payment", || {
        let shown = scene.shop.read(&id);
        let seen = shown["transactions"].as_array().is_some_and(|all| !all.is_empty());
        (seen && shown["exceptionStatus"].as_str().unwrap_or("") == exception).then_some(())
    });
}

/// Six confirmations.
fn until_deep(scene: &Scene, invoice: &Value) -> Value {
    scene.server.mine(6);
    until("six confirmations", || {
        let shown = scene.shop.read(&id(invoice));
        (shown["transactions"][0]["confirmations"].as_u64() >= Some(6)).then_some(shown)
    })
}

fn complete(scene: &Scene, invoice: &Value) -> Value {
    until_deep(scene, invoice);
    scene.shop.until_status(&id(invoice), "complete")
}

/// The stream that the document listens to: what it says first of each kind, by its name.
fn events(scene: &Scene, documented: &Documented) -> Answered {
    let id = id(&new(scene));
    let bus = scene.anyone("GET", &format!("/invoices/{id}/events"), "").data();
    let asked = documented.request(&[("token", bus["token"].as_str().unwrap())]);
    let query = asked.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap()));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let host = scene.server.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /events?{query} HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n\r\n")
        .unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut said = json!({});
    while said.get("statechange").is_none() {
        let line = lines.next().unwrap();
        let Some(event) = line.strip_prefix("event: ").map(str::to_owned) else { continue };
        let data = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).unwrap();
        said[event] = serde_json::from_str(&data).unwrap();
    }
    Answered::with(status, said)
}
