//! What can go wrong with the database, by fact.

/// A database error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// A row cannot be read back into what it was: it was damaged or changed by another hand.
    #[error("corrupt database: table {table}, row {row}, column {column}: {problem}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's key.
        row: String,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A row with that key exists already.
    #[error("{statement}: a row with this key exists already")]
    Duplicate {
        /// The statement that was refused.
        statement: &'static str,
    },
    /// The engine refused a statement.
    #[error("{statement}: {message}")]
    Engine {
        /// The statement, or what else was tried.
        statement: &'static str,
        /// The engine's own words.
        message: String,
    },
    /// The disk is full or broken: nothing of the batch was kept.
    #[error("the transaction was rolled back by the database: {0}")]
    RolledBack(String),
    /// The closure panicked; nothing of it was kept.
    #[error("{0} panicked")]
    Panicked(&'static str),
    /// Another process has taken over what this one led: nothing of it was kept.
    #[error("another process leads the {0} by now")]
    LeadLost(&'static str),
    /// The database is being closed.
    #[error("the database is closed")]
    Closed,
    /// The address names no database that can be opened.
    #[error("cannot open the database {url}: {problem}")]
    Open {
        /// The address.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The database was written by a newer version of the program.
    #[error("the database has schema {found}, this program knows {known}: use a newer version")]
    TooNew {
        /// The schema in the file.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one this program carries.
    #[error("migration {0} in the database differs from the one in this program")]
    ForeignMigration(i64),
}
