//! `POST /applications` and `createAccount`: strangers ask for an account.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::server::{OWNER, Server};

use super::{EXE, House, keys, refused};

/// Lets strangers ask.
pub const OPEN: [&str; 1] = ["--accept-applications"];

/// The example of BitPay's document.
pub fn satoshi() -> Value {
    json!({
        "users": [{
            "email": "satoshi@example.com", "firstName": "Satoshi", "lastName": "Nakamoto", "phone": "4041235678",
            "agreedToTOSandPP": "true",
        }],
        "orgs": [{
            "name": "Satoshi Widgets", "address1": "123 Peachtree St", "address2": "Suite 200", "city": "Atlanta",
            "state": "GA", "zip": "30303", "country": "USA", "isNonProfit": false, "usTaxId": "taxidhere",
            "cartPos": "WooCommerce", "affiliateOid": "affiliateoidhere", "industry": "Accounting",
        }],
    })
}

fn with_email(email: &str) -> Value {
    let mut body = satoshi();
    body["users"][0]["email"] = json!(email);
    body
}

fn apply(house: &House, body: &Value) -> Reply {
    house.anyone("POST", "/applications", &body.to_string())
}

#[test]
fn an_application_is_answered_as_the_document_has_it_over_both_ways() {
    let house = House::with(&OPEN, &[]);
    let call = json!({ "method": "createAccount", "params": satoshi().to_string() });
    for reply in [apply(&house, &satoshi()), house.anyone("POST", "/api", &call.to_string())] {
        assert_eq!((reply.status, keys(&reply.json())), (200, vec!["data"]), "{}", reply.body);
        let made = reply.data();
        let fixed = json!({
            "verificationCode": made["verificationCode"], "requiredTier": 0, "accountName": "Satoshi Widgets",
            "contactEmail": "satoshi@example.com", "contactFirstName": "Satoshi", "contactLastName": "Nakamoto",
            "contactPhone": "4041235678", "profileAddress1": "123 Peachtree St", "profileAddress2": "Suite 200",
            "profileCity": "Atlanta", "profileState": "GA", "profilePostalCode": "30303",
            "profileCountry": "USA", "profileIndustry": "Accounting", "profileAgreedToTOSandPP": true,
            "updated": made["updated"], "requiresReview": true, "activated": false, "verified": false,
        });
        assert_eq!(made, fixed);
        assert_eq!(keys(&made), keys(&fixed));
        let code = made["verificationCode"].as_str().unwrap();
        let digits = code.strip_prefix("0.").unwrap();
        assert!(digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let updated: &str = made["updated"].as_str().unwrap();
        assert!(updated.ends_with('Z') && updated.len() == "2014-09-23T20:31:09.759Z".len(), "{updated}");
    }
    let rows = house.server.sql().query("SELECT email, state FROM applications", &[]);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].text(0), rows[0].text(1)), ("satoshi@example.com".into(), "pending".into()));
    assert_eq!(house.server.sql().query("SELECT id FROM users", &[]).len(), 1, "nobody is a user by asking");
}

#[test]
fn a_server_takes_none_unless_its_operator_says_so() {
    let house = House::open();
    refused(&apply(&house, &satoshi()), 403, "takes no applications", "closed");
    let call = json!({ "method": "createAccount", "params": satoshi() });
    refused(&house.anyone("POST", "/api", &call.to_string()), 403, "takes no applications", "closed");
    assert_eq!(house.server.sql().query("SELECT id FROM applications", &[]).len(), 0);
    let unused = Server::start_with(EXE, &OPEN);
    let reply = specie_testkit::http::send(
        "POST",
        &format!("{}/applications", unused.url()),
        &[("content-type", "application/json")],
        satoshi().to_string().as_bytes(),
    );
    refused(&reply, 503, "not set up", "there is nobody who could decide");
}

#[test]
fn whoever_has_an_account_is_not_told_apart_from_whoever_has_none() {
    let house = House::with(&OPEN, &[]);
    let shouted = format!(" {} ", OWNER.to_uppercase());
    let [known, unknown] = [&*shouted, "nobody@example.com"].map(|email| apply(&house, &with_email(email)));
    assert_eq!((known.status, unknown.status), (200, 200));
    let [known, unknown] = [known.data(), unknown.data()];
    assert_eq!(known["contactEmail"], OWNER, "as everybody's is kept");
    for key in keys(&known) {
        if !["verificationCode", "contactEmail", "updated"].contains(&key) {
            assert_eq!(known[key], unknown[key], "{key}");
        }
    }
}

#[test]
fn every_field_that_makes_no_sense_is_named_and_nothing_is_kept() {
    let house = House::with(&OPEN, &[]);
    let bad = json!({ "users": [{ "email": "nobody", "firstName": "A" }], "orgs": [{ "city": ["x"] }] });
    let reply = apply(&house, &bad);
    for field in
        ["users[0].email", "users[0].lastName", "users[0].agreedToTOSandPP", "orgs[0].name", "orgs[0].city"]
    {
        refused(&reply, 400, &format!("'{field}' "), field);
    }
    for (body, words) in [
        ("{}", "'users' is not a list of one; 'orgs' is not a list of one"),
        ("[]", "not a JSON object"),
        ("", "not JSON"),
        (r#"{"users":[{}],"users":[{}]}"#, "'users' is given twice"),
    ] {
        refused(&house.anyone("POST", "/applications", body), 400, words, body);
    }
    let plain = house.with_headers("POST", "/applications", &satoshi().to_string(), &[]);
    refused(&plain, 415, "application/json", "no JSON");
    assert_eq!(house.server.sql().query("SELECT id FROM applications", &[]).len(), 0);
}

#[test]
fn whoever_asks_has_no_name_that_looks_like_another() {
    let house = House::with(&OPEN, &[]);
    for hidden in ['\u{200b}', '\u{202e}', '\u{feff}', '\u{e0041}'] {
        let what = format!("{:x}", u32::from(hidden));
        let email = apply(&house, &with_email(&format!("sato{hidden}shi@example.com")));
        refused(&email, 400, "'users[0].email' ", &what);
        let mut body = satoshi();
        body["orgs"][0]["name"] = json!(format!("Satoshi{hidden} Widgets"));
        refused(&apply(&house, &body), 400, "'orgs[0].name' ", &what);
    }
    assert_eq!(house.server.sql().query("SELECT id FROM applications", &[]).len(), 0);
}

#[test]
fn a_stranger_asks_a_few_times_a_minute_and_a_hundred_wait_at_most() {
    let proxied = ["--accept-applications", "--trusted-proxy", "127.0.0.1/32"];
    let house = House::with(&proxied, &[]);
    let from = |address: &str| {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", address)];
        house.with_headers("POST", "/applications", &satoshi().to_string(), &headers)
    };
    let answers: Vec<u16> = (0..12).map(|_| from("203.0.113.1").status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 10, "{answers:?}");
    assert_eq!(answers.last(), Some(&429));
    for n in 10..100 {
        assert_eq!(from(&format!("198.51.100.{n}")).status, 200, "{n}");
    }
    refused(&from("192.0.2.1"), 503, "Too many applications", "one too many");
    let mut sql = house.server.sql();
    assert_eq!(sql.query("SELECT id FROM applications", &[]).len(), 100, "those that wait go on waiting");
    sql.execute("UPDATE applications SET state = 'invited' WHERE created_at = (SELECT min(created_at) FROM applications)", &[]);
    drop(sql);
    assert_eq!(from("192.0.2.2").status, 200, "whatever is decided makes room");
}

#[test]
fn whoever_has_a_token_asks_for_no_account() {
    let house = House::with(&OPEN, &[]);
    let merchant = super::facades::token_of(&house.shop, "merchant");
    let reply = super::facades::call(&house.shop, &merchant, "createAccount", &satoshi());
    refused(&reply, 403, "does not support the `merchant` facade", "a merchant");
}
