//! BitPay's calls as JSON-RPC: each method with the token of a facade that has it.

use serde_json::{Value, json};
use specie_testkit::shop::Shop;

use super::refunds::{ADDRESS, sold};
use super::{Exchange, Golden, PUBLIC, Request, Scene, text};

impl Scene<'_> {
    /// A call with a token; without one it is anyone's.
    fn rpc(&self, file: &str, says: &str, method: &str, params: Value, token: &str) -> Value {
        let path = if token.is_empty() { "/api".to_owned() } else { format!("/api/{token}") };
        let request = Request::post(path, json!({ "method": method, "params": params }));
        let request = if token.is_empty() { request } else { request.signed() };
        self.exchange(&format!("rpc/{file}"), says, &Exchange::plain(request).named(method, params))
    }
}

pub fn play(golden: &Golden) {
    let mut scene = Scene::unpaired(golden, &["--accept-applications"]);
    scene.pair();
    tokens(&scene);
    invoices(&scene);
    let call = |method: &str, says: &str, params: Value, token: &str| {
        scene.rpc(method, says, method, params, token);
    };
    let merchant = &*scene.token;
    call("getRates", "All rates of the token's store", json!({}), merchant);
    call("getRateForCurrency", "One of them", json!({ "currency": "USD" }), merchant);
    call("getCurrencies", "What prices can be in", json!({}), "");
    call("createAccount", "A stranger asks for an account", account(), "");
    of_an_invoice(&scene);
    call("getLedgers", "What the store earned", json!({}), merchant);
    let span = json!({ "currency": "BTC", "startDate": "2024-01-31", "endDate": "2124-01-31" });
    call("getLedgerEntries", "By what", span, merchant);
    for (file, says, method, params) in [
        ("refused_method", "A method that there is not", "refundEverything", json!({})),
        ("refused_params", "A parameter that is missing", "getInvoice", json!({})),
        ("refused_invoice", "An invoice that there is not", "getInvoice", json!({ "invoiceId": "nothing" })),
        ("refused_facade", "What is done to one invoice needs its token", "getRefunds", json!({})),
    ] {
        scene.rpc(file, says, method, params, merchant);
    }
    let says = "What anyone may not do";
    scene.rpc("refused_anyone", says, "findInvoices", json!({}), "");
}

fn tokens(scene: &Scene) {
    let client = Shop::named(PUBLIC, "client");
    let asked = json!({ "id": client.sin(), "facade": "merchant", "label": "Till" });
    let begun = scene.rpc("createToken", "A client asks to be paired", "createToken", asked, "");
    let approval = json!({ "pairingCode": begun["data"][0]["pairingCode"], "facade": "merchant" });
    let says = "A merchant's client lets another in";
    scene.rpc("createToken_approve", says, "createToken", approval, &scene.token);
    let claim = json!({ "id": client.sin(), "pairingCode": scene.code("pos") });
    scene.rpc("createToken_claim", "A client claims a code", "createToken", claim, "");
    let label = json!({ "label": "Till 7" });
    let says = "A token for tills, that asks for no signature";
    scene.rpc("createPublicPOSToken", says, "createPublicPOSToken", label, &scene.token);
    let says = "What a till needs to know of its store";
    scene.rpc("getInvoiceSettings", says, "getInvoiceSettings", json!({}), &scene.token);
}

fn invoices(scene: &Scene) {
    let order = json!({ "price": 20, "currency": "USD", "orderId": "A-1", "itemDesc": "A book" });
    let made =
        scene.rpc("createInvoice", "A shop makes an invoice", "createInvoice", order.clone(), &scene.token);
    let id = json!({ "invoiceId": made["data"]["id"] });
    scene.happens("invoice.paid", &text(&made["data"]["id"]), "paid", false);
    let says = "The parameters as a text, as the oldest clients send them";
    let by_text = Request::post("/api", json!({ "method": "getInvoice", "params": id.to_string() }));
    scene.exchange("rpc/getInvoice_by_text", says, &Exchange::plain(by_text));
    scene.rpc("getInvoice", "A merchant's client sees all of it", "getInvoice", id.clone(), &scene.token);
    scene.rpc("getInvoice_of_anyone", "Anyone sees what a buyer may", "getInvoice", id.clone(), "");
    scene.rpc("getInvoiceBusToken", "Where its changes are heard", "getInvoiceBusToken", id, "");
    let filters = json!({ "dateStart": "2024-01-31", "orderId": "A-1", "limit": 5, "skip": 0 });
    scene.rpc("findInvoices", "The store's invoices, filtered", "findInvoices", filters, &scene.token);
}

fn account() -> Value {
    json!({
        "users": [{ "email": "ann@shop.example", "firstName": "Ann", "lastName": "Alder", "agreedToTOSandPP": true }],
        "orgs": [{ "name": "Alder & Finch" }],
    })
}

/// With the token of the invoice.
fn of_an_invoice(scene: &Scene) {
    let token_of = |id: &str| text(&scene.quietly("get_invoice", json!({ "id": id }))["token"]);
    let received = |event: &str, status: &str, exception: &str| {
        let order = json!({ "price": 20, "currency": "USD", "notificationURL": scene.receiver.url("/ipn") });
        let id = text(&scene.quietly("create_invoice", json!({ "invoice": order }))["id"]);
        scene.happens(event, &id, status, exception);
        scene.settled(6);
        token_of(&id)
    };
    let partial = received("invoice.partial", "new", "paidPartial");
    let commit = json!({ "commit": true });
    let call = |method: &str, says: &str, params: Value, token: &str| {
        scene.rpc(method, says, method, params, token);
    };
    call("creditPartialPayment", "A partial payment is accepted", commit.clone(), &partial);
    call("sendNotification", "The shop is told once more", json!({}), &partial);
    let over = received("invoice.overpaid", "paid", "paidOver");
    call("creditOverpayment", "An overpayment is credited", commit, &over);
    let token = token_of(&sold(scene));
    let wish = json!({ "bitcoinAddress": ADDRESS, "amount": 12.5, "currency": "USD" });
    call("refund", "Some of it is given back", wish, &token);
    call("getRefunds", "What was given back", json!({}), &token);
}
