//! As many schedules of faults as asked for: what `cargo xtask simulate` runs. It takes how many, and the
//! seed of the first; each further one has the next seed, so that any can be played again by itself.
//! It ends with 1 if something was not true that has to be, or a kind of fault never happened in a run
//! that is long enough for all.

#[path = "../tests/simulation/rehearsal/mod.rs"]
mod rehearsal;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rehearsal::faults::Counts;
use rehearsal::{Template, Violation, play};

/// Schedules in which every kind of fault is bound to happen.
const ENOUGH: u64 = 500;
/// How often it is said how far it has come.
const SAID_EVERY: Duration = Duration::from_secs(10);

/// What all threads share.
struct Run {
    first: u64,
    schedules: u64,
    next: AtomicU64,
    broken: AtomicBool,
    counts: Counts,
}

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>());
    let (Some(Ok(schedules)), Some(Ok(first))) = (numbers.next(), numbers.next()) else {
        eprintln!("simulate SCHEDULES SEED");
        return ExitCode::from(2);
    };
    let run = Run {
        first,
        schedules,
        next: AtomicU64::new(0),
        broken: AtomicBool::new(false),
        counts: Counts::default(),
    };
    #[expect(clippy::disallowed_methods, reason = "how fast it was is for people")]
    let began = Instant::now();
    let violations = run.play(began);
    let played = run.next.load(Ordering::Relaxed).min(schedules);
    println!("{played} schedules from seed {first}, {}", pace(played, began));
    let mut never = false;
    for (fault, count) in run.counts.every() {
        println!("{count:>10}  {fault}");
        never |= count == 0;
    }
    for violation in &violations {
        println!("\nseed {}: {}\n{}", violation.seed, violation.what, violation.trace.join("\n"));
    }
    if never && schedules >= ENOUGH {
        println!("\nA kind of fault never happened: this run proves nothing about it.");
    }
    match violations.is_empty() && !(never && schedules >= ENOUGH) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    }
}

impl Run {
    /// Plays on every core, until all are played or one breaks.
    fn play(&self, began: Instant) -> Vec<Violation> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        thread::scope(|scope| {
            let players: Vec<_> =
                (0..cores).map(|core| scope.spawn(move || self.play_some(core, began))).collect();
            players.into_iter().filter_map(|player| player.join().expect("no player panics")).collect()
        })
    }

    fn play_some(&self, core: usize, began: Instant) -> Option<Violation> {
        let template = Template::new();
        let mut say_at = SAID_EVERY;
        while !self.broken.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.schedules {
                return None;
            }
            if let Err(violation) = play(self.first + number, &template, &self.counts) {
                self.broken.store(true, Ordering::Relaxed);
                return Some(*violation);
            }
            if core == 0 && began.elapsed() >= say_at {
                say_at = began.elapsed() + SAID_EVERY;
                eprintln!("{number} of {}, {}", self.schedules, pace(number, began));
            }
        }
        None
    }
}

fn pace(played: u64, began: Instant) -> String {
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    format!("{}.{} s, {} schedules/s", ms / 1_000, ms % 1_000 / 100, played * 1_000 / ms)
}
