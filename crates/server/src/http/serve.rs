//! Accepting connections. Headers must arrive within ten seconds, which axum's own server would
//! not insist on.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use crate::request_id::RequestId;

use super::{ApiError, RawTarget, answers, normalise};

/// How long the head of a request may take.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// A head that reaches this is not even read to its end.
const MAX_BUFFER: usize = 2 * MAX_HEAD;
/// How long requests under way may take when the server stops.
const DRAIN: Duration = Duration::from_secs(8);

/// The address at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A place among the connections that there may be. What goes on with one after its answer keeps it.
#[derive(Debug, Clone)]
pub struct Seat(#[expect(dead_code, reason = "it is held, and never looked at")] Arc<OwnedSemaphorePermit>);

/// Serves, with so many connections at a time, until told to stop; then lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer)) = accepted_or_rest(accepted).await else { continue };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        // Small answers should leave at once.
        let _ = stream.set_nodelay(true);
        let seat = Seat(Arc::new(place));
        let connection = connection(stream, router.clone(), Some((Peer(peer.ip()), seat.clone())));
        let mut stopped = stop.clone();
        tokio::spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let stopping = async { drop(stopped.wait_for(|stop| *stop).await) };
            // A connection that breaks is the client's business.
            tokio::select! {
                _ = &mut connection => {}
                () = stopping => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(seat);
        });
    }
    drop(listener);
    // Each gives its place back when it ends, those too that became something else than HTTP.
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    tokio::select! {
        _ = places.acquire_many(all) => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("requests under way were cut off"),
    }
}

/// Serves a unix socket, to peers of this user (or root) only.
pub async fn serve_socket(listener: UnixListener, router: Router, mut stop: watch::Receiver<bool>) {
    let own = listener_uid(&listener);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Some((stream, _)) = accepted_or_rest(accepted).await else { continue };
        let peer = stream.peer_cred().map(|peer| peer.uid()).ok();
        if !peer.is_some_and(|uid| uid == 0 || Some(uid) == own) {
            tracing::warn!(?peer, "a stranger knocked at the administration socket");
            continue;
        }
        let connection = connection(stream, router.clone(), None);
        tokio::spawn(async move {
            let _ = connection.await;
        });
    }
}

/// The user that this process, which owns the socket, runs as.
fn listener_uid(listener: &UnixListener) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let address = listener.local_addr().ok()?;
    std::fs::metadata(address.as_pathname()?).ok().map(|meta| meta.uid())
}

async fn accepted_or_rest<T>(accepted: io::Result<T>) -> Option<T> {
    match accepted {
        Ok(accepted) => Some(accepted),
        Err(error) => {
            // Out of file descriptors, most likely: some will come back.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// The bytes of a head, as far as they are the client's to choose.
fn head_len(request: &Request) -> usize {
    let target = request.extensions().get::<RawTarget>().map_or(0, |raw| raw.0.len());
    request.headers().iter().fold(target, |sum, (name, value)| sum + name.as_str().len() + value.len() + 4)
}

fn connection<S>(
    stream: S,
    router: Router,
    from: Option<(Peer, Seat)>,
) -> hyper::server::conn::http1::UpgradeableConnection<
    TokioIo<S>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = std::convert::Infallible, Future: Send>,
>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = normalise(request.map(Body::new));
        if let Some((peer, seat)) = &from {
            request.extensions_mut().insert(*peer);
            request.extensions_mut().insert(seat.clone());
        }
        let router = (head_len(&request) <= MAX_HEAD).then(|| router.clone());
        // In a box: a connection keeps room for the answering of its largest request as long as it is open,
        // and it may be open for hours to say little.
        Box::pin(async move {
            match router {
                Some(router) => router.oneshot(request).await,
                None => {
                    let refused = async { ApiError::head_too_large(MAX_HEAD).into_response() };
                    Ok(answers::within(RequestId::fresh(), request.method(), "", refused).await)
                }
            }
        })
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
}
