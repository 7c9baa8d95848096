//! What makes sense for an invoice as it stands, and how much of it: decided once, for whoever offers a scenario and for
//! whoever plays it.

use bitcoin::Amount;
use specie_core::invoice::{Flag, Speed, Status};

use super::Scenario;
use crate::app::view::{InvoiceView, PaymentState, PaymentView};

/// Most blocks that are mined, or replaced, at once.
pub const MAX_BLOCKS: u32 = 100;
/// How many payments a practice invoice is given at most: each is a row, and strangers play, too.
const MAX_PAYMENTS: usize = 100;
/// The most that one scenario pays: the practice chain has an end.
const MAX_AMOUNT: Amount = Amount::from_int_btc(1_000);
/// What a top-up is paid if nobody says how much.
const TOP_UP: Amount = Amount::from_sat(100_000);

/// Why a scenario is not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayed {
    /// It is free.
    #[error("nothing is asked for this invoice")]
    NothingAsked,
    /// Its buyer has to want one first.
    #[error("this invoice has no address yet: its buyer has to open the payment first")]
    NoAddress,
    /// It takes whatever comes.
    #[error("this invoice takes any amount: none is too little or too much")]
    AnyAmount,
    /// Nothing is missing, or it was decided otherwise.
    #[error("this invoice waits for no payment any more")]
    NotDue,
    /// What comes now comes late.
    #[error("the time for paying this invoice is over")]
    Over,
    /// Less than a satoshi cannot be paid.
    #[error("too little is missing for that")]
    TooSmall,
    /// No payment of it is in the mempool.
    #[error("no payment of this invoice waits for its first block")]
    NothingWaits,
    /// No payment of it is in a block.
    #[error("no payment of this invoice is in a block")]
    NothingMined,
    /// Nobody replaces so many blocks.
    #[error("this invoice's payment is more than {MAX_BLOCKS} blocks deep")]
    TooDeep,
    /// It has as many as it is given.
    #[error("this invoice has had {MAX_PAYMENTS} payments: make another one")]
    TooMany,
    /// It is not less than what is missing, or not more.
    #[error("this amount does not fit: it has to be {0} what is missing")]
    Amount(&'static str),
    /// Nothing, or more than the practice chain gives at once.
    #[error("an amount is above zero, and 1000 bitcoin at most")]
    AmountRange,
    /// Nobody pays anything.
    #[error("this scenario takes no amount")]
    NoAmount,
    /// None, or too many.
    #[error("from 1 to {MAX_BLOCKS} blocks are mined or replaced at once")]
    Blocks,
    /// So few do not reach its payments.
    #[error("no payment of this invoice is in so few blocks")]
    TooShallow,
    /// No block comes of it.
    #[error("this scenario takes no number of blocks")]
    NoBlocks,
}

/// Whether a scenario makes sense for a practice invoice as it stands.
///
/// # Errors
/// [`NotPlayed`] says why not.
pub fn may_play(view: &InvoiceView, scenario: Scenario) -> Result<(), NotPlayed> {
    match scenario {
        Scenario::Pay => may_pay(view, is_due(view)),
        Scenario::Underpay | Scenario::Overpay => {
            may_pay(view, is_due(view))?;
            match scenario {
                _ if view.top_up => Err(NotPlayed::AnyAmount),
                Scenario::Underpay if view.remaining < 2 => Err(NotPlayed::TooSmall),
                _ => fits(default_amount(view, scenario)),
            }
        }
        Scenario::PayLate => may_pay(view, is_due(view) || is_late(view)),
        Scenario::Replace | Scenario::DoubleSpend => {
            has(view, PaymentState::Mempool).ok_or(NotPlayed::NothingWaits)?;
            if view.payments.len() >= MAX_PAYMENTS { Err(NotPlayed::TooMany) } else { Ok(()) }
        }
        Scenario::Mine => Ok(()),
        Scenario::Reorg | Scenario::Vanish => {
            has(view, PaymentState::Confirmed).ok_or(NotPlayed::NothingMined)?;
            let depths: Vec<u32> = mined(view).map(|p| p.confirmations).collect();
            depth_of(&depths, None).map(drop)
        }
        Scenario::Expire if is_due(view) => Ok(()),
        Scenario::Expire if view.status == Status::New || view.status == Status::Expired => {
            Err(NotPlayed::Over)
        }
        Scenario::Expire => Err(NotPlayed::NotDue),
    }
}

fn may_pay(view: &InvoiceView, in_time: bool) -> Result<(), NotPlayed> {
    match () {
        () if view.is_free() => Err(NotPlayed::NothingAsked),
        () if !in_time && (view.status == Status::New || is_late(view)) => Err(NotPlayed::Over),
        () if !in_time => Err(NotPlayed::NotDue),
        () if view.unopened => Err(NotPlayed::NoAddress),
        () if view.payments.len() >= MAX_PAYMENTS => Err(NotPlayed::TooMany),
        () => fits(default_amount(view, Scenario::Pay)),
    }
}

/// Whether it can be paid in time.
pub(super) fn is_due(view: &InvoiceView) -> bool {
    view.status == Status::New && view.shown_at < view.expires_at
}

/// Whether what comes now comes late.
fn is_late(view: &InvoiceView) -> bool {
    let over = view.status == Status::New && view.shown_at >= view.expires_at;
    over || view.status == Status::Expired && view.flag != Flag::PaidLate
}

fn has(view: &InvoiceView, state: PaymentState) -> Option<&PaymentView> {
    view.payments.iter().find(|p| p.state == state)
}

fn mined(view: &InvoiceView) -> impl Iterator<Item = &PaymentView> {
    view.payments.iter().filter(|p| p.state == PaymentState::Confirmed)
}

/// What a scenario pays if nobody says how much: what is missing, half of it, or half as much again.
pub(super) fn default_amount(view: &InvoiceView, scenario: Scenario) -> Amount {
    let missing = match view.remaining {
        0 => TOP_UP.to_sat(),
        missing => missing,
    };
    Amount::from_sat(match scenario {
        Scenario::Underpay => missing / 2,
        Scenario::Overpay => missing.saturating_add(missing.div_ceil(2)),
        _ => missing,
    })
}

/// How many blocks confirm it, as it asks.
#[must_use]
pub fn confirming_blocks(view: &InvoiceView) -> u32 {
    match view.speed {
        Speed::High | Speed::Medium => 1,
        Speed::LowMedium => 2,
        Speed::Low => 6,
    }
}

/// What a scenario pays.
pub(super) fn amount(
    view: &InvoiceView,
    scenario: Scenario,
    named: Option<Amount>,
) -> Result<Amount, NotPlayed> {
    let amount = named.unwrap_or_else(|| default_amount(view, scenario));
    fits(amount)?;
    match scenario {
        Scenario::Underpay if amount.to_sat() >= view.remaining => Err(NotPlayed::Amount("less than")),
        Scenario::Overpay if amount.to_sat() <= view.remaining => Err(NotPlayed::Amount("more than")),
        _ => Ok(amount),
    }
}

fn fits(amount: Amount) -> Result<(), NotPlayed> {
    let fits = amount > Amount::ZERO && amount <= MAX_AMOUNT;
    fits.then_some(()).ok_or(NotPlayed::AmountRange)
}

/// How many blocks are replaced: as many as are named, else all since these payments.
pub(super) fn depth_of(depths: &[u32], named: Option<u32>) -> Result<u32, NotPlayed> {
    let (Some(deepest), Some(highest)) = (depths.iter().copied().max(), depths.iter().copied().min()) else {
        return Err(NotPlayed::NothingMined);
    };
    let depth = match named {
        Some(0) => return Err(NotPlayed::Blocks),
        Some(named) if named < highest => return Err(NotPlayed::TooShallow),
        // What is below its payments is nobody's business here.
        Some(named) => named.min(deepest),
        None => deepest,
    };
    if depth > MAX_BLOCKS { Err(NotPlayed::TooDeep) } else { Ok(depth) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_replaced_down_to_its_payments_and_no_deeper() {
        for (depths, named, depth) in [
            (&[] as &[u32], None, Err(NotPlayed::NothingMined)),
            (&[1], None, Ok(1)),
            (&[3, 7], None, Ok(7)),
            (&[3, 7], Some(3), Ok(3)),
            (&[3, 7], Some(5), Ok(5)),
            (&[3, 7], Some(100), Ok(7)),
            (&[3, 7], Some(2), Err(NotPlayed::TooShallow)),
            (&[3], Some(0), Err(NotPlayed::Blocks)),
            (&[100], None, Ok(100)),
            (&[101], None, Err(NotPlayed::TooDeep)),
            (&[1, 101], None, Err(NotPlayed::TooDeep)),
            (&[1, 101], Some(1), Ok(1)),
        ] {
            assert_eq!(depth_of(depths, named), depth, "{depths:?}, {named:?}");
        }
    }
}
