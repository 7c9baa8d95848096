//! A request that was answered before it was read to its end: its connection cannot be used again, and the
//! answer says so (RFC 9112, 9.6). Else a client sends its next request into a connection that is just being closed. It
//! never reads a body itself, and never changes one.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// A body that takes note of having been read to its end.
struct Noted {
    body: Body,
    read: Arc<AtomicBool>,
}

/// Whether a request was read to its end.
#[derive(Debug)]
pub struct ReadToEnd(Arc<AtomicBool>);

impl ReadToEnd {
    /// Watches the body of a request, which stays as it is.
    #[must_use]
    pub fn watch(request: Request) -> (Request, Self) {
        let read = Arc::new(AtomicBool::new(request.body().is_end_stream()));
        let watched = Self(read.clone());
        (request.map(|body| Body::new(Noted { body, read })), watched)
    }

    /// Tells the client not to use the connection again, if the request was not read to its end.
    pub fn tell(&self, response: &mut Response) {
        if !self.0.load(Ordering::Relaxed) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

impl HttpBody for Noted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) || this.body.is_end_stream() {
            this.read.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
