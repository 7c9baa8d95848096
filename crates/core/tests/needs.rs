//! When an invoice asks for a person, and when it asks no more.

mod story;

use bitcoin::Amount;
use specie_core::invoice::{DepthCause, Need, Speed};
use story::Story;

#[test]
fn an_invoice_asks_for_a_person_as_long_as_its_cause_lasts() {
    for (words, need) in [
        // All goes well, or may still.
        ("", None),
        ("pay a 400", None),
        ("pay a 1000", None),
        ("pay a 1000; mine 6", None),
        ("wait 15m", None),
        ("pay a 1000; steal a", None),
        ("pay a 1000; bump a b 1000; mine", None),
        // Too late.
        ("wait 15m; pay a 1000", Some(Need::PaidLate)),
        ("wait 15m; pay a 1000; mine 6", Some(Need::PaidLate)),
        ("wait 15m; pay a 1000; mark complete", None),
        ("wait 15m; pay a 1000; mark invalid", None),
        ("wait 15m; pay a 1000; mine 6; refund r 1000", None),
        ("wait 15m; pay a 1000; mine 6; refund r 400", Some(Need::PaidLate)),
        ("wait 15m; pay a 1000; mine 6; refund r 1000; cancel r", Some(Need::PaidLate)),
        ("wait 15m; pay a 1000; mine 6; refund r 1000; fail r", Some(Need::PaidLate)),
        ("wait 15m; pay a 1000; mine 6; refund r 1000; give r", None),
        // Too little.
        ("pay a 400; wait 15m", Some(Need::PaidPartial)),
        ("pay a 400; mine 5", None),
        ("pay a 400; mine 6", Some(Need::PaidPartial)),
        ("pay a 400; mine 6; pay b 100", None),
        ("pay a 400; mine 6; accept partial", None),
        ("pay a 400; wait 15m; mine 6; refund r 400", None),
        ("pay a 400; wait 15m; renew", None),
        ("pay a 400; mine 6; wait 15m; renew", None),
        ("pay a 400; mine 6; wait 15m; renew; wait 15m", Some(Need::PaidPartial)),
        ("pay a 400; wait 15m; pay b 600", Some(Need::PaidLate)),
        // Too much.
        ("pay a 1500", Some(Need::PaidOver)),
        ("pay a 1500; mine 6", Some(Need::PaidOver)),
        ("pay a 1500; mine 6; accept over", None),
        ("pay a 1500; mine 6; refund r 500", None),
        ("pay a 1500; mine 6; refund r 400", Some(Need::PaidOver)),
        ("pay a 1500; mine 6; accept over; pay b 1", Some(Need::PaidOver)),
        ("pay a 1000; pay b 500; mine 6", Some(Need::PaidOver)),
        // Lost.
        ("pay a 1000; mine; unmine; steal a", Some(Need::Lost)),
        ("pay a 1000; mine; unmine; steal a; pay b 1000; mine", None),
        // It is invalid by its payments: it can be marked complete, or left alone.
        ("pay a 1000; mine; unmine; steal a; mark invalid", Some(Need::Lost)),
        ("pay a 1000; mine; unmine; steal a; mark complete", None),
        ("pay a 1000; steal a; wait 15m", Some(Need::Lost)),
        ("pay a 1000; steal a; wait 15m; renew 1000", None),
        ("pay a 1000; wait 2000m", Some(Need::Unconfirmed)),
        ("pay a 1000; wait 2000m; mine", None),
    ] {
        assert_eq!(Story::new(Speed::Medium).play(words).invoice.need(), need, "{words}");
    }
    // Paid at once, and taken back: the goods may be gone.
    let stolen = Story::new(Speed::High).play("pay a 1000; steal a");
    assert_eq!(stolen.invoice.need(), Some(Need::Lost));
    for need in Need::ALL {
        assert_eq!(Need::from_name(need.name()), Some(need));
    }
}

#[test]
fn why_a_payment_waits_and_whether_it_was_in_time_is_told() {
    let above = DepthCause::AboveLimit { limit: Amount::from_sat(5000) };
    for (speed, words, needed, because, in_time) in [
        (Speed::High, "pay a 1000", 0, DepthCause::Speed, true),
        (Speed::High, "pay a 1000 rbf", 1, DepthCause::Replaceable, true),
        (Speed::High, "pay a 6000", 1, above, true),
        (Speed::High, "pay b 1000; bump b a 1000", 1, DepthCause::Replaceable, true),
        (Speed::LowMedium, "pay a 6000 rbf", 2, DepthCause::Speed, true),
        (Speed::Low, "pay a 1000", 6, DepthCause::Speed, true),
        (Speed::Medium, "coinbase a 1000", 100, DepthCause::Mined, true),
        (Speed::Medium, "wait 15m; pay a 1000", 1, DepthCause::Speed, false),
        (Speed::Medium, "pay b 1000; wait 15m; bump b a 1000", 1, DepthCause::Speed, true),
        (Speed::Medium, "pay b 400; wait 15m; bump b a 1000", 1, DepthCause::Speed, false),
    ] {
        let story = Story::new(speed).play(words);
        let judged = *story.invoice.judged().last().expect("a payment");
        assert_eq!((judged.needed, judged.because, judged.in_time), (needed, because, in_time), "{words}");
    }
}
