//! A store's webhooks: made and changed by a program, heard by a receiver as a shop has one, and
//! verified by what this file knows of HMAC.

mod changes;
mod deliveries;
mod secrets;
mod tests;

use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use serde_json::{Value, json};
use specie_testkit::receiver::{Heard, Receiver};
use specie_testkit::sql::Row;

use super::House;

const PATH: &str = "/stores/1/webhooks";

impl House {
    /// Adds a webhook at a receiver to store 1, with further fields.
    fn hook(&self, receiver: &Receiver, more: &Value) -> Value {
        let mut body = json!({ "url": receiver.url("/hook") });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let reply = self.post(PATH, &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["data"].clone()
    }

    fn change_hook(&self, hook: &Value, body: &Value) -> Value {
        let path = format!("{PATH}/{}", hook["id"]);
        let reply = self.call_with(&self.token, "PATCH", &path, &body.to_string(), &[]);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["data"].clone()
    }

    /// The states of all deliveries to webhooks, in the order in which they were written.
    fn states(&self) -> Vec<String> {
        let sql = "SELECT state FROM deliveries WHERE webhook_id IS NOT NULL ORDER BY number";
        self.server.sql().query(sql, &[]).iter().map(|row: &Row| row.text(0)).collect()
    }
}

fn header<'h>(heard: &'h Heard, name: &str) -> &'h str {
    let found = heard.headers.iter().find(|(known, _)| known == name);
    found.map_or_else(|| panic!("no {name}: {heard:?}"), |(_, value)| value)
}

fn hmac(secret: &str, text: &str) -> String {
    let mut engine = HmacEngine::<sha256::Hash>::new(secret.as_bytes());
    engine.input(text.as_bytes());
    Hmac::from_engine(engine).to_string()
}

/// When it was signed, and the signatures, as the header says.
fn signature(heard: &Heard) -> (i64, Vec<String>) {
    let mut parts = header(heard, "specie-signature").split(',');
    let seconds = parts.next().unwrap().strip_prefix("t=").unwrap().parse().unwrap();
    (seconds, parts.map(|part| part.strip_prefix("v1=").unwrap().to_owned()).collect())
}

/// What these secrets make of what was heard, the newest first.
fn expected(heard: &Heard, secrets: &[&str]) -> Vec<String> {
    let (seconds, _) = signature(heard);
    secrets.iter().map(|secret| hmac(secret, &format!("{seconds}.{}", heard.body))).collect()
}

/// The secret in an answer.
fn secret(answer: &Value) -> &str {
    let secret = answer["secret"].as_str().unwrap_or_else(|| panic!("no secret: {answer}"));
    assert!(secret.starts_with("whsec_") && secret.len() >= 40, "{secret}");
    secret
}

fn names(receiver: &Receiver) -> Vec<String> {
    receiver.bodies().iter().map(|body| body["event"].as_str().unwrap().to_owned()).collect()
}
