//! The ledger as a merchant reads it: what a store earned, and by what.

use specie_core::ids::InvoiceId;
use specie_core::ledger::{Account, Kind};
use specie_core::money::Currency;
use specie_core::quote::{self, Rate};
use specie_core::time::Timestamp;
use specie_db::postings::{self, Entry, Page};
use specie_db::stores::Store;

use super::{App, AppError};

/// What lies in a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceView {
    /// Its currency.
    pub currency: Currency,
    /// In satoshis.
    pub sats: i64,
}

/// An entry of a store's ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// When it was booked.
    pub at: Timestamp,
    /// What was booked.
    pub kind: Kind,
    /// Satoshis earned by it; below zero, if they were lost, or given back.
    pub amount: i64,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its price; of a top-up, what the entry is worth.
    pub price: rust_decimal::Decimal,
    /// Its currency.
    pub currency: Currency,
    /// The rate it was quoted at.
    pub rate: Option<Rate>,
}

impl EntryView {
    fn new(entry: Entry) -> Self {
        let sats = entry.posting.amount.to_sat().cast_signed();
        let (_, to) = entry.posting.kind.accounts();
        let worth = entry.rate.as_ref().map(|rate| quote::value(entry.posting.amount, rate));
        Self {
            at: entry.at,
            kind: entry.posting.kind,
            amount: if Account::EARNINGS.contains(&to) { -sats } else { sats },
            invoice_id: entry.invoice_id,
            price: entry.price.or(worth).unwrap_or_default(),
            currency: entry.currency,
            rate: entry.rate,
        }
    }
}

impl App {
    /// What a store earned, and neither lost again nor gave back: the sum of its entries. A ledger holds bitcoin
    /// alone; that of the store's own currency is empty.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn balances(&self, store: &Store) -> Result<Vec<BalanceView>, AppError> {
        let id = store.id;
        let given = self.0.db.read(move |r| {
            let each = Account::EARNINGS.map(|account| postings::balance(r, id, account));
            each.into_iter().sum::<Result<i64, _>>()
        });
        let bitcoin = BalanceView { currency: Currency::Btc, sats: -given.await? };
        let own =
            (store.currency != Currency::Btc).then_some(BalanceView { currency: store.currency, sats: 0 });
        Ok([bitcoin].into_iter().chain(own).collect())
    }

    /// The entries of a store's ledger of a currency, oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn ledger_entries(
        &self,
        store: &Store,
        currency: Currency,
        page: Page,
    ) -> Result<Vec<EntryView>, AppError> {
        if currency != Currency::Btc {
            return Ok(vec![]);
        }
        let id = store.id;
        let read = self.0.db.read(move |r| postings::of_accounts(r, id, Account::EARNINGS, page));
        Ok(read.await?.into_iter().map(EntryView::new).collect())
    }
}
