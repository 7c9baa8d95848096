//! The tests of commands again, on PostgreSQL. Where settings come from, and the demonstration, have nothing to do with
//! the engine.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/house.rs"]
mod house;
#[path = "cli/verify.rs"]
mod verify;
