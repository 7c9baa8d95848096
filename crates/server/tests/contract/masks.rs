//! What varies from one run to the next, and is named instead before exchanges are compared: the same value by the same
//! name, wherever it stands, inside links and texts too. The table is the whole of it.

use serde_json::Value;

/// What values are called, and the names of the fields that have them.
const VARIES: [(&str, &str); 9] = [
    ("id", "id invoice invoiceId refund delivery_id Specie-Delivery path data"),
    ("link", "checkout_url claimUrl"),
    ("guid", "guid"),
    ("address", "bitcoinAddress address destination"),
    ("txid", "txid"),
    ("cursor", "next_cursor cursor"),
    ("request", "Request-Id"),
    (
        "secret",
        "token Authorization merchant pos merchant/invoice pos/invoice pairingCode secret verificationCode \
         Specie-Signature BTCPay-Sig",
    ),
    (
        TIME,
        "invoiceTime expirationTime currentTime dateCreated pairingExpiration timestamp requestDate time receivedTime \
         receivedDate updated created_at expires_at seen_at next_attempt_at previous_secret_until duration_ms at nextAttempt \
         expirationSeconds timeLeft",
    ),
];

/// Two moments are the same or not by chance: they are called after their form alone, `9999-99-99T99:99:99.999Z`.
const TIME: &str = "time";

/// Stands for "never" in `time`.
const NEVER: &str = "1970-01-01T00:00:00.000Z";

/// An exchange or a notification as a text, with what varies named.
pub fn masked(told: &Value) -> String {
    let mut names = Vec::new();
    collect(told, &mut names);
    // What is part of something longer comes behind it.
    names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    format!("{:#}", named(told, &names))
}

fn kind_of(field: &str) -> Option<&'static str> {
    VARIES.iter().find(|(_, fields)| fields.split(' ').any(|known| known == field)).map(|(kind, _)| *kind)
}

/// Every value that varies, with its name: the first of a kind is 1.
fn collect(told: &Value, names: &mut Vec<(String, String)>) {
    match told {
        Value::Object(fields) => {
            for (field, value) in fields {
                if let Some(kind) = kind_of(field) {
                    for value in values(field, value) {
                        register(kind, value, names);
                    }
                }
                collect(value, names);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| collect(one, names)),
        // A body as it was posted, or a stream of events.
        Value::String(text) => {
            let bodies = std::iter::once(text.as_str())
                .chain(text.lines().filter_map(|line| line.strip_prefix("data: ")));
            bodies.filter_map(|body| serde_json::from_str(body).ok()).for_each(|body| collect(&body, names));
        }
        _ => {}
    }
}

/// What of a field's value varies. Small numbers are the same in every run.
fn values(field: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.is_empty() || text == NEVER => vec![],
        Value::String(text) => match field {
            "checkout_url" | "claimUrl" => text.rsplit('/').next().map(str::to_owned).into_iter().collect(),
            "path" => text.split('/').filter(|part| part.len() > 20).map(str::to_owned).collect(),
            // The answer to what is done and no more.
            "data" if text == "Success" => vec![],
            "Specie-Signature" | "BTCPay-Sig" => {
                text.split(',').filter_map(|part| Some(part.split_once('=')?.1.to_owned())).collect()
            }
            _ => vec![text.clone()],
        },
        Value::Number(number) => {
            Some(number.to_string()).filter(|number| number.len() > 9).into_iter().collect()
        }
        _ => vec![],
    }
}

fn register(kind: &str, value: String, names: &mut Vec<(String, String)>) {
    if value.is_empty() || names.iter().any(|(known, _)| *known == value) {
        return;
    }
    let prefix = format!("[{kind}");
    let number = names.iter().filter(|(_, name)| name.starts_with(&prefix)).count() + 1;
    if kind == "address" {
        // Links in QR codes are in capitals.
        names.push((value.to_uppercase(), format!("[ADDRESS {number}]")));
    }
    let name = if kind == TIME { form(&value) } else { format!("[{kind} {number}{}]", told(&value)) };
    names.push((value, name));
}

/// What of a value is the same in every run: what stands before it, as `whsec_` does, and of a code its length.
fn told(value: &str) -> String {
    match value.split_once('_') {
        Some((before, _)) if before.len() < 8 => format!(" {before}_"),
        _ if value.len() < 16 => format!(" of {}", value.len()),
        _ => String::new(),
    }
}

/// What a time looks like; how long something took is as long as it likes.
fn form(time: &str) -> String {
    match time.len() {
        ..=3 => "9".to_owned(),
        _ => time.chars().map(|digit| if digit.is_ascii_digit() { '9' } else { digit }).collect(),
    }
}

fn named(told: &Value, names: &[(String, String)]) -> Value {
    match told {
        Value::Object(fields) => {
            let each = fields.iter().map(|(field, value)| {
                let value = match value {
                    Value::Number(number) if kind_of(field) == Some(TIME) => {
                        format!("[{}]", form(&number.to_string())).into()
                    }
                    value => named(value, names),
                };
                (field.clone(), value)
            });
            Value::Object(each.collect())
        }
        Value::Array(list) => list.iter().map(|one| named(one, names)).collect(),
        Value::String(text) => {
            names.iter().fold(text.clone(), |text, (value, name)| text.replace(value, name)).into()
        }
        other => other.clone(),
    }
}
