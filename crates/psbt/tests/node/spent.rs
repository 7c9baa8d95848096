//! A shop's wallet on a real chain: coins that somebody paid, a payout from them, and what became of it.

use std::sync::Arc;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Amount, Network, OutPoint, Transaction};
use serde_json::json;
use specie_core::script::{Keychain, ScriptKind, WalletDescriptor};
use specie_psbt::{Coin, Payee, Plan};
use specie_testkit::node::{RegtestNode, script_of};

use crate::wallet;

pub struct Shop {
    pub node: RegtestNode,
}

/// A payout of half of what came in, to two addresses of the node's.
pub struct Order {
    wallet: WalletDescriptor,
    coins: Vec<Coin>,
    payees: Vec<Payee>,
    tip: u32,
}

impl Shop {
    pub fn open() -> Self {
        Self { node: RegtestNode::start() }
    }

    /// Pays the amounts to a wallet of the kind, and mines them.
    pub fn order(&self, kind: ScriptKind, amounts: &[u64]) -> Order {
        let wallet = wallet::wallet(kind);
        let paid: Vec<_> = (0..).zip(amounts).map(|(index, sat)| self.pay(&wallet, index, *sat)).collect();
        self.node.mine(1);
        let tip = self.node.rpc("getblockcount", json!([])).as_u64().expect("a height");
        let tip = u32::try_from(tip).expect("a height");
        let coins = paid.into_iter().map(|coin| Coin { height: Some(tip), ..coin }).collect();
        let third = Amount::from_sat(amounts.iter().sum::<u64>() / 3);
        let payee = |_| Payee { script: script_of(&self.node.new_address()), amount: third };
        Order { wallet, coins, payees: (0..2).map(payee).collect(), tip }
    }

    fn pay(&self, wallet: &WalletDescriptor, index: u32, sat: u64) -> Coin {
        let address = wallet.address_at(Keychain::External, index, Network::Regtest).expect("an address");
        let amount = Amount::from_sat(sat);
        let previous = self.node.transaction(self.node.send(&address.to_string(), amount));
        let is_paid = |output: &bitcoin::TxOut| output.script_pubkey == address.script_pubkey();
        let vout = previous.output.iter().position(is_paid).expect("it was paid");
        let outpoint = OutPoint::new(previous.compute_txid(), u32::try_from(vout).expect("a place"));
        let keychain = Keychain::External;
        Coin { outpoint, amount, keychain, index, previous: Arc::new(previous), height: None }
    }

    /// The node takes it, if it is not there yet, mines it, and each payee has the amount.
    pub fn mined(&self, order: &Order, tx: &Transaction) {
        let txid = tx.compute_txid().to_string();
        if self.node.try_rpc("getmempoolentry", &json!([txid])).is_err() {
            assert_eq!(self.node.rpc("sendrawtransaction", json!([serialize_hex(tx)])), txid.as_str());
        }
        self.node.mine(1);
        assert_eq!(self.node.rpc("getrawtransaction", json!([txid, true]))["confirmations"], 1);
        for payee in &order.payees {
            let place = tx.output.iter().position(|output| output.script_pubkey == payee.script);
            let there = self.node.rpc("gettxout", json!([txid, place.expect("a payee")]));
            let value = Amount::from_str_in(&there["value"].to_string(), bitcoin::Denomination::Bitcoin);
            assert_eq!(value, Ok(payee.amount));
        }
    }
}

impl Order {
    pub fn plan(&self, sat_per_vb: u64) -> Plan<'_> {
        let plan = wallet::plan(&self.wallet, &self.coins, &self.payees, sat_per_vb);
        Plan { tip_height: self.tip, ..plan }
    }
}
