//! An invoice's events, as they happen: its state now, and again whenever something happened to it.
//!
//! A connection that is cut or silent is made anew, and says what was heard last, so that nothing is told twice. The
//! stream's address is the server's word: what is sent there is the stream's token, never a signature.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use url::Url;

use crate::call::Shape;
use crate::request::Request;
use crate::sse::{Event, Reader};
use crate::{Client, Error, EventBus, Invoice, Method, entropy, retry};

/// A server that lives says something, if only a comment, every 25 seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// Failures in a row, with up to ten seconds between them, before it is given up: ten minutes or more, by how long each
/// takes.
const PATIENCE: u32 = 60;
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The states of an invoice: first as it is, then whenever something happened to it, until it is dropped. It is the
/// public view: fetch the invoice before you ship.
pub struct Events {
    client: Client,
    invoice: String,
    last_id: Option<String>,
    open: Option<(reqwest::Response, Reader)>,
    waiting: VecDeque<Event>,
    failed: u32,
    over: bool,
}

impl Client {
    /// Listens to an invoice. Nothing is asked before [`Events::next`].
    #[must_use]
    pub fn events(&self, invoice: &str) -> Events {
        Events {
            client: self.clone(),
            invoice: invoice.to_owned(),
            last_id: None,
            open: None,
            waiting: VecDeque::new(),
            failed: 0,
            over: false,
        }
    }
}

impl Events {
    /// Waits for the next one. `None` after an error: sixty attempts failed, or the server refused. Whoever stops
    /// waiting loses nothing: the next call goes on.
    pub async fn next(&mut self) -> Option<Result<Invoice, Error>> {
        while !self.over {
            match self.step().await {
                Ok(Some(invoice)) => return Some(Ok(invoice)),
                Ok(None) => {}
                Err(error) if error.is_passing() && self.failed < PATIENCE => {
                    self.open = None;
                    let [luck] = entropy::bytes();
                    tokio::time::sleep(retry::backoff(self.failed, LONGEST_WAIT, luck)).await;
                    self.failed += 1;
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }

    /// The same as a `Stream`.
    #[must_use]
    pub fn into_stream(self) -> BoxStream<'static, Result<Invoice, Error>> {
        stream::unfold(self, |mut events| async move { Some((events.next().await?, events)) }).boxed()
    }

    /// One thing at a time: an event that waits, a connection, a piece of what comes.
    async fn step(&mut self) -> Result<Option<Invoice>, Error> {
        while let Some(event) = self.waiting.pop_front() {
            self.last_id = event.id;
            if event.name == "statechange" {
                return read(&event.data).map(Some);
            }
        }
        let Some((response, reader)) = &mut self.open else {
            let opened = connect(&self.client, &self.invoice, self.last_id.clone()).await?;
            self.open = Some(opened);
            return Ok(None);
        };
        let chunk = tokio::time::timeout(SILENCE, response.chunk()).await;
        let chunk = chunk.map_err(|_| Error::Timeout { after: SILENCE })?;
        let Some(chunk) = chunk.map_err(|e| self.client.transport.failed(e))? else {
            return Err(Error::Unreachable("the stream ended".to_owned()));
        };
        let events =
            reader.read(&chunk).map_err(|_| Error::Unexpected("an event without an end".to_owned()))?;
        self.failed = if events.is_empty() { self.failed } else { 0 };
        self.waiting.extend(events);
        Ok(None)
    }
}

/// Asks where the stream is, and opens it.
async fn connect(
    client: &Client,
    invoice: &str,
    last_id: Option<String>,
) -> Result<(reqwest::Response, Reader), Error> {
    let bus = client.get_invoice_events(invoice).await?;
    let request = subscription(&bus, client.host(), last_id.as_deref())?;
    let transport = &client.transport;
    let opening = transport.open(&request, None);
    let response =
        tokio::time::timeout(SILENCE, opening).await.map_err(|_| Error::Timeout { after: SILENCE })??;
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if response.status() == 200 && kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return Ok((response, Reader::after(last_id)));
    }
    let answer = transport.whole(response).await?.accepted()?;
    let other = || Error::Unexpected("an invoice's events are not text/event-stream".to_owned());
    Err(answer.read::<serde::de::IgnoredAny>(Shape::Bare).err().unwrap_or_else(other))
}

fn read(data: &str) -> Result<Invoice, Error> {
    serde_json::from_str(data).map_err(|e| Error::Unexpected(e.to_string()))
}

fn subscription(bus: &EventBus, host: &str, last_id: Option<&str>) -> Result<Request, Error> {
    let refused = || Error::Unexpected("the events' address is none that can be asked".to_owned());
    let mut url = Url::parse(&bus.url).map_err(|_| refused())?;
    let secure = host.starts_with("https:");
    if !(url.scheme() == "https" || url.scheme() == "http" && !secure) {
        return Err(refused());
    }
    url.query_pairs_mut()
        .append_pair("token", bus.token.reveal())
        .append_pair("action", "subscribe")
        .append_pair("events[]", "payment");
    let mut headers = vec![("Accept", "text/event-stream".to_owned())];
    let sendable = |id: &&str| id.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    headers.extend(last_id.filter(sendable).map(|id| ("Last-Event-ID", id.to_owned())));
    Ok(Request { method: Method::Get, url, headers, body: None, shape: Shape::Bare })
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Events({})", self.invoice)
    }
}
