//! What a wallet's owner goes through: a transaction is made, signed elsewhere, and taken back; and what is refused.
//!
//! Each story is told for every kind of wallet. The keys are those of BIP 39's test words and live in the tests alone.

mod built;
mod property;
mod refused;
mod replaced;
mod shown;
mod signed;
mod wallet;
