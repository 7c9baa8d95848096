//! The outside as the application sees it: hints to the workers and to live pages, and the
//! practice chain's actions.

use std::sync::Arc;

use bitcoin::{ScriptBuf, Txid};
use specie_chain::{ChainSource, PayOptions, Reorg, Sandbox, SourceError, Watch};
use specie_core::ids::InvoiceId;
use specie_core::time::Timestamp;
use tokio::sync::Notify;

use super::listeners::{Changes, Listeners};
use crate::app::{Fate, Network, Outside, Practice, Practised};
use crate::notify::guard::AddressPolicy;

/// Hands hints on. Cheap to clone.
#[derive(Clone)]
pub struct Hints(Arc<Inner>);

struct Inner {
    sources: Vec<(&'static str, ChainSource)>,
    /// One for each source: something is to be handed to it.
    signed: Vec<(&'static str, Arc<Notify>)>,
    policy: AddressPolicy,
    deliveries: Notify,
    listeners: Listeners,
}

impl Hints {
    /// Hints for these networks' sources, and for deliveries that go where a policy lets them.
    #[must_use]
    pub fn new(sources: Vec<(&'static str, ChainSource)>, policy: AddressPolicy) -> Self {
        let listeners = Listeners::default();
        let signed = sources.iter().map(|(network, _)| (*network, Arc::default())).collect();
        Self(Arc::new(Inner { sources, signed, policy, deliveries: Notify::new(), listeners }))
    }

    /// The followed networks and their sources.
    #[must_use]
    pub fn sources(&self) -> &[(&'static str, ChainSource)] {
        &self.0.sources
    }

    /// Changes of an invoice from now on.
    #[must_use]
    pub fn changes_of(&self, invoice: InvoiceId) -> Changes {
        self.0.listeners.listen(invoice)
    }

    /// What tells whoever follows a network that something is to be handed to its source.
    #[must_use]
    pub fn signed_on(&self, network: &str) -> Arc<Notify> {
        let known = self.0.signed.iter().find(|(name, _)| *name == network);
        known.map(|(_, signed)| signed.clone()).unwrap_or_default()
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

    fn signed(&self, network: &str) {
        self.signed_on(network).notify_one();
    }

    fn changed(&self, invoice: InvoiceId) {
        self.0.listeners.changed(invoice);
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
        Practice::Undo { txids, depth } => sandbox.undo(&txids, depth, now).map(|_| None),
        Practice::Evict { txid } => sandbox.evict(txid).map(|()| None),
        Practice::ForgetMempool => sandbox.clear_mempool().map(|()| None),
    }
}
