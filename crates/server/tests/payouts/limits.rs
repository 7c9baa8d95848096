//! What is refused, and what cannot be had twice however many ask at once.

use bitcoin::FeeRate;
use specie::app::view::RefundState;
use specie::app::{AppError, AskRefund, FeeChoice, NotPayable, RefundAmount};
use specie_core::ids::{RefundId, SpendId};
use specie_core::invoice::Refused;

use super::shop::{Shop, USUAL, address};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_who_ask_at_once_get_what_was_received_and_no_more() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let asking: Vec<_> = (0..100)
        .map(|n: u64| {
            let (app, store) = (shop.app().clone(), shop.store.clone());
            let sats = if n.is_multiple_of(2) { 50_000 } else { 20_000 };
            tokio::spawn(async move {
                let ask = AskRefund {
                    amount: RefundAmount::Sats(bitcoin::Amount::from_sat(sats)),
                    address: Some(address(1)),
                    guid: None,
                    exact: true,
                };
                app.ask_refund(&store, invoice, ask, "a test", None).await.map(|refund| refund.answer.amount)
            })
        })
        .collect();
    let mut given = 0;
    for asked in asking {
        match asked.await.unwrap() {
            Ok(sats) => given += sats,
            Err(AppError::Refused(Refused::RefundTooMuch { .. })) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!((40_000..=50_000).contains(&given), "{given}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_build_for_one_refund_at_once_one_does() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    for price in [41_000, 42_000, 43_000] {
        shop.sell(price, price).await;
    }
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let building: Vec<_> = (0..16)
        .map(|_| {
            let (app, store) = (shop.app().clone(), shop.store.clone());
            tokio::spawn(async move { app.pay_refunds(&store, vec![refund.id], USUAL).await })
        })
        .collect();
    let mut built = 0;
    for one in building {
        match one.await.unwrap() {
            Ok(_) => built += 1,
            Err(AppError::NotPayable(NotPayable::Built)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(built, 1);
    assert_eq!(shop.refund(refund.id).await.state, RefundState::ToSign);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_coin_is_kept_for_two() {
    let shop = Shop::open().await;
    let mut refunds = vec![];
    for n in 1..=6 {
        let invoice = shop.sell(50_000, 50_000).await;
        refunds.push(shop.ask(invoice, 20_000, n).await.unwrap().id);
    }
    let building: Vec<_> = refunds
        .into_iter()
        .map(|refund| {
            let (app, store) = (shop.app().clone(), shop.store.clone());
            tokio::spawn(async move { app.pay_refunds(&store, vec![refund], USUAL).await })
        })
        .collect();
    let mut taken = vec![];
    for one in building {
        match one.await.unwrap() {
            Ok(spend) => taken.extend(super::shop::inputs(&spend)),
            // They took each other's coins too often.
            Err(AppError::CoinsTaken) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let all = taken.len();
    assert!(all > 1, "more than one is built");
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), all, "each coin once");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_paid_is_refused_with_its_reason() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 49_900, 1).await.unwrap();
    let rate = |sat| FeeChoice { rate: FeeRate::from_sat_per_vb(sat), whatever_it_takes: false };
    let pay = async |refunds: Vec<RefundId>, fee| {
        shop.app().pay_refunds(&shop.store, refunds, fee).await.unwrap_err().to_string()
    };
    for (refused, expected) in [
        (pay(vec![], USUAL).await, "1 to 100"),
        (pay(vec![RefundId::from_bytes([7; 16])], USUAL).await, "not found"),
        (pay(vec![refund.id], USUAL).await, "may be spent"),
    ] {
        assert!(refused.contains(expected), "{refused}");
    }
    shop.sell(50_000, 50_000).await;
    assert!(pay(vec![refund.id], rate(60)).await.contains("more than 10 %"));
    let whatever = FeeChoice { whatever_it_takes: true, ..rate(60) };
    let spend = shop.app().pay_refunds(&shop.store, vec![refund.id], whatever).await.unwrap();
    assert!(spend.fee > 4_990, "{}", spend.fee);
    let rich = shop.sell(50_000_000, 50_000_000).await;
    let large = shop.ask(rich, 20_000_000, 3).await.unwrap();
    assert!(
        pay(vec![large.id], FeeChoice { whatever_it_takes: true, ..rate(5_000) })
            .await
            .contains("above the limit")
    );

    let dust = shop.ask(invoice, 100, 2).await;
    assert!(matches!(dust, Err(AppError::RefundDust { .. })), "{dust:?}");
    let asked = AskRefund { amount: RefundAmount::Whole, address: None, guid: None, exact: false };
    let unknown = shop.app().ask_refund(&shop.store, rich, asked, "a test", None).await.unwrap().answer;
    assert_eq!((unknown.state, unknown.amount), (RefundState::AddressWanted, 30_000_000));
    assert!(pay(vec![unknown.id], USUAL).await.contains("where the refund goes"));
    let nobodys = shop.app().sign_spend(shop.store.id, SpendId::from_bytes([7; 16]), vec![]).await;
    assert!(matches!(nobodys, Err(AppError::SpendNotFound)));
    let garbage = shop.app().sign_spend(shop.store.id, spend.id, b"garbage".to_vec()).await;
    assert!(matches!(garbage, Err(AppError::NotTakenBack(_))), "{garbage:?}");
    let unsigned = shop.app().sign_spend(shop.store.id, spend.id, spend.psbt.clone()).await;
    assert!(matches!(unsigned, Err(AppError::NotTakenBack(_))), "{unsigned:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_says_once_where_a_refund_goes_and_the_merchant_may_ask_again() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let ask = AskRefund { amount: RefundAmount::Whole, address: None, guid: None, exact: false };
    let refund = shop.app().ask_refund(&shop.store, invoice, ask, "a test", None).await.unwrap().answer;
    let token = |url: &str| url.rsplit_once('/').unwrap().1.to_owned();
    let link = token(&refund.claim.clone().unwrap().url);
    assert!(shop.app().claim(&link).await.unwrap().asks);
    // A version of witness that nobody has a rule for yet.
    let anybodys = bitcoin::ScriptBuf::from_bytes([[0x52, 0x20].as_slice(), &[7; 32]].concat());
    let anybodys = bitcoin::Address::from_script(&anybodys, bitcoin::Network::Regtest).unwrap().to_string();
    for (given, reason) in [
        ("nonsense", AppError::Address.to_string()),
        (&anybodys, AppError::Address.to_string()),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", AppError::AddressNetwork.to_string()),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", AppError::AddressNetwork.to_string()),
    ] {
        let refused = shop.app().answer_claim(&link, given).await.unwrap_err();
        assert_eq!(refused.to_string(), reason, "{given}");
    }
    let given = shop.app().answer_claim(&link, &address(4)).await.unwrap();
    assert_eq!((given.refund.state, given.asks), (RefundState::Ready, false));
    assert!(shop.app().answer_claim(&link, &address(4)).await.is_ok(), "the same again");
    let own = shop.app().invoice(invoice, None).await.unwrap().address.unwrap();
    let to_itself = shop.app().send_refund_to(shop.store.id, refund.id, &own).await;
    assert!(matches!(to_itself, Err(AppError::OwnAddress)), "{to_itself:?}");
    let other = shop.app().answer_claim(&link, &address(5)).await;
    assert!(matches!(other, Err(AppError::ClaimAnswered)), "{other:?}");
    let again = shop.app().ask_again(shop.store.id, refund.id).await.unwrap();
    assert_eq!((again.state, again.address), (RefundState::AddressWanted, None));
    assert!(matches!(shop.app().claim(&link).await, Err(AppError::RefundNotFound)), "the old link is dead");
    let link = token(&again.claim.unwrap().url);
    shop.app().answer_claim(&link, &address(5)).await.unwrap();
    let built = shop.pay(&[refund.id]).await;
    assert!(built.is_err(), "nothing is left for the fee: {built:?}");
    shop.sell(50_000, 50_000).await;
    let spend = shop.pay(&[refund.id]).await.unwrap();
    assert_eq!(spend.payees, [(address(5), 50_000)]);
    let late = shop.app().ask_again(shop.store.id, refund.id).await;
    assert!(matches!(late, Err(AppError::RefundBuilt)), "{late:?}");
    shop.close().await;
}
