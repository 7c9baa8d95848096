//! A schedule: what happens to one server in a few minutes, by a seed. Shops order, buyers pay, blocks
//! come and go, hints are lost, the process dies between commits; after each step everything is
//! checked, and in the end that it comes to what the chain says.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use specie::app::{App, Store};
use specie::clock::Clock;
use specie_chain::Reorg;
use specie_core::time::Timestamp;
use specie_db::{Death, Fate};
use tokio::sync::watch;

use super::chance::Chance;
use super::check::{Check, NOTICED};
use super::endpoint::{Endpoints, Mood};
use super::faults::{Counts, Fault};
use super::journal::{Journal, Request};
use super::process::{Machine, Process};
use super::template::Template;
use super::world::{Hints, World};

/// How many things happen.
const STEPS: usize = 36;
/// Invoices of one schedule.
const INVOICES: usize = 5;
/// How long anything may take that has to happen by itself, in simulated time.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a schedule came to: the same for the same seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub digest: u64,
}

/// A schedule in which something was not true that has to be.
#[derive(Debug)]
pub struct Violation {
    pub seed: u64,
    pub what: String,
    /// What happened, in order.
    pub trace: Vec<String>,
}

/// Plays the schedule of a seed.
pub fn play(seed: u64, template: &Template, counts: &Counts) -> Result<Outcome, Box<Violation>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let mut stage = Stage::new(seed, template, counts.clone());
        let played = stage.play().await;
        let trace = std::mem::take(&mut stage.trace);
        match played {
            Ok(()) => {
                let mut digest = DefaultHasher::new();
                (trace, stage.check.written()).hash(&mut digest);
                Ok(Outcome { digest: digest.finish() })
            }
            Err(what) => Err(Box::new(Violation { seed, what, trace })),
        }
    })
}

struct Stage {
    chance: Chance,
    clock: Clock,
    began: Timestamp,
    store: Store,
    fate: Fate,
    machine: Machine,
    world: World,
    journal: Journal,
    check: Check,
    counts: Counts,
    process: Option<Process>,
    up_since: Timestamp,
    armed: Option<Death>,
    trace: Vec<String>,
}

impl Stage {
    fn new(seed: u64, template: &Template, counts: Counts) -> Self {
        let mut chance = Chance::new(seed);
        let clock = template.clock();
        let (db, fate) = template.database(chance.draw());
        let journal = Journal::default();
        let endpoints = Endpoints::new(fate.clone(), counts.clone());
        let machine = Machine { db, clock: clock.clone(), endpoints, deaf: watch::channel(false).0 };
        Self {
            chance,
            began: clock.now(),
            store: template.store.clone(),
            world: World::new(clock.clone(), counts.clone()),
            check: Check::new(fate.clone(), journal.clone()),
            up_since: clock.now(),
            clock,
            fate,
            machine,
            journal,
            counts,
            process: None,
            armed: None,
            trace: Vec::new(),
        }
    }

    async fn play(&mut self) -> Result<(), String> {
        self.start().await?;
        for _ in 0..STEPS {
            self.act().await?;
            let ms = self.chance.pick(&[0, 0, 1, 40, 300, 1_000, 2_500, 7_000]);
            self.rest(Duration::from_millis(ms)).await?;
            self.examine()?;
        }
        self.end().await
    }

    fn note(&mut self, what: impl Into<String>) {
        let at = self.clock.now().millis_since(self.began);
        self.trace.push(format!("{at:>7} ms  {}", what.into()));
    }

    /// One thing happens.
    async fn act(&mut self) -> Result<(), String> {
        match self.chance.below(100) {
            0..20 => self.order(),
            20..25 => self.repeat(),
            25..33 => {
                let fare = self.chance.pick(&[Hints::Heard, Hints::Lost, Hints::Twice, Hints::Late]);
                self.note(format!("the chain's hints: {fare:?}"));
                self.world.let_hints(fare);
            }
            33..36 => {
                let deaf = self.chance.one_in(2);
                self.note(format!("the notifier's hints are lost: {deaf}"));
                self.machine.deaf.send_replace(deaf);
            }
            36..42 => {
                let mood = self.chance.pick(&[Mood::Fine, Mood::Refuses, Mood::Silent, Mood::Unheard]);
                let endpoint = self.chance.pick(&[0, 1]);
                self.note(format!("endpoint {endpoint}: {mood:?}"));
                self.machine.endpoints.set(endpoint, mood);
            }
            42..50 => {
                let (commits, death) =
                    (1 + self.chance.below(6), self.chance.pick(&[Death::BeforeCommit, Death::AfterCommit]));
                self.note(format!("it dies {death:?}, {commits} from now"));
                self.armed = Some(death);
                self.fate.dies(commits, death);
            }
            50..52 => {
                self.note("it is stopped");
                self.counts.happened(Fault::Stop);
                self.stop().await?;
                self.away().await;
                self.start().await?;
            }
            _ => self.chain(),
        }
        Ok(())
    }

    /// A shop orders.
    fn order(&mut self) {
        let number = self.journal.requests().len();
        if number < INVOICES {
            let request = Request::new(&mut self.chance, number);
            self.note(format!("a shop asks: {request:?}"));
            self.journal.add(request);
            self.ask(number);
        }
    }

    /// A shop orders again what it ordered before.
    fn repeat(&mut self) {
        let requests = self.journal.requests().len();
        if requests > 0 {
            let number = usize::try_from(self.chance.below(requests as u64)).expect("a small number");
            self.note(format!("a shop asks again: {number}"));
            self.counts.happened(Fault::RequestRepeated);
            self.ask(number);
        }
    }

    fn ask(&mut self, number: usize) {
        let process = self.process.as_mut().expect("it runs");
        if let Some(app) = process.app() {
            process.tasks.spawn(self.journal.clone().ask(number, app, self.store.clone()));
        }
    }

    /// Something happens on the chain.
    fn chain(&mut self) {
        let kind = self.chance.below(48);
        match kind {
            0..16 => self.pay(),
            16..26 => {
                let blocks = self.chance.pick(&[1, 1, 1, 2, 3, 6]);
                self.note(format!("{blocks} blocks"));
                self.world.mine(blocks);
            }
            26..32 => self.replace(),
            32..35 => {
                self.note("a double spend");
                self.world.double_spend(&mut self.chance);
            }
            35..38 => {
                self.note("an eviction");
                self.world.evict(&mut self.chance);
            }
            38..40 => {
                self.note("the mempool is lost");
                self.world.lose_mempool();
            }
            _ => {
                let depth = self.chance.pick(&[1, 1, 2, 3, 6, 7]);
                let fate = self.chance.pick(&[Reorg::Return, Reorg::Vanish, Reorg::Remine]);
                self.note(format!("a reorganisation of {depth}: {fate:?}"));
                self.world.reorganise(depth, fate);
            }
        }
    }

    fn pay(&mut self) {
        let now = self.clock.now();
        let answers: Vec<_> = self.journal.requests().into_iter().filter_map(|r| r.answer).collect();
        if answers.is_empty() {
            return;
        }
        let mut outputs = Vec::new();
        for _ in 0..self.chance.pick(&[1, 1, 1, 2]) {
            let place = usize::try_from(self.chance.below(answers.len() as u64)).expect("a small number");
            let answer = &answers[place];
            let sats = self.some_of(answer.due);
            if now >= answer.expires_at {
                self.counts.happened(Fault::LatePayment);
            }
            outputs.push((answer.script.clone(), sats));
        }
        let replaceable = self.chance.one_in(3);
        self.note(format!("a payment of {:?}", outputs.iter().map(|(_, sats)| *sats).collect::<Vec<_>>()));
        self.world.pay(outputs, replaceable);
    }

    fn some_of(&mut self, due: u64) -> u64 {
        self.chance.pick(&[due, due, due, due / 2, due - due / 2, due - 1, due + 1_000])
    }

    fn replace(&mut self) {
        let answers: Vec<_> = self.journal.requests().into_iter().filter_map(|r| r.answer).collect();
        if answers.is_empty() {
            return;
        }
        let place = usize::try_from(self.chance.below(answers.len() as u64)).expect("a small number");
        let sats = self.some_of(answers[place].due);
        self.note(format!("a replacement of {sats}"));
        self.world.replace(&mut self.chance, answers[place].script.clone(), sats);
    }

    /// Time passes. If the process dies in it, another one is started.
    async fn rest(&mut self, time: Duration) -> Result<(), String> {
        let died = tokio::select! {
            biased;
            () = self.fate.died() => true,
            () = tokio::time::sleep(time) => false,
        };
        if died { self.bury().await } else { Ok(()) }
    }

    /// The process has died: after a while another one is started, which may die as well.
    async fn bury(&mut self) -> Result<(), String> {
        self.note("it has died");
        if let Some(process) = self.process.take() {
            process.die().await;
        }
        self.fate.revive();
        if self.journal.forget_asked() > 0 {
            self.counts.happened(Fault::DeathInRequest);
        }
        self.counts.happened(match self.armed.take() {
            Some(Death::AfterCommit) => Fault::DeathAfterCommit,
            _ => Fault::DeathBeforeCommit,
        });
        self.examine()?;
        self.away().await;
        self.start().await
    }

    /// What happens while nobody looks.
    async fn away(&mut self) {
        self.world.seen = false;
        for _ in 0..self.chance.below(4) {
            self.chain();
            let ms = self.chance.pick(&[0, 500, 5_000, 20_000]);
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        self.world.seen = true;
    }

    async fn stop(&mut self) -> Result<(), String> {
        let Some(process) = self.process.take() else { return Ok(()) };
        let stopped = tokio::select! {
            biased;
            () = self.fate.died() => false,
            () = process.stop() => true,
            () = tokio::time::sleep(PATIENCE) => return Err("it does not stop".to_owned()),
        };
        if !stopped {
            self.note("it has died while stopping");
            self.armed = None;
        }
        self.fate.revive();
        self.journal.forget_asked();
        Ok(())
    }

    /// Starts a process, and another one for each that dies in its start.
    async fn start(&mut self) -> Result<(), String> {
        let mut deaths = 0;
        loop {
            if self.chance.one_in(5) && deaths < 3 && self.world.ever().count() > 1 {
                let death = self.chance.pick(&[Death::BeforeCommit, Death::AfterCommit]);
                self.fate.dies(1 + self.chance.below(4), death);
                self.armed = Some(death);
            }
            let mut process = self.machine.start(&self.world, true);
            let ready = tokio::select! {
                biased;
                () = self.fate.died() => None,
                app = process.ready() => Some(app),
                () = tokio::time::sleep(PATIENCE) => return Err("it is never ready".to_owned()),
            };
            match ready {
                Some(app) => return self.started(process, &app),
                None => {
                    deaths += 1;
                    self.note("it has died in its start");
                    self.counts.happened(Fault::DeathInStart);
                    process.die().await;
                    self.fate.revive();
                    self.armed = None;
                }
            }
        }
    }

    fn started(&mut self, process: Process, _app: &App) -> Result<(), String> {
        self.note("it is ready");
        self.process = Some(process);
        self.up_since = self.clock.now();
        self.check.acknowledged()?;
        self.check.booked()?;
        let requests = self.journal.requests();
        for (number, _) in requests.iter().enumerate().filter(|(_, r)| r.answer.is_none()) {
            self.ask(number);
        }
        Ok(())
    }

    fn examine(&mut self) -> Result<(), String> {
        self.world.look();
        if let Some(failure) = self.process.as_mut().and_then(Process::failure) {
            return Err(format!("a task failed: {failure}"));
        }
        self.check.step(&self.world, &self.machine.endpoints)?;
        let now = self.clock.now();
        if let Some(app) = self.process.as_ref().and_then(Process::app)
            && let Some(trouble) = app.chain_state(&self.store.network).trouble
        {
            return Err(format!("the chain is not followed: {trouble}"));
        }
        let since = self.world.now().from.max(self.up_since);
        if self.process.is_some() && now.millis_since(since) >= NOTICED {
            self.check.quiet(&self.world, now, false)?;
            self.check.dated(&self.world, now)?;
        }
        Ok(())
    }

    /// Everything works again, and all comes to what the chain says.
    async fn end(&mut self) -> Result<(), String> {
        self.note("the end begins");
        self.world.let_hints(Hints::Heard);
        self.machine.deaf.send_replace(false);
        for endpoint in [0, 1] {
            self.machine.endpoints.set(endpoint, Mood::Fine);
        }
        if !self.fate.lives() {
            self.bury().await?;
        }
        // Long enough for what is missing to be broadcast again; then all of it becomes final.
        for blocks in [0, 1, 8] {
            self.note(format!("{blocks} blocks"));
            if blocks > 0 {
                self.world.mine(blocks);
            }
            self.rest(Duration::from_secs(if blocks == 8 { 6 } else { 23 })).await?;
            self.examine()?;
        }
        if let Some(request) = self.journal.requests().iter().find(|request| request.answer.is_none()) {
            return Err(format!("{} was never answered", request.key));
        }
        self.check.acknowledged()?;
        self.check.booked()?;
        self.check.quiet(&self.world, self.clock.now(), true)?;
        self.drain().await
    }

    /// Whatever has to be told is told. The chain does not matter any more.
    async fn drain(&mut self) -> Result<(), String> {
        self.stop().await?;
        let mut process = self.machine.start(&self.world, false);
        let app = process.ready().await;
        let mut waited = 0;
        while app.next_delivery_at().await.map_err(|e| e.to_string())?.is_some() {
            waited += 1;
            if waited > 400 {
                break;
            }
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
        self.check.step(&self.world, &self.machine.endpoints)?;
        self.check.delivered(&self.machine.endpoints)?;
        let verified = app.verify().await.map_err(|e| e.to_string())?;
        drop(app);
        process.stop().await;
        match verified.problems.first() {
            Some(problem) => Err(format!("verify: {problem}")),
            None => Ok(()),
        }
    }
}
