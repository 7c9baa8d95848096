//! Taking what came for what was asked.

use super::open_enum;

open_enum! {
    /// What is accepted of an invoice that was paid too little or too much.
    Adjustment {
        /// Too little came, and it is enough.
        AcceptPartialPayment = "acceptPartialPayment",
        /// Too much came, and it is kept as a credit.
        AcceptOverPayment = "acceptOverPayment",
    }
}
