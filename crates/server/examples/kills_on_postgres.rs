//! The server killed at random moments under load, for long, on PostgreSQL.

#[path = "kills.rs"]
mod kills;

fn main() -> std::process::ExitCode {
    kills::main()
}
