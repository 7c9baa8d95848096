//! `POST /tokens` and `GET /tokens`: client and store find each other.

use serde_json::{Value, json};
use specie_testkit::shop::Shop;

use super::{House, keys, refused};

const QUARTER: i64 = 15 * 60 * 1000;

fn claim(shop: &Shop, code: &str) -> Value {
    json!({ "id": shop.sin(), "pairingCode": code })
}

#[test]
fn the_store_begins_and_a_client_claims_its_code() {
    let house = House::open();
    let shop = Shop::named(house.server.url(), "new");
    let reply = house.anyone("POST", "/tokens", &claim(&shop, &house.code(&house.store)).to_string());
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(keys(&reply.json()), ["data"]);
    let data = reply.data();
    assert_eq!(data.as_array().unwrap().len(), 1);
    assert_eq!(
        keys(&data[0]),
        ["policies", "pairingCode", "pairingExpiration", "dateCreated", "facade", "token", "label"]
    );
    assert_eq!((&data[0]["policies"], &data[0]["facade"]), (&json!([]), &json!("merchant")));
    let created = data[0]["dateCreated"].as_i64().unwrap();
    assert_eq!(data[0]["pairingExpiration"].as_i64().unwrap(), created + QUARTER);
    assert!((43..=44).contains(&data[0]["token"].as_str().unwrap().len()), "{data}");

    // Active at once, and listed for each facade; merchant comes first.
    let token = &data[0]["token"];
    let listed = shop.get("/tokens");
    assert!(listed.body.starts_with(r#"{"data":[{"merchant":"#), "{}", listed.body);
    assert_eq!(
        listed.data(),
        json!([{ "merchant": token }, { "pos": token }, { "merchant/invoice": token }, { "pos/invoice": token }])
    );
    assert_eq!(shop.post("/invoices", &json!({ "price": 1, "token": token })).status, 200);
}

#[test]
fn a_client_begins_and_the_owner_approves() {
    let house = House::open();
    let shop = Shop::named(house.server.url(), "new");
    let asked = json!({ "id": shop.sin(), "label": "Till 7", "facade": "pos", "guid": "1", "count": 1 });
    let issued = house.anyone("POST", "/tokens", &asked.to_string()).data()[0].clone();
    let code = issued["pairingCode"].as_str().unwrap();
    assert!(code.len() == 7 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    assert_eq!((&issued["facade"], &issued["label"]), (&json!("pos"), &json!("Till 7")));

    // Nothing is open before the approval.
    assert_eq!(shop.get("/tokens").data(), json!([]));
    refused(&shop.get("/invoices"), 403, "not paired", "before the approval");

    house.server.run(&["token", "approve", code, "--store", &house.store]);
    let token = &issued["token"];
    assert_eq!(shop.get("/tokens").data(), json!([{ "pos": token }, { "pos/invoice": token }]));
    assert_eq!(shop.post("/invoices", &json!({ "price": 1, "token": token })).status, 200);
    let again = house.server.try_run(&["token", "approve", code, "--store", &house.store], "");
    assert!(again.error().contains("not found"), "{again:?}");
}

#[test]
fn a_code_is_good_once() {
    let house = House::open();
    let (first, second) = (Shop::named(house.server.url(), "a"), Shop::named(house.server.url(), "b"));
    let code = house.code(&house.store);
    assert_eq!(house.anyone("POST", "/tokens", &claim(&first, &code).to_string()).status, 200);
    for shop in [&first, &second] {
        let again = house.anyone("POST", "/tokens", &claim(shop, &code).to_string());
        refused(&again, 404, "The specified pairingCode is not found", "claimed again");
    }
    assert_eq!(second.get("/tokens").data(), json!([]));
}

#[test]
fn an_identity_belongs_to_one_store_and_a_wrong_code_is_burnt() {
    let house = House::open();
    let (other, neighbour) = house.neighbour();
    let before = neighbour.get("/tokens").data();

    let code = house.code(&house.store);
    let reused = house.anyone("POST", "/tokens", &claim(&neighbour, &code).to_string());
    refused(&reused, 400, "Error while pairing (ReusedKey)", "paired next door");
    let fresh = Shop::named(house.server.url(), "fresh");
    let burnt = house.anyone("POST", "/tokens", &claim(&fresh, &code).to_string());
    refused(&burnt, 404, "The specified pairingCode is not found", "burnt");
    assert_eq!(neighbour.get("/tokens").data(), before);

    // From the other side too.
    let asked = neighbour.post("/tokens", &json!({ "id": neighbour.sin() })).data()[0].clone();
    let code = asked["pairingCode"].as_str().unwrap();
    for problem in ["another store", "not found"] {
        let ran = house.server.try_run(&["token", "approve", code, "--store", &house.store], "");
        assert!(ran.error().contains(problem), "{ran:?}");
    }

    // With its own store it may be paired again; the first token stays the one that is listed.
    let code = house.code(&other);
    assert_eq!(neighbour.post("/tokens", &claim(&neighbour, &code)).status, 200);
    assert_eq!(neighbour.get("/tokens").data(), before);
}

#[test]
fn a_client_s_own_code_is_not_for_another_client() {
    let house = House::open();
    let (owner, thief) = (Shop::named(house.server.url(), "a"), Shop::named(house.server.url(), "b"));
    let asked = json!({ "id": owner.sin() }).to_string();
    let asked = house.anyone("POST", "/tokens", &asked).data()[0].clone();
    let code = asked["pairingCode"].as_str().unwrap();
    let stolen = house.anyone("POST", "/tokens", &claim(&thief, code).to_string());
    refused(&stolen, 409, "another client", "stolen");
    // The client itself may claim it before the owner has decided: still inactive.
    assert_eq!(house.anyone("POST", "/tokens", &claim(&owner, code).to_string()).status, 200);
    assert_eq!(owner.get("/tokens").data(), json!([]));
    house.server.run(&["token", "approve", code, "--store", &house.store]);
    assert_eq!(owner.get("/tokens").data()[0]["merchant"], asked["token"]);
}

#[test]
fn a_signature_counts_when_it_is_valid_and_else_is_not_there() {
    let house = House::open();
    let signing = Shop::named(house.server.url(), "signing");
    let named = Shop::named(house.server.url(), "named");

    // Valid: the signing identity is paired, whatever the body says.
    let both = json!({ "id": named.sin(), "pairingCode": house.code(&house.store) });
    assert_eq!(signing.post("/tokens", &both).status, 200);
    assert_ne!(signing.get("/tokens").data(), json!([]));
    assert_eq!(named.get("/tokens").data(), json!([]));
    let alone = Shop::named(house.server.url(), "alone");
    let reply = alone.post("/tokens", &json!({ "pairingCode": house.code(&house.store) }));
    assert_eq!(reply.status, 200, "no id is needed: {}", reply.body);

    // Wrong: the body's identity is.
    let body = claim(&named, &house.code(&house.store)).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("x-identity", &*signing.identity()),
        ("x-signature", &*signing.sign("something else")),
    ];
    let reply = house.with_headers("POST", "/tokens", &body, &headers);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_ne!(named.get("/tokens").data(), json!([]));
    let nobody = json!({ "pairingCode": house.code(&house.store) }).to_string();
    refused(
        &house.with_headers("POST", "/tokens", &nobody, &headers),
        400,
        "'id' property is required, alternatively, use BitId",
        "wrongly signed, without id",
    );
}

#[test]
fn the_store_s_label_stays_and_a_client_may_give_one_where_there_is_none() {
    let house = House::open();
    for (owner, client, shown) in
        [(Some("Till 1"), "mine", json!("Till 1")), (None, "mine", json!("mine")), (None, "", Value::Null)]
    {
        let mut args = vec!["token", "create", "--store", &house.store];
        args.extend(owner.iter().flat_map(|label| ["--label", label]));
        let code = house.server.run(&args)["pairing_code"].as_str().unwrap().to_owned();
        let shop = Shop::named(house.server.url(), "labelled");
        let body = json!({ "id": shop.sin(), "pairingCode": code, "label": client });
        assert_eq!(shop.post("/tokens", &body).data()[0]["label"], shown);
    }
}

#[test]
fn those_who_are_not_paired_have_no_tokens() {
    let house = House::open();
    let stranger = Shop::named(house.server.url(), "stranger");
    assert_eq!(stranger.get("/tokens").body, r#"{"data":[]}"#);
    assert_eq!(house.anyone("GET", "/tokens", "").body, r#"{"data":[]}"#);
    let key = super::auth::basic(&house.api_key());
    let with_key = house.with_headers("GET", "/tokens", "", &[("authorization", &key)]);
    assert_eq!((with_key.status, with_key.body.as_str()), (200, r#"{"data":[]}"#));
}

#[test]
fn a_pairing_that_makes_no_sense_is_refused() {
    let house = House::open();
    let sin = Shop::named(house.server.url(), "new").sin();
    let missing = "The request body is missing";
    let id = "'id' property is required";
    let both = "'id' property is required, alternatively, use BitId";
    let unknown = "The specified pairingCode is not found";
    let table = [
        ("".to_owned(), 400, missing),
        ("null".to_owned(), 400, missing),
        ("{}".to_owned(), 400, id),
        (r#"{"id":null}"#.to_owned(), 400, id),
        (r#"{"id":""}"#.to_owned(), 400, id),
        (r#"{"id":"Tf1Jc1xSbqasm5QLwwSQc5umddx2h7mAMhX"}"#.to_owned(), 400, id),
        (format!(r#"{{"id":"{sin}x"}}"#), 400, id),
        (r#"{"id":7}"#.to_owned(), 400, id),
        (r#"{"id":["x"]}"#.to_owned(), 400, "'id' is not a text"),
        (r#"{"pairingCode":"abcdefg"}"#.to_owned(), 400, both),
        (r#"{"pairingCode":"abcdefg","id":"nobody"}"#.to_owned(), 400, both),
        (format!(r#"{{"id":"{sin}","pairingCode":"abcdefg"}}"#), 404, unknown),
        (format!(r#"{{"id":"{sin}","pairingCode":"' OR 1=1 --"}}"#), 404, unknown),
        (format!(r#"{{"id":"{sin}","pairingCode":"\u0000"}}"#), 404, unknown),
        (format!(r#"{{"id":"{sin}","pairingCode":{{}}}}"#), 400, "'pairingCode' is not a text"),
        (format!(r#"{{"id":"{sin}","label":[]}}"#), 400, "'label' is not a text"),
        (format!(r#"{{"id":"{sin}""#), 400, "the body is not JSON"),
        ("[]".to_owned(), 400, "the body is not a JSON object"),
    ];
    for (body, status, words) in &table {
        refused(&house.anyone("POST", "/tokens", body), *status, words, body);
    }
    let plain = house.with_headers("POST", "/tokens", "id=1", &[("content-type", "text/plain")]);
    refused(&plain, 415, "application/json", "not JSON");
}

#[test]
fn strangers_knock_thirty_times_a_minute() {
    let house = House::open();
    let stranger = Shop::named(house.server.url(), "stranger");
    let body = json!({ "id": stranger.sin(), "pairingCode": "abcdefg" }).to_string();
    let last = (0..31).map(|_| house.anyone("POST", "/tokens", &body)).find(|reply| reply.status != 404);
    refused(&last.unwrap(), 429, "Too many requests", "one too many");
    // A key is made in no time: signing does not help.
    assert_eq!(stranger.send("POST", "/tokens", &body).status, 429);
}
