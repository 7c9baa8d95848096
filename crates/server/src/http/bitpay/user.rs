//! `GET /user`: for whom a merchant's client acts. Only its own store is named: the owner's others are
//! none of its business.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use specie_core::facade::Facade;
use utoipa::ToSchema;

use super::Answer;
use crate::app::{AppError, Scope};
use crate::dialect::bitpay::facade::WrongFacade;
use crate::http::auth::Incoming;
use crate::http::{ApiError, Web};

/// For whom a client acts.
#[derive(Serialize, ToSchema)]
struct Owner {
    id: String,
    email: String,
    /// Read by BitPay's own program; nobody is asked for it here.
    name: &'static str,
    /// The same.
    phone: &'static str,
    /// The caller's own store.
    merchants: [MerchantStore; 1],
}

/// A store, by its name.
#[derive(Serialize, ToSchema)]
struct MerchantStore {
    id: String,
    name: String,
}

/// The owner of the caller's store, and the store.
#[utoipa::path(
    get,
    path = "/user",
    operation_id = "showUser",
    params(("token" = Option<String>, Query, description = "The client's token.")),
    responses((status = 200, description = "For whom the client acts.", body = Answer<Owner>)),
)]
pub async fn show(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = incoming.access(&web, incoming.param("token")).await?;
    if access.scope != Scope::Store(Facade::Merchant) {
        return Err(WrongFacade(access.scope.name()).into());
    }
    let owner = web.app().user(access.store.owner_id).await?.ok_or(AppError::UserNotFound)?;
    let store = MerchantStore { id: access.store.id.to_string(), name: access.store.name };
    let data =
        Owner { id: owner.id.to_string(), email: owner.email, name: "", phone: "", merchants: [store] };
    Ok(super::json(&Answer { facade: None, data }))
}
