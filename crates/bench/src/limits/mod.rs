//! What the machine allows: each figure is measured in the same run as the rows that it limits,
//! with libraries and programs that know nothing of this server.

pub mod echo;
pub mod flush;
pub mod pgbench;
pub mod signature;
pub mod sqlite;

use specie_db::statement::{Statement, all};

/// One of the program's own statements: its text is all that is used of it.
fn statement(name: &str) -> &'static Statement {
    all()
        .find(|statement| statement.name == name)
        .unwrap_or_else(|| panic!("{name} is no statement any more"))
}
