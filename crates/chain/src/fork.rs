//! The chain as it was followed: enough blocks of it to find where the node's chain left it.

use bitcoin::BlockHash;
use specie_core::chain::{BlockRef, Locator};
use specie_core::time::Timestamp;

/// The most recent blocks that a locator names one by one.
const DENSE: u32 = 10;

/// How far below its birth a locator reaches, so that a reorganisation soon after it is not taken
/// for another chain: the largest depth of a difficulty period. Nothing before the birth matters,
/// so these blocks count as followed.
const BIRTH_DEPTH: u32 = 2016;

/// Blocks known to be followed, lowest first, with gaps.
#[derive(Debug, Default)]
pub(crate) struct Path {
    blocks: Vec<BlockRef>,
}

impl Path {
    /// The blocks of a locator.
    pub(crate) fn of(locator: &Locator) -> Self {
        let mut blocks = locator.blocks.clone();
        blocks.sort_by_key(|block| block.height);
        blocks.dedup_by_key(|block| block.height);
        Self { blocks }
    }

    /// The heights to name when nothing was followed yet, lowest first.
    pub(crate) fn birth_heights(tip: u32) -> Vec<u32> {
        let sparse = std::iter::successors(Some(DENSE), |depth| Some(depth * 2));
        let depths = (0..DENSE).chain(sparse.take_while(|depth| *depth <= BIRTH_DEPTH));
        let mut heights: Vec<u32> = depths.filter_map(|depth| tip.checked_sub(depth)).collect();
        heights.reverse();
        heights
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The highest block.
    pub(crate) fn tip(&self) -> Option<BlockRef> {
        self.blocks.last().copied()
    }

    /// The block at this height, if the path names it.
    pub(crate) fn hash_at(&self, height: u32) -> Option<BlockHash> {
        let place = self.blocks.binary_search_by_key(&height, |block| block.height).ok()?;
        Some(self.blocks[place].hash)
    }

    /// Drops the highest block.
    pub(crate) fn pop(&mut self) {
        self.blocks.pop();
    }

    /// Adds a block above all others.
    pub(crate) fn push(&mut self, block: BlockRef) {
        debug_assert!(self.tip().is_none_or(|tip| tip.height < block.height));
        self.blocks.push(block);
    }

    /// The locator: dense at the top, then the lowest block of every doubling of the depth, and
    /// the lowest of all.
    pub(crate) fn locator(&self, synced_at: Timestamp) -> Locator {
        let top = self.tip().map_or(0, |tip| tip.height);
        let mut blocks: Vec<BlockRef> = Vec::new();
        for block in self.blocks.iter().rev() {
            let depth = top - block.height;
            let same_span =
                blocks.last().is_some_and(|above| depth >= DENSE && span(top - above.height) == span(depth));
            if same_span {
                // The lower one stays: it is the one that will grow into the next span.
                blocks.pop();
            }
            blocks.push(*block);
        }
        Locator { blocks, synced_at }
    }
}

/// Which doubling of the depth; every dense block is a span of its own.
fn span(depth: u32) -> u32 {
    if depth < DENSE { depth } else { DENSE + (depth / DENSE).ilog2() }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;

    use super::*;

    fn block(height: u32) -> BlockRef {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&height.to_le_bytes());
        BlockRef { height, hash: BlockHash::from_byte_array(bytes) }
    }

    fn heights(locator: &Locator) -> Vec<u32> {
        locator.blocks.iter().map(|block| block.height).collect()
    }

    #[test]
    fn a_locator_that_grows_block_by_block_stays_short_and_reaches_its_birth() {
        let mut locator = Locator::default();
        for height in 50..5000 {
            let mut path = Path::of(&locator);
            path.push(block(height));
            locator = path.locator(Timestamp::EPOCH);
        }
        let heights = heights(&locator);
        assert_eq!(heights[..10], [4999, 4998, 4997, 4996, 4995, 4994, 4993, 4992, 4991, 4990]);
        assert_eq!(heights.last(), Some(&50));
        assert!(heights.len() <= 10 + 10, "{heights:?}");
        // No gap is much deeper than twice what lies above it, or a reorganisation would cost
        // far more blocks than it undid.
        for pair in heights.windows(2) {
            let (above, below) = (4999 - pair[0], 4999 - pair[1]);
            assert!(below <= (above + 1) * 4, "{heights:?}");
        }
    }

    #[test]
    fn a_locator_survives_a_round_trip_and_the_birth_is_dense_and_then_sparse() {
        assert_eq!(Path::birth_heights(3), [0, 1, 2, 3]);
        let heights = Path::birth_heights(100_000);
        assert_eq!(heights.first(), Some(&(100_000 - 1280)));
        assert_eq!(heights.len(), 10 + 8);
        let path = Path { blocks: heights.iter().map(|height| block(*height)).collect() };
        let locator = path.locator(Timestamp::EPOCH);
        assert_eq!(Path::of(&locator).blocks, path.blocks);
    }
}
