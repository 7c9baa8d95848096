//! What a transaction can be built from, as it was read: refunds that can be paid now, coins that are free, and
//! those that have to be spent again. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{FeeRate, OutPoint, ScriptBuf};
use specie_core::coin::CoinStanding;
use specie_core::ids::{RefundId, SpendId, WalletId};
use specie_core::invoice::RefundStanding;
use specie_core::script::{Keychain, WalletDescriptor};
use specie_core::spend::{Pin, SpendStanding};
use specie_db::coins::{self, CoinRecord};
use specie_db::refunds::RefundRecord;
use specie_db::spends::SpendRecord;
use specie_db::{Reader, invoices, refunds, scripts, spends, wallets};
use specie_psbt::{Caps, Coin, Payee, Plan, Replaced, Unsigned};

use super::{MAX_CONSIDERED, MAX_CONSOLIDATED, MAX_FEE, Wanted, inputs};
use crate::app::wallets::parsed;
use crate::app::{AppError, Network, NotPayable, SpendRefused, Store};
use crate::entropy;

/// What is to be built, and for whom.
pub(super) struct Draft {
    pub(super) store: Store,
    pub(super) network: Network,
    pub(super) wallet: WalletId,
    pub(super) wanted: Wanted,
    pub(super) tip_height: u32,
}

/// What a transaction can be built from, as it was read.
pub(super) struct Materials {
    pub(super) descriptor: WalletDescriptor,
    pub(super) refunds: Vec<RefundRecord>,
    pub(super) coins: Vec<Coin>,
    pub(super) must: Vec<OutPoint>,
    pub(super) change: (Keychain, u32),
    /// The change goes where that of the version before went.
    pub(super) change_is_known: bool,
    pub(super) replaces: Option<(SpendId, Replaced)>,
}

impl Draft {
    /// What there is to build it from.
    pub(super) fn materials(&self, r: &Reader<'_>) -> Result<Materials, AppError> {
        let wallet = wallets::find(r, self.wallet)?.ok_or(AppError::NoWallet)?;
        let descriptor = parsed(&wallet)?;
        let before = match self.wanted {
            Wanted::Bump(id) => Some(self.replaceable(r, id)?),
            Wanted::Pay(_) | Wanted::Consolidate => None,
        };
        let refunds = match (&self.wanted, &before) {
            (Wanted::Pay(which), _) => self.payable(r, which)?,
            (_, Some(before)) => refunds::of_spend(r, before.id)?,
            (_, None) => vec![],
        };
        let must = match &before {
            Some(before) => inputs(before).collect(),
            None => self.pins(r, &refunds)?,
        };
        let coins = self.coins(r, before.as_ref().map(|before| before.id), &must)?;
        let has_change = descriptor.keychain(Keychain::Internal).is_some();
        let next = if has_change {
            (Keychain::Internal, wallet.next_change)
        } else {
            (Keychain::External, wallet.next_index)
        };
        let known = before.as_ref().map(|before| self.change_of(r, before)).transpose()?.flatten();
        Ok(Materials {
            replaces: before.map(|before| (before.id, replaced(&before))),
            change: known.unwrap_or(next),
            change_is_known: known.is_some(),
            descriptor,
            refunds,
            coins,
            must,
        })
    }

    /// A signed transaction whose place another may take.
    pub(super) fn replaceable(&self, r: &Reader<'_>, id: SpendId) -> Result<SpendRecord, AppError> {
        let found = spends::find(r, id)?.filter(|spend| spend.store_id == self.store.id);
        let spend = found.ok_or(AppError::SpendNotFound)?;
        if spend.wallet_id != self.wallet {
            return Err(SpendRefused::OtherWallet.into());
        }
        let open = matches!(spend.standing, SpendStanding::Nowhere | SpendStanding::Mempool);
        if spend.signed.is_none() || !open {
            return Err(SpendRefused::NotOpen.into());
        }
        let paid = spends::shares(r, id)?.len();
        if paid == 0 {
            return Err(SpendRefused::PaysNobody.into());
        }
        if refunds::of_spend(r, id)?.len() != paid {
            return Err(SpendRefused::NewerVersion.into());
        }
        Ok(spend)
    }

    /// The refunds, if all of them can be paid now.
    fn payable(&self, r: &Reader<'_>, which: &[RefundId]) -> Result<Vec<RefundRecord>, AppError> {
        let mut records = Vec::with_capacity(which.len());
        for id in which {
            let record = refunds::find(r, *id)?.filter(|record| record.store_id == self.store.id);
            let record = record.ok_or(AppError::RefundNotFound)?;
            self.check_payable(r, &record)?;
            records.push(record);
        }
        Ok(records)
    }

    pub(super) fn check_payable(&self, r: &Reader<'_>, record: &RefundRecord) -> Result<(), AppError> {
        if record.refund.standing != RefundStanding::Pending {
            return Err(NotPayable::NotPending.into());
        }
        if record.script.is_none() {
            return Err(NotPayable::NoAddress.into());
        }
        if record.spend_id.is_some() {
            return Err(NotPayable::Built.into());
        }
        let invoice = invoices::find(r, record.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
        if !invoice.invoice.may_pay(record.refund.id) {
            return Err(NotPayable::TooMuch.into());
        }
        Ok(())
    }

    /// The coins that have to be spent again, so that nothing that was built for these refunds, or for
    /// others of their invoices that were cancelled, comes about beside it.
    pub(super) fn pins(&self, r: &Reader<'_>, records: &[RefundRecord]) -> Result<Vec<OutPoint>, AppError> {
        let ids: BTreeSet<RefundId> = records.iter().map(|record| record.refund.id).collect();
        let mut pins = BTreeSet::new();
        for invoice in records.iter().map(|record| record.invoice_id).collect::<BTreeSet<_>>() {
            let all = refunds::records_of_invoice(r, invoice)?;
            let dead = |record: &RefundRecord| record.refund.standing == RefundStanding::Cancelled;
            pins.extend(all.iter().filter(|r| dead(r) || ids.contains(&r.refund.id)).filter_map(|r| r.pin));
        }
        let mut must = vec![];
        for pin in pins {
            let Some(coin) = coins::find(r, self.network.name, pin)? else { continue };
            match Pin::of(&coin.coin, self.tip_height) {
                Pin::Void => {}
                Pin::Open => return Err(NotPayable::PinOpen.into()),
                Pin::Binds if coin.issued.wallet_id != self.wallet => {
                    return Err(NotPayable::PinElsewhere.into());
                }
                Pin::Binds if coin.spend_id.is_some() => return Err(NotPayable::PinKept.into()),
                Pin::Binds => must.push(pin),
            }
        }
        Ok(must)
    }

    /// What may be spent: what is free, what has to be, and what the version before spends.
    fn coins(
        &self,
        r: &Reader<'_>,
        before: Option<SpendId>,
        must: &[OutPoint],
    ) -> Result<Vec<Coin>, AppError> {
        let mut records: BTreeMap<OutPoint, CoinRecord> = BTreeMap::new();
        for outpoint in must {
            let found = coins::find(r, self.network.name, *outpoint)?;
            records.extend(found.map(|record| (*outpoint, record)));
        }
        let mut free = vec![];
        for record in coins::unspent(r, self.wallet)? {
            let kept = record.spend_id.is_some() && record.spend_id != before;
            if !kept && self.is_free(r, &record)? {
                free.push(record);
            }
        }
        // What is put together is what is scattered; whoever is paid is paid from what suffices soonest.
        free.sort_by_key(|record| record.coin.amount);
        if self.wanted == Wanted::Consolidate {
            free.truncate(MAX_CONSOLIDATED);
        } else {
            free.drain(..free.len().saturating_sub(MAX_CONSIDERED));
        }
        records.extend(free.into_iter().map(|record| (record.coin.outpoint, record)));
        records.values().map(|record| coin(r, record)).collect()
    }

    fn is_free(&self, r: &Reader<'_>, record: &CoinRecord) -> Result<bool, AppError> {
        // Anybody may pay an address that was seen on the chain: own is what the merchant's own payouts left.
        let own = record.issued.invoice_id.is_none() && spends::is_own(r, record.coin.outpoint.txid)?;
        Ok(record.coin.is_free(own, self.tip_height))
    }

    /// Where the change of the version before goes.
    fn change_of(&self, r: &Reader<'_>, before: &SpendRecord) -> Result<Option<(Keychain, u32)>, AppError> {
        for output in &before.psbt.unsigned_tx.output {
            let issued = scripts::issued(r, self.network.name, &output.script_pubkey)?;
            let own = issued.filter(|issued| issued.wallet_id == self.wallet && issued.invoice_id.is_none());
            if let Some(own) = own {
                return Ok(Some((own.keychain, own.index)));
            }
        }
        Ok(None)
    }
}

impl Materials {
    pub(super) fn build(&self, drawing: &Draft, rate: FeeRate, percent: u64) -> Result<Unsigned, AppError> {
        let payee = |record: &RefundRecord| {
            let script = record.script.clone();
            script.map(|script| Payee { script, amount: record.refund.amount })
        };
        let payees: Vec<Payee> = self.refunds.iter().filter_map(payee).collect();
        let plan = Plan {
            wallet: &self.descriptor,
            network: drawing.network.params,
            coins: &self.coins,
            must: &self.must,
            payees: &payees,
            change: self.change,
            rate,
            replaces: self.replaces.map(|(_, replaced)| replaced),
            caps: Caps { absolute: MAX_FEE, percent },
            tip_height: drawing.tip_height,
            seed: entropy::bytes(),
        };
        let built = match payees.is_empty() {
            true => specie_psbt::consolidate(&plan),
            false => specie_psbt::build(&plan),
        };
        built.map_err(|error| {
            if let specie_psbt::BuildError::NotAsPlanned(mismatch) = &error {
                tracing::error!(?mismatch, "a transaction that was built is not the one that was planned");
            }
            error.into()
        })
    }

    /// The script that takes the change, if there is any.
    pub(super) fn change_script(&self, built: &Unsigned) -> Result<Option<ScriptBuf>, AppError> {
        if built.change.is_none() {
            return Ok(None);
        }
        let (keychain, index) = self.change;
        self.descriptor.script_at(keychain, index).map(Some).map_err(|_| AppError::WalletExhausted)
    }
}

fn replaced(before: &SpendRecord) -> Replaced {
    let vsize = before.signed.as_ref().map_or(0, |(tx, _)| tx.vsize());
    Replaced { fee: before.fee, vsize: u64::try_from(vsize).unwrap_or(u64::MAX) }
}

fn coin(r: &Reader<'_>, record: &CoinRecord) -> Result<Coin, AppError> {
    Ok(Coin {
        outpoint: record.coin.outpoint,
        amount: record.coin.amount,
        keychain: record.issued.keychain,
        index: record.issued.index,
        previous: coins::previous(r, record)?,
        height: match record.coin.standing {
            CoinStanding::Block(block) => Some(block.height),
            _ => None,
        },
    })
}
