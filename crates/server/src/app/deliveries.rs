//! Deliveries: written with their cause, leased to be sent, and recorded.

use serde::{Deserialize, Serialize};
use specie_core::ids::{DeliveryId, InvoiceId, StoreId};
use specie_core::invoice::{Event, Notice, notices};
use specie_core::retry;
use specie_core::time::Timestamp;
use specie_db::deliveries::{self, Attempt, Delivery, Form, State};
use specie_db::webhooks::{self, Webhook};
use specie_db::{DbError, Reader, Tx, invoices, stores};

use super::addresses::{addresses, endpoint};
use super::audit::Deed;
use super::idempotency::{Answered, Idempotency, once};
use super::view::{InvoiceView, TestView};
use super::{App, AppError};
use crate::clock::Stopwatch;
use crate::entropy::IdSeed;
use crate::request_id::RequestId;
use crate::secret::SigningKey;

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
    /// What it tells.
    pub content: Content,
    /// What signs it, the newest first; none, if it goes where an order named itself.
    pub keys: Vec<SigningKey>,
    /// What this attempt is called, by its receiver and in the log.
    pub request_id: RequestId,
    attempts: u32,
}

impl Due {
    /// Which attempt is next, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts.saturating_add(1)
    }

    /// What it is about, for the log.
    #[must_use]
    pub fn about(&self) -> String {
        match &self.content {
            Content::Notice { snapshot, .. } => snapshot.id.to_string(),
            Content::Test(_) => "none".to_owned(),
        }
    }
}

/// What a delivery tells.
#[derive(Debug, Clone)]
pub enum Content {
    /// What happened to an invoice.
    Notice {
        /// What happened.
        notice: Notice,
        /// The invoice as it was then.
        snapshot: Box<InvoiceView>,
    },
    /// Nothing.
    Test(TestView),
}

/// Which attempt was made.
pub(super) struct Made {
    pub(super) id: DeliveryId,
    pub(super) form: Form,
    /// Its number, from 1.
    pub(super) number: u32,
    pub(super) duration_ms: u32,
    pub(super) request_id: RequestId,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// The endpoint's HTTP status, if it answered.
    pub http_status: Option<u16>,
    /// Why it failed; none: it arrived.
    pub failure: Option<String>,
    /// How the answer begins: a stranger's words.
    pub excerpt: Option<String>,
}

/// A delivery as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// The invoice that it tells of; none: a test.
    pub invoice: Option<InvoiceId>,
    /// It is for a webhook of the store, and not for the address that the order named itself.
    pub to_webhook: bool,
    /// Where it goes, with placeholders.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened; none: a test.
    pub notice: Option<Notice>,
    /// What became of it.
    pub state: State,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, if it is pending.
    pub next_at: Option<Timestamp>,
    /// It is pending, and an earlier one of its line has to be over first.
    pub waits: bool,
    /// When it was last asked to be sent again.
    pub resent_at: Option<Timestamp>,
    /// Every attempt, first to last.
    pub attempts: Vec<Attempt>,
}

impl App {
    /// Writes a delivery for everything that the shop asked to be told, in order.
    pub(super) fn write_deliveries(&self, tx: &mut Tx<'_>, writing: &Writing<'_>) -> Result<(), DbError> {
        let told = notices(writing.events, writing.view.flag);
        self.write_notices(tx, writing, told).map(drop)
    }

    /// Writes the deliveries of these notices; whether there is anybody to tell.
    fn write_notices(
        &self,
        tx: &mut Tx<'_>,
        writing: &Writing<'_>,
        notices: Vec<Notice>,
    ) -> Result<bool, DbError> {
        if notices.is_empty() {
            return Ok(false);
        }
        let view = writing.view;
        let webhooks = self.webhooks_to_tell(tx, view.store_id)?;
        let told = notices.into_iter().flat_map(|notice| {
            addresses(view, &webhooks, notice, writing.now).into_iter().map(move |address| (notice, address))
        });
        let told: Vec<_> = told.collect();
        if told.is_empty() {
            return Ok(false);
        }
        let snapshot = serde_json::to_string(view).expect("a view is JSON");
        for (number, (notice, address)) in told.into_iter().enumerate() {
            let content = (Some(view.id), Some(notice), snapshot.clone());
            let delivery = address.delivery(writing.seed.id(number), view.store_id, content, writing.now);
            deliveries::insert(tx, &delivery)?;
        }
        Ok(true)
    }

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
        let noted = self.note(Some(store), Deed::SentAgain, id.to_string());
        let told = self.0.db.write("notify_again", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                let locked = invoices::lock(tx, id)?.filter(|record| record.store_id == store);
                let record = locked.ok_or(AppError::InvoiceNotFound)?;
                let store = stores::find(tx, record.store_id)?.ok_or(AppError::StoreNotFound)?;
                let view = app.view_now(&record, &store);
                let writing = Writing { view: &view, events: &[], seed: &seed, now };
                if !app.write_notices(tx, &writing, vec![Notice::ManuallyNotified])? {
                    return Err(AppError::NobodyToNotify);
                }
                Ok(noted.add(tx)?)
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
    /// [`AppError`] if the database cannot write.
    pub async fn lease_deliveries(&self, endpoint: String, limit: i64) -> Result<Vec<Due>, AppError> {
        let now = self.now();
        let until = now.plus_secs(LEASE_SECS);
        let leased = self.0.db.write("lease_deliveries", move |tx| {
            let mut leased = Vec::new();
            for delivery in deliveries::lease(tx, &endpoint, limit, now, until)? {
                match delivery {
                    Ok(delivery) => leased.extend(as_of_now(tx, delivery)?.map(Ok)),
                    Err(error) => leased.push(Err(error)),
                }
            }
            Ok::<_, AppError>(leased)
        });
        let due = leased.await?.into_iter().filter_map(|leased| {
            // One that cannot be read keeps no other waiting.
            let leased = leased.map_err(AppError::from);
            let due = leased.and_then(|(delivery, webhook)| self.due(delivery, webhook.as_ref(), now));
            due.inspect_err(|error| tracing::error!(%error, "a delivery cannot be read")).ok()
        });
        Ok(due.collect())
    }

    /// Records an attempt at a leased delivery, how long it took, and when the next one is due.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn record_attempt(
        &self,
        due: &Due,
        attempted: Attempted,
        took: &Stopwatch,
    ) -> Result<retry::Next, AppError> {
        let made = Made {
            id: due.id,
            form: due.form,
            number: due.attempt(),
            duration_ms: took.millis(),
            request_id: due.request_id.clone(),
        };
        self.record(made, attempted).await
    }

    /// The same of whatever was attempted, by whomever.
    pub(super) async fn record(&self, made: Made, attempted: Attempted) -> Result<retry::Next, AppError> {
        let now = self.now();
        let schedule = match made.form {
            Form::Plain | Form::Named | Form::Event => retry::NOTIFICATIONS,
            // Somebody looks at what becomes of it, and can send another.
            Form::Test => retry::ONCE,
        };
        let (id, number) = (made.id, made.number);
        let succeeded = attempted.failure.is_none();
        let attempt = Attempt {
            at: now,
            duration_ms: made.duration_ms,
            http_status: attempted.http_status.map(u32::from),
            failure: attempted.failure,
            excerpt: attempted.excerpt,
            request_id: made.request_id.to_string(),
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
            let next = retry::next(schedule, made, first_at, succeeded, now);
            deliveries::record(tx, id, number, &attempt, next)?;
            Ok::<_, AppError>(next)
        });
        let next = recorded.await?;
        // Nobody may be waiting for it.
        let _ = self.0.attempted.send(id);
        Ok(next)
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
    /// [`AppError::DeliveryNotFound`] if the invoice has no such delivery, [`AppError::WebhookGone`] if
    /// whom it was for hears nothing any more.
    pub async fn resend_delivery(
        &self,
        store: StoreId,
        invoice: InvoiceId,
        delivery: DeliveryId,
    ) -> Result<(), AppError> {
        let now = self.now();
        let noted = self.note(Some(store), Deed::SentAgain, invoice.to_string());
        let resent = self.0.db.write("resend_delivery", move |tx| {
            let record = invoices::find(tx, invoice)?.filter(|record| record.store_id == store);
            record.ok_or(AppError::InvoiceNotFound)?;
            let found = deliveries::find(tx, delivery)?.filter(|found| found.invoice_id == Some(invoice));
            if let Some(webhook) = found.and_then(|found| found.webhook_id) {
                let webhook = webhooks::find(tx, webhook)?.filter(|webhook| webhook.switched_on);
                webhook.ok_or(AppError::WebhookGone)?;
            }
            if !deliveries::resend(tx, delivery, invoice, now)? {
                return Err(AppError::DeliveryNotFound);
            }
            Ok(noted.add(tx)?)
        });
        resent.await?;
        self.0.outside.deliveries_written();
        Ok(())
    }
}

/// A leased delivery as it is to be sent now, with the webhook it is for. What was on its way to one that
/// has moved since goes where it is now; to one that is gone or switched off, nowhere.
fn as_of_now(
    tx: &mut Tx<'_>,
    mut delivery: Delivery,
) -> Result<Option<(Delivery, Option<Webhook>)>, DbError> {
    let Some(id) = delivery.webhook_id else { return Ok(Some((delivery, None))) };
    let Some(webhook) = webhooks::find(tx, id)?.filter(|webhook| webhook.switched_on) else {
        deliveries::withdraw(tx, delivery.id)?;
        return Ok(None);
    };
    if webhook.url != delivery.url
        && let Some(endpoint) = endpoint(&webhook.url, Some(webhook.id))
    {
        deliveries::redirect(tx, delivery.id, &endpoint, &webhook.url)?;
        delivery.url.clone_from(&webhook.url);
    }
    Ok(Some((delivery, Some(webhook))))
}

/// The deliveries of an invoice as they are shown, in order.
pub(super) fn shown(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<DeliveryView>, DbError> {
    let mut begun = Vec::new();
    let shown = deliveries::of_invoice(reader, invoice)?.into_iter().map(|d| {
        let in_line = d.state == State::Pending && d.in_line;
        let waits = in_line && begun.contains(&d.webhook_id);
        if in_line && !waits {
            begun.push(d.webhook_id);
        }
        view(reader, d, waits)
    });
    shown.collect()
}

/// A delivery as it is shown.
pub(super) fn view(reader: &Reader<'_>, d: Delivery, waits: bool) -> Result<DeliveryView, DbError> {
    Ok(DeliveryView {
        id: d.id,
        invoice: d.invoice_id,
        to_webhook: d.webhook_id.is_some(),
        url: d.url,
        form: d.form,
        notice: d.notice,
        state: d.state,
        created_at: d.created_at,
        next_at: (d.state == State::Pending).then_some(d.next_at),
        waits,
        resent_at: d.resent_at,
        attempts: deliveries::attempts(reader, d.id)?,
    })
}

impl App {
    fn due(&self, delivery: Delivery, webhook: Option<&Webhook>, now: Timestamp) -> Result<Due, AppError> {
        let content = self.content(&delivery)?;
        Ok(Due {
            id: delivery.id,
            url: delivery.url,
            form: delivery.form,
            content,
            keys: webhook.map_or_else(Vec::new, |webhook| self.signing_keys(webhook, now)),
            request_id: RequestId::fresh(),
            attempts: delivery.attempts,
        })
    }

    /// What a delivery tells.
    pub(super) fn content(&self, delivery: &Delivery) -> Result<Content, AppError> {
        let corrupt = |e: serde_json::Error| {
            let (row, problem) = (delivery.id.to_string(), e.to_string());
            AppError::Db(DbError::Corrupt { table: "deliveries", row, column: "snapshot", problem })
        };
        Ok(match delivery.notice {
            None => Content::Test(serde_json::from_str(&delivery.snapshot).map_err(corrupt)?),
            Some(notice) => {
                let mut snapshot: Box<InvoiceView> =
                    serde_json::from_str(&delivery.snapshot).map_err(corrupt)?;
                // Written by a command while no server ran, which knew of no address.
                if snapshot.server.is_empty() {
                    snapshot.server = self.public_url();
                }
                Content::Notice { notice, snapshot }
            }
        })
    }
}
