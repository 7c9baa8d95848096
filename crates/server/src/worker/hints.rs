//! The outside as the application sees it: hints to the workers and to live pages, and the
//! practice chain's actions.

use std::sync::Arc;

use bitcoin::{ScriptBuf, Txid};
use specie_chain::{ChainSource, PayOptions, Reorg, Sandbox, SourceError, Watch};
use specie_core::ids::InvoiceId;
use specie_core::time::Timestamp;
use tokio::sync::{Notify, broadcast};

use crate::app::{Fate, Network, Outside, Practice, Practised};
use crate::notify::guard::AddressPolicy;

/// How many changes a slow live page may lag behind before it is told to look at everything.
const CHANGES: usize = 1024;

/// Invoices that changed, as they do.
pub type Changes = broadcast::Receiver<InvoiceId>;

/// Hands hints on. Cheap to clone.
#[derive(Clone)]
pub struct Hints(Arc<Inner>);

struct Inner {
    sources: Vec<(&'static str, ChainSource)>,
    policy: AddressPolicy,
    deliveries: Notify,
    changes: broadcast::Sender<InvoiceId>,
}

impl Hints {
    /// Hints for these networks' sources, and for deliveries that go where a policy lets them.
    #[must_use]
    pub fn new(sources: Vec<(&'static str, ChainSource)>, policy: AddressPolicy) -> Self {
        let changes = broadcast::channel(CHANGES).0;
        Self(Arc::new(Inner { sources, policy, deliveries: Notify::new(), changes }))
    }

    /// The followed networks and their sources.
    #[must_use]
    pub fn sources(&self) -> &[(&'static str, ChainSource)] {
        &self.0.sources
    }

    /// Invoices that change from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        self.0.changes.subscribe()
    }

    /// Resolves when deliveries were written since it was last asked.
    pub(super) async fn deliveries(&self) {
        self.0.deliveries.notified().await;
    }

    /// Lets the notifier look again.
    pub(super) fn look_again(&self) {
        self.0.deliveries.notify_one();
    }

    fn source(&self, network: &str) -> Option<&ChainSource> {
        self.0.sources.iter().find(|(name, _)| *name == network).map(|(_, source)| source)
    }

    fn watch(&self, network: &str, script: &ScriptBuf, rescan_from: Option<u32>) {
        if let Some(source) = self.source(network) {
            source.watch([Watch { script: script.clone(), rescan_from, known: vec![] }]);
        }
    }

    fn sandbox(&self) -> Result<&Sandbox, String> {
        match self.source(Network::SANDBOX.name) {
            Some(ChainSource::Sandbox(sandbox)) => Ok(sandbox),
            _ => Err("this server has no practice chain".to_owned()),
        }
    }
}

impl Outside for Hints {
    fn issued(&self, network: &str, script: &ScriptBuf) {
        self.watch(network, script, None);
    }

    fn issued_elsewhere(&self, network: &str, script: &ScriptBuf, height: u32) {
        self.watch(network, script, Some(height));
    }

    fn deliveries_written(&self) {
        self.0.deliveries.notify_one();
    }

    fn may_be_told(&self, url: &str) -> Result<(), String> {
        self.0.policy.check_url(url).map(drop).map_err(|refusal| refusal.to_string())
    }

    fn changed(&self, invoice: InvoiceId) {
        // Nobody may be looking.
        let _ = self.0.changes.send(invoice);
    }

    fn practise(&self, practice: Practice, now: Timestamp) -> Result<Practised, String> {
        let sandbox = self.sandbox()?;
        let txid = act(sandbox, practice, now).map_err(|e| e.to_string())?;
        Ok(Practised { txid, height: sandbox.tip().height })
    }
}

/// Acts on the practice chain; returns the transaction that this made.
fn act(sandbox: &Sandbox, practice: Practice, now: Timestamp) -> Result<Option<Txid>, SourceError> {
    match practice {
        Practice::Pay { script, amount } => sandbox.pay(script, amount, PayOptions::default(), now).map(Some),
        Practice::Replace { txid, script, amount } => {
            sandbox.replace(txid, vec![(script, amount)], now).map(Some)
        }
        Practice::DoubleSpend { txid } => sandbox.double_spend(txid, now).map(Some),
        Practice::Mine { blocks } => sandbox.mine(blocks, now).map(|_| None),
        Practice::Reorganise { depth, fate } => {
            let fate = match fate {
                Fate::Return => Reorg::Return,
                Fate::Vanish => Reorg::Vanish,
                Fate::Remine => Reorg::Remine,
            };
            sandbox.reorg(depth, fate, now).map(|_| None)
        }
        Practice::Evict { txid } => sandbox.evict(txid).map(|()| None),
        Practice::ForgetMempool => sandbox.clear_mempool().map(|()| None),
    }
}
