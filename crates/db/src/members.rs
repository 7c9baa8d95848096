//! Who works in a store beside its owner, and the links that let somebody in. A link's secret is not
//! here, only its SHA-256.

use specie_core::ids::{InvitationId, StoreId, UserId};
use specie_core::role::Role;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const MEMBERS: &str = "members";
const INVITATIONS: &str = "member_invitations";

statements! { "members":
    FIND = "SELECT store_id, user_id, role, since FROM members WHERE store_id = $1 AND user_id = $2";
    OF_USER = "SELECT store_id, user_id, role, since FROM members WHERE user_id = $1 ORDER BY store_id";
    OF_STORE = "SELECT m.store_id, m.user_id, m.role, m.since, u.email FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.store_id = $1 ORDER BY m.since, m.user_id";
    SET = "INSERT INTO members (store_id, user_id, role, since) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, user_id) DO UPDATE SET role = excluded.role";
    REMOVE = "DELETE FROM members WHERE store_id = $1 AND user_id = $2";
    INVITE = "INSERT INTO member_invitations (id, store_id, role, name, hash, created_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INVITED = "SELECT id, store_id, role, name, created_at, ends_at FROM member_invitations WHERE hash = $1";
    INVITATIONS_OF_STORE = "SELECT id, store_id, role, name, created_at, ends_at FROM member_invitations
        WHERE store_id = $1 ORDER BY created_at, id";
    WITHDRAW = "DELETE FROM member_invitations WHERE store_id = $1 AND id = $2";
    PRUNE = "DELETE FROM member_invitations WHERE ends_at <= $1";
}

/// Somebody who works in a store that is another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where.
    pub store_id: StoreId,
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}

/// A link that lets whoever opens it into a store, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What it is withdrawn by.
    pub id: InvitationId,
    /// Where it leads.
    pub store_id: StoreId,
    /// As what.
    pub role: Role,
    /// Whom it is for, as its maker calls them.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it leads nowhere.
    pub ends_at: Timestamp,
}

fn role(row: &Row, i: usize) -> Result<Role, DbError> {
    let name = row.text(i, "role")?;
    Role::from_name(&name).ok_or_else(|| row.corrupt("role", format!("no role: {name}")))
}

fn member(row: &Row) -> Result<Member, DbError> {
    Ok(Member {
        store_id: row.id(0, "store_id", StoreId::from_bytes)?,
        user_id: row.id(1, "user_id", UserId::from_bytes)?,
        role: role(row, 2)?,
        since: row.time(3, "since")?,
    })
}

fn invitation(row: &Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: row.id(0, "id", InvitationId::from_bytes)?,
        store_id: row.id(1, "store_id", StoreId::from_bytes)?,
        role: role(row, 2)?,
        name: row.text(3, "name")?,
        created_at: row.time(4, "created_at")?,
        ends_at: row.time(5, "ends_at")?,
    })
}

/// What a user is in a store that is another's, if anything.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, store: StoreId, user: UserId) -> Result<Option<Member>, DbError> {
    reader.query_opt(MEMBERS, &FIND, &params![store, user], member)
}

/// All that a user is in stores of others.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_user(reader: &Reader<'_>, user: UserId) -> Result<Vec<Member>, DbError> {
    reader.query(MEMBERS, &OF_USER, &params![user], member)
}

/// Who works in a store beside its owner, with their e-mail addresses, the first first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_store(reader: &Reader<'_>, store: StoreId) -> Result<Vec<(Member, String)>, DbError> {
    reader.query(MEMBERS, &OF_STORE, &params![store], |row| Ok((member(row)?, row.text(4, "email")?)))
}

/// Makes somebody a member, or gives a member another role.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set(tx: &mut Tx<'_>, member: &Member) -> Result<(), DbError> {
    let row = params![member.store_id, member.user_id, member.role.name(), member.since];
    tx.execute(&SET, &row).map(drop)
}

/// Ends a membership. Returns whether there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn remove(tx: &mut Tx<'_>, store: StoreId, user: UserId) -> Result<bool, DbError> {
    tx.execute(&REMOVE, &params![store, user]).map(|rows| rows == 1)
}

/// Adds an invitation under its SHA-256.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn invite(tx: &mut Tx<'_>, invitation: &Invitation, hash: [u8; 32]) -> Result<(), DbError> {
    let row = params![
        invitation.id,
        invitation.store_id,
        invitation.role.name(),
        &invitation.name,
        hash,
        invitation.created_at,
        invitation.ends_at,
    ];
    tx.execute(&INVITE, &row).map(drop)
}

/// The invitation of that SHA-256, ended or not.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn invited(reader: &Reader<'_>, hash: [u8; 32]) -> Result<Option<Invitation>, DbError> {
    reader.query_opt(INVITATIONS, &INVITED, &params![hash], invitation)
}

/// The invitations into a store that nobody has taken up, the first first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn invitations(reader: &Reader<'_>, store: StoreId) -> Result<Vec<Invitation>, DbError> {
    reader.query(INVITATIONS, &INVITATIONS_OF_STORE, &params![store], invitation)
}

/// Removes an invitation into a store. Returns whether there was one: of two who take it up at once, one did.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn withdraw(tx: &mut Tx<'_>, store: StoreId, id: InvitationId) -> Result<bool, DbError> {
    tx.execute(&WITHDRAW, &params![store, id]).map(|rows| rows == 1)
}

/// Removes the invitations that have ended.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    tx.execute(&PRUNE, &params![now]).map(drop)
}
