//! A payout that waits too long is made again at a higher fee.

use bitcoin::{Amount, FeeRate};
use specie_core::script::{Keychain, ScriptKind};
use specie_psbt::{BuildError, Plan, Replaced, TakenBack, Unsigned, build, least_fee, take_back};

use crate::wallet::{KINDS, coin, coins, enough, payee, plan, sign, wallet};

fn replaced(built: &Unsigned, kind: ScriptKind) -> Replaced {
    let signed = sign(&built.psbt, enough(kind)).serialize();
    let Ok(TakenBack::Signed { tx, .. }) = take_back(&built.psbt, &signed) else { panic!("signed") };
    Replaced { fee: built.fee, vsize: tx.vsize() as u64 }
}

fn rate(sat_per_vb: u64) -> FeeRate {
    FeeRate::from_sat_per_vb(sat_per_vb).expect("a rate")
}

#[test]
fn the_same_coins_pay_the_same_payees_and_more_to_the_miners() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[100_000, 200_000, 50_000]);
        let payees = [payee(1, 60_000), payee(2, 150_000)];
        let first = plan(&wallet, &coins, &payees, 5);
        let before = build(&first).unwrap();
        let must: Vec<_> = before.spends().collect();
        let again = Plan { must: &must, rate: rate(9), replaces: Some(replaced(&before, kind)), ..first };
        let after = build(&again).unwrap();
        assert!(must.iter().all(|outpoint| after.spends().any(|spent| spent == *outpoint)), "{kind:?}");
        let (less, was) = (after.change.unwrap().amount, before.change.unwrap().amount);
        assert_eq!(was - less, after.fee - before.fee, "{kind:?}");
        assert!(after.fee >= rate(9) * after.weight);
    }
}

#[test]
fn it_pays_what_nodes_ask_for_also_if_the_rate_hardly_rose() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[300_000]);
        let payees = [payee(1, 60_000)];
        for asked in [1, 5, 50, 400] {
            let first = plan(&wallet, &coins, &payees, asked);
            let before = build(&first).unwrap();
            let must: Vec<_> = before.spends().collect();
            let old = replaced(&before, kind);
            let after = build(&Plan { must: &must, replaces: Some(old), ..first }).unwrap();
            let new = replaced(&after, kind);
            // BIP 125, rule 4, and a rate above the old one, by what was really signed.
            assert!(new.fee.to_sat() >= old.fee.to_sat() + new.vsize, "{kind:?} {asked}");
            assert!(new.fee.to_sat() * old.vsize > old.fee.to_sat() * new.vsize, "{kind:?} {asked}");
            let most = least_fee(old, after.vsize()).to_sat() * 101 / 100 + 40;
            assert!(after.fee.to_sat() <= most, "{kind:?} {asked}: {} of {most}", after.fee);
        }
    }
}

#[test]
fn it_adds_a_coin_if_the_change_does_not_suffice_and_none_that_is_unconfirmed() {
    let kind = ScriptKind::Segwit;
    let wallet = wallet(kind);
    let first_coin = coin(&wallet, Keychain::External, 0, 62_000, Some(1));
    let payees = [payee(1, 60_000)];
    let only = [first_coin.clone()];
    let before = build(&plan(&wallet, &only, &payees, 5)).unwrap();
    let must = [first_coin.outpoint];
    let old = replaced(&before, kind);

    let young = coin(&wallet, Keychain::External, 1, 90_000, None);
    let with_young = [first_coin.clone(), young];
    let again = Plan { must: &must, replaces: Some(old), ..plan(&wallet, &with_young, &payees, 40) };
    assert!(matches!(build(&again), Err(BuildError::NotEnough { .. })));

    let confirmed = coin(&wallet, Keychain::External, 2, 90_000, Some(1));
    let with_both = [with_young[0].clone(), with_young[1].clone(), confirmed.clone()];
    let after = build(&Plan { coins: &with_both, ..again }).unwrap();
    let mut spent: Vec<_> = after.spends().collect();
    spent.sort();
    let mut expected = [first_coin.outpoint, confirmed.outpoint];
    expected.sort();
    assert_eq!(spent, expected);
}

#[test]
fn it_stops_at_the_limit() {
    let kind = ScriptKind::Segwit;
    let wallet = wallet(kind);
    let coins = coins(&wallet, &[300_000]);
    let payees = [payee(1, 60_000)];
    let first = plan(&wallet, &coins, &payees, 5);
    let before = build(&first).unwrap();
    let must: Vec<_> = before.spends().collect();
    let mut again = Plan { must: &must, replaces: Some(replaced(&before, kind)), ..first };
    again.caps.absolute = before.fee + Amount::from_sat(50);
    assert!(matches!(build(&again), Err(BuildError::FeeAboveCap { .. })));
}

#[test]
fn what_a_replacement_pays_at_least() {
    let sat = Amount::from_sat;
    let least = |fee, vsize, new| least_fee(Replaced { fee: sat(fee), vsize }, new);
    // One satoshi more for each vbyte of the new one.
    assert_eq!(least(1_000, 200, 200), sat(1_200));
    // A larger one keeps the rate, and one satoshi more.
    assert_eq!(least(1_000, 200, 500), sat(2_501));
    // A smaller one still pays more than the larger one did.
    assert_eq!(least(1_000, 200, 100), sat(1_100));
    assert_eq!(least(u64::MAX, 1, u64::MAX), sat(u64::MAX));
    assert_eq!(least(1_000, 0, 100), sat(100_001));
}
