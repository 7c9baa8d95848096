//! Deliveries: written with their cause, leased to be sent, and recorded.

use specie_core::ids::{DeliveryId, InvoiceId};
use specie_core::invoice::{Event, Notice, notices};
use specie_core::retry;
use specie_core::time::Timestamp;
use specie_db::deliveries::{self, Attempt, Delivery, Form, State};
use specie_db::{DbError, Tx};
use url::Url;

use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

/// How long a delivery is leased, in seconds: longer than an attempt can take.
pub const LEASE_SECS: i64 = 60;

/// What a transaction writes deliveries for.
pub(super) struct Writing<'a> {
    pub(super) view: &'a InvoiceView,
    pub(super) events: &'a [Event],
    pub(super) seed: &'a IdSeed,
    pub(super) now: Timestamp,
}

/// A delivery that is due, with all that is needed to send it.
#[derive(Debug, Clone)]
pub struct Due {
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// Where it goes, with placeholders.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened.
    pub notice: Notice,
    /// The invoice as it was when it happened.
    pub snapshot: InvoiceView,
    attempts: u32,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// The endpoint's HTTP status, if it answered.
    pub http_status: Option<u16>,
    /// Why it failed; none: it arrived.
    pub failure: Option<String>,
}

/// A delivery as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// What happened.
    pub notice: Notice,
    /// `pending`, `done` or `given_up`.
    pub state: &'static str,
    /// Attempts made.
    pub attempts: u32,
    /// Why the last attempt failed, if it did.
    pub last_failure: Option<String>,
}

/// Writes a delivery for everything that the shop asked to be told, in order.
pub(super) fn write(tx: &mut Tx<'_>, writing: &Writing<'_>) -> Result<(), DbError> {
    let view = writing.view;
    let Some(url) = view.order.notification_url.as_deref() else { return Ok(()) };
    let Some(endpoint) = endpoint(url) else { return Ok(()) };
    let wanted = view.order.notifications;
    let forms = notices(writing.events, view.flag).into_iter().flat_map(|notice| {
        let plain = wanted.plain(notice).then_some((notice, Form::Plain));
        let named = wanted.named(notice).then_some((notice, Form::Named));
        plain.into_iter().chain(named)
    });
    let snapshot = serde_json::to_string(view).expect("a view is JSON");
    for (number, (notice, form)) in forms.enumerate() {
        deliveries::insert(
            tx,
            &Delivery {
                id: DeliveryId::from_bytes(writing.seed.id(number)),
                invoice_id: view.id,
                endpoint: endpoint.clone(),
                url: url.to_owned(),
                form,
                notice,
                snapshot: snapshot.clone(),
                state: State::Pending,
                attempts: 0,
                created_at: writing.now,
                next_at: writing.now,
            },
        )?;
    }
    Ok(())
}

/// Scheme, host and port of an address: what can be slow or dead as a whole. None if it is no
/// address on the web, which then hears nothing.
fn endpoint(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port_or_known_default()?))
}

impl App {
    /// The endpoints that have something due, the longest waiting first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn due_endpoints(&self) -> Result<Vec<String>, AppError> {
        let now = self.now();
        Ok(self.0.db.read(move |r| deliveries::due_endpoints(r, now)).await?)
    }

    /// Leases up to `limit` due deliveries of an endpoint. Who leases must record an attempt at
    /// each, or they come up again when the lease is over.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write, or a stored snapshot cannot be read.
    pub async fn lease_deliveries(&self, endpoint: String, limit: i64) -> Result<Vec<Due>, AppError> {
        let now = self.now();
        let until = now.plus_secs(LEASE_SECS);
        let leased = self
            .0
            .db
            .write("lease_deliveries", move |tx| deliveries::lease(tx, &endpoint, limit, now, until))
            .await;
        let leased: Vec<Delivery> = leased.map_err(|e: DbError| AppError::Db(e))?;
        let server = self.public_url();
        leased.into_iter().map(|delivery| due(delivery, &server)).collect()
    }

    /// Records an attempt at a leased delivery, and when the next one is due.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn record_attempt(&self, due: &Due, attempted: Attempted) -> Result<retry::Next, AppError> {
        let now = self.now();
        let (id, number) = (due.id, due.attempts + 1);
        let succeeded = attempted.failure.is_none();
        let attempt = Attempt {
            at: now,
            http_status: attempted.http_status.map(u32::from),
            failure: attempted.failure,
        };
        let recorded = self.0.db.write("record_attempt", move |tx| {
            // A delivery that waited for an earlier one of its invoice has all of its time still.
            let first_at = deliveries::attempts(tx, id)?.first().map_or(now, |first| first.at);
            let next = retry::next(retry::NOTIFICATIONS, number, first_at, succeeded, now);
            deliveries::record(tx, id, number, &attempt, next)?;
            Ok::<_, AppError>(next)
        });
        recorded.await
    }

    /// When the next pending delivery is due.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>, AppError> {
        Ok(self.0.db.read(deliveries::next_due).await?)
    }

    /// The deliveries of an invoice, in order.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn deliveries_of(&self, invoice: InvoiceId) -> Result<Vec<DeliveryView>, AppError> {
        let shown = self.0.db.read(move |r| {
            let found = deliveries::of_invoice(r, invoice)?;
            let shown = found.into_iter().map(|d| {
                let last = deliveries::attempts(r, d.id)?.pop();
                Ok(DeliveryView {
                    notice: d.notice,
                    state: d.state.name(),
                    attempts: d.attempts,
                    last_failure: last.and_then(|attempt| attempt.failure),
                })
            });
            shown.collect::<Result<Vec<_>, DbError>>()
        });
        Ok(shown.await?)
    }
}

fn due(delivery: Delivery, server: &str) -> Result<Due, AppError> {
    let mut snapshot: InvoiceView = serde_json::from_str(&delivery.snapshot).map_err(|e| {
        AppError::Db(DbError::Corrupt {
            table: "deliveries",
            row: delivery.id.to_string(),
            column: "snapshot",
            problem: e.to_string(),
        })
    })?;
    // Written by a command while no server ran, which knew of no address.
    if snapshot.server.is_empty() {
        server.clone_into(&mut snapshot.server);
    }
    Ok(Due {
        id: delivery.id,
        url: delivery.url,
        form: delivery.form,
        notice: delivery.notice,
        snapshot,
        attempts: delivery.attempts,
    })
}
