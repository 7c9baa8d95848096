//! Listening: a program that has no address asks for what it would be posted, passes it on, and says what became of it.
//!
//! Whoever listens is a webhook like any other, with a name in place of an address. What happens is written for it with
//! its cause, stays until it arrived, and is asked for again after whatever went down meanwhile. Nothing is ever sent to
//! it from here.

use std::time::Duration;

use specie_core::ids::{DeliveryId, StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::retry::{self, Next};
use specie_core::time::Timestamp;
use specie_db::deliveries;
use specie_db::webhooks::{self, LISTENS, Webhook};

use super::addresses::endpoint;
use super::audit::{Deed, differences};
use super::deliveries::{Attempted, Due, Made};
use super::webhooks::{MAX_WEBHOOKS, WITHDRAWN_AT_ONCE, of_store, one_at_a_time, sound_events, told};
use super::{App, AppError};
use crate::clock::Stopwatch;
use crate::entropy;
use crate::request_id::RequestId;

/// The longest name of somebody who listens, in characters.
pub const MAX_LISTENER_NAME: usize = 40;
/// How many deliveries are handed over at once.
const AT_ONCE: i64 = 10;
/// How often it is looked for something to hear.
const PERIOD: Duration = Duration::from_millis(200);
/// For how long it is not noted again that somebody listens, in seconds.
const NOTED_SECS: i64 = 10 * 60;

/// What became of a delivery, as told by whoever passed it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOn {
    /// Which attempt it was, from 1; none: the one after those that are known.
    pub attempt: Option<u32>,
    /// How it ended.
    pub attempted: Attempted,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
}

impl App {
    /// Somebody listens to a store under a name: the webhook that keeps what they hear, with a secret that stays the same.
    /// It hears these events; none: everything. What was written for a name that nobody asked for in three days is
    /// withdrawn.
    ///
    /// # Errors
    /// [`AppError::InvalidName`], [`AppError::NoEvents`], [`AppError::WebhookOff`] if its merchant switched it off,
    /// [`AppError::TooManyWebhooks`].
    pub async fn listen_for(
        &self,
        store: StoreId,
        name: &str,
        events: Option<Vec<Notice>>,
    ) -> Result<Webhook, AppError> {
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > MAX_LISTENER_NAME || !name.chars().all(sound) {
            return Err(AppError::InvalidName);
        }
        let (url, events) = (format!("{LISTENS}{name}"), sound_events(events)?);
        let known = self.0.db.read(move |r| webhooks::of_store(r, store)).await?;
        if let Some(known) = known.iter().find(|known| known.url == url) {
            self.forget_what_waited_too_long(known.id).await?;
        }
        let now = self.now();
        let new = Webhook {
            id: WebhookId::from_bytes(entropy::bytes()),
            // The database gives it one.
            number: 0,
            store_id: store,
            url,
            events,
            switched_on: true,
            generation: 0,
            previous_until: None,
            created_at: now,
            asked_at: Some(now),
        };
        let app = self.clone();
        let listens = self.0.db.write("listen", move |tx| {
            one_at_a_time(tx, store)?;
            let all = webhooks::of_store(tx, store)?;
            let Some(known) = all.iter().find(|known| known.url == new.url) else {
                if all.len() >= MAX_WEBHOOKS {
                    return Err(AppError::TooManyWebhooks);
                }
                webhooks::insert(tx, &new)?;
                app.note(Some(store), Deed::WebhookMade, new.url.clone()).add(tx)?;
                return webhooks::find(tx, new.id)?.ok_or(AppError::WebhookNotFound);
            };
            if !known.switched_on {
                return Err(AppError::WebhookOff);
            }
            let changed = Webhook { events: new.events.clone(), asked_at: Some(now), ..known.clone() };
            if changed.events != known.events {
                webhooks::update(tx, &changed)?;
                app.note(Some(store), Deed::WebhookChanged, changed.url.clone())
                    .add_with(tx, differences(&told(known), &told(&changed)))?;
            }
            webhooks::ask(tx, changed.id, now)?;
            Ok(changed)
        });
        listens.await
    }

    /// What is due to somebody who listens, each leased for a minute: whoever asks says what became of each. Waits for
    /// the first for so long; nothing, if there was none.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if nobody listens to the store under that number, [`AppError::WebhookOff`].
    pub async fn hear_next(
        &self,
        store: StoreId,
        number: i64,
        patience: Duration,
    ) -> Result<Vec<Due>, AppError> {
        let webhook = self.listener(store, number).await?;
        self.note_that_somebody_listens(&webhook).await?;
        let endpoint = endpoint(&webhook.url, Some(webhook.id)).ok_or(AppError::WebhookNotFound)?;
        let waited = Stopwatch::start();
        loop {
            let (there, now) = (endpoint.clone(), self.now());
            if self.0.db.read(move |r| deliveries::is_due(r, &there, now)).await? {
                let due = self.lease_deliveries(endpoint.clone(), AT_ONCE).await?;
                if !due.is_empty() {
                    return Ok(due);
                }
            }
            // Between two looks, and never within one: what was leased is handed over.
            if Duration::from_millis(waited.millis().into()) >= patience {
                return Ok(vec![]);
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Records what became of a delivery that was handed over, and what comes next. Told twice it is recorded once.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] as [`hear_next`](Self::hear_next), [`AppError::DeliveryNotFound`] if it was none of theirs.
    pub async fn passed_on(
        &self,
        store: StoreId,
        number: i64,
        delivery: DeliveryId,
        passed_on: PassedOn,
        request_id: RequestId,
    ) -> Result<Next, AppError> {
        let webhook = self.listener(store, number).await?;
        let found = self.0.db.read(move |r| deliveries::find(r, delivery)).await?;
        let found = found.filter(|found| found.webhook_id == Some(webhook.id));
        let found = found.ok_or(AppError::DeliveryNotFound)?;
        let next = found.attempts.saturating_add(1);
        let made = Made {
            id: delivery,
            form: found.form,
            number: passed_on.attempt.map_or(next, |attempt| attempt.clamp(1, next)),
            duration_ms: passed_on.duration_ms,
            request_id,
        };
        self.record(made, passed_on.attempted).await
    }

    /// The webhook of that number, if somebody listens there.
    async fn listener(&self, store: StoreId, number: i64) -> Result<Webhook, AppError> {
        let found = self.0.db.read(move |r| of_store(r, store, number)).await?;
        if !found.listens() {
            return Err(AppError::WebhookNotFound);
        }
        if !found.switched_on {
            return Err(AppError::WebhookOff);
        }
        Ok(found)
    }

    async fn note_that_somebody_listens(&self, webhook: &Webhook) -> Result<(), AppError> {
        let (id, now) = (webhook.id, self.now());
        let is_fresh = |at: Timestamp| at.plus_secs(NOTED_SECS) > now;
        if webhook.asked_at.is_some_and(is_fresh) {
            return Ok(());
        }
        self.0.db.write("somebody_listens", move |tx| Ok(webhooks::ask(tx, id, now)?)).await
    }

    /// Forgets what waits for whoever has not asked for it in three days.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot do it.
    pub async fn forget_what_nobody_hears(&self) -> Result<(), AppError> {
        let since = self.now().plus_secs(-retry::NOTIFICATIONS.give_up_after_secs);
        for away in self.0.db.read(move |r| webhooks::away(r, since)).await? {
            self.forget_what_waited_too_long(away.id).await?;
        }
        Ok(())
    }

    /// Withdraws what waits for whoever has not asked for it in so long, a little at a time: it may be much. Nothing
    /// more is written for them meanwhile.
    async fn forget_what_waited_too_long(&self, id: WebhookId) -> Result<(), AppError> {
        let now = self.now();
        loop {
            let withdrawn = self.0.db.write("forget_what_waited", move |tx| {
                let found = webhooks::find(tx, id)?.filter(|known| is_away(known, now));
                let Some(away) = found else { return Ok(0) };
                Ok::<_, AppError>(deliveries::withdraw_some(tx, away.id, WITHDRAWN_AT_ONCE)?)
            });
            if withdrawn.await? < WITHDRAWN_AT_ONCE {
                return Ok(());
            }
        }
    }
}

/// It listens, and has not asked for so long that nothing more is kept for it.
pub(super) fn is_away(webhook: &Webhook, now: Timestamp) -> bool {
    webhook.listens()
        && webhook.asked_at.is_none_or(|at| now > at.plus_secs(retry::NOTIFICATIONS.give_up_after_secs))
}
