//! Which scripts are watched: a set of 16-byte script hashes in open addressing.
//!
//! Every script ever issued stays watched, so a server may watch millions; a general map would
//! cost hundreds of bytes for each. Here a script costs between 18 and 28 bytes, and a look-up
//! one SHA-256 and, as a rule, one cache line. The full scripts are not kept: a hit comes with
//! its script, in the transaction's output.

use bitcoin::Script;
use bitcoin::hashes::{Hash, sha256};

/// The first 16 bytes of a script's SHA-256; never zero, which marks a free slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScriptKey(u128);

impl ScriptKey {
    /// The key of a script.
    pub(crate) fn of(script: &Script) -> Self {
        let digest = sha256::Hash::hash(script.as_bytes()).to_byte_array();
        let mut head = [0; 16];
        head.copy_from_slice(&digest[..16]);
        Self(u128::from_be_bytes(head).max(1))
    }

    /// The slot to look at first, of `slots`: the key is a hash already, so its top bits will do.
    fn slot(self, slots: usize) -> usize {
        let top = self.0 >> 64;
        usize::try_from((top * slots as u128) >> 64).unwrap_or(0)
    }
}

/// A set of script keys.
#[derive(Debug, Default)]
pub(crate) struct ScriptIndex {
    slots: Vec<u128>,
    len: usize,
}

impl ScriptIndex {
    /// Adds a key; does nothing if it is there.
    pub(crate) fn insert(&mut self, key: ScriptKey) {
        // Full to 7/8 at most, so that probing ends soon; half as large again, so that the table
        // is never emptier than 7/12.
        if (self.len + 1) * 8 > self.slots.len() * 7 {
            let larger = self.slots.len() + self.slots.len() / 2 + 16;
            let old = std::mem::replace(&mut self.slots, vec![0; larger]);
            self.len = 0;
            for word in old.into_iter().filter(|word| *word != 0) {
                self.place(ScriptKey(word));
            }
        }
        self.place(key);
    }

    /// Whether the script is watched, and under which key.
    pub(crate) fn find(&self, script: &Script) -> Option<ScriptKey> {
        if self.len == 0 {
            return None;
        }
        let key = ScriptKey::of(script);
        (self.slots[self.probe(key)] == key.0).then_some(key)
    }

    fn place(&mut self, key: ScriptKey) {
        let slot = self.probe(key);
        if self.slots[slot] == 0 {
            self.slots[slot] = key.0;
            self.len += 1;
        }
    }

    /// The slot that holds the key, or the free one where it belongs. One slot in eight is free.
    fn probe(&self, key: ScriptKey) -> usize {
        let mut slot = key.slot(self.slots.len());
        while self.slots[slot] != 0 && self.slots[slot] != key.0 {
            slot = (slot + 1) % self.slots.len();
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::ScriptBuf;

    use super::*;

    fn script(n: u32) -> ScriptBuf {
        ScriptBuf::from_bytes(n.to_le_bytes().to_vec())
    }

    #[test]
    fn finds_what_was_inserted_and_nothing_else() {
        let mut index = ScriptIndex::default();
        assert_eq!(index.find(&script(0)), None);
        for n in 0..10_000 {
            index.insert(ScriptKey::of(&script(n)));
            index.insert(ScriptKey::of(&script(n)));
        }
        assert_eq!(index.len, 10_000);
        for n in 0..10_000 {
            assert_eq!(index.find(&script(n)), Some(ScriptKey::of(&script(n))));
        }
        for n in 10_000..30_000 {
            assert_eq!(index.find(&script(n)), None);
        }
    }

    #[test]
    fn a_script_costs_at_most_32_bytes() {
        let mut index = ScriptIndex::default();
        for n in 0..100_000u32 {
            index.insert(ScriptKey::of(&script(n)));
            if index.len > 1000 {
                assert!(index.slots.capacity() * 16 <= index.len * 32, "at {}", index.len);
            }
        }
    }
}
