//! Following a chain: by one process at a time, which records how far; the others read that.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, Weak};

use specie_core::chain::Locator;
use specie_core::time::Timestamp;
use specie_db::events::{Cursor, Written};
use specie_db::{Lead, Tx, chains, events, invoices, leads};

use super::{App, AppError, ChainState};

/// How old the stored locator may become while the chain stands still, in seconds.
const LOCATOR_AGE_SECS: i64 = 30;
/// How many events of other processes are read at a time.
const HEARD: i64 = 500;

/// The right to follow a network's chain, until it is dropped or lost.
pub struct Following {
    network: &'static str,
    lead: Lead,
    /// Lives as long as this: see [`Here`].
    _here: Arc<()>,
}

/// The networks that are followed by this very process, for as long as their marks live.
#[derive(Default)]
pub(super) struct Here(Mutex<HashMap<&'static str, Weak<()>>>);

impl Here {
    fn mark(&self, network: &'static str) -> Arc<()> {
        let mark = Arc::new(());
        self.0.lock().expect("no holder panics").insert(network, Arc::downgrade(&mark));
        mark
    }

    fn has(&self, network: &str) -> bool {
        self.0.lock().expect("no holder panics").get(network).is_some_and(|mark| mark.strong_count() > 0)
    }
}

/// What a transaction needs to see that it still has that right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    network: &'static str,
    term: i64,
}

/// Where reading on begins of what other processes write, and how far the chains were when it was
/// last read.
pub struct Ear {
    /// All before it was heard.
    cursor: Cursor,
    /// What was heard after it: while a transaction runs for long, be it of another program at the
    /// same server, all that is written meanwhile comes after a place that may not be passed yet.
    ahead: BTreeSet<Cursor>,
    heights: Vec<(&'static str, u32)>,
}

impl Ear {
    /// Takes note of events in their order, and returns those that were not heard before.
    fn take(&mut self, written: Vec<Written>) -> Vec<Written> {
        let fresh = written.iter().filter(|w| !self.ahead.contains(&w.cursor)).copied().collect();
        for event in written {
            if event.settled {
                self.cursor = event.cursor;
            } else {
                self.ahead.insert(event.cursor);
            }
        }
        self.ahead = self.ahead.split_off(&self.cursor);
        fresh
    }
}

impl Following {
    /// The network.
    #[must_use]
    pub fn network(&self) -> &'static str {
        self.network
    }

    /// Whether it still has the right. Asked now and then, so that who lost it stops; what it
    /// writes is checked in any case.
    pub async fn stands(&self) -> bool {
        self.lead.stands().await
    }

    pub(super) fn turn(&self) -> Turn {
        Turn { network: self.network, term: self.lead.term() }
    }
}

impl Turn {
    /// Lets a transaction through that still has the right.
    pub(super) fn check(self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        Ok(leads::check(tx, self.network, self.term)?)
    }
}

impl App {
    /// Whether other processes may work on the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.db.is_shared()
    }

    /// Takes the right to follow a chain, and how far it was followed; none: another process has it.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot say.
    pub async fn try_follow(&self, network: &'static str) -> Result<Option<Following>, AppError> {
        let Some(lead) = self.0.db.try_lead(network).await? else { return Ok(None) };
        let here = self.0.followed_here.mark(network);
        // Whoever had it before may have gone further.
        let locator = self.0.db.read(move |r| chains::load(r, network)).await?;
        self.chains_mut().insert(network, ChainState::at(locator));
        Ok(Some(Following { network, lead, _here: here }))
    }

    /// Whether this very process follows a chain.
    pub(super) fn follows(&self, network: &str) -> bool {
        self.0.followed_here.has(network)
    }

    /// Takes over how far other processes have followed their chains.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn read_locators_of_others(&self) -> Result<(), AppError> {
        for network in self.networks().iter().map(|network| network.name) {
            if self.follows(network) {
                continue;
            }
            let locator = self.0.db.read(move |r| chains::load(r, network)).await?;
            let mut chains = self.chains_mut();
            // It may have become this process's turn meanwhile.
            if !self.follows(network) {
                let trouble = chains.get(network).and_then(|state| state.trouble.clone());
                chains.insert(network, ChainState { trouble, ..ChainState::at(locator) });
            }
        }
        Ok(())
    }

    /// Resolves when another process may have written something; never, where there is none.
    pub async fn written_by_anyone(&self) {
        self.0.db.written_by_anyone().await;
    }

    /// Begins to hear what other processes write from now on.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn listen(&self) -> Result<Ear, AppError> {
        let heights = self.heights();
        let cursor = self.0.db.read(events::newest).await?;
        Ok(Ear { cursor, ahead: BTreeSet::new(), heights })
    }

    /// Hears what was written since: scripts are watched, pages look again, deliveries are sent.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer. Then it is heard the next time.
    pub async fn hear(&self, ear: &mut Ear) -> Result<(), AppError> {
        let heights = self.heights();
        let (mut from, mut settled) = (ear.cursor, true);
        loop {
            let mut written = self.0.db.read(move |r| events::since(r, from, HEARD)).await?;
            for event in &mut written {
                // What was settled between two reads says nothing of what the former could not see.
                settled &= event.settled;
                event.settled = settled;
            }
            let last = written.last().map(|w| w.cursor).filter(|_| written.len() == HEARD as usize);
            self.heard(ear, written).await?;
            match last {
                Some(last) => from = last,
                None => break,
            }
        }
        ear.heights = heights;
        self.0.outside.deliveries_written();
        Ok(())
    }

    async fn heard(&self, ear: &mut Ear, written: Vec<Written>) -> Result<(), AppError> {
        let issued = written.iter().filter(|w| w.issued && !ear.ahead.contains(&w.cursor));
        let issued: Vec<_> = issued.map(|w| w.invoice_id).collect();
        let issued = self.0.db.read(move |r| {
            let issued = issued.iter().map(|id| invoices::find(r, *id));
            issued.collect::<Result<Vec<_>, _>>()
        });
        for invoice in issued.await?.into_iter().flatten() {
            // A block may have paid it since the last time.
            let height = ear.heights.iter().find(|(network, _)| *network == invoice.network);
            if let (Some(on_chain), Some((network, height))) = (invoice.on_chain, height) {
                self.0.outside.issued_elsewhere(network, &on_chain.script, *height);
            }
        }
        for event in ear.take(written) {
            self.0.outside.changed(event.invoice_id);
        }
        Ok(())
    }

    fn heights(&self) -> Vec<(&'static str, u32)> {
        let networks = self.networks().iter();
        networks.map(|network| (network.name, self.chain_state(network.name).shown_height)).collect()
    }

    /// Records how far a chain was followed, after all that follows from it was settled. While
    /// the chain stands still it is written down only now and then: an older time is the safe one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn followed(&self, following: &Following, locator: Locator) -> Result<(), AppError> {
        let network = following.network;
        let before = self.chain_state(network).locator;
        let moved = before.blocks != locator.blocks;
        let written_at = self.written_at(network);
        if moved || locator.synced_at >= written_at.plus_secs(LOCATOR_AGE_SECS) {
            let (stored, turn) = (locator.clone(), following.turn());
            let saved = self.0.db.write("follow_chain", move |tx| {
                turn.check(tx)?;
                Ok::<_, AppError>(chains::save(tx, network, &stored)?)
            });
            saved.await?;
            self.0.locators_written.lock().expect("no holder panics").insert(network, locator.synced_at);
        }
        let state = ChainState::at(locator);
        if self.chains_mut().insert(network, state).is_some_and(|before| before.trouble.is_some()) {
            tracing::info!(network, "the chain is followed again");
        }
        if moved {
            // Their confirmations are shown with the new tip from now on.
            for id in self.0.db.read(move |r| invoices::waiting_for_depth(r, network)).await? {
                self.0.outside.changed(id);
            }
        }
        Ok(())
    }

    fn written_at(&self, network: &str) -> Timestamp {
        self.0
            .locators_written
            .lock()
            .expect("no holder panics")
            .get(network)
            .copied()
            .unwrap_or(Timestamp::EPOCH)
    }

    /// Records that another process follows a chain: what kept this one from it is over.
    pub fn followed_elsewhere(&self, network: &'static str) {
        self.chains_mut().entry(network).or_default().trouble = None;
    }

    /// Records why a chain cannot be followed at the moment. Nothing settles until it can.
    pub fn not_followed(&self, network: &'static str, trouble: String) {
        let mut chains = self.chains_mut();
        let state = chains.entry(network).or_default();
        if state.trouble.as_ref() != Some(&trouble) {
            tracing::warn!(network, %trouble, "the chain cannot be followed");
        }
        state.trouble = Some(trouble);
    }
}
