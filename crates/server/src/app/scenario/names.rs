//! The scenarios by name, and what can be said about each when it is played.

use bitcoin::Amount;

/// What is made to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// What is missing is paid.
    Pay,
    /// Less than that is paid.
    Underpay,
    /// More than that is paid.
    Overpay,
    /// The time for paying ends, and then it is paid.
    PayLate,
    /// A payment that is in no block is sent again for a higher fee.
    Replace,
    /// The coins of what is in no block are spent elsewhere.
    DoubleSpend,
    /// Blocks are mined.
    Mine,
    /// The blocks since its payments are replaced, and its payments wait for a block again.
    Reorg,
    /// The blocks since its payments are replaced, and its payments are gone for good.
    Vanish,
    /// The time for paying ends.
    Expire,
}

impl Scenario {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Pay,
        Self::Underpay,
        Self::Overpay,
        Self::PayLate,
        Self::Replace,
        Self::DoubleSpend,
        Self::Mine,
        Self::Reorg,
        Self::Vanish,
        Self::Expire,
    ];

    /// Its name in forms and on APIs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Underpay => "underpay",
            Self::Overpay => "overpay",
            Self::PayLate => "pay_late",
            Self::Replace => "replace",
            Self::DoubleSpend => "double_spend",
            Self::Mine => "mine",
            Self::Reorg => "reorg",
            Self::Vanish => "reorg_vanish",
            Self::Expire => "expire",
        }
    }

    /// The scenario of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// Whether something is paid by it, so that an amount can be named.
    #[must_use]
    pub fn pays(self) -> bool {
        matches!(self, Self::Pay | Self::Underpay | Self::Overpay | Self::PayLate)
    }

    /// Whether blocks come by it, so that their number can be named.
    #[must_use]
    pub fn makes_blocks(self) -> bool {
        matches!(self, Self::Mine | Self::Reorg | Self::Vanish)
    }
}

/// A scenario, with all that can be said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// What is made to happen.
    pub scenario: Scenario,
    /// How much is paid; none: what makes sense.
    pub amount: Option<Amount>,
    /// How many blocks are mined, or replaced; none: one, or all since its payments.
    pub blocks: Option<u32>,
}

impl Play {
    /// A scenario as it makes sense.
    #[must_use]
    pub const fn of(scenario: Scenario) -> Self {
        Self { scenario, amount: None, blocks: None }
    }
}
