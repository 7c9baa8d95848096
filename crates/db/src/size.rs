//! How much room the database takes on its disk.

use crate::engine::Reader;
use crate::error::DbError;
use crate::statement::statements;

statements! { "size":
    // Each engine is asked in its own words: the comment's end makes the rest of the line one for PostgreSQL.
    OF_ALL = "SELECT /*postgres pg_database_size(current_database()) --*/ page_count * page_size FROM pragma_page_count(), pragma_page_size()";
}

/// Bytes that the database takes, but for what waits in a journal beside it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_all(reader: &Reader<'_>) -> Result<u64, DbError> {
    let bytes = reader.query_opt("size", &OF_ALL, &[], |row| row.int(0, "size"))?;
    Ok(bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default())
}
