//! What is done to a schedule, and how often it was: a fault that never happened proves nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

macro_rules! faults {
    ($($name:ident $words:literal)+) => {
        /// A kind of fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $($name),+ }

        /// Every kind, with what it is called.
        pub const ALL: &[(Fault, &str)] = &[$((Fault::$name, $words)),+];
    };
}

faults! {
    DeathBeforeCommit "process died before a commit"
    DeathAfterCommit "process died after a commit, before anyone heard of it"
    DeathInStart "process died while starting"
    DeathInRequest "process died with requests under way"
    Stop "process stopped and started"
    HintLost "hint lost"
    HintRepeated "hint repeated"
    HintLate "hint late, after others"
    RequestRepeated "request repeated"
    Replacement "payment replaced by another value"
    Diversion "payment replaced by one to another invoice"
    DoubleSpend "payment double-spent to nobody here"
    DoubleSpendUnseen "double spend while the process was down"
    Eviction "payment evicted"
    MempoolLost "mempool lost"
    Reorganisation "reorganisation"
    DeepReorganisation "reorganisation of six blocks or more"
    ReorganisationUnseen "reorganisation while the process was down"
    LatePayment "payment after expiry"
    EndpointRefused "endpoint refused"
    EndpointSilent "endpoint silent"
    ReplyLost "endpoint heard, its answer lost"
}

/// How often each kind happened. Cheap to clone: clones count together.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<BTreeMap<Fault, u64>>>);

impl Counts {
    /// It happened.
    pub fn happened(&self, fault: Fault) {
        *self.0.lock().expect("no holder panics").entry(fault).or_default() += 1;
    }

    /// Every kind, also those that never happened.
    pub fn every(&self) -> Vec<(&'static str, u64)> {
        let counts = self.0.lock().expect("no holder panics");
        ALL.iter().map(|(fault, words)| (*words, counts.get(fault).copied().unwrap_or(0))).collect()
    }
}
