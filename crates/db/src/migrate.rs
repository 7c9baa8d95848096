//! Migrations: embedded, checksummed, forward-only, each in a transaction of its own, with a
//! copy of the file taken before the first.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};
use specie_core::time::Timestamp;

use crate::engine::engine_error;
use crate::error::DbError;

/// Version, name and text.
type Migration = (i64, &'static str, &'static str);

const MIGRATIONS: &[Migration] =
    &[(1, "first_invoice", include_str!("../migrations/sqlite/0001_first_invoice.sql"))];

/// The schema that this program knows.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

const REGISTER: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)";

/// Brings the schema up to date.
pub(crate) fn run(connection: &mut Connection, path: &Path, now: Timestamp) -> Result<(), DbError> {
    apply(connection, path, now, MIGRATIONS)
}

fn apply(connection: &mut Connection, path: &Path, now: Timestamp, all: &[Migration]) -> Result<(), DbError> {
    let known = all.last().map_or(0, |(version, ..)| *version);
    let failed = |e: rusqlite::Error| engine_error("migrations", &e);
    connection.execute_batch(REGISTER).map_err(failed)?;
    let found: i64 = connection
        .query_row("SELECT coalesce(max(version), 0) FROM migrations", [], |row| row.get(0))
        .map_err(failed)?;
    if found > known {
        return Err(DbError::TooNew { found, known });
    }
    for (version, _, sql) in all.iter().filter(|(version, ..)| *version <= found) {
        let checksum: Option<String> = connection
            .query_row("SELECT checksum FROM migrations WHERE version = ?1", [version], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        if checksum.as_deref() != Some(checksum_of(sql).as_str()) {
            return Err(DbError::ForeignMigration(*version));
        }
    }
    if found > 0 && found < known {
        keep_copy(connection, &path.with_extension(format!("before-{}", found + 1)))?;
    }
    for (version, name, sql) in all.iter().filter(|(version, ..)| *version > found) {
        let tx = connection.transaction().map_err(failed)?;
        tx.execute_batch(sql).map_err(failed)?;
        tx.execute(
            "INSERT INTO migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
            rusqlite::params![version, name, checksum_of(sql), now.as_millis()],
        )
        .map_err(failed)?;
        tx.commit().map_err(failed)?;
    }
    Ok(())
}

/// Copies the database to `copy`. What lies there is of an attempt that was cut short: the schema is
/// still the one it was then, so the copy of now has all that was in it.
fn keep_copy(connection: &Connection, copy: &Path) -> Result<(), DbError> {
    let failed = |message: String| DbError::Engine { statement: "the copy before a migration", message };
    match std::fs::remove_file(copy) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e.to_string())),
        Ok(()) | Err(_) => {}
    }
    let name = copy.to_str().ok_or_else(|| failed("its path is not UTF-8".to_owned()))?;
    connection.execute("VACUUM INTO ?1", [name]).map(drop).map_err(|e| failed(e.to_string()))
}

fn checksum_of(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Migration = (1, "first", "CREATE TABLE notes (text TEXT NOT NULL)");
    const SECOND: Migration = (2, "second", "ALTER TABLE notes ADD COLUMN read INTEGER");
    const BROKEN: Migration =
        (2, "second", "ALTER TABLE notes ADD COLUMN read INTEGER; CREATE TABLE notes (x)");
    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

    fn opened(directory: &tempfile::TempDir) -> (Connection, std::path::PathBuf) {
        let path = directory.path().join("specie.db");
        (Connection::open(&path).unwrap(), path)
    }

    fn count(connection: &Connection, sql: &str) -> i64 {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_copy_of_what_was_there_is_kept_before_a_migration() {
        let directory = tempfile::tempdir().unwrap();
        let (mut connection, path) = opened(&directory);
        apply(&mut connection, &path, NOW, &[FIRST]).unwrap();
        let copy = directory.path().join("specie.before-2");
        assert!(!copy.exists(), "there was nothing to copy before the first");
        connection.execute_batch("INSERT INTO notes VALUES ('paid')").unwrap();

        apply(&mut connection, &path, NOW, &[FIRST, SECOND]).unwrap();
        assert_eq!(count(&connection, "SELECT count(*) FROM notes WHERE read IS NULL"), 1);
        let copy = Connection::open(copy).unwrap();
        assert_eq!(count(&copy, "SELECT count(*) FROM notes"), 1);
        assert_eq!(count(&copy, "SELECT max(version) FROM migrations"), 1);
    }

    #[test]
    fn a_migration_that_fails_leaves_nothing_behind_and_is_tried_again_with_a_copy_of_then() {
        let directory = tempfile::tempdir().unwrap();
        let (mut connection, path) = opened(&directory);
        apply(&mut connection, &path, NOW, &[FIRST]).unwrap();
        apply(&mut connection, &path, NOW, &[FIRST, BROKEN]).unwrap_err();
        assert_eq!(count(&connection, "SELECT count(*) FROM pragma_table_info('notes')"), 1);
        assert_eq!(count(&connection, "SELECT max(version) FROM migrations"), 1);

        connection.execute_batch("INSERT INTO notes VALUES ('paid since')").unwrap();
        apply(&mut connection, &path, NOW, &[FIRST, SECOND]).unwrap();
        let copy = Connection::open(directory.path().join("specie.before-2")).unwrap();
        assert_eq!(count(&copy, "SELECT count(*) FROM notes"), 1, "the copy is the one of then");
    }
}
