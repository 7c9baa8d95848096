//! A store's outbox: what it told its shops and programs, listed whoever it was for, one delivery in full, and those
//! that failed sent again.

use std::collections::HashMap;

use specie_core::ids::{DeliveryId, InvoiceId, StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::time::Timestamp;
use specie_db::deliveries::listed::{self, Fate, Listed, Wanted, Whom};
use specie_db::deliveries::{self, Attempt, Form};
use specie_db::{DbError, Reader, Tx, webhooks};

use super::audit::Deed;
use super::deliveries::{Content, DeliveryView, shown, view};
use super::{App, AppError};

/// The most deliveries that are sent again by name at once.
pub const MAX_AT_ONCE: usize = 100;
/// How many are sent again in one transaction, and in how many of them at most.
const AGAIN: (u32, usize) = (500, 20);
/// Of how many deliveries to a webhook it is counted how many arrived.
const COUNTED: u32 = 100;
/// Up to how many are counted that cannot be sent again.
const LEFT: u32 = 1000;

/// Whom a list of deliveries is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The webhook of that number.
    Webhook(i64),
    /// The addresses that orders named themselves.
    Orders,
}

/// Which deliveries of a store are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxFilter {
    /// Of which this became.
    pub fate: Option<Fate>,
    /// For these alone.
    pub endpoint: Option<Endpoint>,
    /// About this invoice.
    pub invoice: Option<InvoiceId>,
    /// Those that come after this place in the list; none: from the newest on.
    pub before: Option<i64>,
}

/// A delivery in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxLine {
    /// Identifier, the same in every attempt.
    pub id: DeliveryId,
    /// The invoice that it tells of; none: a test.
    pub invoice: Option<InvoiceId>,
    /// The number of the webhook that it is for; none: an order's own address, or a webhook that is gone.
    pub webhook: Option<i64>,
    /// It is for a webhook, and not for the address that the order named itself.
    pub to_webhook: bool,
    /// Where it goes, with placeholders.
    pub url: String,
    /// Its form.
    pub form: Form,
    /// What happened; none: a test.
    pub notice: Option<Notice>,
    /// What became of it.
    pub fate: Fate,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, if it is pending.
    pub next_at: Option<Timestamp>,
    /// It is pending, and an earlier one of its line has to be over first.
    pub waits: bool,
    /// Attempts made.
    pub attempts: u32,
    /// The last of them.
    pub last: Option<Attempt>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxPage {
    /// The deliveries, newest first.
    pub lines: Vec<OutboxLine>,
    /// The place that older ones come after; none: there are none.
    pub older: Option<i64>,
}

/// A delivery in full.
#[derive(Debug, Clone)]
pub struct DeliveryDetail {
    /// What is shown of it anywhere.
    pub view: DeliveryView,
    /// What became of it.
    pub fate: Fate,
    /// The number of the webhook that it is for, and whether it is switched on; none: an order's own address, or a
    /// webhook that is gone.
    pub webhook: Option<(i64, bool)>,
    /// What it tells.
    pub content: Content,
    /// Somebody would hear it if it were sent again, and it is no test.
    pub may_go_again: bool,
}

/// Of the last deliveries to a webhook that are over or failing, how many arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arrivals {
    /// How many arrived.
    pub arrived: u32,
    /// How many were tried.
    pub tried: u32,
}

/// What became of the wish to send some again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redelivered {
    /// How many are on their way.
    pub sent: usize,
    /// How many are not: tests, or for a webhook that is gone or switched off.
    pub left: usize,
    /// There are more than are sent at once.
    pub more: bool,
}

impl App {
    /// A page of a store's deliveries, newest first.
    ///
    /// # Errors
    /// [`AppError::WebhookNotFound`] if the store has no webhook of the number that is asked for.
    pub async fn outbox(
        &self,
        store: StoreId,
        filter: OutboxFilter,
        limit: u32,
    ) -> Result<OutboxPage, AppError> {
        let read = self.0.db.read(move |r| {
            let numbers = numbers(r, store)?;
            let whom = match filter.endpoint {
                None => None,
                Some(Endpoint::Orders) => Some(Whom::Orders),
                Some(Endpoint::Webhook(number)) => {
                    let known = numbers.iter().find(|(_, known)| **known == number);
                    Some(Whom::Webhook(*known.ok_or(AppError::WebhookNotFound)?.0))
                }
            };
            let OutboxFilter { fate, invoice, before, .. } = filter;
            // One more than is shown tells whether there are older ones.
            let wanted = Wanted { fate, whom, invoice, before, limit: limit.saturating_add(1) };
            let mut found = listed::page(r, store, &wanted)?;
            let more = found.len() > limit as usize;
            found.truncate(limit as usize);
            let older = found.last().map(|last| last.number).filter(|_| more);
            let lines = found.into_iter().map(|listed| line(listed, &numbers)).collect();
            Ok::<_, AppError>(OutboxPage { lines, older })
        });
        read.await
    }

    /// A delivery of a store in full.
    ///
    /// # Errors
    /// [`AppError::DeliveryNotFound`] if the store has none of that id.
    pub async fn delivery(&self, store: StoreId, id: DeliveryId) -> Result<DeliveryDetail, AppError> {
        let app = self.clone();
        let read = self.0.db.read(move |r| {
            let found = deliveries::find(r, id)?.filter(|found| found.store_id == store);
            let delivery = found.ok_or(AppError::DeliveryNotFound)?;
            let webhook = delivery.webhook_id.map(|id| webhooks::find(r, id)).transpose()?.flatten();
            let webhook = webhook.map(|webhook| (webhook.number, webhook.switched_on));
            let heard = delivery.webhook_id.is_none() || webhook.is_some_and(|(_, on)| on);
            let may_go_again = heard && delivery.form != Form::Test;
            let waits = match delivery.invoice_id {
                None => false,
                Some(invoice) => shown(r, invoice)?.iter().any(|other| other.id == id && other.waits),
            };
            let (fate, content) = (Fate::of(&delivery), app.content(&delivery)?);
            let view = view(r, delivery, waits)?;
            Ok::<_, AppError>(DeliveryDetail { view, fate, webhook, content, may_go_again })
        });
        read.await
    }

    /// Of the last deliveries to each of these webhooks, how many arrived. Tests do not count.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn arrivals(&self, webhooks: Vec<WebhookId>) -> Result<Vec<Arrivals>, AppError> {
        let read = self.0.db.read(move |r| {
            let of_one =
                |webhook: &WebhookId| Ok(arrivals(&listed::latest_of_webhook(r, *webhook, COUNTED)?));
            webhooks.iter().map(of_one).collect::<Result<Vec<_>, DbError>>()
        });
        Ok(read.await?)
    }

    /// Sends these deliveries of a store again, up to [`MAX_AT_ONCE`]: each is due at once, and has all of its time
    /// for being tried ahead of it. Those of another store are none.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn redeliver(&self, store: StoreId, ids: Vec<DeliveryId>) -> Result<Redelivered, AppError> {
        let (app, now) = (self.clone(), self.now());
        let redelivered = self.0.db.write("redeliver", move |tx| {
            let mut outcome = Redelivered { more: ids.len() > MAX_AT_ONCE, ..Redelivered::default() };
            for id in ids.iter().take(MAX_AT_ONCE) {
                match again(tx, store, *id, now)? {
                    true => {
                        app.note(Some(store), Deed::SentAgain, id.to_string()).add(tx)?;
                        outcome.sent += 1;
                    }
                    false => outcome.left += 1,
                }
            }
            Ok::<_, AppError>(outcome)
        });
        let redelivered = redelivered.await?;
        self.0.outside.deliveries_written();
        Ok(redelivered)
    }

    /// Sends everything of a store again that was written since then and was given up, or is still failing, a little at
    /// a time: it may be much, and others write meanwhile.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn redeliver_failed(&self, store: StoreId, since: Timestamp) -> Result<Redelivered, AppError> {
        let now = self.now();
        let (at_once, times) = AGAIN;
        let mut outcome = Redelivered { more: true, ..Redelivered::default() };
        for _ in 0..times {
            let app = self.clone();
            let some = self.0.db.write("redeliver_failed", move |tx| {
                let some = listed::failed_again(tx, store, since, now, at_once)?;
                if some > 0 {
                    app.note(Some(store), Deed::SentAgain, format!("{some} that had failed")).add(tx)?;
                }
                Ok::<_, AppError>(some)
            });
            let some = some.await?;
            self.0.outside.deliveries_written();
            outcome.sent += some;
            if some < at_once as usize {
                outcome.more = false;
                break;
            }
        }
        if !outcome.more {
            let left = self.0.db.read(move |r| listed::given_up_since(r, store, since, LEFT)).await?;
            outcome.left = left as usize;
        }
        Ok(outcome)
    }
}

/// Makes a delivery of a store due again; false if it is none that could be.
fn again(tx: &mut Tx<'_>, store: StoreId, id: DeliveryId, now: Timestamp) -> Result<bool, AppError> {
    let Some(found) = deliveries::find(tx, id)?.filter(|found| found.store_id == store) else {
        return Ok(false);
    };
    // A test belongs to no invoice.
    let Some(invoice) = found.invoice_id.filter(|_| found.form != Form::Test) else { return Ok(false) };
    if let Some(webhook) = found.webhook_id
        && !webhooks::find(tx, webhook)?.is_some_and(|webhook| webhook.switched_on)
    {
        return Ok(false);
    }
    Ok(deliveries::resend(tx, id, invoice, now)?)
}

/// The numbers of a store's webhooks.
fn numbers(reader: &Reader<'_>, store: StoreId) -> Result<HashMap<WebhookId, i64>, DbError> {
    Ok(webhooks::of_store(reader, store)?.into_iter().map(|webhook| (webhook.id, webhook.number)).collect())
}

fn line(listed: Listed, numbers: &HashMap<WebhookId, i64>) -> OutboxLine {
    let (fate, waits, last) = (Fate::of(&listed.delivery), listed.waits, listed.last);
    let delivery = listed.delivery;
    let pending = matches!(fate, Fate::Waiting | Fate::Failing);
    OutboxLine {
        id: delivery.id,
        invoice: delivery.invoice_id,
        webhook: delivery.webhook_id.and_then(|id| numbers.get(&id).copied()),
        to_webhook: delivery.webhook_id.is_some(),
        url: delivery.url,
        form: delivery.form,
        notice: delivery.notice,
        fate,
        created_at: delivery.created_at,
        next_at: pending.then_some(delivery.next_at),
        waits,
        attempts: delivery.attempts,
        last,
    }
}

fn arrivals(counts: &[(Fate, u32)]) -> Arrivals {
    let of = |wanted: &[Fate]| counts.iter().filter(|(fate, _)| wanted.contains(fate)).map(|(_, n)| n).sum();
    Arrivals { arrived: of(&[Fate::Done]), tried: of(&[Fate::Done, Fate::Failing, Fate::GivenUp]) }
}
