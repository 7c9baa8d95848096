//! What the database says, read beside the program and its rules, all at one moment; and whether it
//! hangs together.
//!
//! What must be told of which event is written here once more, from what is promised to shops: what the
//! program itself takes for news is not asked.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::base58;
use serde_json::Value;
use specie_testkit::sql::{Row, Sql};

/// Everything.
pub struct Books {
    /// By id.
    pub invoices: BTreeMap<String, Invoice>,
    /// Of each wallet: the next index, and those that were issued.
    wallets: BTreeMap<Vec<u8>, (i64, Vec<i64>)>,
    /// Every script, in no order.
    scripts: Vec<(Vec<u8>, String)>,
    /// The invoice that each idempotency key led to.
    pub keys: BTreeMap<String, String>,
}

/// An invoice as it is stored.
#[derive(Debug, Default)]
pub struct Invoice {
    pub price: String,
    pub status: String,
    pub flag: String,
    pub due: u64,
    pub min_due: u64,
    pub expiry: i64,
    pub script: Vec<u8>,
    event_count: i64,
    /// Number, time and what happened.
    events: Vec<(i64, i64, Value)>,
    /// In the order in which they are to arrive.
    pub deliveries: Vec<Delivery>,
}

/// A delivery as it is stored.
#[derive(Debug)]
pub struct Delivery {
    pub id: String,
    notice: String,
    form: String,
}

/// What a shop asked to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The confirmation.
    Least,
    /// Each change of status.
    Full,
    /// That, and all else there is, by name.
    Extended,
}

impl Told {
    /// From the body of an order.
    pub fn of_order(body: &str) -> Self {
        let order: Value = serde_json::from_str(body).expect("an order is JSON");
        match (&order["extendedNotifications"], &order["fullNotifications"]) {
            (Value::Bool(true), _) => Self::Extended,
            (_, Value::Bool(true)) => Self::Full,
            _ => Self::Least,
        }
    }
}

fn id(row: &Row, at: usize) -> String {
    base58::encode(row.bytes(at))
}

/// The invoice that a kept answer tells of.
pub fn id_in(reply: &str) -> String {
    let view: Value = serde_json::from_str(reply).expect("an answer is kept as JSON");
    view["id"].as_str().expect("an invoice's id").to_owned()
}

fn sats(row: &Row, at: usize) -> u64 {
    u64::try_from(row.integer(at)).expect("satoshis")
}

impl Books {
    /// Reads them.
    pub fn read(sql: &mut Sql) -> Self {
        sql.at_one_moment(|sql| {
            let invoices = invoices(sql);
            let mut wallets = BTreeMap::new();
            for row in sql.query("SELECT id, next_index FROM wallets", &[]) {
                wallets.insert(row.bytes(0).to_vec(), (row.integer(1), Vec::new()));
            }
            let mut scripts = Vec::new();
            let asked =
                "SELECT script, invoice_id, wallet_id, wallet_index FROM scripts ORDER BY wallet_index";
            for row in sql.query(asked, &[]) {
                scripts.push((row.bytes(0).to_vec(), id(&row, 1)));
                let wallet: &mut (i64, Vec<i64>) = wallets.get_mut(row.bytes(2)).expect("a wallet");
                wallet.1.push(row.integer(3));
            }
            let keys = sql.query("SELECT key, reply FROM idempotency WHERE path = '/invoices'", &[]);
            let keys = keys.iter().map(|row| (row.text(0), id_in(&row.text(1)))).collect();
            Self { invoices, wallets, scripts, keys }
        })
    }

    /// What is wrong with them by themselves.
    pub fn problems(&self, told: &BTreeMap<String, Told>) -> Vec<String> {
        let mut found = Vec::new();
        for (id, invoice) in &self.invoices {
            let Some(told) = told.get(id) else {
                found.push(format!("invoice {id} was made for nobody"));
                continue;
            };
            invoice.check_events(id, &mut found);
            invoice.check_deliveries(id, *told, &mut found);
        }
        let distinct: BTreeSet<_> = self.scripts.iter().map(|(script, _)| script).collect();
        if distinct.len() != self.scripts.len() {
            found.push(format!("{} scripts, {} different ones", self.scripts.len(), distinct.len()));
        }
        for (script, id) in &self.scripts {
            if self.invoices.get(id).is_none_or(|invoice| invoice.script != *script) {
                found.push(format!("a script was issued for invoice {id}, which has another or is none"));
            }
        }
        if self.scripts.len() != self.invoices.len() {
            found.push(format!("{} scripts for {} invoices", self.scripts.len(), self.invoices.len()));
        }
        for (next, issued) in self.wallets.values() {
            if !issued.iter().copied().eq(0..*next) {
                found.push(format!("a wallet's next index is {next}, its issued ones are {issued:?}"));
            }
        }
        found
    }
}

fn invoices(sql: &mut Sql) -> BTreeMap<String, Invoice> {
    let asked =
        "SELECT i.id, i.price, i.status, i.flag, i.event_count, q.due, q.min_due, q.expires_at, m.script
        FROM invoices i JOIN quotes q ON q.invoice_id = i.id JOIN payment_methods m ON m.invoice_id = i.id";
    let rows = sql.query(asked, &[]);
    let all = sql.query("SELECT count(*) FROM invoices", &[])[0].integer(0);
    assert_eq!(i64::try_from(rows.len()), Ok(all), "every invoice has one quote and one way to be paid");
    let invoice = |row: &Row| Invoice {
        price: row.text(1),
        status: row.text(2),
        flag: row.text(3),
        event_count: row.integer(4),
        due: sats(row, 5),
        min_due: sats(row, 6),
        expiry: row.integer(7),
        script: row.bytes(8).to_vec(),
        ..Invoice::default()
    };
    let mut invoices: BTreeMap<_, _> = rows.iter().map(|row| (id(row, 0), invoice(row))).collect();
    for row in sql.query("SELECT invoice_id, seq, at, event FROM events ORDER BY seq", &[]) {
        let event = serde_json::from_str(&row.text(3)).expect("an event is JSON");
        let invoice = invoices.get_mut(&id(&row, 0)).expect("an event of an invoice");
        invoice.events.push((row.integer(1), row.integer(2), event));
    }
    for row in sql.query("SELECT invoice_id, id, notice, form FROM deliveries ORDER BY number", &[]) {
        let notice = row.text(2).trim_matches('"').to_owned();
        let invoice = invoices.get_mut(&id(&row, 0)).expect("a delivery of an invoice");
        invoice.deliveries.push(Delivery { id: id(&row, 1), notice, form: row.text(3) });
    }
    invoices
}

/// What must be told. `again`: it may be one piece of news with the one before it, as both were seen
/// at the same time.
struct Due {
    notice: &'static str,
    form: &'static str,
    again: bool,
}

impl Invoice {
    fn check_events(&self, id: &str, found: &mut Vec<String>) {
        let numbers: Vec<i64> = self.events.iter().map(|(number, ..)| *number).collect();
        if !numbers.iter().copied().eq(0..self.event_count) {
            found.push(format!("invoice {id} counts {} events and has {numbers:?}", self.event_count));
        }
    }

    fn check_deliveries(&self, id: &str, told: Told, found: &mut Vec<String>) {
        let mut written = self.deliveries.iter().map(|d| (d.notice.as_str(), d.form.as_str())).peekable();
        let due = match self.due_news(told) {
            Ok(due) => due,
            Err(event) => return found.push(format!("invoice {id}: nothing here leads to {event}")),
        };
        for due in due {
            let wanted = (due.notice, due.form);
            if written.next_if_eq(&wanted).is_none() && !due.again {
                let all: Vec<_> = self.deliveries.iter().map(|d| (&d.notice, &d.form)).collect();
                found.push(format!(
                    "invoice {id} ({told:?}) has no delivery {wanted:?} in its place: {all:?}"
                ));
                return;
            }
        }
        found.extend(written.next().map(|more| format!("invoice {id} ({told:?}): {more:?} is no news")));
    }

    /// Everything that has to be told, in order. An event that this trade cannot lead to is an error.
    fn due_news(&self, told: Told) -> Result<Vec<Due>, &Value> {
        let mut due = Vec::new();
        let mut seen_at = None;
        for (_, at, event) in &self.events {
            let again = seen_at == Some(*at);
            seen_at = event.get("payment_seen").map(|_| *at);
            let (notice, plain) = match event {
                Value::String(name) if name == "created" => ("created", None),
                _ if event.get("payment_seen").is_some() => ("received_payment", None),
                _ if event.get("flag_changed").is_some() => continue,
                _ => match event["status_changed"]["to"].as_str() {
                    Some("paid") => ("paid_in_full", Some(Told::Full)),
                    Some("confirmed") => ("confirmed", Some(Told::Least)),
                    Some("complete") => ("completed", Some(Told::Full)),
                    _ => return Err(event),
                },
            };
            if plain.is_some_and(|least| least == Told::Least || told != Told::Least) {
                due.push(Due { notice, form: "plain", again: false });
            }
            if told == Told::Extended {
                due.push(Due { notice, form: "named", again });
            }
        }
        Ok(due)
    }
}
