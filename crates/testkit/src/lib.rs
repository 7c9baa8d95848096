//! Development only: what tests of several crates share. Never a dependency of what is shipped.

pub mod node;
