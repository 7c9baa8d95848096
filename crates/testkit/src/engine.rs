//! Which engine a test runs on: the target it was built as says it.
//!
//! `tests/bitpay/main.rs` runs on SQLite; `tests/bitpay_on_postgres.rs` is the same tests again, on
//! PostgreSQL. What only one engine has is a module of one target only, so that no test passes
//! without having tested anything.

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A database of a server.
    Postgres,
}

impl Engine {
    /// The engine of the test target that this is.
    ///
    /// # Panics
    /// If the system does not say what runs here.
    #[must_use]
    pub fn of_this_test() -> Self {
        let target = std::env::current_exe().expect("the test's own file");
        let name = target.file_name().expect("a file's name").to_string_lossy();
        if name.contains("_on_postgres") { Self::Postgres } else { Self::Sqlite }
    }
}
