//! Applications: what strangers said who ask for an account, and what became of it. The invitation
//! that an approved one leads to is not here, only its SHA-256.

use serde::{Deserialize, Serialize};
use specie_core::ids::{ApplicationId, UserId};
use specie_core::time::Timestamp;

use crate::Locked;
use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "applications";

macro_rules! columns {
    () => {
        "SELECT id, email, details, verification_code, state, created_at, updated_at, user_id, invitation_ends_at
            FROM applications "
    };
}

statements! { "applications":
    INSERT = "INSERT INTO applications (id, email, details, verification_code, state, created_at, updated_at)
        VALUES ($1, $2, $3, $4, 'pending', $5, $5)";
    FIND = concat!(columns!(), "WHERE id = $1");
    LOCK = concat!(columns!(), "WHERE id = $1 /*postgres FOR NO KEY UPDATE*/");
    FIND_BY_INVITATION = concat!(columns!(), "WHERE invitation = $1");
    LOCK_BY_INVITATION = concat!(columns!(), "WHERE invitation = $1 /*postgres FOR NO KEY UPDATE*/");
    IN_STATE = concat!(columns!(), "WHERE state = $1 ORDER BY created_at, id LIMIT $2");
    COUNT_PENDING = "SELECT count(*) FROM applications WHERE state = 'pending'";
    INVITE = "UPDATE applications SET state = 'invited', user_id = $2, invitation = $3, invitation_ends_at = $4,
            updated_at = $5
        WHERE id = $1";
    ACTIVATE = "UPDATE applications SET state = 'activated', invitation = NULL, invitation_ends_at = NULL,
            updated_at = $2
        WHERE user_id = $1 AND state = 'invited'";
    DELETE = "DELETE FROM applications WHERE id = $1";
}

/// What became of an application. One that was declined is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has decided.
    Pending,
    /// It was approved: there is a user, who has not set a password yet.
    Invited,
    /// The user has set one.
    Activated,
}

impl State {
    const ALL: [Self; 3] = [Self::Pending, Self::Invited, Self::Activated];

    /// The name in the database, and for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Invited => "invited",
            Self::Activated => "activated",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What was said beside the e-mail address. What was not said is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The person's first name.
    pub first_name: String,
    /// The person's last name.
    pub last_name: String,
    /// The person's telephone number.
    pub phone: String,
    /// The organisation's name.
    pub organisation: String,
    /// Its address.
    pub address1: String,
    /// The address's second line.
    pub address2: String,
    /// Its city.
    pub city: String,
    /// Its state or region.
    pub region: String,
    /// Its postal code.
    pub postal_code: String,
    /// Its country.
    pub country: String,
    /// What it does.
    pub industry: String,
    /// Its website.
    pub website: String,
    /// The software that its shop runs on.
    pub cart: String,
    /// Its tax number.
    pub tax_id: String,
    /// Who sent it.
    pub affiliate: String,
    /// It works for no profit.
    pub non_profit: bool,
}

/// An application for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Identifier.
    pub id: ApplicationId,
    /// Where its author is reached: the name to log in with, lower case.
    pub email: String,
    /// What else was said.
    pub details: Details,
    /// What its author was given to name it by.
    pub verification_code: String,
    /// What became of it.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something last became of it.
    pub updated_at: Timestamp,
    /// The user whom its approval made.
    pub user_id: Option<UserId>,
    /// Until when the invitation can be taken up.
    pub invitation_ends_at: Option<Timestamp>,
}

fn rehydrate(row: &Row) -> Result<Application, DbError> {
    Ok(Application {
        id: row.id(0, "id", ApplicationId::from_bytes)?,
        email: row.text(1, "email")?,
        details: row.json(2, "details")?,
        verification_code: row.text(3, "verification_code")?,
        state: row.named(4, "state", State::from_name)?,
        created_at: row.time(5, "created_at")?,
        updated_at: row.time(6, "updated_at")?,
        user_id: row.opt_id(7, "user_id", UserId::from_bytes)?,
        invitation_ends_at: row.opt_int(8, "invitation_ends_at")?.map(Timestamp::from_millis),
    })
}

/// Adds an application that nobody has decided on.
///
/// # Errors
/// [`DbError::Duplicate`] if there is one of that id.
pub fn insert(tx: &mut Tx<'_>, new: &Application) -> Result<(), DbError> {
    let row = params![new.id, &new.email, to_json(&new.details), &new.verification_code, new.created_at];
    tx.execute(&INSERT, &row).map(drop)
}

/// The application of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, id: ApplicationId) -> Result<Option<Application>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![id], rehydrate)
}

/// Locks the application of that id, so that it can be decided on.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Option<Locked<Application>>, DbError> {
    Ok(tx.query_opt(TABLE, &LOCK, &params![id], rehydrate)?.map(Locked))
}

/// The application whose invitation has this SHA-256, ended or not.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_invitation(reader: &Reader<'_>, hash: [u8; 32]) -> Result<Option<Application>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_INVITATION, &params![hash], rehydrate)
}

/// As [`find_by_invitation`], and nobody else takes it up meanwhile.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock_by_invitation(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<Option<Locked<Application>>, DbError> {
    Ok(tx.query_opt(TABLE, &LOCK_BY_INVITATION, &params![hash], rehydrate)?.map(Locked))
}

/// Up to `limit` applications in a state, oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn in_state(reader: &Reader<'_>, state: State, limit: i64) -> Result<Vec<Application>, DbError> {
    reader.query(TABLE, &IN_STATE, &params![state.name(), limit], rehydrate)
}

/// How many nobody has decided on.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn count_pending(reader: &Reader<'_>) -> Result<i64, DbError> {
    Ok(reader.query_opt(TABLE, &COUNT_PENDING, &[], |row| row.int(0, "count"))?.unwrap_or(0))
}

/// Records the user whom an approval made, and the invitation that they have from now on.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn invite(
    tx: &mut Tx<'_>,
    application: &Locked<Application>,
    user: UserId,
    (invitation, ends_at): ([u8; 32], Timestamp),
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(&INVITE, &params![application.id, user, invitation, ends_at, now]).map(drop)
}

/// Ends the invitation of a user who has a password now, if there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn activate(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<(), DbError> {
    tx.execute(&ACTIVATE, &params![user, now]).map(drop)
}

/// Removes an application and all that was said in it.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete(tx: &mut Tx<'_>, application: &Locked<Application>) -> Result<(), DbError> {
    tx.execute(&DELETE, &params![application.id]).map(drop)
}
