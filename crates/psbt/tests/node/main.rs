//! A real node as somebody else's wallet: it signs what was built here, without having seen the chain, and another node
//! with the chain accepts what was taken back, and mines it.

mod signer;
mod spent;
#[path = "../payouts/wallet.rs"]
mod wallet;

use serde_json::json;
use signer::Signer;
use specie_core::script::ScriptKind;
use specie_psbt::{Refusal, Replaced, TakenBack, build, take_back};
use spent::Shop;

#[test]
fn what_the_nodes_wallet_signs_is_taken_back_and_mined() {
    let shop = Shop::open();
    let signer = Signer::new();
    for kind in [ScriptKind::Segwit, ScriptKind::NestedSegwit, ScriptKind::Taproot, ScriptKind::Legacy] {
        signer.use_keys(kind, 0);
        let order = shop.order(kind, &[70_000, 50_000, 30_000]);
        let built = build(&order.plan(2)).expect("a transaction");
        for signed in signer.signed(&built.psbt) {
            let taken = take_back(&built.psbt, signed.as_bytes());
            let Ok(TakenBack::Signed { tx, .. }) = &taken else { panic!("{kind:?}: {taken:?}") };
            assert!(tx.weight() <= built.weight, "{kind:?}");
        }
        let last = signer.signed(&built.psbt).pop().expect("a form");
        let Ok(TakenBack::Signed { tx, .. }) = take_back(&built.psbt, last.as_bytes()) else {
            panic!("signed")
        };
        shop.mined(&order, &tx);
    }
}

#[test]
fn two_of_three_sign_one_after_the_other() {
    let shop = Shop::open();
    let signer = Signer::new();
    for kind in [ScriptKind::SegwitMultisig, ScriptKind::NestedMultisig, ScriptKind::LegacyMultisig] {
        let order = shop.order(kind, &[70_000, 50_000]);
        let built = build(&order.plan(2)).expect("a transaction");
        signer.use_keys(kind, 2);
        let first = signer.signed(&built.psbt).swap_remove(0);
        let taken = take_back(&built.psbt, first.as_bytes());
        let Ok(TakenBack::Partly { psbt, have: 1, need: 2 }) = taken else { panic!("{kind:?}: {taken:?}") };
        signer.use_keys(kind, 0);
        let second = signer.signed(&psbt).swap_remove(0);
        let taken = take_back(&psbt, second.as_bytes());
        let Ok(TakenBack::Signed { tx, .. }) = taken else { panic!("{kind:?}: {taken:?}") };
        shop.mined(&order, &tx);
    }
}

#[test]
fn a_wallet_with_other_keys_signs_nothing() {
    let shop = Shop::open();
    let signer = Signer::new();
    let order = shop.order(ScriptKind::Segwit, &[70_000]);
    let built = build(&order.plan(2)).expect("a transaction");
    signer.use_keys(ScriptKind::Taproot, 0);
    let returned = signer.signed(&built.psbt).swap_remove(0);
    assert_eq!(take_back(&built.psbt, returned.as_bytes()), Err(Refusal::NothingSigned));
}

#[test]
fn a_node_lets_a_higher_fee_take_the_place_of_a_lower_one() {
    let shop = Shop::open();
    let signer = Signer::new();
    for kind in [ScriptKind::Segwit, ScriptKind::Taproot, ScriptKind::Legacy] {
        signer.use_keys(kind, 0);
        let order = shop.order(kind, &[70_000, 50_000]);
        let mut plan = order.plan(3);
        let mut versions = Vec::new();
        // The rate that is asked for stays: the floor alone raises the fee.
        for _ in 0..4 {
            let built = build(&plan).expect("a transaction");
            let signed = signer.signed(&built.psbt).pop().expect("a form");
            let Ok(TakenBack::Signed { tx, .. }) = take_back(&built.psbt, signed.as_bytes()) else {
                panic!("{kind:?} is signed");
            };
            shop.node.rpc("sendrawtransaction", json!([bitcoin::consensus::encode::serialize_hex(&tx)]));
            plan.replaces = Some(Replaced { fee: built.fee, vsize: tx.vsize() as u64 });
            versions.push(tx);
        }
        let mempool = shop.node.rpc("getrawmempool", json!([]));
        let last = versions.pop().expect("four versions");
        assert_eq!(mempool, json!([last.compute_txid().to_string()]), "{kind:?}");
        shop.mined(&order, &last);
    }
}
