//! What the project's own commands and the test suite share: the tidy rules.
//!
//! A library so that `tests/tidy.rs` can run them under nextest; the commands themselves live in the binary.

pub mod tidy;
