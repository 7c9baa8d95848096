//! Spends: building transactions of a merchant's own coins, to be signed elsewhere (see `signing`).
//!
//! A transaction is built outside the writer from what was read, and stored only if all of that still holds:
//! refunds, coins and the place for change are locked and looked at again. Its coins are kept for it then. All
//! that was ever built for a refund spends one coin of it, its pin: so at most one of them ever comes about.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, FeeRate, OutPoint, ScriptBuf};
use specie_core::ids::{RefundId, SpendId, StoreId, WalletId};
use specie_core::invoice::RefundStanding;
use specie_core::script::{Keychain, WalletDescriptor};
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;
use specie_db::coins::{self, CoinRecord};
use specie_db::refunds::RefundRecord;
use specie_db::scripts::Issued;
use specie_db::spends::{NewSpend, SpendRecord};
use specie_db::{Reader, Tx, invoices, refunds, scripts, spends, wallets};
use specie_psbt::{Caps, Coin, Payee, Plan, Replaced, Unsigned};

use super::spend_view::SpendView;
use super::wallets::parsed;
use super::{App, AppError, Network, Store};
use crate::entropy;

/// The most that a transaction of a merchant's pays the network, in satoshis.
const MAX_FEE: Amount = Amount::from_sat(200_000);
/// The most of what is paid, in percent, unless the merchant says otherwise.
const MAX_FEE_PERCENT: u64 = 10;
/// As if there were no such limit.
const ANY_PERCENT: u64 = 1_000_000;
/// How often what was read is read again, because something of it was taken meanwhile.
const TRIES: usize = 4;
/// Refunds that one transaction pays.
pub const MAX_PAYEES: usize = 100;
/// Coins among which those of a payment are chosen, the largest: no transaction has more.
const MAX_CONSIDERED: usize = 1_000;
/// Coins that are put together at a time, the smallest.
pub const MAX_CONSOLIDATED: usize = 200;

/// What a merchant wants of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeChoice {
    /// What it pays; none: what the node says for about an hour.
    pub rate: Option<FeeRate>,
    /// More than a tenth of what is paid is taken for the network all the same.
    pub whatever_it_takes: bool,
}

/// What is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// What pays these refunds.
    Pay(Vec<RefundId>),
    /// Another version of this one, which pays more.
    Bump(SpendId),
    /// All coins in one.
    Consolidate,
}

impl App {
    /// Builds a transaction that pays refunds of a store.
    ///
    /// # Errors
    /// [`AppError::NotPayable`] if one of them cannot be paid now, [`AppError::Build`] if the coins do not
    /// suffice, or the fee is too high.
    pub async fn pay_refunds(
        &self,
        store: &Store,
        which: Vec<RefundId>,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        let which: Vec<RefundId> = which.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        if which.is_empty() || which.len() > MAX_PAYEES {
            return Err(AppError::NotPayable("a transaction pays 1 to 100 refunds"));
        }
        self.build_spend(store, Wanted::Pay(which), fee).await
    }

    /// Builds another version of a signed transaction that is in no block, which pays the network more.
    ///
    /// # Errors
    /// [`AppError::SpendState`] if there is nothing to be sped up; as [`pay_refunds`](Self::pay_refunds).
    pub async fn bump_spend(
        &self,
        store: &Store,
        id: SpendId,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        self.build_spend(store, Wanted::Bump(id), fee).await
    }

    /// Builds a transaction that puts a wallet's coins together in one, which makes it cheaper to spend.
    ///
    /// # Errors
    /// As [`pay_refunds`](Self::pay_refunds).
    pub async fn consolidate(&self, store: &Store, fee: FeeChoice) -> Result<SpendView, AppError> {
        self.build_spend(store, Wanted::Consolidate, fee).await
    }

    async fn build_spend(
        &self,
        store: &Store,
        wanted: Wanted,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        let network = self.network_of(&store.network)?;
        let wallet = store.wallet_id.ok_or(AppError::NoWallet)?;
        let rate = match (fee.rate, &wanted) {
            (Some(rate), _) => rate,
            (None, Wanted::Consolidate) => self.fees(network.name).ok_or(AppError::NoFeeRate)?.slow,
            (None, _) => self.fees(network.name).ok_or(AppError::NoFeeRate)?.normal,
        };
        let percent = if fee.whatever_it_takes { ANY_PERCENT } else { MAX_FEE_PERCENT };
        for _ in 0..TRIES {
            let id = SpendId::from_bytes(entropy::id(self.now()));
            let drawing = Drawing {
                store: store.clone(),
                network: network.clone(),
                wallet,
                wanted: wanted.clone(),
                tip_height: self.chain_state(network.name).shown_height,
            };
            let found = self.0.db.read(move |r| Ok::<_, AppError>((drawing.materials(r)?, drawing))).await;
            let (materials, drawing) = found?;
            let built = materials.build(&drawing, rate, percent)?;
            let (app, now) = (self.clone(), self.now());
            let stored = self.0.db.write("store_spend", move |tx| {
                if !drawing.store(tx, &materials, &built, id, now)? {
                    return Ok(None);
                }
                let change = materials.change_script(&built)?;
                let record = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
                Ok::<_, AppError>(Some((app.spend_view(tx, &record)?, change)))
            });
            if let Some((view, change)) = stored.await? {
                if let Some(script) = change {
                    self.0.outside.issued(network.name, &script);
                }
                let (payees, fee) = (view.refunds.len(), view.fee);
                tracing::info!(spend = %view.id, store = %store.id, payees, fee, "a transaction was built");
                return Ok(view);
            }
        }
        Err(AppError::SpendState("the wallet's coins change too fast: try again"))
    }

    /// Does not sign a transaction after all: its coins are free again, and its refunds wait for another.
    ///
    /// # Errors
    /// [`AppError::SpendNotFound`] if the store has none of that id; [`AppError::SpendState`] if it is signed.
    pub async fn cancel_spend(&self, store: StoreId, id: SpendId) -> Result<SpendView, AppError> {
        let (app, now) = (self.clone(), self.now());
        let cancelled = self.0.db.write("cancel_spend", move |tx| {
            let known = spends::find(tx, id)?.filter(|spend| spend.store_id == store);
            let known = known.ok_or(AppError::SpendNotFound)?;
            if known.signed.is_some() {
                return Err(AppError::SpendState("a signed transaction cannot be taken back"));
            }
            app.drop_spend(tx, id, now)?;
            let record = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
            app.spend_view(tx, &record)
        });
        let view = cancelled.await?;
        tracing::info!(spend = %id, "a transaction was cancelled");
        Ok(view)
    }

    /// Cancels what is not signed, and gives its coins back: to the version before it, if there is one.
    pub(super) fn drop_spend(&self, tx: &mut Tx<'_>, id: SpendId, now: Timestamp) -> Result<(), AppError> {
        let spend = spends::lock(tx, id)?.ok_or(AppError::SpendNotFound)?;
        if spend.signed.is_some() {
            return Err(AppError::RefundSigned);
        }
        if spend.cancelled_at.is_some() {
            return Ok(());
        }
        spends::cancel(tx, &spend, now)?;
        let before = spend.replaces.map(|id| spends::find(tx, id)).transpose()?.flatten();
        let records = refunds::of_spend(tx, id)?;
        refunds::release(tx, id)?;
        free_coins(tx, &spend)?;
        let Some(before) = before.filter(|before| !matches!(before.standing, SpendStanding::Dead(_))) else {
            return Ok(());
        };
        for outpoint in inputs(&before) {
            coins::keep(tx, &before.network, outpoint, Some(before.id))?;
        }
        for record in records {
            if let Some(pin) = record.pin {
                refunds::set_spend(tx, record.refund.id, before.id, pin)?;
            }
        }
        Ok(())
    }
}

/// Gives back the coins that are kept for a transaction.
pub(super) fn free_coins(tx: &mut Tx<'_>, spend: &SpendRecord) -> Result<(), AppError> {
    for outpoint in inputs(spend) {
        let coin = coins::lock(tx, &spend.network, outpoint)?;
        if coin.is_some_and(|coin| coin.spend_id == Some(spend.id)) {
            coins::keep(tx, &spend.network, outpoint, None)?;
        }
    }
    Ok(())
}

/// The coins that a transaction spends.
pub(super) fn inputs(spend: &SpendRecord) -> impl Iterator<Item = OutPoint> {
    spend.psbt.unsigned_tx.input.iter().map(|input| input.previous_output)
}

/// What is to be built, and for whom.
struct Drawing {
    store: Store,
    network: Network,
    wallet: WalletId,
    wanted: Wanted,
    tip_height: u32,
}

/// What a transaction can be built from, as it was read.
struct Materials {
    descriptor: WalletDescriptor,
    refunds: Vec<RefundRecord>,
    coins: Vec<Coin>,
    must: Vec<OutPoint>,
    change: (Keychain, u32),
    /// The change goes where that of the version before went.
    change_is_known: bool,
    replaces: Option<(SpendId, Replaced)>,
}

impl Drawing {
    fn materials(&self, r: &Reader<'_>) -> Result<Materials, AppError> {
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
    fn replaceable(&self, r: &Reader<'_>, id: SpendId) -> Result<SpendRecord, AppError> {
        let found = spends::find(r, id)?.filter(|spend| spend.store_id == self.store.id);
        let spend = found.ok_or(AppError::SpendNotFound)?;
        if spend.wallet_id != self.wallet {
            return Err(AppError::SpendState(
                "this transaction spends another wallet's coins: connect that one",
            ));
        }
        let open = matches!(spend.standing, SpendStanding::Nowhere | SpendStanding::Mempool);
        if spend.signed.is_none() || !open {
            return Err(AppError::SpendState("only a signed transaction that is in no block can be sped up"));
        }
        let shares = spends::shares(r, id)?;
        let newest = refunds::of_spend(r, id)?;
        if newest.len() != shares.len() {
            return Err(AppError::SpendState("a newer version of this transaction waits already"));
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

    fn check_payable(&self, r: &Reader<'_>, record: &RefundRecord) -> Result<(), AppError> {
        if record.refund.standing != RefundStanding::Pending {
            return Err(AppError::NotPayable("a refund that is not pending is not paid"));
        }
        if record.script.is_none() {
            return Err(AppError::NotPayable("the buyer has not said yet where the refund goes"));
        }
        if record.spend_id.is_some() {
            return Err(AppError::NotPayable("a transaction for this refund was built already"));
        }
        let invoice = invoices::find(r, record.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
        if !invoice.invoice.may_pay(record.refund.id) {
            return Err(AppError::NotPayable(
                "with what was given back before, more would go back than came",
            ));
        }
        Ok(())
    }

    /// The coins that have to be spent again, so that nothing that was built for these refunds, or for
    /// others of their invoices that were cancelled, comes about beside it.
    fn pins(&self, r: &Reader<'_>, records: &[RefundRecord]) -> Result<Vec<OutPoint>, AppError> {
        let ids: BTreeSet<RefundId> = records.iter().map(|record| record.refund.id).collect();
        let mut pins = BTreeSet::new();
        for invoice in records.iter().map(|record| record.invoice_id).collect::<BTreeSet<_>>() {
            let all = refunds::records_of_invoice(r, invoice)?;
            let dead = |record: &RefundRecord| record.refund.standing == RefundStanding::Cancelled;
            pins.extend(all.iter().filter(|r| dead(r) || ids.contains(&r.refund.id)).filter_map(|r| r.pin));
        }
        let mut must = vec![];
        for pin in pins {
            let Some(coin) = coins::find(r, &self.network_name(), pin)? else { continue };
            let elsewhere = coin.issued.wallet_id != self.wallet;
            match (coin.coin.spent, coin.spend_id) {
                (None, _) if elsewhere => {
                    return Err(AppError::NotPayable(
                        "this refund has to spend a coin of the wallet that the store had before: connect that one",
                    ));
                }
                (None, None) => must.push(pin),
                (None, Some(_)) => {
                    return Err(AppError::NotPayable(
                        "a coin that this refund has to spend is kept for another transaction: cancel that first",
                    ));
                }
                // What it was built for is void once another transaction has it for good.
                (Some(spend), _) if is_deep(spend.position, self.tip_height) => {}
                (Some(_), _) => {
                    return Err(AppError::NotPayable(
                        "a coin that this refund has to spend is being spent: wait for six confirmations",
                    ));
                }
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
            let found = coins::find(r, &self.network_name(), *outpoint)?;
            records.extend(found.map(|record| (*outpoint, record)));
        }
        let mut free = coins::unspent(r, self.wallet)?;
        free.retain(|record| {
            let kept = record.spend_id.is_some() && record.spend_id != before;
            !kept && record.coin.is_free(record.issued.invoice_id.is_none(), self.tip_height)
        });
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

    /// Where the change of the version before goes.
    fn change_of(&self, r: &Reader<'_>, before: &SpendRecord) -> Result<Option<(Keychain, u32)>, AppError> {
        for output in &before.psbt.unsigned_tx.output {
            let issued = scripts::issued(r, &self.network_name(), &output.script_pubkey)?;
            let own = issued.filter(|issued| issued.wallet_id == self.wallet && issued.invoice_id.is_none());
            if let Some(own) = own {
                return Ok(Some((own.keychain, own.index)));
            }
        }
        Ok(None)
    }

    /// Stores what was built, if all that it was built from is still as it was read.
    fn store(
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

    fn network_name(&self) -> String {
        self.network.name.to_owned()
    }
}

impl Materials {
    fn build(&self, drawing: &Drawing, rate: FeeRate, percent: u64) -> Result<Unsigned, AppError> {
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
    fn change_script(&self, built: &Unsigned) -> Result<Option<ScriptBuf>, AppError> {
        if built.change.is_none() {
            return Ok(None);
        }
        let (keychain, index) = self.change;
        self.descriptor.script_at(keychain, index).map(Some).map_err(|_| AppError::WalletExhausted)
    }
}

fn is_deep(position: specie_core::chain::Position, tip_height: u32) -> bool {
    match position {
        specie_core::chain::Position::Block(block) => SpendStanding::Block(block).is_final(tip_height),
        specie_core::chain::Position::Mempool => false,
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
            specie_core::coin::CoinStanding::Block(block) => Some(block.height),
            _ => None,
        },
    })
}

/// The fee in equal parts, the first ones a satoshi more where it does not divide.
fn shares(records: &[RefundRecord], fee: Amount) -> Vec<(RefundId, Amount)> {
    let count = u64::try_from(records.len()).unwrap_or(u64::MAX).max(1);
    let (each, more) = (fee.to_sat() / count, fee.to_sat() % count);
    let share =
        |(n, record): (u64, &RefundRecord)| (record.refund.id, Amount::from_sat(each + u64::from(n < more)));
    (0..).zip(records).map(share).collect()
}
