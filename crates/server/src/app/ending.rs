//! Ending: the time for paying a practice invoice is over when a developer wants it to be. A fact like any other is taken
//! in, and the quote with its new end is a row beside those before it. Whether the invoice has expired is pronounced as
//! ever: as of the next look at the chain. What is paid with real coins is never ended so.

use specie_core::ids::InvoiceId;
use specie_core::invoice::{Fact, step};
use specie_db::invoices;

use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError, Network};
use crate::entropy::IdSeed;

impl App {
    /// Ends the present quote of a practice invoice, and returns the invoice as it is then. One whose time is over stays
    /// as it is.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none; [`AppError::NotPractice`] if it is paid with real coins;
    /// [`AppError::Refused`] if it waits for no payment; or a database that cannot write. Then nothing has changed.
    pub async fn end_quote(&self, id: InvoiceId) -> Result<InvoiceView, AppError> {
        let (_, store) = self.find_invoice(id, None).await?;
        let (app, now) = (self.clone(), self.now());
        let seed = IdSeed::new(now);
        let ended = self.0.db.write("end_quote", move |tx| {
            let locked = invoices::lock(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
            if locked.network != Network::SANDBOX.name {
                return Err(AppError::NotPractice);
            }
            let moment = app.moment(tx, &locked.network)?;
            let step = step(&locked.invoice, &Fact::EndQuote { at: now }, moment)?;
            if step.invoice.requotes() == locked.invoice.requotes() {
                return Ok((app.view_now(&locked, &store), false));
            }
            let rate = locked.rate.clone();
            let locked = invoices::requote(tx, locked, &step.invoice, rate)?;
            let taken = Taken { locked: &locked, step: &step, moment, now, seed: &seed };
            Ok::<_, AppError>((app.store_step(tx, &taken)?, true))
        });
        let (view, changed) = ended.await?;
        if changed {
            self.tell_changed(&view);
        }
        Ok(view)
    }
}
