//! Live pages: a stream of server-sent events that says when to look again.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use specie_core::ids::InvoiceId;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::watch::Receiver;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

/// How long a browser's stream may be silent: proxies between are patient for longer.
const SILENCE: Duration = Duration::from_secs(25);
/// How long any other client's may be, since many take a silence for the end: npm's `bitpay-rest` hangs
/// up after five seconds of it.
const SHORT_SILENCE: Duration = Duration::from_secs(3);

/// How long a stream may be silent before a line is said that means nothing. A browser asks for a
/// stream by its type.
pub fn silence(headers: &HeaderMap) -> Duration {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    if accepts.contains("text/event-stream") { SILENCE } else { SHORT_SILENCE }
}

/// Where live pages hear of changes.
pub trait LiveChanges: Send + Sync {
    /// Changes of an invoice from now on.
    fn changes_of(&self, invoice: InvoiceId) -> Receiver<()>;
    /// Resolves when pages have to let go, because the server stops. They come back by themselves.
    fn over(&self) -> Over;
}

/// See [`LiveChanges::over`].
pub type Over = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A stream that says `statechange` whenever an invoice changed, and once at the start: what
/// happened before the stream was open is not missed.
pub fn invoice_stream(
    changes: Receiver<()>,
    over: Over,
    place: OwnedSemaphorePermit,
    invoice: InvoiceId,
) -> Response {
    let say = move |()| Ok(Event::default().event("statechange").data(format!("{{\"id\":\"{invoice}\"}}")));
    respond(WatchStream::new(changes).map(say), SILENCE, over, place)
}

/// A stream of events until the server stops, never silent for longer than that. The place is given
/// back when it ends, or nobody listens any more.
pub fn respond(
    events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
    silence: Duration,
    over: Over,
    place: OwnedSemaphorePermit,
) -> Response {
    let stream = futures_util::StreamExt::take_until(events, over);
    let stream = stream.map(move |event| {
        let _held = &place;
        event
    });
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(silence));
    // A proxy that buffers would keep the news to itself.
    ([("x-accel-buffering", "no")], sse).into_response()
}
