//! Signing: taking back what was signed elsewhere. Only signatures of our own transaction are taken; the
//! signed transaction is stored, and whoever follows the chain broadcasts it, as it is, as often as it takes.

use specie_core::ids::{SpendId, StoreId};
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;
use specie_db::spends::{self, SpendRecord};
use specie_db::{Locked, Tx};
use specie_psbt::{TakenBack, for_practice, take_back};

use super::audit::Deed;
use super::spend_view::SpendView;
use super::{App, AppError, Network, SpendRefused};

impl App {
    /// Takes the signatures of a transaction of a store: a PSBT, or the whole signed transaction, as a signer
    /// gives them. Several who sign one after the other are taken one after the other.
    ///
    /// # Errors
    /// [`AppError::NotTakenBack`] with the reason; [`AppError::SpendNotFound`]; [`AppError::Spend`] if it
    /// was cancelled, or can never be in a block.
    pub async fn sign_spend(
        &self,
        store: StoreId,
        id: SpendId,
        returned: Vec<u8>,
    ) -> Result<SpendView, AppError> {
        // Verifying takes a while: outside of the writer, and once more inside if others came between.
        let known = self.0.db.read(move |r| spends::find(r, id)).await?;
        let known = known.filter(|spend| spend.store_id == store).ok_or(AppError::SpendNotFound)?;
        let taken = take_back(&known.psbt, &returned);
        let (psbt, taken) = (known.psbt, taken.map_err(AppError::from));
        self.store_signed("sign_spend", store, id, move |spend| {
            if spend.psbt == psbt { taken.clone() } else { Ok(take_back(&spend.psbt, &returned)?) }
        })
        .await
    }

    /// Signs a transaction of a practice store, whose chain asks for no signature.
    ///
    /// # Errors
    /// [`AppError::NotPractice`] if it is a real one; as [`sign_spend`](Self::sign_spend).
    pub async fn practise_signing(&self, store: StoreId, id: SpendId) -> Result<SpendView, AppError> {
        self.store_signed("practise_signing", store, id, move |spend| {
            if spend.network != Network::SANDBOX.name {
                return Err(AppError::NotPractice);
            }
            Ok(TakenBack::Signed { psbt: spend.psbt.clone(), tx: for_practice(&spend.psbt) })
        })
        .await
    }

    async fn store_signed(
        &self,
        name: &'static str,
        store: StoreId,
        id: SpendId,
        take: impl Fn(&SpendRecord) -> Result<TakenBack, AppError> + Send + 'static,
    ) -> Result<SpendView, AppError> {
        let (app, now) = (self.clone(), self.now());
        let noted = self.note(Some(store), Deed::PayoutSigned, id.to_string());
        let stored = self.0.db.write(name, move |tx| {
            let spend = spends::lock(tx, id)?.filter(|spend| spend.store_id == store);
            let spend = spend.ok_or(AppError::SpendNotFound)?;
            if spend.cancelled_at.is_some() {
                return Err(AppError::Spend(SpendRefused::Cancelled));
            }
            if spend.signed.is_none() && matches!(spend.standing, SpendStanding::Dead(_)) {
                return Err(AppError::Spend(SpendRefused::Dead));
            }
            // The first signed version is the one: a second one would be another transaction.
            if spend.signed.is_none() {
                write(tx, &spend, &take(&spend)?, now)?;
                noted.add(tx)?;
            }
            let record = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
            Ok((app.spend_view(tx, &record)?, record.network))
        });
        let (view, network) = stored.await?;
        if view.signed_at.is_some() {
            tracing::info!(spend = %id, txid = view.txid, "a signed transaction was stored");
            self.0.outside.signed(&network);
            for refund in &view.refunds {
                self.0.outside.changed(refund.invoice_id);
            }
        }
        Ok(view)
    }
}

fn write(
    tx: &mut Tx<'_>,
    spend: &Locked<SpendRecord>,
    taken: &TakenBack,
    now: Timestamp,
) -> Result<(), AppError> {
    match taken {
        TakenBack::Partly { psbt, .. } => spends::sign(tx, spend, psbt, None)?,
        TakenBack::Signed { psbt, tx: signed } => spends::sign(tx, spend, psbt, Some((signed, now)))?,
    }
    Ok(())
}
