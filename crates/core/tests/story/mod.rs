//! Stories: what happens to an invoice, in words a merchant could have said, played against the
//! real `step` with a chain of a few lines. `pay a 1000; wait 16m` reads as it runs.
//!
//! | word | what happens |
//! |---|---|
//! | `pay a 1000 [rbf]` | transaction `a` with 1000 sats is seen in the mempool |
//! | `pay a 4x250` | the same with four outputs of 250 sats each |
//! | `coinbase a 1000` | a block's own reward pays 1000 sats |
//! | `bump a b 900` | `b` with 900 sats replaces `a`: it spends the same input |
//! | `steal a` | the input of `a` is spent to somebody else |
//! | `mine [n]` | what is in the mempool goes into a block; n blocks in all |
//! | `unmine [n]` | the last n blocks are undone; what was in them is in the mempool again |
//! | `vanish a`, `return a` | `a` is nowhere; is in the mempool again |
//! | `refuse a` | the node does not take `a` again, its inputs being spent |
//! | `wait 15m` | time passes, the chain is followed |
//! | `sleep`, `wake` | the server is down in between |
//! | `mark complete`, `mark invalid` | the operator decides |
//! | `accept partial`, `accept over` | the merchant takes what came |
//! | `refund r 300`, `cancel r` | the merchant gives 300 sats back; does not after all |
//! | `exactly r 300` | the same as BitPay's document has it |
//! | `renew`, `renew 1200` | the buyer asks for a new price, or for more time; the price of the day is 1200 sats |
//! | `end` | the time for paying is ended before it is over |
//! | `give r`, `take r`, `fail r` | it is in a block, for a fee of 7 sats; not any more; never can be |

// Each test binary uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{Amount, BlockHash, OutPoint, ScriptBuf, Transaction, TxIn, Txid, absolute, transaction};
use specie_core::chain::{BlockRef, Conflict, Position, Receipt, Snapshot};
use specie_core::ids::RefundId;
use specie_core::invoice::{
    Adjustment, Asked, Event, Fact, Invoice, Mark, Moment, Outcome, Renewal, Speed, Step, Terms, fold, open,
    prove, step, told_of_refunds,
};
use specie_core::ledger::{Account, Posting};
use specie_core::quote::Tolerance;
use specie_core::time::Timestamp;

/// The hour at which every story begins.
pub const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// The height at which every story begins.
const START_HEIGHT: u32 = 100;
const MINUTE: i64 = 60;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Mempool,
    Block(u32),
    Nowhere,
    Replaced(Txid),
}

#[derive(Debug, Clone)]
struct Tx {
    name: char,
    outputs: u32,
    sats: u64,
    input: u8,
    rbf: bool,
    coinbase: bool,
    place: Place,
    first_seen: Option<Timestamp>,
    mined_at: Option<Timestamp>,
}

/// An invoice, its chain, and all that was heard of it.
#[derive(Debug, Clone)]
pub struct Story {
    pub invoice: Invoice,
    pub events: Vec<Event>,
    /// Each with how many events there were when it was written.
    pub postings: Vec<(usize, Posting)>,
    txs: Vec<Tx>,
    height: u32,
    branch: u8,
    now: Timestamp,
    synced_at: Timestamp,
    judged_at: Timestamp,
    asleep: bool,
}

impl Story {
    /// An invoice over 1000 sats with 15 minutes to pay and a day to confirm.
    pub fn new(speed: Speed) -> Self {
        Self::asking(Asked::exactly(Amount::from_sat(1000), Tolerance::default()), speed)
    }

    /// An invoice that asks for something else.
    pub fn asking(asked: Asked, speed: Speed) -> Self {
        let terms = Terms::new(
            asked,
            speed,
            Amount::from_sat(5000),
            START,
            START.plus_secs(15 * MINUTE),
            START.plus_secs(15 * MINUTE + 24 * 60 * MINUTE),
        );
        let opened = open(terms.expect("the terms are sound"));
        let mut story = Self {
            invoice: opened.invoice.clone(),
            events: vec![],
            postings: vec![],
            txs: vec![],
            height: START_HEIGHT,
            branch: 0,
            now: START,
            synced_at: START,
            judged_at: START,
            asleep: false,
        };
        story.take(opened);
        story
    }

    /// Plays `pay a 1000; mine; …`.
    pub fn play(mut self, words: &str) -> Self {
        for sentence in words.split(';').map(str::trim).filter(|s| !s.is_empty()) {
            self.sentence(sentence);
        }
        self
    }

    /// Status and flag: `paid`, `expired paidLate`.
    pub fn verdict(&self) -> String {
        let verdict = self.invoice.verdict();
        format!("{} {}", verdict.status().name(), verdict.flag().name()).trim().to_owned()
    }

    /// The statuses that were announced, in order.
    pub fn announced(&self) -> Vec<&'static str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::StatusChanged { to, .. } => Some(to.name()),
                Event::Marked { mark } => Some(mark.status().name()),
                _ => None,
            })
            .collect()
    }

    /// How many payments were announced as lost.
    pub fn losses(&self) -> usize {
        self.events.iter().filter(|e| matches!(e, Event::PaymentLost { .. })).count()
    }

    pub fn sentence(&mut self, sentence: &str) {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        match words.as_slice() {
            ["pay", name, sats] => self.appear(name, sats, None, false),
            ["pay", name, sats, "rbf"] => self.appear(name, sats, None, true),
            ["coinbase", name, sats] => {
                self.appear(name, sats, None, false);
                let tx = self.txs.last_mut().expect("just pushed");
                (tx.coinbase, tx.place) = (true, Place::Block(self.height + 1));
                self.mine(1);
            }
            ["bump", old, new, sats] => self.bump(old, new, sats),
            ["steal", name] => self.tx(name).place = Place::Replaced(txid(b'!')),
            ["mine"] => self.mine(1),
            ["mine", n] => self.mine(n.parse().expect("a number of blocks")),
            ["unmine"] => self.unmine(1),
            ["unmine", n] => self.unmine(n.parse().expect("a number of blocks")),
            ["vanish", name] => self.tx(name).place = Place::Nowhere,
            ["return", name] => self.tx(name).place = Place::Mempool,
            ["wait", time] => {
                let minutes: i64 = time.trim_end_matches('m').parse().expect("minutes");
                self.now = self.now.plus_secs(minutes * MINUTE);
            }
            ["sleep"] => self.asleep = true,
            ["wake"] => self.asleep = false,
            ["refuse", name] => {
                return self.step(&Fact::Refused(txid(name.as_bytes()[0])));
            }
            ["mark", "complete"] => return self.step(&Fact::Mark(Mark::Complete)),
            ["mark", "invalid"] => return self.step(&Fact::Mark(Mark::Invalid)),
            ["accept", "partial"] => return self.accept(Adjustment::Partial),
            ["accept", "over"] => return self.accept(Adjustment::Over),
            ["end"] => return self.step(&Fact::EndQuote { at: self.now }),
            ["renew"] => return self.renew(None),
            ["renew", sats] => return self.renew(Some(sats)),
            ["refund", name, sats] => return self.refund(name, sats, false),
            ["exactly", name, sats] => return self.refund(name, sats, true),
            ["cancel", name] => return self.step(&Fact::CancelRefund(refund_id(name))),
            ["give", name] => {
                let paid = Outcome::Paid { txid: txid(name.as_bytes()[0]), fee: Amount::from_sat(7) };
                return self.stands(name, paid);
            }
            ["take", name] => return self.stands(name, Outcome::Open),
            ["fail", name] => return self.stands(name, Outcome::Lost),
            other => panic!("no such sentence: {other:?}"),
        }
        self.sync();
    }

    /// What a chain source would say of the invoice's script now.
    pub fn snapshot(&mut self) -> Snapshot {
        let (now, synced_at, branch) = (self.now, self.synced_at, self.branch);
        let mut receipts = vec![];
        let mut conflicts = vec![];
        for tx in &mut self.txs {
            let txid = txid(tx.name as u8);
            let outpoints = (0..tx.outputs).map(|vout| OutPoint { txid, vout });
            let position = match tx.place {
                Place::Mempool => Position::Mempool,
                Place::Block(height) => Position::Block(block(height, branch)),
                Place::Nowhere => continue,
                Place::Replaced(by) => {
                    if tx.first_seen.is_some() {
                        conflicts.extend(outpoints.map(|outpoint| Conflict { outpoint, by, mined_at: None }));
                    }
                    continue;
                }
            };
            let met_in_block = tx.mined_at.map(|at| at.max(synced_at).min(now));
            let seen = match tx.place {
                Place::Block(_) => met_in_block.unwrap_or(now),
                _ => now,
            };
            let first_seen = *tx.first_seen.get_or_insert(seen);
            let raw_tx = raw_tx(tx);
            receipts.extend(outpoints.map(|outpoint| Receipt {
                outpoint,
                amount: Amount::from_sat(tx.sats),
                position,
                first_seen,
                replaceable: tx.rbf,
                coinbase: tx.coinbase,
                raw_tx: raw_tx.clone(),
                spent: None,
            }));
        }
        Snapshot { script: ScriptBuf::new(), receipts, conflicts }
    }

    pub fn moment(&self) -> Moment {
        Moment { synced_at: self.synced_at, tip_height: self.height }
    }

    /// Steps, and holds every law that holds after each step.
    pub fn step(&mut self, fact: &Fact) {
        let Ok(taken) = step(&self.invoice, fact, self.moment()) else { return };
        let again = step(&taken.invoice, fact, self.moment()).expect("what was taken once is taken twice");
        assert!(again.is_empty(&taken.invoice), "a second look changed something: {:?}", again.events);
        assert_eq!((again.events, again.postings), (vec![], vec![]), "a second look found something");
        let deadline = self.invoice.next_deadline(self.judged_at);
        assert!(
            deadline.is_none_or(|at| at > self.synced_at) || !taken.is_empty(&self.invoice),
            "a deadline passed and nothing came of it: {:?}",
            self.events
        );
        self.judged_at = self.synced_at;
        self.take(taken);

        let folded =
            fold(&self.events).unwrap_or_else(|i| panic!("event {i} does not follow: {:?}", self.events));
        let verdict = self.invoice.verdict();
        assert_eq!(
            (folded.status, folded.flag),
            (verdict.status(), verdict.flag()),
            "the log tells another verdict"
        );

        assert_eq!(
            (folded.received, folded.accepted),
            (self.invoice.received(), self.invoice.accepted().map(|accepted| accepted.amount)),
            "the log tells of other payments"
        );

        let terms = self.invoice.terms();
        let asked = folded.quoted.unwrap_or((terms.due(), terms.expires_at()));
        assert_eq!(
            (folded.requotes, folded.extended, asked),
            (self.invoice.requotes(), self.invoice.extended(), (terms.due(), terms.expires_at())),
            "the log tells of another quote"
        );

        let books = self.invoice.books();
        let sats = |amount: Amount| i128::from(amount.to_sat());
        let (booked, earned) = (sats(books.booked()), sats(books.earned()));
        let (returned, fees) = (sats(folded.returned.amount), sats(folded.returned.fees));
        let of_surplus = returned.min(booked - earned);
        let held = Account::ALL.map(|account| self.balance(account));
        assert_eq!(held.iter().sum::<i128>(), 0, "postings sum to zero");
        let expected =
            [booked - returned - fees, earned + of_surplus - booked, -earned, returned - of_surplus, fees];
        assert_eq!(held, expected, "the ledger holds the sale and what was given back");
        let stand: BTreeMap<_, _> = self.invoice.refunds().iter().map(|r| (r.id, r.standing)).collect();
        assert_eq!(told_of_refunds(&self.events), stand, "the log tells of other refunds");
        assert_eq!(folded.returned, self.invoice.returned(), "the log tells of other refunds");
        let proved = prove(self.invoice.terms(), &self.events, &self.postings);
        assert_eq!(proved, Ok((folded, books)), "the books follow from the log: {:?}", self.events);
        assert!(self.invoice.booked() <= self.invoice.received(), "nothing lost stays booked");
    }

    /// What the postings leave in an account, each looked at anew.
    pub fn balance(&self, account: Account) -> i128 {
        let moved = self.postings.iter().map(|(_, posting)| {
            let (from, to) = posting.kind.accounts();
            let sats = i128::from(posting.amount.to_sat());
            sats * (i128::from(to == account) - i128::from(from == account))
        });
        moved.sum()
    }

    fn accept(&mut self, adjustment: Adjustment) {
        self.step(&Fact::Accept { adjustment, at: self.now });
    }

    /// The terms of a renewal now, at this price of the day, for 15 minutes, and a day to confirm.
    pub fn renewed(&self, sats: Option<&str>) -> Terms {
        let terms = self.invoice.terms();
        let anew = |sats: &str| {
            Asked::exactly(Amount::from_sat(sats.parse().expect("an amount")), Tolerance::default())
        };
        let priced = sats.filter(|_| self.invoice.renewal(self.now) == Ok(Renewal::NewPrice));
        let expires_at = self.now.plus_secs(15 * MINUTE);
        let monitored = expires_at.plus_secs(24 * 60 * MINUTE).max(terms.monitoring_ends_at());
        terms.requoted(priced.map_or(terms.asked(), anew), expires_at, monitored).expect("sound terms")
    }

    /// Now, by the clock.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    fn renew(&mut self, sats: Option<&str>) {
        self.step(&Fact::Requote { terms: self.renewed(sats), at: self.now });
    }

    fn refund(&mut self, name: &str, sats: &str, exact: bool) {
        let amount = Amount::from_sat(sats.parse().expect("an amount"));
        let before = self.invoice.committed();
        self.step(&Fact::Refund { id: refund_id(name), amount, exact });
        let invoice = &self.invoice;
        let there: Amount =
            invoice.payments().iter().filter(|p| p.is_live() && p.six_deep).map(|p| p.amount).sum();
        let committed = invoice.committed();
        assert!(committed == before || committed <= there, "more is given back than came");
    }

    fn stands(&mut self, name: &str, outcome: Outcome) {
        self.step(&Fact::RefundStands { id: refund_id(name), outcome });
    }

    fn take(&mut self, step: Step) {
        assert!(step.postings.is_empty() || !step.events.is_empty(), "what is booked has a cause");
        self.invoice = step.invoice;
        self.events.extend(step.events);
        let events = self.events.len();
        self.postings.extend(step.postings.into_iter().map(|posting| (events, posting)));
    }

    fn sync(&mut self) {
        if self.asleep {
            return;
        }
        let snapshot = self.snapshot();
        self.synced_at = self.now;
        self.step(&Fact::Chain(snapshot));
    }

    fn appear(&mut self, name: &str, sats: &str, input: Option<u8>, rbf: bool) {
        let name = name.chars().next().expect("a name");
        let (outputs, sats) = sats.split_once('x').unwrap_or(("1", sats));
        self.txs.retain(|tx| tx.name != name);
        self.txs.push(Tx {
            name,
            outputs: outputs.parse().expect("a number of outputs"),
            sats: sats.parse().expect("an amount"),
            input: input.unwrap_or((name as u8) | 0x80),
            rbf,
            coinbase: false,
            place: Place::Mempool,
            first_seen: None,
            mined_at: None,
        });
    }

    fn bump(&mut self, old: &str, new: &str, sats: &str) {
        let by = txid(new.as_bytes()[0]);
        let input = self.tx(old).input;
        self.tx(old).place = Place::Replaced(by);
        self.appear(new, sats, Some(input), true);
    }

    fn mine(&mut self, blocks: u32) {
        let (height, now) = (self.height + 1, self.now);
        for tx in self.txs.iter_mut().filter(|tx| tx.place == Place::Mempool) {
            tx.place = Place::Block(height);
            tx.mined_at = Some(now);
        }
        self.height += blocks;
    }

    fn unmine(&mut self, blocks: u32) {
        self.height -= blocks;
        let height = self.height;
        self.branch += 1;
        for tx in &mut self.txs {
            if matches!(tx.place, Place::Block(at) if at > height) {
                tx.place = Place::Mempool;
            }
        }
    }

    fn tx(&mut self, name: &str) -> &mut Tx {
        self.txs.iter_mut().find(|tx| name.starts_with(tx.name)).expect("a transaction of that name")
    }
}

pub fn refund_id(name: &str) -> RefundId {
    RefundId::from_bytes([name.as_bytes()[0]; 16])
}

fn txid(seed: u8) -> Txid {
    Txid::from_raw_hash(sha256d::Hash::hash(&[seed]))
}

/// What of a transaction matters to an invoice: the output that it spends.
fn raw_tx(tx: &Tx) -> Arc<Transaction> {
    let spent = OutPoint { txid: txid(tx.input), vout: 7 };
    let previous_output = if tx.coinbase { OutPoint::null() } else { spent };
    Arc::new(Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn { previous_output, ..TxIn::default() }],
        output: vec![],
    })
}

fn block(height: u32, branch: u8) -> BlockRef {
    let hash = BlockHash::from_raw_hash(sha256d::Hash::hash(&[height as u8, branch]));
    BlockRef { height, hash }
}
