//! Storing what was built, if all that it rests on is still as it was read: what was taken meanwhile is read
//! again, and another transaction built. Its coins are kept for it, and its refunds get their pin.

use std::collections::BTreeSet;

use bitcoin::{OutPoint, ScriptBuf};
use specie_core::ids::{InvoiceId, SpendId};
use specie_core::script::Keychain;
use specie_core::spend::shares;
use specie_core::time::Timestamp;
use specie_db::scripts::Issued;
use specie_db::spends::NewSpend;
use specie_db::{Tx, coins, invoices, refunds, scripts, spends, wallets};
use specie_psbt::Unsigned;

use super::materials::{Draft, Materials};
use crate::app::AppError;

impl Draft {
    /// Stores what was built; false, if something that it was built from was taken meanwhile.
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
        let stands = self.refunds_stand(tx, materials, built)? && self.coins_stand(tx, materials, built)?;
        if !stands || !self.take_change(tx, materials, built)? {
            return Ok(false);
        }
        spends::insert(tx, &self.row(materials, built, id, now))?;
        let spent: Vec<OutPoint> = built.spends().collect();
        for record in &materials.refunds {
            // One that was pinned before and is void by now gets another.
            let pin = record.pin.filter(|pin| spent.contains(pin)).or(spent.first().copied());
            refunds::set_spend(tx, record.refund.id, id, pin.ok_or(AppError::SpendNotFound)?)?;
        }
        for outpoint in spent {
            coins::keep(tx, self.network.name, outpoint, Some(id))?;
        }
        Ok(true)
    }

    /// Whether the refunds can be paid still, and by this transaction.
    fn refunds_stand(
        &self,
        tx: &mut Tx<'_>,
        materials: &Materials,
        built: &Unsigned,
    ) -> Result<bool, AppError> {
        let of: BTreeSet<InvoiceId> = materials.refunds.iter().map(|record| record.invoice_id).collect();
        for invoice in of {
            invoices::lock(tx, invoice)?;
        }
        for record in &materials.refunds {
            let locked = refunds::lock(tx, record.refund.id)?.ok_or(AppError::RefundNotFound)?;
            if locked != *record {
                return Ok(false);
            }
            if materials.replaces.is_none() {
                self.check_payable(tx, &locked)?;
            }
        }
        if materials.replaces.is_some() {
            return Ok(true);
        }
        let pins = self.pins(tx, &materials.refunds)?;
        Ok(pins.iter().all(|pin| built.spends().any(|spent| spent == *pin)))
    }

    /// Whether the coins are free still, or those of the version before.
    fn coins_stand(
        &self,
        tx: &mut Tx<'_>,
        materials: &Materials,
        built: &Unsigned,
    ) -> Result<bool, AppError> {
        let before = materials.replaces.map(|(id, _)| id);
        for outpoint in built.spends() {
            let again = before.is_some() && materials.must.contains(&outpoint);
            let free = coins::lock(tx, self.network.name, outpoint)?.is_some_and(|coin| {
                let kept = coin.spend_id.is_some() && coin.spend_id != before;
                !kept && (coin.coin.spent.is_none() || again)
            });
            if !free {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Issues the place for the change; false, if another took it.
    fn take_change(
        &self,
        tx: &mut Tx<'_>,
        materials: &Materials,
        built: &Unsigned,
    ) -> Result<bool, AppError> {
        let script: Option<ScriptBuf> = materials.change_script(built)?;
        let Some(script) = script.filter(|_| !materials.change_is_known) else { return Ok(true) };
        let wallet = wallets::lock(tx, self.wallet)?.ok_or(AppError::NoWallet)?;
        let (keychain, index) = materials.change;
        let next = match keychain {
            Keychain::Internal => wallet.next_change,
            Keychain::External => wallet.next_index,
        };
        if next != index {
            return Ok(false);
        }
        match keychain {
            Keychain::Internal => wallets::take_change(tx, wallet)?,
            Keychain::External => wallets::take_index(tx, wallet)?,
        };
        // Another wallet may have the same scripts by another name: then the next place is tried.
        if scripts::issued(tx, self.network.name, &script)?.is_some() {
            return Ok(false);
        }
        let issued = Issued { wallet_id: self.wallet, keychain, index, invoice_id: None };
        scripts::insert(tx, self.network.name, &script, issued)?;
        Ok(true)
    }

    fn row(&self, materials: &Materials, built: &Unsigned, id: SpendId, now: Timestamp) -> NewSpend {
        let fees = shares(built.fee, materials.refunds.len());
        NewSpend {
            id,
            store_id: self.store.id,
            wallet_id: self.wallet,
            network: self.network.name.to_owned(),
            replaces: materials.replaces.map(|(id, _)| id),
            psbt: built.psbt.clone(),
            fee: built.fee,
            shares: materials.refunds.iter().map(|record| record.refund.id).zip(fees).collect(),
            created_at: now,
        }
    }
}
