//! Users: made by an administrator, known by a password.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use specie_core::ids::UserId;
use specie_core::text::is_hidden;
use specie_core::time::Timestamp;
use specie_db::{DbError, Tx, applications, leads, users};

use super::audit::Deed;
use super::{App, AppError, User};
use crate::entropy;
use crate::secret::Password;

impl App {
    /// Makes a user. The first one is the administrator.
    ///
    /// # Errors
    /// [`AppError`] if the address is none or taken, or the password too short or too long.
    pub async fn create_user(&self, email: &str, password: Password) -> Result<UserId, AppError> {
        let user = self.new_user(email, password).await?;
        let noted = self.note(None, Deed::UserMade, &user.email);
        let made = self.0.db.write("create_user", move |tx| {
            let user = insert(tx, &user)?;
            noted.add(tx)?;
            Ok(user.id)
        });
        made.await
    }

    /// Makes the first user of all, the administrator.
    ///
    /// # Errors
    /// [`AppError::AlreadySetUp`] if there is a user; else as [`create_user`](Self::create_user).
    pub async fn create_first_user(&self, email: &str, password: Password) -> Result<User, AppError> {
        let user = self.new_user(email, password).await?;
        let first = self.0.db.write("create_first_user", move |tx| {
            // Looked at where it is written: of two who send the form at once, one is first.
            leads::one_at_a_time(tx, "users")?;
            if users::count(tx)? > 0 { Err(AppError::AlreadySetUp) } else { insert(tx, &user) }
        });
        first.await
    }

    pub(super) async fn new_user(&self, email: &str, password: Password) -> Result<User, AppError> {
        let email = normal_email(email)?;
        Ok(User {
            id: UserId::from_bytes(entropy::bytes()),
            email,
            password_hash: self.hash(password).await?,
            administrator: false,
            created_at: self.now(),
        })
    }

    /// Changes the password of a user who knows the present one. Returns the user as they are now.
    ///
    /// # Errors
    /// [`AppError::WrongCredentials`] if it is not the present one; [`AppError::InvalidPassword`] if
    /// the new one is too short or too long.
    pub async fn change_password(
        &self,
        user: &User,
        present: Password,
        fresh: Password,
    ) -> Result<User, AppError> {
        self.log_in(&user.email, present).await?;
        let (id, known, hash) = (user.id, user.password_hash.clone(), self.hash(fresh).await?);
        let now = self.now();
        let noted = self.note(None, Deed::PasswordChanged, &user.email);
        let changed = self.0.db.write("change_password", move |tx| {
            leads::one_at_a_time(tx, "users")?;
            let user = users::find(tx, id)?.ok_or(AppError::UserNotFound)?;
            // Another change came in between: that one's session is this user's, not this.
            if user.password_hash != known {
                return Err(AppError::WrongCredentials);
            }
            let user = set_password(tx, id, &hash, now)?;
            noted.add(tx)?;
            Ok(user)
        });
        changed.await
    }

    /// Gives a user another password.
    ///
    /// # Errors
    /// [`AppError`] if there is no such user, or the password is too short or too long.
    pub async fn reset_password(&self, email: &str, password: Password) -> Result<UserId, AppError> {
        let email = normal_email(email)?;
        let (hash, now) = (self.hash(password).await?, self.now());
        let noted = self.note(None, Deed::PasswordChanged, &email);
        let reset = self.0.db.write("reset_password", move |tx| {
            let user = users::find_by_email(tx, &email)?.ok_or(AppError::UserNotFound)?;
            let user = set_password(tx, user.id, &hash, now)?;
            noted.add(tx)?;
            Ok(user.id)
        });
        reset.await
    }

    /// The user of that e-mail address.
    ///
    /// # Errors
    /// [`AppError::UserNotFound`] if there is none.
    pub async fn user_by_email(&self, email: &str) -> Result<User, AppError> {
        let email = normal_email(email).map_err(|_| AppError::UserNotFound)?;
        self.0.db.read(move |r| users::find_by_email(r, &email)?.ok_or(AppError::UserNotFound)).await
    }

    /// The user of that id, if there still is one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, AppError> {
        Ok(self.0.db.read(move |r| users::find(r, id)).await?)
    }

    /// Whether there is any user yet.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn has_users(&self) -> Result<bool, AppError> {
        Ok(self.0.db.read(users::count).await? > 0)
    }

    /// The user whose e-mail address and password these are. Takes as long for an address that
    /// nobody has as for one that somebody has.
    ///
    /// # Errors
    /// [`AppError::WrongCredentials`] if they do not fit.
    pub async fn log_in(&self, email: &str, password: Password) -> Result<User, AppError> {
        let nobodys = || self.hash(Password::new("a password that nobody has".to_owned()));
        let decoy = self.0.decoy.get_or_try_init(nobodys).await?.clone();
        let email = normal_email(email).unwrap_or_default();
        let user = self.0.db.read(move |r| users::find_by_email(r, &email)).await?;
        let hash = user.as_ref().map_or(&decoy, |user| &user.password_hash).clone();
        let _one_of_few = self.0.hashing.acquire().await.map_err(|_| AppError::WrongCredentials)?;
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok()
            })
        });
        let fits = fits.await.unwrap_or(false);
        user.filter(|_| fits).ok_or(AppError::WrongCredentials)
    }

    /// The argon2id hash of a password, in PHC form.
    pub(super) async fn hash(&self, password: Password) -> Result<String, AppError> {
        if !(8..=1024).contains(&password.expose().len()) {
            return Err(AppError::InvalidPassword);
        }
        let salt = entropy::bytes::<16>();
        let _one_of_few = self.0.hashing.acquire().await.map_err(|_| AppError::InvalidPassword)?;
        let hashed = tokio::task::spawn_blocking(move || {
            Argon2::default()
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .map(|hash| hash.to_string())
        });
        hashed.await.ok().and_then(Result::ok).ok_or(AppError::InvalidPassword)
    }
}

/// Gives a user a password. An invitation that they had ends with it, or whoever finds it later could
/// give the user another.
pub(super) fn set_password(
    tx: &mut Tx<'_>,
    id: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<User, AppError> {
    users::set_password(tx, id, hash)?;
    applications::activate(tx, id, now)?;
    users::find(tx, id)?.ok_or(AppError::UserNotFound)
}

pub(super) fn insert(tx: &mut Tx<'_>, user: &User) -> Result<User, AppError> {
    leads::one_at_a_time(tx, "users")?;
    let user = User { administrator: users::count(tx)? == 0, ..user.clone() };
    match users::insert(tx, &user) {
        Ok(()) => Ok(user),
        Err(DbError::Duplicate { .. }) => Err(AppError::EmailTaken),
        Err(error) => Err(error.into()),
    }
}

/// An e-mail address as it is kept: without space around it, in lower case.
///
/// # Errors
/// [`AppError::InvalidEmail`] if it is none.
pub fn normal_email(email: &str) -> Result<String, AppError> {
    let email = email.trim().to_lowercase();
    let sound = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || is_hidden(c))
        && email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if sound { Ok(email) } else { Err(AppError::InvalidEmail) }
}
