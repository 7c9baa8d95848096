//! What a transaction weighs once it is signed, and what it has to pay for that. Integers only, rounded up.

use bitcoin::{Amount, FeeRate, Transaction, Weight};

use crate::plan::Replaced;

/// What nodes ask for each vbyte of a replacement, beyond the fee of what it replaces (BIP 125, rule 4).
const MORE_PER_VBYTE: u64 = 1;

/// A segwit transaction's marker and flag.
const MARKER: Weight = Weight::from_wu(2);

/// A rate beyond which nothing is reckoned: 0.01 BTC for each vbyte.
pub const HIGHEST_RATE: FeeRate = FeeRate::from_sat_per_kwu(250_000_000);

/// What a transaction has to pay at least to take the place of another (BIP 125, rules 3 and 4, and the higher rate that
/// nodes ask for besides), if its own virtual size is `vsize` vbytes.
#[must_use]
pub fn least_fee(replaces: Replaced, vsize: u64) -> Amount {
    let fee = replaces.fee.to_sat();
    let relayed = fee.saturating_add(vsize.saturating_mul(MORE_PER_VBYTE));
    let same_rate = u128::from(fee) * u128::from(vsize) / u128::from(replaces.vsize.max(1));
    let higher_rate = u64::try_from(same_rate).unwrap_or(u64::MAX).saturating_add(1);
    Amount::from_sat(relayed.max(higher_rate))
}

/// What the signed transaction weighs at most, if each input needs at most `satisfaction` beyond an empty one's weight.
pub fn signed_weight(tx: &Transaction, satisfaction: Weight, segwit: bool) -> Weight {
    let inputs = u64::try_from(tx.input.len()).unwrap_or(u64::MAX);
    let base = Weight::from_non_witness_data_size(u64::try_from(tx.base_size()).unwrap_or(u64::MAX));
    // Each input of a segwit transaction counts its witness's elements, also if there are none.
    let witnesses = if segwit { MARKER + Weight::from_wu(inputs) } else { Weight::ZERO };
    base + witnesses + Weight::from_wu(satisfaction.to_wu().saturating_mul(inputs))
}

/// The fee at `rate` for `weight`, rounded up.
pub fn fee_at(rate: FeeRate, weight: Weight) -> Amount {
    Amount::from_sat(thousandth(u128::from(rate.to_sat_per_kwu()) * u128::from(weight.to_wu())))
}

/// The lowest rate at which `weight` pays `fee`.
pub fn rate_for(fee: Amount, weight: Weight) -> FeeRate {
    let per_kwu = (u128::from(fee.to_sat()) * 1000).div_ceil(u128::from(weight.to_wu().max(1)));
    FeeRate::from_sat_per_kwu(u64::try_from(per_kwu).unwrap_or(u64::MAX))
}

fn thousandth(of: u128) -> u64 {
    u64::try_from(of.div_ceil(1000)).unwrap_or(u64::MAX)
}
