//! A merchant with a practice store, and the chain that its coins are on: the world of these tests. The
//! server is the real one, inside this process, so that the application can be asked what no API says.

use std::path::Path;

use bitcoin::{Amount, ScriptBuf, Txid};
use specie::app::view::{RefundState, RefundView, SpendView, Store};
use specie::app::{
    App, AppError, AskRefund, Fate, FeeChoice, Network, NewStore, Practice, RefundAmount,
};
use specie::cli::{Running, start};
use specie::clock::Clock;
use specie::config::Settings;
use specie::secret::Password;
use specie_core::ids::{InvoiceId, RefundId, SpendId};
use specie_core::invoice::{NewInvoice, Order};
use specie_core::money::{Currency, Price};
use specie_testkit::engine::Engine;
use specie_testkit::postgres::Database;
use tempfile::TempDir;

/// The merchant's fee: what the practice chain says of an hour.
pub const USUAL: FeeChoice = FeeChoice { rate: None, whatever_it_takes: false };

/// The merchant.
pub struct Shop {
    running: Option<Running>,
    folder: TempDir,
    database: Option<Database>,
    pub store: Store,
}

async fn serve(folder: &Path, database: Option<&Database>) -> Running {
    let settings = Settings {
        listen: Some("127.0.0.1:0".to_owned()),
        database: database.map(|database| database.url().to_owned()),
        ..Settings::default()
    };
    start(folder, &settings, Clock::system()).await.expect("the server starts")
}

impl Shop {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match Engine::of_this_test() {
            Engine::Sqlite => None,
            Engine::Postgres => {
                Some(tokio::task::spawn_blocking(Database::fresh).await.expect("a database"))
            }
        };
        let running = serve(folder.path(), database.as_ref()).await;
        let password = Password::new("correct horse battery".to_owned());
        let owner_id = running.app.create_user("merchant@example.com", password).await.expect("a user");
        let new = NewStore {
            owner_id,
            name: "Corner shop".to_owned(),
            currency: Currency::Btc,
            network: Network::SANDBOX,
            wallet: None,
            share_wallet: false,
        };
        let store = running.app.create_store(new).await.expect("a store");
        Self { running: Some(running), folder, database, store }
    }

    pub fn app(&self) -> &App {
        &self.running.as_ref().expect("it runs").app
    }

    /// Stops the server and starts it again.
    pub async fn restart(&mut self) {
        self.running.take().expect("it runs").stop().await;
        self.running = Some(serve(self.folder.path(), self.database.as_ref()).await);
        self.followed().await;
    }

    pub async fn close(mut self) {
        let verified = self.app().verify().await.expect("the database answers");
        assert_eq!(verified.problems, Vec::<String>::new());
        self.running.take().expect("it runs").stop().await;
    }

    /// Waits until something is so.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..3000 {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("waited in vain: {what}")
    }

    /// Mines a block, and waits until everything that follows from it was settled.
    pub async fn mine(&self, blocks: u32) {
        self.app().practise(Practice::Mine { blocks }).expect("blocks");
        self.followed().await;
    }

    /// Waits until the chain was followed to where it is, and what follows from that was settled.
    pub async fn followed(&self) {
        let wanted = self.app().practise(Practice::Mine { blocks: 0 }).expect("the chain is there").height;
        self.until("the chain being followed", async || {
            let state = self.app().chain_state(Network::SANDBOX.name);
            (state.locator.tip()?.height >= wanted).then_some(())
        })
        .await;
    }

    /// Another branch takes the place of so many blocks.
    pub async fn reorganise(&self, depth: u32, fate: Fate) {
        self.app().practise(Practice::Reorganise { depth, fate }).expect("another branch");
        self.followed().await;
    }

    /// An invoice over so much, paid with so much, six blocks deep.
    pub async fn sell(&self, price: u64, paid: u64) -> InvoiceId {
        let amount = rust_decimal::Decimal::from_i128_with_scale(i128::from(price), 8);
        let price = Price { amount, currency: Currency::Btc };
        let new = NewInvoice::new(Some(price.amount), Currency::Btc, None, None, Order::default());
        let made = self.app().create_invoice(self.store.clone(), new.expect("sound"), None).await;
        let id = made.expect("an invoice").id;
        self.app().practice_pay(id, Some(Amount::from_sat(paid))).await.expect("a payment");
        self.mine(6).await;
        id
    }

    /// Gives so much of an invoice back, to an address of nobody's; its number makes it another.
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
        self.until(&format!("the refund being {state:?}"), async || {
            Some(self.refund(id).await).filter(|refund| refund.state == state)
        })
        .await
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
}

/// The script of an address that is nobody's.
pub fn script(n: u8) -> ScriptBuf {
    ScriptBuf::from_bytes([[0x00, 0x14].as_slice(), &[n; 20]].concat())
}

pub fn address(n: u8) -> String {
    let address = bitcoin::Address::from_script(&script(n), bitcoin::Network::Regtest);
    address.expect("a script of witness version 0").to_string()
}

pub fn txid(view: &SpendView) -> Txid {
    view.txid.parse().expect("a transaction's id")
}
