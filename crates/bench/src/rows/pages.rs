//! P14: every page that a merchant looks at, in a store with 100,000 invoices.

use specie_testkit::http::{get, send};
use specie_testkit::server::{OWNER, PASSWORD};

use super::{Pace, begin};
use crate::limits::sqlite::Scribe;
use crate::load::{self, Order};
use crate::stage::Stage;
use crate::table::Line;

const INVOICES: u64 = 100_000;
/// A shop that does not listen.
const NOBODY: &str = "http://127.0.0.1:1/ipn";
/// What a page may take, in milliseconds, for 99 of 100 (the goal is for 95).
const GOAL_MS: f64 = 50.0;

/// Fills a database, logs in, and asks for each page at 1 connection.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("merchants' pages over a long history");
    let mut stage = Stage::quiet_on_sqlite();
    stage.sell(NOBODY);
    // Most of a long history is deep.
    stage.server.mine(100);
    stage.server.stop();
    let scribe = Scribe::of_server(&stage.file());
    scribe.history(INVOICES);
    scribe.lived();
    let limit = scribe.page_ms();
    drop(scribe);
    stage.server.restart();
    let (address, cookie) = (stage.address(), logged_in(&stage));
    let invoice = stage.invoice();
    let store = format!("/stores/{}", stage.store);
    let pages = [
        ("stores", "/stores".to_owned()),
        ("overview", store.clone()),
        ("needs attention", format!("{store}/attention")),
        ("invoices", format!("{store}/invoices")),
        ("invoices of one status", format!("{store}/invoices?status=complete")),
        ("invoices of a price", format!("{store}/invoices?priceFrom=19&priceTo=20")),
        ("invoice", format!("{store}/invoices/{invoice}")),
        // What is found once is opened at once: no page is made.
        ("search, an order that is none", "/search?q=order-x0050000".to_owned()),
        ("search, an amount that all have", "/search?q=19.99".to_owned()),
        ("wallet", format!("{store}/wallet")),
        ("addresses", format!("{store}/wallet/addresses")),
        ("coins", format!("{store}/wallet/coins")),
        ("payouts", format!("{store}/payouts")),
        ("webhooks", format!("{store}/webhooks")),
        ("deliveries", format!("{store}/deliveries")),
        ("tokens", format!("{store}/tokens")),
        ("people", format!("{store}/people")),
        ("log of changes", format!("{store}/log")),
        ("settings", format!("{store}/settings")),
        ("reports", "/reports".to_owned()),
        ("server", "/server".to_owned()),
    ];
    let lines = pages.map(|(what, target)| {
        let report = load::run(&Order {
            addresses: vec![address.clone()],
            pids: vec![stage.server.pid()],
            connections: 1,
            warm_ms: 200,
            measured_ms: pace.load_ms / 3,
            requests: vec![vec![format!(
                "GET {target} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n"
            )]],
        });
        assert_eq!(report.trouble, None, "{what}");
        assert!(report.answers >= 10, "{what}: {} answers are no measure", report.answers);
        let p99 = report.p99.as_secs_f64() * 1e3;
        Line {
            row: "P14",
            what: format!("page of a store with 100,000 invoices: {what}, p99"),
            figure: p99,
            unit: "ms",
            limit: Some(("SQLite reading the first page of a list", limit)),
            goal: "≤ 50 ms",
            met: p99 <= GOAL_MS,
        }
    });
    lines.to_vec()
}

/// The cookie of the store's owner.
fn logged_in(stage: &Stage) -> String {
    let url = format!("{}/login", stage.server.url());
    let form = get(&url);
    let cookie = |reply: &specie_testkit::http::Reply| {
        let set = reply.header("set-cookie").expect("a cookie");
        set.split(';').next().unwrap_or_default().to_owned()
    };
    let csrf = form.body.split_once("name=\"csrf\" value=\"").expect("a form").1;
    let csrf = csrf.split('"').next().unwrap_or_default();
    let encoded = |text: &str| text.replace('@', "%40").replace(' ', "+");
    let body = format!("csrf={csrf}&email={}&password={}", encoded(OWNER), encoded(PASSWORD));
    let before = cookie(&form);
    let headers = [("cookie", before.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let reply = send("POST", &url, &headers, body.as_bytes());
    assert_eq!(reply.status, 303, "{}", reply.body);
    cookie(&reply)
}
