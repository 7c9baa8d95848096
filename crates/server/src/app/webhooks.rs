//! Webhooks: addresses that hear of a store's invoices, each of the events that were chosen for it. What
//! is sent to one is signed with a secret of its own, which is derived and never stored; when it is
//! replaced, the old one signs beside it for a day.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specie_core::ids::{DeliveryId, StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::time::Timestamp;
use specie_db::deliveries::{self, Attempt, State};
use specie_db::webhooks::{self, LISTENS, Webhook};
use specie_db::{DbError, Reader, Tx, leads};
use tokio::sync::broadcast;

use super::addresses::write_test;
use super::audit::{Deed, differences};
use super::deliveries::{DeliveryView, view};
use super::idempotency::{Answered, Idempotency, once};
use super::{App, AppError, Store};
use crate::secret::SigningKey;
use crate::{entropy, secret};

/// The most webhooks that a store has.
pub const MAX_WEBHOOKS: usize = 10;
/// How long a secret that was replaced signs beside the new one, in seconds.
const OVERLAP_SECS: i64 = 24 * 60 * 60;
/// What secrets are derived for.
const PURPOSE: &str = "webhook";
/// How many deliveries of a webhook are shown.
const SHOWN: u32 = 20;
/// How long the first attempt at a test is waited for: longer than an attempt takes.
const TEST_PATIENCE: Duration = Duration::from_secs(13);
/// How many deliveries are withdrawn in one transaction.
pub(super) const WITHDRAWN_AT_ONCE: usize = 500;
/// How often it is looked for, if another process may make it.
const TEST_PERIOD: Duration = Duration::from_millis(500);

/// What a webhook is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where it is.
    pub url: String,
    /// What it hears; none: everything.
    pub events: Option<Vec<Notice>>,
    /// It hears at all.
    pub switched_on: bool,
}

/// What is to be different about a webhook; none: it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookChange {
    /// Where it is.
    pub url: Option<String>,
    /// What it hears; within, none: everything.
    pub events: Option<Option<Vec<Notice>>>,
    /// It hears at all.
    pub switched_on: Option<bool>,
}

/// A webhook as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookView {
    /// What is stored of it. The secret before counts only as long as it signs.
    pub webhook: Webhook,
    /// The last that was written for it.
    pub last: Option<DeliveryView>,
}

/// What a test tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestView {
    /// The store's number on this server.
    pub store_number: i64,
    /// The store's name.
    pub store_name: String,
    /// The webhook's number on this server.
    pub webhook_number: i64,
    /// When it was asked for.
    pub at: Timestamp,
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Where it went.
    pub url: String,
    /// How it ended, if it did.
    pub outcome: TestOutcome,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It was tried.
    Tried(Attempt),
    /// The webhook was deleted or switched off before it was.
    Withdrawn,
    /// It has not ended yet: others are sent there before it.
    Waits,
}

impl App {
    /// A store's webhooks as a transaction has to tell them: one that was added before is among them.
    pub(super) fn webhooks_to_tell(&self, tx: &Tx<'_>, store: StoreId) -> Result<Arc<Vec<Webhook>>, DbError> {
        tx.read_kept(&self.0.kept.webhooks, store, |r| webhooks::of_store(r, store).map(Arc::new))
    }

    /// What signs for a webhook at a time, the newest first.
    pub(super) fn signing_keys(&self, webhook: &Webhook, now: Timestamp) -> Vec<SigningKey> {
        let before = webhook.generation.checked_sub(1).filter(|_| overlaps(webhook, now));
        let all = std::iter::once(webhook.generation).chain(before);
        all.map(|generation| self.0.key.signing(PURPOSE, webhook.id.as_bytes(), generation)).collect()
    }

    /// A webhook's secret.
    #[must_use]
    pub fn webhook_secret(&self, webhook: &Webhook) -> SigningKey {
        self.0.key.signing(PURPOSE, webhook.id.as_bytes(), webhook.generation)
    }

    /// A store's webhooks, oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn webhooks(&self, store: StoreId) -> Result<Vec<WebhookView>, AppError> {
        let now = self.now();
        let read = self.0.db.read(move |r| {
            let found = webhooks::of_store(r, store)?;
            found.into_iter().map(|webhook| Ok(shown(r, webhook, now)?)).collect()
        });
        read.await
    }

    /// A webhook of a store.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if the store has no webhook of that number.
    pub async fn webhook(&self, store: StoreId, number: i64) -> Result<WebhookView, AppError> {
        let now = self.now();
        self.0.db.read(move |r| Ok(shown(r, of_store(r, store, number)?, now)?)).await
    }

    /// The last deliveries to a webhook, latest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn webhook_deliveries(&self, id: WebhookId) -> Result<Vec<DeliveryView>, AppError> {
        let read = self.0.db.read(move |r| {
            let found = deliveries::of_webhook(r, id, SHOWN)?;
            found.into_iter().map(|delivery| Ok(view(r, delivery, false)?)).collect()
        });
        read.await
    }

    /// Makes a webhook.
    ///
    /// # Errors
    /// [`AppError::WebhookUrl`] if nothing may be delivered there, [`AppError::NoEvents`],
    /// [`AppError::TooManyWebhooks`].
    pub async fn create_webhook(
        &self,
        store: StoreId,
        new: NewWebhook,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<WebhookView>, AppError> {
        if let Err(error) = self.check_webhook_url(&new.url) {
            return self.answered_or(idempotency, error).await;
        }
        let now = self.now();
        let webhook = Webhook {
            id: WebhookId::from_bytes(entropy::bytes()),
            // The database gives it one.
            number: 0,
            store_id: store,
            url: new.url,
            events: sound_events(new.events)?,
            switched_on: new.switched_on,
            generation: 0,
            previous_until: None,
            created_at: now,
            asked_at: None,
        };
        let noted = self.note(Some(store), Deed::WebhookMade, place(&webhook.url));
        let made = self.0.db.write("create_webhook", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                one_at_a_time(tx, store)?;
                if webhooks::of_store(tx, store)?.len() >= MAX_WEBHOOKS {
                    return Err(AppError::TooManyWebhooks);
                }
                webhooks::insert(tx, &webhook)?;
                noted.add(tx)?;
                let webhook = webhooks::find(tx, webhook.id)?.ok_or(AppError::WebhookNotFound)?;
                Ok(WebhookView { webhook, last: None })
            })
        });
        made.await
    }

    /// Changes a webhook. What is still to reach one that is switched off ends.
    ///
    /// # Errors
    /// As [`create_webhook`](Self::create_webhook), and [`AppError::WebhookNotFound`].
    pub async fn change_webhook(
        &self,
        store: StoreId,
        number: i64,
        change: WebhookChange,
    ) -> Result<WebhookView, AppError> {
        // What stays as it is was checked when it came; and where somebody listens, it is no address at all.
        if let Some(url) = &change.url {
            let known = self.webhook(store, number).await?.webhook;
            if *url != known.url && known.listens() {
                // What waits for it could be neither heard nor posted.
                let words = "it asks for what it hears: add a webhook for an address";
                return Err(AppError::WebhookUrl(words.to_owned()));
            }
            if *url != known.url {
                self.check_webhook_url(url)?;
            }
        }
        let events = change.events.map(sound_events).transpose()?;
        let changed = self.with_webhook(Deed::WebhookChanged, (store, number), None, move |webhook| {
            if let Some(url) = &change.url {
                webhook.url.clone_from(url);
            }
            if let Some(events) = &events {
                webhook.events.clone_from(events);
            }
            webhook.switched_on = change.switched_on.unwrap_or(webhook.switched_on);
        });
        let changed = changed.await?.answer;
        if !changed.webhook.switched_on {
            self.withdraw(changed.webhook.id).await?;
        }
        Ok(changed)
    }

    /// Gives a webhook a new secret at once. The old one signs beside it for a day; the one before that no
    /// longer.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if the store has no webhook of that number.
    pub async fn rotate_webhook_secret(
        &self,
        store: StoreId,
        number: i64,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<WebhookView>, AppError> {
        let until = self.now().plus_secs(OVERLAP_SECS);
        self.with_webhook(Deed::SecretReplaced, (store, number), idempotency, move |webhook| {
            webhook.generation = webhook.generation.saturating_add(1);
            webhook.previous_until = Some(until);
        })
        .await
    }

    /// Lets a secret that was replaced sign no longer.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if the store has no webhook of that number.
    pub async fn end_previous_secret(
        &self,
        store: StoreId,
        number: i64,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<WebhookView>, AppError> {
        self.with_webhook(Deed::SecretEnded, (store, number), idempotency, |webhook| {
            webhook.previous_until = None;
        })
        .await
    }

    /// Deletes a webhook. What is still to reach it ends.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if the store has no webhook of that number.
    pub async fn delete_webhook(&self, store: StoreId, number: i64) -> Result<(), AppError> {
        let app = self.clone();
        let deleted = self.0.db.write("delete_webhook", move |tx| {
            one_at_a_time(tx, store)?;
            let webhook = of_store(tx, store, number)?;
            webhooks::delete(tx, webhook.id)?;
            app.note(Some(store), Deed::WebhookDeleted, place(&webhook.url)).add(tx)?;
            Ok::<_, AppError>(webhook.id)
        });
        self.withdraw(deleted.await?).await
    }

    /// Ends what is still to reach a webhook that is gone or switched off, a little at a time: it may be
    /// much, and others write meanwhile. What is left, if the server dies, ends when it is due.
    async fn withdraw(&self, id: WebhookId) -> Result<(), AppError> {
        loop {
            let withdrawn = self.0.db.write("withdraw_deliveries", move |tx| {
                // Switched on again meanwhile, it hears what is still there.
                if webhooks::find(tx, id)?.is_some_and(|webhook| webhook.switched_on) {
                    return Ok(0);
                }
                Ok::<_, AppError>(deliveries::withdraw_some(tx, id, WITHDRAWN_AT_ONCE)?)
            });
            if withdrawn.await? < WITHDRAWN_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Sends a test to a webhook, by default to the store's oldest that is switched on and has an address, and waits
    /// for what becomes of it.
    ///
    /// # Errors
    /// [`AppError::NoWebhook`] if there is none, [`AppError::WebhookNotFound`] if there is none of that
    /// number, [`AppError::WebhookOff`] if it is switched off.
    pub async fn test_webhook(
        &self,
        store: &Store,
        number: Option<i64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<Tested>, AppError> {
        let now = self.now();
        let delivery = DeliveryId::from_bytes(entropy::id(now));
        let (id, store_number, store_name) = (store.id, store.number, store.name.clone());
        let mut attempted = self.0.attempted.subscribe();
        let written = self.0.db.write("test_webhook", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                let webhook = match number {
                    Some(number) => of_store(tx, id, number)?,
                    None => oldest(tx, id)?,
                };
                if !webhook.switched_on {
                    return Err(AppError::WebhookOff);
                }
                let (store_name, webhook_number) = (store_name.clone(), webhook.number);
                let test = TestView { store_number, store_name, webhook_number, at: now };
                write_test(tx, &webhook, delivery, &test, now)?;
                Ok((delivery, webhook.url))
            })
        });
        let written = written.await?;
        let delivery = written.answer.0;
        self.0.outside.deliveries_written();
        let over = async {
            loop {
                let outcome = self.0.db.read(move |r| outcome_of(r, delivery)).await?;
                if outcome != TestOutcome::Waits {
                    return Ok::<_, AppError>(outcome);
                }
                tokio::select! {
                    () = told_of(&mut attempted, delivery) => {}
                    () = tokio::time::sleep(TEST_PERIOD) => {}
                }
            }
        };
        let outcome = tokio::time::timeout(TEST_PATIENCE, over).await.unwrap_or(Ok(TestOutcome::Waits))?;
        Ok(written.map(|(delivery, url)| Tested { delivery, url, outcome }))
    }

    fn check_webhook_url(&self, url: &str) -> Result<(), AppError> {
        self.0.outside.may_be_told(url).map_err(AppError::WebhookUrl)
    }

    /// Changes a webhook, and returns it.
    async fn with_webhook(
        &self,
        deed: Deed,
        (store, number): (StoreId, i64),
        idempotency: Option<Idempotency>,
        mut change: impl FnMut(&mut Webhook) + Send + 'static,
    ) -> Result<Answered<WebhookView>, AppError> {
        let now = self.now();
        let app = self.clone();
        let changed = self.0.db.write(deed.name(), move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                one_at_a_time(tx, store)?;
                let mut webhook = of_store(tx, store, number)?;
                let before = told(&webhook);
                change(&mut webhook);
                webhooks::update(tx, &webhook)?;
                app.note(Some(store), deed, place(&webhook.url))
                    .add_with(tx, differences(&before, &told(&webhook)))?;
                Ok(shown(tx, webhook, now)?)
            })
        });
        changed.await
    }
}

/// Where a webhook is, for the log of changes: what stands behind the host may be a secret. Of one that listens, its
/// name.
fn place(url: &str) -> String {
    if url.starts_with(LISTENS) {
        return url.to_owned();
    }
    url::Url::parse(url).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
}

/// A webhook as the log of changes tells it; of its address that it is another.
pub(super) fn told(webhook: &Webhook) -> serde_json::Value {
    let url = format!("{} ({:02x?})", place(&webhook.url), &secret::fingerprint(&webhook.url)[..2]);
    serde_json::json!({ "url": url, "events": webhook.events, "switched_on": webhook.switched_on })
}

/// Whoever changes a store's webhooks waits for the others who do.
pub(super) fn one_at_a_time(tx: &mut Tx<'_>, store: StoreId) -> Result<(), DbError> {
    leads::one_at_a_time(tx, &format!("webhooks of {store}"))
}

pub(super) fn of_store(reader: &Reader<'_>, store: StoreId, number: i64) -> Result<Webhook, AppError> {
    let found = webhooks::find_by_number(reader, number)?.filter(|webhook| webhook.store_id == store);
    found.ok_or(AppError::WebhookNotFound)
}

fn oldest(reader: &Reader<'_>, store: StoreId) -> Result<Webhook, AppError> {
    let mut all = webhooks::of_store(reader, store)?.into_iter();
    // Whoever listens is a developer's computer, and may be away.
    all.find(|webhook| webhook.switched_on && !webhook.listens()).ok_or(AppError::NoWebhook)
}

fn overlaps(webhook: &Webhook, now: Timestamp) -> bool {
    webhook.previous_until.is_some_and(|until| until > now)
}

fn shown(reader: &Reader<'_>, webhook: Webhook, now: Timestamp) -> Result<WebhookView, DbError> {
    let last = deliveries::of_webhook(reader, webhook.id, 1)?.into_iter().next();
    let last = last.map(|delivery| view(reader, delivery, false)).transpose()?;
    let previous_until = webhook.previous_until.filter(|_| overlaps(&webhook, now));
    Ok(WebhookView { webhook: Webhook { previous_until, ..webhook }, last })
}

/// What became of a test so far.
fn outcome_of(reader: &Reader<'_>, id: DeliveryId) -> Result<TestOutcome, DbError> {
    if deliveries::find(reader, id)?.is_some_and(|delivery| delivery.state == State::Pending) {
        return Ok(TestOutcome::Waits);
    }
    let attempt = deliveries::attempts(reader, id)?.into_iter().next();
    Ok(attempt.map_or(TestOutcome::Withdrawn, TestOutcome::Tried))
}

/// Resolves when an attempt at a delivery may have been recorded here.
async fn told_of(attempted: &mut broadcast::Receiver<DeliveryId>, delivery: DeliveryId) {
    while attempted.recv().await.is_ok_and(|other| other != delivery) {}
}

/// The events that were chosen, each once.
pub(super) fn sound_events(chosen: Option<Vec<Notice>>) -> Result<Option<Vec<Notice>>, AppError> {
    let Some(chosen) = chosen else { return Ok(None) };
    let events: Vec<Notice> = Notice::ALL.into_iter().filter(|notice| chosen.contains(notice)).collect();
    if events.is_empty() { Err(AppError::NoEvents) } else { Ok(Some(events)) }
}
