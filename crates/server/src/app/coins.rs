//! Coins: what lies in a store's wallet, as far as its addresses were issued here.

use std::collections::BTreeSet;

use bitcoin::Amount;
use specie_core::coin::CoinStanding;
use specie_core::ids::{InvoiceId, SpendId};
use specie_core::time::Timestamp;
use specie_db::coins::{self, CoinRecord};
use specie_db::{DbError, invoices, spends};

use super::{App, AppError, Store};

/// Coins that are shown one by one.
const SHOWN: usize = 200;
/// Coins from which on it is worth to put them together.
const MANY: usize = 10;

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
            let mut found = coins::unspent(r, wallet)?;
            found.retain(|record| {
                matches!(record.coin.standing, CoinStanding::Mempool | CoinStanding::Block(_))
            });
            found.sort_by_key(|record| std::cmp::Reverse(record.coin.amount));
            let mut free = BTreeSet::new();
            for record in found.iter().filter(|record| record.spend_id.is_none()) {
                let is_change = record.issued.invoice_id.is_none();
                let own = is_change && spends::is_own(r, record.coin.outpoint.txid)?;
                free.extend(record.coin.is_free(own, tip_height).then_some(record.coin.outpoint));
            }
            let mut names = vec![];
            for record in found.iter().take(SHOWN) {
                let invoice = record.issued.invoice_id.map(|id| invoices::find(r, id)).transpose()?.flatten();
                // Of another store that is paid into the wallet, the merchant's own as well.
                names.push(invoice.map(|invoice| (invoice.id, invoice.order.order_id)));
            }
            Ok::<_, DbError>((found, free, names))
        });
        let (records, free, names) = found.await?;
        let is_free = |record: &&CoinRecord| free.contains(&record.coin.outpoint);
        let sum = |wanted: &dyn Fn(&&CoinRecord) -> bool| {
            records.iter().filter(wanted).map(|record| record.coin.amount).sum::<Amount>().to_sat()
        };
        let in_block = |record: &&CoinRecord| matches!(record.coin.standing, CoinStanding::Block(_));
        let window = self.window(wallet).await?;
        let params = self.shown_network(&store.network).params;
        let shown = |(record, paid): (&CoinRecord, Option<(InvoiceId, Option<String>)>)| {
            let place = record.issued;
            let address = window.descriptor().address_at(place.keychain, place.index, params);
            CoinView {
                outpoint: record.coin.outpoint.to_string(),
                amount: record.coin.amount.to_sat(),
                confirmations: record.coin.confirmations(tip_height),
                address: address.map(|address| address.to_string()).unwrap_or_default(),
                paid,
                kept_for: record.spend_id,
                free: is_free(&record),
                first_seen: record.first_seen,
            }
        };
        Ok(CoinsView {
            confirmed: sum(&in_block),
            unconfirmed: sum(&|record| !in_block(record)),
            kept: sum(&|record| record.spend_id.is_some()),
            free: sum(&is_free),
            count: records.len(),
            scattered: records.iter().filter(is_free).count() >= MANY,
            coins: records.iter().zip(names).map(shown).collect(),
        })
    }
}
