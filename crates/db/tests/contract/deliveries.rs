//! Deliveries: in order, leased, tried, recorded.

use specie_core::ids::{DeliveryId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::retry::Next;
use specie_core::time::Timestamp;
use specie_db::deliveries::listed::{self, Fate, Wanted, Whom};
use specie_db::deliveries::{self, Attempt, Delivery, Form, State};

use crate::Engine;
use crate::shop::{Draft, NONE, START, Shop, announce, bytes, delivery, invoice_id};

const SHOP: &str = "https://shop.example";
const OTHER: &str = "https://other.example";

/// `secs` after the start.
fn at(secs: i64) -> Timestamp {
    START.plus_secs(secs)
}

fn id(n: u8) -> DeliveryId {
    DeliveryId::from_bytes(bytes(n))
}

async fn shop_with_invoices(engine: &impl Engine, invoices: u8) -> Shop {
    let shop = Shop::open(engine).await;
    for n in 1..=invoices {
        shop.sell(n, Draft::default()).await;
    }
    shop
}

/// The numbers of the deliveries leased for a minute.
async fn lease(shop: &Shop, endpoint: &'static str, limit: i64, now: Timestamp) -> Vec<u8> {
    let leased = shop
        .db
        .write("lease", move |tx| deliveries::lease(tx, endpoint, limit, now, now.plus_secs(60)))
        .await;
    leased.unwrap().into_iter().map(|delivery| delivery.unwrap().id.as_bytes()[0]).collect()
}

/// An attempt that was answered by 500.
fn failed(at: Timestamp) -> Attempt {
    let failure = Some("500".to_owned());
    let (excerpt, request_id) = (Some("Oops".to_owned()), format!("at {at:?}"));
    Attempt { at, duration_ms: 12, http_status: Some(500), failure, excerpt, request_id }
}

async fn record(shop: &Shop, n: u8, number: u32, now: Timestamp, next: Next) {
    let attempt = failed(now);
    shop.db.write("record", move |tx| deliveries::record(tx, id(n), number, &attempt, next)).await.unwrap();
}

async fn find(shop: &Shop, n: u8) -> Delivery {
    shop.db.read(move |r| deliveries::find(r, id(n))).await.unwrap().unwrap()
}

async fn due_endpoints(shop: &Shop, now: Timestamp) -> Vec<String> {
    shop.db.read(move |r| deliveries::due_endpoints(r, now)).await.unwrap()
}

async fn next_due(shop: &Shop) -> Option<Timestamp> {
    shop.db.read(deliveries::next_due).await.unwrap()
}

pub async fn a_delivery_comes_back_as_it_was_written(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    let plain = delivery(1, invoice_id(1), SHOP);
    let named = Delivery {
        form: Form::Named,
        notice: Some(Notice::ExpiredPaidPartial),
        snapshot: "{\"posData\":\"ü\\u0000\"}".to_owned(),
        created_at: at(5),
        next_at: at(5),
        ..delivery(2, invoice_id(1), OTHER)
    };
    announce(&shop.db, vec![plain.clone(), named.clone()]).await;
    assert_eq!(find(&shop, 1).await, plain);
    assert_eq!(find(&shop, 2).await, named);
    let of_invoice = shop.db.read(|r| deliveries::of_invoice(r, invoice_id(1))).await.unwrap();
    assert_eq!(of_invoice, [plain, named]);
    assert_eq!(shop.db.read(|r| deliveries::find(r, id(9))).await.unwrap(), None);
    assert_eq!(shop.db.read(|r| deliveries::of_invoice(r, invoice_id(9))).await.unwrap(), []);
}

pub async fn a_shop_hears_of_an_invoice_in_order(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, (1..=3).map(|n| delivery(n, invoice_id(1), SHOP)).collect()).await;
    assert_eq!(lease(&shop, SHOP, 10, at(0)).await, [1], "only the first");
    record(&shop, 1, 1, at(1), Next::RetryAt(at(60))).await;
    assert_eq!(lease(&shop, SHOP, 10, at(2)).await, NONE, "the second waits for the first");
    assert_eq!(lease(&shop, SHOP, 10, at(60)).await, [1]);
    record(&shop, 1, 2, at(61), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 10, at(62)).await, [2]);
    record(&shop, 2, 1, at(63), Next::GiveUp).await;
    assert_eq!(lease(&shop, SHOP, 10, at(64)).await, [3], "what was given up holds up nothing");
}

pub async fn invoices_do_not_wait_for_each_other(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 2).await;
    let about = |n, invoice| delivery(n, invoice_id(invoice), SHOP);
    announce(&shop.db, vec![about(1, 1), about(2, 2), about(3, 1), about(4, 2)]).await;
    assert_eq!(lease(&shop, SHOP, 10, at(0)).await, [1, 2]);
    record(&shop, 2, 1, at(1), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 10, at(2)).await, [4]);
}

pub async fn what_is_asked_for_is_leased_and_posted_to_nobody(engine: &impl Engine) {
    const LISTENS: &str = "listen:FMfp7ZAmD1ZCMoNbo1eXSt";
    let shop = shop_with_invoices(engine, 2).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), LISTENS), delivery(2, invoice_id(1), LISTENS)]).await;
    assert_eq!(due_endpoints(&shop, at(9)).await, [""; 0]);
    assert_eq!(next_due(&shop).await, None, "nobody wakes up for it");
    let is_due = async |now| shop.db.read(move |r| deliveries::is_due(r, LISTENS, now)).await.unwrap();
    assert!(is_due(at(9)).await);
    assert_eq!(lease(&shop, LISTENS, 10, at(9)).await, [1]);
    assert!(!is_due(at(10)).await, "it is leased, and the other one waits for it");
    assert!(is_due(at(70)).await, "whoever leased it died");
    record(&shop, 1, 1, at(71), Next::Done).await;
    assert_eq!(lease(&shop, LISTENS, 10, at(72)).await, [2]);
    announce(&shop.db, vec![delivery(3, invoice_id(2), SHOP)]).await;
    assert_eq!(due_endpoints(&shop, at(200)).await, [SHOP]);
}

pub async fn a_lease_keeps_others_away_until_it_expires(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP)]).await;
    assert_eq!(lease(&shop, SHOP, 10, at(-1)).await, NONE, "it is not due yet");
    assert_eq!(lease(&shop, SHOP, 10, at(0)).await, [1]);
    assert_eq!(lease(&shop, SHOP, 10, at(59)).await, NONE);
    assert_eq!(lease(&shop, SHOP, 10, at(60)).await, [1], "whoever had it is gone");
    record(&shop, 1, 1, at(61), Next::RetryAt(at(62))).await;
    assert_eq!(lease(&shop, SHOP, 10, at(62)).await, [1], "an attempt ends the lease");
}

pub async fn a_lease_takes_no_more_than_asked_the_longest_due_first(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 4).await;
    let due = |n, secs| Delivery { created_at: at(secs), ..delivery(n, invoice_id(n), SHOP) };
    announce(&shop.db, vec![due(1, 30), due(2, 10), due(3, 20), due(4, 10)]).await;
    assert_eq!(lease(&shop, SHOP, 3, at(40)).await, [2, 4, 3]);
    assert_eq!(lease(&shop, SHOP, 3, at(40)).await, [1]);
}

pub async fn one_endpoints_backlog_does_not_hide_another(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 60).await;
    let mut all: Vec<_> = (1..=59).map(|n| delivery(n, invoice_id(n), SHOP)).collect();
    all.push(Delivery { created_at: at(10), ..delivery(60, invoice_id(60), OTHER) });
    announce(&shop.db, all).await;
    assert_eq!(due_endpoints(&shop, at(9)).await, [SHOP]);
    assert_eq!(due_endpoints(&shop, at(10)).await, [SHOP, OTHER], "the longest waiting first");
    assert_eq!(lease(&shop, SHOP, 5, at(10)).await.len(), 5);
    assert_eq!(lease(&shop, OTHER, 5, at(10)).await, [60]);
    assert_eq!(due_endpoints(&shop, at(10)).await, [SHOP], "the other has nothing left to lease");
}

pub async fn attempts_are_recorded_with_how_they_ended(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP)]).await;
    let attempts = [
        (
            Attempt {
                http_status: None,
                failure: Some("no route".to_owned()),
                excerpt: None,
                ..failed(at(1))
            },
            Next::RetryAt(at(60)),
        ),
        (failed(at(61)), Next::RetryAt(at(300))),
        (Attempt { http_status: Some(200), failure: None, ..failed(at(301)) }, Next::Done),
    ];
    for (number, (attempt, next)) in (1..).zip(attempts.clone()) {
        shop.db
            .write("record", move |tx| deliveries::record(tx, id(1), number, &attempt, next))
            .await
            .unwrap();
        let stored = find(&shop, 1).await;
        assert_eq!(stored.attempts, number);
        match next {
            Next::RetryAt(at) => assert_eq!((stored.state, stored.next_at), (State::Pending, at)),
            Next::Done | Next::GiveUp => assert_eq!(stored.state, State::Done),
        }
    }
    let recorded = shop.db.read(|r| deliveries::attempts(r, id(1))).await.unwrap();
    assert_eq!(recorded, attempts.map(|(attempt, _)| attempt));
    assert_eq!(shop.db.read(|r| deliveries::attempts(r, id(9))).await.unwrap(), []);
}

pub async fn what_is_over_stays_over_whoever_reports_late(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP)]).await;
    // Leased twice, because the first to send it was slower than its lease.
    assert_eq!(lease(&shop, SHOP, 1, at(0)).await, [1]);
    assert_eq!(lease(&shop, SHOP, 1, at(60)).await, [1]);
    record(&shop, 1, 2, at(61), Next::RetryAt(at(120))).await;
    record(&shop, 1, 1, at(62), Next::RetryAt(at(120))).await;
    assert_eq!(find(&shop, 1).await.attempts, 2, "no number is given again");
    record(&shop, 1, 3, at(121), Next::Done).await;
    record(&shop, 1, 2, at(122), Next::RetryAt(at(180))).await;
    let stored = find(&shop, 1).await;
    assert_eq!((stored.state, stored.attempts), (State::Done, 3));
    assert_eq!(next_due(&shop).await, None);
    let recorded = shop.db.read(|r| deliveries::attempts(r, id(1))).await.unwrap();
    assert_eq!(
        recorded.iter().map(|attempt| attempt.at).collect::<Vec<_>>(),
        [at(62), at(61), at(121)],
        "each is kept once"
    );
}

pub async fn the_next_due_is_when_something_can_be_leased(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 2).await;
    assert_eq!(next_due(&shop).await, None, "nothing is pending");
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP), delivery(2, invoice_id(1), SHOP)]).await;
    assert_eq!(next_due(&shop).await, Some(at(0)));

    assert_eq!(lease(&shop, SHOP, 10, at(0)).await, [1]);
    assert_eq!(next_due(&shop).await, Some(at(60)), "when the lease ends");
    assert_eq!(due_endpoints(&shop, at(59)).await, Vec::<String>::new());
    assert_eq!(due_endpoints(&shop, at(60)).await, [SHOP]);

    record(&shop, 1, 1, at(1), Next::RetryAt(at(300))).await;
    assert_eq!(next_due(&shop).await, Some(at(300)), "the second waits for the first");
    assert_eq!(due_endpoints(&shop, at(299)).await, Vec::<String>::new());

    let later = Delivery { created_at: at(200), ..delivery(3, invoice_id(2), SHOP) };
    announce(&shop.db, vec![later]).await;
    assert_eq!(next_due(&shop).await, Some(at(200)), "the other invoice's comes first");
    record(&shop, 1, 2, at(100), Next::Done).await;
    assert_eq!(next_due(&shop).await, Some(at(0)), "the second was due all along");
}

async fn try_resend(shop: &Shop, n: u8, invoice: u8, now: Timestamp) -> bool {
    let resent =
        shop.db.write("resend", move |tx| deliveries::resend(tx, id(n), invoice_id(invoice), now)).await;
    let resent: Result<bool, specie_db::DbError> = resent;
    resent.unwrap()
}

async fn resend(shop: &Shop, n: u8, now: Timestamp) {
    assert!(try_resend(shop, n, 1, now).await);
}

pub async fn what_is_sent_again_is_due_at_once_whatever_became_of_it(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 3).await;
    for (n, next) in (1..).zip([Next::Done, Next::GiveUp, Next::RetryAt(at(3600))]) {
        announce(&shop.db, vec![delivery(n, invoice_id(n), SHOP)]).await;
        record(&shop, n, 1, at(1), next).await;
        let before = find(&shop, n).await;
        assert!(try_resend(&shop, n, n, at(100)).await);
        let over = !matches!(next, Next::RetryAt(_));
        let expected = Delivery {
            state: State::Pending,
            next_at: at(100),
            resent_at: Some(at(100)),
            in_line: !over,
            ..before
        };
        assert_eq!(find(&shop, n).await, expected, "its content and its attempts are what they were");
        assert_eq!(next_due(&shop).await, Some(at(100)), "{next:?}");
        assert_eq!(due_endpoints(&shop, at(100)).await, [SHOP]);
        assert_eq!(lease(&shop, SHOP, 10, at(100)).await, [n]);
        record(&shop, n, 2, at(101), Next::Done).await;
        let stored = find(&shop, n).await;
        assert_eq!((stored.state, stored.attempts), (State::Done, 2));
        assert_eq!(shop.db.read(move |r| deliveries::attempts(r, id(n))).await.unwrap().len(), 2);
    }
}

pub async fn what_is_sent_again_neither_waits_nor_keeps_others_waiting(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, (1..=4).map(|n| delivery(n, invoice_id(1), SHOP)).collect()).await;
    record(&shop, 1, 1, at(1), Next::GiveUp).await;
    record(&shop, 2, 1, at(2), Next::RetryAt(at(1000))).await;
    resend(&shop, 1, at(10)).await;
    assert_eq!(lease(&shop, SHOP, 10, at(10)).await, [1]);
    record(&shop, 1, 2, at(11), Next::RetryAt(at(5000))).await;
    // The old one is refused once more; the second goes out when it is due, and then the third.
    assert_eq!(lease(&shop, SHOP, 10, at(1000)).await, [2]);
    record(&shop, 2, 2, at(1001), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 10, at(1002)).await, [3]);
    record(&shop, 3, 1, at(1003), Next::RetryAt(at(4000))).await;
    // The second once more, while the third is waited for: it has had its turn before.
    resend(&shop, 2, at(2000)).await;
    assert_eq!(lease(&shop, SHOP, 10, at(2000)).await, [2]);
    record(&shop, 2, 3, at(2001), Next::RetryAt(at(2060))).await;
    assert_eq!(lease(&shop, SHOP, 10, at(2059)).await, NONE, "the fourth waits for the third as before");
    assert_eq!(lease(&shop, SHOP, 10, at(5000)).await, [2, 3, 1], "each in its own time");
    // Those behind are free once what is still in line is over.
    record(&shop, 3, 2, at(5001), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 10, at(5002)).await, [4]);
}

pub async fn what_was_still_pending_keeps_its_turn_when_it_is_sent_again(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, (1..=2).map(|n| delivery(n, invoice_id(1), SHOP)).collect()).await;
    record(&shop, 1, 1, at(1), Next::RetryAt(at(3600))).await;
    resend(&shop, 2, at(10)).await;
    assert_eq!(lease(&shop, SHOP, 10, at(10)).await, NONE, "the first is still to come");
    resend(&shop, 1, at(20)).await;
    assert_eq!(lease(&shop, SHOP, 10, at(20)).await, [1], "and the second waits for it");
    record(&shop, 1, 2, at(21), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 10, at(22)).await, [2]);
}

pub async fn what_is_being_sent_is_not_sent_twice(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP)]).await;
    assert_eq!(lease(&shop, SHOP, 10, at(0)).await, [1]);
    resend(&shop, 1, at(10)).await;
    assert_eq!(lease(&shop, SHOP, 10, at(59)).await, NONE);
    assert_eq!(next_due(&shop).await, Some(at(60)));
    record(&shop, 1, 1, at(59), Next::Done).await;
    assert_eq!(find(&shop, 1).await.state, State::Done, "it was on its way already");
}

pub async fn only_an_invoices_own_delivery_is_sent_again(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 2).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), SHOP)]).await;
    record(&shop, 1, 1, at(1), Next::Done).await;
    for (n, invoice) in [(1, 2), (2, 1), (1, 9)] {
        assert!(!try_resend(&shop, n, invoice, at(5)).await, "{n} of {invoice}");
    }
    assert_eq!(find(&shop, 1).await.state, State::Done);
}

/// The n-th delivery, about an invoice, for a webhook.
fn hooked(n: u8, invoice: u8, webhook: u8, endpoint: &str) -> Delivery {
    let webhook_id = Some(WebhookId::from_bytes(bytes(webhook)));
    Delivery { webhook_id, form: Form::Event, ..delivery(n, invoice_id(invoice), endpoint) }
}

/// The n-th delivery: a test of a webhook.
fn test(n: u8, webhook: u8) -> Delivery {
    let (form, invoice_id, notice) = (Form::Test, None, None);
    Delivery { form, invoice_id, notice, ..hooked(n, 1, webhook, SHOP) }
}

async fn withdraw(shop: &Shop, webhook: u8, limit: usize) -> usize {
    let webhook = WebhookId::from_bytes(bytes(webhook));
    shop.db.write("withdraw", move |tx| deliveries::withdraw_some(tx, webhook, limit)).await.unwrap()
}

pub async fn whoever_hears_of_an_invoice_waits_for_nobody_else_who_does(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 2).await;
    // The order's own address and two webhooks hear of the first invoice, one of them of the second.
    let own = |n| delivery(n, invoice_id(1), SHOP);
    let all = vec![
        own(1),
        hooked(2, 1, 1, SHOP),
        hooked(3, 1, 2, SHOP),
        own(4),
        hooked(5, 1, 1, SHOP),
        hooked(6, 1, 2, SHOP),
        hooked(7, 2, 1, SHOP),
        test(8, 1),
        test(9, 1),
    ];
    announce(&shop.db, all.clone()).await;
    assert_eq!(lease(&shop, SHOP, 20, at(0)).await, [1, 2, 3, 7, 8, 9], "the first of each line");
    record(&shop, 2, 1, at(1), Next::RetryAt(at(1000))).await;
    record(&shop, 3, 1, at(1), Next::Done).await;
    record(&shop, 1, 1, at(1), Next::Done).await;
    record(&shop, 9, 1, at(1), Next::GiveUp).await;
    assert_eq!(lease(&shop, SHOP, 20, at(2)).await, [4, 6], "and none behind the one that failed");
    let shown = shop.db.read(|r| deliveries::find(r, id(8))).await.unwrap();
    assert_eq!(shown, Some(all[7].clone()), "a test comes back as it was written");
}

pub async fn a_webhooks_deliveries_are_listed_latest_first_and_end_when_it_is_gone(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, (1..=4).map(|n| hooked(n, 1, 1 + n % 2, SHOP)).collect()).await;
    announce(&shop.db, vec![delivery(5, invoice_id(1), SHOP)]).await;
    let listed = async |webhook: u8, limit| {
        let webhook = WebhookId::from_bytes(bytes(webhook));
        let found = shop.db.read(move |r| deliveries::of_webhook(r, webhook, limit)).await.unwrap();
        found.iter().map(|delivery| delivery.id.as_bytes()[0]).collect::<Vec<_>>()
    };
    assert_eq!((listed(1, 9).await, listed(2, 1).await, listed(3, 9).await), (vec![4, 2], vec![3], vec![]));
    record(&shop, 2, 1, at(1), Next::Done).await;
    assert_eq!(lease(&shop, SHOP, 1, at(0)).await, [1]);
    let withdrawn = [withdraw(&shop, 2, 1).await, withdraw(&shop, 2, 5).await, withdraw(&shop, 1, 5).await];
    assert_eq!(withdrawn, [1, 1, 1], "no more at a time than was said");
    let states = [1, 2, 3, 4, 5];
    let mut found = vec![];
    for n in states {
        found.push(find(&shop, n).await.state);
    }
    let (done, withdrawn) = (State::Done, State::Withdrawn);
    assert_eq!(found, [withdrawn, done, withdrawn, withdrawn, State::Pending]);
    // It was on its way already: the attempt is kept, and changes nothing.
    record(&shop, 1, 1, at(2), Next::RetryAt(at(60))).await;
    let kept = find(&shop, 1).await;
    assert_eq!((kept.state, kept.attempts), (withdrawn, 1));
    assert_eq!(shop.db.read(|r| deliveries::attempts(r, id(1))).await.unwrap().len(), 1);
    assert_eq!(lease(&shop, SHOP, 9, at(100)).await, [5]);
}

pub async fn one_delivery_is_withdrawn_or_sent_elsewhere(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 1).await;
    announce(&shop.db, vec![hooked(1, 1, 1, SHOP), hooked(2, 1, 1, SHOP)]).await;
    shop.db
        .write("one", |tx| {
            deliveries::withdraw(tx, id(1))?;
            deliveries::redirect(tx, id(2), OTHER, "https://other.example/new")
        })
        .await
        .unwrap();
    assert_eq!(find(&shop, 1).await.state, State::Withdrawn);
    assert_eq!(lease(&shop, SHOP, 9, at(0)).await, NONE);
    assert_eq!(lease(&shop, OTHER, 9, at(0)).await, [2], "it waits for nothing that nobody is to hear");
    assert_eq!(find(&shop, 2).await.url, "https://other.example/new");
}

pub async fn deliveries_are_counted_by_state(engine: &impl Engine) {
    let shop = shop_with_invoices(engine, 4).await;
    assert_eq!(shop.db.read(deliveries::count).await.unwrap(), []);
    announce(&shop.db, (1..=4).map(|n| delivery(n, invoice_id(n), SHOP)).collect()).await;
    record(&shop, 1, 1, at(1), Next::Done).await;
    record(&shop, 2, 1, at(1), Next::GiveUp).await;
    let counts = shop.db.read(deliveries::count).await.unwrap();
    assert_eq!(counts, [(State::Done, 1), (State::GivenUp, 1), (State::Pending, 2)]);
}

/// The numbers of the deliveries on a page, and where the next begins.
async fn listed(shop: &Shop, wanted: Wanted) -> Vec<u8> {
    let store = shop.store.id;
    let page = shop.db.read(move |r| listed::page(r, store, &wanted)).await.unwrap();
    page.iter().map(|listed| listed.delivery.id.as_bytes()[0]).collect()
}

const ALL: Wanted = Wanted { fate: None, whom: None, invoice: None, before: None, limit: 50 };

/// Of the store's deliveries, one of each fate: 1 waiting, 2 failing, 3 given up, 4 done, 5 withdrawn; 6 to 10 the same
/// for the webhook 1, and 11, a test of it.
async fn of_every_fate(engine: &impl Engine) -> Shop {
    let shop = shop_with_invoices(engine, 2).await;
    let own = (1..=5).map(|n| delivery(n, invoice_id(1), SHOP));
    let theirs = (6..=10).map(|n| hooked(n, 2, 1, SHOP));
    announce(&shop.db, own.chain(theirs).chain([test(11, 1)]).collect()).await;
    for first in [2, 7] {
        record(&shop, first, 1, at(1), Next::RetryAt(at(60))).await;
        record(&shop, first + 1, 1, at(2), Next::GiveUp).await;
        record(&shop, first + 2, 1, at(3), Next::Done).await;
        shop.db.write("withdraw", move |tx| deliveries::withdraw(tx, id(first + 3))).await.unwrap();
    }
    record(&shop, 11, 1, at(4), Next::GiveUp).await;
    shop
}

pub async fn a_stores_deliveries_are_listed_by_what_became_of_them_and_whom_they_are_for(
    engine: &impl Engine,
) {
    let shop = of_every_fate(engine).await;
    let webhook = Some(Whom::Webhook(WebhookId::from_bytes(bytes(1))));
    let orders = Some(Whom::Orders);
    let (one, two) = (Some(invoice_id(1)), Some(invoice_id(2)));
    for (fate, whom, invoice, expected) in [
        (None, None, None, (1..=11).rev().collect::<Vec<u8>>()),
        (Some(Fate::Waiting), None, None, vec![6, 1]),
        (Some(Fate::Failing), None, None, vec![7, 2]),
        (Some(Fate::GivenUp), None, None, vec![11, 8, 3]),
        (Some(Fate::Done), None, None, vec![9, 4]),
        (Some(Fate::Withdrawn), None, None, vec![10, 5]),
        (None, webhook, None, vec![11, 10, 9, 8, 7, 6]),
        (Some(Fate::Failing), webhook, None, vec![7]),
        (Some(Fate::GivenUp), webhook, None, vec![11, 8]),
        (None, orders, None, vec![5, 4, 3, 2, 1]),
        (Some(Fate::Waiting), orders, None, vec![1]),
        (Some(Fate::Done), orders, None, vec![4]),
        (None, None, one, vec![5, 4, 3, 2, 1]),
        (Some(Fate::Failing), None, two, vec![7]),
        (None, orders, two, vec![]),
        (Some(Fate::Done), webhook, two, vec![9]),
        (Some(Fate::Done), webhook, one, vec![]),
    ] {
        let found = listed(&shop, Wanted { fate, whom, invoice, ..ALL }).await;
        assert_eq!(found, expected, "{fate:?} {whom:?} {invoice:?}");
    }
    let store = shop.store.id;
    let page = shop.db.read(move |r| listed::page(r, store, &ALL)).await.unwrap();
    let first = |n: u8| page.iter().find(|listed| listed.delivery.id == id(n)).unwrap();
    assert!(
        !first(1).waits && first(2).waits && !first(6).waits && first(7).waits,
        "the second waits for the first"
    );
    assert_eq!(first(2).last.as_ref().map(|attempt| attempt.at), Some(at(1)));
    assert_eq!((&first(1).last, &*first(1).delivery.snapshot), (&None, ""), "what it tells is left out");
    let other = specie_core::ids::StoreId::from_bytes(bytes(9));
    assert_eq!(shop.db.read(move |r| listed::page(r, other, &ALL)).await.unwrap(), []);
}

pub async fn pages_of_deliveries_cover_them_without_gap_or_overlap(engine: &impl Engine) {
    let shop = of_every_fate(engine).await;
    let (store, mut before, mut found) = (shop.store.id, None, vec![]);
    loop {
        let wanted = Wanted { before, limit: 4, ..ALL };
        let page = shop.db.read(move |r| listed::page(r, store, &wanted)).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        found.extend(page.iter().map(|listed| listed.delivery.id.as_bytes()[0]));
    }
    assert_eq!(found, (1..=11).rev().collect::<Vec<u8>>());
}

pub async fn what_failed_is_sent_again_and_nothing_else(engine: &impl Engine) {
    let shop = of_every_fate(engine).await;
    let store = shop.store.id;
    let again = |since, now, limit| {
        shop.db.write("again", move |tx| listed::failed_again(tx, store, since, now, limit))
    };
    // The webhook is not there: what was for it stays, as does the test.
    assert_eq!(again(at(1), at(100), 9).await.unwrap(), 0, "all of them were written before");
    assert_eq!(again(at(0), at(100), 1).await.unwrap(), 1, "no more at a time than was said");
    assert_eq!(again(at(0), at(100), 9).await.unwrap(), 1);
    assert_eq!(again(at(0), at(100), 9).await.unwrap(), 0, "each once");
    for n in 1..=11 {
        let resent = find(&shop, n).await.resent_at;
        assert_eq!(resent, [2, 3].contains(&n).then(|| at(100)), "{n}");
    }
    let given_up = find(&shop, 3).await;
    assert_eq!((given_up.state, given_up.next_at, given_up.in_line), (State::Pending, at(100), false));
    assert!(find(&shop, 2).await.in_line, "one that was pending keeps its turn");
    let left = shop.db.read(move |r| listed::given_up_since(r, store, at(0), 9)).await.unwrap();
    assert_eq!(left, 1, "of the webhook that nobody has");
    let mut webhook = crate::shop::webhook(1, store);
    webhook.switched_on = true;
    shop.db.write("webhook", move |tx| specie_db::webhooks::insert(tx, &webhook)).await.unwrap();
    assert_eq!(again(at(0), at(200), 9).await.unwrap(), 4, "those two, and the two of before");
}

pub async fn arrivals_are_counted_of_the_last_alone(engine: &impl Engine) {
    let shop = of_every_fate(engine).await;
    let count = async |limit| {
        let webhook = WebhookId::from_bytes(bytes(1));
        shop.db.read(move |r| listed::latest_of_webhook(r, webhook, limit)).await.unwrap()
    };
    let all = Fate::ALL.map(|fate| (fate, 1));
    assert_eq!(count(100).await, all, "a test does not count");
    assert_eq!(count(2).await, [(Fate::Done, 1), (Fate::Withdrawn, 1)]);
}
