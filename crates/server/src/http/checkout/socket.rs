//! How an invoice changes, over a WebSocket, as BTCPay's checkout has it: one byte says "look again", and now and
//! then a text `ping` that somebody is there.
//!
//! Whoever knows an invoice's id may listen, from a page of any origin: nothing is said here but that something
//! changed, and no cookie is looked at. What the other side says is not.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use specie_core::ids::InvoiceId;
use tokio::sync::watch::Receiver;

use crate::http::{ApiError, Pairs, Seat, Segments, Web};

/// How long nothing is said: proxies between are patient for longer.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a message may take to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// The largest message that is read, in bytes, to be thrown away.
const LARGEST: usize = 1024;
/// What a change says, as BTCPay says it.
const CHANGED: [u8; 1] = [0];

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;
type OfConnection = Option<Extension<Seat>>;

/// `/i/{id}/status/ws`, and the same below `/invoice`.
pub async fn by_path(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    seat: OfConnection,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    follow(web, &id, seat, upgrade).await
}

/// `/i/{id}/{method}/status/ws`.
pub async fn by_method(
    State(web): State<Web>,
    Segments((first, second)): Segments<(String, String)>,
    seat: OfConnection,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    follow(web, super::either(&first, &second), seat, upgrade).await
}

/// `/invoice/status/ws?invoiceId={id}`.
pub async fn by_query(
    State(web): State<Web>,
    asked: Pairs,
    seat: OfConnection,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    follow(web, super::named(&asked), seat, upgrade).await
}

async fn follow(web: Web, id: &str, seat: OfConnection, upgrade: Upgrade) -> Result<Response, ApiError> {
    let nothing = || ApiError::not_found("Object not found");
    let upgrade = upgrade.map_err(|_| nothing())?;
    let found = super::find(&web, id).await?;
    if found.is_final() {
        return Err(nothing());
    }
    // It says so at the start, and the page looks again: nothing falls in between.
    let changes = web.changes().changes_of(found.id);
    let place = web.streams().clone().try_acquire_owned();
    let place = place
        .map_err(|_| ApiError::unavailable("Too many pages are being followed: look again in a while"))?;
    let upgrade = upgrade
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .read_buffer_size(LARGEST)
        .write_buffer_size(0)
        .max_write_buffer_size(LARGEST);
    Ok(upgrade.on_upgrade(async move |mut socket| {
        let over = web.changes().over();
        tokio::select! {
            () = over => {}
            () = tell(&mut socket, &web, found.id, changes) => {}
        }
        // Whoever is gone hears no goodbye.
        let _ = tokio::time::timeout(GOODBYE, socket.send(Message::Close(None))).await;
        drop((place, seat));
    }))
}

/// Says each change, until nothing changes any more or nobody listens.
async fn tell(socket: &mut WebSocket, web: &Web, id: InvoiceId, mut changes: Receiver<()>) {
    changes.mark_changed();
    loop {
        let (said, last) = tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
                let over = web.app().invoice(id, None).await.map_or(true, |view| view.is_final());
                (Message::Binary(CHANGED.to_vec().into()), over)
            }
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            () = tokio::time::sleep(SILENCE) => (Message::Text("ping".into()), false),
        };
        let sent = tokio::time::timeout(PATIENCE, socket.send(said)).await;
        if last || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}
