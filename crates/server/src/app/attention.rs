//! What asks for a merchant: payments that came late, in part or too much, or were lost; refunds that wait for them;
//! notifications that do not arrive. What asks is written with its cause and gone with it ([`note`]); what can be done
//! about it is done by the same functions as everywhere. Something that is put aside is out of the way until something
//! new comes to it: nothing is decided by that.

use std::collections::BTreeMap;

use bitcoin::Amount;
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{Adjustment, Fact, Invoice, Mark, Need, RefundStanding, step};
use specie_core::time::Timestamp;
use specie_db::attention::{self, Asking, Cause, Subject};
use specie_db::invoices::InvoiceRecord;
use specie_db::{DbError, Reader, Tx, deliveries, invoices, refunds};

use super::audit::Deed;
use super::view::{DeliveryView, InvoiceView, RefundView};
use super::{App, AppError, Store, deliveries as telling};

/// How many of each cause are shown at a time; when they are done, the next come up.
pub const MOST_OF_A_CAUSE: u32 = 50;
/// How many notifications are sent again by one click.
pub const MOST_RESENT: usize = 100;
/// How many failing notifications are looked through, to say to how many places they go.
const LOOKED_THROUGH: u32 = 500;
/// How many are counted: whoever has more knows enough.
const COUNTED: u32 = 100;
/// How many are put aside in one transaction.
const ASIDE_AT_ONCE: u32 = 500;

/// Something that asks for a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttentionView {
    /// What, and why.
    pub subject: Subject,
    /// Since when.
    pub since: Timestamp,
    /// When it was put aside.
    pub aside_at: Option<Timestamp>,
    /// The invoice that it is about.
    pub invoice: InvoiceView,
    /// What is asked.
    pub asked: Asked,
}

/// What a merchant is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To decide over the invoice.
    Decide {
        /// What can be accepted by now.
        accept: Option<Adjustment>,
        /// What it may be marked as.
        marks: Vec<Mark>,
    },
    /// To see to a refund.
    Refund(RefundView),
    /// To see to where notifications go.
    Endpoint {
        /// The one that has failed for longest.
        delivery: DeliveryView,
        /// How many fail there.
        failing: usize,
        /// There may be more than that.
        more: bool,
    },
}

impl App {
    /// What asks for a merchant in a store, the most urgent cause first and of each the oldest, up to `most` of a cause.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn attention(&self, store: &Store, most: u32) -> Result<Vec<AttentionView>, AppError> {
        let (app, store) = (self.clone(), store.clone());
        let read = self.0.db.read(move |r| {
            let mut all = Vec::new();
            for cause in Cause::ALL {
                let found = match cause {
                    Cause::Notification => by_place(attention::open(r, store.id, cause, LOOKED_THROUGH)?),
                    _ => attention::open(r, store.id, cause, most)?.into_iter().map(|one| (one, 1)).collect(),
                };
                for (asking, number) in found.into_iter().take(most as usize) {
                    all.extend(app.attention_view(r, &store, asking, number)?);
                }
            }
            Ok::<_, AppError>(all)
        });
        read.await
    }

    /// What was put aside in a store and still asks, the latest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn set_aside(&self, store: &Store) -> Result<Vec<AttentionView>, AppError> {
        let (app, store) = (self.clone(), store.clone());
        let read = self.0.db.read(move |r| {
            let mut all = Vec::new();
            for asking in attention::aside(r, store.id, MOST_OF_A_CAUSE)? {
                all.extend(app.attention_view(r, &store, asking, 1)?);
            }
            Ok::<_, AppError>(all)
        });
        read.await
    }

    /// How much asks for a merchant in a store, up to a little more than a hundred; notifications by where they go.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn attention_count(&self, store: StoreId) -> Result<i64, AppError> {
        Ok(self.0.db.read(move |r| attention::count(r, store, COUNTED)).await?)
    }

    /// Puts something of a store aside; of a notification, all that fail at the same place. `by` names who does, for the
    /// log and the row.
    ///
    /// # Errors
    /// [`AppError::NothingToSeeTo`] if it asks for nobody.
    pub async fn put_aside(&self, store: StoreId, subject: Subject, by: &str) -> Result<(), AppError> {
        let (now, who) = (self.now(), by.to_owned());
        let place = self.asking(store, subject).await?.place;
        let mut noted = Some(self.note(Some(store), Deed::PutAside, subject.text()));
        loop {
            let (who, place) = (who.clone(), place.clone());
            let noted = noted.take();
            let put = self.0.db.write("put_aside", move |tx| {
                if let Some(noted) = &noted {
                    noted.add(tx)?;
                }
                Ok::<_, AppError>(match &place {
                    None => usize::from(attention::put_aside(tx, store, subject, &who, now)?),
                    Some(place) => attention::put_place_aside(tx, store, place, (&who, now), ASIDE_AT_ONCE)?,
                })
            });
            if put.await? < ASIDE_AT_ONCE as usize {
                break;
            }
        }
        let (cause, id) = (subject.cause().name(), subject.text());
        tracing::info!(store = %store, cause, subject = id, by, "something was put aside");
        Ok(())
    }

    /// Takes up again what was put aside.
    ///
    /// # Errors
    /// [`AppError::NothingToSeeTo`] if it was not.
    pub async fn take_back(&self, store: StoreId, subject: Subject, by: &str) -> Result<(), AppError> {
        let noted = self.note(Some(store), Deed::TakenUp, subject.text());
        let taken = self.0.db.write("take_back", move |tx| {
            if !attention::take_back(tx, store, subject)? {
                return Err(AppError::NothingToSeeTo);
            }
            Ok(noted.add(tx)?)
        });
        taken.await?;
        let (cause, id) = (subject.cause().name(), subject.text());
        tracing::info!(store = %store, cause, subject = id, by, "something was taken up again");
        Ok(())
    }

    /// Sends again what fails at the same place as this notification, the oldest first, up to [`MOST_RESENT`]; returns
    /// how many are sent. What nobody is to hear any more asks for nobody any more.
    ///
    /// # Errors
    /// [`AppError::NothingToSeeTo`] if it does not fail.
    pub async fn resend_failing(&self, store: StoreId, subject: Subject) -> Result<usize, AppError> {
        let place = self.asking(store, subject).await?.place;
        let failing = self.0.db.read(move |r| attention::open(r, store, Cause::Notification, LOOKED_THROUGH));
        let there: Vec<Asking> = failing.await?.into_iter().filter(|asking| asking.place == place).collect();
        let mut sent = 0;
        for asking in there.into_iter().take(MOST_RESENT) {
            let Subject::Delivery(id) = asking.subject else { continue };
            match self.resend_delivery(store, asking.invoice, id).await {
                Ok(()) => sent += 1,
                Err(AppError::WebhookGone) => {
                    let forget =
                        move |tx: &mut Tx<'_>| Ok::<_, AppError>(attention::clear(tx, asking.subject)?);
                    self.0.db.write("forget_failing", forget).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    async fn asking(&self, store: StoreId, subject: Subject) -> Result<Asking, AppError> {
        let found = self.0.db.read(move |r| attention::find(r, store, subject)).await?;
        found.ok_or(AppError::NothingToSeeTo)
    }

    /// How it is shown; none, if what it is about is not there.
    fn attention_view(
        &self,
        r: &Reader<'_>,
        store: &Store,
        asking: Asking,
        number: usize,
    ) -> Result<Option<AttentionView>, AppError> {
        let Some(record) = invoices::find(r, asking.invoice)? else { return Ok(None) };
        let asked = match asking.subject {
            Subject::Invoice(_, need) => Some(Asked::Decide {
                accept: self.acceptable(r, &record, need)?,
                marks: Mark::ALL.into_iter().filter(|mark| record.invoice.may_be_marked(*mark)).collect(),
            }),
            Subject::Refund(id) => {
                let refund = refunds::find(r, id)?;
                Some(Asked::Refund(self.shown_refund(r, refund)?))
            }
            Subject::Delivery(id) => match deliveries::find(r, id)? {
                Some(delivery) => {
                    let more = number >= LOOKED_THROUGH as usize;
                    let delivery = telling::view(r, delivery, false)?;
                    Some(Asked::Endpoint { delivery, failing: number, more })
                }
                None => None,
            },
        };
        let invoice = self.view_now(&record, store);
        let (subject, since, aside_at) =
            (asking.subject, asking.since, asking.aside.as_ref().map(|(at, _)| *at));
        Ok(asked.map(|asked| AttentionView { subject, since, aside_at, invoice, asked }))
    }

    /// What a merchant could accept now.
    fn acceptable(
        &self,
        r: &Reader<'_>,
        record: &InvoiceRecord,
        need: Need,
    ) -> Result<Option<Adjustment>, AppError> {
        let adjustment = match need {
            Need::PaidPartial => Adjustment::Partial,
            Need::PaidOver => Adjustment::Over,
            Need::Lost | Need::Unconfirmed | Need::PaidLate => return Ok(None),
        };
        let fact = Fact::Accept { adjustment, at: self.now() };
        let taken = step(&record.invoice, &fact, self.moment(r, &record.network)?);
        Ok(taken.is_ok().then_some(adjustment))
    }
}

/// One for each place, the oldest of it, and how many go there.
fn by_place(failing: Vec<Asking>) -> Vec<(Asking, usize)> {
    let mut places: Vec<(Asking, usize)> = Vec::new();
    for asking in failing {
        match places.iter_mut().find(|(first, _)| first.place == asking.place) {
            Some((_, number)) => *number += 1,
            None => places.push((asking, 1)),
        }
    }
    places
}

/// What an invoice asks for: itself, and its refunds; with how much it is about.
fn asks(id: InvoiceId, invoice: &Invoice) -> BTreeMap<Subject, Amount> {
    let own = invoice.need().map(|need| (Subject::Invoice(id, need), invoice.received()));
    let pending = invoice.refunds().iter().filter(|refund| refund.standing == RefundStanding::Pending);
    own.into_iter().chain(pending.map(|refund| (Subject::Refund(refund.id), refund.amount))).collect()
}

/// Writes what an invoice asks for after a step, where that is not what it asked for before: where nothing changed,
/// nothing is written. What more money came to is there again, if it was put aside.
pub(super) fn note(
    tx: &mut Tx<'_>,
    before: &InvoiceRecord,
    after: &Invoice,
    now: Timestamp,
) -> Result<(), DbError> {
    let (was, is) = (asks(before.id, &before.invoice), asks(before.id, after));
    for gone in was.keys().filter(|subject| !is.contains_key(subject)) {
        attention::clear(tx, *gone)?;
    }
    for (subject, amount) in &is {
        if was.get(subject) != Some(amount) {
            attention::raise(tx, before.store_id, *subject, before.id, now)?;
        }
    }
    Ok(())
}

/// What does not fit: what an invoice asks for is what is written, and what fails has not arrived.
pub(super) fn verify(r: &Reader<'_>, id: InvoiceId, invoice: &Invoice) -> Result<Vec<String>, DbError> {
    let mut problems = Vec::new();
    let mut stored = Vec::new();
    for asking in attention::of_invoice(r, id)? {
        let Subject::Delivery(delivery) = asking.subject else {
            stored.push(asking.subject);
            continue;
        };
        let found = deliveries::find(r, delivery)?.map(|delivery| delivery.state);
        if !matches!(found, Some(deliveries::State::Pending | deliveries::State::GivenUp)) {
            problems.push(format!("delivery {delivery} is said to fail, and is {found:?}"));
        }
    }
    stored.sort_unstable();
    let asked: Vec<Subject> = asks(id, invoice).into_keys().collect();
    if stored != asked {
        problems.push(format!("it asks for {asked:?}, the rows say {stored:?}"));
    }
    Ok(problems)
}
