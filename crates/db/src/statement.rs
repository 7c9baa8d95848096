//! The register of SQL: every statement that the program ever runs is listed in [`all`], and a
//! test prepares each of them.
//!
//! There is one text for both engines, with `$n` as parameters. SQLite numbers `$n` by order of
//! appearance, so it is rewritten to `?n` there, once per statement. What only PostgreSQL needs to
//! be told, since several processes may use it at a time (what to lock, how far a log is complete),
//! stands in a comment that begins with `/*postgres `: SQLite sees a comment.

use std::sync::OnceLock;

/// One registered statement.
#[derive(Debug)]
pub struct Statement {
    /// `aggregate.what`, for messages.
    pub name: &'static str,
    /// The text, with `$1`, `$2`, … as parameters.
    pub sql: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Statement {
    /// A statement with its name. Meant for the `statements!` macro.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The text as SQLite wants it.
    pub fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| self.sql.replace('$', "?"))
    }

    /// The text as PostgreSQL wants it: with what is meant for it alone. There an error ends the
    /// transaction, so that a row which exists already is passed over, and noticed by the count.
    pub fn for_postgres(&self) -> &str {
        self.postgres.get_or_init(|| {
            let text = uncommented(self.sql);
            if self.may_be_duplicate() { format!("{text} ON CONFLICT DO NOTHING") } else { text }
        })
    }

    /// Whether it adds a row that may exist already, which is an error then.
    pub(crate) fn may_be_duplicate(&self) -> bool {
        self.sql.starts_with("INSERT") && !self.sql.contains("ON CONFLICT")
    }

    /// Whether it writes a table that is kept.
    #[must_use]
    pub fn changes_kept(&self) -> bool {
        let mut words = self.sql.split_ascii_whitespace();
        let table = match words.next() {
            Some("INSERT" | "DELETE") => words.nth(1),
            Some("UPDATE") => words.next(),
            _ => None,
        };
        table.is_some_and(|table| KEPT.contains(&table))
    }

    /// Whether it reads tables that are kept, and no other.
    #[must_use]
    pub fn rests_on_kept(&self) -> bool {
        let words = self.sql.split_ascii_whitespace();
        let mut tables =
            words.clone().zip(words.skip(1)).filter(|(before, _)| matches!(*before, "FROM" | "JOIN"));
        self.sql.starts_with("SELECT") && tables.all(|(_, table)| KEPT.contains(&table))
    }
}

/// Tables that are asked with every request, and changed by hand: what was read of them may be kept by
/// [`Db::read_kept`](crate::Db::read_kept) and [`Tx::read_kept`](crate::Tx::read_kept). They change by statements alone, never by a cascade or a trigger.
pub const KEPT: [&str; 4] = ["rates", "stores", "tokens", "webhooks"];

fn uncommented(sql: &str) -> String {
    let mut parts = sql.split("/*postgres ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (meant, rest) = part.split_once("*/").unwrap_or((part, ""));
        text.push_str(meant);
        text.push_str(rest);
    }
    text
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
        crate::api_tokens::ALL,
        crate::applications::ALL,
        crate::attention::ALL,
        crate::audit::ALL,
        crate::chains::ALL,
        crate::coins::ALL,
        crate::deliveries::ALL,
        crate::deliveries::listed::ALL,
        crate::events::ALL,
        crate::idempotency::ALL,
        crate::identity::ALL,
        crate::invoices::ALL,
        crate::leads::ALL,
        crate::logos::ALL,
        crate::members::ALL,
        crate::pairing::ALL,
        crate::payments::ALL,
        crate::postings::ALL,
        crate::rates::ALL,
        crate::refunds::ALL,
        crate::saved_views::ALL,
        crate::scripts::ALL,
        crate::sessions::ALL,
        crate::size::ALL,
        crate::spends::ALL,
        crate::stores::ALL,
        crate::summaries::ALL,
        crate::used_addresses::ALL,
        crate::users::ALL,
        crate::wallets::ALL,
        crate::webhooks::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
