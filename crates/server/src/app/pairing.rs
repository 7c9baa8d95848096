//! Pairing: a client's identity and a store find each other through a code, from either side.

use specie_core::facade::Facade;
use specie_core::ids::{StoreId, TokenId};
use specie_core::time::Timestamp;
use specie_db::pairing::{self, PairingCode, Token};
use specie_db::{DbError, Tx, leads, sessions, stores};

use super::audit::{Deed, change};
use super::idempotency::{self, Answered, Idempotency, once, once_unless_refused};
use super::{App, AppError};
use crate::entropy;

/// How long a code waits for its other side, in seconds.
const CODE_LIFE_SECS: i64 = 15 * 60;
/// Longest label, in characters.
const MAX_LABEL_CHARS: usize = 120;

/// A pairing that begins: the side that is known, and what the token shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCode {
    /// What the token will let its holder do.
    pub facade: Facade,
    /// The client's identity, if the client begins.
    pub sin: Option<String>,
    /// The store, if the store begins.
    pub store: Option<StoreId>,
    /// What it is called.
    pub label: Option<String>,
}

/// A code that was issued, with the token it will become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// Seven letters and digits.
    pub code: String,
    /// The token, inactive until the pairing is complete.
    pub token: String,
    /// What it lets its holder do.
    pub facade: Facade,
    /// The client's identity, once it is known.
    pub sin: Option<String>,
    /// The store, once it is known. With both, the token is active.
    pub store: Option<StoreId>,
    /// What it is called.
    pub label: Option<String>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// From when on it is void.
    pub expires_at: Timestamp,
}

impl IssuedCode {
    /// Whether both sides are known: the token works, and the code is burnt.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.sin.is_some() && self.store.is_some()
    }
}

/// A pairing that waits for approval, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPairing {
    /// The code.
    pub code: String,
    /// What the token will let the client do.
    pub facade: Facade,
    /// The client's identity; none: the store began.
    pub sin: Option<String>,
    /// What it is called.
    pub label: Option<String>,
}

/// A token that belongs to no client in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// What it lets its holder do.
    pub facade: Facade,
    /// The store it opens.
    pub store: StoreId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A token of a client, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    /// The token itself.
    pub token: String,
    /// What it lets its holder do.
    pub facade: Facade,
}

/// A client that is let into a store, as the store's owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedClient {
    /// What it is revoked by; the token itself is not shown.
    pub id: TokenId,
    /// What the pairing is called.
    pub label: Option<String>,
    /// What it may do.
    pub facade: Facade,
    /// The client's identity; none: whoever has the token.
    pub sin: Option<String>,
    /// When both sides had agreed.
    pub paired_at: Timestamp,
}

impl App {
    fn issued(&self, code: &PairingCode) -> IssuedCode {
        IssuedCode {
            code: code.code.clone(),
            token: self.access_token(code.token_id),
            facade: code.facade,
            sin: code.sin.clone(),
            store: code.store_id,
            label: code.label.clone(),
            created_at: code.created_at,
            expires_at: code.expires_at,
        }
    }

    /// Issues a code that knows one side: the client's identity, or the store.
    ///
    /// # Errors
    /// [`AppError`] if there is no such store, or the database cannot write.
    pub async fn issue_code(
        &self,
        new: NewCode,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<IssuedCode>, AppError> {
        let now = self.now();
        let fresh = PairingCode {
            code: entropy::pairing_code(),
            token_id: TokenId::from_bytes(entropy::bytes()),
            facade: new.facade,
            sin: new.sin,
            store_id: new.store,
            label: new.label.map(|label| shortened(&label)),
            created_at: now,
            expires_at: now.plus_secs(CODE_LIFE_SECS),
        };
        let noted = fresh
            .store_id
            .map(|store| self.note(Some(store), Deed::CodeIssued, fresh.label.clone().unwrap_or_default()));
        let code = self.0.db.write("issue_code", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                if let Some(store) = fresh.store_id {
                    stores::find(tx, store)?.ok_or(AppError::StoreNotFound)?;
                }
                pairing::insert_code(tx, &fresh)?;
                if let Some(noted) = &noted {
                    noted.add_with(tx, vec![change("facade", None, Some(fresh.facade.name().to_owned()))])?;
                }
                Ok(fresh.clone())
            })
        });
        Ok(code.await?.map(|code| self.issued(&code)))
    }

    /// A client claims a code. With the store known already, the pairing is complete and the code
    /// is burnt.
    ///
    /// # Errors
    /// [`AppError`]: no such code, expired, another client's, or an identity that is paired with
    /// another store (then the code is burnt as well).
    pub async fn claim_code(
        &self,
        code: String,
        sin: String,
        label: Option<String>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<IssuedCode>, AppError> {
        let now = self.now();
        let claimed = self.0.db.write("claim_code", move |tx| {
            once_unless_refused(tx, idempotency.as_ref(), now, |tx| {
                let mut found = live_code(tx, &code, now)?;
                if found.sin.as_ref().is_some_and(|bound| *bound != sin) {
                    return Ok(Err(AppError::CodeTaken));
                }
                found.sin = Some(sin.clone());
                found.label = found.label.clone().or_else(|| label.as_deref().map(shortened));
                let outcome = complete(tx, &found, now)?;
                Ok(outcome.map(|()| found))
            })
        });
        Ok(claimed.await??.map(|code| self.issued(&code)))
    }

    /// A store's owner approves a code for a store. Without a client yet, it then waits for one.
    ///
    /// # Errors
    /// [`AppError`]: no such code or store, expired, of another facade than is approved, or an
    /// identity that is paired with another store (then the code is burnt).
    pub async fn approve_code(
        &self,
        code: String,
        store: StoreId,
        facade: Option<Facade>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<IssuedCode>, AppError> {
        let now = self.now();
        let app = self.clone();
        let approved = self.0.db.write("approve_code", move |tx| {
            once_unless_refused(tx, idempotency.as_ref(), now, |tx| {
                stores::find(tx, store)?.ok_or(AppError::StoreNotFound)?;
                let mut found = live_code(tx, &code, now)?;
                // A code that the store's owner made stays that store's.
                if found.store_id.is_some_and(|bound| bound != store) {
                    return Ok(Err(AppError::StoreNotFound));
                }
                if let Some(approved) = facade.filter(|approved| *approved != found.facade) {
                    return Ok(Err(AppError::OtherFacade { approved, asked: found.facade }));
                }
                found.store_id = Some(store);
                let outcome = complete(tx, &found, now)?;
                if outcome.is_ok() {
                    let who = found.label.as_ref().or(found.sin.as_ref()).cloned().unwrap_or_default();
                    let facade = change("facade", None, Some(found.facade.name().to_owned()));
                    app.note(Some(store), Deed::TokenApproved, who).add_with(tx, vec![facade])?;
                }
                Ok(outcome.map(|()| found))
            })
        });
        Ok(approved.await??.map(|code| self.issued(&code)))
    }

    /// Makes a token of a store's points of sale that asks for no signature: whoever has it can make
    /// invoices. For programs that are given away, as on buyers' telephones.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`], or the database cannot write.
    pub async fn issue_public_token(
        &self,
        store: StoreId,
        label: Option<String>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<IssuedToken>, AppError> {
        let now = self.now();
        let token = Token {
            id: TokenId::from_bytes(entropy::bytes()),
            store_id: store,
            facade: Facade::Pos,
            sin: None,
            label: label.map(|label| shortened(&label)),
            paired_at: now,
        };
        let written = self.0.db.write("issue_public_token", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                stores::find(tx, store)?.ok_or(AppError::StoreNotFound)?;
                pairing::insert_token(tx, &token)?;
                Ok(token.clone())
            })
        });
        Ok(written.await?.map(|token| IssuedToken {
            token: self.access_token(token.id),
            facade: token.facade,
            store: token.store_id,
            created_at: token.paired_at,
        }))
    }

    /// A pairing that waits for approval.
    ///
    /// # Errors
    /// [`AppError`] if there is no such code, or it expired.
    pub async fn pending_pairing(&self, code: String) -> Result<PendingPairing, AppError> {
        let now = self.now();
        let found = self.0.db.read(move |r| {
            let found = pairing::find_code(r, &code)?.ok_or(AppError::CodeNotFound)?;
            if found.expires_at <= now { Err(AppError::CodeExpired) } else { Ok(found) }
        });
        let found = found.await?;
        Ok(PendingPairing { code: found.code, facade: found.facade, sin: found.sin, label: found.label })
    }

    /// The tokens of a client, first paired first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn tokens_of(&self, sin: String) -> Result<Vec<TokenView>, AppError> {
        let found = self.0.db.read(move |r| pairing::tokens_of_sin(r, &sin)).await?;
        Ok(found.iter().map(|t| TokenView { token: self.access_token(t.id), facade: t.facade }).collect())
    }

    /// The clients that are paired with a store, first paired first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn tokens_of_store(&self, store: StoreId) -> Result<Vec<PairedClient>, AppError> {
        let found = self.0.db.read(move |r| pairing::tokens_of_store(r, store)).await?;
        let client = |t: Token| PairedClient {
            id: t.id,
            label: t.label,
            facade: t.facade,
            sin: t.sin,
            paired_at: t.paired_at,
        };
        Ok(found.into_iter().map(client).collect())
    }

    /// The codes that a store made and that still wait for a client, latest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn codes_of_store(&self, store: StoreId) -> Result<Vec<PendingPairing>, AppError> {
        let now = self.now();
        let found = self.0.db.read(move |r| pairing::codes_of_store(r, store, now)).await?;
        let pending =
            |c: PairingCode| PendingPairing { code: c.code, facade: c.facade, sin: c.sin, label: c.label };
        Ok(found.into_iter().map(pending).collect())
    }

    /// Locks a client out of a store. A client that was paired several times keeps its other
    /// pairings.
    ///
    /// # Errors
    /// [`AppError::TokenNotFound`] if the store has no such token.
    pub async fn revoke_token(&self, store: StoreId, token: TokenId) -> Result<(), AppError> {
        let noted = self.note(Some(store), Deed::TokenRevoked, token.to_string());
        let removed = self.0.db.write("revoke_token", move |tx| {
            if !pairing::delete_token(tx, token, store)? {
                return Err(AppError::TokenNotFound);
            }
            Ok(noted.add(tx)?)
        });
        removed.await
    }

    /// Forgets what is past its time: codes, sessions, answers to repeated requests, what nobody listens to.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn prune(&self) -> Result<(), AppError> {
        let now = self.now();
        let pruned = self.0.db.write("prune", move |tx| {
            pairing::prune_codes(tx, now)?;
            sessions::prune(tx, now)?;
            idempotency::prune(tx, now)
        });
        pruned.await.map_err(|e: DbError| AppError::Db(e))?;
        self.forget_what_nobody_hears().await
    }
}

fn live_code(tx: &mut Tx<'_>, code: &str, now: Timestamp) -> Result<PairingCode, AppError> {
    let found = pairing::lock_code(tx, code)?.ok_or(AppError::CodeNotFound)?;
    if found.expires_at <= now { Err(AppError::CodeExpired) } else { Ok(found) }
}

/// Makes a token of a code that knows both sides, and keeps one that does not. The inner error
/// is a refusal that burns the code, so it must not roll the transaction back.
fn complete(tx: &mut Tx<'_>, code: &PairingCode, now: Timestamp) -> Result<Result<(), AppError>, AppError> {
    let (Some(sin), Some(store_id)) = (&code.sin, code.store_id) else {
        pairing::update_code(tx, code)?;
        return Ok(Ok(()));
    };
    // Whether the identity is paired with another store is decided by one at a time.
    leads::one_at_a_time(tx, "pairing")?;
    pairing::delete_code(tx, &code.code)?;
    let paired = pairing::tokens_of_sin(tx, sin)?;
    if paired.iter().any(|token| token.store_id != store_id) {
        return Ok(Err(AppError::ReusedKey));
    }
    let token = Token {
        id: code.token_id,
        store_id,
        facade: code.facade,
        sin: code.sin.clone(),
        label: code.label.clone(),
        paired_at: now,
    };
    pairing::insert_token(tx, &token)?;
    Ok(Ok(()))
}

fn shortened(label: &str) -> String {
    label.chars().filter(|c| !c.is_control()).take(MAX_LABEL_CHARS).collect()
}
