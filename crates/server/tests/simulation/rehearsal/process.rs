//! The process: the real application and its real workers on one thread, in a time that only passes
//! when nobody has anything to do. It can be stopped, and it can die.

use std::sync::Arc;

use bitcoin::ScriptBuf;
use specie::app::{App, Network, Outside, Parts, Practice, Practised};
use specie::clock::Clock;
use specie::notify::guard::AddressPolicy;
use specie::secret::ServerKey;
use specie::worker::{self, HandedOver};
use specie_chain::ChainSource;
use specie_core::ids::InvoiceId;
use specie_core::time::Timestamp;
use specie_db::Db;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::endpoint::Endpoints;
use super::world::World;

/// What a process is started with.
#[derive(Clone)]
pub struct Machine {
    pub db: Db,
    pub clock: Clock,
    pub endpoints: Endpoints,
    /// The notifier's hints are lost.
    pub deaf: watch::Sender<bool>,
}

/// A process.
pub struct Process {
    /// Everything that runs in it, the requests it is at included.
    pub tasks: JoinSet<()>,
    app: watch::Receiver<Option<App>>,
    stop: watch::Sender<bool>,
}

/// The program's own hints, some of which may be lost. That a script was issued is none: it is said
/// before the invoice is shown to anyone.
struct Lossy {
    hints: worker::Hints,
    deaf: watch::Sender<bool>,
}

impl Outside for Lossy {
    fn issued(&self, network: &str, script: &ScriptBuf) {
        self.hints.issued(network, script);
    }

    fn issued_elsewhere(&self, network: &str, script: &ScriptBuf, height: u32) {
        self.hints.issued_elsewhere(network, script, height);
    }

    fn deliveries_written(&self) {
        if !*self.deaf.borrow() {
            self.hints.deliveries_written();
        }
    }

    fn may_be_told(&self, url: &str) -> Result<(), String> {
        self.hints.may_be_told(url)
    }

    fn signed(&self, network: &str) {
        self.hints.signed(network);
    }

    fn changed(&self, invoice: InvoiceId) {
        self.hints.changed(invoice);
    }

    fn practise(&self, practice: Practice, now: Timestamp) -> Result<Practised, String> {
        self.hints.practise(practice, now)
    }
}

impl Machine {
    /// Starts a process. `watches`: it follows the chain, and does not only send what is due.
    pub fn start(&self, world: &World, watches: bool) -> Process {
        let (stop, stopped) = watch::channel(false);
        let (ready, app) = watch::channel(None);
        let (machine, sandbox) = (self.clone(), world.sandbox.another_reader());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let source = ChainSource::Sandbox(sandbox);
            let network = Network::SANDBOX.name;
            let hints = worker::Hints::new(vec![(network, source.clone())], AddressPolicy::default());
            let app = machine.app(hints.clone()).await;
            let mut workers = JoinSet::new();
            if watches {
                let following = worker::take_over(&app, network, &source).await.expect("the chain is there");
                let first = HandedOver::default();
                *first.lock().expect("no holder panics") = following;
                workers.spawn(worker::follow(
                    app.clone(),
                    network,
                    source,
                    first,
                    hints.signed_on(network),
                    stopped.clone(),
                ));
            }
            let endpoints = Arc::new(machine.endpoints.clone());
            workers.spawn(worker::notify(app.clone(), endpoints, hints, stopped.clone()));
            // Nobody may wait for it any more.
            let _ = ready.send(Some(app));
            while let Some(ended) = workers.join_next().await {
                ended.expect("no worker panics");
            }
        });
        Process { tasks, app, stop }
    }

    async fn app(&self, hints: worker::Hints) -> App {
        let app = App::new(Parts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            key: ServerKey::from_bytes([7; 32]),
            networks: vec![Network::SANDBOX],
            public_url: "https://pay.example".to_owned(),
            feeds: Vec::new(),
            outside: Box::new(Lossy { hints, deaf: self.deaf.clone() }),
        });
        app.await.expect("the database answers")
    }
}

impl Process {
    /// The application, once it is ready.
    pub fn app(&self) -> Option<App> {
        self.app.borrow().clone()
    }

    /// Waits until it is ready.
    pub async fn ready(&mut self) -> App {
        let ready = self.app.wait_for(Option::is_some).await;
        ready.expect("the process does not end before").clone().expect("it is some")
    }

    /// Stops it as its operator would: what it is at it ends.
    pub async fn stop(mut self) {
        // It may have ended by itself.
        let _ = self.stop.send(true);
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no task panics");
        }
    }

    /// It is gone, with whatever it was at.
    pub async fn die(mut self) {
        self.tasks.shutdown().await;
        // What it had spawned goes at its next turn.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    }

    /// A task that failed.
    pub fn failure(&mut self) -> Option<String> {
        std::iter::from_fn(|| self.tasks.try_join_next())
            .find_map(|ended| ended.err().map(|error| error.to_string()))
    }
}
