//! `GET /user`: for whom a merchant's client acts. Only its own store is named: the owner's others are
//! none of its business.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use specie_core::facade::Facade;

use crate::app::{AppError, Scope};
use crate::dialect::bitpay::facade::WrongFacade;
use crate::http::auth::Incoming;
use crate::http::{ApiError, Web};

/// The owner of the caller's store, and the store.
pub async fn show(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = incoming.access(&web, incoming.param("token")).await?;
    if access.scope != Scope::Store(Facade::Merchant) {
        return Err(WrongFacade(access.scope.name()).into());
    }
    let owner = web.app().user(access.store.owner_id).await?.ok_or(AppError::UserNotFound)?;
    Ok(super::json(&json!({ "data": {
        "id": owner.id.to_string(),
        "email": owner.email,
        // Read by BitPay's own program; nobody is asked for them here.
        "name": "",
        "phone": "",
        "merchants": [{ "id": access.store.id.to_string(), "name": access.store.name }],
    } })))
}
