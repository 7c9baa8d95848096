//! `POST /api`: BitPay's calls as JSON-RPC, answered in the shapes of its document.

use serde_json::{Value, json};
use specie_testkit::shop::Shop;

use super::facades::call;
use super::{House, keys, refused};

/// Checks that an answer has these fields, each of the type that the document shows.
#[track_caller]
fn like(answer: &Value, documented: &Value, what: &str) {
    for (name, example) in documented.as_object().unwrap() {
        let value = answer.get(name).unwrap_or_else(|| panic!("{what} has no {name}: {answer}"));
        let kind = |value: &Value| std::mem::discriminant(value);
        assert_eq!(kind(value), kind(example), "{what}: {name} is {value}");
    }
}

#[test]
fn pairing_goes_both_ways() {
    let house = House::open();
    let merchant = house.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let client = Shop::named(house.server.url(), "client");

    let begun = call(
        &client,
        "",
        "createToken",
        &json!({ "id": client.sin(), "facade": "merchant", "label": "Till" }),
    );
    let begun = begun.data()[0].clone();
    like(
        &begun,
        &json!({ "token": "", "facade": "", "dateCreated": 0, "pairingExpiration": 0, "pairingCode": "", "policies": [] }),
        "begun",
    );
    let policy = |method: &str| json!([{ "policy": "id", "method": method, "params": [client.sin()] }]);
    assert_eq!(begun["policies"], policy("inactive"));

    let wrong = json!({ "pairingCode": begun["pairingCode"], "facade": "pos" });
    refused(
        &call(&house.shop, &merchant, "createToken", &wrong),
        400,
        "asked for the `merchant` facade",
        "pos",
    );
    refused(
        &call(&house.shop, &merchant, "createToken", &json!({ "facade": "pos" })),
        400,
        "'pairingCode'",
        "no code",
    );
    let approval = json!({ "pairingCode": begun["pairingCode"], "facade": "merchant" });
    refused(
        &call(&house.shop, &merchant, "createToken", &json!({ "pairingCode": begun["pairingCode"] })),
        400,
        "'facade'",
        "no facade",
    );
    let approved = call(&house.shop, &merchant, "createToken", &approval).data()[0].clone();
    assert_eq!(keys(&approved), ["token", "facade", "dateCreated", "resource", "policies"]);
    assert_eq!((&approved["policies"], &approved["token"]), (&policy("require"), &begun["token"]));
    assert_eq!(
        call(&client, begun["token"].as_str().unwrap(), "findInvoices", &Value::Null).data(),
        json!([])
    );

    // The store begins, and the client claims.
    let other = Shop::named(house.server.url(), "other");
    let claimed = json!({ "id": other.sin(), "pairingCode": house.code_for("pos", &house.store) });
    let claimed = call(&other, "", "createToken", &claimed).data()[0].clone();
    assert_eq!((&claimed["facade"], claimed.get("pairingCode")), (&json!("pos"), None));
    assert_eq!(claimed["policies"][0]["method"], "require");
}

#[test]
fn invoices_are_made_read_and_found() {
    let house = House::open();
    let token = house.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let ask = |method: &str, params: &Value| call(&house.shop, &token, method, params);
    let documented = json!({
        "url": "", "status": "new", "btcPrice": "0.2260", "btcDue": "0.2260", "price": 100, "currency": "USD",
        "exRates": {}, "invoiceTime": 0, "expirationTime": 0, "currentTime": 0, "id": "", "btcPaid": "0.0000",
        "rate": 442.56, "exceptionStatus": false, "transactions": [], "paymentUrls": {}, "token": ""
    });
    let made = ask("createInvoice", &json!({ "price": 100.00, "currency": "USD", "orderId": "7" })).data();
    like(&made, &documented, "createInvoice");
    let id = made["id"].as_str().unwrap();
    let public = call(&house.shop, "", "getInvoice", &json!({ "invoiceId": id })).data();
    like(&public, &documented, "getInvoice of anyone");
    assert_eq!((&public["transactions"], &public["price"]), (&json!([]), &json!(100.0)));
    assert_ne!(public["token"], made["token"]);

    house.server.run(&["sandbox", "pay", id]);
    house.shop.until_status(id, "paid");
    let read = ask("getInvoice", &json!({ "invoiceId": id })).data();
    like(&read, &documented, "getInvoice");
    like(
        &read["transactions"][0],
        &json!({ "amount": 0, "confirmations": 0, "time": "", "receivedTime": "" }),
        "paid",
    );

    for (params, count) in [
        (json!({ "dateStart": "2014-8-1" }), 1),
        (json!({ "dateStart": "2014-8-1", "dateEnd": "2014-8-31" }), 0),
        (json!({ "dateStart": "2014-8-1", "orderId": "7", "limit": 5, "skip": 0 }), 1),
        (json!({ "dateStart": "2014-8-1", "orderId": "8" }), 0),
        (json!({ "dateStart": "2014-8-1", "skip": 1 }), 0),
    ] {
        let found = ask("findInvoices", &params).data();
        assert_eq!(found.as_array().unwrap().len(), count, "{params}: {found}");
        for invoice in found.as_array().unwrap() {
            like(invoice, &documented, "findInvoices");
        }
    }
    let settings = ask("getInvoiceSettings", &Value::Null).data();
    let documented = json!({
        "account": "", "additionalCurrencies": [], "defaultCurrency": "USD", "notificationEmail": "",
        "notificationURL": "", "merchantName": ""
    });
    like(&settings, &documented, "getInvoiceSettings");
    assert_eq!(
        (&settings["merchantName"], &settings["account"]),
        (&json!("Alder & Finch Books"), &json!(house.store))
    );
}

#[test]
fn rates_and_currencies_are_anyone_s() {
    let house = House::open();
    let token = house.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let documented = json!({ "code": "USD", "name": "US Dollar", "rate": 437.02 });
    let one = call(&house.shop, &token, "getRateForCurrency", &json!({ "currency": "USD" })).data();
    like(&one, &documented, "getRateForCurrency");
    let all = call(&house.shop, &token, "getRates", &Value::Null).data();
    assert!(all.as_array().unwrap().contains(&one), "{all}");
    // Those that are the same in every store.
    like(&call(&house.shop, "", "getRates", &Value::Null).data()[0], &documented, "getRates");
    let unknown = call(&house.shop, "", "getRateForCurrency", &json!({ "currency": "USD" }));
    refused(&unknown, 404, "no rate for USD", "no store, no dollar");
    refused(
        &call(&house.shop, "", "getRateForCurrency", &json!({ "currency": "?" })),
        400,
        "Unknown currency",
        "?",
    );

    let currencies = call(&house.shop, "", "getCurrencies", &Value::Null).data();
    let documented = json!({
        "code": "BTC", "symbol": "฿", "precision": 4, "exchangePctFee": 200, "payoutEnabled": true, "name": "Bitcoin",
        "plural": "Bitcoin", "alts": "btc", "payoutFields": ["bitcoinAddress"]
    });
    let listed = currencies.as_array().unwrap();
    assert!(listed.len() > 150, "{}", listed.len());
    assert_eq!(keys(&listed[0]), keys(&documented));
    assert_eq!((&listed[0]["code"], &listed[0]["payoutFields"]), (&json!("BTC"), &json!(["bitcoinAddress"])));
    for currency in listed {
        like(currency, &documented, "getCurrencies");
    }
    assert_eq!(house.anyone("GET", "/currencies", "").data(), currencies);
}

#[test]
fn parameters_come_as_a_text_as_an_object_or_not_at_all() {
    let house = House::open();
    for params in
        [json!(r#"{"currency":"SATS"}"#), json!({ "currency": "SATS" }), json!({ "Currency": "sats" })]
    {
        let body = json!({ "method": "getRateForCurrency", "params": params });
        assert_eq!(house.anyone("POST", "/api", &body.to_string()).data()["code"], "SATS", "{params}");
    }
    for body in [
        json!({ "method": "getRates" }),
        json!({ "method": "getRates", "params": null }),
        json!({ "method": "getRates", "params": "" }),
    ] {
        assert_eq!(house.anyone("POST", "/api/", &body.to_string()).status, 200, "{body}");
    }
    for (body, words) in [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "'method' property is required"),
        (r#"{"method":"getrates"}"#, "There is no method"),
        (r#"{"method":"refundEverything"}"#, "There is no method"),
        (r#"{"method":"getRateForCurrency"}"#, "'currency' property is required"),
        (r#"{"method":"getRates","params":[1]}"#, "'params' is not an object"),
        (r#"{"method":"getRates","params":"{"}"#, "'params': the body is not JSON"),
        (r#"{"method":"getRates","params":{"a":1,"a":2}}"#, "'a' is given twice"),
        (r#"{"method":"getRates","params":"{\"a\":1,\"a\":2}"}"#, "'a' is given twice"),
        (r#"{"method":"getInvoice","params":"{}"}"#, "'invoiceId' property is required"),
        (r#"{"method":"createToken","params":{"id":"TfNobody"}}"#, "'id' property is required"),
        (
            r#"{"method":"createToken","params":{"id":"TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG","facade":"user"}}"#,
            "'facade' is either",
        ),
    ] {
        refused(&house.anyone("POST", "/api", body), 400, words, body);
    }
    let body = r#"{"method":"getInvoice","params":{"invoiceId":"nothing"}}"#;
    refused(&house.anyone("POST", "/api", body), 404, "Object not found", body);
    let plain =
        house.with_headers("POST", "/api", r#"{"method":"getRates"}"#, &[("content-type", "text/plain")]);
    refused(&plain, 415, "application/json", "not said to be JSON");
}

#[test]
fn the_same_call_twice_is_one_invoice() {
    let house = House::open();
    let token = house.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let params = json!({ "price": 20, "currency": "USD", "guid": "3b3ac9ea" });
    let body = json!({ "method": "createInvoice", "params": params.to_string() });
    let path = format!("/api/{token}");
    let (first, second) = (house.shop.post(&path, &body), house.shop.post(&path, &body));
    assert_eq!((first.status, &first.body), (200, &second.body));
    assert_eq!(house.invoices(), 1);
}
