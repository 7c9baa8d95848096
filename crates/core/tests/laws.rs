//! The laws of the verdict, for random histories. Each story holds after every one of its steps
//! that a second look changes nothing, that the log folds to the verdict along the diagram, and
//! that the postings sum to zero and hold the sale.

mod story;

use bitcoin::Amount;
use proptest::prelude::*;
use rust_decimal::Decimal;
use specie_core::invoice::{Asked, Fact, Flag, Speed, Status, step};
use specie_core::money::Price;
use specie_core::quote::{Rate, Tolerance, due};
use specie_core::time::Timestamp;
use story::Story;

fn speed() -> impl Strategy<Value = Speed> {
    prop_oneof![Just(Speed::High), Just(Speed::Medium), Just(Speed::LowMedium), Just(Speed::Low)]
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        8 => (1u64..2000, 0u16..500).prop_map(|(due, points)| {
            Asked::exactly(Amount::from_sat(due), Tolerance::from_basis_points(points))
        }),
        1 => Just(Asked::Anything),
        1 => Just(Asked::Nothing),
    ]
}

/// One sentence. Transactions `a` to `e` are made in this order, so that later words can speak of
/// the earlier ones.
fn sentence() -> impl Strategy<Value = Word> {
    prop_oneof![
        4 => (1u64..2000, any::<bool>()).prop_map(|(sats, rbf)| Word::Pay { sats, rbf }),
        2 => (any::<prop::sample::Index>(), 1u64..2000).prop_map(|(old, sats)| Word::Bump { old, sats }),
        1 => any::<prop::sample::Index>().prop_map(|tx| Word::On("steal", tx)),
        1 => any::<prop::sample::Index>().prop_map(|tx| Word::On("vanish", tx)),
        1 => any::<prop::sample::Index>().prop_map(|tx| Word::On("return", tx)),
        1 => any::<prop::sample::Index>().prop_map(|tx| Word::On("refuse", tx)),
        4 => (1u32..8).prop_map(|n| Word::Plain(format!("mine {n}"))),
        2 => (1u32..4).prop_map(|n| Word::Plain(format!("unmine {n}"))),
        3 => (0u32..900).prop_map(|n| Word::Plain(format!("wait {n}m"))),
        1 => prop_oneof![Just("sleep"), Just("wake"), Just("mark complete"), Just("mark invalid")].prop_map(|w| Word::Plain(w.into())),
        2 => (1u64..2000).prop_map(|sats| Word::Plain(format!("renew {sats}"))),
        1 => Just("end").prop_map(|w| Word::Plain(w.into())),
        2 => prop_oneof![Just("mine 6"), Just("accept partial"), Just("accept over")].prop_map(|w| Word::Plain(w.into())),
    ]
}

#[derive(Debug, Clone)]
enum Word {
    Pay { sats: u64, rbf: bool },
    Bump { old: prop::sample::Index, sats: u64 },
    On(&'static str, prop::sample::Index),
    Plain(String),
}

/// Plays random words, leaving out those that speak of what is not there.
fn tell(mut story: Story, words: &[Word]) -> Story {
    let mut names: Vec<char> = vec![];
    for word in words {
        let fresh = char::from(b'a' + u8::try_from(names.len()).unwrap_or(0));
        match word {
            Word::Pay { sats, rbf } => {
                names.push(fresh);
                story.sentence(&format!("pay {fresh} {sats}{}", if *rbf { " rbf" } else { "" }));
            }
            Word::Bump { old, sats } if !names.is_empty() => {
                let old = *old.get(&names);
                names.push(fresh);
                story.sentence(&format!("bump {old} {fresh} {sats}"));
            }
            Word::On(verb, tx) if !names.is_empty() => story.sentence(&format!("{verb} {}", tx.get(&names))),
            Word::Bump { .. } | Word::On(..) => {}
            Word::Plain(words) => story.sentence(words),
        }
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_second_look_finds_nothing_and_the_log_tells_the_verdict(asked in asked(), speed in speed(), words in prop::collection::vec(sentence(), 0..14)) {
        // The story asserts it after each step.
        let story = tell(Story::asking(asked, speed), &words);
        prop_assert!(!story.events.is_empty());
    }

    #[test]
    fn any_split_of_the_updates_that_ends_in_the_same_facts_ends_in_the_same_verdict(asked in asked(), speed in speed(), words in prop::collection::vec(sentence(), 1..10)) {
        let story = tell(Story::asking(asked, speed), &words);
        let mut looked = story.clone();
        looked.sentence("wake");
        let snapshot = looked.snapshot();
        let moment = looked.moment();

        // Half of the receipts first, then all of them; or nothing first, then all; or all twice.
        let mut half = snapshot.clone();
        half.receipts.truncate(snapshot.receipts.len() / 2);
        let whole = Fact::Chain(snapshot);
        let once = step(&looked.invoice, &whole, moment).unwrap().invoice;
        let split = step(&looked.invoice, &Fact::Chain(half), moment).unwrap().invoice;
        let split = step(&split, &whole, moment).unwrap().invoice;
        let waited = step(&looked.invoice, &Fact::Time, moment).unwrap().invoice;
        let waited = step(&waited, &whole, moment).unwrap().invoice;
        prop_assert_eq!(waited.verdict(), once.verdict());
        // Where the detour recorded no loss, the facts are the same: then so is the verdict.
        if split.payments() == once.payments() && split.ever_confirmed() == once.ever_confirmed() {
            prop_assert_eq!(split.verdict(), once.verdict());
        }
    }

    #[test]
    fn postings_sum_to_zero_and_a_complete_invoice_is_booked_in_full(asked in asked(), speed in speed(), words in prop::collection::vec(sentence(), 0..14)) {
        // The story asserts the balance after each step; the end is looked at here.
        let story = tell(Story::asking(asked, speed), &words);
        if story.invoice.verdict().status() == Status::Complete {
            prop_assert_eq!(story.invoice.booked(), story.invoice.received());
        }
    }

    #[test]
    fn paying_exactly_the_quote_is_never_partial_or_over(cents in 1i64..100_000_000, rate_units in 1i64..1_000_000_000, scale in 0u32..4, parts in 1u64..4, speed in speed()) {
        let currency = "USD".parse().unwrap();
        let rate = Rate { currency, per_btc: Decimal::new(rate_units, scale), source: "fixed".into(), observed_at: Timestamp::EPOCH };
        if let Ok(due) = due(Price { amount: Decimal::new(cents, 2), currency }, &rate) {
            let part = due.to_sat() / parts;
            let mut story = Story::asking(Asked::exactly(due, Tolerance::default()), speed);
            for name in (b'a'..).map(char::from).take((parts - 1) as usize) {
                if part > 0 {
                    story.sentence(&format!("pay {name} {part}"));
                }
            }
            let rest = story.invoice.remaining().to_sat();
            story.sentence(&format!("pay z {rest}"));
            prop_assert_eq!(story.invoice.verdict().flag(), Flag::None);
            prop_assert!(matches!(story.invoice.verdict().status(), Status::Paid | Status::Confirmed));
            let story = story.play("mine 6");
            prop_assert_eq!(story.verdict(), "complete");
        }
    }

    #[test]
    fn undoing_a_block_restores_the_payments(asked in asked(), speed in speed(), words in prop::collection::vec(sentence(), 0..10)) {
        let mut before = tell(Story::asking(asked, speed), &words);
        before.sentence("wake");
        let mut after = before.clone();
        after.sentence("mine");
        after.sentence("unmine");
        let places = |story: &Story| story.invoice.payments().iter().map(|p| (p.outpoint, p.amount, p.standing, p.first_seen)).collect::<Vec<_>>();
        // The undone chain has other hashes below the story's own undone blocks: compare without them.
        let bare = |story: &Story| places(story).into_iter().map(|(o, a, s, t)| (o, a, matches!(s, specie_core::invoice::Standing::Block(_)), t)).collect::<Vec<_>>();
        prop_assert_eq!(bare(&before), bare(&after));
        prop_assert_eq!(before.invoice.received(), after.invoice.received());
    }
}
