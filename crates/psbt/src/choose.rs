//! The one place that knows BDK: which coins, what change, in what order.
//!
//! The coins are handed over as foreign ones. A coin of BDK's own is found by its script in an index that has to
//! derive and keep every script up to it: minutes and hundreds of megabytes for a store's millionth invoice. Of what
//! comes back only the bare transaction is used.

use bdk_wallet::coin_selection::{
    CoinSelectionAlgorithm, CoinSelectionResult, DefaultCoinSelectionAlgorithm, InsufficientFunds,
};
use bdk_wallet::error::CreateTxError;
use bdk_wallet::{Utxo, Wallet, WeightedUtxo};
use bitcoin::psbt::Input;
use bitcoin::{Amount, FeeRate, Script, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Weight};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use specie_core::script::Keychain;

use crate::error::{BuildError, Mismatch};
use crate::fee::fee_at;
use crate::plan::{Coin, Plan};

/// Signals that it may be replaced (BIP 125), and obeys the lock time.
pub const SEQUENCE: Sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;

/// What of a plan BDK has to know.
pub struct Choice<'a> {
    pub plan: &'a Plan<'a>,
    pub must: Vec<&'a Coin>,
    pub may: Vec<&'a Coin>,
    /// Where change goes.
    pub change: ScriptBuf,
    /// What a signature adds to an input.
    pub satisfaction: Weight,
}

impl Choice<'_> {
    /// A transaction at `rate`, without any signature.
    pub fn transaction(&self, rate: FeeRate) -> Result<Transaction, BuildError> {
        let plan = self.plan;
        let unbuilt = || BuildError::NotAsPlanned(Mismatch::Unbuilt);
        let external = plan.wallet.keychain(Keychain::External).ok_or_else(unbuilt)?.to_owned();
        let parameters = Wallet::create_single(external).network(plan.network).lookahead(0);
        let mut wallet = parameters.create_wallet_no_persist().map_err(|_| unbuilt())?;

        // BDK's random draw also draws coins that cost more to spend than they are worth, and then says that there is
        // not enough.
        let cost = fee_at(rate, TxIn::default().segwit_weight() + self.satisfaction);
        let worth_it = self.may.iter().filter(|coin| coin.amount > cost);
        let may = worth_it.map(|coin| self.foreign(coin)).collect();
        let among = Among { may, choice: DefaultCoinSelectionAlgorithm::default() };
        let mut builder = wallet.build_tx().coin_selection(among);
        for coin in &self.must {
            let input = input(coin);
            builder
                .add_foreign_utxo_with_sequence(coin.outpoint, input, self.satisfaction, SEQUENCE)
                .map_err(|_| unbuilt())?;
        }
        let payees = plan.payees.iter().map(|payee| (payee.script.clone(), payee.amount));
        builder
            .set_recipients(payees.collect())
            .drain_to(self.change.clone())
            .only_witness_utxo()
            .current_height(plan.tip_height)
            .fee_rate(rate);
        let mut chance = ChaCha20Rng::from_seed(plan.seed);
        match builder.finish_with_aux_rand(&mut chance) {
            Ok(psbt) => Ok(psbt.unsigned_tx),
            Err(CreateTxError::CoinSelection(InsufficientFunds { needed, available })) => {
                Err(BuildError::NotEnough { needed, available })
            }
            Err(_) => Err(unbuilt()),
        }
    }

    fn foreign(&self, coin: &Coin) -> WeightedUtxo {
        WeightedUtxo {
            satisfaction_weight: self.satisfaction,
            utxo: Utxo::Foreign {
                outpoint: coin.outpoint,
                sequence: SEQUENCE,
                psbt_input: Box::new(input(coin)),
            },
        }
    }
}

/// BDK asks a foreign coin only what it is worth.
fn input(coin: &Coin) -> Input {
    let spent = TxOut { value: coin.amount, script_pubkey: ScriptBuf::new() };
    Input { witness_utxo: Some(spent), ..Input::default() }
}

/// BDK's own choice, among coins that its wallet does not have.
#[derive(Debug)]
struct Among {
    may: Vec<WeightedUtxo>,
    choice: DefaultCoinSelectionAlgorithm,
}

impl CoinSelectionAlgorithm for Among {
    fn coin_select<R: RngCore>(
        &self,
        required: Vec<WeightedUtxo>,
        _: Vec<WeightedUtxo>,
        rate: FeeRate,
        target: Amount,
        change: &Script,
        chance: &mut R,
    ) -> Result<CoinSelectionResult, InsufficientFunds> {
        self.choice.coin_select(required, self.may.clone(), rate, target, change, chance)
    }
}
