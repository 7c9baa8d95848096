//! How fast the server is, beside what the machine allows: what `cargo xtask bench` runs.
//!
//! It starts the server that was built beside it, in a data folder on a real disk, and asks it from
//! a process of its own (`load`). Each row is printed with its limit, measured in the same run, and
//! their ratio: on a machine that others use as well only ratios and CPU per request mean anything.
//!
//! Never: a figure without its limit, a request that is not a client's, a commit that does not wait
//! for the disk.

#![expect(clippy::float_arithmetic, reason = "figures are measured, and money is not among them")]

mod clock;
mod echo;
mod limits;
mod load;
mod machine;
mod rows;
mod stage;
mod table;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::rows::Row;
use crate::table::Format;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "How fast the server is, beside what the machine allows")]
struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// Only these rows.
    #[arg(long, value_enum, value_delimiter = ',')]
    rows: Vec<Row>,
    /// One JSON object for each line, instead of a table.
    #[arg(long)]
    json: bool,
    /// A table for a document.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Shorter, and less exact.
    #[arg(long)]
    quick: bool,
    /// Writes the result there as well, as a table for a document: in place of the one between its marks,
    /// if it has them.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What this program starts of itself.
#[derive(Subcommand)]
enum Other {
    /// Asks a server: its order is on standard input, its report on standard output.
    #[command(hide = true)]
    Load,
    /// Answers what it is asked, and does nothing else.
    #[command(hide = true)]
    Echo,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.other {
        Some(Other::Load) => load::obey(),
        Some(Other::Echo) => echo::serve(),
        None => {
            let format = match (arguments.json, arguments.markdown) {
                (true, _) => Format::Json,
                (_, true) => Format::Markdown,
                _ => Format::Text,
            };
            let lines = rows::measure(&arguments.rows, arguments.quick);
            print!("{}", table::render(&lines, format));
            if let Some(out) = arguments.out {
                let there = std::fs::read_to_string(&out).unwrap_or_default();
                let table = table::render(&lines, Format::Markdown);
                std::fs::write(&out, table::placed(&there, &table)).expect("the file can be written");
            }
        }
    }
    ExitCode::SUCCESS
}
