//! Chance that can be had again: the same seed gives the same numbers (SplitMix64). What the threads
//! of a computer make of them is another matter, and never the same twice.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of that number, of all that a seed has.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut chance = Self(seed);
        chance.0 = chance.next() ^ stream.wrapping_mul(0xd134_2543_de82_ef95);
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, and without, a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
