//! The words of `specie trigger`: what a developer wants an invoice to go through, by the name of what it leads to. What
//! has to be there before, a payment or a block, is made.

use clap::{Args, ValueEnum};

use crate::app::Scenario;
use crate::http::admin::PracticeWords;

/// What happens, and to which invoice.
#[derive(Debug, Args)]
pub(super) struct Trigger {
    /// What happens.
    #[arg(value_enum)]
    event: Event,
    /// The invoice, by its id or its number.
    #[arg(long, value_name = "ID")]
    invoice: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Event {
    /// What is missing is paid
    #[value(name = "invoice.paid")]
    Paid,
    /// Half of what is missing is paid
    #[value(name = "invoice.partial")]
    Partial,
    /// Half as much again as what is missing is paid
    #[value(name = "invoice.overpaid")]
    Overpaid,
    /// The time for paying ends, and then it is paid
    #[value(name = "invoice.late")]
    Late,
    /// A payment is sent again for a higher fee
    #[value(name = "invoice.replaced")]
    Replaced,
    /// The coins of a payment are spent elsewhere before it is in a block
    #[value(name = "invoice.double_spend")]
    DoubleSpend,
    /// Blocks are mined, as many as confirm it
    #[value(name = "invoice.confirmed")]
    Confirmed,
    /// The blocks since its payment are replaced, and the payment waits for a block again
    #[value(name = "invoice.reorg")]
    Reorg,
    /// The time for paying ends
    #[value(name = "invoice.expired")]
    Expired,
}

impl Event {
    fn scenario(self) -> Scenario {
        match self {
            Self::Paid => Scenario::Pay,
            Self::Partial => Scenario::Underpay,
            Self::Overpaid => Scenario::Overpay,
            Self::Late => Scenario::PayLate,
            Self::Replaced => Scenario::Replace,
            Self::DoubleSpend => Scenario::DoubleSpend,
            Self::Confirmed => Scenario::Mine,
            Self::Reorg => Scenario::Reorg,
            Self::Expired => Scenario::Expire,
        }
    }
}

impl Trigger {
    /// The command as the server understands it.
    pub(super) fn words(self) -> PracticeWords {
        PracticeWords::Trigger { scenario: self.event.scenario().name().to_owned(), invoice: self.invoice }
    }
}
