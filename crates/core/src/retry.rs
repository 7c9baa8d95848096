//! When to try again: a schedule is data, and what to do next is a pure function of it.

use crate::time::Timestamp;

/// Waits before each further attempt, then a fixed period, until the whole time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds from the first attempt to the second, third and so on.
    pub steps_secs: &'static [i64],
    /// Seconds between attempts once the steps are used up.
    pub period_secs: i64,
    /// Seconds from the first attempt after which there is no further one.
    pub give_up_after_secs: i64,
}

/// Notifications to a shop: at 0, 1, 5, 14, 30 and 60 minutes, then hourly until 72 hours.
pub const NOTIFICATIONS: Schedule = Schedule {
    steps_secs: &[60, 5 * 60, 14 * 60, 30 * 60, 60 * 60],
    period_secs: 60 * 60,
    give_up_after_secs: 72 * 60 * 60,
};

/// Once.
pub const ONCE: Schedule = Schedule { steps_secs: &[], period_secs: 1, give_up_after_secs: 0 };

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It arrived.
    Done,
    /// Try again then.
    RetryAt(Timestamp),
    /// It was tried as long as promised.
    GiveUp,
}

/// What to do after attempt number `made` (the first is 1), which ended now. `first_at` is when the
/// first attempt ended. Instants that passed while the server was down are made up for by the one
/// attempt that follows at once, not one by one.
#[must_use]
pub fn next(schedule: Schedule, made: u32, first_at: Timestamp, succeeded: bool, now: Timestamp) -> Next {
    if succeeded {
        return Next::Done;
    }
    let remaining = offsets(schedule).skip(made.max(1) as usize - 1);
    let ahead = remaining.map(|offset| first_at.plus_secs(offset)).find(|at| *at > now);
    ahead.map_or(Next::GiveUp, Next::RetryAt)
}

/// Seconds from the first attempt to each further one.
fn offsets(schedule: Schedule) -> impl Iterator<Item = i64> {
    let last = schedule.steps_secs.last().copied().unwrap_or(0);
    let periods = (1..).map(move |n| last + n * schedule.period_secs);
    let all = schedule.steps_secs.iter().copied().chain(periods);
    all.take_while(move |offset| *offset <= schedule.give_up_after_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_is_tried_at_0_1_5_14_30_60_minutes_then_hourly_to_72_hours() {
        let start = Timestamp::from_secs(1_700_000_000);
        let mut minutes = vec![0];
        let mut now = start;
        for attempt in 1.. {
            match next(NOTIFICATIONS, attempt, start, false, now) {
                Next::RetryAt(at) => {
                    now = at;
                    minutes.push(at.millis_since(start) / 60_000);
                }
                Next::GiveUp => break,
                Next::Done => panic!("it failed"),
            }
        }
        assert_eq!(minutes[..8], [0, 1, 5, 14, 30, 60, 120, 180]);
        assert_eq!(minutes.last(), Some(&(72 * 60)));
        assert_eq!(minutes.len(), 6 + 71);
    }

    #[test]
    fn once_is_not_twice() {
        let start = Timestamp::from_secs(1_700_000_000);
        assert_eq!(next(ONCE, 1, start, false, start), Next::GiveUp);
        assert_eq!(next(ONCE, 1, start, true, start), Next::Done);
    }

    #[test]
    fn success_ends_it_and_missed_instants_are_not_made_up_one_by_one() {
        let start = Timestamp::from_secs(1_700_000_000);
        assert_eq!(next(NOTIFICATIONS, 1, start, true, start), Next::Done);
        let later = start.plus_secs(3 * 3600 + 1);
        assert_eq!(next(NOTIFICATIONS, 2, start, false, later), Next::RetryAt(start.plus_secs(4 * 3600)));
        assert_eq!(next(NOTIFICATIONS, 2, start, false, start.plus_secs(72 * 3600)), Next::GiveUp);
        assert_eq!(
            next(NOTIFICATIONS, 1, start, false, start.plus_secs(-3600)),
            Next::RetryAt(start.plus_secs(60)),
            "a clock set back"
        );
    }
}
