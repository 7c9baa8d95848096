//! What every answer has, whoever gives it: the `Request-Id`, by which it is found in the log; and, if somebody came
//! too often, when to come back.
//!
//! Around everything else, so that a panic's answer, a late one and one to a path that there is not have
//! one as well. What fails is said once here, with the id; the route is named as the router knows it,
//! since the path itself may hold a token.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tracing::{Instrument, Span};

use super::Web;
use super::requests::Line;
use super::unread::ReadToEnd;
use crate::clock::Stopwatch;
use crate::request_id::RequestId;

/// Names this answer in the server's log and in what people say about it.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The answer is one that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Every limit is one of a minute, or of less.
const A_MINUTE: HeaderValue = HeaderValue::from_static("60");

/// The headers that pages of other origins may read.
pub const EXPOSED: [HeaderName; 3] = [REQUEST_ID, REPLAYED, header::RETRY_AFTER];

/// Gives the request an id, and its answer.
pub async fn named(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let took = Stopwatch::start();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let id = RequestId::fresh();
    request.extensions_mut().insert(id.clone());
    let (request, read) = ReadToEnd::watch(request);
    let name = route.as_ref().map_or("", MatchedPath::as_str);
    let mut response = within(id.clone(), &method, name, next.run(request)).await;
    read.tell(&mut response);
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, A_MINUTE);
    }
    let (at, status, duration_ms) = (web.app().now(), response.status(), took.millis());
    web.requests().note(Line { at, id, method, route, status, duration_ms });
    response
}

/// The same, for what is answered before there is a route.
pub async fn within(
    id: RequestId,
    method: &Method,
    route: &str,
    answering: impl Future<Output = Response>,
) -> Response {
    let span = id.span();
    let mut response = answering.instrument(span.clone()).await;
    let status = response.status();
    if status.is_server_error() {
        span.in_scope(|| match status.as_u16() {
            500 => tracing::error!(%status, %method, route, "a request failed"),
            _ => tracing::warn!(%status, %method, route, "a request failed"),
        });
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    match response.body().size_hint().exact() {
        Some(_) => response,
        // It is made while it is sent.
        None => response.map(|body| Body::new(Within { body, span })),
    }
}

/// A body that is made within a request.
struct Within {
    body: Body,
    span: Span,
}

impl HttpBody for Within {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let _within = this.span.enter();
        Pin::new(&mut this.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
