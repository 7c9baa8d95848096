//! `POST /stores/{id}/webhook-test`: what became of a test is in the answer.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::receiver::{Answer, Receiver};

use super::super::{House, refused};
use super::header;

const TEST: &str = "/stores/1/webhook-test";

fn test(house: &House) -> Reply {
    house.call_with(&house.token, "POST", TEST, "", &[])
}

#[test]
fn a_test_is_sent_as_everything_is_and_the_answer_says_what_became_of_it() {
    let house = House::open();
    let (first, second) = (Receiver::start(), Receiver::start());
    house.hook(&first, &json!({ "events": ["invoice.completed"] }));
    house.hook(&second, &json!({}));
    first.answer(Answer::Body(201, "Thank\u{0}\n  you".to_owned()));
    let reply = test(&house);
    let heard = first.wait_for(1).remove(0);
    let answer = reply.json();
    let took = answer["data"]["duration_ms"].as_i64().unwrap();
    assert!((0..10_000).contains(&took), "{took}");
    let delivery = header(&heard, "specie-delivery");
    let expected = json!({
        "success": true,
        "data": {
            "endpoint": first.url("/hook"),
            "status_code": 201,
            "duration_ms": took,
            "response_excerpt": "Thank you",
            "delivery_id": delivery,
        },
    });
    assert_eq!((reply.status, &answer), (200, &expected));
    let body: Value = serde_json::from_str(&heard.body).unwrap();
    assert_eq!((&body["event"], body["id"].as_str()), (&json!("webhook.test"), Some(delivery)));
    assert_eq!((&body["data"]["store_id"], &body["data"]["webhook_id"]), (&json!(1), &json!(1)));
    assert!(body["created_at"].is_string());
    // The one that is named.
    let named = house.post(TEST, &json!({ "webhook": 2 })).json();
    assert_eq!(named["data"]["endpoint"], second.url("/hook"));
    assert_eq!((second.heard().len(), first.heard().len()), (1, 1));
    let last = house.get("/stores/1/webhooks/2").json()["data"]["last_delivery"].clone();
    assert_eq!((&last["event"], &last["state"]), (&json!("webhook.test"), &json!("delivered")));
}

#[test]
fn a_test_that_fails_says_why_and_is_not_sent_again() {
    let house = House::open();
    let receiver = Receiver::start();
    house.hook(&receiver, &json!({}));
    let markup = "<script>alert('1')</script><img src=x onerror=alert(2)>\u{202e}";
    for (answer, status, reason, excerpt) in [
        (
            Answer::Body(500, markup.to_owned()),
            json!(500),
            "answered 500",
            json!(markup.trim_end_matches('\u{202e}')),
        ),
        (Answer::Redirect("http://169.254.169.254/".to_owned()), json!(302), "answered 302", Value::Null),
        (Answer::Raw(b"nonsense\r\n\r\n".to_vec()), Value::Null, "the connection broke", Value::Null),
    ] {
        receiver.answer(answer);
        let reply = test(&house);
        let told = reply.json();
        assert_eq!((reply.status, &told["success"]), (200, &json!(false)), "{told}");
        assert_eq!((&told["data"]["status_code"], &told["data"]["response_excerpt"]), (&status, &excerpt));
        assert_eq!(told["message"], format!("The webhook did not take the test: {reason}."));
    }
    let flood = "x".repeat(100_000);
    receiver.answer(Answer::Body(200, flood));
    assert_eq!(test(&house).json()["data"]["response_excerpt"].as_str().unwrap().len(), 500);
    drop(receiver);
    assert_eq!(house.states(), ["given_up", "given_up", "given_up", "done"]);
    let counts =
        house.get("/balance-or-summary").json()["data"]["needs_attention"]["failing_webhooks"].clone();
    assert_eq!(counts, 0);
}

/// The slow one: an attempt may take ten seconds.
#[test]
fn an_endpoint_that_says_nothing_is_waited_for_as_long_as_an_attempt_takes() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Silence);
    house.hook(&receiver, &json!({}));
    let told = test(&house).json();
    assert_eq!((&told["success"], &told["data"]["status_code"]), (&json!(false), &Value::Null));
    assert_eq!(told["message"], "The webhook did not take the test: timed out.");
    let took = told["data"]["duration_ms"].as_i64().unwrap();
    assert!((9_000..13_000).contains(&took), "{took}");
}

#[test]
fn without_a_number_the_oldest_that_is_enabled_is_tested() {
    let house = House::open();
    let receivers = [Receiver::start(), Receiver::start(), Receiver::start()];
    let hooks = receivers.each_ref().map(|receiver| house.hook(receiver, &json!({})));
    house.change_hook(&hooks[0], &json!({ "enabled": false }));
    assert_eq!(test(&house).json()["data"]["endpoint"], receivers[1].url("/hook"));
    assert_eq!(receivers.each_ref().map(|receiver| receiver.heard().len()), [0, 1, 0]);
}

#[test]
fn a_test_whose_webhook_is_switched_off_meanwhile_says_that_it_was_withdrawn() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Held);
    let hook = house.hook(&receiver, &json!({}));
    let told = std::thread::scope(|scope| {
        let asked = scope.spawn(|| test(&house).json());
        receiver.wait_for(1);
        house.change_hook(&hook, &json!({ "enabled": false }));
        asked.join().unwrap()
    });
    assert_eq!((&told["success"], &told["data"]["status_code"]), (&json!(false), &Value::Null));
    let words = "The test was withdrawn: the webhook was deleted or switched off meanwhile.";
    assert_eq!(told["message"], words);
}

#[test]
fn without_an_endpoint_that_hears_there_is_no_test() {
    let house = House::open();
    let refusal = |words: &str| json!({ "success": false, "message": words });
    let none = refusal("the store has no webhook that is switched on");
    refused(&test(&house), 409, &none, "no webhook");
    let receiver = Receiver::start();
    let off = house.hook(&receiver, &json!({ "enabled": false }));
    refused(&test(&house), 409, &none, "only one that is switched off");
    let named = house.post(TEST, &json!({ "webhook": off["id"] }));
    refused(&named, 409, &refusal("the webhook is switched off"), "named");
    let missing = house.post(TEST, &json!({ "webhook": 7 }));
    refused(&missing, 404, &json!({ "message": "Not found." }), "missing");
    let bad = house.post(TEST, &json!({ "webhook": "first" })).json();
    assert_eq!(bad["errors"]["webhook"][0], "The webhook field must be an integer.");
    assert_eq!(receiver.heard().len(), 0);
}

#[test]
fn nobody_hammers_a_third_party_with_tests() {
    let mut house = House::open();
    let receiver = Receiver::start();
    house.hook(&receiver, &json!({}));
    let other = house.server.practice_store("Own, too", &[]);
    assert_eq!(house.post("/stores/2/webhooks", &json!({ "url": receiver.url("/two") })).status, 201);
    let statuses: Vec<u16> = (0..11).map(|_| test(&house).status).collect();
    assert_eq!(statuses[..10], [200; 10]);
    let limited = test(&house);
    refused(&limited, 429, &json!({ "message": "Too many attempts." }), "too many");
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert_eq!(receiver.heard().len(), 10);
    let two = house.post("/stores/2/webhook-test", &json!({}));
    assert_eq!(two.status, 200, "another store is not held up: {other}");
    house.server.kill();
}
