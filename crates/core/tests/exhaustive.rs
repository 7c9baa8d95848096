//! Every history of up to six steps over nine inputs: some 600,000 of them. The laws are held
//! by the story after each step; here, what must be true wherever a history leads.

mod story;

use specie_core::invoice::{Flag, Speed, Status};
use story::Story;

const INPUTS: [&str; 9] = [
    "pay a 1000",
    "pay b 600",
    "bump a c 700",
    "steal a",
    "mine",
    "mine 6",
    "unmine",
    "vanish a",
    "wait 800m",
];
const STEPS: usize = 6;

/// Whether the input makes sense where the story stands (no second `a`, nothing undone below
/// the start).
fn possible(input: &str, history: &[&str]) -> bool {
    let happened = |word: &str| history.contains(&word);
    match input {
        "pay a 1000" => {
            !happened("vanish a") && !happened("bump a c 700") && !happened("steal a") && !happened(input)
        }
        "bump a c 700" | "steal a" => {
            happened("pay a 1000")
                && !happened("bump a c 700")
                && !happened("steal a")
                && !happened("mine")
                && !happened("mine 6")
        }
        "vanish a" => happened("pay a 1000") && !happened("bump a c 700") && !happened("steal a"),
        "pay b 600" => !happened(input),
        _ => true,
    }
}

fn explore(story: &Story, history: &mut Vec<&'static str>, seen: &mut usize) {
    *seen += 1;
    check(story, history);
    if history.len() == STEPS {
        return;
    }
    for input in INPUTS {
        if !possible(input, history) {
            // An input that changes nothing still counts as a step: the chain says the same again.
            history.push("wait 0m");
            let mut same = story.clone();
            same.sentence("wait 0m");
            assert_eq!(same.events, story.events, "{history:?}");
            explore(&same, history, seen);
        } else {
            history.push(input);
            let mut next = story.clone();
            next.sentence(input);
            explore(&next, history, seen);
        }
        history.pop();
    }
}

fn check(story: &Story, history: &[&str]) {
    let invoice = &story.invoice;
    let (status, flag) = (invoice.verdict().status(), invoice.verdict().flag());
    let (received, due) = (invoice.received(), invoice.terms().due().expect("quoted"));
    let enough = received >= due;
    match status {
        Status::New => assert!(!enough, "{history:?}"),
        Status::Paid | Status::Confirmed | Status::Complete => assert!(enough, "{history:?}"),
        Status::Expired => assert!(!enough || flag == Flag::PaidLate, "{history:?}"),
        Status::Invalid => {}
    }
    match flag {
        Flag::PaidPartial => assert!(received.to_sat() > 0 && !enough, "{history:?}"),
        Flag::PaidOver => assert!(received > due, "{history:?}"),
        Flag::PaidLate => assert_eq!(status, Status::Expired, "{history:?}"),
        Flag::None | Flag::Marked => {}
    }
    if status == Status::Complete {
        assert_eq!(invoice.booked(), received, "a complete sale is booked in full: {history:?}");
    }
    if invoice.ever_confirmed() {
        assert!(!matches!(status, Status::New | Status::Expired), "{history:?}");
    }
}

fn explore_all(speed: Speed) {
    let mut seen = 0;
    explore(&Story::new(speed), &mut vec![], &mut seen);
    let all: usize = (0..=STEPS).map(|n| INPUTS.len().pow(n as u32)).sum();
    assert_eq!(seen, all, "every history was looked at");
}

#[test]
fn every_history_of_six_steps_keeps_the_laws_at_medium_speed() {
    explore_all(Speed::Medium);
}

#[test]
fn every_history_of_six_steps_keeps_the_laws_at_high_speed() {
    explore_all(Speed::High);
}
