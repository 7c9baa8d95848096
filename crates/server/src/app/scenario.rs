//! Scenarios: what a developer makes happen to an invoice of a practice store. Each is made of what can be made to
//! happen on the practice chain, and of the end of a quote; nothing of the invoice is touched otherwise. What follows is
//! found by whoever follows the chain, as on a real one.
//!
//! Whoever has a checkout's link may play, so what is played is held to its invoice: amounts and depths are bounded, and
//! no other invoice's payments leave the block that they are in.

mod names;
mod possible;

use std::time::Duration;

use bitcoin::{Amount, ScriptBuf, Txid};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Status;
use specie_db::invoices;

use super::idempotency::{Answered, Idempotency, once};
use super::view::{InvoiceView, PaymentState, PaymentView};
use super::{App, AppError, Practice};

pub use names::{Play, Scenario};
pub use possible::{MAX_BLOCKS, NotPlayed, confirming_blocks, may_play};
use possible::{default_amount, depth_of, is_due};

/// How long whoever wants to see what came of it waits. It shows later all the same.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often is looked meanwhile.
const LOOK: Duration = Duration::from_millis(25);

/// One scenario is played at a time on an invoice, so that the next is judged by what came of it, and the same call made
/// twice at once is one. Invoices share some locks, at random.
#[derive(Default)]
pub(super) struct Playing([tokio::sync::Mutex<()>; 16]);

impl Playing {
    async fn alone(&self, id: InvoiceId) -> tokio::sync::MutexGuard<'_, ()> {
        let last = id.as_bytes().last().copied().unwrap_or_default();
        self.0[usize::from(last) % self.0.len()].lock().await
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Played {
    /// The transactions that were made, in order.
    pub made: Vec<Txid>,
    /// The height of the best block.
    pub height: u32,
    /// Those of them that pay the invoice.
    pays: Vec<Txid>,
    /// Payments that do not count any more.
    lost: Vec<Txid>,
    /// Its time was ended.
    ended: bool,
}

/// What an invoice has on the practice chain. It is kept up with what is done, since who follows the chain may not have
/// seen it yet.
struct Stage {
    view: InvoiceView,
    script: Option<ScriptBuf>,
    /// Its payments that are in no block.
    pooled: Vec<(Txid, Amount)>,
    /// Its payments in blocks, and how deep they are.
    mined: Vec<(Txid, u32)>,
    played: Played,
}

impl Stage {
    fn of(view: InvoiceView) -> Result<Self, AppError> {
        let unsound = |words: &dyn std::fmt::Display| AppError::Practice(words.to_string());
        let address = view.address.as_deref().map(str::parse::<bitcoin::Address<_>>).transpose();
        let script = address.map_err(|e| unsound(&e))?.map(|known| known.assume_checked().script_pubkey());
        let (mut pooled, mut mined) = (Vec::<(Txid, Amount)>::new(), Vec::new());
        for payment in &view.payments {
            let txid: Txid = payment.txid.parse().map_err(|e| unsound(&e))?;
            match payment.state {
                PaymentState::Mempool => pooled.push((txid, Amount::from_sat(payment.amount))),
                PaymentState::Confirmed => mined.push((txid, payment.confirmations)),
                PaymentState::Missing | PaymentState::Lost => {}
            }
        }
        Ok(Self { view, script, pooled, mined, played: Played::default() })
    }
}

impl App {
    /// Plays a scenario on a practice invoice. What came of it is found by whoever follows the chain.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none, [`AppError::NotPractice`] if it is paid with real coins,
    /// [`AppError::NotPlayed`] if the scenario makes no sense for it now, [`AppError::Practice`] if the chain refuses.
    pub async fn play(&self, id: InvoiceId, play: Play) -> Result<Played, AppError> {
        let _alone = self.0.playing.alone(id).await;
        self.play_alone(id, play).await
    }

    /// Makes what has to be there before a scenario makes sense: a payment, and for some a block. Whatever is there stays,
    /// so what made sense before is left as it is.
    ///
    /// # Errors
    /// As [`play`](Self::play), with why the scenario makes no sense if nothing can be paid either.
    pub async fn prepare_play(&self, id: InvoiceId, scenario: Scenario) -> Result<Played, AppError> {
        let _alone = self.0.playing.alone(id).await;
        let mut stage = self.stage(id).await?;
        let possible = may_play(&stage.view, scenario);
        let payable = may_play(&stage.view, Scenario::Pay).is_ok();
        match (scenario, possible) {
            (Scenario::Mine, _) if payable => self.pay_rest(&mut stage)?,
            (_, Err(reason @ (NotPlayed::NothingWaits | NotPlayed::NothingMined))) => {
                match (stage.pooled.is_empty(), payable) {
                    (true, true) => self.pay_rest(&mut stage)?,
                    (true, false) => return Err(reason.into()),
                    (false, _) => {}
                }
                if reason == NotPlayed::NothingMined {
                    self.act(&mut stage, Practice::Mine { blocks: 1 })?;
                }
            }
            _ => {}
        }
        Ok(stage.played)
    }

    async fn stage(&self, id: InvoiceId) -> Result<Stage, AppError> {
        let view = self.invoice(id, None).await?;
        if view.sandbox { Stage::of(view) } else { Err(AppError::NotPractice) }
    }

    /// Plays a scenario, and returns the invoice as soon as it shows, or after a few seconds as it is then. The same call again
    /// is answered as it was; one that was cut off may have been played.
    ///
    /// # Errors
    /// As [`play`](Self::play); [`AppError::IdempotencyConflict`] for the same key with another body.
    pub async fn play_and_see(
        &self,
        id: InvoiceId,
        play: Play,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<InvoiceView>, AppError> {
        let _alone = self.0.playing.alone(id).await;
        if let Some(wanted) = &idempotency
            && let Some(answered) = self.answered(wanted.clone()).await?
        {
            return Ok(answered);
        }
        let played = self.play_alone(id, play).await?;
        let view = self.seen(id, &played).await?;
        if idempotency.is_none() {
            return Ok(Answered::anew(view));
        }
        let now = self.now();
        let kept = self.0.db.write("keep_played", move |tx| {
            once(tx, idempotency.as_ref(), now, |_| Ok::<_, AppError>(view.clone()))
        });
        kept.await
    }

    /// The invoice of that id, or of that number, as people write either.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none.
    pub async fn invoice_named(&self, text: &str) -> Result<InvoiceId, AppError> {
        if let Ok(id) = text.parse::<InvoiceId>() {
            return Ok(self.invoice(id, None).await?.id);
        }
        let number =
            text.strip_prefix("INV-").unwrap_or(text).parse().map_err(|_| AppError::InvoiceNotFound)?;
        let found = self.0.db.read(move |r| invoices::find_by_number(r, number)).await?;
        found.map(|record| record.id).ok_or(AppError::InvoiceNotFound)
    }

    async fn play_alone(&self, id: InvoiceId, play: Play) -> Result<Played, AppError> {
        let mut stage = self.stage(id).await?;
        may_play(&stage.view, play.scenario)?;
        self.perform(&mut stage, play).await?;
        let (scenario, made) = (play.scenario.name(), stage.played.made.len());
        tracing::info!(invoice = %id, scenario, made, "a scenario was played on a practice invoice");
        Ok(stage.played)
    }

    async fn perform(&self, stage: &mut Stage, play: Play) -> Result<(), AppError> {
        if play.amount.is_some() && !play.scenario.pays() {
            return Err(NotPlayed::NoAmount.into());
        }
        if play.blocks.is_some() && !play.scenario.makes_blocks() {
            return Err(NotPlayed::NoBlocks.into());
        }
        match play.scenario {
            Scenario::Pay | Scenario::Underpay | Scenario::Overpay => {
                let amount = possible::amount(&stage.view, play.scenario, play.amount)?;
                self.pay_on(stage, amount)
            }
            Scenario::PayLate => {
                let amount = possible::amount(&stage.view, play.scenario, play.amount)?;
                if is_due(&stage.view) {
                    self.end_quote(stage.view.id).await?;
                }
                self.pay_on(stage, amount)
            }
            Scenario::Expire => {
                self.end_quote(stage.view.id).await?;
                stage.played.ended = true;
                Ok(())
            }
            Scenario::Replace => self.bump(stage),
            Scenario::DoubleSpend => self.spend_elsewhere(stage),
            Scenario::Mine => {
                let blocks = play.blocks.unwrap_or(1);
                let blocks = (1..=MAX_BLOCKS).contains(&blocks).then_some(blocks);
                self.act(stage, Practice::Mine { blocks: blocks.ok_or(NotPlayed::Blocks)? })
            }
            Scenario::Reorg => self.undo(stage, play.blocks),
            Scenario::Vanish => {
                self.undo(stage, play.blocks)?;
                self.spend_elsewhere(stage)
            }
        }
    }

    /// Pays what is missing.
    fn pay_rest(&self, stage: &mut Stage) -> Result<(), AppError> {
        let amount = default_amount(&stage.view, Scenario::Pay);
        self.pay_on(stage, amount)
    }

    fn pay_on(&self, stage: &mut Stage, amount: Amount) -> Result<(), AppError> {
        let script = stage.script.clone().ok_or(NotPlayed::NothingAsked)?;
        self.act(stage, Practice::Pay { script, amount })?;
        if let Some(txid) = stage.played.made.last() {
            stage.pooled.push((*txid, amount));
            stage.played.pays.push(*txid);
        }
        Ok(())
    }

    /// Sends the last payment that is in no block again.
    fn bump(&self, stage: &mut Stage) -> Result<(), AppError> {
        let (txid, amount) = stage.pooled.pop().ok_or(NotPlayed::NothingWaits)?;
        let script = stage.script.clone().ok_or(NotPlayed::NothingAsked)?;
        self.act(stage, Practice::Replace { txid, script, amount })?;
        stage.played.lost.push(txid);
        stage.played.pays.retain(|paid| *paid != txid);
        stage.played.pays.extend(stage.played.made.last());
        Ok(())
    }

    fn spend_elsewhere(&self, stage: &mut Stage) -> Result<(), AppError> {
        for (txid, _) in std::mem::take(&mut stage.pooled) {
            self.act(stage, Practice::DoubleSpend { txid })?;
            stage.played.lost.push(txid);
        }
        Ok(())
    }

    /// Replaces blocks; the payments that were in them are in the mempool again.
    fn undo(&self, stage: &mut Stage, blocks: Option<u32>) -> Result<(), AppError> {
        let depths: Vec<u32> = stage.mined.iter().map(|(_, depth)| *depth).collect();
        let depth = depth_of(&depths, blocks)?;
        let (undone, left): (Vec<_>, Vec<_>) = stage.mined.drain(..).partition(|(_, deep)| *deep <= depth);
        stage.mined = left;
        let txids: Vec<Txid> = undone.iter().map(|(txid, _)| *txid).collect();
        self.act(stage, Practice::Undo { txids: txids.clone(), depth })?;
        // What each pays is asked of nobody here: it is the same transaction.
        stage.pooled.extend(txids.into_iter().map(|txid| (txid, Amount::ZERO)));
        Ok(())
    }

    fn act(&self, stage: &mut Stage, practice: Practice) -> Result<(), AppError> {
        let practised = self.practise(practice)?;
        stage.played.made.extend(practised.txid);
        stage.played.height = practised.height;
        Ok(())
    }

    /// The invoice, once what was done shows; after a few seconds as it is then.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn seen(&self, id: InvoiceId, played: &Played) -> Result<InvoiceView, AppError> {
        let shown = async {
            loop {
                let view = self.invoice(id, None).await?;
                if self.shows(&view, played) {
                    return Ok(view);
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        match tokio::time::timeout(PATIENCE, shown).await {
            Ok(shown) => shown,
            Err(_) => self.invoice(id, None).await,
        }
    }

    /// Whether an invoice was settled by all that was done.
    fn shows(&self, view: &InvoiceView, played: &Played) -> bool {
        let of = |txid: &Txid| {
            let txid = txid.to_string();
            view.payments.iter().filter(|p| p.txid == txid).collect::<Vec<&PaymentView>>()
        };
        let tip = self.chain_state(&view.network).locator.tip();
        tip.is_some_and(|tip| tip.height >= played.height)
            && played.pays.iter().all(|txid| !of(txid).is_empty())
            && played.lost.iter().all(|txid| of(txid).iter().all(|p| p.state == PaymentState::Lost))
            && !(played.ended && view.status == Status::New)
    }
}
