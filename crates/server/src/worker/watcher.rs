//! Following a chain: sync, settle what differs, remember how far.
//!
//! The cursor is stored after everything that follows from an update was settled. If anything
//! fails in between, the source starts over from what is stored, and gives the same answer.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitcoin::Txid;
use specie_chain::{ChainSource, SourceError, Watch};
use specie_core::chain::{Broadcast, Update};
use specie_core::ids::SpendId;
use specie_core::invoice::{Fact, Moment};
use specie_core::time::Timestamp;
use tokio::sync::Notify;

use super::{Stop, stopped};
use crate::app::{App, AppError, Following, Missing, Outgoing};

/// How long to wait for a source to say that something may have changed. A node's source says so
/// every few seconds by itself; the practice chain stands still until somebody acts, but its
/// deadlines pass.
fn period(source: &ChainSource) -> Duration {
    match source {
        ChainSource::Sandbox(_) => Duration::from_secs(1),
        ChainSource::Bitcoind(_) => Duration::from_secs(30),
    }
}

/// How long to wait after a failure.
const REST: Duration = Duration::from_secs(2);
/// Payments that are nowhere are broadcast again at once, and then this often.
const REBROADCAST_EVERY_SECS: i64 = 20;

/// Why a round failed.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The source could not say what is true.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What is true could not be stored.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The right to follow a chain, on its way to who follows it.
pub type HandedOver = Arc<Mutex<Option<Following>>>;

/// Follows a chain until it is told to stop, whenever it is this process's turn: from the start, if
/// the right to it was handed over.
pub async fn follow(
    app: App,
    network: &'static str,
    source: ChainSource,
    handed_over: HandedOver,
    signed: Arc<Notify>,
    stop: Stop,
) {
    while !*stop.borrow() {
        let handed_over = handed_over.lock().expect("no holder panics").take();
        let following = match handed_over {
            Some(following) => Ok(Some(following)),
            None => app.try_follow(network).await,
        };
        match following {
            Ok(Some(following)) if source.is_of(&app.chain_state(network).locator) => {
                lead(&app, &following, &source, &signed, &stop).await;
            }
            Ok(Some(_)) => {
                app.not_followed(network, "this practice chain is in another data folder".to_owned());
            }
            // How far it comes is read by `others`.
            Ok(None) => app.followed_elsewhere(network),
            Err(error) => app.not_followed(network, error.to_string()),
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            () = stopped(&stop) => {}
        }
    }
}

/// Follows a chain until it is told to stop, or another process does.
async fn lead(app: &App, following: &Following, source: &ChainSource, signed: &Notify, stop: &Stop) {
    let network = following.network();
    let mut loaded = false;
    let mut rebroadcasts = Rebroadcasts { tried: BTreeSet::new(), due: app.now() };
    let mut handovers = Handovers { tried: BTreeSet::new(), due: app.now() };
    while !*stop.borrow() && following.stands().await {
        match round(app, following, source, &mut loaded).await {
            Ok(()) => {
                if let Err(error) = rebroadcasts.run(app, following, source).await {
                    tracing::warn!(network, %error, "missing payments could not be broadcast again");
                }
                if let Err(error) = handovers.run(app, following, source).await {
                    tracing::warn!(network, %error, "signed transactions could not be handed to the node");
                }
                tokio::select! {
                    biased;
                    () = stopped(stop) => {}
                    () = source.changed() => {}
                    () = signed.notified() => {}
                    () = tokio::time::sleep(period(source)) => {}
                }
            }
            Err(error) => {
                if let RoundError::App(_) = &error {
                    // What was reported is not stored: begin again from what is.
                    loaded = false;
                }
                app.not_followed(network, error.to_string());
                tokio::select! {
                    () = tokio::time::sleep(REST) => {}
                    () = stopped(stop) => {}
                }
            }
        }
    }
}

/// Takes the right to follow a chain and follows it once, to its present tip; none: another process
/// follows it, or the chain is in another data folder.
///
/// # Errors
/// [`RoundError`] if the source or the database failed.
pub async fn take_over(
    app: &App,
    network: &'static str,
    source: &ChainSource,
) -> Result<Option<Following>, RoundError> {
    match app.try_follow(network).await? {
        Some(following) if source.is_of(&app.chain_state(network).locator) => {
            catch_up(app, &following, source).await?;
            Ok(Some(following))
        }
        _ => Ok(None),
    }
}

/// Follows a chain once, to its present tip. One that is lower than it was followed before stays
/// where it is: it takes more blocks, and not another try, to follow it again.
///
/// # Errors
/// [`RoundError`] if the source or the database failed.
pub async fn catch_up(app: &App, following: &Following, source: &ChainSource) -> Result<(), RoundError> {
    match round(app, following, source, &mut false).await {
        Err(RoundError::Source(behind @ SourceError::Behind { .. })) => {
            app.not_followed(following.network(), behind.to_string());
            Ok(())
        }
        done => done,
    }
}

async fn round(
    app: &App,
    following: &Following,
    source: &ChainSource,
    loaded: &mut bool,
) -> Result<(), RoundError> {
    let network = following.network();
    if !*loaded {
        // In this order: a script that is issued in between is in the source, in the list, or both.
        source.restart([]);
        let watched = app.watched(network).await?;
        source.watch(watched.into_iter().map(|w| Watch {
            script: w.script,
            rescan_from: None,
            known: w.known,
        }));
        *loaded = true;
    }
    // Another process may have built what they belong to.
    let change = app.open_change(network).await?;
    source.watch(change.into_iter().map(|script| Watch { script, rescan_from: None, known: vec![] }));
    let before = app.chain_state(network).locator;
    let update = source.sync(&before, app.now()).await?;
    apply(app, following, update, before.tip().map(|tip| tip.hash)).await?;
    Ok(())
}

async fn apply(
    app: &App,
    following: &Following,
    update: Update,
    tip_before: Option<bitcoin::BlockHash>,
) -> Result<(), AppError> {
    let moment = Moment { synced_at: update.locator.synced_at, tip_height: update.tip.height };
    app.settling_at(following.network(), moment.tip_height);
    for snapshot in update.snapshots {
        app.settle_script(following, snapshot, moment).await?;
    }
    app.settle_waiting(following, moment, tip_before != Some(update.tip.hash)).await?;
    app.settle_spends(following, moment).await?;
    app.followed(following, update.locator).await
}

/// What was tried of the payments that are nowhere, and when all of it is tried again.
struct Rebroadcasts {
    tried: BTreeSet<Txid>,
    due: Timestamp,
}

impl Rebroadcasts {
    /// Hands what makes payments that are nowhere to the node again: at once if there is a new one
    /// among them, else every now and then.
    async fn run(
        &mut self,
        app: &App,
        following: &Following,
        source: &ChainSource,
    ) -> Result<(), RoundError> {
        let missing = app.missing_payments(following.network()).await?;
        let missed: BTreeSet<Txid> = missing.keys().copied().collect();
        let now = app.now();
        let tried = std::mem::replace(&mut self.tried, missed);
        let all = now >= self.due;
        if all {
            self.due = now.plus_secs(REBROADCAST_EVERY_SECS);
        }
        for (txid, missing) in missing.into_iter().filter(|(txid, _)| all || !tried.contains(txid)) {
            match rebroadcast(app, following, source, txid, missing).await {
                Ok(()) => {}
                // Without a node there is no use in asking for the others.
                Err(error @ RoundError::Source(SourceError::Unreachable { .. })) => return Err(error),
                Err(error) => {
                    let network = following.network();
                    tracing::warn!(network, %txid, %error, "a payment could not be broadcast again");
                }
            }
        }
        Ok(())
    }
}

/// What was tried of the merchants' signed transactions that are nowhere, and when all of it is tried again.
struct Handovers {
    tried: BTreeSet<SpendId>,
    due: Timestamp,
}

impl Handovers {
    /// Hands signed transactions that are nowhere to the node, as they were signed: at once if one is new,
    /// else every now and then. What becomes of them is found in the chain; a refusal is only told.
    async fn run(
        &mut self,
        app: &App,
        following: &Following,
        source: &ChainSource,
    ) -> Result<(), RoundError> {
        let outgoing = app.outgoing(following.network()).await?;
        let now = app.now();
        let tried = std::mem::replace(&mut self.tried, outgoing.iter().map(|one| one.id).collect());
        let all = now >= self.due;
        if all {
            self.due = now.plus_secs(REBROADCAST_EVERY_SECS);
        }
        for one in outgoing.into_iter().filter(|one| all || !tried.contains(&one.id)) {
            match hand_over(app, source, &one).await {
                Ok(()) => {}
                // Without a node there is no use in trying the others.
                Err(error @ RoundError::Source(SourceError::Unreachable { .. })) => return Err(error),
                Err(error) => {
                    let network = following.network();
                    tracing::warn!(network, spend = %one.id, %error, "a signed transaction could not be handed over");
                }
            }
        }
        Ok(())
    }
}

async fn hand_over(app: &App, source: &ChainSource, one: &Outgoing) -> Result<(), RoundError> {
    let refusal = match source.broadcast(&one.tx).await? {
        Broadcast::Accepted | Broadcast::Known => None,
        Broadcast::Conflict => Some("one of its coins is spent by another transaction".to_owned()),
        Broadcast::Rejected(reason) => Some(reason),
    };
    Ok(app.handed_over(one, refusal).await?)
}

/// Hands a transaction to the node again. Refused because its inputs are spent: its payments are
/// lost. Refused for another reason, or taken: they are not.
async fn rebroadcast(
    app: &App,
    following: &Following,
    source: &ChainSource,
    txid: Txid,
    missing: Missing,
) -> Result<(), RoundError> {
    let network = following.network();
    match source.broadcast(&missing.tx).await? {
        Broadcast::Accepted | Broadcast::Known => {}
        Broadcast::Conflict => {
            let locator = app.chain_state(network).locator;
            let tip_height = locator.tip().map_or(0, |tip| tip.height);
            let moment = Moment { synced_at: locator.synced_at, tip_height };
            for invoice in missing.pays {
                app.settle(following, invoice, Fact::Refused(txid), moment).await?;
            }
        }
        Broadcast::Rejected(reason) => {
            tracing::debug!(network, %txid, reason, "a payment was not taken again");
        }
    }
    Ok(())
}
