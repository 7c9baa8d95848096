//! `GET /stores`, `GET /stores/{id}`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::caller::Called;
use super::{PanelError, json, number, page};
use crate::dialect::panel::store::store;
use crate::dialect::panel::{filter, success};
use crate::http::{ApiError, Segments, Web};

/// The stores that the token opens, newest first.
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let (before, limit) = filter::stores(&called.query)?;
    let mut found = web.app().stores_of(&called.grant, before, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.number.to_string());
    let shown: Vec<Value> = found.iter().map(store).collect();
    Ok(page(&web, "/stores", &called.query, &shown, (limit, next)))
}

/// One of them.
pub async fn show(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let found = web.app().store_by_number(&called.grant, number(&id?.0)?).await?;
    Ok(json(StatusCode::OK, &success(&store(&found))))
}
