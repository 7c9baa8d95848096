//! Signatures, and secrets that are replaced.

use serde_json::{Value, json};
use specie_testkit::receiver::Receiver;

use super::super::{House, refused};
use super::{PATH, expected, header, hmac, secret, signature};

fn test(house: &House) {
    let tested = house.post("/stores/1/webhook-test", &json!({}));
    assert_eq!(tested.json()["success"], true, "{}", tested.body);
}

fn rotate(house: &House) -> Value {
    let reply = house.post(&format!("{PATH}/1/rotate-secret"), &json!({}));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["data"].clone()
}

#[test]
fn whoever_knows_the_secret_can_tell_what_is_genuine() {
    let house = House::open();
    let receiver = Receiver::start();
    let made = house.hook(&receiver, &json!({}));
    let before = house.twenty()["created_at"].as_str().unwrap().to_owned();
    test(&house);
    for heard in receiver.wait_for(2) {
        let (seconds, signatures) = signature(&heard);
        assert_eq!(signatures, expected(&heard, &[secret(&made)]));
        assert_eq!(header(&heard, "btcpay-sig"), format!("sha256={}", hmac(secret(&made), &heard.body)));
        let at = |time: &str| time.parse::<jiff::Timestamp>().unwrap().as_second();
        assert!((at(&before) - 1..at(&before) + 60).contains(&seconds), "{seconds}: when it was sent");
        assert_ne!(signatures, expected(&heard, &["whsec_other"]));
    }
}

#[test]
fn a_secret_that_was_replaced_signs_beside_the_new_one_for_a_day_or_until_it_is_ended() {
    let mut house = House::open();
    let receiver = Receiver::start();
    let made = house.hook(&receiver, &json!({}));
    let first = secret(&made).to_owned();
    let rotated = rotate(&house);
    let second = secret(&rotated).to_owned();
    assert_ne!(first, second);
    assert!(rotated["previous_secret_until"].is_string());
    test(&house);
    let heard = receiver.wait_for(1).remove(0);
    assert_eq!(signature(&heard).1, expected(&heard, &[&second, &first]), "the newest first");
    assert_eq!(header(&heard, "btcpay-sig"), format!("sha256={}", hmac(&second, &heard.body)));
    // The same after a restart: nothing of it is kept but the server's key.
    assert_eq!(house.server.stop(), 0);
    house.server.restart();
    test(&house);
    let heard = receiver.wait_for(2).remove(1);
    assert_eq!(signature(&heard).1, expected(&heard, &[&second, &first]));
    // Once more: of all before only the last signs.
    let third = secret(&rotate(&house)).to_owned();
    test(&house);
    let heard = receiver.wait_for(3).remove(2);
    assert_eq!(signature(&heard).1, expected(&heard, &[&third, &second]));
    let ended = house.post(&format!("{PATH}/1/end-previous-secret"), &json!({}));
    assert_eq!((ended.status, &ended.json()["data"]["previous_secret_until"]), (200, &Value::Null));
    assert!(!ended.body.contains("whsec_"));
    test(&house);
    let heard = receiver.wait_for(4).remove(3);
    assert_eq!(signature(&heard).1, expected(&heard, &[&third]));
    // A day passes.
    let fourth = secret(&rotate(&house)).to_owned();
    assert_eq!(house.server.stop(), 0);
    let day = "UPDATE webhooks SET previous_until = previous_until - 86400000";
    assert_eq!(house.server.sql().execute(day, &[]), 1);
    house.server.restart();
    assert!(house.get(&format!("{PATH}/1")).json()["data"]["previous_secret_until"].is_null());
    test(&house);
    let heard = receiver.wait_for(5).remove(4);
    assert_eq!(signature(&heard).1, expected(&heard, &[&fourth]));
    let missing = house.post(&format!("{PATH}/2/rotate-secret"), &json!({}));
    refused(&missing, 404, &json!({ "message": "Not found." }), "no such webhook");
}

#[test]
fn no_secret_is_stored() {
    let house = House::open();
    let receiver = Receiver::start();
    let made = house.hook(&receiver, &json!({}));
    let rotated = rotate(&house);
    test(&house);
    let mut sql = house.server.sql();
    let rows = ["webhooks", "deliveries", "attempts"]
        .map(|table| format!("{:?}", sql.query(&format!("SELECT * FROM {table}"), &[])));
    for secret in [secret(&made), secret(&rotated)] {
        assert!(!rows.concat().contains(secret));
        let bytes = bitcoin::base58::decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(!rows.concat().contains(&format!("{bytes:?}")));
    }
}
