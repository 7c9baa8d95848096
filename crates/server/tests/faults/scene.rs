//! A chain, a server that follows it, and sales; and what is compared at the end. The comparison is
//! with the reference, which reads the whole chain anew and shares no code with the server.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Address, Amount, Denomination, ScriptBuf, Txid};
use serde_json::{Value, json};
use specie_chain::Reorg;
use specie_testkit::receiver::Receiver;
use specie_testkit::reference::{Deal, Paid, Past, scan, verdict};
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::aging;
use super::world::{Chain, Sale, World};

/// The time for paying, the time for watching what is unconfirmed, and a second.
const WHOLE_LIFE: i64 = (15 * 60 + 24 * 60 * 60 + 1) * 1000;

/// The notice that a confirmed payment came to nothing.
pub const FAILED_TO_CONFIRM: u16 = 1013;

/// What the server does while the fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    Running,
    Stopped,
}

/// What is shown of a sale, or should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub status: String,
    pub exception: String,
    /// Satoshis that count.
    pub paid: u64,
    /// Outpoint, satoshis and confirmations of each payment.
    pub payments: BTreeSet<(String, u64, u64)>,
}

pub struct Scene<W> {
    pub world: W,
    pub server: Server,
    pub meanwhile: Meanwhile,
    shop: Shop,
    receiver: Receiver,
    sales: Vec<Sale>,
    confirmed: BTreeSet<String>,
    /// The life of every sale is over.
    over: bool,
}

impl<W: Chain> Scene<W> {
    pub fn open(meanwhile: Meanwhile) -> Self {
        let (world, server, store) = W::open();
        let shop = Shop::paired(&server, &store, "shop");
        Self {
            world,
            server,
            meanwhile,
            shop,
            receiver: Receiver::start(),
            sales: Vec::new(),
            confirmed: BTreeSet::new(),
            over: false,
        }
    }

    /// Lets a fault happen, while the server runs or while it is stopped.
    pub fn fault<T>(&mut self, happen: impl FnOnce(&mut W, &Server) -> T) -> T {
        if self.meanwhile == Meanwhile::Stopped {
            self.kill();
        }
        let happened = happen(&mut self.world, &self.server);
        if self.meanwhile == Meanwhile::Stopped {
            self.server.restart();
        }
        happened
    }

    /// Kills the server, between two notifications: one that is under way would be sent again, and
    /// what comes after it told, when its lease is over in a minute.
    fn kill(&mut self) {
        self.until_all_is_told();
        self.server.kill();
    }

    fn until_all_is_told(&self) {
        let mut sql = self.server.sql();
        let pending = "SELECT next_at FROM deliveries WHERE state = 'pending'";
        until("everything being told", || sql.query(pending, &[]).is_empty().then_some(()));
    }

    /// Stops the server and starts it again when the life of every sale is over.
    pub fn outlive(&mut self, meanwhile: impl FnOnce(&mut W, &Server)) {
        self.kill();
        meanwhile(&mut self.world, &self.server);
        for sale in &self.sales {
            aging::age(&self.server, &sale.id, WHOLE_LIFE);
        }
        self.over = true;
        self.server.restart();
    }

    pub fn sale(&mut self) -> Sale {
        let made = self.shop.invoice(&json!({
            "price": 20, "currency": "USD", "extendedNotifications": true,
            "notificationURL": self.receiver.url("/ipn"),
        }));
        let text = |key: &str| made[key].as_str().unwrap().to_owned();
        let address: Address<_> = text("bitcoinAddress").parse().unwrap();
        let sale = Sale {
            id: text("id"),
            script: address.assume_checked().script_pubkey(),
            due: Amount::from_str_in(&text("btcPrice"), Denomination::Bitcoin).unwrap(),
        };
        self.sales.push(sale.clone());
        sale
    }

    pub fn shown(&mut self, sale: &Sale) -> Shown {
        let invoice = self.shop.read(&sale.id);
        let payments = invoice["transactions"].as_array().unwrap().iter().map(|payment| {
            let outpoint = format!("{}:{}", payment["txid"].as_str().unwrap(), payment["outputIndex"]);
            (outpoint, payment["amount"].as_u64().unwrap(), payment["confirmations"].as_u64().unwrap())
        });
        let shown = Shown {
            status: invoice["status"].as_str().unwrap().to_owned(),
            exception: invoice["exceptionStatus"].as_str().unwrap_or_default().to_owned(),
            paid: invoice["amountPaid"].as_u64().unwrap(),
            payments: payments.collect(),
        };
        if matches!(&*shown.status, "confirmed" | "complete") {
            self.confirmed.insert(sale.id.clone());
        }
        shown
    }

    /// Waits until a sale has a status.
    pub fn until(&mut self, sale: &Sale, status: &str) -> Shown {
        until(&format!("a sale that is {status}"), || {
            Some(self.shown(sale)).filter(|shown| shown.status == status)
        })
    }

    /// Waits until the one payment of a sale has so many confirmations.
    pub fn until_deep(&mut self, sale: &Sale, depth: u32) -> Shown {
        until(&format!("a payment with {depth} confirmations"), || {
            let shown = self.shown(sale);
            let confirmations: Vec<u64> = shown.payments.iter().map(|payment| payment.2).collect();
            (confirmations == [u64::from(depth)]).then_some(shown)
        })
    }

    /// Waits until the node has a transaction in its mempool: the server brought it back.
    pub fn until_back(&self, txid: Txid) {
        until("a payment that was broadcast again", || {
            let (_, mempool) = self.world.read(&self.server);
            mempool.iter().any(|tx| tx.compute_txid() == txid).then_some(())
        });
    }

    /// Waits until the shop has heard a notice of a sale.
    pub fn until_told(&self, sale: &Sale, code: u16) {
        until(&format!("notice {code}"), || {
            let told = |body: &Value| body["event"]["code"] == code && body["data"]["id"] == sale.id.as_str();
            self.receiver.bodies().iter().any(told).then_some(())
        });
    }

    /// What `specie status` says of the chain.
    pub fn status(&self) -> Value {
        let ran = self.server.try_run(&["status"], "");
        let status: Value = serde_json::from_str(&ran.stdout).unwrap();
        let chains = status["chains"].as_array().unwrap();
        chains.iter().find(|chain| chain["network"] == W::NETWORK).unwrap().clone()
    }

    /// Waits until the server says that the chain cannot be followed, and why.
    pub fn until_trouble(&self, words: &str) {
        until(words, || self.status()["trouble"].as_str().filter(|t| t.contains(words)).map(drop));
    }

    /// Waits until the server has followed the chain as it is now.
    pub fn until_followed(&self) {
        let (blocks, _) = self.world.read(&self.server);
        let tip = blocks.last().unwrap().block_hash().to_string();
        until("the chain being followed", || {
            let chain = self.status();
            (chain["tip"] == tip.as_str() && chain["trouble"].is_null()).then_some(())
        });
    }

    /// Waits until the server knows of a payment that it is nowhere.
    pub fn until_missing(&self) {
        let mut sql = self.server.sql();
        let missing = "SELECT amount FROM payments WHERE standing = 'missing'";
        until("a missing payment", || (!sql.query(missing, &[]).is_empty()).then_some(()));
    }

    /// Waits until no payment is nowhere: each was taken back, or lost.
    pub fn until_nothing_is_missing(&self) {
        let mut sql = self.server.sql();
        let missing = "SELECT amount FROM payments WHERE standing = 'missing'";
        until("nothing missing", || sql.query(missing, &[]).is_empty().then_some(()));
    }

    /// What the reference says of a sale.
    fn reference(&self, sale: &Sale, found: &BTreeMap<ScriptBuf, Vec<Paid>>) -> Shown {
        let paid = found.get(&sale.script).map_or(&[][..], Vec::as_slice);
        let total = paid.iter().map(|paid| paid.sats).sum();
        let due = sale.due.to_sat();
        let deal = Deal { due, min_due: due, confirmations: 1 };
        let ever_confirmed = self.confirmed.contains(&sale.id);
        // Everything here is paid in time.
        let past = Past { expired: self.over, given_up: self.over, ever_confirmed, in_time: total };
        let (status, exception) = verdict(paid, deal, past);
        let payments =
            paid.iter().map(|paid| (paid.outpoint.to_string(), paid.sats, u64::from(paid.confirmations)));
        Shown {
            status: status.to_owned(),
            exception: exception.to_owned(),
            paid: total,
            payments: payments.collect(),
        }
    }

    /// Waits until every sale is shown as the reference says, and returns what that is.
    pub fn agree(&mut self) -> Vec<Shown> {
        let sales = self.sales.clone();
        let mut differs = None;
        until("agreement with the reference", || {
            let shown: Vec<Shown> = sales.iter().map(|sale| self.shown(sale)).collect();
            let (blocks, mempool) = self.world.read(&self.server);
            let found = scan(&blocks, &mempool);
            let expected: Vec<Shown> = sales.iter().map(|sale| self.reference(sale, &found)).collect();
            if shown != expected && differs.as_ref() != Some(&shown) {
                eprintln!("shown    {shown:#?}\nexpected {expected:#?}");
            }
            differs = Some(shown.clone());
            (shown == expected).then_some(shown)
        })
    }

    /// The end: what was shown last is what the chain says when nothing moves any more, every output
    /// counts once, and the books are sound.
    pub fn close(mut self) {
        let shown = self.agree();
        self.until_all_is_told();
        assert_eq!(self.server.stop(), 0);
        let (blocks, mempool) = self.world.read(&self.server);
        let found = scan(&blocks, &mempool);
        let expected: Vec<Shown> = self.sales.iter().map(|sale| self.reference(sale, &found)).collect();
        assert_eq!(shown, expected);
        let counted = "SELECT amount FROM payments WHERE standing <> 'lost'";
        let mut sql = self.server.sql();
        let counted: Vec<i64> = sql.query(counted, &[]).iter().map(|row| row.integer(0)).collect();
        let outputs: usize = shown.iter().map(|shown| shown.payments.len()).sum();
        assert_eq!(counted.len(), outputs, "every output counts once");
        let sats: u64 = shown.iter().map(|shown| shown.paid).sum();
        assert_eq!(counted.iter().sum::<i64>(), i64::try_from(sats).unwrap());
        drop(sql);
        assert_eq!(self.server.run(&["verify"])["sound"], true);
        self.no_false_alarm(&shown);
    }

    /// What is lost in the end was told as lost, and nothing else: a payment that only moved is no news
    /// to a shop.
    fn no_false_alarm(&self, shown: &[Shown]) {
        let mut alarms = BTreeSet::new();
        for body in self.receiver.bodies() {
            if body["event"]["code"] == FAILED_TO_CONFIRM {
                alarms.insert(body["data"]["id"].as_str().unwrap().to_owned());
            }
        }
        let lost = self.sales.iter().zip(shown).filter(|(_, shown)| shown.status == "invalid");
        assert_eq!(alarms, lost.map(|(sale, _)| sale.id.clone()).collect());
    }
}

/// The status of a sale whose payment is so deep in the chain.
pub fn settled(depth: u32) -> &'static str {
    if depth < 6 { "confirmed" } else { "complete" }
}

impl<W: World> Scene<W> {
    /// A sale that is paid in the mempool, which the server has seen.
    pub fn paid(&mut self) -> (Sale, Txid) {
        let sale = self.sale();
        let txid = self.world.pay(&self.server, &sale, sale.due);
        self.until(&sale, "paid");
        (sale, txid)
    }

    /// A sale whose payment is so deep in the chain, and which is settled as of there: how deep is shown before.
    pub fn deep(&mut self, depth: u32) -> (Sale, Txid) {
        let (sale, txid) = self.paid();
        self.mine(depth);
        self.until_deep(&sale, depth);
        self.until(&sale, settled(depth));
        (sale, txid)
    }

    pub fn mine(&mut self, blocks: u32) {
        self.world.mine(&self.server, blocks);
    }

    pub fn reorg(&mut self, depth: u32, fate: Reorg) {
        self.fault(|world, server| world.reorg(server, depth, fate));
    }
}
