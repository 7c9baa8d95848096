//! Whatever a merchant, a rival and a chain do, in any order: no refund is ever paid twice, no invoice gives
//! back more than came, and what is said of refunds, coins and books is what the blocks say.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::hashes::{Hash, sha256};
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction};
use specie::app::view::{RefundState, SpendState, SpendView};
use specie::app::{AppError, FeeChoice};
use specie_chain::Reorg;
use specie_core::ids::{InvoiceId, RefundId, SpendId};
use specie_core::script::{Keychain, WalletDescriptor};

use super::shop::{Shop, USUAL, inputs, script};

/// The order of things, the same for the same seed.
struct Chance(u64, u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.1 += 1;
        let hash = sha256::Hash::hash(format!("{} {}", self.0, self.1).as_bytes()).to_byte_array();
        let (head, _) = hash.split_first_chunk::<8>().unwrap();
        u64::from_be_bytes(*head) % end
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(usize::try_from(self.below(all.len() as u64)).unwrap()) }
    }
}

/// What was asked, and where it goes.
struct Asked {
    id: RefundId,
    invoice: InvoiceId,
    sats: u64,
    to: ScriptBuf,
}

struct Walk {
    chance: Chance,
    shop: Shop,
    wallet: WalletDescriptor,
    sold: Vec<(InvoiceId, u64)>,
    asked: Vec<Asked>,
    built: Vec<SpendId>,
    done: Vec<String>,
}

impl Walk {
    async fn begin(seed: u64) -> Self {
        let shop = Shop::open().await;
        // Below this nothing is ever taken back.
        shop.mine(5).await;
        let wallet = shop.app().wallet_of(&shop.store).await.unwrap().unwrap().descriptor.parse().unwrap();
        Self {
            chance: Chance(seed, 0),
            shop,
            wallet,
            sold: vec![],
            asked: vec![],
            built: vec![],
            done: vec![],
        }
    }

    async fn step(&mut self) {
        let what = self.chance.below(26);
        let said = match what {
            0 | 1 if self.sold.len() < 5 => self.sell().await,
            2..=4 => self.ask().await,
            5 => self.cancel_refund().await,
            6..=8 => self.build().await,
            9 | 20 => self.cancel_spend().await,
            10..=12 => self.sign().await,
            13 => self.bump().await,
            14 | 21 | 22 => self.elsewhere().await,
            24 | 25 => self.sign_twice().await,
            15 => self.reorganise().await,
            16 => {
                self.shop.sandbox.clear_mempool().unwrap();
                "the mempool is empty".to_owned()
            }
            17 if self.chance.below(3) == 0 => {
                self.shop.restart().await;
                "a restart".to_owned()
            }
            _ => {
                let blocks = 1 + u32::try_from(self.chance.below(4)).unwrap();
                self.shop.mine(blocks).await;
                format!("{blocks} blocks")
            }
        };
        self.done.push(said);
    }

    async fn sell(&mut self) -> String {
        let sats = 20_000 + 1_000 * self.chance.below(60);
        let invoice = self.shop.sell(sats, sats).await;
        self.sold.push((invoice, sats));
        format!("sold for {sats}")
    }

    async fn ask(&mut self) -> String {
        let Some(&(invoice, paid)) = self.chance.of(&self.sold) else { return "nothing sold".to_owned() };
        let sats = if self.chance.below(3) == 0 { paid } else { 1_000 + self.chance.below(paid) };
        let number = u8::try_from(self.asked.len() + 1).unwrap();
        match self.shop.ask(invoice, sats, number).await {
            Ok(refund) => {
                self.asked.push(Asked { id: refund.id, invoice, sats, to: script(number) });
                format!("refund {number} of {sats} asked")
            }
            Err(AppError::Refused(refused)) => format!("refund of {sats}: {refused}"),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn cancel_refund(&mut self) -> String {
        let Some(asked) = self.chance.of(&self.asked) else { return "nothing asked".to_owned() };
        match self.shop.app().cancel_refund(self.shop.store.id, asked.id, "a test", None).await {
            Ok(_) => format!("refund {} cancelled", asked.to),
            Err(AppError::Refused(_) | AppError::RefundSigned) => "not cancelled".to_owned(),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn build(&mut self) -> String {
        let mut which = vec![];
        for asked in &self.asked {
            if self.chance.below(2) == 0 && self.shop.refund(asked.id).await.state == RefundState::Ready {
                which.push(asked.id);
            }
        }
        match self.shop.app().pay_refunds(&self.shop.store, which, USUAL).await {
            Ok(spend) => self.took(&spend, "built"),
            Err(AppError::NotPayable(why)) => why.to_string(),
            Err(AppError::Build(why)) => why.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn took(&mut self, spend: &SpendView, what: &str) -> String {
        self.built.push(spend.id);
        format!("{what} {}: {:?} spends {:?}", spend.txid, spend.payees, inputs(spend))
    }

    async fn cancel_spend(&mut self) -> String {
        let Some(&id) = self.chance.of(&self.built) else { return "nothing built".to_owned() };
        match self.shop.app().cancel_spend(self.shop.store.id, id).await {
            Ok(spend) => format!("cancelled {}", spend.txid),
            Err(AppError::Spend(why)) => why.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn sign(&mut self) -> String {
        let Some(&id) = self.chance.of(&self.built) else { return "nothing built".to_owned() };
        match self.shop.sign(id).await {
            Ok(spend) => format!("signed {}", spend.txid),
            Err(AppError::Spend(why)) => why.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn bump(&mut self) -> String {
        let Some(&id) = self.chance.of(&self.built) else { return "nothing built".to_owned() };
        let rate = bitcoin::FeeRate::from_sat_per_vb(2 + self.chance.below(20));
        let fee = FeeChoice { rate, whatever_it_takes: true };
        match self.shop.app().bump_spend(&self.shop.store, id, fee).await {
            Ok(spend) => self.took(&spend, "bumped"),
            Err(AppError::Spend(why)) => why.to_string(),
            Err(AppError::Build(why)) => why.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// With another program: what was built is broadcast, or its coins go elsewhere.
    async fn elsewhere(&mut self) -> String {
        let Some(&id) = self.chance.of(&self.built) else { return "nothing built".to_owned() };
        let spend = self.shop.spend(id).await;
        let taken = if self.chance.below(8) == 0 {
            self.shop.try_spend_elsewhere(&spend).await
        } else {
            self.shop.try_broadcast_elsewhere(&spend).await
        };
        format!("{} elsewhere: {taken:?}", spend.txid)
    }

    /// What was built is cancelled and built again, and both are signed: one with another program.
    async fn sign_twice(&mut self) -> String {
        let Some(&id) = self.chance.of(&self.built) else { return "nothing built".to_owned() };
        let first = self.shop.spend(id).await;
        if self.shop.app().cancel_spend(self.shop.store.id, id).await.is_err() {
            return "signed already".to_owned();
        }
        let which = first.refunds.iter().map(|refund| refund.id).collect();
        let Ok(second) = self.shop.app().pay_refunds(&self.shop.store, which, USUAL).await else {
            return format!("not built again: {}", first.txid);
        };
        let said = self.took(&second, "built again");
        let elsewhere = self.shop.try_broadcast_elsewhere(&first).await;
        let signed = self.shop.sign(second.id).await.is_ok();
        format!("{said}, {} elsewhere: {elsewhere:?}, signed: {signed}", first.txid)
    }

    async fn reorganise(&mut self) -> String {
        let depth = 1 + u32::try_from(self.chance.below(3)).unwrap();
        let fate = *self.chance.of(&[Reorg::Return, Reorg::Vanish, Reorg::Remine]).unwrap();
        self.shop.reorganise(depth, fate).await;
        format!("{depth} blocks are others, {fate:?}")
    }

    /// What the blocks say, against what is said of it.
    async fn check(&self) {
        let mined: Vec<Transaction> = self.shop.sandbox.blocks().into_iter().flat_map(|b| b.txdata).collect();
        let mut given: BTreeMap<InvoiceId, u64> = BTreeMap::new();
        for asked in &self.asked {
            let paying = |output: &&bitcoin::TxOut| output.script_pubkey == asked.to;
            let paid: Vec<u64> = (mined.iter().flat_map(|tx| &tx.output).filter(paying))
                .map(|output| output.value.to_sat())
                .collect();
            assert!(paid.len() <= 1, "paid twice: {}", asked.to);
            assert!(paid.iter().all(|sats| *sats == asked.sats));
            let refund = self.shop.refund(asked.id).await;
            assert_eq!(refund.state == RefundState::Success, !paid.is_empty(), "{refund:?}");
            *given.entry(asked.invoice).or_default() += paid.iter().sum::<u64>();
        }
        for (invoice, paid) in &self.sold {
            assert!(given.get(invoice).unwrap_or(&0) <= paid, "more went back than came");
        }
        let confirmed = async || {
            let said = self.shop.app().coins(&self.shop.store).await.unwrap().confirmed;
            (said == self.confirmed()).then_some(())
        };
        // What was signed may come into the mempool at any time.
        self.shop.until("the coins being what lies in blocks", confirmed).await;
    }

    /// What lies in blocks for the wallet, and neither they nor the mempool spend.
    fn confirmed(&self) -> u64 {
        let mined: Vec<Transaction> = self.shop.sandbox.blocks().into_iter().flat_map(|b| b.txdata).collect();
        let spent: BTreeSet<OutPoint> = (mined.iter().chain(&self.shop.sandbox.mempool()))
            .flat_map(|tx| tx.input.iter().map(|input| input.previous_output))
            .collect();
        let own: BTreeSet<ScriptBuf> = [Keychain::External, Keychain::Internal]
            .into_iter()
            .flat_map(|keychain| self.wallet.scripts(keychain, 0..60).unwrap())
            .collect();
        let lies = |tx: &Transaction| {
            let txid = tx.compute_txid();
            let outputs = (0..).zip(&tx.output).filter(|(vout, output)| {
                own.contains(&output.script_pubkey) && !spent.contains(&OutPoint { txid, vout: *vout })
            });
            outputs.map(|(_, output)| output.value).sum::<Amount>()
        };
        mined.iter().map(lies).sum::<Amount>().to_sat()
    }

    async fn end(self) {
        self.shop.mine(1).await;
        self.shop.mine(12).await;
        self.check().await;
        for id in &self.built {
            let spend = self.shop.spend(*id).await;
            let over =
                matches!(spend.state, SpendState::Confirmed(_) | SpendState::Dead | SpendState::Replaced);
            assert!(
                spend.signed_at.is_none() || over || spend.rival.is_none(),
                "it waits for nothing: {spend:?}"
            );
        }
        self.shop.close().await;
    }
}

async fn walk(seed: u64) {
    let mut walk = Walk::begin(seed).await;
    for _ in 0..40 {
        walk.step().await;
        // Now and then several things happen between two blocks.
        if walk.chance.below(3) == 0 {
            continue;
        }
        walk.shop.mine(1).await;
        let checked = std::panic::AssertUnwindSafe(walk.check());
        if let Err(panic) = futures_util::FutureExt::catch_unwind(checked).await {
            eprintln!("seed {seed}:\n{}", walk.done.join("\n"));
            std::panic::resume_unwind(panic);
        }
    }
    walk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_no_refund_is_paid_twice() {
    for seed in 0..12 {
        walk(seed).await;
    }
}
