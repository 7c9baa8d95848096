//! What a merchant is told, story by story.

mod story;

use bitcoin::Amount;
use specie_core::invoice::{
    Adjustment, Asked, Event, Fact, Mark, Notice, Refused, Speed, Status, notices, prove, step,
};
use specie_core::ledger::Posting;
use specie_core::quote::Tolerance;
use story::Story;

/// Plays each story on an invoice over 1000 sats and compares the verdict.
fn judge(rows: &[(Speed, &str, &str)]) {
    for (speed, words, verdict) in rows {
        assert_eq!(Story::new(*speed).play(words).verdict(), *verdict, "{} speed: {words}", speed.name());
    }
}

#[test]
fn paying_in_time() {
    use Speed::{High, Low, LowMedium, Medium};
    judge(&[
        (Medium, "", "new"),
        (Medium, "pay a 999", "new paidPartial"),
        (Medium, "pay a 1000", "paid"),
        (Medium, "pay a 1001", "paid paidOver"),
        (Medium, "pay a 400; pay b 600", "paid"),
        (Medium, "pay a 400; pay b 601", "paid paidOver"),
        (Medium, "pay a 1000; wait 16m", "paid"),
        (Medium, "pay a 1000; mine", "confirmed"),
        (Medium, "pay a 1000; mine 5", "confirmed"),
        (Medium, "pay a 1000; mine 6", "complete"),
        (Medium, "pay a 1500; mine 6", "complete paidOver"),
        (Medium, "pay a 400; mine; pay b 600", "paid"),
        (Medium, "pay a 400; mine; pay b 600; mine", "confirmed"),
        (LowMedium, "pay a 1000; mine", "paid"),
        (LowMedium, "pay a 1000; mine 2", "confirmed"),
        (Low, "pay a 1000; mine 5", "paid"),
        (Low, "pay a 1000; mine 6", "complete"),
        (High, "pay a 1000", "confirmed"),
        (High, "pay a 1000 rbf", "paid"),
        (High, "pay a 1000 rbf; mine", "confirmed"),
        (High, "pay a 6000", "paid paidOver"),
        (High, "pay a 6000; mine", "confirmed paidOver"),
        (High, "pay a 900; bump a b 1000", "paid"),
        (Medium, "coinbase a 1000; mine 98", "paid"),
        (Medium, "coinbase a 1000; mine 99", "complete"),
    ]);
}

#[test]
fn paying_late_or_not_enough() {
    use Speed::{High, Medium};
    judge(&[
        (Medium, "wait 14m", "new"),
        (Medium, "wait 15m", "expired"),
        (Medium, "pay a 999; wait 15m", "expired paidPartial"),
        (Medium, "wait 15m; pay a 999", "expired paidPartial"),
        (Medium, "wait 15m; pay a 1000", "expired paidLate"),
        (Medium, "wait 15m; pay a 1000; mine 6", "expired paidLate"),
        (High, "wait 15m; pay a 1000", "expired paidLate"),
        (Medium, "pay a 400; wait 15m; pay b 600", "expired paidLate"),
        (Medium, "wait 2000m", "expired"),
        (Medium, "wait 14m; pay a 1000; wait 2m; mine", "confirmed"),
    ]);
}

#[test]
fn what_is_ended_before_its_time_has_expired() {
    use Speed::{High, Medium};
    judge(&[
        (Medium, "wait 1m; end", "expired"),
        (Medium, "pay a 400; wait 1m; end", "expired paidPartial"),
        (Medium, "wait 1m; end; pay a 1000", "expired paidLate"),
        (Medium, "wait 1m; end; pay a 1000; mine 6", "expired paidLate"),
        (High, "wait 1m; end; pay a 1000", "expired paidLate"),
        (Medium, "pay a 400; wait 1m; end; pay b 600", "expired paidLate"),
        // What came in time is in time still, and so is its fee bump.
        (Medium, "pay a 400; wait 1m; end; bump a b 400; wait 1m", "expired paidPartial"),
        (Medium, "sleep; pay a 1000; wait 1m; end; wake; wait 0m", "expired paidLate"),
        // What came in this very moment, too: it ends behind that, as of the next look.
        (Medium, "pay a 400; end", "new paidPartial"),
        (Medium, "pay a 400; end; wait 1m", "expired paidPartial"),
        // Nothing is pronounced before the chain is known of that moment.
        (Medium, "sleep; wait 1m; end", "new"),
        (Medium, "sleep; wait 1m; end; wake; wait 0m", "expired"),
        // Only what waits for its payment is ended.
        (Medium, "pay a 1000; wait 1m; end", "paid"),
        (Medium, "pay a 1000; mine; wait 1m; end", "confirmed"),
        (Medium, "mark complete; wait 1m; end", "complete marked"),
        (Medium, "wait 15m; end", "expired"),
        // It goes on like anything that has expired.
        (Medium, "wait 1m; end; renew 1200; pay a 1200; mine", "confirmed"),
        (Medium, "pay a 400; wait 1m; end; renew 9999; pay b 600; mine 6", "complete"),
        (Medium, "wait 1m; end; renew 1200; wait 1m; end", "expired"),
        (Medium, "wait 1m; end; mark complete", "complete marked"),
    ]);
}

#[test]
fn thousands_of_outputs_of_one_transaction_are_judged_like_one() {
    let asked = Asked::exactly(Amount::from_sat(2500), Tolerance::default());
    for (words, verdict) in [
        ("pay a 2500x1; mine; mine 5", "complete"),
        ("pay a 2500x1; wait 20m; bump a b 2500x1; mine", "confirmed"),
        ("pay a 2500x1; steal a", "new"),
        ("pay a 2500x1; mine; unmine; vanish a; refuse a", "invalid"),
        ("pay a 2500x1; vanish a; wait 1500m; return a", "invalid"),
    ] {
        let story = Story::asking(asked, Speed::Medium).play(words);
        assert_eq!(story.verdict(), verdict, "{words}");
        assert!(matches!(story.losses(), 0 | 2500), "all or none: {words}");
    }
}

#[test]
fn what_is_seen_at_once_is_told_once() {
    for (words, told) in [
        ("pay a 3x250", vec![Notice::ReceivedPayment]),
        ("pay a 4x250", vec![Notice::ReceivedPayment, Notice::PaidInFull]),
    ] {
        let before = Story::new(Speed::Medium);
        let story = before.clone().play(words);
        let flag = story.invoice.verdict().flag();
        assert_eq!(notices(&story.events[before.events.len()..], flag), told, "{words}");
    }
}

#[test]
fn a_fee_bump_after_expiry_is_not_late() {
    judge(&[
        (Speed::Medium, "pay a 1000; wait 20m; bump a b 1000", "paid"),
        (Speed::Medium, "pay a 1000; wait 20m; bump a b 1000; mine", "confirmed"),
        // What was too little in time does not become full in time by another payment…
        (Speed::Medium, "pay a 500; wait 20m; pay b 500", "expired paidLate"),
        // …but a replacement is the same payment.
        (Speed::Medium, "pay a 500; wait 20m; bump a b 1000; mine", "expired paidLate"),
    ]);
}

#[test]
fn a_swap_before_confirmation_counts_the_new_amount_only() {
    judge(&[
        (Speed::Medium, "pay a 1000; bump a b 1000", "paid"),
        (Speed::Medium, "pay a 1000; bump a b 400", "new paidPartial"),
        (Speed::Medium, "pay a 1000; bump a b 1600", "paid paidOver"),
        (Speed::Medium, "pay a 1000; bump a b 1000; bump b c 1000; mine", "confirmed"),
    ]);
    let story = Story::new(Speed::Medium).play("pay a 1000; bump a b 400");
    assert_eq!(story.announced(), ["paid", "new"]);
    assert_eq!(story.losses(), 1);
}

#[test]
fn a_swap_after_confirmation_is_told_as_a_loss() {
    let worse = Story::new(Speed::Medium).play("pay a 1000; mine; unmine; bump a b 400");
    assert_eq!(worse.verdict(), "invalid paidPartial");
    assert_eq!(worse.announced(), ["paid", "confirmed", "invalid"]);

    let same = Story::new(Speed::Medium).play("pay a 1000; mine; unmine; bump a b 1000");
    assert_eq!(same.verdict(), "paid");
    assert_eq!(same.play("mine").verdict(), "confirmed");
}

#[test]
fn a_double_spend_undoes_what_was_paid() {
    judge(&[
        (Speed::Medium, "pay a 1000; steal a", "new"),
        (Speed::Medium, "pay a 400; pay b 600; steal b", "new paidPartial"),
        (Speed::Medium, "pay a 1000; steal a; pay b 1000; mine", "confirmed"),
    ]);
}

#[test]
fn a_double_spend_after_expiry_expires_the_invoice() {
    let story = Story::new(Speed::Medium).play("pay a 1000; wait 20m; steal a");
    assert_eq!(story.verdict(), "expired");
    assert_eq!(story.announced(), ["paid", "new", "expired"]);
}

#[test]
fn a_shallow_reorg_with_the_payment_back_in_the_mempool_does_not_flicker() {
    let story = Story::new(Speed::Medium).play("pay a 1000; mine; unmine");
    assert_eq!(story.verdict(), "confirmed");
    assert_eq!(story.clone().play("mine").announced(), ["paid", "confirmed"]);
    assert_eq!(story.play("mine 6").announced(), ["paid", "confirmed", "complete"]);
}

#[test]
fn a_reorg_in_which_the_payment_vanished_is_no_loss_before_the_window_is_over() {
    let story = Story::new(Speed::Medium).play("pay a 1000; mine; unmine; vanish a");
    assert_eq!(story.verdict(), "confirmed");
    assert_eq!(story.losses(), 0);
    let given_up = story.play("wait 1500m");
    assert_eq!(given_up.verdict(), "invalid");
    assert_eq!(given_up.losses(), 1);
    // However deep it was.
    let deep = Story::new(Speed::Medium).play("pay a 1000; mine 6; unmine 6; vanish a; wait 1500m");
    assert_eq!(deep.announced(), ["paid", "confirmed", "complete", "invalid"]);
}

#[test]
fn a_payment_that_returned_after_a_reorg_is_confirmed_again() {
    let story = Story::new(Speed::Medium).play("pay a 1000; mine; unmine; vanish a; return a; mine");
    assert_eq!(story.verdict(), "confirmed");
    assert_eq!(story.announced(), ["paid", "confirmed"]);

    let long_after =
        Story::new(Speed::Medium).play("pay a 1000; mine; unmine; vanish a; wait 1500m; return a; mine");
    assert_eq!(long_after.verdict(), "confirmed");
    assert_eq!(long_after.announced(), ["paid", "confirmed", "invalid", "paid", "confirmed"]);
}

#[test]
fn a_node_that_restarts_with_an_empty_mempool_loses_nobodys_payment() {
    judge(&[
        (Speed::Medium, "pay a 1000; vanish a", "paid"),
        (Speed::Medium, "pay a 1000; vanish a; wait 60m", "paid"),
        (Speed::Medium, "pay a 1000; vanish a; wait 60m; return a; mine", "confirmed"),
        (Speed::High, "pay a 1000; vanish a", "confirmed"),
        // Unless the node says why it does not take it again.
        (Speed::Medium, "pay a 1000; vanish a; refuse a", "new"),
        (Speed::Medium, "pay a 1000; refuse a", "paid"),
    ]);
}

#[test]
fn a_top_up_takes_any_amount_and_is_never_partial_or_over() {
    for (words, verdict) in [
        ("", "new"),
        ("pay a 1", "paid"),
        ("pay a 1; pay b 100000; mine", "confirmed"),
        ("wait 15m", "expired"),
        ("wait 15m; pay a 5", "expired paidLate"),
        ("pay a 7; steal a", "new"),
    ] {
        let story = Story::asking(Asked::Anything, Speed::Medium).play(words);
        assert_eq!(story.verdict(), verdict, "{words}");
    }
}

#[test]
fn a_small_confirmed_payment_does_not_confirm_a_large_top_up() {
    // `b` is in a block, `a`, which is the price, is not.
    let story =
        Story::asking(Asked::Anything, Speed::Medium).play("pay a 100000; vanish a; pay b 1; mine; return a");
    assert_eq!(story.verdict(), "paid");
    assert_eq!(story.clone().play("steal a").verdict(), "confirmed", "then `b` is the price, and confirmed");
    assert_eq!(story.play("mine").verdict(), "confirmed");
}

#[test]
fn a_clock_set_back_announces_nothing() {
    let story = Story::new(Speed::Medium).play("wait 20m; wait -10m");
    assert_eq!(story.announced(), ["expired", "new"]);
}

#[test]
fn a_free_invoice_is_complete_at_once_and_says_each_step() {
    let story = Story::asking(Asked::Nothing, Speed::Medium);
    assert_eq!(story.verdict(), "complete");
    assert_eq!(story.announced(), ["paid", "confirmed", "complete"]);
    assert_eq!(story.play("wait 2000m; mine 6").announced().len(), 3);
}

#[test]
fn of_an_overpaid_invoice_one_payment_may_be_lost() {
    judge(&[
        (Speed::Medium, "pay a 1000; pay b 1000; mine; unmine; steal b", "confirmed"),
        (Speed::Medium, "pay a 1000; pay b 500; steal b; mine", "confirmed"),
        (Speed::Medium, "pay a 1000; pay b 500; steal a", "new paidPartial"),
        (Speed::Medium, "pay a 1000; pay b 500; mine; unmine; steal a", "invalid paidPartial"),
    ]);
    let story = Story::new(Speed::Medium).play("pay a 1000; pay b 1000; mine 6; unmine 6; steal b");
    assert_eq!(story.invoice.booked(), Amount::from_sat(1000), "the lost half of the sale is reversed");
    assert_eq!(story.losses(), 1);
}

#[test]
fn a_mark_stands_whatever_is_paid_afterwards() {
    let story = Story::new(Speed::Medium).play("mark complete; pay a 1000; mine 6");
    assert_eq!(story.verdict(), "complete marked");
    assert_eq!(story.announced(), ["complete"]);
    assert_eq!(story.invoice.booked(), Amount::from_sat(1000));
    judge(&[
        (Speed::Medium, "mark invalid; pay a 1000; mine 6", "invalid marked"),
        (Speed::Medium, "wait 15m; pay a 1000; mark complete", "complete marked"),
        (Speed::Medium, "mark complete; mark invalid", "invalid marked"),
        // What is settled by its payments cannot be declared invalid.
        (Speed::Medium, "pay a 1000; mine 6; mark invalid", "complete"),
        (Speed::Medium, "pay a 1000; mine; mark invalid", "confirmed"),
    ]);
}

#[test]
fn a_mark_is_offered_where_it_would_change_something() {
    for (words, marks) in [
        ("", &["complete", "invalid"][..]),
        ("pay a 400", &["complete", "invalid"]),
        ("pay a 1000", &["complete", "invalid"]),
        ("wait 15m", &["complete", "invalid"]),
        ("wait 15m; pay a 1000", &["complete", "invalid"]),
        ("pay a 1000; wait 2880m", &["complete"]),
        ("pay a 1000; mine; unmine; steal a", &["complete"]),
        ("pay a 1000; mine", &[]),
        ("pay a 1000; mine 6", &[]),
        ("pay a 400; mine 6; accept partial", &[]),
        ("mark complete", &["invalid"]),
        ("mark complete; pay a 1000; mine 6", &["invalid"]),
        ("mark invalid", &["complete"]),
    ] {
        let story = Story::new(Speed::Medium).play(words);
        let offered: Vec<&str> = Mark::ALL
            .into_iter()
            .filter(|mark| story.invoice.may_be_marked(*mark))
            .map(|mark| mark.status().name())
            .collect();
        assert_eq!(offered, marks, "{words}");
        // It is what the step takes and what is news.
        for mark in Mark::ALL {
            let taken = step(&story.invoice, &Fact::Mark(mark), story.moment());
            let news = taken.is_ok_and(|taken| taken.events.contains(&Event::Marked { mark }));
            assert_eq!(news, offered.contains(&mark.status().name()), "{words}: {mark:?}");
        }
    }
}

#[test]
fn what_came_is_accepted_once_it_is_final() {
    judge(&[
        (Speed::Medium, "pay a 400; mine 6; accept partial", "complete"),
        (Speed::Medium, "pay a 400; mine 6; wait 15m; accept partial", "complete"),
        // Late or not: whoever accepts it knows.
        (Speed::Medium, "wait 15m; pay a 400; mine 6; accept partial", "complete"),
        (Speed::Low, "pay a 300; pay b 100; mine 6; accept partial", "complete"),
        (Speed::Medium, "pay a 1500; mine 6; accept over", "complete"),
        // What could still be lost is not accepted, nor what is not exceptional in that way.
        (Speed::Medium, "pay a 400; mine 5; accept partial", "new paidPartial"),
        (Speed::Medium, "pay a 300; mine 6; pay b 100; accept partial", "new paidPartial"),
        (Speed::Medium, "pay a 1500; mine 5; accept over", "confirmed paidOver"),
        (Speed::Medium, "pay a 1500; mine 6; unmine 6; vanish a; accept over", "complete paidOver"),
        (Speed::Medium, "coinbase a 400; mine 98; accept partial", "new paidPartial"),
        (Speed::Medium, "coinbase a 400; mine 99; accept partial", "complete"),
        (Speed::Medium, "pay a 400; mine 6; accept over", "new paidPartial"),
        (Speed::Medium, "pay a 1500; mine 6; accept partial", "complete paidOver"),
        (Speed::Medium, "accept partial", "new"),
        (Speed::Medium, "wait 15m; pay a 1500; mine 6; accept over", "expired paidLate"),
        (Speed::Medium, "pay a 1500; mine 6; accept partial; accept over; accept over", "complete"),
    ]);
    let late = Story::new(Speed::Medium).play("pay a 400; wait 15m; mine 6; accept partial");
    assert_eq!(late.announced(), ["expired", "paid", "confirmed", "complete"]);
}

#[test]
fn what_was_accepted_is_judged_by_what_came() {
    judge(&[
        // More than what was accepted is over once more, and may be accepted once more.
        (Speed::Medium, "pay a 400; mine 6; accept partial; pay b 100", "complete paidOver"),
        (Speed::Medium, "pay a 400; mine 6; accept partial; pay b 100; mine 6; accept over", "complete"),
        (Speed::Medium, "pay a 1500; mine 6; accept over; pay b 100", "complete paidOver"),
        // A loss of what was accepted is a loss.
        (Speed::Medium, "pay a 400; mine 6; accept partial; unmine 6; steal a", "invalid"),
        (
            Speed::Medium,
            "pay a 300; pay b 100; mine 6; accept partial; unmine 6; steal a; mine 6",
            "invalid paidPartial",
        ),
        (
            Speed::Medium,
            "pay a 300; pay b 100; mine 6; accept partial; unmine 6; steal a; mine 6; accept partial",
            "complete",
        ),
        // A loss of the surplus is not: what was asked is still there.
        (Speed::Medium, "pay a 1000; pay b 500; mine 6; accept over; unmine 6; steal b", "complete"),
        (
            Speed::Medium,
            "pay a 1000; pay b 500; mine 6; accept over; unmine 6; steal a",
            "invalid paidPartial",
        ),
        // A mark hides what is exceptional; and what is accepted is settled, so it is not marked.
        (Speed::Medium, "pay a 400; mark complete; mine 6; accept partial", "complete marked"),
        (Speed::Medium, "pay a 400; mine 6; accept partial; mark invalid", "complete"),
    ]);
    let refused = |words: &str, adjustment| {
        let story = Story::new(Speed::Medium).play(words);
        let fact = Fact::Accept { adjustment, at: story::START };
        step(&story.invoice, &fact, story.moment()).unwrap_err()
    };
    assert_eq!(refused("pay a 400; mine 5", Adjustment::Partial), Refused::NotFinal);
    assert_eq!(refused("pay a 1500; mine 6", Adjustment::Partial), Refused::NotPartial);
    assert_eq!(refused("pay a 400; mine 6", Adjustment::Over), Refused::NotOver);
    assert_eq!(refused("pay a 400; mark complete; mine 6", Adjustment::Partial), Refused::Marked);
}

#[test]
fn a_sale_is_what_was_asked_and_the_rest_waits_to_be_accepted() {
    for (words, wallet, unallocated, sales) in [
        ("pay a 1500; mine 5", 0, 0, 0),
        ("pay a 1500; mine 6", 1500, -500, -1000),
        ("pay a 1500; mine 6; accept over", 1500, 0, -1500),
        ("pay a 1500; mine 6; accept over; pay b 50", 1550, -50, -1500),
        ("pay a 1000; pay b 500; mine 6; unmine 6; steal b", 1000, 0, -1000),
        ("pay a 1000; pay b 500; mine 6; unmine 6; steal a", 500, 0, -500),
        ("pay a 1000; pay b 500; mine 6; accept over; unmine 6; steal b", 1000, 0, -1000),
        ("pay a 400; mine 6", 0, 0, 0),
        ("pay a 400; mine 6; accept partial", 400, 0, -400),
        ("pay a 400; mine 6; accept partial; pay b 100", 500, -100, -400),
        ("pay a 400; mine 6; accept partial; pay b 900; mine 6; accept over", 1300, 0, -1300),
        ("wait 15m; pay a 1500; mine 6", 0, 0, 0),
        ("wait 15m; pay a 1500; mark complete", 1500, -500, -1000),
    ] {
        let story = Story::new(Speed::Medium).play(words);
        let held = specie_core::ledger::Account::ALL.map(|account| story.balance(account));
        assert_eq!(held, [wallet, unallocated, sales, 0, 0], "{words}");
    }
    let top_up = Story::asking(Asked::Anything, Speed::Medium).play("pay a 400; pay b 100; mine 6");
    assert_eq!(top_up.invoice.books().earned().to_sat(), 500, "of a top-up all is a sale");
}

#[test]
fn what_is_given_back_is_never_more_than_what_came_and_is_final() {
    use Refused::{NoSuchRefund, NotExact, NotFinal, RefundNotPending, RefundOfNothing, RefundTooMuch};
    let most = |sats| RefundTooMuch { most: Amount::from_sat(sats) };
    let refused = |words: &str, fact: Fact| {
        let story = Story::new(Speed::Medium).play(words);
        step(&story.invoice, &fact, story.moment()).unwrap_err()
    };
    let asked =
        |sats, exact| Fact::Refund { id: story::refund_id("z"), amount: Amount::from_sat(sats), exact };
    for (words, sats, exact, reason) in [
        ("pay a 1000; mine 5", 1000, false, NotFinal),
        ("pay a 1000; mine 6", 0, false, RefundOfNothing),
        ("pay a 1000; mine 6", 1001, false, most(1000)),
        ("pay a 1000; mine 6; refund r 400", 601, false, most(600)),
        ("pay a 1000; mine 6; refund r 400; give r", 601, false, most(600)),
        ("pay a 1000; mine 6; refund r 400; cancel r; refund s 999", 2, false, most(1)),
        ("pay a 1500; mine 6", 1000, true, NotExact),
        ("pay a 400; mine 6", 400, true, NotExact),
        ("pay a 1000; mine 5; pay b 500; mine 1", 1001, false, most(1000)),
        ("pay a 900; mine 5; pay b 100; mine 1", 100, true, NotFinal),
        (
            "pay a 1000; pay b 500; mine 6; refund r 1500; give r; unmine 6; steal b; mine 6",
            1,
            false,
            most(0),
        ),
    ] {
        assert_eq!(refused(words, asked(sats, exact)), reason, "{words}");
    }
    let paid = "pay a 1000; mine 6; refund r 1000; give r";
    assert_eq!(refused(paid, Fact::CancelRefund(story::refund_id("r"))), RefundNotPending);
    assert_eq!(refused(paid, Fact::CancelRefund(story::refund_id("x"))), NoSuchRefund);
    let accept = Fact::Accept { adjustment: Adjustment::Over, at: story::START };
    assert_eq!(refused("pay a 1500; mine 6; refund r 500", accept), Refused::Refunded);
}

#[test]
fn what_is_given_back_leaves_the_wallet_with_its_fee() {
    for (words, held, left) in [
        ("pay a 1000; mine 6; refund r 300", [1000, 0, -1000, 0, 0], (700, 0)),
        ("pay a 1000; mine 6; refund r 300; cancel r", [1000, 0, -1000, 0, 0], (1000, 0)),
        ("pay a 1000; mine 6; refund r 300; give r", [693, 0, -1000, 300, 7], (700, 0)),
        ("pay a 1000; mine 6; refund r 300; give r; take r", [1000, 0, -1000, 0, 0], (700, 0)),
        ("pay a 1000; mine 6; refund r 300; fail r", [1000, 0, -1000, 0, 0], (1000, 0)),
        // A signed transaction may come about whatever was pronounced.
        ("pay a 1000; mine 6; refund r 300; fail r; give r", [693, 0, -1000, 300, 7], (700, 0)),
        ("pay a 1000; mine 6; refund r 300; cancel r; give r", [693, 0, -1000, 300, 7], (700, 0)),
        ("pay a 1500; mine 6; refund r 500; give r", [993, 0, -1000, 0, 7], (1000, 0)),
        ("pay a 1500; mine 6; refund r 200; give r", [1293, -300, -1000, 0, 7], (1300, 300)),
        ("pay a 1500; mine 6; refund r 800; give r", [693, 0, -1000, 300, 7], (700, 0)),
        ("pay a 1500; mine 6; accept over; refund r 500; give r", [993, 0, -1500, 500, 7], (1000, 0)),
        ("exactly r 300; pay a 1000; mine 6; exactly r 300; give r", [693, 0, -1000, 300, 7], (700, 0)),
        // What never was a sale is one for as long as it takes to go back.
        ("pay a 400; mine 6; wait 15m; refund r 400; give r", [-7, 0, -400, 400, 7], (0, 0)),
    ] {
        let story = Story::new(Speed::Medium).play(words);
        let invoice = &story.invoice;
        assert_eq!(specie_core::ledger::Account::ALL.map(|account| story.balance(account)), held, "{words}");
        assert_eq!((invoice.refundable().to_sat(), invoice.refundable_surplus().to_sat()), left, "{words}");
    }
}

#[test]
fn a_refund_is_not_paid_once_another_took_its_place() {
    let pays = |words: &str| {
        let story = Story::new(Speed::Medium).play(words);
        story.invoice.may_pay(story::refund_id("r"))
    };
    assert!(pays("pay a 1000; mine 6; refund r 1000"));
    assert!(!pays("pay a 1000; mine 6; refund r 1000; cancel r"));
    assert!(!pays("pay a 1000; mine 6; refund r 1000; give r"));
    // One that was cancelled was paid all the same.
    assert!(!pays("pay a 1000; mine 6; refund s 1000; cancel s; refund r 1000; give s"));
    assert!(!pays("pay a 1000; mine 6; refund s 300; cancel s; refund r 700; refund t 300; give s"));
    assert!(pays("pay a 1000; mine 6; refund s 300; cancel s; refund r 700; refund t 300; give s; cancel t"));
    assert!(!pays("pay a 1000; mine 6; refund s 1000; cancel s; refund r 1000; give s; take s"));
    assert!(pays("pay a 1000; mine 6; refund s 400; give s; refund r 600"));
}

#[test]
fn what_an_invoice_shows_follows_what_was_accepted() {
    let shown = |words: &str| {
        let invoice = Story::new(Speed::Medium).play(words).invoice;
        (
            invoice.due().unwrap().to_sat(),
            invoice.received().to_sat(),
            invoice.credited().to_sat(),
            invoice.remaining().to_sat(),
        )
    };
    assert_eq!(shown("pay a 400; mine 6"), (1000, 400, 0, 600));
    assert_eq!(shown("pay a 400; mine 6; accept partial"), (400, 400, 0, 0));
    assert_eq!(shown("pay a 1500; mine 6"), (1000, 1500, 0, 0));
    assert_eq!(shown("pay a 1500; mine 6; accept over"), (1000, 1500, 500, 0));
    let lost = "pay a 1000; pay b 500; mine 6; accept over; unmine 6; steal";
    assert_eq!(shown(&format!("{lost} b")), (1000, 1000, 0, 0), "what is lost is credited no more");
    assert_eq!(shown(&format!("{lost} a")), (1000, 500, 0, 500));
}

#[test]
fn books_that_do_not_follow_from_the_log_are_found() {
    let story = Story::new(Speed::Medium)
        .play("pay a 1000; pay b 500; mine 6; accept over; unmine 6; steal b; pay c 700; mine 6");
    let proved = |log: &[Event], posted: &[(usize, Posting)]| prove(story.invoice.terms(), log, posted);
    assert!(proved(&story.events, &story.postings).is_ok());
    for n in 0..story.postings.len() {
        let mut gone = story.postings.clone();
        gone.remove(n);
        assert!(proved(&story.events, &gone).is_err(), "without posting {n}");
        let mut more = story.postings.clone();
        more[n].1.amount += Amount::ONE_SAT;
        assert!(proved(&story.events, &more).is_err(), "with another amount in posting {n}");
        let mut earlier = story.postings.clone();
        earlier[n].0 = 1;
        assert!(proved(&story.events, &earlier).is_err(), "with posting {n} before its cause");
    }
    for n in 0..story.events.len() {
        let mut log = story.events.clone();
        log.remove(n);
        assert!(proved(&log, &story.postings).is_err(), "without event {n}, {:?}", story.events[n]);
    }
    assert!(proved(&story.events, &[]).is_err(), "without any posting");

    // A loss that was made good later: without both postings the end is as it should be.
    let twice = Story::new(Speed::Medium).play("pay a 1000; mine 6; unmine 6; steal a; pay b 1000; mine 6");
    assert_eq!(twice.postings.len(), 3);
    assert!(prove(twice.invoice.terms(), &twice.events, &twice.postings).is_ok());
    assert!(
        prove(twice.invoice.terms(), &twice.events, &twice.postings[..1]).is_err(),
        "a loss was not booked"
    );
}

#[test]
fn a_loss_is_never_hidden_by_a_mark() {
    let story = Story::new(Speed::Medium).play("pay a 400; mark complete; steal a");
    assert_eq!(story.verdict(), "complete marked");
    assert_eq!(story.losses(), 1);
    assert_eq!(story.invoice.booked(), Amount::ZERO, "the sale was reversed");
    assert_eq!(story.postings.len(), 2);
}

#[test]
fn a_double_spend_of_an_unconfirmed_payment_taken_at_high_speed_makes_it_invalid() {
    let story = Story::new(Speed::High).play("pay a 1000; steal a");
    assert_eq!(story.verdict(), "invalid");
    assert_eq!(story.announced(), ["paid", "confirmed", "invalid"]);
}

#[test]
fn what_confirms_after_the_window_is_confirmed_all_the_same() {
    let story = Story::new(Speed::Medium).play("pay a 1000; wait 1500m");
    assert_eq!(story.verdict(), "invalid");
    let story = story.play("mine");
    assert_eq!(story.verdict(), "confirmed");
    assert_eq!(story.announced(), ["paid", "invalid", "paid", "confirmed"]);
    let void = Story::new(Speed::Medium).play("pay a 1000; wait 1500m; steal a");
    assert_eq!(void.announced(), ["paid", "invalid", "expired"], "nobody is told that it was paid once more");
}

#[test]
fn a_server_that_slept_across_expiry_judges_as_if_awake() {
    judge(&[
        // Nothing is pronounced while asleep.
        (Speed::Medium, "sleep; wait 60m", "new"),
        (Speed::Medium, "sleep; wait 60m; wake", "expired"),
        // Mined in time, met later: the block's time says so.
        (Speed::Medium, "sleep; wait 5m; pay a 1000; mine; wait 60m; wake", "confirmed"),
        (Speed::Medium, "sleep; wait 5m; pay a 1000; mine 6; wait 60m; wake", "complete"),
        // Mined after expiry: late.
        (Speed::Medium, "sleep; wait 20m; pay a 1000; mine; wait 60m; wake", "expired paidLate"),
        (Speed::Medium, "pay a 1000; sleep; wait 60m; wake", "paid"),
        (Speed::Medium, "pay a 1000; sleep; wait 2000m; mine; wake", "confirmed"),
    ]);
}

#[test]
fn the_tolerance_forgives_what_an_exchange_takes() {
    let one_percent = Asked::exactly(Amount::from_sat(1000), Tolerance::from_basis_points(100));
    for (words, verdict) in [
        ("pay a 989", "new paidPartial"),
        ("pay a 990", "paid"),
        ("pay a 1000", "paid"),
        ("pay a 1001", "paid paidOver"),
        ("pay a 990; mine 6", "complete"),
    ] {
        assert_eq!(Story::asking(one_percent, Speed::Medium).play(words).verdict(), verdict, "{words}");
    }
}

#[test]
fn a_loss_among_deep_payments_goes_along_the_diagram() {
    let story = Story::new(Speed::Medium).play("pay a 1000; mine 6; unmine 6; steal a");
    assert_eq!(story.announced(), ["paid", "confirmed", "complete", "invalid"]);
    assert_eq!(story.invoice.verdict().status(), Status::Invalid);
    assert_eq!(story.invoice.booked(), Amount::ZERO);
}

#[test]
fn the_next_deadline_is_the_next_instant_that_matters() {
    use story::START;
    let deadline = |words: &str| {
        let story = Story::new(Speed::Medium).play(words);
        story.invoice.next_deadline(story.moment().synced_at).map(|at| at.millis_since(START) / 60_000)
    };
    for (words, minutes) in [
        ("", Some(15)),
        ("pay a 400", Some(15)),
        ("pay a 1000", Some(1455)),
        ("pay a 1000; mine", None),
        ("pay a 1000; mine; unmine; vanish a", Some(1455)),
        ("wait 15m", None),
        ("pay a 400; vanish a; wait 15m", Some(1455)),
        ("mark complete", None),
        ("pay a 1000; mine; unmine; bump a b 1000", None),
    ] {
        assert_eq!(deadline(words), minutes, "{words}");
    }
}
