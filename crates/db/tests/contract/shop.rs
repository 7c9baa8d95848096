//! A merchant with a wallet and a store, who makes invoices and follows a chain of a few lines:
//! the world of these tests.

use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::transaction::Version;
use bitcoin::{Amount, BlockHash, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid};
use specie_core::chain::{BlockRef, Conflict, Position, Receipt, Snapshot};
use specie_core::coin::changed;
use specie_core::ids::{DeliveryId, InvoiceId, RefundId, SpendId, StoreId, UserId, WalletId, WebhookId};
use specie_core::invoice::{
    Asked, Event, Fact, Invoice, Moment, Notice, Order, Refund, RefundStanding, Speed, Terms, open, step,
};
use specie_core::quote::{Rate, Tolerance};
use specie_core::script::Keychain;
use specie_core::time::Timestamp;
use specie_db::deliveries::{Delivery, Form, State};
use specie_db::invoices::{InvoiceRecord, OnChain};
use specie_db::refunds::{Destination, NewRefund};
use specie_db::scripts::Issued;
use specie_db::spends::NewSpend;
use specie_db::stores::{Settings, Store};
use specie_db::users::User;
use specie_db::wallets::Wallet;
use specie_db::webhooks::Webhook;
use specie_db::{
    Db, DbError, Tx, coins, deliveries, events, invoices, postings, refunds, scripts, spends, stores, users,
    wallets,
};

use crate::Engine;

/// When every test begins.
pub const START: Timestamp = Timestamp::from_secs(1_700_000_000);
/// When an invoice made at the start expires.
pub const EXPIRY: Timestamp = START.plus_secs(15 * 60);
/// When it is given up.
pub const GIVEN_UP: Timestamp = EXPIRY.plus_secs(24 * 60 * 60);
/// The height at which every test begins.
pub const HEIGHT: u32 = 100;
/// The network of the store.
pub const REGTEST: &str = "regtest";

/// No numbers at all.
pub const NONE: [u8; 0] = [];

/// A merchant, ready to sell.
pub struct Shop {
    pub db: Db,
    pub user: User,
    pub wallet: Wallet,
    pub store: Store,
}

/// A step that was stored.
pub struct Settled {
    pub invoice: Invoice,
    pub events: Vec<Event>,
}

/// What differs between the invoices of a test.
#[derive(Clone)]
pub struct Draft {
    pub asked: Asked,
    pub speed: Speed,
    pub created_at: Timestamp,
    pub order: Order,
}

impl Default for Draft {
    /// 1000 sats at medium speed.
    fn default() -> Self {
        Self {
            asked: Asked::exactly(Amount::from_sat(1000), Tolerance::default()),
            speed: Speed::Medium,
            created_at: START,
            order: Order::default(),
        }
    }
}

impl Draft {
    /// The same for another order id.
    pub fn order_id(mut self, id: &str) -> Self {
        self.order.order_id = Some(id.to_owned());
        self
    }

    /// The same for another item code.
    pub fn item_code(mut self, code: &str) -> Self {
        self.order.item_code = Some(code.to_owned());
        self
    }

    /// The same so many seconds after the start.
    pub fn after(mut self, secs: i64) -> Self {
        self.created_at = START.plus_secs(secs);
        self
    }
}

/// The 16 bytes of the n-th id.
pub fn bytes(n: u8) -> [u8; 16] {
    [n; 16]
}

pub fn invoice_id(n: u8) -> InvoiceId {
    InvoiceId::from_bytes(bytes(n))
}

pub fn spend_id(n: u8) -> SpendId {
    SpendId::from_bytes(bytes(n))
}

pub fn refund_id(n: u8) -> RefundId {
    RefundId::from_bytes(bytes(n))
}

/// The script of the n-th invoice.
pub fn script(n: u8) -> ScriptBuf {
    ScriptBuf::from_bytes([vec![0x00, 0x14], vec![n; 20]].concat())
}

pub fn user(n: u8, email: &str) -> User {
    User {
        id: UserId::from_bytes(bytes(n)),
        email: email.to_owned(),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        administrator: false,
        created_at: START,
    }
}

pub fn wallet(n: u8, network: &str, identity: &str) -> Wallet {
    Wallet {
        id: WalletId::from_bytes(bytes(n)),
        network: network.to_owned(),
        identity: identity.to_owned(),
        descriptor: format!("{identity} with origins"),
        next_index: 0,
        next_change: 0,
        created_at: START,
    }
}

impl Shop {
    /// Opens the database, and a store of one user with one wallet in it.
    pub async fn open(engine: &impl Engine) -> Self {
        let db = engine.open().expect("an empty database opens");
        let user = user(1, "merchant@example.com");
        let wallet = wallet(1, REGTEST, "wpkh(one)");
        let store = Store {
            id: StoreId::from_bytes(bytes(1)),
            number: 1,
            owner_id: user.id,
            name: "Corner shop".to_owned(),
            network: REGTEST.to_owned(),
            wallet_id: Some(wallet.id),
            currency: "EUR".parse().unwrap(),
            settings: Settings::default(),
            created_at: START,
        };
        let rows = (user.clone(), wallet.clone(), store.clone());
        db.write("open_shop", move |tx| {
            users::insert(tx, &rows.0)?;
            wallets::insert(tx, &rows.1)?;
            stores::insert(tx, &rows.2)
        })
        .await
        .unwrap();
        Self { db, user, wallet, store }
    }

    /// The n-th invoice of this draft, not stored yet, with the events of its birth.
    pub fn draft(&self, n: u8, draft: Draft) -> (InvoiceRecord, Vec<Event>) {
        let expires_at = draft.created_at.plus_secs(15 * 60);
        let terms = Terms::new(
            draft.asked,
            draft.speed,
            Amount::from_sat(5000),
            draft.created_at,
            expires_at,
            expires_at.plus_secs(24 * 60 * 60),
        );
        let opened = open(terms.expect("the terms are sound"));
        let currency = "USD".parse().unwrap();
        let quoted = matches!(draft.asked, Asked::Exactly { .. });
        let record = InvoiceRecord {
            id: invoice_id(n),
            number: 0,
            store_id: self.store.id,
            network: self.store.network.clone(),
            price: (draft.asked != Asked::Anything).then(|| "0.40".parse().unwrap()),
            currency,
            rate: quoted.then(|| Rate {
                currency,
                per_btc: "40000.00".parse().unwrap(),
                source: "fixed".to_owned(),
                observed_at: START,
            }),
            on_chain: (draft.asked != Asked::Nothing)
                .then(|| OnChain { wallet_id: self.wallet.id, script: script(n) }),
            order: draft.order,
            event_count: i64::try_from(opened.events.len()).unwrap(),
            archived: false,
            invoice: opened.invoice,
        };
        (record, opened.events)
    }

    /// Makes and stores the n-th invoice.
    pub async fn sell(&self, n: u8, draft: Draft) -> InvoiceRecord {
        let (record, events) = self.draft(n, draft);
        let stored = record.clone();
        let number = self.db.write("sell", move |tx| insert(tx, &stored, &events)).await.unwrap();
        InvoiceRecord { number, ..record }
    }

    /// The invoice as it is stored.
    pub async fn find(&self, n: u8) -> InvoiceRecord {
        self.db.read(move |r| invoices::find(r, invoice_id(n))).await.unwrap().expect("it was made")
    }

    /// Takes a fact of the n-th invoice in, and stores what follows.
    pub async fn settle(&self, n: u8, fact: Fact, synced_at: Timestamp, tip_height: u32) -> Settled {
        let moment = Moment { synced_at, tip_height };
        self.db.write("settle", move |tx| settle(tx, invoice_id(n), &fact, moment)).await.unwrap()
    }

    /// What a chain says of the n-th invoice's script, taken in.
    pub async fn see(&self, n: u8, receipts: Vec<Receipt>) -> Settled {
        let fact = Fact::Chain(Snapshot { script: script(n), receipts, conflicts: vec![] });
        self.settle(n, fact, START.plus_secs(60), HEIGHT).await
    }

    /// What a chain says of the n-th invoice's script, taken into its coins.
    pub async fn note_coins(&self, n: u8, receipts: Vec<Receipt>) {
        let snapshot = Snapshot { script: script(n), receipts, conflicts: vec![] };
        self.db
            .write("note_coins", move |tx| {
                let issued = scripts::issued(tx, REGTEST, &script(n))?.expect("it was issued");
                let changed = changed(&coins::of_script(tx, issued)?, &snapshot);
                coins::save(tx, REGTEST, issued, &changed, &snapshot)
            })
            .await
            .unwrap();
    }

    /// The transaction of that number, signed, pays the refund of that number from the first coin.
    pub async fn build(&self, n: u8, refund: u8) -> NewSpend {
        let wallet = self.wallet.id;
        let coins = self.db.read(move |r| coins::unspent(r, wallet)).await.unwrap();
        let spends = coins[0].coin.outpoint;
        let unsigned = Transaction {
            version: Version::TWO,
            lock_time: LockTime::from_consensus(u32::from(n)),
            input: vec![TxIn { previous_output: spends, ..TxIn::default() }],
            output: vec![TxOut { value: Amount::from_sat(300), script_pubkey: script(77) }],
        };
        let new = NewSpend {
            id: spend_id(n),
            store_id: self.store.id,
            wallet_id: wallet,
            network: REGTEST.to_owned(),
            replaces: None,
            psbt: Psbt::from_unsigned_tx(unsigned.clone()).expect("it is unsigned"),
            fee: Amount::from_sat(7),
            shares: vec![(refund_id(refund), Amount::from_sat(7))],
            created_at: START.plus_secs(i64::from(n)),
        };
        let stored = new.clone();
        self.db
            .write("build", move |tx| {
                spends::insert(tx, &stored)?;
                refunds::set_spend(tx, refund_id(refund), stored.id, spends)?;
                coins::keep(tx, REGTEST, spends, Some(stored.id))?;
                let locked = spends::lock(tx, stored.id)?.expect("it was built");
                spends::sign(tx, &locked, &stored.psbt, Some((&unsigned, START)))
            })
            .await
            .unwrap();
        new
    }

    /// So much of the n-th invoice is to be given back, by the refund of that number.
    pub async fn give_back(&self, n: u8, refund: u8, sats: u64) {
        let new = self.refund(n, refund, sats);
        self.db
            .write("give_back", move |tx| {
                refunds::insert(tx, &new)?;
                let fact = Fact::Refund { id: new.refund.id, amount: new.refund.amount, exact: false };
                let moment = Moment { synced_at: START.plus_secs(125), tip_height: HEIGHT };
                settle(tx, invoice_id(n), &fact, moment)
            })
            .await
            .unwrap();
    }

    /// A refund of the n-th invoice, its first one.
    pub fn refund(&self, n: u8, refund: u8, sats: u64) -> NewRefund {
        NewRefund {
            invoice_id: invoice_id(n),
            store_id: self.store.id,
            refund: Refund {
                id: refund_id(refund),
                amount: Amount::from_sat(sats),
                standing: RefundStanding::Pending,
            },
            seq: 0,
            asked: "0.12".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            guid: Some(format!("guid {refund}")),
            destination: Destination {
                script: None,
                claim: Some([refund; 32]),
                claim_generation: 0,
                claim_ends_at: Some(START.plus_secs(999)),
            },
            created_at: START.plus_secs(i64::from(refund)),
        }
    }

    /// A payment of the n-th invoice is replaced by another transaction.
    pub async fn replace(&self, n: u8, lost: &Receipt, by: Txid) -> Settled {
        let conflicts = vec![Conflict { outpoint: lost.outpoint, by, mined_at: None }];
        let fact = Fact::Chain(Snapshot { script: script(n), receipts: vec![], conflicts });
        self.settle(n, fact, START.plus_secs(120), HEIGHT).await
    }
}

/// What making an invoice writes. Returns its number.
pub fn insert(tx: &mut Tx<'_>, record: &InvoiceRecord, born: &[Event]) -> Result<i64, DbError> {
    let number = invoices::insert(tx, record)?;
    events::append(tx, record.id, 0, born, record.invoice.terms().created_at())?;
    let Some(on_chain) = &record.on_chain else { return Ok(number) };
    let wallet = wallets::lock(tx, on_chain.wallet_id)?.expect("the wallet is known");
    let index = wallets::take_index(tx, wallet)?;
    let (keychain, invoice_id) = (Keychain::External, Some(record.id));
    let issued = Issued { wallet_id: on_chain.wallet_id, keychain, index, invoice_id };
    scripts::insert(tx, &record.network, &on_chain.script, issued)?;
    Ok(number)
}

/// What settling an invoice writes.
pub fn settle(tx: &mut Tx<'_>, id: InvoiceId, fact: &Fact, moment: Moment) -> Result<Settled, DbError> {
    let locked = invoices::lock(tx, id)?.expect("it was made");
    let taken = step(&locked.invoice, fact, moment).expect("the fact can be taken");
    invoices::update(tx, &locked, &taken.invoice, taken.events.len(), moment.synced_at)?;
    events::append(tx, id, locked.event_count, &taken.events, moment.synced_at)?;
    let event_count = locked.event_count + i64::try_from(taken.events.len()).unwrap();
    let cause = postings::Cause { store: locked.store_id, invoice: id, event_count, at: moment.synced_at };
    postings::append(tx, &cause, &taken.postings)?;
    Ok(Settled { invoice: taken.invoice, events: taken.events })
}

pub fn txid(name: &str) -> Txid {
    Txid::from_raw_hash(sha256d::Hash::hash(name.as_bytes()))
}

/// A block of a height, the same each time.
pub fn block(height: u32) -> BlockRef {
    BlockRef { height, hash: BlockHash::from_raw_hash(sha256d::Hash::hash(&height.to_be_bytes())) }
}

/// A payment of the n-th invoice in the mempool, spending an input of its own.
pub fn receipt(n: u8, name: &str, sats: u64) -> Receipt {
    let input = OutPoint { txid: txid(&format!("input of {name}")), vout: 7 };
    let raw_tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: input,
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            ..TxIn::default()
        }],
        output: vec![
            TxOut { value: Amount::from_sat(sats / 2), script_pubkey: ScriptBuf::new() },
            TxOut { value: Amount::from_sat(sats), script_pubkey: script(n) },
        ],
    };
    Receipt {
        outpoint: OutPoint { txid: raw_tx.compute_txid(), vout: 1 },
        amount: Amount::from_sat(sats),
        position: Position::Mempool,
        first_seen: START.plus_secs(30),
        replaceable: true,
        coinbase: false,
        raw_tx: raw_tx.into(),
        spent: None,
    }
}

/// The same, first seen at another time.
pub fn seen_at(mut receipt: Receipt, at: Timestamp) -> Receipt {
    receipt.first_seen = at;
    receipt
}

/// The same in a block.
pub fn mined(mut receipt: Receipt, height: u32) -> Receipt {
    receipt.position = Position::Block(block(height));
    receipt
}

/// The n-th delivery, about an invoice.
pub fn delivery(n: u8, invoice: InvoiceId, endpoint: &str) -> Delivery {
    Delivery {
        id: DeliveryId::from_bytes(bytes(n)),
        store_id: StoreId::from_bytes(bytes(1)),
        invoice_id: Some(invoice),
        webhook_id: None,
        endpoint: endpoint.to_owned(),
        url: format!("{endpoint}/ipn?shop=1"),
        form: Form::Plain,
        notice: Some(Notice::Confirmed),
        snapshot: r#"{"status":"confirmed"}"#.to_owned(),
        state: State::Pending,
        attempts: 0,
        created_at: START,
        next_at: START,
        resent_at: None,
        in_line: true,
    }
}

/// The n-th webhook of a store. The database gives it another number.
pub fn webhook(n: u8, store: StoreId) -> Webhook {
    Webhook {
        id: WebhookId::from_bytes(bytes(n)),
        number: 0,
        store_id: store,
        url: format!("https://shop.example/hook/{n}"),
        events: None,
        switched_on: true,
        generation: 0,
        previous_until: None,
        created_at: START,
        asked_at: None,
    }
}

/// Writes deliveries, in this order.
pub async fn announce(db: &Db, all: Vec<Delivery>) {
    db.write("announce", move |tx| all.iter().try_for_each(|d| deliveries::insert(tx, d))).await.unwrap();
}

/// Whether an error says that a key is taken.
pub fn is_duplicate<T>(result: &Result<T, DbError>) -> bool {
    matches!(result, Err(DbError::Duplicate { .. }))
}
