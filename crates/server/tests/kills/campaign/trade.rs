//! The load: shops that order and buyers that pay, all at once, until the server is gone.
//!
//! A client writes down what it wishes before it asks, and what it was answered before it goes on. A
//! request that fails while nobody has killed the server is a failure of the server.

use std::collections::VecDeque;
use std::path::Path;

use serde_json::json;
use specie_testkit::receiver::Receiver;

use super::chance::Chance;
use super::facts::Facts;
use super::journal::{Notebook, Wish};
use super::market::{Line, Market};

/// How many clients there are.
pub const CLIENTS: usize = 8;
/// Of a client's turns one in so many mines a block.
const BLOCKS: u64 = 40;
/// More than was asked, in satoshis.
const TIP: u64 = 1_000;

/// An invoice that a buyer has before them.
struct Bill {
    invoice: String,
    sats: u64,
}

/// Someone who orders, pays, and sometimes mines.
pub struct Client {
    number: usize,
    orders: usize,
    line: Line,
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
            line: Line::default(),
            notebook: Notebook::new(folder, number),
            chance: Chance::new(seed, number as u64 + 1),
            receiver: Receiver::start(),
            bills: VecDeque::new(),
        }
    }

    /// Trades until the server is gone.
    pub fn trade(&mut self, market: &Market) {
        // What there is goes to a server that was killed.
        self.line = Line::default();
        while !market.is_over() && self.turn(market).is_some() {}
        // Whoever kills says so first.
        assert!(market.is_doomed() || market.is_over(), "a request failed, and nobody was killed");
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
        let answer = market.create(&mut self.line, &key, &body)?;
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
        let paid = market
            .command(&json!({ "Practice": { "Pay": { "invoice": bill.invoice, "amount": amount } } }))?;
        self.notebook.answer(number, paid["txid"].as_str().expect("a txid"));
        if sats < bill.sats && self.chance.one_in(2) {
            self.bills.push_back(Bill { sats: bill.sats - sats, ..bill });
        }
        Some(())
    }

    fn mine(&mut self, market: &Market) -> Option<()> {
        let number = self.notebook.wish(&Wish::Mine);
        let mined = market.command(&json!({ "Practice": { "Mine": { "blocks": 1 } } }))?;
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
