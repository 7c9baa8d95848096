//! Debian's Electrum as the merchant's wallet, offline: it signs what was built here, and a node accepts what was taken
//! back, and mines it.
//!
//! Electrum 4.3.4 has no taproot wallets; taproot is signed by the node's wallet, in the test program `node`.

mod electrum;
#[path = "../node/spent.rs"]
mod spent;
#[path = "../payouts/wallet.rs"]
mod wallet;

use electrum::Electrum;
use specie_core::script::ScriptKind;
use specie_psbt::{Refusal, TakenBack, build, take_back};
use spent::Shop;

#[test]
fn what_electrum_signs_is_taken_back_and_mined() {
    let shop = Shop::open();
    for kind in [ScriptKind::Segwit, ScriptKind::NestedSegwit, ScriptKind::Legacy] {
        let electrum = Electrum::with_key(kind, 0);
        let order = shop.order(kind, &[70_000, 50_000, 30_000]);
        let built = build(&order.plan(2)).expect("a transaction");
        let signed = electrum.signed(&built.psbt);
        let taken = take_back(&built.psbt, signed.as_bytes());
        let Ok(TakenBack::Signed { tx, .. }) = taken else { panic!("{kind:?}: {taken:?}: {signed}") };
        assert!(tx.weight() <= built.weight, "{kind:?}");
        shop.mined(&order, &tx);
    }
}

#[test]
fn an_electrum_with_other_keys_signs_nothing() {
    let shop = Shop::open();
    let order = shop.order(ScriptKind::Segwit, &[70_000]);
    let built = build(&order.plan(2)).expect("a transaction");
    let signed = Electrum::with_key(ScriptKind::Segwit, 1).signed(&built.psbt);
    assert_eq!(take_back(&built.psbt, signed.as_bytes()), Err(Refusal::NothingSigned));
}
