//! All there is to know about one invoice, of one moment: as it stands, how it came to it, where
//! its address comes from, and what became of the notifications. For its merchant alone.

use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{Event, Judged, Mark};
use specie_core::script::Keychain;
use specie_core::time::Timestamp;
use specie_db::invoices::Quote;
use specie_db::{events, invoices, scripts, stores};

use super::deliveries::{self, DeliveryView};
use super::view::InvoiceView;
use super::{App, AppError};

/// An invoice with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDetail {
    /// As it stands.
    pub invoice: InvoiceView,
    /// Where its address comes from; none if it has none.
    pub issued: Option<Issued>,
    /// What it may be marked as.
    pub marks: Vec<Mark>,
    /// Every quote that it ever had, in order.
    pub quotes: Vec<Quote>,
    /// How each payment is judged, in the order of first sight.
    pub judged: Vec<Judged>,
    /// Everything that happened to it, in order.
    pub history: Vec<EventView>,
    /// Everything that its shop is told, in order.
    pub deliveries: Vec<DeliveryView>,
}

/// An event with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Where an address comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its index among the wallet's receiving addresses.
    pub index: u32,
    /// Fingerprint and path of each of the wallet's keys.
    pub derivations: Vec<String>,
}

impl App {
    /// An invoice of a store with all there is to know about it.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none, or it is another store's.
    pub async fn invoice_detail(&self, store: StoreId, id: InvoiceId) -> Result<InvoiceDetail, AppError> {
        let read = self.0.db.read(move |r| {
            let record = invoices::find(r, id)?.filter(|record| record.store_id == store);
            let record = record.ok_or(AppError::InvoiceNotFound)?;
            let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
            let place = match &record.on_chain {
                Some(on_chain) => scripts::issued(r, &record.network, &on_chain.script)?,
                None => None,
            };
            let history = events::of_invoice(r, id)?;
            let quotes = invoices::quotes(r, &record)?;
            Ok::<_, AppError>((record, store, place, (history, quotes), deliveries::shown(r, id)?))
        });
        let (record, store, place, (history, quotes), deliveries) = read.await?;
        let issued = match place {
            Some(issued) => {
                let derivations = self.derivations(issued.wallet_id, issued.index).await?;
                Some(Issued { index: issued.index, derivations })
            }
            None => None,
        };
        let history = history.into_iter().map(|(at, event)| EventView { at, event }).collect();
        let marks = Mark::ALL.into_iter().filter(|mark| record.invoice.may_be_marked(*mark)).collect();
        let invoice = self.view_now(&record, &store);
        let judged = record.invoice.judged();
        Ok(InvoiceDetail { invoice, issued, marks, quotes, judged, history, deliveries })
    }

    async fn derivations(
        &self,
        wallet: specie_core::ids::WalletId,
        index: u32,
    ) -> Result<Vec<String>, AppError> {
        let window = self.window(wallet).await?;
        window.descriptor().derivations(Keychain::External, index).map_err(|_| AppError::WalletExhausted)
    }
}
