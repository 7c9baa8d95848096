//! A block as it came, read without being taken apart: which of its transactions matter?
//!
//! Nearly none of a block's transactions pay a watched script or spend what is asked for. So its
//! bytes are walked once, each output's script and each input's outpoint is looked at where it lies,
//! and only a transaction that matters is decoded and hashed.
//!
//! What is walked must be a whole block, to the last byte: anything else is an error, and nothing of
//! it counts. Lengths come from a stranger: none is trusted before the bytes are there.

use bitcoin::block::Header;
use bitcoin::consensus::{Decodable, deserialize};
use bitcoin::hashes::{Hash, HashEngine};
use bitcoin::{OutPoint, Script, Transaction, TxMerkleNode, Txid, merkle_tree};

use crate::index::{ScriptIndex, ScriptKey};

/// Why bytes are no block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RawError {
    /// They end too early.
    #[error("the block ends too early")]
    TooShort,
    /// More follows.
    #[error("something follows the block")]
    TooLong,
    /// They are not written as a block has to be.
    #[error("the block is malformed")]
    Malformed,
    /// The transactions are not those that the header commits to.
    #[error("the transactions are not those of the header")]
    OtherTransactions,
}

/// A whole block in Bitcoin's own encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawBlock {
    pub(crate) header: Header,
    bytes: Vec<u8>,
}

impl RawBlock {
    /// A block whose header commits to its transactions.
    pub(crate) fn new(bytes: Vec<u8>) -> Result<Self, RawError> {
        let (header, txids) = txids(&bytes)?;
        let root = merkle_tree::calculate_root(txids.into_iter());
        if root.map(|root| TxMerkleNode::from_byte_array(root.to_byte_array())) != Some(header.merkle_root) {
            return Err(RawError::OtherTransactions);
        }
        Ok(Self { header, bytes })
    }

    /// The transactions that pay one of these scripts, or spend what somebody asks for.
    pub(crate) fn matters(
        &self,
        index: &ScriptIndex,
        spends: impl FnMut(&OutPoint) -> bool,
    ) -> Result<Vec<Transaction>, RawError> {
        matters(&self.bytes, |script| index.find(script).is_some(), spends)
    }

    /// The transactions that spend what somebody asks for.
    pub(crate) fn spending(
        &self,
        spends: impl FnMut(&OutPoint) -> bool,
    ) -> Result<Vec<Transaction>, RawError> {
        matters(&self.bytes, |_| false, spends)
    }
}

impl From<&bitcoin::Block> for RawBlock {
    fn from(block: &bitcoin::Block) -> Self {
        Self { header: block.header, bytes: bitcoin::consensus::serialize(block) }
    }
}

/// Scripts to be looked for in blocks.
#[derive(Debug, Default)]
pub struct Scripts(ScriptIndex);

impl Scripts {
    /// Looks for this one from now on.
    pub fn insert(&mut self, script: &Script) {
        self.0.insert(ScriptKey::of(script));
    }

    /// The outputs of a block, in Bitcoin's own encoding, that pay one of the scripts.
    ///
    /// # Errors
    /// [`RawError`] if it is no block. Whether the header commits to the transactions is not asked.
    pub fn paid_by(&self, block: &[u8]) -> Result<Vec<OutPoint>, RawError> {
        let found = matters(block, |script| self.0.find(script).is_some(), |_| false)?;
        let outputs = found.iter().flat_map(|tx| {
            let txid = tx.compute_txid();
            let paying = (0u32..).zip(&tx.output).filter(|(_, o)| self.0.find(&o.script_pubkey).is_some());
            paying.map(move |(vout, _)| OutPoint { txid, vout })
        });
        Ok(outputs.collect())
    }
}

/// The transactions of a block that pay what is looked for or spend it, decoded, in order.
fn matters(
    block: &[u8],
    mut pays: impl FnMut(&Script) -> bool,
    mut spends: impl FnMut(&OutPoint) -> bool,
) -> Result<Vec<Transaction>, RawError> {
    let mut found = Vec::new();
    walk(block, &mut pays, &mut spends, |passed| {
        if passed.matters {
            found.push(deserialize(passed.whole).map_err(|_| RawError::Malformed)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The header and every transaction's id.
fn txids(block: &[u8]) -> Result<(Header, Vec<Txid>), RawError> {
    let mut txids = Vec::new();
    let header = walk(block, &mut |_| false, &mut |_| false, |passed| {
        let mut hash = Txid::engine();
        for part in passed.without_witnesses {
            hash.input(part);
        }
        txids.push(Txid::from_engine(hash));
        Ok(())
    })?;
    Ok((header, txids))
}

/// A transaction that was passed.
struct Passed<'a> {
    whole: &'a [u8],
    /// What its id is the hash of.
    without_witnesses: [&'a [u8]; 3],
    matters: bool,
}

fn walk<'a>(
    block: &'a [u8],
    pays: &mut impl FnMut(&Script) -> bool,
    spends: &mut impl FnMut(&OutPoint) -> bool,
    mut each: impl FnMut(Passed<'a>) -> Result<(), RawError>,
) -> Result<Header, RawError> {
    let mut walk = Walk { rest: block };
    let header = Header::consensus_decode(&mut walk.take(Header::SIZE)?).map_err(|_| RawError::Malformed)?;
    for _ in 0..walk.size()? {
        each(walk.transaction(pays, spends)?)?;
    }
    if walk.rest.is_empty() { Ok(header) } else { Err(RawError::TooLong) }
}

/// What of the bytes was not passed yet.
struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], RawError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(RawError::TooShort)?;
        self.rest = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], RawError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(RawError::TooShort)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A number in Bitcoin's variable form, which has to be the shortest.
    fn size(&mut self) -> Result<u64, RawError> {
        let [first] = self.bytes()?;
        let (size, least) = match first {
            0xfd => (u64::from(u16::from_le_bytes(self.bytes()?)), 0xfd),
            0xfe => (u64::from(u32::from_le_bytes(self.bytes()?)), 0x1_0000),
            0xff => (u64::from_le_bytes(self.bytes()?), 0x1_0000_0000),
            small => (u64::from(small), 0),
        };
        if size < least { Err(RawError::Malformed) } else { Ok(size) }
    }

    fn text(&mut self) -> Result<&'a [u8], RawError> {
        let size = usize::try_from(self.size()?).map_err(|_| RawError::TooShort)?;
        self.take(size)
    }

    /// What was passed since there was so much left.
    fn since(before: &'a [u8], after: &'a [u8]) -> Result<&'a [u8], RawError> {
        before.get(..before.len() - after.len()).ok_or(RawError::TooShort)
    }

    fn transaction(
        &mut self,
        pays: &mut impl FnMut(&Script) -> bool,
        spends: &mut impl FnMut(&OutPoint) -> bool,
    ) -> Result<Passed<'a>, RawError> {
        let begin = self.rest;
        let version = self.take(4)?;
        let mut body = self.rest;
        let mut inputs = self.size()?;
        // No input: the mark of a transaction with witnesses.
        let is_marked = inputs == 0;
        if is_marked {
            if self.bytes()? != [1] {
                return Err(RawError::Malformed);
            }
            body = self.rest;
            inputs = self.size()?;
        }
        let spent = self.inputs(inputs, spends)?;
        let paid = self.outputs(pays)?;
        let body = Self::since(body, self.rest)?;
        if is_marked && !self.witnesses(inputs)? && inputs > 0 {
            return Err(RawError::Malformed);
        }
        let lock_time = self.take(4)?;
        let without_witnesses = [version, body, lock_time];
        Ok(Passed { whole: Self::since(begin, self.rest)?, without_witnesses, matters: spent || paid })
    }

    fn inputs(&mut self, inputs: u64, spends: &mut impl FnMut(&OutPoint) -> bool) -> Result<bool, RawError> {
        let mut matters = false;
        for _ in 0..inputs {
            let txid = Txid::from_byte_array(self.bytes()?);
            let vout = u32::from_le_bytes(self.bytes()?);
            matters |= spends(&OutPoint { txid, vout });
            self.text()?;
            self.take(4)?;
        }
        Ok(matters)
    }

    fn outputs(&mut self, pays: &mut impl FnMut(&Script) -> bool) -> Result<bool, RawError> {
        let mut matters = false;
        for _ in 0..self.size()? {
            self.take(8)?;
            matters |= pays(Script::from_bytes(self.text()?));
        }
        Ok(matters)
    }

    /// Passes the witnesses; whether there is any.
    fn witnesses(&mut self, inputs: u64) -> Result<bool, RawError> {
        let mut any = false;
        for _ in 0..inputs {
            for _ in 0..self.size()? {
                any = true;
                self.text()?;
            }
        }
        Ok(any)
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::consensus::serialize;
    use bitcoin::constants::genesis_block;
    use bitcoin::{Amount, Block, Network, ScriptBuf, Sequence, TxIn, TxOut, Witness};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn input() -> impl Strategy<Value = TxIn> {
        let witness = vec(vec(any::<u8>(), 0..4), 0..3);
        (0..8u8, 0..3u32, vec(any::<u8>(), 0..4), witness).prop_map(|(spent, vout, script, witness)| TxIn {
            previous_output: OutPoint { txid: Txid::from_byte_array([spent; 32]), vout },
            script_sig: ScriptBuf::from_bytes(script),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&witness),
        })
    }

    fn output() -> impl Strategy<Value = TxOut> {
        let script = prop_oneof![vec(0..4u8, 0..3), vec(any::<u8>(), 250..260)];
        (0..1000u64, script).prop_map(|(value, script)| TxOut {
            value: Amount::from_sat(value),
            script_pubkey: ScriptBuf::from_bytes(script),
        })
    }

    fn transaction() -> impl Strategy<Value = Transaction> {
        (vec(input(), 0..4), vec(output(), 0..4)).prop_map(|(input, output)| Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input,
            output,
        })
    }

    fn block() -> impl Strategy<Value = Block> {
        vec(transaction(), 1..6).prop_map(|txdata| {
            let mut block = Block { header: genesis_block(Network::Regtest).header, txdata };
            block.header.merkle_root = block.compute_merkle_root().expect("a transaction");
            block
        })
    }

    /// What is looked for: short scripts that begin with 1, and some outpoints.
    fn is_paid(script: &Script) -> bool {
        script.as_bytes().first() == Some(&1)
    }

    fn is_spent(spent: &OutPoint) -> bool {
        spent.vout == 2 && spent.txid != Txid::from_byte_array([0; 32])
    }

    proptest! {
        #[test]
        fn what_matters_is_found_as_it_is_in_the_block_taken_apart(block in block()) {
            let expected: Vec<Transaction> = block.txdata.iter().filter(|tx| {
                tx.output.iter().any(|output| is_paid(&output.script_pubkey))
                    || tx.input.iter().any(|input| is_spent(&input.previous_output))
            }).cloned().collect();
            let bytes = serialize(&block);
            prop_assert_eq!(matters(&bytes, is_paid, is_spent), Ok(expected));
            let ids: Vec<Txid> = block.txdata.iter().map(Transaction::compute_txid).collect();
            prop_assert_eq!(txids(&bytes), Ok((block.header, ids)));
            prop_assert_eq!(RawBlock::new(bytes).map(|raw| raw.header), Ok(block.header));
        }

        #[test]
        fn bytes_are_a_block_or_not_as_they_are_to_rust_bitcoin(
            block in block(),
            changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            cut in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let mut bytes = serialize(&block);
            for (at, byte) in changes {
                // Behind the header, of which every change is a header as well.
                let at = Header::SIZE + at.index(bytes.len() - Header::SIZE);
                bytes[at] = byte;
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let theirs = deserialize::<Block>(&bytes);
            let ours = txids(&bytes);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
            if let (Ok((_, ids)), Ok(block)) = (ours, theirs) {
                let expected: Vec<Txid> = block.txdata.iter().map(Transaction::compute_txid).collect();
                prop_assert_eq!(ids, expected);
                prop_assert_eq!(RawBlock::new(bytes).is_ok(), block.check_merkle_root());
            }
        }

        #[test]
        fn any_bytes_can_be_read(bytes in vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(txids(&bytes).is_ok(), deserialize::<Block>(&bytes).is_ok());
        }
    }

    #[test]
    fn a_block_with_something_behind_it_or_with_other_transactions_is_none() {
        let block = genesis_block(Network::Regtest);
        let mut bytes = serialize(&block);
        bytes.push(0);
        assert_eq!(RawBlock::new(bytes), Err(RawError::TooLong));
        let mut other = block.clone();
        other.txdata.push(block.txdata[0].clone());
        assert_eq!(RawBlock::new(serialize(&other)), Err(RawError::OtherTransactions));
        assert_eq!(RawBlock::new(vec![]), Err(RawError::TooShort));
    }
}
