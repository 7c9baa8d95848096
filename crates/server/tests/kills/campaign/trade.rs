//! The load: shops that order and buyers that pay, all at once, until the server is gone.
//!
//! A client writes down what it wishes before it asks, and what it was answered before it goes on. A
//! request that fails while nobody has killed the server is a failure of the server.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use specie_testkit::http;
use specie_testkit::receiver::Receiver;
use specie_testkit::shop::Shop;

use super::chance::Chance;
use super::facts::Facts;
use super::journal::{Notebook, Wish};

/// How many clients there are.
pub const CLIENTS: usize = 8;
/// Of a client's turns one in so many mines a block.
const BLOCKS: u64 = 40;
/// More than was asked, in satoshis.
const TIP: u64 = 1_000;

/// Where the clients trade.
pub struct Market {
    /// The server, and who asks it.
    pub shop: Shop,
    identity: String,
    data: PathBuf,
    /// Answers so far.
    answers: AtomicUsize,
    /// The server is being killed: requests may fail from now on.
    doomed: AtomicBool,
    /// Nobody asks any more.
    over: AtomicBool,
}

impl Market {
    /// The market of a server with this data folder.
    pub fn new(shop: Shop, data: &Path) -> Self {
        let identity = shop.identity();
        Self {
            shop,
            identity,
            data: data.to_owned(),
            answers: AtomicUsize::new(0),
            doomed: AtomicBool::new(true),
            over: AtomicBool::new(true),
        }
    }

    /// Opens: the server is there.
    pub fn open(&self) {
        self.doomed.store(false, Ordering::SeqCst);
        self.over.store(false, Ordering::SeqCst);
        self.answers.store(0, Ordering::SeqCst);
    }

    /// Before the server is killed: whoever meets a broken connection goes home, and nobody else.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::SeqCst);
    }

    /// Closes: everybody goes home.
    pub fn close(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Answers since it opened.
    pub fn answers(&self) -> usize {
        self.answers.load(Ordering::SeqCst)
    }

    /// Asks for an invoice: the answer's text, or none if the server went away in between.
    pub fn create(&self, key: &str, body: &str) -> Option<String> {
        let url = format!("{}/invoices", self.shop.url);
        let signature = self.shop.sign(&format!("{url}{body}"));
        let request = http::client().post(&url).header("content-type", "application/json");
        let request = request.header("x-identity", &self.identity).header("x-signature", signature);
        let response = request.header("idempotency-key", key).body(body.to_owned()).send().ok()?;
        let status = response.status().as_u16();
        let text = response.text().ok()?;
        assert_eq!(status, 200, "an order was refused: {text}");
        Some(text)
    }

    /// A command through the socket of a running server, never in a process of its own; none if the
    /// server went away in between.
    pub fn command(&self, command: &Value) -> Option<Value> {
        let mut stream = UnixStream::connect(self.data.join("run/admin.sock")).ok()?;
        let body = command.to_string();
        let head = format!("POST /command HTTP/1.1\r\nhost: specie\r\ncontent-length: {}\r\n", body.len());
        stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        assert!(head.starts_with("HTTP/1.1 200"), "a command was refused: {command} {answer}");
        serde_json::from_str(body).ok()
    }
}

/// An invoice that a buyer has before them.
struct Bill {
    invoice: String,
    sats: u64,
}

/// Someone who orders, pays, and sometimes mines.
pub struct Client {
    number: usize,
    orders: usize,
    notebook: Notebook,
    chance: Chance,
    receiver: Receiver,
    bills: VecDeque<Bill>,
}

impl Client {
    /// A client with a journal in this folder.
    pub fn new(number: usize, folder: &Path, seed: u64) -> Self {
        Self {
            number,
            orders: 0,
            notebook: Notebook::new(folder, number),
            chance: Chance::new(seed, number as u64 + 1),
            receiver: Receiver::start(),
            bills: VecDeque::new(),
        }
    }

    /// Trades until the server is gone.
    pub fn trade(&mut self, market: &Market) {
        while !market.over.load(Ordering::SeqCst) {
            if self.turn(market).is_none() {
                // Whoever kills says so first.
                assert!(market.doomed.load(Ordering::SeqCst), "a request failed, and nobody was killed");
                return;
            }
            market.answers.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn turn(&mut self, market: &Market) -> Option<()> {
        if self.chance.one_in(BLOCKS) {
            return self.mine(market);
        }
        if self.chance.one_in(2)
            && let Some(bill) = self.bills.pop_front()
        {
            return self.pay(market, bill);
        }
        self.order(market).map(drop)
    }

    /// Makes an invoice, of a price and with notifications that chance decides; its id.
    pub fn order(&mut self, market: &Market) -> Option<String> {
        self.orders += 1;
        let key = format!("{}-{}", self.number, self.orders);
        let cents = 100 * self.chance.below(90) + 10 * self.chance.below(10) + 1 + self.chance.below(9);
        let speeds = ["high", "medium", "low-medium", "low"];
        let speed = speeds[usize::try_from(self.chance.below(4)).expect("a small number")];
        let mut order = json!({
            "price": format!("{}.{:02}", cents / 100, cents % 100), "currency": "USD",
            "orderId": key, "transactionSpeed": speed, "notificationURL": self.receiver.url("/ipn"),
        });
        match self.chance.below(3) {
            0 => order["extendedNotifications"] = json!(true),
            1 => order["fullNotifications"] = json!(true),
            _ => {}
        }
        let body = order.to_string();
        let number = self.notebook.wish(&Wish::Create { key: key.clone(), body: body.clone() });
        let answer = market.create(&key, &body)?;
        self.notebook.answer(number, &answer);
        let facts = Facts::of_answer(&answer);
        self.bills.push_back(Bill { invoice: facts.id.clone(), sats: facts.due });
        Some(facts.id)
    }

    /// Pays all, too much, or a part: of some the other part later.
    fn pay(&mut self, market: &Market, bill: Bill) -> Option<()> {
        let sats = match self.chance.below(6) {
            0 => bill.sats + TIP,
            1 if bill.sats > 1 => bill.sats / 2,
            _ => bill.sats,
        };
        let number = self.notebook.wish(&Wish::Pay { invoice: bill.invoice.clone(), sats });
        let amount = format!("{}.{:08}", sats / 100_000_000, sats % 100_000_000);
        let paid =
            market.command(&json!({ "PayPractice": { "invoice": bill.invoice, "amount": amount } }))?;
        self.notebook.answer(number, paid["txid"].as_str().expect("a txid"));
        if sats < bill.sats && self.chance.one_in(2) {
            self.bills.push_back(Bill { sats: bill.sats - sats, ..bill });
        }
        Some(())
    }

    fn mine(&mut self, market: &Market) -> Option<()> {
        let number = self.notebook.wish(&Wish::Mine);
        let mined = market.command(&json!({ "MinePractice": { "blocks": 1 } }))?;
        self.notebook.answer(number, &mined["height"].to_string());
        Some(())
    }

    /// The answer that came with a repetition.
    pub fn answered(&mut self, number: u64, answer: &str) {
        self.notebook.answer(number, answer);
        let facts = Facts::of_answer(answer);
        self.bills.push_back(Bill { invoice: facts.id, sats: facts.due });
    }

    /// Where this client hears of its invoices.
    pub fn receiver(&self) -> &Receiver {
        &self.receiver
    }
}
