//! P13: invoices made on PostgreSQL, by one process and by two that share the database.

use specie_testkit::postgres::{Cluster, Database};
use specie_testkit::server::Server;

use super::{Pace, begin};
use crate::limits::pgbench::{self, Wallet};
use crate::load::{self, Order};
use crate::stage::{self, Asking, Stage};
use crate::table::Line;

/// Asks one process, then two, in a cluster whose commits are on the disk.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("invoices made on PostgreSQL");
    let cluster = Cluster::durable();
    let seconds = (pace.load_ms / 1_000).max(1);
    let [together, apart] =
        [Wallet::Shared, Wallet::Apart].map(|wallet| pgbench::per_second(&cluster, seconds, wallet));
    let mut stage = Stage::on_postgres(Database::in_cluster(cluster.url()));
    let mut made = 0;
    let mut asked = |stage: &Stage, servers: &[&Server]| {
        let addresses: Vec<String> = servers.iter().map(|server| stage::address(server)).collect();
        let report = load::run(&Order {
            pids: servers.iter().map(|server| server.pid()).collect(),
            connections: 64,
            warm_ms: 700,
            measured_ms: pace.load_ms,
            requests: addresses.iter().map(|address| stage.creates(address, Asking::Key)).collect(),
            addresses,
        });
        made += report.in_all;
        report
    };
    let alone = asked(&stage, &[&stage.server]);
    let other = stage.server.beside();
    let both = asked(&stage, &[&stage.server, &other]);
    drop(other);
    let sound = made == stored(&mut stage);
    let line = |what: String, figure: f64, limit, goal, met| Line {
        row: "P13",
        what,
        figure,
        unit: "/s",
        limit: Some(limit),
        goal,
        met,
    };
    let (one, two) = (alone.per_second(), both.per_second());
    let cost = |report: &load::Report| report.cpu_micros();
    vec![
        line(
            format!(
                "durable POST /invoices at 64 connections, PostgreSQL ({:.0} µs of CPU each)",
                cost(&alone)
            ),
            one,
            ("pgbench, the same statements", together),
            "≥ 0.7 ×",
            one >= 0.7 * together,
        ),
        line(
            "the same".to_owned(),
            one,
            ("pgbench without the wallet's row, which all wait for", apart),
            "",
            true,
        ),
        line(
            format!("two processes on one database, each invoice stored once ({:.0} µs each)", cost(&both)),
            two,
            ("one process", one),
            "≥ 1 ×, none lost or doubled",
            two >= one && sound,
        ),
    ]
}

/// How many invoices are stored, each with a script of its own.
fn stored(stage: &mut Stage) -> u64 {
    let count =
        "SELECT count(*), count(DISTINCT s.script) FROM invoices i JOIN scripts s ON s.invoice_id = i.id";
    let row = &stage.server.sql().query(count, &[])[0];
    assert_eq!(row.integer(0), row.integer(1), "an address was issued twice");
    u64::try_from(row.integer(0)).unwrap_or(0)
}
