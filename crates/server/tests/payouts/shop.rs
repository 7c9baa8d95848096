//! A merchant with a practice store, and the chain that its coins are on: the world of these tests. The
//! application and the worker that follows the chain are the real ones; the chain is in this process's hand.

use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint, Psbt, ScriptBuf, Transaction, TxOut};
use specie::app::view::{RefundState, RefundView, SpendView, Store};
use specie::app::{App, AppError, AskRefund, FeeChoice, Network, NewStore, Parts, RefundAmount, Settings};
use specie::clock::Clock;
use specie::notify::guard::AddressPolicy;
use specie::secret::{Password, ServerKey};
use specie::worker::{self, HandedOver};
use specie_chain::{ChainSource, PayOptions, Reorg, Sandbox};
use specie_core::chain::Broadcast;
use specie_core::ids::{InvoiceId, RefundId, SpendId};
use specie_core::invoice::{NewInvoice, Order};
use specie_core::money::Currency;
use specie_db::{Db, Durability};
use specie_testkit::engine::Engine;
use specie_testkit::postgres::Database;
use specie_testkit::sql::{Sql, Value};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const NETWORK: &str = Network::SANDBOX.name;

/// The merchant's fee: what the practice chain says of an hour.
pub const USUAL: FeeChoice = FeeChoice { rate: None, whatever_it_takes: false };

/// Where the database is.
enum Place {
    Folder(TempDir),
    Server(Database),
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite:{}", folder.path().join("specie.db").display()),
            Self::Server(database) => database.url().to_owned(),
        }
    }
}

struct Process {
    app: App,
    following: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Process {
    async fn start(place: &Place, sandbox: &Sandbox) -> Self {
        let db = Db::open(&place.url(), Durability::Full, Clock::system().now()).expect("the database opens");
        let source = ChainSource::Sandbox(sandbox.another_reader());
        let hints = worker::Hints::new(vec![(NETWORK, source.clone())], AddressPolicy::default());
        let parts = Parts {
            db,
            clock: Clock::system(),
            key: ServerKey::from_bytes([7; 32]),
            networks: vec![Network::SANDBOX],
            public_url: "https://pay.example".to_owned(),
            feeds: Vec::new(),
            outside: Box::new(hints.clone()),
        };
        let app = App::new(parts).await.expect("the application starts");
        app.fees_said(NETWORK, source.fees().await.expect("the practice chain says fees"));
        let first = worker::take_over(&app, NETWORK, &source).await.expect("the chain is there");
        let handed_over = HandedOver::default();
        *handed_over.lock().expect("no holder panics") = first;
        let (stop, stopped) = watch::channel(false);
        let signed = hints.signed_on(NETWORK);
        let follow = worker::follow(app.clone(), NETWORK, source, handed_over, signed, stopped);
        Self { app, following: tokio::spawn(follow), stop }
    }

    async fn end(self) {
        self.stop.send(true).expect("it runs");
        self.following.await.expect("it does not panic");
        self.app.close().await;
    }
}

/// The merchant.
pub struct Shop {
    process: Option<Process>,
    place: Place,
    pub sandbox: Sandbox,
    pub store: Store,
}

impl Shop {
    pub async fn open() -> Self {
        let place = match Engine::of_this_test() {
            Engine::Sqlite => Place::Folder(tempfile::tempdir().expect("a folder")),
            Engine::Postgres => {
                Place::Server(tokio::task::spawn_blocking(Database::fresh).await.expect("a database"))
            }
        };
        let sandbox = Sandbox::open(None).expect("a chain in memory");
        let process = Process::start(&place, &sandbox).await;
        let password = Password::new("correct horse battery".to_owned());
        let owner_id = process.app.create_user("merchant@example.com", password).await.expect("a user");
        let new = NewStore {
            owner_id,
            name: "Corner shop".to_owned(),
            currency: Currency::Btc,
            network: Network::SANDBOX,
            wallet: None,
            share_wallet: false,
            next_index: 0,
            settings: Settings::default(),
        };
        let store = process.app.create_store(new).await.expect("a store");
        Self { process: Some(process), place, sandbox, store }
    }

    pub fn app(&self) -> &App {
        &self.process.as_ref().expect("it runs").app
    }

    /// Stops the process and starts another.
    pub async fn restart(&mut self) {
        self.process.take().expect("it runs").end().await;
        self.process = Some(Process::start(&self.place, &self.sandbox).await);
        self.followed().await;
    }

    /// Ends it, after everything that is stored was proved.
    pub async fn close(mut self) {
        let verified = self.app().verify().await.expect("the database answers");
        assert_eq!(verified.problems, Vec::<String>::new());
        self.process.take().expect("it runs").end().await;
        if let Place::Server(database) = self.place {
            tokio::task::spawn_blocking(move || drop(database)).await.expect("it is dropped");
        }
    }

    /// Changes the database by another hand, beside the program and its rules.
    pub async fn tamper(&self, sql: &'static str, id: &[u8]) {
        let (address, id) = (self.place.url(), Value::Bytes(id.to_vec()));
        let tampering = tokio::task::spawn_blocking(move || Sql::at(&address).execute(sql, &[id]));
        assert_eq!(tampering.await.expect("it is written"), 1);
    }

    /// Waits until something is so.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..3000 {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {what}")
    }

    /// Waits until the chain was followed to where it is, and what follows from that was settled.
    pub async fn followed(&self) {
        let tip = self.sandbox.tip();
        let there = async || (self.app().chain_state(NETWORK).locator.tip() == Some(tip)).then_some(());
        self.until("the chain being followed", there).await;
    }

    /// Waits until everything that is signed was handed to the chain.
    pub async fn handed_over(&self) {
        let done = async || self.app().outgoing(NETWORK).await.expect("an answer").is_empty().then_some(());
        self.until("what is signed being handed over", done).await;
    }

    pub async fn mine(&self, blocks: u32) {
        self.sandbox.mine(blocks, self.app().now()).expect("blocks");
        self.followed().await;
    }

    /// Mines blocks that take everything in the mempool but this.
    pub async fn mine_without(&self, view: &SpendView, blocks: u32) {
        let left_out = transaction(view).compute_txid();
        let mined: Vec<_> =
            self.sandbox.mempool().into_iter().filter(|tx| tx.compute_txid() != left_out).collect();
        // Whoever follows the chain would hand it over again in between.
        self.sandbox.hush(true);
        self.sandbox.clear_mempool().expect("an empty mempool");
        for tx in mined {
            self.hand_over(tx).await;
        }
        self.sandbox.mine(blocks, self.app().now()).expect("blocks");
        self.sandbox.hush(false);
        self.sandbox.say_again();
        self.followed().await;
    }

    /// Waits until whoever follows the chain has looked at it once more.
    pub async fn looked(&self) {
        let before = self.app().chain_state(NETWORK).locator.synced_at;
        let later = async || (self.app().chain_state(NETWORK).locator.synced_at > before).then_some(());
        self.until("another look at the chain", later).await;
    }

    /// Another branch takes the place of so many blocks.
    pub async fn reorganise(&self, depth: u32, fate: Reorg) {
        self.sandbox.reorg(depth, fate, self.app().now()).expect("another branch");
        self.followed().await;
    }

    /// An invoice over so much, paid with so much, six blocks deep.
    pub async fn sell(&self, price: u64, paid: u64) -> InvoiceId {
        let price = rust_decimal::Decimal::from_i128_with_scale(i128::from(price), 8);
        let new = NewInvoice::new(Some(price), Currency::Btc, None, None, Order::default());
        let made = self.app().create_invoice(self.store.clone(), new.expect("it is sound"), None).await;
        let made = made.expect("an invoice");
        let address: bitcoin::Address<_> = made.address.expect("an address").parse().expect("an address");
        let (script, amount) = (address.assume_checked().script_pubkey(), Amount::from_sat(paid));
        self.sandbox.pay(script, amount, PayOptions::default(), self.app().now()).expect("a payment");
        self.mine(6).await;
        made.id
    }

    /// Gives so much of an invoice back, to the address of that number.
    pub async fn ask(&self, invoice: InvoiceId, sats: u64, to: u8) -> Result<RefundView, AppError> {
        let ask = AskRefund {
            amount: RefundAmount::Sats(Amount::from_sat(sats)),
            address: Some(address(to)),
            guid: None,
            exact: false,
        };
        Ok(self.app().ask_refund(&self.store, invoice, ask, "a test", None).await?.answer)
    }

    pub async fn pay(&self, refunds: &[RefundId]) -> Result<SpendView, AppError> {
        self.app().pay_refunds(&self.store, refunds.to_vec(), USUAL).await
    }

    pub async fn sign(&self, spend: SpendId) -> Result<SpendView, AppError> {
        self.app().practise_signing(self.store.id, spend).await
    }

    pub async fn spend(&self, id: SpendId) -> SpendView {
        self.app().spend(self.store.id, id).await.expect("it was built")
    }

    pub async fn refund(&self, id: RefundId) -> RefundView {
        self.app().refund(self.store.id, id).await.expect("it was asked")
    }

    pub async fn until_state(&self, id: RefundId, state: RefundState) -> RefundView {
        let there = async || Some(self.refund(id).await).filter(|refund| refund.state == state);
        self.until(&format!("the refund being {state:?}"), there).await
    }

    /// What the ledger says that the store has earned, in satoshis.
    pub async fn balance(&self) -> i64 {
        self.app().balances(&self.store).await.expect("a ledger")[0].sats
    }

    /// What lies in the wallet's coins, in satoshis.
    pub async fn coins(&self) -> u64 {
        let coins = self.app().coins(&self.store).await.expect("coins");
        coins.confirmed + coins.unconfirmed
    }

    /// The merchant spends the coins of a transaction with another program.
    pub async fn spend_elsewhere(&self, view: &SpendView) {
        assert_eq!(self.try_spend_elsewhere(view).await, Broadcast::Accepted);
    }

    /// The same, if the chain lets it.
    pub async fn try_spend_elsewhere(&self, view: &SpendView) -> Broadcast {
        let ours = transaction(view);
        let output = TxOut { value: Amount::from_sat(1_000), script_pubkey: script(0x5a) };
        self.hand_over(Transaction { output: vec![output], ..ours }).await
    }

    /// The merchant signed it elsewhere, and broadcasts it from there.
    pub async fn broadcast_elsewhere(&self, view: &SpendView) {
        assert_eq!(self.try_broadcast_elsewhere(view).await, Broadcast::Accepted);
    }

    /// The same, if the chain lets it.
    pub async fn try_broadcast_elsewhere(&self, view: &SpendView) -> Broadcast {
        self.hand_over(transaction(view)).await
    }

    /// Somebody broadcasts this.
    pub async fn broadcast(&self, tx: Transaction) {
        assert_eq!(self.hand_over(tx).await, Broadcast::Accepted);
    }

    async fn hand_over(&self, tx: Transaction) -> Broadcast {
        let source = ChainSource::Sandbox(self.sandbox.another_reader());
        source.broadcast(&tx).await.expect("an answer")
    }
}

/// What is to be signed.
pub fn transaction(view: &SpendView) -> Transaction {
    Psbt::deserialize(&view.psbt).expect("it is a PSBT").unsigned_tx
}

/// The coins that a transaction spends.
pub fn inputs(view: &SpendView) -> BTreeSet<OutPoint> {
    transaction(view).input.iter().map(|input| input.previous_output).collect()
}

/// A script that is nobody's.
pub fn script(n: u8) -> ScriptBuf {
    ScriptBuf::from_bytes([[0x00, 0x14].as_slice(), &[n; 20]].concat())
}

pub fn address(n: u8) -> String {
    let address = bitcoin::Address::from_script(&script(n), bitcoin::Network::Regtest);
    address.expect("a script of witness version 0").to_string()
}
