//! Coins: what lies in a store's wallet, as far as its addresses were issued here.

use specie_core::chain::COINBASE_MATURITY;
use specie_core::ids::{InvoiceId, SpendId};
use specie_core::time::Timestamp;
use specie_db::coins::{self, CoinRecord};
use specie_db::{DbError, invoices, spends};

use super::{App, AppError, Store};

/// Coins that are shown one by one.
const SHOWN: u32 = 200;
/// Coins from which on it is worth to put them together.
const MANY: u64 = 10;

/// A coin as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinView {
    /// Transaction id and output index.
    pub outpoint: String,
    /// Satoshis.
    pub amount: u64,
    /// Confirmations.
    pub confirmations: u32,
    /// The address that it lies at.
    pub address: String,
    /// What it paid: the invoice, and the order's own name for it; none for change.
    pub paid: Option<(InvoiceId, Option<String>)>,
    /// The transaction that it is kept for.
    pub kept_for: Option<SpendId>,
    /// It may be spent now.
    pub free: bool,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// What lies in a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoinsView {
    /// In blocks, in satoshis.
    pub confirmed: u64,
    /// In the mempool, in satoshis.
    pub unconfirmed: u64,
    /// Of both, what is kept for transactions that wait, in satoshis.
    pub kept: u64,
    /// What may be spent now, in satoshis.
    pub free: u64,
    /// How many coins there are.
    pub count: usize,
    /// So many may be spent, that it is worth to put them together while fees are low.
    pub scattered: bool,
    /// The largest of them.
    pub coins: Vec<CoinView>,
}

impl App {
    /// The coins of a store's wallet that nothing spends; none without a wallet.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn coins(&self, store: &Store) -> Result<CoinsView, AppError> {
        let Some(wallet) = store.wallet_id else { return Ok(CoinsView::default()) };
        let tip_height = self.chain_state(&store.network).shown_height;
        let found = self.0.db.read(move |r| {
            let is_free = |record: &CoinRecord| {
                // Anybody may pay an address that was seen on the chain: own is what the merchant's own payouts left.
                let is_change = record.issued.invoice_id.is_none();
                let own = is_change && spends::is_own(r, record.coin.outpoint.txid)?;
                Ok::<_, DbError>(record.spend_id.is_none() && record.coin.is_free(own, tip_height))
            };
            let balance = coins::balance(r, wallet)?;
            // All that is deeper is free, whatever it is: only what is newer is looked at one by one.
            let (mut free, mut free_count) = (balance.unkept, balance.unkept_count);
            for record in coins::unkept_above(r, wallet, tip_height.saturating_sub(COINBASE_MATURITY))? {
                if !is_free(&record)? {
                    free -= record.coin.amount;
                    free_count -= 1;
                }
            }
            let mut shown = vec![];
            for record in coins::largest(r, wallet, SHOWN)? {
                let invoice = record.issued.invoice_id.map(|id| invoices::find(r, id)).transpose()?.flatten();
                // Of another store that is paid into the wallet, the merchant's own as well.
                let paid = invoice.map(|invoice| (invoice.id, invoice.order.order_id));
                let free = is_free(&record)?;
                shown.push((record, paid, free));
            }
            Ok::<_, DbError>((balance, free, free_count, shown))
        });
        let (balance, free, free_count, shown) = found.await?;
        let window = self.window(wallet).await?;
        let params = self.shown_network(&store.network).params;
        let view = |(record, paid, free): (CoinRecord, _, bool)| {
            let place = record.issued;
            let address = window.descriptor().address_at(place.keychain, place.index, params);
            CoinView {
                outpoint: record.coin.outpoint.to_string(),
                amount: record.coin.amount.to_sat(),
                confirmations: record.coin.confirmations(tip_height),
                address: address.map(|address| address.to_string()).unwrap_or_default(),
                paid,
                kept_for: record.spend_id,
                free,
                first_seen: record.first_seen,
            }
        };
        Ok(CoinsView {
            confirmed: balance.confirmed.to_sat(),
            unconfirmed: balance.unconfirmed.to_sat(),
            kept: balance.kept.to_sat(),
            free: free.to_sat(),
            count: usize::try_from(balance.count).unwrap_or(usize::MAX),
            scattered: free_count >= MANY,
            coins: shown.into_iter().map(view).collect(),
        })
    }
}
