//! The ledger.

use bitcoin::Amount;
use specie_core::invoice::{Fact, Mark};
use specie_db::postings;

use crate::Engine;
use crate::shop::{Draft, HEIGHT, START, Shop, invoice_id, mined, receipt, txid};

pub async fn the_ledger_sums_to_what_is_booked(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let booked = async |n| {
        let sum = shop.db.read(move |r| postings::booked(r, invoice_id(n))).await.unwrap();
        assert_eq!(sum, shop.find(n).await.invoice.booked(), "the ledger and the invoice agree");
        sum.to_sat()
    };
    assert_eq!(booked(1).await, 0);
    let (first, second) = (receipt(1, "a", 1000), receipt(1, "b", 300));
    shop.see(1, vec![mined(first.clone(), HEIGHT - 5)]).await;
    assert_eq!(booked(1).await, 1000);
    shop.see(1, vec![mined(first.clone(), HEIGHT - 5), second]).await;
    assert_eq!(booked(1).await, 1300);
    shop.replace(1, &first, txid("double spend")).await;
    assert_eq!(booked(1).await, 300, "what was lost is reversed");
    assert_eq!(booked(2).await, 0);

    shop.see(2, vec![receipt(2, "c", 10)]).await;
    shop.settle(2, Fact::Mark(Mark::Complete), START.plus_secs(90), HEIGHT).await;
    assert_eq!(shop.find(2).await.invoice.booked(), Amount::from_sat(10));
    assert_eq!(booked(2).await, 10);
}
