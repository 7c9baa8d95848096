//! The developer's commands: a client of any Specie server, wherever it runs. They know no data folder and no socket, and
//! do nothing that another client could not do with the same key.

mod account;
mod invoices;
mod listen;
mod login;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use specie_core::text::is_hidden;

use super::fail;

/// Where it is kept who is logged in.
#[derive(Debug, Clone, Args)]
pub(super) struct Kept {
    /// The file that keeps who is logged in [default: specie/login.json in the user's folder of settings].
    #[arg(long, value_name = "FILE", env = "SPECIE_LOGIN")]
    login: Option<PathBuf>,
}

/// What a client does with invoices.
#[derive(Debug, Subcommand)]
pub(super) enum Invoices {
    /// Make an invoice.
    Create(Box<invoices::Create>),
    /// Show an invoice.
    Get(invoices::Get),
    /// List invoices, newest first.
    List(invoices::List),
}

/// A command of a client.
#[derive(Debug)]
pub(super) enum Command {
    Login(login::Login),
    Listen(listen::Listen),
    Invoices(Invoices),
}

pub(super) use listen::Listen;
pub(super) use login::Login;

/// A stranger's words as they can be shown: nothing in them moves a cursor.
fn plain(words: &str) -> String {
    words.chars().filter(|c| !is_hidden(*c)).collect()
}

/// Does what a client's command says.
pub(super) async fn run(command: Command, json: bool) -> ExitCode {
    let done = match command {
        Command::Login(login) => login.run(json).await,
        Command::Listen(listen) => listen.run(json).await,
        Command::Invoices(Invoices::Create(create)) => create.run(json).await,
        Command::Invoices(Invoices::Get(get)) => get.run(json).await,
        Command::Invoices(Invoices::List(list)) => list.run(json).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem, json),
    }
}
