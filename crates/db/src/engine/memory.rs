//! What was read of rows that seldom change, kept until any of them does.
//!
//! Stores, rates, tokens and webhooks (`statement::KEPT`) are asked for with every request and changed by hand.
//! Where there is only this process, a writer knows of every change by the statement that made it: it
//! says so after the commit and before anyone is answered, and all that was kept is forgotten. Where
//! another process may write, nothing is kept.
//!
//! Never: a row of another table, which nobody would hear of (the reader refuses); or one that a
//! decision within a transaction rests on, unless it is recalled there (`Tx::read_kept`): only the
//! writer knows that nothing is being changed at the moment.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How much is kept. More than that is asked for by no shop: all of it is forgotten.
const MOST: usize = 4096;

/// Counts the changes of rows that seldom change.
#[derive(Debug, Default)]
pub(crate) struct Changes(AtomicU64);

impl Changes {
    /// Some of them may have changed. To be called after the commit, before anyone is answered.
    pub(crate) fn happened(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn so_far(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Answers that were read, by what was asked.
#[derive(Debug)]
pub struct Memory<K, T>(Mutex<Kept<K, T>>);

#[derive(Debug)]
struct Kept<K, T> {
    as_of: u64,
    answers: HashMap<K, T>,
}

impl<K, T> Default for Memory<K, T> {
    fn default() -> Self {
        Self(Mutex::new(Kept { as_of: 0, answers: HashMap::new() }))
    }
}

impl<K: Eq + Hash, T: Clone> Memory<K, T> {
    fn kept(&self) -> MutexGuard<'_, Kept<K, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer, if it was read after the last change.
    pub(crate) fn recall(&self, asked: &K, changes: &Changes) -> Option<T> {
        let kept = self.kept();
        (kept.as_of == changes.so_far()).then(|| kept.answers.get(asked).cloned()).flatten()
    }

    /// Keeps an answer. It was read when there had been `as_of` changes.
    pub(crate) fn keep(&self, asked: K, answer: T, as_of: u64) {
        let mut kept = self.kept();
        if as_of < kept.as_of {
            return;
        }
        if as_of > kept.as_of || kept.answers.len() >= MOST {
            kept.answers.clear();
            kept.as_of = as_of;
        }
        kept.answers.insert(asked, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_recalled_after_it_however_late_it_is_kept() {
        let (memory, changes) = (Memory::default(), Changes::default());
        let before = changes.so_far();
        memory.keep("key", 1, before);
        assert_eq!(memory.recall(&"key", &changes), Some(1));
        changes.happened();
        assert_eq!(memory.recall(&"key", &changes), None);
        memory.keep("other", 2, changes.so_far());
        memory.keep("late", 1, before);
        assert_eq!(memory.recall(&"other", &changes), Some(2));
        assert_eq!(memory.recall(&"late", &changes), None);
        assert_eq!(memory.recall(&"key", &changes), None);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (memory, changes) = (Memory::default(), Changes::default());
        for number in 0..=MOST {
            memory.keep(number, number, changes.so_far());
        }
        assert_eq!(memory.kept().answers.len(), 1);
        assert_eq!(memory.recall(&MOST, &changes), Some(MOST));
    }
}
