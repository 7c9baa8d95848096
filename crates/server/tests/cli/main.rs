//! The command line as scripts use it: one object for each command, exit codes, errors with
//! their cause, and what it leaves on disk.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod commands;
mod configuration;
mod demo;
mod house;
mod logs;
mod trigger;
mod verify;
