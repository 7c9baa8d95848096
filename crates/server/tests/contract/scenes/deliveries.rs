//! What is posted: to webhooks, each event and each way in which one may be genuine or not; and to the addresses that
//! orders name, in each form.

use serde_json::{Map, Value, json};
use specie_testkit::receiver::Heard;
use specie_testkit::wait::until;

use super::refunds::ADDRESS;
use super::{Golden, Scene, text};

/// A secret of nobody's.
const ANOTHER: &str = "whsec_3f9JqkcNBpXwLbVkHeWzYtRmUdSaGoQxPi7T2n4C8v6D";

/// The headers that say something, as the files write them.
const TELLING: [&str; 5] =
    ["Content-Type", "Specie-Signature", "BTCPay-Sig", "Specie-Delivery", "Request-Id"];

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let hook = json!({ "store": 1, "webhook": { "url": scene.receiver.url("/hook") } });
    let secret = text(&scene.quietly("create_webhook", hook)["secret"]);
    let order = json!({ "amount": 20, "currency": "USD", "order_id": "A-1", "description": "Grüner Tee 茶" });
    let make =
        || scene.quietly("create_store_invoice", json!({ "store": 1, "invoice": order }))["id"].clone();
    let play = |number: &Value, scenario: &str| {
        scene.quietly("practice", json!({ "number": number, "scenario": scenario }));
    };
    let number = make();
    play(&number, "pay");
    play(&number, "mine");
    for _ in 0..5 {
        play(&number, "mine");
    }
    let late = make();
    play(&late, "pay_late");
    let short = make();
    play(&short, "underpay");
    play(&short, "expire");
    let lost = make();
    for scenario in ["pay", "mine", "reorg_vanish"] {
        play(&lost, scenario);
    }
    let marked = make();
    for status in ["invalid", "complete"] {
        scene.quietly("mark_invoice", json!({ "number": marked, "status": status }));
    }
    scene.given_back(&text(&scene.quietly("show_invoice", json!({ "number": number }))["checkout_url"]));
    for (event, number) in [
        ("invoice.created", &number),
        ("invoice.payment_received", &number),
        ("invoice.paid", &number),
        ("invoice.confirmed", &number),
        ("invoice.completed", &number),
        ("invoice.refund_requested", &number),
        ("invoice.refunded", &number),
        ("invoice.expired", &late),
        ("invoice.paid_late", &late),
        ("invoice.expired_paid_partial", &short),
        ("invoice.invalid", &lost),
        ("invoice.marked_complete", &marked),
        ("invoice.marked_invalid", &marked),
    ] {
        let heard = scene.told_of(event, |body| body["data"]["id"] == *number);
        let file = event.replace('.', "_");
        scene.notified(&file, &format!("`{event}`"), &Notified::of(&heard, &secret));
    }
    scene.quietly("test_webhook", json!({ "store": 1 }));
    let heard = scene.told_of("webhook.test", |_| true);
    scene.notified("webhook_test", "A test, of no invoice", &Notified::of(&heard, &secret));
    genuine_or_not(&scene, &scene.told_of("invoice.paid", |body| body["data"]["id"] == number), &secret);
    rotated(&scene, &secret);
    ipns(&scene);
}

/// A delivery, how it is read, and what comes of it.
#[derive(Clone)]
struct Notified {
    secret: String,
    headers: Map<String, Value>,
    at: i64,
    body: String,
    genuine: bool,
}

impl Notified {
    /// As it came, read at once.
    fn of(heard: &Heard, secret: &str) -> Self {
        let headers = telling(heard);
        let signature = headers["Specie-Signature"].as_str().unwrap();
        let at = signature.split(',').next().unwrap().strip_prefix("t=").unwrap().parse().unwrap();
        Self { secret: secret.to_owned(), headers, at, body: heard.body.clone(), genuine: true }
    }

    fn signature(&self) -> &str {
        self.headers["Specie-Signature"].as_str().unwrap()
    }

    fn signed(mut self, signature: &str, genuine: bool) -> Self {
        self.headers.insert("Specie-Signature".to_owned(), signature.into());
        Self { genuine, ..self }
    }
}

impl Scene<'_> {
    /// Gives something of a sale back: it is asked, signed and in a block.
    fn given_back(&self, id_or_link: &str) {
        let id = id_or_link.rsplit('/').next();
        let wish = json!({ "amount": 5, "currency": "USD", "bitcoinAddress": ADDRESS });
        let asked = self.quietly("create_refund", json!({ "invoice": id, "refund": wish }));
        self.signs(&text(&asked["id"]));
        self.settled(1);
    }

    /// Waits for a delivery to the webhook.
    fn told_of(&self, event: &str, which: impl Fn(&Value) -> bool) -> Heard {
        self.hears("/hook", |body| body["event"] == event && which(body))
    }

    fn hears(&self, target: &str, which: impl Fn(&Value) -> bool) -> Heard {
        until(&format!("what {target} hears"), || {
            let heard = self.receiver.heard().into_iter().filter(|heard| heard.target == target);
            heard.rev().find(|heard| serde_json::from_str(&heard.body).is_ok_and(|body| which(&body)))
        })
    }

    fn notified(&self, file: &str, says: &str, Notified { secret, headers, at, body, genuine }: &Notified) {
        let told = json!({
            "says": says, "secret": secret, "headers": headers, "at": at, "body": body, "genuine": genuine,
        });
        self.golden.check(&format!("webhooks/{file}"), &told);
    }
}

impl Scene<'_> {
    /// An IPN, and what a client reads from it.
    fn posted(&self, file: &str, says: &str, heard: &Heard) {
        let body: Value = serde_json::from_str(&heard.body).unwrap();
        let flat = body.get("data").unwrap_or(&body);
        let tells = json!({ "id": flat["id"], "status": flat["status"], "event": body["event"]["name"] });
        let told = json!({ "says": says, "headers": telling(heard), "body": heard.body, "tells": tells });
        self.golden.check(&format!("webhooks/{file}"), &told);
    }
}

fn telling(heard: &Heard) -> Map<String, Value> {
    let value = |name: &str| heard.headers.iter().find(|(known, _)| *known == name.to_ascii_lowercase());
    TELLING.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?.1.clone().into()))).collect()
}

fn genuine_or_not(scene: &Scene, heard: &Heard, secret: &str) {
    let good = Notified::of(heard, secret);
    let (time, signature) = good.signature().split_once(',').unwrap();
    let (time, signature) = (time.to_owned(), signature.to_owned());
    let short = &signature[..signature.len() - 2];
    let zeros = format!("v1={}", "0".repeat(64));
    let later = format!("t={}", good.at + 1);
    let at = |seconds: i64, genuine| Notified { at: good.at + seconds, genuine, ..good.clone() };
    let signed = |signature: &str, genuine| good.clone().signed(signature, genuine);
    let mut unsigned = Notified { genuine: false, ..good.clone() };
    unsigned.headers.remove("Specie-Signature");
    for (file, says, told) in [
        ("five_minutes_old", "Read five minutes after it was signed", at(300, true)),
        ("too_old", "Read later than that: it may be a repetition", at(301, false)),
        ("from_the_future", "Signed more than five minutes from now", at(-301, false)),
        (
            "another_secret",
            "The secret is another webhook's",
            Notified { secret: ANOTHER.to_owned(), genuine: false, ..good.clone() },
        ),
        (
            "another_body",
            "Somebody changed the body",
            Notified { body: good.body.replace("A-1", "A-2"), genuine: false, ..good.clone() },
        ),
        ("another_time", "Somebody changed the time", signed(&format!("{later},{signature}"), false)),
        ("another_signature", "A signature of nothing", signed(&format!("{time},{zeros}"), false)),
        ("short_signature", "A signature that lost its end", signed(&format!("{time},{short}"), false)),
        ("second_fits", "One of two signatures fits", signed(&format!("{time},{zeros},{signature}"), true)),
        ("no_time", "No time", signed(&signature, false)),
        ("time_of_words", "A time that is no number", signed(&format!("t=now,{signature}"), false)),
        ("no_signature", "Nothing but a time", signed(&time, false)),
        ("nonsense", "A header that is none", signed("=,=;v1=,t", false)),
        ("empty", "An empty header", signed("", false)),
        ("unsigned", "No header at all", unsigned),
    ] {
        scene.notified(file, says, &told);
    }
}

fn rotated(scene: &Scene, old: &str) {
    let one = json!({ "store": 1, "webhook": 1 });
    let test = || {
        let tested = scene.quietly("test_webhook", json!({ "store": 1 }));
        let id = tested["delivery_id"].clone();
        scene.told_of("webhook.test", |body| body["id"] == id)
    };
    let new = text(&scene.quietly("rotate_webhook_secret", one.clone())["secret"]);
    let both = test();
    scene.notified(
        "rotated_new_secret",
        "Signed by both secrets: by the new one",
        &Notified::of(&both, &new),
    );
    scene.notified("rotated_old_secret", "Signed by both secrets: by the old one", &Notified::of(&both, old));
    scene.quietly("end_previous_webhook_secret", one);
    let ended = Notified::of(&test(), old);
    let says = "The old secret was ended";
    scene.notified("ended_old_secret", says, &Notified { genuine: false, ..ended.clone() });
    scene.notified("ended_new_secret", "The new one signs alone", &Notified { secret: new, ..ended });
}

/// What an order's own address hears: in each form what was told flat, by its status, and what was told by name.
const IPNS: [(&str, Value, &[&str], &[&str]); 3] = [
    ("plain", Value::Null, &["confirmed"], &[]),
    ("fullNotifications", Value::Bool(true), &["paid", "confirmed", "complete", "expired"], &[]),
    (
        "extendedNotifications",
        Value::Bool(true),
        &["paid", "confirmed", "complete", "expired"],
        &[
            "invoice_created",
            "invoice_receivedPayment",
            "invoice_paidInFull",
            "invoice_confirmed",
            "invoice_completed",
            "invoice_expired",
            "invoice_refund",
            "invoice_refundComplete",
            "invoice_manuallyNotified",
        ],
    ),
];

fn ipns(scene: &Scene) {
    for (form, wish, flat, named) in IPNS {
        let target = format!("/{form}");
        let order = json!({
            "price": 20, "currency": "USD", "orderId": "A-1", "posData": "{\"shelf\":7}", form: wish,
            "notificationURL": scene.receiver.url(&target),
            "buyer": { "name": "Ann", "email": "ann@buyer.example", "address1": "1 Lane" },
        });
        let make = || text(&scene.quietly("create_invoice", json!({ "invoice": order }))["id"]);
        let id = make();
        scene.happens("invoice.paid", &id, "paid", false);
        scene.mined(6, &id, "complete", false);
        scene.happens("invoice.expired", &make(), "expired", false);
        let of = |what: &str| what.strip_prefix("invoice_").unwrap_or(what).to_owned();
        for status in flat {
            let heard = scene.hears(&target, |body| body["status"] == **status);
            scene.posted(&format!("ipn_{form}_{}", of(status)), &format!("Told flat, with `{form}`"), &heard);
        }
        if !named.is_empty() {
            scene.given_back(&id);
            scene.quietly("resend_notification", json!({ "id": id }));
        }
        for event in named {
            let heard = scene.hears(&target, |body| body["event"]["name"] == **event);
            scene.posted(
                &format!("ipn_named_{}", of(event)),
                &format!("`{event}`, told by its name"),
                &heard,
            );
        }
    }
}
