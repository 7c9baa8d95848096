//! P2: how long a create takes, alone and in a crowd, and for how long nobody is answered.

use super::{Pace, begin, folder};
use crate::limits::{flush, signature};
use crate::load::{self, Order, Report};
use crate::stage::{Asking, Stage};
use crate::table::Line;

/// Asks a server at 1 connection, then at 64.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("how long an invoice takes");
    let (stage, beside) = (Stage::on_sqlite(), folder());
    let address = stage.address();
    let asked = |asking, connections, measured_ms| -> Report {
        load::run(&Order {
            addresses: vec![address.clone()],
            pids: vec![stage.server.pid()],
            connections,
            warm_ms: 700,
            measured_ms,
            requests: vec![stage.creates(&address, asking)],
        })
    };
    let flush = flush::p50(beside.path(), 1_000).as_secs_f64() * 1e3;
    let verify = signature::verify_micros() / 1e3;
    let alone = asked(Asking::Signing, 1, pace.load_ms);
    let crowd = asked(Asking::Key, 64, pace.stall_ms);
    let line = |what: String, figure: f64, limit, goal, met| Line {
        row: "P2",
        what,
        figure,
        unit: "ms",
        limit,
        goal,
        met,
    };
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    let seconds = pace.stall_ms / 1_000;
    let bound = 2.5 * flush + verify;
    vec![
        line(
            "signed create at 1 connection, p50".to_owned(),
            ms(alone.p50),
            Some(("2.5 flushes and a verified signature", bound)),
            "≤ 1 ×",
            ms(alone.p50) <= bound,
        ),
        line(
            "the same, p99".to_owned(),
            ms(alone.p99),
            Some(("flush p50", flush)),
            "≤ 1 ms",
            ms(alone.p99) <= 1.0,
        ),
        line(
            "legacy key at 64 connections, p99".to_owned(),
            ms(crowd.p99),
            Some(("flush p50", flush)),
            "≤ 5 ms",
            ms(crowd.p99) <= 5.0,
        ),
        line(
            format!("the same, longest time without any answer in {seconds} s"),
            ms(crowd.stall),
            None,
            "≤ 10 ms",
            ms(crowd.stall) <= 10.0,
        ),
    ]
}
