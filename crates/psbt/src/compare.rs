//! Is what came back the transaction that was given out? If not, in what do they differ?
//!
//! Any difference refuses; the order of questions only decides which one is told. Nothing is mended.

use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction, TxOut};

use crate::refusal::Refusal;

/// Compares two transactions without signatures.
pub fn same(ours: &Transaction, theirs: &Transaction) -> Result<(), Refusal> {
    inputs(ours, theirs)?;
    if ours.version != theirs.version {
        return Err(Refusal::VersionChanged);
    }
    if ours.lock_time != theirs.lock_time {
        return Err(Refusal::LockTimeChanged);
    }
    outputs(&ours.output, &theirs.output)?;
    // Nothing else is in a transaction; if that ever changes, it is refused all the same.
    if ours == theirs { Ok(()) } else { Err(Refusal::NotAPsbt) }
}

fn inputs(ours: &Transaction, theirs: &Transaction) -> Result<(), Refusal> {
    let spent = |tx: &Transaction| tx.input.iter().map(|input| input.previous_output).collect::<Vec<_>>();
    let (mine, other) = (spent(ours), spent(theirs));
    let set = |spent: &[OutPoint]| spent.iter().copied().collect::<BTreeSet<_>>();
    let (my_set, other_set) = (set(&mine), set(&other));
    if my_set.is_disjoint(&other_set) {
        return Err(Refusal::Foreign);
    }
    if let Some(outpoint) = other_set.difference(&my_set).next() {
        return Err(Refusal::OtherInput { outpoint: *outpoint });
    }
    if let Some(outpoint) = my_set.difference(&other_set).next() {
        return Err(Refusal::InputMissing { outpoint: *outpoint });
    }
    if mine != other {
        return Err(Refusal::InputsMoved);
    }
    let changed =
        ours.input.iter().zip(&theirs.input).position(|(ours, theirs)| ours.sequence != theirs.sequence);
    changed.map_or(Ok(()), |input| Err(Refusal::SequenceChanged { input }))
}

fn outputs(ours: &[TxOut], theirs: &[TxOut]) -> Result<(), Refusal> {
    if theirs.len() > ours.len() {
        let vout = first_new(theirs, ours);
        return Err(Refusal::OutputAdded { vout, amount: theirs[vout].value });
    }
    if theirs.len() < ours.len() {
        let vout = first_new(ours, theirs);
        return Err(Refusal::OutputMissing { vout, amount: ours[vout].value });
    }
    match ours.iter().zip(theirs).enumerate().find(|(_, (ours, theirs))| ours != theirs) {
        None => Ok(()),
        Some((vout, (ours, theirs))) => Err(Refusal::OutputChanged {
            vout,
            ours: ours.value,
            theirs: theirs.value,
            elsewhere: ours.script_pubkey != theirs.script_pubkey,
        }),
    }
}

/// The first of the longer list that the shorter one does not have as well.
fn first_new(longer: &[TxOut], shorter: &[TxOut]) -> usize {
    let mut left: Vec<_> = shorter.iter().collect();
    let new = longer.iter().position(|output| match left.iter().position(|other| *other == output) {
        Some(found) => {
            left.swap_remove(found);
            false
        }
        None => true,
    });
    new.unwrap_or(0)
}
