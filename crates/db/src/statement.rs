//! The register of SQL: every statement that the program ever runs is listed in [`all`], and a
//! test prepares each of them.
//!
//! The text uses `$n`. SQLite numbers `$n` by order of appearance, so it is rewritten to `?n`
//! there, once per statement.

use std::sync::OnceLock;

/// One registered statement.
#[derive(Debug)]
pub struct Statement {
    /// `aggregate.what`, for messages.
    pub name: &'static str,
    /// The text, with `$1`, `$2`, … as parameters.
    pub sql: &'static str,
    sqlite: OnceLock<String>,
}

impl Statement {
    /// A statement with its name. Meant for the `statements!` macro.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, sqlite: OnceLock::new() }
    }

    /// The text as SQLite wants it.
    pub fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| self.sql.replace('$', "?"))
    }
}

/// Declares the statements of one aggregate, and the list of them.
macro_rules! statements {
    ($aggregate:literal: $($name:ident = $sql:expr;)+) => {
        $(static $name: $crate::statement::Statement =
            $crate::statement::Statement::new(concat!($aggregate, ".", stringify!($name)), $sql);)+
        pub(crate) static ALL: &[&$crate::statement::Statement] = &[$(&$name),+];
    };
}
pub(crate) use statements;

/// Every statement of the program.
pub fn all() -> impl Iterator<Item = &'static Statement> {
    [
        crate::chains::ALL,
        crate::deliveries::ALL,
        crate::events::ALL,
        crate::idempotency::ALL,
        crate::invoices::ALL,
        crate::pairing::ALL,
        crate::payments::ALL,
        crate::postings::ALL,
        crate::rates::ALL,
        crate::scripts::ALL,
        crate::sessions::ALL,
        crate::stores::ALL,
        crate::users::ALL,
        crate::wallets::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
