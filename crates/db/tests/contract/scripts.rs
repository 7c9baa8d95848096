//! Every script ever issued.

use std::collections::BTreeSet;

use specie_core::ids::WalletId;
use specie_core::script::Keychain;
use specie_db::scripts::{self, Issued};

use crate::Engine;
use crate::shop::{Draft, REGTEST, Shop, bytes, invoice_id, is_duplicate, script};

pub async fn a_script_leads_to_its_invoice(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let issued = |network: &'static str, n| shop.db.read(move |r| scripts::issued(r, network, &script(n)));
    let invoice = async |network, n| issued(network, n).await.unwrap().map(|issued| issued.invoice_id);
    assert_eq!(invoice(REGTEST, 1).await, Some(Some(invoice_id(1))));
    assert_eq!(invoice(REGTEST, 2).await, Some(Some(invoice_id(2))));
    assert_eq!(invoice(REGTEST, 3).await, None);
    assert_eq!(invoice("sandbox", 1).await, None);
    let of_network = |network: &'static str| {
        shop.db.read(move |r| {
            let mut all = BTreeSet::new();
            scripts::for_each(r, network, |script| assert!(all.insert(script))).map(|()| all)
        })
    };
    assert_eq!(of_network(REGTEST).await.unwrap(), BTreeSet::from([script(1), script(2)]));
    assert!(of_network("sandbox").await.unwrap().is_empty());
}

pub async fn a_script_is_found_with_its_place_in_its_wallet(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let wallet = shop.wallet.id;
    let place = |network: &'static str, n| shop.db.read(move |r| scripts::issued(r, network, &script(n)));
    let first = place(REGTEST, 1).await.unwrap().unwrap();
    let second = place(REGTEST, 2).await.unwrap().unwrap();
    assert_eq!((first.wallet_id, second.wallet_id), (wallet, wallet));
    assert_eq!((first.keychain, second.index), (Keychain::External, first.index + 1));
    let change = Issued { keychain: Keychain::Internal, index: 9, invoice_id: None, ..first };
    let issue = move |tx: &mut specie_db::Tx<'_>| scripts::insert(tx, REGTEST, &script(9), change);
    shop.db.write("issue", issue).await.unwrap();
    assert_eq!(place(REGTEST, 9).await.unwrap(), Some(change), "the wallet's own");
    let last = |wallet| shop.db.read(move |r| scripts::last_index(r, wallet));
    assert_eq!(last(wallet).await.unwrap(), Some(second.index), "change has places of its own");
    assert_eq!(last(WalletId::from_bytes(bytes(9))).await.unwrap(), None);
    assert_eq!(place(REGTEST, 3).await.unwrap(), None);
    assert_eq!(place("sandbox", 1).await.unwrap(), None);
}

pub async fn a_script_and_an_index_are_issued_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let wallet = shop.wallet.id;
    let issue = |network: &'static str, n, index| {
        let (keychain, invoice_id) = (Keychain::External, Some(invoice_id(1)));
        let issued = Issued { wallet_id: wallet, keychain, index, invoice_id };
        shop.db.write("issue", move |tx| scripts::insert(tx, network, &script(n), issued))
    };
    let script_twice = issue(REGTEST, 1, 7).await;
    assert!(is_duplicate(&script_twice), "{script_twice:?}");
    let index_twice = issue(REGTEST, 7, 0).await;
    assert!(is_duplicate(&index_twice), "{index_twice:?}");
    issue("sandbox", 1, 8).await.expect("another network has scripts of its own");
}
