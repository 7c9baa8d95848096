//! Applications for an account: anyone's to make where the operator allows it, an administrator's to
//! decide on. No password is in one: an approval makes the user, a first store, and an invitation
//! that is shown once and stored hashed; with it the person sets a password. Nobody but an
//! administrator ever learns whether an address has a user.

use bitcoin::base58;
use specie_core::ids::{ApplicationId, UserId};
use specie_core::time::Timestamp;
use specie_db::applications::{self, Application, Details, State};
use specie_db::{Locked, Tx, leads};

use super::audit::Deed;
use super::idempotency::{Answered, Idempotency, once};
use super::stores::{Draft, sound_name};
use super::users::{self, normal_email};
use super::{App, AppError, Network, NewStore, Settings, User};
use crate::entropy;
use crate::secret::{self, Password};

/// Most applications that wait for a decision. Further ones are refused, so that strangers fill
/// neither the disk nor the administrator's day.
const MAX_PENDING: i64 = 100;
/// How long an invitation can be taken up, in seconds.
const INVITATION_SECS: i64 = 7 * 24 * 60 * 60;
/// Most applications of one state that are shown.
const SHOWN: i64 = 500;
/// The currency of a first store. Its owner may change it.
const FIRST_CURRENCY: &str = "USD";

/// What somebody says who asks for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// The e-mail address.
    pub email: String,
    /// What else.
    pub details: Details,
}

/// An approved application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The application.
    pub application: Application,
    /// What the person is let in by, once. It can never be shown again.
    pub invitation: String,
    /// Until when.
    pub ends_at: Timestamp,
}

impl App {
    /// Keeps an application for an administrator to decide on. Says the same whether or not the
    /// address has a user.
    ///
    /// # Errors
    /// [`AppError::InvalidEmail`], [`AppError::InvalidName`] of the organisation, or
    /// [`AppError::TooManyApplications`] if too many wait already.
    pub async fn apply(
        &self,
        new: NewApplication,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<Application>, AppError> {
        let now = self.now();
        let application = Application {
            id: ApplicationId::from_bytes(entropy::id(now)),
            email: normal_email(&new.email)?,
            details: Details { organisation: sound_name(&new.details.organisation)?, ..new.details },
            verification_code: entropy::fraction(),
            state: State::Pending,
            created_at: now,
            updated_at: now,
            user_id: None,
            invitation_ends_at: None,
        };
        let kept = self.0.db.write("apply", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                leads::one_at_a_time(tx, "applications")?;
                if applications::count_pending(tx)? >= MAX_PENDING {
                    return Err(AppError::TooManyApplications);
                }
                applications::insert(tx, &application)?;
                Ok(application.clone())
            })
        });
        let kept = kept.await?;
        if !kept.repeated {
            tracing::info!(application = %kept.answer.id, "an account was applied for");
        }
        Ok(kept)
    }

    /// The applications that wait for a decision, and those whose users have set no password yet, each
    /// oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn applications(&self) -> Result<Vec<Application>, AppError> {
        let found = self.0.db.read(|r| {
            let mut found = applications::in_state(r, State::Pending, SHOWN)?;
            found.extend(applications::in_state(r, State::Invited, SHOWN)?);
            Ok::<_, AppError>(found)
        });
        found.await
    }

    /// The application of that id.
    ///
    /// # Errors
    /// [`AppError::ApplicationNotFound`] if there is none.
    pub async fn application(&self, id: ApplicationId) -> Result<Application, AppError> {
        self.0.db.read(move |r| applications::find(r, id)?.ok_or(AppError::ApplicationNotFound)).await
    }

    /// Approves an application: its user and their first store are made with it, or none of them. One
    /// that was approved before keeps them, and has another invitation from now on. `by` names who
    /// decides, for the log.
    ///
    /// # Errors
    /// [`AppError::ApplicationNotFound`]; [`AppError::EmailTaken`] if the address has a user;
    /// [`AppError::ActivatedAlready`] if the invitation was taken up.
    pub async fn approve_application(&self, id: ApplicationId, by: &str) -> Result<Invited, AppError> {
        let known = self.application(id).await?;
        let now = self.now();
        let user = User {
            id: UserId::from_bytes(entropy::bytes()),
            email: known.email,
            // Nobody ever knows this password: there is none before the invitation is taken up.
            password_hash: self.hash(Password::new(entropy::api_key())).await?,
            administrator: false,
            created_at: now,
        };
        let store = self.first_store(user.id, known.details.organisation)?;
        let invitation = base58::encode(&entropy::bytes::<32>());
        let hash = secret::fingerprint(&invitation);
        let ends_at = now.plus_secs(INVITATION_SECS);
        let noted = self.note(None, Deed::ApplicationApproved, &user.email);
        let approved = self.0.db.write("approve_application", move |tx| {
            let locked = applications::lock(tx, id)?.ok_or(AppError::ApplicationNotFound)?;
            let user = made_user(tx, &locked, &user, &store)?;
            applications::invite(tx, &locked, user, (hash, ends_at), now)?;
            noted.add(tx)?;
            applications::find(tx, id)?.ok_or(AppError::ApplicationNotFound)
        });
        let application = approved.await?;
        tracing::info!(application = %id, by, "an application was approved");
        Ok(Invited { application, invitation, ends_at })
    }

    /// The store that a new merchant begins with: on the real network, if one is followed.
    fn first_store(&self, owner_id: UserId, name: String) -> Result<Draft, AppError> {
        let live = self.networks().iter().find(|network| !network.is_sandbox());
        self.draft_store(NewStore {
            owner_id,
            name,
            currency: FIRST_CURRENCY.parse().map_err(|_| AppError::InvalidName)?,
            network: live.cloned().unwrap_or(Network::SANDBOX),
            wallet: None,
            share_wallet: false,
            next_index: 0,
            settings: Settings::default(),
        })
    }

    /// Declines an application. What was said in it is forgotten.
    ///
    /// # Errors
    /// [`AppError::ApplicationNotFound`]; [`AppError::ApprovedAlready`] if it was approved.
    pub async fn decline_application(&self, id: ApplicationId, by: &str) -> Result<(), AppError> {
        let noted = self.note(None, Deed::ApplicationDeclined, id.to_string());
        let declined = self.0.db.write("decline_application", move |tx| {
            let locked = applications::lock(tx, id)?.ok_or(AppError::ApplicationNotFound)?;
            if locked.state != State::Pending {
                return Err(AppError::ApprovedAlready);
            }
            applications::delete(tx, &locked)?;
            Ok(noted.add(tx)?)
        });
        declined.await?;
        tracing::info!(application = %id, by, "an application was declined");
        Ok(())
    }

    /// The application that an invitation is for, by its SHA-256; none if it was taken up or ended.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn invited(&self, invitation: [u8; 32]) -> Result<Option<Application>, AppError> {
        let now = self.now();
        let found = self.0.db.read(move |r| applications::find_by_invitation(r, invitation)).await?;
        Ok(found.filter(|application| stands(application, now)))
    }

    /// Takes an invitation up: its user has this password from now on. It works once.
    ///
    /// # Errors
    /// [`AppError::InvitationNotFound`] if it was taken up or ended; [`AppError::InvalidPassword`].
    pub async fn take_up_invitation(
        &self,
        invitation: [u8; 32],
        password: Password,
    ) -> Result<User, AppError> {
        let (hash, now) = (self.hash(password).await?, self.now());
        let taken = self.0.db.write("take_up_invitation", move |tx| {
            let locked = applications::lock_by_invitation(tx, invitation)?;
            let locked = locked.filter(|application| stands(application, now));
            let user = locked.and_then(|application| application.user_id);
            users::set_password(tx, user.ok_or(AppError::InvitationNotFound)?, &hash, now)
        });
        let user = taken.await?;
        tracing::info!(user = %user.id, "an invitation was taken up");
        Ok(user)
    }
}

fn stands(application: &Application, now: Timestamp) -> bool {
    application.state == State::Invited && application.invitation_ends_at.is_some_and(|at| at > now)
}

/// The user of an application, made now unless an earlier approval did.
fn made_user(
    tx: &mut Tx<'_>,
    application: &Locked<Application>,
    user: &User,
    store: &Draft,
) -> Result<UserId, AppError> {
    match (application.state, application.user_id) {
        (State::Pending, _) => {
            let user = users::insert(tx, user)?;
            store.insert(tx)?;
            Ok(user.id)
        }
        (State::Invited, Some(user)) => Ok(user),
        (State::Invited, None) | (State::Activated, _) => Err(AppError::ActivatedAlready),
    }
}
