//! `GET /stores`, `GET /stores/{id}`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::caller::Called;
use super::{PanelError, StorePath, json, number, page};
use crate::dialect::panel::store::{Store, store};
use crate::dialect::panel::{Page, Success, filter, success};
use crate::http::{ApiError, Segments, Web};

/// The stores that the token opens, newest first.
#[utoipa::path(
    get,
    path = "/stores",
    operation_id = "listStores",
    params(
        ("per_page" = Option<u32>, Query, description = "The most there are on a page; 20 if it does not say.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`meta.next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page of them.", body = Page<Store>)),
)]
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let (before, limit) = filter::stores(&called.query)?;
    let mut found = web.app().stores_of(&called.grant, before, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.number.to_string());
    let shown = found.iter().map(store).collect();
    Ok(page(&web, "/stores", &called.query, shown, (limit, next)))
}

/// One store.
#[utoipa::path(
    get,
    path = "/stores/{store}",
    operation_id = "showStore",
    params(StorePath),
    responses((status = 200, description = "The store.", body = Success<Store>)),
)]
pub async fn show(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let found = web.app().store_by_number(&called.grant, number(&id?.0)?).await?;
    Ok(json(StatusCode::OK, &success(store(&found))))
}
