//! Schedules of faults, as many as there is time for; `cargo xtask simulate` plays more.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod rehearsal;

use rehearsal::faults::Counts;
use rehearsal::{Template, Violation, play};

#[test]
fn whatever_happens_every_invoice_comes_to_what_the_chain_says() {
    let (template, counts) = (Template::new(), Counts::default());
    for seed in 0..300 {
        play(seed, &template, &counts).unwrap_or_else(|violation| panic!("{}", in_words(&violation)));
    }
    let never: Vec<_> = counts.every().into_iter().filter(|(_, count)| *count == 0).collect();
    assert!(never.is_empty(), "these faults never happened: {never:?}");
}

fn in_words(violation: &Violation) -> String {
    format!("seed {}: {}\n{}", violation.seed, violation.what, violation.trace.join("\n"))
}

#[test]
fn the_same_seed_is_the_same_schedule() {
    let (template, counts) = (Template::new(), Counts::default());
    for seed in 1_000..1_050 {
        let [first, second] = [(); 2].map(|()| play(seed, &template, &counts).unwrap());
        assert_eq!(first, second, "seed {seed}");
    }
}
