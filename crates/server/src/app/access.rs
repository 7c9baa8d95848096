//! What a caller may do, and on what: the store that its credentials open, and the facade.
//!
//! Tokens are sealed with the server's key. Those for an invoice or a refund are nowhere stored: the token
//! says which one it is for, and the seal that this server gave it away.

use std::sync::Arc;

use specie_core::facade::Facade;
use specie_core::ids::{InvoiceId, RefundId, TokenId};
use specie_db::{DbError, pairing, stores};

use super::{App, AppError, Store};

/// The facade of a refund's token.
const OF_REFUND: &str = "merchant/supportRequest";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Access,
    MerchantInvoice,
    PosInvoice,
    PublicInvoice,
    Refund,
    Events,
}

impl Purpose {
    const ALL: [Self; 6] = [
        Self::Access,
        Self::MerchantInvoice,
        Self::PosInvoice,
        Self::PublicInvoice,
        Self::Refund,
        Self::Events,
    ];

    fn of_invoice(scope: Scope) -> Self {
        match scope {
            Scope::Store(Facade::Merchant) | Scope::Invoice(Facade::Merchant, _) => Self::MerchantInvoice,
            Scope::Store(Facade::Pos) | Scope::Invoice(Facade::Pos, _) => Self::PosInvoice,
            Scope::Public | Scope::Refund(_) => Self::PublicInvoice,
        }
    }
}

impl AsRef<str> for Purpose {
    fn as_ref(&self) -> &str {
        match self {
            Self::Access => "token",
            Self::MerchantInvoice => "merchant/invoice",
            Self::PosInvoice => "pos/invoice",
            Self::PublicInvoice => "public/invoice",
            Self::Refund => OF_REFUND,
            Self::Events => "events",
        }
    }
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What anyone may.
    Public,
    /// What the facade allows in the store.
    Store(Facade),
    /// What the facade allows on that invoice.
    Invoice(Facade, InvoiceId),
    /// What a merchant may with that refund.
    Refund(RefundId),
}

impl Scope {
    /// The facade's name, as BitPay has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Store(facade) => facade.name(),
            Self::Invoice(facade, _) => facade.of_invoice(),
            Self::Refund(_) => OF_REFUND,
        }
    }
}

/// What a caller's credentials open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The store.
    pub store: Store,
    /// What may be done.
    pub scope: Scope,
    /// Anybody may do so: whoever asks is not known to the store, whether or not they sign.
    pub is_anybodys: bool,
}

impl Access {
    /// Everything in a store.
    #[must_use]
    pub fn whole(store: Store) -> Self {
        Self { store, scope: Scope::Store(Facade::Merchant), is_anybodys: false }
    }

    /// What anybody may do in a store that lets them: make invoices.
    #[must_use]
    pub fn of_anybody(store: Store) -> Self {
        Self { store, scope: Scope::Store(Facade::Pos), is_anybodys: true }
    }

    /// The same, on one invoice of the store.
    ///
    /// # Errors
    /// [`AppError::TokenOfAnotherInvoice`] if the token is for another one.
    pub fn on(self, id: InvoiceId) -> Result<Self, AppError> {
        let scope = match self.scope {
            Scope::Store(facade) => Scope::Invoice(facade, id),
            Scope::Invoice(_, own) if own != id => return Err(AppError::TokenOfAnotherInvoice),
            scope @ (Scope::Invoice(..) | Scope::Refund(_) | Scope::Public) => scope,
        };
        Ok(Self { scope, ..self })
    }

    /// The same, on one refund of the store; only a merchant's gets narrower so.
    ///
    /// # Errors
    /// [`AppError::TokenOfAnotherRefund`] if the token is for another one.
    pub fn on_refund(self, id: RefundId) -> Result<Self, AppError> {
        let scope = match self.scope {
            Scope::Store(Facade::Merchant) => Scope::Refund(id),
            Scope::Refund(own) if own != id => return Err(AppError::TokenOfAnotherRefund),
            scope @ (Scope::Store(Facade::Pos) | Scope::Invoice(..) | Scope::Refund(_) | Scope::Public) => {
                scope
            }
        };
        Ok(Self { scope, ..self })
    }
}

impl App {
    /// The token of a row: derived, never stored.
    pub(super) fn access_token(&self, id: TokenId) -> String {
        self.0.key.seal(Purpose::Access.as_ref(), id.as_bytes())
    }

    /// The token with which a caller of that scope acts on an invoice.
    #[must_use]
    pub fn invoice_token(&self, scope: Scope, id: InvoiceId) -> String {
        self.0.key.seal(Purpose::of_invoice(scope).as_ref(), id.as_bytes())
    }

    /// The token with which a merchant acts on a refund.
    #[must_use]
    pub fn refund_token(&self, id: RefundId) -> String {
        self.0.key.seal(Purpose::Refund.as_ref(), id.as_bytes())
    }

    /// The token that lets anyone hear of an invoice's changes.
    #[must_use]
    pub fn events_token(&self, id: InvoiceId) -> String {
        self.0.key.seal(Purpose::Events.as_ref(), id.as_bytes())
    }

    /// The invoice that such a token is for.
    #[must_use]
    pub fn invoice_of_events_token(&self, token: &str) -> Option<InvoiceId> {
        let (_, id) = self.0.key.unseal(&[Purpose::Events], token)?;
        Some(InvoiceId::from_bytes(id))
    }

    /// What a client that signs may do, with this token if it sent one. A client belongs to one store.
    /// One of its own tokens means that token's facade, and one for an invoice or a refund just that; any other
    /// means all that the client may do. A client of no store may what anyone may who has the token.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn access_of_client(
        &self,
        sin: String,
        token: Option<&str>,
    ) -> Result<Option<Access>, AppError> {
        let kept = &self.0.kept.clients;
        let found = self.0.db.read_kept(kept, sin.clone(), move |r| {
            let own = pairing::tokens_of_sin(r, &sin)?;
            let store = own.first().map(|token| stores::find(r, token.store_id)).transpose()?.flatten();
            Ok::<_, DbError>(store.map(|store| Arc::new((store, own))))
        });
        let Some(client) = found.await? else {
            return match token {
                Some(token) => self.access_of_anybodys_token(token).await,
                None => Ok(None),
            };
        };
        let (store, own) = &*client;
        let named = token.and_then(|token| self.0.key.unseal(&Purpose::ALL, token));
        let chosen = own.iter().find(|token| named == Some((Purpose::Access, *token.id.as_bytes())));
        let most = own.iter().map(|token| token.facade).max().unwrap_or(Facade::Pos);
        let scope = match (named, chosen) {
            (_, Some(token)) => Scope::Store(token.facade),
            (Some((Purpose::MerchantInvoice, id)), None) => Scope::Invoice(most, InvoiceId::from_bytes(id)),
            (Some((Purpose::PosInvoice | Purpose::PublicInvoice, id)), None) => {
                Scope::Invoice(Facade::Pos, InvoiceId::from_bytes(id))
            }
            (Some((Purpose::Refund, id)), None) if most == Facade::Merchant => {
                Scope::Refund(RefundId::from_bytes(id))
            }
            (_, None) => Scope::Store(most),
        };
        Ok(Some(Access { store: store.clone(), scope, is_anybodys: false }))
    }

    /// What a token opens that belongs to no client in particular; nothing, if it is not such a one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn access_of_anybodys_token(&self, token: &str) -> Result<Option<Access>, AppError> {
        let Some((_, id)) = self.0.key.unseal(&[Purpose::Access], token) else { return Ok(None) };
        let found = self.0.db.read(move |r| {
            let found = pairing::find_token(r, TokenId::from_bytes(id))?.filter(|token| token.sin.is_none());
            let Some(token) = found else { return Ok(None) };
            let store = stores::find(r, token.store_id)?;
            let access = |store| Access { store, scope: Scope::Store(token.facade), is_anybodys: true };
            Ok::<_, DbError>(store.map(access))
        });
        Ok(found.await?)
    }
}
