//! Whose call it is, and which, when a client makes it again: with the `Idempotency-Key` header, or with
//! BitPay's `guid` in the body.
//!
//! Whoever signs is known by the identity, whoever has a store's key by the store. Who is neither is
//! known by the address: behind one address may be many, so that a `guid`, which shops fill with order
//! numbers, says nothing there.

use std::net::IpAddr;

use super::Asked;
use crate::app::{Access, Actor, App, Idempotency, Scope, Via};
use crate::http::auth::{Caller, Incoming, network};
use crate::http::repeated::{self, Key, MAX_KEY};
use crate::http::{ApiError, Web};

/// Whose call something is that is done in a store.
pub(super) fn in_store(asked: &Asked<'_>, access: &Access) -> Whose {
    let store = access.store.id;
    match &asked.incoming.caller {
        // A client may be let into another store later, and anybody's token opens any.
        Caller::Client { sin } => Whose::known(format!("sin:{sin}:{store}")),
        Caller::ApiKey(_) => Whose::known(format!("key:{store}")),
        Caller::Anyone => Whose::of_address(&format!("anyone:{store}"), asked.from),
    }
}

/// Whose call it is to begin a pairing, or to claim its code. An identity that is only named proves
/// nothing: the address has to be the same as well.
pub(super) fn pairing(asked: &Asked<'_>, named: Option<&str>) -> Whose {
    match (&asked.incoming.caller, named) {
        (Caller::Client { sin }, _) => Whose::known(format!("sin:{sin}")),
        (Caller::ApiKey(store), _) => Whose::known(format!("key:{}", store.id)),
        (Caller::Anyone, Some(sin)) => Whose::known(format!("named:{sin}:{}", network(asked.from))),
        (Caller::Anyone, None) => Whose::of_address("anyone", asked.from),
    }
}

/// Whose call something is that has to do with no store and no identity.
pub(super) fn of_no_store(asked: &Asked<'_>) -> Whose {
    pairing(asked, None)
}

/// Whose a call is.
pub(super) struct Whose {
    caller: String,
    /// It is this one's, and not just somebody's at this address.
    known: bool,
}

impl Whose {
    fn known(caller: String) -> Self {
        Self { caller, known: true }
    }

    fn of_address(kind: &str, from: IpAddr) -> Self {
        Self { caller: format!("{kind}:{}", network(from)), known: false }
    }

    /// What makes the call the same one again; none: it has no key.
    ///
    /// # Errors
    /// 400 for a header that is no key.
    pub(super) fn idempotency(self, asked: &Asked<'_>) -> Result<Option<Idempotency>, ApiError> {
        // Shops put anything there: what is too long to be kept is no key.
        let guid = asked.fields.guid().filter(|guid| guid.len() <= MAX_KEY && !guid.contains('\0'));
        let guid = guid.filter(|_| self.known).map(Key::Guid);
        let key = repeated::key(&asked.incoming.headers)?.or(guid);
        Ok(key.map(|key| repeated::idempotency(self.caller, asked.path.clone(), key, asked.body)))
    }
}

/// What a JSON-RPC call is about, apart from its body: its token may say which invoice, and what of it
/// the caller may see.
pub(super) fn rpc_path(access: Option<&Access>) -> String {
    match access.map(|access| access.scope) {
        None => "/api".to_owned(),
        Some(scope @ Scope::Invoice(_, id)) => format!("/api/{}/{id}", scope.name()),
        Some(scope) => format!("/api/{}", scope.name()),
    }
}

/// Who calls, for the log.
pub(super) fn by(incoming: &Incoming) -> String {
    match &incoming.caller {
        Caller::Client { sin } => format!("client {sin}"),
        Caller::ApiKey(_) => "legacy API key".to_owned(),
        Caller::Anyone => "anyone".to_owned(),
    }
}

/// The application on behalf of whoever calls.
pub(super) fn app(web: &Web, incoming: &Incoming) -> App {
    let (name, request) = (by(incoming), incoming.request.clone());
    web.app().on_behalf_of(Actor { user_id: None, name, via: Via::BitPay, request })
}
