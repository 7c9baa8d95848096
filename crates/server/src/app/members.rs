//! Who may do what in a store: its owner everything, and whoever was invited what their role lets them.
//!
//! An invitation is a link that works once and for a week. Whoever opens it joins as the user that they are, or
//! becomes one: so nobody who invites learns which addresses have users here.

use bitcoin::base58;
use specie_core::ids::{InvitationId, StoreId, UserId};
use specie_core::role::{Permission, Role};
use specie_core::time::Timestamp;
use specie_db::members::{self, Invitation, Member};
use specie_db::{DbError, Reader, Tx, leads, stores};

use super::audit::{Actor, Deed, change};
use super::stores::sound_name;
use super::{App, AppError, Store, User, users};
use crate::entropy;
use crate::request_id::RequestId;
use crate::secret::{self, Password};

/// How long an invitation can be taken up, in seconds.
const INVITATION_SECS: i64 = 7 * 24 * 60 * 60;
/// Most people and open invitations of a store.
const MAX_MEMBERS: usize = 100;

/// Who works in a store.
#[derive(Debug, Clone)]
pub struct People {
    /// Whose it is.
    pub owner: String,
    /// Who else, with their e-mail addresses, the first first.
    pub members: Vec<(Member, String)>,
    /// Who was invited and has not come.
    pub invitations: Vec<Invitation>,
}

/// What a user is in a store.
fn role_in(reader: &Reader<'_>, store: &Store, user: UserId) -> Result<Option<Role>, AppError> {
    if store.owner_id == user {
        return Ok(Some(Role::Owner));
    }
    Ok(members::find(reader, store.id, user)?.map(|member| member.role))
}

/// All stores in which a user is somebody, oldest first, with what they are there. Here and nowhere else it is said
/// which stores a user sees.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub(super) fn seen_by(reader: &Reader<'_>, user: UserId) -> Result<Vec<(Store, Role)>, DbError> {
    let own = stores::of_owner(reader, user)?;
    let mut all: Vec<(Store, Role)> = own.into_iter().map(|store| (store, Role::Owner)).collect();
    for member in members::of_user(reader, user)? {
        all.extend(stores::find(reader, member.store_id)?.map(|store| (store, member.role)));
    }
    all.sort_by_key(|(store, _)| store.number);
    Ok(all)
}

impl App {
    /// The store of that id and what a user is there; nothing, if they are nobody there.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn store_of_user(&self, user: UserId, id: StoreId) -> Result<Option<(Store, Role)>, AppError> {
        let found = self.0.db.read(move |r| {
            let Some(store) = stores::find(r, id)? else { return Ok(None) };
            Ok::<_, AppError>(role_in(r, &store, user)?.map(|role| (store, role)))
        });
        found.await
    }

    /// All stores in which a user is somebody, oldest first, with what they are there.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn stores_of_user(&self, user: UserId) -> Result<Vec<(Store, Role)>, AppError> {
        Ok(self.0.db.read(move |r| seen_by(r, user)).await?)
    }

    /// The stores in which a user may do that, oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn stores_where(&self, user: UserId, permission: Permission) -> Result<Vec<Store>, AppError> {
        let all = self.stores_of_user(user).await?;
        Ok(all.into_iter().filter(|(_, role)| role.may(permission)).map(|(store, _)| store).collect())
    }

    /// Whether a user may do that in a store.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn may(&self, user: UserId, store: StoreId, permission: Permission) -> Result<bool, AppError> {
        Ok(self.store_of_user(user, store).await?.is_some_and(|(_, role)| role.may(permission)))
    }

    /// Who works in a store.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn people(&self, store: StoreId) -> Result<People, AppError> {
        let now = self.now();
        let read = self.0.db.read(move |r| {
            let owner_id = stores::find(r, store)?.ok_or(AppError::StoreNotFound)?.owner_id;
            let owner = specie_db::users::find(r, owner_id)?.ok_or(AppError::UserNotFound)?.email;
            let mut invitations = members::invitations(r, store)?;
            invitations.retain(|invitation| invitation.ends_at > now);
            Ok(People { owner, members: members::of_store(r, store)?, invitations })
        });
        read.await
    }

    /// Invites somebody, called so, into a store. The link's secret is in the answer, and can never be shown
    /// again.
    ///
    /// # Errors
    /// [`AppError::InvalidName`]; [`AppError::InvalidSetting`] for a role that is not given, or if the store has
    /// too many people.
    pub async fn invite(
        &self,
        store: StoreId,
        role: Role,
        name: &str,
    ) -> Result<(Invitation, String), AppError> {
        if !Role::GIVEN.contains(&role) {
            return Err(AppError::InvalidSetting("a store has one owner"));
        }
        let now = self.now();
        let invitation = Invitation {
            id: InvitationId::from_bytes(entropy::bytes()),
            store_id: store,
            role,
            name: sound_name(name)?,
            created_at: now,
            ends_at: now.plus_secs(INVITATION_SECS),
        };
        let invited = invitation.clone();
        let secret = base58::encode(&entropy::bytes::<32>());
        let hash = secret::fingerprint(&secret);
        let noted = self.note(Some(store), Deed::Invited, &invitation.name);
        let written = self.0.db.write("invite_member", move |tx| {
            stores::lock(tx, store)?.ok_or(AppError::StoreNotFound)?;
            members::prune(tx, now)?;
            if members::of_store(tx, store)?.len() + members::invitations(tx, store)?.len() >= MAX_MEMBERS {
                return Err(AppError::InvalidSetting("a store has up to 100 people"));
            }
            members::invite(tx, &invitation, hash)?;
            Ok(noted.add_with(tx, vec![change("role", None, Some(role.name().to_owned()))])?)
        });
        written.await?;
        Ok((invited, secret))
    }

    /// Withdraws an invitation into a store.
    ///
    /// # Errors
    /// [`AppError::InvitationNotFound`] if the store has no such one, or it was taken up.
    pub async fn withdraw_invitation(&self, store: StoreId, id: InvitationId) -> Result<(), AppError> {
        let noted = self.note(Some(store), Deed::InvitationWithdrawn, "");
        let withdrawn = self.0.db.write("withdraw_invitation", move |tx| {
            if !members::withdraw(tx, store, id)? {
                return Err(AppError::InvitationNotFound);
            }
            Ok(noted.add(tx)?)
        });
        withdrawn.await
    }

    /// The invitation of that SHA-256 and the store it leads to; none if it was taken up, withdrawn or ended.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn invited_member(&self, hash: [u8; 32]) -> Result<Option<(Invitation, Store)>, AppError> {
        let now = self.now();
        let found = self.0.db.read(move |r| {
            let invitation = members::invited(r, hash)?.filter(|invitation| invitation.ends_at > now);
            let Some(invitation) = invitation else { return Ok(None) };
            Ok::<_, AppError>(stores::find(r, invitation.store_id)?.map(|store| (invitation, store)))
        });
        found.await
    }

    /// Takes an invitation up for a user, who has its role from now on. It works once.
    ///
    /// # Errors
    /// [`AppError::InvitationNotFound`] if it was taken up, withdrawn or ended; [`AppError::InvalidSetting`] for
    /// the store's owner.
    pub async fn join(&self, hash: [u8; 32], user: &User) -> Result<Store, AppError> {
        let (user, now) = (user.id, self.now());
        let app = self.clone();
        self.0.db.write("join_store", move |tx| app.let_in(tx, hash, user, now)).await
    }

    /// Takes an invitation up for somebody who becomes a user by it.
    ///
    /// # Errors
    /// As [`join`](Self::join); [`AppError::EmailTaken`], [`AppError::InvalidEmail`],
    /// [`AppError::InvalidPassword`].
    pub async fn join_as_new(
        &self,
        hash: [u8; 32],
        email: &str,
        password: Password,
        request: Option<RequestId>,
    ) -> Result<(User, Store), AppError> {
        // Before the work of hashing, which strangers could ask for else.
        self.invited_member(hash).await?.ok_or(AppError::InvitationNotFound)?;
        let (user, now) = (self.new_user(email, password).await?, self.now());
        let app = self.clone();
        let joined = self.0.db.write("join_store_as_new", move |tx| {
            let user = users::insert(tx, &user)?;
            let app = app.on_behalf_of(Actor::user(&user, request.clone()));
            app.note(None, Deed::UserMade, &user.email).add(tx)?;
            let store = app.let_in(tx, hash, user.id, now)?;
            Ok((user, store))
        });
        joined.await
    }

    fn let_in(
        &self,
        tx: &mut Tx<'_>,
        hash: [u8; 32],
        user: UserId,
        now: Timestamp,
    ) -> Result<Store, AppError> {
        leads::one_at_a_time(tx, "members")?;
        let invitation = members::invited(tx, hash)?.filter(|invitation| invitation.ends_at > now);
        let invitation = invitation.ok_or(AppError::InvitationNotFound)?;
        let store = stores::find(tx, invitation.store_id)?.ok_or(AppError::InvitationNotFound)?;
        if store.owner_id == user {
            return Err(AppError::InvalidSetting("this store is yours already"));
        }
        if !members::withdraw(tx, store.id, invitation.id)? {
            return Err(AppError::InvitationNotFound);
        }
        let before = members::find(tx, store.id, user)?.map(|member| member.role.name().to_owned());
        members::set(tx, &Member { store_id: store.id, user_id: user, role: invitation.role, since: now })?;
        let role = change("role", before, Some(invitation.role.name().to_owned()));
        self.note(Some(store.id), Deed::Joined, &invitation.name).add_with(tx, vec![role])?;
        Ok(store)
    }

    /// Gives a member of a store another role.
    ///
    /// # Errors
    /// [`AppError::UserNotFound`] if they are none; [`AppError::InvalidSetting`] for a role that is not given.
    pub async fn change_role(&self, store: StoreId, user: UserId, role: Role) -> Result<(), AppError> {
        if !Role::GIVEN.contains(&role) {
            return Err(AppError::InvalidSetting("a store has one owner"));
        }
        let app = self.clone();
        let changed = self.0.db.write("change_role", move |tx| {
            leads::one_at_a_time(tx, "members")?;
            let member = members::find(tx, store, user)?.ok_or(AppError::UserNotFound)?;
            let email = specie_db::users::find(tx, user)?.ok_or(AppError::UserNotFound)?.email;
            let named = |role: Role| Some(role.name().to_owned());
            let changes = vec![change("role", named(member.role), named(role))];
            members::set(tx, &Member { role, ..member })?;
            Ok(app.note(Some(store), Deed::RoleChanged, email).add_with(tx, changes)?)
        });
        changed.await
    }

    /// Ends somebody's access to a store, at once.
    ///
    /// # Errors
    /// [`AppError::UserNotFound`] if they are no member of it.
    pub async fn remove_member(&self, store: StoreId, user: UserId) -> Result<(), AppError> {
        let app = self.clone();
        let removed = self.0.db.write("remove_member", move |tx| {
            leads::one_at_a_time(tx, "members")?;
            let email = specie_db::users::find(tx, user)?.ok_or(AppError::UserNotFound)?.email;
            if !members::remove(tx, store, user)? {
                return Err(AppError::UserNotFound);
            }
            Ok(app.note(Some(store), Deed::MemberRemoved, email).add(tx)?)
        });
        removed.await
    }
}
