//! Deliveries: written with their cause, leased to be sent, and recorded.

use specie_core::ids::{DeliveryId, InvoiceId, StoreId};
use specie_core::invoice::{Event, Notice, notices};
use specie_core::retry;
use specie_core::time::Timestamp;
use specie_db::deliveries::{self, Attempt, Delivery, Form, State};
use specie_db::{DbError, Reader, Tx, invoices, stores};
use url::Url;

use super::idempotency::{Answered, Idempotency, once};
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;
use crate::request_id::RequestId;

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
    /// What this attempt is called, by its receiver and in the log.
    pub request_id: RequestId,
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
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// Where it goes, with placeholders.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened.
    pub notice: Notice,
    /// What became of it.
    pub state: State,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, if it is pending.
    pub next_at: Option<Timestamp>,
    /// It is pending, and an earlier one of its invoice has to be over first.
    pub waits: bool,
    /// When it was last asked to be sent again.
    pub resent_at: Option<Timestamp>,
    /// Every attempt, first to last.
    pub attempts: Vec<Attempt>,
}

/// Writes a delivery for everything that the shop asked to be told, in order.
pub(super) fn write(tx: &mut Tx<'_>, writing: &Writing<'_>) -> Result<(), DbError> {
    let told = notices(writing.events, writing.view.flag);
    write_notices(tx, writing, told).map(drop)
}

/// Writes the deliveries of these notices; whether there is anybody to tell.
fn write_notices(tx: &mut Tx<'_>, writing: &Writing<'_>, notices: Vec<Notice>) -> Result<bool, DbError> {
    let view = writing.view;
    let Some(url) = view.order.notification_url.as_deref() else { return Ok(false) };
    let Some(endpoint) = endpoint(url) else { return Ok(false) };
    let wanted = view.order.notifications;
    let forms = notices.into_iter().flat_map(|notice| {
        let plain = wanted.plain(notice).then_some((notice, Form::Plain));
        let named = wanted.named(notice).then_some((notice, Form::Named));
        let event = wanted.event(notice).then_some((notice, Form::Event));
        plain.into_iter().chain(named).chain(event)
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
                resent_at: None,
                in_line: true,
            },
        )?;
    }
    Ok(true)
}

/// Scheme, host and port of an address: what can be slow or dead as a whole. None if it is no
/// address on the web, which then hears nothing.
fn endpoint(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port_or_known_default()?))
}

impl App {
    /// Tells the shop of an invoice how it stands, though nothing happened to it. It hears so in its
    /// turn, after all that is still to be told of this invoice.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice, [`AppError::NobodyToNotify`] if
    /// there is no address to tell it to.
    pub async fn notify_again(
        &self,
        store: StoreId,
        id: InvoiceId,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<()>, AppError> {
        let (app, now) = (self.clone(), self.now());
        let seed = IdSeed::new(now);
        let told = self.0.db.write("notify_again", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                let locked = invoices::lock(tx, id)?.filter(|record| record.store_id == store);
                let record = locked.ok_or(AppError::InvoiceNotFound)?;
                let store = stores::find(tx, record.store_id)?.ok_or(AppError::StoreNotFound)?;
                let view = app.view_now(&record, &store);
                let writing = Writing { view: &view, events: &[], seed: &seed, now };
                if write_notices(tx, &writing, vec![Notice::ManuallyNotified])? {
                    Ok(())
                } else {
                    Err(AppError::NobodyToNotify)
                }
            })
        });
        let told = told.await?;
        self.0.outside.deliveries_written();
        Ok(told)
    }

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
            request_id: due.request_id.to_string(),
        };
        let recorded = self.0.db.write("record_attempt", move |tx| {
            let resent_at = deliveries::find(tx, id)?.and_then(|delivery| delivery.resent_at);
            let mut attempts = deliveries::attempts(tx, id)?;
            let before = attempts.len();
            // Sent again, it has all of its time once more, whatever was tried before.
            attempts.retain(|attempt| resent_at.is_none_or(|resent_at| attempt.at >= resent_at));
            let of_before = u32::try_from(before - attempts.len()).unwrap_or(u32::MAX);
            // A delivery that waited for an earlier one of its invoice has all of its time still.
            let first_at = attempts.first().map_or(now, |first| first.at);
            let made = number.saturating_sub(of_before);
            let next = retry::next(retry::NOTIFICATIONS, made, first_at, succeeded, now);
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

    /// Sends a delivery of an invoice again, whatever became of it: it is due at once, with the same
    /// id and content, and has all of its time for being tried ahead of it.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice,
    /// [`AppError::DeliveryNotFound`] if the invoice has no such delivery.
    pub async fn resend_delivery(
        &self,
        store: StoreId,
        invoice: InvoiceId,
        delivery: DeliveryId,
    ) -> Result<(), AppError> {
        let now = self.now();
        let resent = self.0.db.write("resend_delivery", move |tx| {
            let record = invoices::find(tx, invoice)?.filter(|record| record.store_id == store);
            record.ok_or(AppError::InvoiceNotFound)?;
            if deliveries::resend(tx, delivery, invoice, now)? {
                Ok(())
            } else {
                Err(AppError::DeliveryNotFound)
            }
        });
        resent.await?;
        self.0.outside.deliveries_written();
        Ok(())
    }
}

/// The deliveries of an invoice as they are shown, in order.
pub(super) fn shown(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<DeliveryView>, DbError> {
    let mut first_in_line = true;
    let shown = deliveries::of_invoice(reader, invoice)?.into_iter().map(|d| {
        let pending = d.state == State::Pending;
        let waits = pending && d.in_line && !first_in_line;
        first_in_line &= !(pending && d.in_line);
        Ok(DeliveryView {
            id: d.id,
            url: d.url,
            form: d.form,
            notice: d.notice,
            state: d.state,
            created_at: d.created_at,
            next_at: pending.then_some(d.next_at),
            waits,
            resent_at: d.resent_at,
            attempts: deliveries::attempts(reader, d.id)?,
        })
    });
    shown.collect()
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
        request_id: RequestId::fresh(),
        attempts: delivery.attempts,
    })
}
