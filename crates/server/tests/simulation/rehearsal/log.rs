//! Every transaction as it was written: the log of events is a path through the published diagram,
//! each step back has its cause, and whoever has to be told is told by a row of the same transaction.

use std::collections::BTreeMap;

use serde_json::Value;
use specie_core::invoice::Notifications;
use specie_core::time::Timestamp;
use specie_db::{Fate, Param};

/// What is known of an invoice from its rows.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: String,
    pub flag: String,
    pub ever_confirmed: bool,
    pub events: i64,
    /// When anything happened.
    moments: Vec<i64>,
    /// What its shop had to be told, and what was written for it: code and form.
    owed: Vec<(&'static str, &'static str)>,
    written: Vec<(String, String)>,
}

/// A status was reached.
#[derive(Debug, Clone)]
pub struct Reached {
    pub invoice: Vec<u8>,
    pub status: String,
    pub at: Timestamp,
}

/// The log as far as it was read.
#[derive(Debug, Default)]
pub struct Log {
    pub invoices: BTreeMap<Vec<u8>, Told>,
    last_event: i64,
    last_delivery: i64,
}

struct Row {
    invoice: Vec<u8>,
    seq: i64,
    at: i64,
    event: Value,
}

impl Log {
    /// Reads on, and returns what was reached since.
    pub fn read(
        &mut self,
        fate: &Fate,
        switches: impl Fn(&[u8]) -> Notifications,
    ) -> Result<Vec<Reached>, String> {
        let rows = self.new_events(fate);
        let mut reached = Vec::new();
        let mut rest = rows.as_slice();
        while let Some(first) = rest.first() {
            let same = |row: &&Row| row.invoice == first.invoice && row.at == first.at;
            let (step, after) = rest.split_at(rest.iter().take_while(same).count());
            rest = after;
            reached.extend(self.step(step, switches(&first.invoice))?);
        }
        self.read_deliveries(fate)?;
        for (id, told) in &self.invoices {
            let owed: Vec<_> = told.owed.iter().map(|(n, f)| ((*n).to_owned(), (*f).to_owned())).collect();
            if owed != told.written {
                let id = hex(id);
                return Err(format!("INV-11: invoice {id} owes {owed:?}, written is {:?}", told.written));
            }
        }
        Ok(reached)
    }

    fn new_events(&mut self, fate: &Fate) -> Vec<Row> {
        let asked = "SELECT id, invoice_id, seq, at, event FROM events WHERE id > ?1 ORDER BY id";
        let rows = fate.rows(asked, &[Param::Int(self.last_event)]).expect("an answer");
        let rows = rows.into_iter().map(|row| match <[Param; 5]>::try_from(row) {
            Ok(
                [Param::Int(id), Param::Blob(invoice), Param::Int(seq), Param::Int(at), Param::Text(event)],
            ) => {
                self.last_event = id;
                Row { invoice, seq, at, event: serde_json::from_str(&event).expect("JSON") }
            }
            other => panic!("{other:?} is no event"),
        });
        rows.collect()
    }

    /// The events of one invoice at one moment.
    fn step(&mut self, rows: &[Row], switches: Notifications) -> Result<Vec<Reached>, String> {
        let first = &rows[0];
        let told = self.invoices.entry(first.invoice.clone()).or_insert_with(Told::nothing);
        told.moments.push(first.at);
        let events: Vec<&Value> = rows.iter().map(|row| &row.event).collect();
        let mut reached = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let wrong = |what: &str| format!("INV-6: invoice {}: {what}: {events:?}", hex(&row.invoice));
            if row.seq != told.events {
                return Err(wrong("an event has not the next number"));
            }
            told.events += 1;
            if let Some(change) = row.event.get("flag_changed") {
                if change["from"] != flag_json(&told.flag) {
                    return Err(wrong("a flag changed from what it was not"));
                }
                told.flag = if change["to"] == "none" { String::new() } else { text(&change["to"]) };
            }
            if let Some(change) = row.event.get("status_changed") {
                let (from, to) = (text(&change["from"]), text(&change["to"]));
                if from != told.status || !may_follow(&from, &to, &events) {
                    return Err(wrong(&format!("{} is followed by {to} without a cause", told.status)));
                }
                told.ever_confirmed |= to == "confirmed";
                told.status.clone_from(&to);
                let at = Timestamp::from_millis(row.at);
                reached.push(Reached { invoice: row.invoice.clone(), status: to, at });
            }
            told.owe(notices(&events[place..], &told.flag), switches);
        }
        Ok(reached)
    }

    fn read_deliveries(&mut self, fate: &Fate) -> Result<(), String> {
        let asked = "SELECT number, invoice_id, notice, form, created_at, snapshot FROM deliveries
            WHERE number > ?1 ORDER BY number";
        let rows = fate.rows(asked, &[Param::Int(self.last_delivery)]).expect("an answer");
        for row in rows {
            let Ok(
                [
                    Param::Int(number),
                    Param::Blob(invoice),
                    Param::Text(notice),
                    Param::Text(form),
                    Param::Int(at),
                    Param::Text(snapshot),
                ],
            ) = <[Param; 6]>::try_from(row)
            else {
                panic!("no delivery");
            };
            self.last_delivery = number;
            let told = self.invoices.get_mut(&invoice).filter(|told| told.moments.contains(&at));
            let snapshot: Value = serde_json::from_str(&snapshot).expect("JSON");
            let of = snapshot["id"].as_str().and_then(|id| bitcoin::base58::decode(id).ok());
            let Some(told) = told.filter(|_| of.as_ref() == Some(&invoice)) else {
                let invoice = hex(&invoice);
                return Err(format!("INV-5: a delivery names invoice {invoice}, to which nothing happened"));
            };
            told.written.push((notice.trim_matches('"').to_owned(), form));
        }
        Ok(())
    }
}

impl Told {
    fn nothing() -> Self {
        Self {
            status: "new".to_owned(),
            flag: String::new(),
            ever_confirmed: false,
            events: 0,
            moments: Vec::new(),
            owed: Vec::new(),
            written: Vec::new(),
        }
    }

    fn owe(&mut self, notices: Vec<&'static str>, switches: Notifications) {
        for notice in notices {
            let quiet = ["created", "received_payment", "paid_after_expiration"].contains(&notice);
            let plain = match switches {
                Notifications::Confirmation => notice == "confirmed",
                Notifications::Full | Notifications::Extended => !quiet,
                Notifications::Events => false,
            };
            if plain {
                self.owed.push((notice, "plain"));
            }
            if switches == Notifications::Extended {
                self.owed.push((notice, "named"));
            }
            if switches == Notifications::Events {
                self.owed.push((notice, "event"));
            }
        }
    }
}

/// What a shop is told of the first of these events, the others having happened with it; `flag` is
/// that of before.
fn notices(events: &[&Value], flag: &str) -> Vec<&'static str> {
    let is_payment = |event: &&&Value| {
        ["payment_seen", "payment_returned", "payment_lost"].iter().any(|name| event.get(name).is_some())
    };
    // Verdicts come after payments: what comes after another payment is of another transaction.
    let verdicts = events.iter().skip(1).take_while(|event| !is_payment(event));
    let next_flag = verdicts.filter_map(|e| e.get("flag_changed")).map(|change| text(&change["to"])).next();
    let flag = next_flag.unwrap_or_else(|| flag.to_owned());
    let event = events[0];
    if event == "created" {
        return vec!["created"];
    }
    // Several payments of one moment are one piece of news.
    if event.get("payment_seen").is_some() {
        let mut others = events.iter().skip(1).take_while(is_payment);
        let more = others.any(|other| other.get("payment_seen").is_some());
        return if more { vec![] } else { vec!["received_payment"] };
    }
    if event.get("flag_changed").is_some_and(|change| change["to"] == "paidLate") {
        return vec!["paid_after_expiration"];
    }
    match event.get("status_changed").map(|change| text(&change["to"])).as_deref() {
        Some("paid") => vec!["paid_in_full"],
        Some("confirmed") => vec!["confirmed"],
        Some("complete") => vec!["completed"],
        Some("invalid") => vec!["failed_to_confirm"],
        Some("expired") if flag == "paidPartial" => vec!["expired", "expired_paid_partial"],
        Some("expired") => vec!["expired"],
        _ => vec![],
    }
}

/// Whether the published diagram has this way, and what happened with it is a cause for it.
fn may_follow(from: &str, to: &str, events: &[&Value]) -> bool {
    let has = |name: &str| events.iter().any(|event| event.get(name).is_some());
    let lost = has("payment_lost");
    let came = has("payment_seen") || has("payment_returned");
    let reached = |status: &str| {
        events.iter().any(|e| e.get("status_changed").is_some_and(|change| change["to"] == status))
    };
    match (from, to) {
        ("new", "paid" | "expired") | ("paid", "confirmed") | ("confirmed", "complete") => true,
        // Or the time for watching it is over.
        ("paid", "invalid") => true,
        ("paid", "new") | ("confirmed" | "complete", "paid" | "invalid") | ("invalid", "expired") => lost,
        ("expired", "paid" | "confirmed") => came,
        ("invalid", "paid" | "confirmed" | "complete") => came || reached("confirmed"),
        _ => false,
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn flag_json(flag: &str) -> &str {
    if flag.is_empty() { "none" } else { flag }
}

/// Bytes as SQLite's `hex` writes them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
