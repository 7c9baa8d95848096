//! Users: the people who can log in.

use specie_core::ids::UserId;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "users";

statements! { "users":
    INSERT = "INSERT INTO users (id, email, password_hash, administrator, created_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, email, password_hash, administrator, created_at FROM users WHERE id = $1";
    FIND_BY_EMAIL = "SELECT id, email, password_hash, administrator, created_at FROM users WHERE email = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    COUNT = "SELECT count(*) FROM users";
}

/// A person who can log in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// E-mail address, lower case; the name to log in with.
    pub email: String,
    /// The password's argon2id hash, in PHC form.
    pub password_hash: String,
    /// May do everything.
    pub administrator: bool,
    /// When the user was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("email", &self.email).finish_non_exhaustive()
    }
}

fn rehydrate(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: row.id(0, "id", UserId::from_bytes)?,
        email: row.text(1, "email")?,
        password_hash: row.text(2, "password_hash")?,
        administrator: row.flag(3, "administrator")?,
        created_at: row.time(4, "created_at")?,
    })
}

/// Adds a user.
///
/// # Errors
/// [`DbError::Duplicate`] if the address is taken.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<(), DbError> {
    tx.execute(
        &INSERT,
        &params![user.id, &user.email, &user.password_hash, user.administrator, user.created_at],
    )
    .map(drop)
}

/// The user of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: UserId) -> Result<Option<User>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// The user of that e-mail address (lower case).
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_email(reader: &Reader<'_>, email: &str) -> Result<Option<User>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_EMAIL, &params![email], rehydrate)
}

/// Sets another password hash. Returns whether there is such a user.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Result<bool, DbError> {
    tx.execute(&SET_PASSWORD, &params![id, password_hash]).map(|rows| rows == 1)
}

/// How many users there are.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn count(reader: &Reader<'_>) -> Result<i64, DbError> {
    Ok(reader.query_opt(TABLE, &COUNT, &[], |row| row.int(0, "count"))?.unwrap_or(0))
}
