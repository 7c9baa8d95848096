//! Renewal: the buyer of an invoice that has expired goes on, by a new price or by more time for the rest. A fact like
//! any other is taken in, and the quote that came of it is a row beside those before it.

use specie_core::ids::InvoiceId;
use specie_core::invoice::{Asked, Fact, Invoice, Renewal, Status, Terms, step};
use specie_core::quote::{self, Rate};
use specie_core::time::Timestamp;
use specie_db::invoices::{self, InvoiceRecord};

use super::audit::Deed;
use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError, Settings, Store};
use crate::entropy::IdSeed;

/// What is asked at today's rate.
struct Today {
    asked: Asked,
    rate: Rate,
}

impl App {
    /// Renews an invoice that has expired, and returns it as it is then. Whoever knows its id may ask: what comes of it
    /// is an invoice as it was, at the day's price or, where a part came, at its own. One that can be paid stays as it
    /// is, so of two who ask at once the second gets what the first asked for.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none; [`AppError::NotPronounced`] if its time is over by the clock and
    /// the chain has yet to say whether something came in time; [`AppError::Refused`], [`AppError::RenewalsOff`] or
    /// [`AppError::Archived`] if it is not renewed; [`AppError::RateUnavailable`] if there is no price now; or a chain
    /// that is not followed, or a database that cannot write. Then nothing has changed.
    pub async fn renew_quote(&self, id: InvoiceId) -> Result<InvoiceView, AppError> {
        let (record, store) = self.find_invoice(id, None).await?;
        let now = self.now();
        let Some(renewal) = wanted(&record, &store.settings, now)? else {
            return Ok(self.view_now(&record, &store));
        };
        self.followed_network(&record.network)?;
        // A rate may have to be asked for; more time for the rest does without.
        let today = match needs_rate(&record.invoice, renewal) {
            true => Some(self.today(&record, &store).await?),
            false => None,
        };
        let (app, seed) = (self.clone(), IdSeed::new(now));
        let renewed = self.0.db.write("renew_quote", move |tx| {
            let locked = invoices::lock(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
            let Some(renewal) = wanted(&locked, &store.settings, now)? else {
                return Ok((app.view_now(&locked, &store), false));
            };
            let (asked, rate) = match (needs_rate(&locked.invoice, renewal), &today) {
                (true, Some(today)) => (today.asked, Some(today.rate.clone())),
                // What had come in part was lost since it was looked at.
                (true, None) => return Err(AppError::NotPronounced),
                (false, _) => (locked.invoice.terms().asked(), locked.rate.clone()),
            };
            let moment = app.moment(tx, &locked.network)?;
            let terms = terms(locked.invoice.terms(), asked, &store.settings, now)?;
            let step = step(&locked.invoice, &Fact::Requote { terms, at: now }, moment)?;
            let locked = invoices::requote(tx, locked, &step.invoice, rate)?;
            // What a buyer wishes for is nobody's change.
            if app.is_on_behalf() {
                app.note(Some(store.id), Deed::InvoiceRenewed, id.to_string()).add(tx)?;
            }
            let taken = Taken { locked: &locked, step: &step, moment, now, seed: &seed };
            Ok::<_, AppError>((app.store_step(tx, &taken)?, true))
        });
        let (view, changed) = renewed.await?;
        if changed {
            self.tell_changed(&view);
        }
        Ok(view)
    }

    /// What an invoice asks at today's rate.
    async fn today(&self, record: &InvoiceRecord, store: &Store) -> Result<Today, AppError> {
        let rate = self.rate(Some(store), record.currency).await?;
        let asked = match record.price {
            Some(amount) => {
                let price = specie_core::money::Price { amount, currency: record.currency };
                Asked::exactly(quote::due(price, &rate)?, store.settings.tolerance)
            }
            None => Asked::Anything,
        };
        Ok(Today { asked, rate })
    }
}

/// How an invoice is renewed if somebody asks now; none: it can be paid as it is.
fn wanted(record: &InvoiceRecord, settings: &Settings, now: Timestamp) -> Result<Option<Renewal>, AppError> {
    let invoice = &record.invoice;
    if invoice.verdict().status() == Status::New {
        let over = now >= invoice.terms().expires_at();
        return if over { Err(AppError::NotPronounced) } else { Ok(None) };
    }
    allowed(invoice, record.archived, settings, now).map(Some)
}

/// How an invoice that has expired may be renewed now.
pub(super) fn allowed(
    invoice: &Invoice,
    archived: bool,
    settings: &Settings,
    now: Timestamp,
) -> Result<Renewal, AppError> {
    let renewal = invoice.renewal(now).map_err(specie_core::invoice::Refused::Renewal)?;
    match () {
        () if archived => Err(AppError::Archived),
        () if !settings.renewals => Err(AppError::RenewalsOff),
        () => Ok(renewal),
    }
}

/// The rest of a price is asked at the rate that it had. All else is reckoned at the day's, a top-up too: what comes
/// for it is worth what it is worth then.
fn needs_rate(invoice: &Invoice, renewal: Renewal) -> bool {
    renewal == Renewal::NewPrice || invoice.terms().asked() == Asked::Anything
}

/// The terms that a renewal now leads to. The window for payments never becomes shorter by it.
fn terms(before: &Terms, asked: Asked, settings: &Settings, now: Timestamp) -> Result<Terms, AppError> {
    let expires_at = now.plus_secs(settings.expiry_secs);
    let monitoring_ends_at = expires_at.plus_secs(settings.monitoring_secs).max(before.monitoring_ends_at());
    Ok(before.requoted(asked, expires_at, monitoring_ends_at)?)
}
