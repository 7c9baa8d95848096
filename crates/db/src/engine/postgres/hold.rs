//! Holding what only one process can hold: an advisory lock of a connection that is kept for it.

use std::sync::Arc;
use std::sync::mpsc::channel;

use postgres::Client;
use tokio::sync::oneshot;

use super::server::{Server, words};
use crate::engine::lead::Held;
use crate::engine::spawn;
use crate::error::DbError;

/// Sets these locks apart from those of other programs in the same database.
const SPACE: i32 = 0x5bec1e;

/// Tries to hold it. The lock is given back when what is returned is dropped, or by the server
/// when the connection ends.
pub(in crate::engine) async fn try_hold(
    server: Arc<Server>,
    what: &'static str,
) -> Result<Option<Held>, DbError> {
    let (reply, answer) = oneshot::channel();
    let (asked, questions) = channel::<oneshot::Sender<()>>();
    spawn("db-lead", move || {
        let mut client = match take(&server, what) {
            Ok(Some(client)) => client,
            outcome => {
                // Nobody may be waiting any more.
                let _ = reply.send(outcome.map(|_| false));
                return;
            }
        };
        if reply.send(Ok(true)).is_err() {
            return;
        }
        while let Ok(question) = questions.recv() {
            if client.batch_execute("SELECT 1").is_err() {
                return;
            }
            let _ = question.send(());
        }
    });
    match answer.await.map_err(|_| DbError::Closed)? {
        Ok(true) => Ok(Some(Held::ByConnection(asked))),
        Ok(false) => Ok(None),
        Err(message) => Err(DbError::Engine { statement: "pg_try_advisory_lock", message }),
    }
}

fn take(server: &Server, what: &str) -> Result<Option<Client>, String> {
    let mut client = server.connect()?;
    let taken = client.query_one("SELECT pg_try_advisory_lock($1, hashtext($2))", &[&SPACE, &what]);
    let taken: bool = taken.and_then(|row| row.try_get(0)).map_err(|e| words(&e))?;
    Ok(taken.then_some(client))
}
