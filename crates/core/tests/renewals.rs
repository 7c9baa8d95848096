//! How a buyer goes on after expiry, and how an invoice gets its address late, story by story.

mod story;

use bitcoin::Amount;
use specie_core::invoice::{
    Asked, Event, Fact, MAX_QUOTES, Mark, Moment, NotRenewed, Refused, Renewal, Speed, fold, open,
    open_later, prove, step,
};
use specie_core::quote::Tolerance;
use specie_core::time::Timestamp;
use story::{START, Story};

fn judge(rows: &[(&str, &str)]) {
    for (words, verdict) in rows {
        assert_eq!(Story::new(Speed::Medium).play(words).verdict(), *verdict, "{words}");
    }
}

#[test]
fn a_new_price_begins_anew_and_late_money_counts_for_it() {
    judge(&[
        ("wait 15m; renew 1200", "new"),
        ("wait 15m; renew 1200; pay a 1200; mine 6", "complete"),
        ("wait 15m; renew 1200; pay a 1000", "new paidPartial"),
        ("wait 15m; renew 1200; pay a 1000; pay b 200; mine 6", "complete"),
        ("wait 15m; renew 900; pay a 1000; mine 6", "complete paidOver"),
        ("wait 15m; renew 1200; wait 15m", "expired"),
        ("wait 15m; renew 1200; pay a 400; wait 15m", "expired paidPartial"),
        ("wait 15m; renew 1200; wait 15m; pay a 1200", "expired paidLate"),
        ("wait 15m; renew 1200; wait 15m; renew 1300; pay a 1300; mine", "confirmed"),
        // Money for the old price that is seen after the new one was asked.
        ("wait 15m; sleep; pay a 1000; renew 1000; wake; wait 1m; mine 6", "complete"),
        // What came was lost again: nothing is there.
        ("pay a 400; steal a; wait 15m; renew 1200; pay b 1200; mine", "confirmed"),
        ("wait 15m; renew 1200; mark complete", "complete marked"),
        // The window moves along.
        ("wait 1400m; renew 1200; pay a 1200; wait 800m; mine", "confirmed"),
        // In time for the first price, and met after it was over.
        ("wait 15m; renew 900; pay a 900; mine; unmine; bump a b 900; mine", "confirmed"),
    ]);
}

#[test]
fn more_time_is_for_the_rest_of_the_same_price_and_given_once() {
    judge(&[
        ("pay a 400; wait 15m; renew 9999", "new paidPartial"),
        ("pay a 400; wait 15m; renew 9999; pay b 600; mine 6", "complete"),
        ("pay a 400; wait 15m; renew 9999; wait 15m", "expired paidPartial"),
        ("pay a 400; wait 15m; renew 9999; wait 15m; renew 9999", "expired paidPartial"),
        ("pay a 400; wait 15m; renew 9999; wait 15m; pay b 600", "expired paidLate"),
        ("wait 15m; renew 1200; pay a 400; wait 15m; renew 9999; pay b 800; mine 6", "complete"),
        // What had come is lost while the rest is waited for: then all of it is priced anew.
        ("pay a 400; wait 15m; renew 1; steal a; wait 15m; renew 1200; pay b 1200; mine", "confirmed"),
    ]);
    let shown = |words: &str| Story::new(Speed::Medium).play(words).invoice;
    assert_eq!(shown("pay a 400; wait 15m; renew 9999").remaining().to_sat(), 600);
    assert_eq!(shown("wait 15m; renew 1200").remaining().to_sat(), 1200);
    assert_eq!(shown("wait 15m; renew 1200; pay a 1200; mine 6").booked().to_sat(), 1200);
}

#[test]
fn a_top_up_gets_more_time_as_long_as_nothing_came() {
    let story = |words: &str| Story::asking(Asked::Anything, Speed::Medium).play(words);
    assert_eq!(story("wait 15m; renew; wait 15m; renew; pay a 77; mine 6").verdict(), "complete");
    assert_eq!(story("wait 15m").invoice.renewal(story("wait 15m").now()), Ok(Renewal::MoreTime));
    let late = story("wait 15m; pay a 77");
    assert_eq!(late.invoice.renewal(late.now()), Err(NotRenewed::PaidLate));
}

#[test]
fn what_cannot_be_renewed_says_why() {
    use NotRenewed::{AskedLate, Extended, NotExpired, PaidLate, PartLate, RefundAsked, Unwatched};
    for (words, why) in [
        ("wait 1m", Err(NotExpired)),
        ("wait 14m; pay a 400", Err(NotExpired)),
        // Nobody has pronounced it expired.
        ("sleep; wait 60m", Err(NotExpired)),
        ("pay a 1000", Err(NotExpired)),
        ("pay a 1000; mine 6", Err(NotExpired)),
        ("pay a 1000; wait 1500m", Err(NotExpired)),
        ("mark invalid", Err(NotExpired)),
        ("wait 15m; mark complete", Err(NotExpired)),
        ("pay a 400; mine 6; wait 15m; accept partial", Err(NotExpired)),
        ("wait 15m; pay a 1000", Err(PaidLate)),
        ("wait 15m; pay a 400", Err(PartLate)),
        ("wait 15m; pay a 1", Err(PartLate)),
        // A satoshi in time is no part of the price.
        ("pay a 1; wait 15m", Err(PartLate)),
        ("pay a 249; wait 15m", Err(PartLate)),
        ("pay a 250; wait 15m", Ok(Renewal::MoreTime)),
        ("pay a 249; wait 15m; pay b 1", Err(PartLate)),
        ("pay a 400; wait 74m", Ok(Renewal::MoreTime)),
        ("pay a 400; wait 75m", Err(AskedLate)),
        // Taken back, and sent again when it suits.
        ("pay a 300 rbf; steal a; wait 600m; bump a b 300", Err(PartLate)),
        ("pay a 300 rbf; wait 15m; bump a b 900", Err(PartLate)),
        // A buyer's fee bump of what was in time is in time.
        ("pay a 400; wait 15m; bump a b 400", Ok(Renewal::MoreTime)),
        ("pay a 400; wait 15m; pay b 100", Ok(Renewal::MoreTime)),
        ("pay a 400; mine 6; wait 15m; refund r 400", Err(RefundAsked)),
        ("pay a 400; mine 6; wait 15m; refund r 400; cancel r", Err(RefundAsked)),
        ("pay a 400; wait 15m; renew; wait 15m", Err(Extended)),
        ("wait 1454m", Ok(Renewal::NewPrice)),
        ("wait 1455m", Err(Unwatched)),
        ("wait 15m; renew 1200; wait 1441m", Ok(Renewal::NewPrice)),
        ("wait 15m; pay a 400; steal a", Ok(Renewal::NewPrice)),
    ] {
        let story = Story::new(Speed::Medium).play(words);
        assert_eq!(story.invoice.renewal(story.now()), why, "{words}");
        let terms = story.renewed(Some("1200"));
        // Never the terms that it has: those would be taken, and change nothing.
        let (until, monitored) = (terms.expires_at().plus_secs(60), terms.monitoring_ends_at().plus_secs(60));
        let terms = terms.requoted(terms.asked(), until, monitored).unwrap();
        let taken = step(&story.invoice, &Fact::Requote { terms, at: story.now() }, story.moment());
        assert_eq!(taken.map(drop), why.map(drop).map_err(Refused::Renewal), "{words}");
    }
}

#[test]
fn no_price_is_held_by_less_than_what_it_asks() {
    judge(&[
        // What replaces a payment counts as seen with it only up to what that one paid.
        ("pay a 1; wait 1430m; bump a b 1000; mine 6", "expired paidLate"),
        ("pay a 300 rbf; wait 15m; renew 9999; wait 60m; bump a b 1000", "expired paidLate"),
        // What its sender took back lends no time to what comes instead.
        ("pay a 1000 rbf; steal a; wait 15m; renew 900; wait 1430m; bump a b 900", "expired paidLate"),
        (
            "pay a 300 rbf; steal a; wait 15m; renew 900; wait 1430m; renew 800; wait 1430m; renew 700; wait 1430m; \
             bump a b 700",
            "expired paidLate",
        ),
        // An honest bump is in time still, and so is a bump of a bump.
        ("pay a 1000; wait 20m; bump a b 1000; bump b c 1000", "paid"),
    ]);
}

#[test]
fn there_is_an_end_to_new_prices() {
    let mut story = Story::new(Speed::Medium);
    for n in 1..MAX_QUOTES {
        story = story.play("wait 15m; renew 1200");
        assert_eq!(story.invoice.requotes(), n);
    }
    story = story.play("wait 15m");
    assert_eq!(story.invoice.renewal(story.now()), Err(NotRenewed::TooOften));
}

#[test]
fn new_terms_change_the_quote_and_nothing_else() {
    let exactly = |sats| Asked::exactly(Amount::from_sat(sats), Tolerance::default());
    let minutes = |n: i64| START.plus_secs(n * 60);
    let (gone, part) = ("wait 20m", "pay a 400; wait 20m");
    for (words, asked, expires, monitored, taken) in [
        (gone, exactly(1200), 40, 1480, true),
        (gone, exactly(1200), 20, 1480, false),
        (gone, exactly(1200), 15, 1480, false),
        // The window only moves on.
        (gone, exactly(1200), 40, 1454, false),
        (gone, exactly(1200), 40, 1455, true),
        (gone, Asked::Anything, 40, 1480, false),
        (gone, Asked::Nothing, 40, 1480, false),
        (part, exactly(1000), 40, 1480, true),
        (part, exactly(999), 40, 1480, false),
        (part, exactly(400), 40, 1480, false),
    ] {
        let story = Story::new(Speed::Medium).play(words);
        let terms = story.invoice.terms().requoted(asked, minutes(expires), minutes(monitored)).unwrap();
        let fact = Fact::Requote { terms, at: story.now() };
        let said = step(&story.invoice, &fact, story.moment()).map(drop);
        let expected = if taken { Ok(()) } else { Err(Refused::Renewal(NotRenewed::OtherTerms)) };
        assert_eq!(said, expected, "{words}: {asked:?} until {expires}, {monitored}");
    }
    let story = Story::new(Speed::Medium).play(gone);
    let other = Story::new(Speed::Low).play(gone).renewed(Some("1200"));
    let fact = Fact::Requote { terms: other, at: story.now() };
    assert!(step(&story.invoice, &fact, story.moment()).is_err(), "another speed is no quote");
}

#[test]
fn an_end_before_its_time_is_a_quote_that_differs_in_nothing_else() {
    let story = Story::new(Speed::Medium).play("pay a 400; wait 5m");
    let before = story.invoice.terms().clone();
    let ended = story.clone().play("end").invoice;
    let expires_at = START.plus_secs(5 * 60);
    let expected = before.requoted(before.asked(), expires_at, before.monitoring_ends_at()).unwrap();
    assert_eq!((ended.terms(), ended.requotes(), ended.extended()), (&expected, 1, false));

    // By a clock that was set back it ends behind what came, and behind its own making.
    for (words, at, ends) in [("pay a 400; wait 5m", START, 1), ("wait 5m", START.plus_secs(-600), 1)] {
        let story = Story::new(Speed::Medium).play(words);
        let taken = step(&story.invoice, &Fact::EndQuote { at }, story.moment()).unwrap();
        let expires_at = taken.invoice.terms().expires_at();
        assert_eq!(expires_at.millis_since(START), ends, "{words}");
    }
    // What is paid, or has an end, waits for nothing.
    for words in ["pay a 1000; wait 1m", "mark invalid; wait 1m", "pay a 1000; mine 6"] {
        let story = Story::new(Speed::Medium).play(words);
        let taken = step(&story.invoice, &Fact::EndQuote { at: story.now() }, story.moment());
        assert_eq!(taken.map(drop), Err(Refused::NotEnded), "{words}");
    }
    // An end is a row, as a renewal is.
    let mut story = Story::new(Speed::Medium);
    while story.invoice.requotes() + 2 < MAX_QUOTES {
        story = story.play("wait 1m; end; renew 1200");
    }
    story = story.play("wait 1m; end");
    assert_eq!(story.invoice.renewal(story.now()), Err(NotRenewed::TooOften));
}

#[test]
fn a_log_in_which_a_quote_does_not_follow_is_found() {
    let quoted = |sats, minutes: i64| Event::Requoted {
        due: Some(Amount::from_sat(sats)),
        expires_at: START.plus_secs(minutes * 60),
    };
    let story = Story::new(Speed::Medium).play("pay a 400; wait 15m; renew; wait 15m");
    for more in [vec![quoted(1000, 60)], vec![quoted(1200, 60)]] {
        let log: Vec<Event> = story.events.iter().cloned().chain(more).collect();
        assert_eq!(fold(&log), Err(log.len() - 1), "once");
    }
    assert_eq!(fold(&[Event::Created, quoted(1200, 60)]), Err(1), "it has not expired");
    let ended = |sats, minutes: i64| Event::QuoteEnded {
        due: Some(Amount::from_sat(sats)),
        expires_at: START.plus_secs(minutes * 60),
    };
    let renewed = Story::new(Speed::Medium).play("wait 15m; renew 1200").events;
    for (sats, minutes, follows) in
        [(1200, 20, true), (1200, 30, false), (1200, 31, false), (1100, 20, false)]
    {
        let log: Vec<Event> = renewed.iter().cloned().chain([ended(sats, minutes)]).collect();
        assert_eq!(fold(&log).is_ok(), follows, "{sats} until {minutes}");
    }
    let expired = Story::new(Speed::Medium).play("wait 15m").events;
    let log: Vec<Event> = expired.into_iter().chain([ended(1000, 10)]).collect();
    assert_eq!(fold(&log), Err(log.len() - 1), "it is over");
    assert_eq!(fold(&[Event::Created, Event::Opened, Event::Opened]), Err(2));

    // What was booked before was booked by another due.
    let sold = Story::new(Speed::Medium).play("pay a 400; mine 6; wait 15m; refund r 400; give r");
    let mut log = sold.events.clone();
    log.push(quoted(1000, 60));
    assert!(prove(sold.invoice.terms(), &log, &sold.postings).is_err());
}

#[test]
fn an_invoice_that_nobody_opens_expires_and_is_opened_after_a_renewal() {
    let at = |minutes: i64| START.plus_secs(minutes * 60);
    let moment = |synced_at: Timestamp| Moment { synced_at, tip_height: 100 };
    let story = Story::new(Speed::Medium);
    let born = open_later(story.invoice.terms().clone());
    assert_eq!((born.events.as_slice(), born.invoice.unopened()), (&[Event::Created][..], true));
    assert!(!open(story.invoice.terms().clone()).invoice.unopened());

    let opened = step(&born.invoice, &Fact::Open { at: at(14) }, moment(at(14))).unwrap();
    assert_eq!((opened.events.as_slice(), opened.invoice.unopened()), (&[Event::Opened][..], false));
    let again = step(&opened.invoice, &Fact::Open { at: at(14) }, moment(at(14))).unwrap();
    assert!(again.is_empty(&opened.invoice));

    // By the clock it is over, though the chain has not said so.
    let late = step(&born.invoice, &Fact::Open { at: at(15) }, moment(at(14)));
    assert_eq!(late.map(drop), Err(Refused::NotOpened));
    let expired = step(&born.invoice, &Fact::Time, moment(at(15))).unwrap().invoice;
    let late = step(&expired, &Fact::Open { at: at(16) }, moment(at(16)));
    assert_eq!(late.map(drop), Err(Refused::NotOpened));
    let marked = step(&born.invoice, &Fact::Mark(Mark::Complete), moment(at(1))).unwrap().invoice;
    assert_eq!(step(&marked, &Fact::Open { at: at(2) }, moment(at(2))).map(drop), Err(Refused::NotOpened));

    let asked = Asked::exactly(Amount::from_sat(1200), Tolerance::default());
    let terms = expired.terms().requoted(asked, at(40), at(1480)).unwrap();
    let renewed = step(&expired, &Fact::Requote { terms, at: at(20) }, moment(at(20))).unwrap().invoice;
    assert!(renewed.unopened());
    let opened = step(&renewed, &Fact::Open { at: at(21) }, moment(at(21))).unwrap();
    assert_eq!(opened.events, [Event::Opened]);
}
