//! A data folder with a database on the engine that the test runs on. The folder's `specie.toml`
//! names it, so that a server and every command typed against the folder find the same one.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use crate::engine::Engine;
use crate::postgres::Database;
use crate::sql::Sql;

/// A new data folder, removed with its database when dropped.
#[derive(Debug)]
pub struct DataFolder {
    folder: TempDir,
    /// None on SQLite: there it is a file in the folder. Several folders may name the same one.
    database: Option<Arc<Database>>,
}

impl DataFolder {
    /// An empty one; with these settings in its configuration file.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn with_settings(settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("specie-test-").tempdir().expect("a temporary folder");
        let database = match Engine::of_this_test() {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Arc::new(Database::fresh())),
        };
        Self::on(folder, database, settings)
    }

    /// An empty one on a database that was made before.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn in_database(database: Database) -> Self {
        let folder = tempfile::Builder::new().prefix("specie-test-").tempdir().expect("a temporary folder");
        Self::on(folder, Some(Arc::new(database)), "")
    }

    /// A folder of its own for another process at the same database, with the server key that
    /// belongs with it.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        let folder = tempfile::Builder::new().prefix("specie-test-").tempdir().expect("a temporary folder");
        std::fs::copy(other.path().join("server.key"), folder.path().join("server.key")).expect("a key");
        Self::on(folder, other.database.clone(), "")
    }

    fn on(folder: TempDir, database: Option<Arc<Database>>, settings: &str) -> Self {
        let url = database.as_ref().map(|database| format!("database = \"{}\"\n", database.url()));
        let file = url.unwrap_or_default() + settings;
        if !file.is_empty() {
            std::fs::write(folder.path().join("specie.toml"), file).expect("the folder can be written to");
        }
        Self { folder, database }
    }

    /// An empty one.
    #[must_use]
    pub fn fresh() -> Self {
        Self::with_settings("")
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The database's address, where it is not the one that the server would choose itself.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_deref().map(Database::url)
    }

    /// Makes sure that a program that worked here took the database it was given: else tests would
    /// pass on another engine than they say.
    ///
    /// # Panics
    /// If it did not.
    pub fn assert_used(&self) {
        let file = self.folder.path().join("specie.db").exists();
        assert_eq!(file, self.database.is_none(), "the program uses another engine than its test");
    }

    /// The database by another hand, beside the program and its rules.
    #[must_use]
    pub fn sql(&self) -> Sql {
        match &self.database {
            None => Sql::sqlite(&self.folder.path().join("specie.db")),
            Some(database) => Sql::postgres(database.url()),
        }
    }
}
