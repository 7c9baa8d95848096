//! P5: a page of 20 of a list of 100,000 invoices, wherever it is and whatever it leaves out.

use super::{Pace, begin};
use crate::clock;
use crate::limits::sqlite::Scribe;
use crate::load::{self, Order};
use crate::stage::{Asking, Stage};
use crate::table::Line;

const INVOICES: u64 = 100_000;

/// Fills a database, and asks for pages of it at 1 connection.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("pages of a long list");
    let mut stage = Stage::on_sqlite();
    stage.server.stop();
    let scribe = Scribe::of_server(&stage.file());
    scribe.history(INVOICES);
    let limit = scribe.page_ms();
    drop(scribe);
    stage.server.restart();
    let address = stage.address();
    let middle = clock::unix_millis() - i64::try_from(INVOICES).unwrap_or(0) * 30_000;
    let pages = [
        ("the newest", String::new()),
        ("10,000 deep", "&offset=10000".to_owned()),
        ("from the middle of its time", format!("&dateEnd={middle}")),
        ("of one status", "&status=complete".to_owned()),
        ("of several statuses, 5,000 deep", "&status=complete,expired&offset=5000".to_owned()),
        ("of one item", "&itemCode=globe".to_owned()),
        ("of one order", "&orderId=order-00050000".to_owned()),
    ];
    let lines = pages.map(|(what, filter)| {
        let target = format!("/invoices?limit=20{filter}");
        let report = load::run(&Order {
            addresses: vec![address.clone()],
            pids: vec![stage.server.pid()],
            connections: 1,
            warm_ms: 200,
            measured_ms: pace.load_ms / 3,
            requests: vec![vec![stage.client(&address, Asking::Key).request("GET", &target, "")]],
        });
        let p99 = report.p99.as_secs_f64() * 1e3;
        Line {
            row: "P5",
            what: format!("page of 20 of 100,000 invoices, {what}, p99"),
            figure: p99,
            unit: "ms",
            limit: Some(("SQLite reading the first page", limit)),
            goal: "≤ 1 ms",
            met: p99 <= 1.0,
        }
    });
    lines.to_vec()
}
