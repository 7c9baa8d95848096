//! What must hold whenever the server is ready again: the journal against the API, the database and
//! the chain.
//!
//! Nothing is traded while it looks. It never asks the program whether all is well without looking
//! for itself as well.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use specie_testkit::server::Server;

use super::books::{self, Books, Told};
use super::chain::Ledger;
use super::facts::Facts;
use super::journal::{Journal, Place, Wish};
use super::market::{Line, Market};
use super::trade::{CLIENTS, Client};

/// How often a lagging invoice is looked at, and how long it is waited for in between.
const LOOKS: usize = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// An order that was answered, and what is known of its payments.
struct Order {
    key: String,
    facts: Facts,
    told: Told,
    speed: String,
    /// Acknowledged payments.
    txids: Vec<String>,
    /// Payments that were not answered: each may be there, or not.
    unanswered: usize,
}

/// Requests that were under way when the server was killed, by what had become of them.
#[derive(Debug, Default, Clone, Copy)]
pub struct UnderWay {
    /// All of them.
    pub all: usize,
    /// Invoices that were there although nobody had been told.
    pub kept: usize,
    /// Invoices that were not there.
    pub undone: usize,
}

impl UnderWay {
    /// Counts others in.
    pub fn add(&mut self, others: Self) {
        self.all += others.all;
        self.kept += others.kept;
        self.undone += others.undone;
    }
}

/// Compares.
pub struct Checker {
    journal: Journal,
    copy: PathBuf,
    orders: BTreeMap<String, Order>,
    height: usize,
}

impl Checker {
    /// Of the journal in this folder.
    pub fn new(folder: &Path) -> Self {
        let (journal, copy) = (Journal::new(folder, CLIENTS), folder.join("chain.log"));
        Self { journal, copy, orders: BTreeMap::new(), height: 0 }
    }

    /// Acknowledged invoices.
    pub fn orders(&self) -> usize {
        self.orders.len()
    }

    /// Acknowledged payments.
    pub fn payments(&self) -> usize {
        self.orders.values().map(|order| order.txids.len()).sum()
    }

    /// After a restart, before anybody trades again.
    pub fn check(&mut self, server: &Server, market: &Market, clients: &mut [Client]) -> UnderWay {
        let touched = self.journal.read_on();
        let (open, answered): (Vec<Place>, Vec<Place>) =
            touched.into_iter().partition(|place| self.journal.entries[place].answer.is_none());
        let mut under_way = UnderWay { all: open.len(), ..UnderWay::default() };
        let mut line = Line::default();
        for place in answered {
            self.acknowledged(place, market, &mut line);
        }
        for place in open {
            self.ask_again(place, server, market, &mut clients[place.0], &mut under_way);
        }
        self.journal.read_on();
        let verified = market.command(&json!("Verify")).expect("an answer");
        assert_eq!((&verified["sound"], &verified["problems"]), (&json!(true), &json!([])));
        self.compare(server);
        under_way
    }

    /// What was not answered: an order is made again under its key, and a payment may be there.
    fn ask_again(
        &mut self,
        place: Place,
        server: &Server,
        market: &Market,
        client: &mut Client,
        under_way: &mut UnderWay,
    ) {
        match self.journal.entries[&place].wish.clone() {
            Wish::Create { key, body } => {
                let asked = "SELECT reply FROM idempotency WHERE key = $1";
                let rows = server.sql().query(asked, &[format!("key:{key}").as_str().into()]);
                let before = rows.first().map(|row| books::id_in(&row.text(0)));
                let mut line = Line::default();
                let answer = market.create(&mut line, &key, &body).expect("an answer");
                client.answered(place.1, &answer);
                let facts = Facts::of_answer(&answer);
                match before {
                    Some(before) => {
                        assert_eq!(before, facts.id, "the same key led to another invoice");
                        under_way.kept += 1;
                    }
                    None => under_way.undone += 1,
                }
                let again = market.create(&mut line, &key, &body);
                assert_eq!(again, Some(answer), "asked again, it answers otherwise");
                self.take(facts, key, &body);
            }
            Wish::Pay { invoice, .. } => self.order(&invoice).unanswered += 1,
            Wish::Mine => {}
        }
    }

    /// What was answered since it was last looked at reads back, and answers again as it did.
    fn acknowledged(&mut self, place: Place, market: &Market, line: &mut Line) {
        let entry = self.journal.entries[&place].clone();
        let answer = entry.answer.expect("it was answered");
        match entry.wish {
            Wish::Create { key, body } => {
                let facts = Facts::of_answer(&answer);
                assert_eq!(Facts::of_invoice(&market.shop.read(&facts.id)), facts);
                let again = market.create(line, &key, &body);
                assert_eq!(again, Some(answer), "asked again, it answers otherwise");
                self.take(facts, key, &body);
            }
            Wish::Pay { invoice, .. } => self.order(&invoice).txids.push(answer),
            Wish::Mine => self.height = self.height.max(answer.parse().expect("a height")),
        }
    }

    fn order(&mut self, invoice: &str) -> &mut Order {
        self.orders.get_mut(invoice).expect("what is paid was ordered before")
    }

    fn take(&mut self, facts: Facts, key: String, body: &str) {
        let order: Value = serde_json::from_str(body).expect("an order is JSON");
        let speed = order["transactionSpeed"].as_str().expect("a speed").to_owned();
        let (id, told) = (facts.id.clone(), Told::of_order(body));
        let order = Order { key, facts, told, speed, txids: Vec::new(), unanswered: 0 };
        let known = self.orders.insert(id.clone(), order);
        assert!(known.is_none(), "invoice {id} was the answer to two orders");
    }

    /// Everything that was ever acknowledged, in the database and on the chain.
    fn compare(&self, server: &Server) {
        let ledger = Ledger::read(server.data(), &self.copy);
        assert!(
            ledger.height >= self.height,
            "height {}, and {} was acknowledged",
            ledger.height,
            self.height
        );
        let mut sql = server.sql();
        let mut books = Books::read(&mut sql);
        // Who follows the chain may not have come to its end yet.
        for _ in 0..LOOKS {
            if self.lagging(&books, &ledger).is_empty() {
                break;
            }
            thread::sleep(PAUSE);
            books = Books::read(&mut sql);
        }
        let told = self.orders.iter().map(|(id, order)| (id.clone(), order.told)).collect();
        let mut problems = self.lagging(&books, &ledger);
        problems.extend(books.problems(&told));
        problems.extend(self.lost(&books, &ledger));
        assert!(
            problems.is_empty(),
            "{} problems, such as {:#?}",
            problems.len(),
            &problems[..problems.len().min(5)]
        );
    }

    /// Invoices that are not what the chain makes of them.
    fn lagging(&self, books: &Books, ledger: &Ledger) -> Vec<String> {
        let both = self.orders.iter().filter_map(|(id, order)| Some((id, order, books.invoices.get(id)?)));
        let differ = both.filter_map(|(id, order, invoice)| {
            let (verdict, stored) =
                (ledger.verdict(invoice, &order.speed), (&*invoice.status, &*invoice.flag));
            (verdict != stored).then(|| format!("invoice {id} is {stored:?}, on the chain {verdict:?}"))
        });
        differ.collect()
    }

    /// What was acknowledged and is not there, or is there once too often.
    fn lost(&self, books: &Books, ledger: &Ledger) -> Vec<String> {
        let mut found = Vec::new();
        let mut scripts = BTreeMap::new();
        for (id, order) in &self.orders {
            let facts = &order.facts;
            if let Some(other) = scripts.insert(&facts.script, id) {
                found.push(format!("invoices {id} and {other} have one address"));
            }
            let Some(stored) = books.invoices.get(id) else {
                found.push(format!("invoice {id} was acknowledged and is not there"));
                continue;
            };
            if books.keys.get(&format!("key:{}", order.key)) != Some(id) {
                found.push(format!("the key of invoice {id} is not known any more"));
            }
            let terms = (&*stored.price, stored.due, stored.expiry, &*stored.script);
            if terms != (&*facts.price, facts.due, facts.expiry, facts.script.as_bytes()) {
                found.push(format!("invoice {id} was {facts:?} and is {terms:?}"));
            }
            let paid: Vec<String> =
                ledger.paid(&stored.script).iter().map(|paid| paid.outpoint.txid.to_string()).collect();
            if let Some(lost) = order.txids.iter().find(|txid| !paid.contains(txid)) {
                found.push(format!("payment {lost} of invoice {id} is not on the chain"));
            }
            let most = order.txids.len() + order.unanswered;
            if paid.len() > most {
                found.push(format!("invoice {id} was paid {} times, asked for {most} times", paid.len()));
            }
        }
        found
    }
}
