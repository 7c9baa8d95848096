//! What the shops know for sure: what they asked for, and what they were answered.

use std::sync::{Arc, Mutex};

use bitcoin::{Address, Network, ScriptBuf};
use rust_decimal::Decimal;
use specie::app::view::InvoiceView;
use specie::app::{App, AppError, Idempotency, IdempotencyKey, Store};
use specie_core::ids::InvoiceId;
use specie_core::invoice::{NewInvoice, Notifications, Order, Speed};
use specie_core::money::Currency;
use specie_core::time::Timestamp;

use super::chance::Chance;
use super::endpoint::url;

/// A request for an invoice, which can be made again.
#[derive(Debug, Clone)]
pub struct Request {
    pub key: String,
    /// Satoshis.
    pub price: u64,
    pub speed: Speed,
    pub notifications: Notifications,
    pub endpoint: usize,
    /// It is on its way.
    pub asked: bool,
    pub answer: Option<Answer>,
}

/// What an answer fixes for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub id: InvoiceId,
    pub script: ScriptBuf,
    pub due: u64,
    pub expires_at: Timestamp,
    pub monitoring_ends_at: Timestamp,
}

/// Every request. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    requests: Vec<Request>,
    broken: Vec<String>,
}

impl Request {
    /// The next request of a schedule.
    pub fn new(chance: &mut Chance, number: usize) -> Self {
        let speeds = [Speed::High, Speed::Medium, Speed::Medium, Speed::LowMedium, Speed::Low];
        let switches = [Notifications::Confirmation, Notifications::Full, Notifications::Extended];
        Self {
            key: format!("order {number}"),
            price: 10_000 + 1_000 * chance.below(90),
            speed: chance.pick(&speeds),
            notifications: chance.pick(&switches),
            endpoint: chance.pick(&[0, 1]),
            asked: false,
            answer: None,
        }
    }

    /// Confirmations that a payment needs at least, and at most.
    pub fn confirmations(&self) -> (u32, u32) {
        match self.speed {
            // None, or one if it is easily taken back.
            Speed::High => (0, 1),
            Speed::Medium => (1, 1),
            Speed::LowMedium => (2, 2),
            Speed::Low => (6, 6),
        }
    }

    async fn make(&self, app: &App, store: Store) -> Result<InvoiceView, AppError> {
        let order = Order {
            notification_url: Some(url(self.endpoint)),
            notifications: self.notifications,
            ..Order::default()
        };
        let btc = "BTC".parse::<Currency>().expect("a currency");
        let price = Decimal::new(i64::try_from(self.price).expect("a small price"), 8);
        let new = NewInvoice::new(Some(price), btc, Some(self.speed), None, order).expect("a sound request");
        let key = IdempotencyKey {
            caller: "shop".to_owned(),
            path: "/invoices".to_owned(),
            key: self.key.clone(),
            body_hash: [1; 32],
        };
        app.create_invoice(store, new, Some(Idempotency { key, strict: true })).await
    }
}

impl Answer {
    fn of(view: &InvoiceView) -> Self {
        let address = view.address.as_ref().expect("an address").parse::<Address<_>>().expect("an address");
        Self {
            id: view.id,
            script: address.require_network(Network::Regtest).expect("a practice address").script_pubkey(),
            due: view.due.expect("a price"),
            expires_at: view.expires_at,
            monitoring_ends_at: view.monitoring_ends_at,
        }
    }
}

impl Journal {
    /// Every request.
    pub fn requests(&self) -> Vec<Request> {
        self.0.lock().expect("no holder panics").requests.clone()
    }

    /// An answer that contradicts an earlier one, or a refusal.
    pub fn broken(&self) -> Option<String> {
        self.0.lock().expect("no holder panics").broken.first().cloned()
    }

    /// A new request.
    pub fn add(&self, request: Request) {
        self.0.lock().expect("no holder panics").requests.push(request);
    }

    /// Whoever would have answered is gone.
    pub fn forget_asked(&self) -> usize {
        let mut book = self.0.lock().expect("no holder panics");
        book.requests.iter_mut().map(|r| usize::from(std::mem::take(&mut r.asked))).sum()
    }

    /// Makes a request, the first time or again, and takes down its answer.
    pub async fn ask(self, number: usize, app: App, store: Store) {
        let request = {
            let mut book = self.0.lock().expect("no holder panics");
            book.requests[number].asked = true;
            book.requests[number].clone()
        };
        let made = request.make(&app, store).await;
        let mut book = self.0.lock().expect("no holder panics");
        book.requests[number].asked = false;
        match made {
            Err(error) => book.broken.push(format!("{} was refused: {error}", request.key)),
            Ok(view) => {
                let answer = Answer::of(&view);
                let before = book.requests[number].answer.replace(answer.clone());
                if before.is_some_and(|before| before != answer) {
                    book.broken.push(format!("INV-14: {} was answered otherwise before", request.key));
                }
                if answer.due != request.price {
                    book.broken.push(format!("INV-16: {} is due as {}", request.key, answer.due));
                }
                let same = book.requests.iter().filter_map(|r| r.answer.as_ref());
                if same.filter(|other| other.script == answer.script).count() > 1 {
                    book.broken.push(format!("INV-7: the address of {} was shown twice", request.key));
                }
            }
        }
    }
}
