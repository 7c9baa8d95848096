//! Opening a payment: an invoice that was made without an address gets the wallet's next one when its buyer wants to
//! pay. What strangers ask for and leave uses up nothing, so a wallet that looks only so far ahead finds every payment.

use specie_core::ids::InvoiceId;
use specie_core::invoice::{Fact, step};
use specie_db::{Lane, invoices, wallets};

use super::issue::{Taking, issue};
use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

impl App {
    /// Gives an invoice its address, if it has none yet, and returns it as it is then. Whoever knows the invoice's id
    /// may ask; one that has an address, or asks for nothing, stays as it is.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none; [`AppError::Refused`] if the time for paying is over or a
    /// decision stands; no wallet, or a chain that could not be followed yet; or a database that cannot write.
    pub async fn open_payment(&self, id: InvoiceId) -> Result<InvoiceView, AppError> {
        let (record, store) = self.find_invoice(id, None).await?;
        if !record.invoice.unopened() {
            return Ok(self.view_now(&record, &store));
        }
        let network = self.followed_network(&record.network)?;
        let wallet = store.wallet_id.ok_or(AppError::NoWallet)?;
        let window = self.window(wallet).await?;
        let (app, hints, deriving, now) = (self.clone(), self.clone(), window.clone(), self.now());
        let seed = IdSeed::new(now);
        let opened = self.0.db.write_then(
            // It takes an index, as making an invoice does.
            Lane::Wallet(wallet),
            "open_payment",
            move |tx| {
                // The wallet before the invoice: a batch may have it already, and all take the two in one order.
                wallets::lock(tx, wallet)?.ok_or(AppError::NoWallet)?;
                let locked = invoices::lock(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
                if !locked.invoice.unopened() {
                    return Ok((app.view_now(&locked, &store), None));
                }
                let moment = app.moment(tx, &locked.network)?;
                let step = step(&locked.invoice, &Fact::Open { at: now }, moment)?;
                let taking = issue(tx, network.name, id, wallet, &deriving)?;
                let locked = invoices::set_on_chain(tx, locked, taking.on_chain())?;
                let taken = Taken { locked: &locked, step: &step, moment, now, seed: &seed };
                Ok::<_, AppError>((app.store_step(tx, &taken)?, Some(taking)))
            },
            // With the commit, not with the answer: a client that hangs up must not leave behind
            // an address that nobody watches.
            move |(_, taking): &(InvoiceView, Option<Taking>)| {
                if let Some(taking) = taking {
                    hints.0.outside.issued(network.name, &taking.script);
                }
            },
        );
        let (view, taking): (InvoiceView, Option<Taking>) = opened.await?;
        if let Some(taking) = taking {
            self.tell_changed(&view);
            window.advance(taking.index);
        }
        Ok(view)
    }
}
