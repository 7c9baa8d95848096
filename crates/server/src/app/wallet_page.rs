//! A store's wallet as its merchant looks at it: what lies in it, the addresses that it gave out, and how far another
//! program must look ahead to find all of them. None of it costs more the more addresses were issued: lists are read a
//! page at a time, and the runs of unpaid addresses are kept with each payment ([`specie_db::used_addresses`]).

use specie_core::ids::{InvoiceId, WalletId};
use specie_core::script::Keychain;
use specie_db::coins::{self, Balance};
use specie_db::scripts::{self, Receiving};
use specie_db::used_addresses::{self, Used};
use specie_db::{DbError, wallets};

use super::wallets::Window;
use super::{App, AppError, Store};

/// An index that none of a wallet's is above.
const ABOVE_ALL: u32 = 0x8000_0000;

/// What lies in a wallet, in satoshis of the coins that nothing spends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BalanceSheet {
    /// In blocks.
    pub confirmed: u64,
    /// In the mempool.
    pub waiting: u64,
    /// Of both, what is kept for transactions that wait.
    pub kept: u64,
    /// How many coins there are.
    pub coins: u64,
}

/// How far a wallet program must look ahead to find every address that was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapView {
    /// The gap limit that it needs at least.
    pub needed: u32,
    /// How many addresses in a row hold nothing: the longest such row.
    pub run: u32,
    /// The index behind which that row stands; none: it begins with the first address.
    pub after: Option<u32>,
}

/// An address that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    /// Its index.
    pub index: u32,
    /// The address.
    pub address: String,
    /// Where it comes from: the path from the master key, or from the key that was connected.
    pub path: String,
    /// What it was issued for: the invoice and the order's own name for it; none: an invoice of another store that is paid
    /// into the same wallet.
    pub sale: Option<(InvoiceId, Option<String>)>,
    /// What came there, in satoshis.
    pub received: u64,
}

/// A page of the addresses that were issued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressesView {
    /// Newest first.
    pub addresses: Vec<AddressView>,
    /// The index that older ones are below; none: there are none.
    pub older: Option<u32>,
}

/// A wallet at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WalletOverview {
    /// What lies in it.
    pub balance: BalanceSheet,
    /// How far another program must look ahead; none: nothing was issued yet.
    pub gap: Option<GapView>,
    /// The newest addresses.
    pub newest: AddressesView,
}

impl App {
    /// A store's wallet at a glance, with up to so many of its newest addresses; nothing without a wallet.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn wallet_overview(&self, store: &Store, newest: u32) -> Result<WalletOverview, AppError> {
        let Some(wallet) = store.wallet_id else { return Ok(WalletOverview::default()) };
        let read = self.0.db.read(move |r| {
            let next = wallets::find(r, wallet)?.map_or(0, |wallet| wallet.next_index);
            let gap = gap(next, used_addresses::last(r, wallet)?, used_addresses::behind_longest(r, wallet)?);
            Ok::<_, DbError>((coins::balance(r, wallet)?, gap))
        });
        let (balance, gap) = read.await?;
        let newest = self.page_of_addresses(store, wallet, None, newest).await?;
        Ok(WalletOverview { balance: sheet(balance), gap, newest })
    }

    /// A page of the addresses that a store's wallet issued below an index, newest first; nothing without a wallet.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn issued_addresses(
        &self,
        store: &Store,
        below: Option<u32>,
        limit: u32,
    ) -> Result<AddressesView, AppError> {
        let Some(wallet) = store.wallet_id else { return Ok(AddressesView::default()) };
        self.page_of_addresses(store, wallet, below, limit).await
    }

    async fn page_of_addresses(
        &self,
        store: &Store,
        wallet: WalletId,
        below: Option<u32>,
        limit: u32,
    ) -> Result<AddressesView, AppError> {
        let below = below.unwrap_or(ABOVE_ALL);
        // One more than is shown tells whether there are older ones.
        let read = self.0.db.read(move |r| scripts::receiving(r, wallet, below, limit.saturating_add(1)));
        let mut found = read.await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let older = found.last().map(|last| last.index).filter(|_| more);
        let (window, params) = (self.window(wallet).await?, self.shown_network(&store.network).params);
        let shown = |receiving| shown(receiving, store, &window, params);
        Ok(AddressesView { addresses: found.into_iter().map(shown).collect(), older })
    }
}

fn sheet(balance: Balance) -> BalanceSheet {
    BalanceSheet {
        confirmed: balance.confirmed.to_sat(),
        waiting: balance.unconfirmed.to_sat(),
        kept: balance.kept.to_sat(),
        coins: balance.count,
    }
}

fn shown(receiving: Receiving, store: &Store, window: &Window, params: bitcoin::Network) -> AddressView {
    let (wallet, index) = (window.descriptor(), receiving.index);
    let address = wallet.address_at(Keychain::External, index, params);
    let derivations = wallet.derivations(Keychain::External, index).unwrap_or_default();
    // Several keys have a path each; what they share is its end.
    let path = match derivations.as_slice() {
        [one] => one.split_once('/').map_or("", |(_, path)| path).to_owned(),
        _ => format!("0/{index}"),
    };
    let sale =
        receiving.sale.filter(|(_, of, _)| *of == store.id).map(|(invoice, _, order)| (invoice, order));
    AddressView {
        index,
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        path,
        sale,
        received: receiving.received.to_sat(),
    }
}

/// What follows from the addresses below `next_index`, the last of them that is used, and the one behind the longest run of
/// those that are not. A program that looks `n` addresses ahead of the last one used finds one behind `n - 1` unused.
fn gap(next_index: u32, last: Option<Used>, behind_longest: Option<Used>) -> Option<GapView> {
    if next_index == 0 {
        return None;
    }
    let open = next_index.saturating_sub(last.map_or(0, |last| last.index.saturating_add(1)));
    let at_end = GapView { needed: open.max(1), run: open, after: last.map(|last| last.index) };
    let within = behind_longest.filter(|used| used.unpaid_before > 0).map(|used| GapView {
        needed: used.unpaid_before.saturating_add(1),
        run: used.unpaid_before,
        after: used.index.checked_sub(used.unpaid_before.saturating_add(1)),
    });
    Some(within.filter(|within| within.needed > at_end.needed).unwrap_or(at_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_that_of_the_longest_row_of_unpaid_addresses() {
        let used = |index, unpaid_before| Some(Used { index, unpaid_before });
        let view = |needed, run, after| Some(GapView { needed, run, after });
        for (next, last, behind, expected) in [
            (0, None, None, None),
            (1, None, None, view(1, 1, None)),
            // Nothing was ever paid: all of them in a row.
            (25, None, None, view(25, 25, None)),
            (1, used(0, 0), used(0, 0), view(1, 0, Some(0))),
            // Behind 30 unpaid ones is the 31st.
            (31, used(30, 30), used(30, 30), view(31, 30, None)),
            (60, used(50, 30), used(50, 30), view(31, 30, Some(19))),
            // Those at the end are more.
            (100, used(50, 30), used(50, 30), view(49, 49, Some(50))),
            (81, used(50, 30), used(50, 30), view(31, 30, Some(19))),
            (82, used(50, 30), used(50, 30), view(31, 31, Some(50))),
            // Passed over, and nothing issued since.
            (217, used(216, 0), used(0, 0), view(1, 0, Some(216))),
        ] {
            assert_eq!(gap(next, last, behind), expected, "{next} {last:?} {behind:?}");
        }
    }
}
