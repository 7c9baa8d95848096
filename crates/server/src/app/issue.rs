//! Issuing: an invoice takes the next address of a wallet, in the transaction that stores it.

use bitcoin::ScriptBuf;
use specie_core::ids::{InvoiceId, WalletId};
use specie_core::script::Keychain;
use specie_db::invoices::OnChain;
use specie_db::scripts::Issued;
use specie_db::{Tx, scripts, wallets};

use super::AppError;
use super::wallets::Window;

/// How often other wallets' scripts are passed over for one that is free.
const MAX_SKIPS: usize = 16;

/// The wallet's index that was taken, and its script.
pub(super) struct Taking {
    pub(super) wallet: WalletId,
    pub(super) index: u32,
    pub(super) script: ScriptBuf,
}

impl Taking {
    /// Where the invoice is paid to.
    pub(super) fn on_chain(&self) -> OnChain {
        OnChain { wallet_id: self.wallet, script: self.script.clone() }
    }
}

/// Takes the wallet's next index whose script was never issued: another wallet may have the same
/// scripts by another name. What that one issued is passed over at once.
pub(super) fn issue(
    tx: &mut Tx<'_>,
    network: &str,
    invoice: InvoiceId,
    wallet: WalletId,
    window: &Window,
) -> Result<Taking, AppError> {
    for _ in 0..MAX_SKIPS {
        let locked = wallets::lock(tx, wallet)?.ok_or(AppError::NoWallet)?;
        let index = wallets::take_index(tx, locked)?;
        let script = window.script(index)?;
        let Some(other) = scripts::issued(tx, network, &script)? else {
            let keychain = Keychain::External;
            let issued = Issued { wallet_id: wallet, keychain, index, invoice_id: Some(invoice) };
            scripts::insert(tx, network, &script, issued)?;
            return Ok(Taking { wallet, index, script });
        };
        let last = scripts::last_index(tx, other.wallet_id)?.filter(|_| other.index == index);
        let locked = wallets::lock(tx, wallet)?.ok_or(AppError::NoWallet)?;
        wallets::skip_to(tx, &locked, last.map_or(0, |last| last.saturating_add(1)))?;
    }
    Err(AppError::WalletInUse)
}
