//! Rates, currencies, what a merchant accepts, and what the store earned.

use serde_json::json;

use super::{Golden, Request, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    rates(&scene);
    scene.call("bitpay/get_ledgers_empty", "A store that earned nothing", "get_ledgers", json!({}));
    let says = "A ledger without entries is an empty list";
    scene.call("bitpay/get_ledger_empty", says, "get_ledger", json!({ "currency": "BTC" }));
    adjustments(&scene);
    ledgers(&scene);
}

fn rates(scene: &Scene) {
    scene.call("bitpay/get_rates", "All rates of the store", "get_rates", json!({}));
    scene.call("bitpay/get_rates_of", "All rates of a coin", "get_rates_of", json!({ "base": "BTC" }));
    let usd = json!({ "base": "BTC", "currency": "USD" });
    scene.call("bitpay/get_rate", "One rate", "get_rate", usd);
    let none = json!({ "base": "BTC", "currency": "SEK" });
    scene.call("bitpay/get_rate_unknown", "A rate that the store has not", "get_rate", none);
    let currency = Request::get("/rates/USD").with_token(&scene.token);
    scene.plain("bitpay/get_rates_of_a_currency", "One rate by its currency alone", currency);
    let pairs =
        Request::get("/rates").query("currencyPairs", &"BTC_USD,BTC_EUR".into()).with_token(&scene.token);
    scene.plain("bitpay/get_rates_of_pairs", "Some rates", pairs);
    let bare = Request::get("/api/rates").query("storeId", &scene.store.as_str().into());
    scene.plain("bitpay/get_rates_bare", "The rates of a named store, as a bare list", bare);
    scene.plain("bitpay/get_rates_of_nobody", "The rates of no store, for anyone", Request::get("/rates"));
    scene.call("bitpay/get_currencies", "What prices can be in", "get_currencies", json!({}));
}

fn adjustments(scene: &Scene) {
    let received = |event: &str, exception: &str| {
        let id = scene.twenty();
        let status = if exception == "paidOver" { "paid" } else { "new" };
        scene.happens(event, &id, status, exception);
        scene.settled(6);
        id
    };
    let accept = |file: &str, says: &str, arguments| {
        scene.call(&format!("bitpay/adjust_invoice_{file}"), says, "adjust_invoice", arguments);
    };
    let id = received("invoice.partial", "paidPartial");
    let wish = json!({ "id": id, "type": "acceptPartialPayment", "commit": false });
    accept("preview", "What would come of accepting a partial payment", wish);
    accept("partial", "A partial payment is accepted", json!({ "id": id, "type": "acceptPartialPayment" }));
    let id = received("invoice.overpaid", "paidOver");
    accept(
        "over",
        "An overpayment is credited",
        json!({ "id": id, "type": "acceptOverPayment", "commit": true }),
    );
    let id = scene.twenty();
    scene.happens("invoice.partial", &id, "new", "paidPartial");
    let wish = json!({ "id": id, "type": "acceptPartialPayment" });
    accept("too_early", "What has fewer than six confirmations is not final", wish);
}

fn ledgers(scene: &Scene) {
    let order = json!({
        "price": 20, "currency": "USD", "orderId": "A-1", "itemDesc": "A book",
        "buyer": { "name": "Ann", "email": "ann@buyer.example", "city": "Zürich" },
    });
    let id = text(&scene.quietly("create_invoice", json!({ "invoice": order }))["id"]);
    scene.happens("invoice.paid", &id, "paid", false);
    scene.mined(6, &id, "complete", false);
    scene.call("bitpay/get_ledgers", "What the store earned", "get_ledgers", json!({}));
    let says = "The entries that add up to it, as a bare list";
    scene.call("bitpay/get_ledger", says, "get_ledger", json!({ "currency": "BTC" }));
    let span = json!({ "currency": "BTC", "start_date": "2014-08-01", "end_date": "2014-08-31" });
    scene.call("bitpay/get_ledger_of_a_month", "Those of a month of 2014", "get_ledger", span);
    let usd = json!({ "currency": "USD" });
    scene.call("bitpay/get_ledger_of_dollars", "Only bitcoin is ever booked", "get_ledger", usd);
    let says = "A ledger that there is not";
    scene.call("bitpay/get_ledger_unknown", says, "get_ledger", json!({ "currency": "SEK" }));
}
