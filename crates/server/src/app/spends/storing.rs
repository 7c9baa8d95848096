//! Storing what was built, if all that it rests on is still as it was read: what was taken meanwhile is read
//! again, and another transaction built. Its coins are kept for it, and its refunds get their pin.

use bitcoin::Amount;
use specie_core::ids::{RefundId, SpendId};
use specie_core::script::Keychain;
use specie_core::time::Timestamp;
use specie_db::refunds::RefundRecord;
use specie_db::scripts::Issued;
use specie_db::spends::NewSpend;
use specie_db::{Tx, coins, refunds, scripts, spends, wallets};
use specie_psbt::Unsigned;

use super::materials::{Drawing, Materials};
use crate::app::AppError;

impl Drawing {
    /// Stores what was built, if all that it was built from is still as it was read.
    pub(super) fn store(
        &self,
        tx: &mut Tx<'_>,
        materials: &Materials,
        built: &Unsigned,
        id: SpendId,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        if let Some((before, _)) = materials.replaces {
            spends::lock(tx, before)?;
            self.replaceable(tx, before)?;
        }
        let wallet = wallets::lock(tx, self.wallet)?.ok_or(AppError::NoWallet)?;
        for record in &materials.refunds {
            let locked = refunds::lock(tx, record.refund.id)?.ok_or(AppError::RefundNotFound)?;
            if locked != *record {
                return Ok(false);
            }
            if materials.replaces.is_none() {
                self.check_payable(tx, &locked)?;
            }
        }
        let before = materials.replaces.map(|(id, _)| id);
        for outpoint in built.spends() {
            let coin = coins::lock(tx, &self.network_name(), outpoint)?;
            let free = coin.is_some_and(|coin| {
                let kept = coin.spend_id.is_some() && coin.spend_id != before;
                !kept && (coin.coin.spent.is_none() || before.is_some())
            });
            if !free {
                return Ok(false);
            }
        }
        if let (Some(script), false) = (materials.change_script(built)?, materials.change_is_known) {
            let next = match materials.change.0 {
                Keychain::Internal => wallet.next_change,
                Keychain::External => wallet.next_index,
            };
            if next != materials.change.1 {
                return Ok(false);
            }
            match materials.change.0 {
                Keychain::Internal => wallets::take_change(tx, wallet)?,
                Keychain::External => wallets::take_index(tx, wallet)?,
            };
            // Another wallet may have the same scripts by another name: then the next place is tried.
            if scripts::issued(tx, &self.network_name(), &script)?.is_some() {
                return Ok(false);
            }
            let (keychain, index) = materials.change;
            let issued = Issued { wallet_id: self.wallet, keychain, index, invoice_id: None };
            scripts::insert(tx, &self.network_name(), &script, issued)?;
        }
        spends::insert(tx, &self.row(materials, built, id, now))?;
        let pin = built.spends().next().ok_or(AppError::SpendNotFound)?;
        for record in &materials.refunds {
            let pin = record.pin.filter(|pin| built.spends().any(|spent| spent == *pin)).unwrap_or(pin);
            refunds::set_spend(tx, record.refund.id, id, pin)?;
        }
        for outpoint in built.spends() {
            coins::keep(tx, &self.network_name(), outpoint, Some(id))?;
        }
        Ok(true)
    }

    fn row(&self, materials: &Materials, built: &Unsigned, id: SpendId, now: Timestamp) -> NewSpend {
        NewSpend {
            id,
            store_id: self.store.id,
            wallet_id: self.wallet,
            network: self.network_name(),
            replaces: materials.replaces.map(|(id, _)| id),
            psbt: built.psbt.clone(),
            fee: built.fee,
            shares: shares(&materials.refunds, built.fee),
            created_at: now,
        }
    }
}

/// The fee in equal parts, the first ones a satoshi more where it does not divide.
fn shares(records: &[RefundRecord], fee: Amount) -> Vec<(RefundId, Amount)> {
    let count = u64::try_from(records.len()).unwrap_or(u64::MAX).max(1);
    let (each, more) = (fee.to_sat() / count, fee.to_sat() % count);
    let share =
        |(n, record): (u64, &RefundRecord)| (record.refund.id, Amount::from_sat(each + u64::from(n < more)));
    (0..).zip(records).map(share).collect()
}
