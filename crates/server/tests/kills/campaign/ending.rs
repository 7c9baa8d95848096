//! After the last kill: everything that is on its way arrives.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use specie_testkit::server::Server;
use specie_testkit::wait::until;

use super::books::Books;
use super::checker::Checker;
use super::killer::Killer;
use super::market::Market;
use super::trade::Client;

/// How long a delivery that was under way at a kill is nobody else's, in milliseconds.
const LEASE: i64 = 60_000;

/// What arrived.
#[derive(Debug, Default, Clone, Copy)]
pub struct Arrived {
    /// Different deliveries.
    pub deliveries: usize,
    /// Those that came again.
    pub again: usize,
}

/// Confirms all that was paid, lets everything arrive, and compares what arrived with what was
/// written.
pub fn end(
    server: &mut Server,
    market: &Market,
    clients: &mut [Client],
    checker: &mut Checker,
    killer: &mut Killer,
) -> Arrived {
    market.command(&json!({ "Practice": { "Mine": { "blocks": 6 } } })).expect("an answer");
    checker.check(server, market, clients);
    assert_eq!(server.stop(), 0);
    // A minute passes, so that what was under way at the last kills is sent again.
    let leased = "UPDATE deliveries SET lease_until = lease_until - $1 WHERE lease_until > 0";
    server.sql().execute(leased, &[LEASE.into()]);
    killer.let_start(server);
    drain(server);
    checker.check(server, market, clients);
    compare(server, clients)
}

/// Waits until nothing is pending, however much it is, as long as it gets less.
fn drain(server: &Server) {
    let mut sql = server.sql();
    let mut pending =
        || sql.query("SELECT count(*) FROM deliveries WHERE state <> 'done'", &[])[0].integer(0);
    let mut before = i64::MAX;
    while before > 0 {
        before = until("fewer deliveries pending", || Some(pending()).filter(|now| *now < before));
    }
}

/// Every delivery arrived, nothing else did, and of each invoice in the order in which it was written.
fn compare(server: &Server, clients: &[Client]) -> Arrived {
    let books = Books::read(&mut server.sql());
    let mut heard = 0;
    let mut known = BTreeSet::new();
    let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for heard_here in clients.iter().flat_map(|client| client.receiver().heard()) {
        heard += 1;
        let id = heard_here.headers.iter().find(|(name, _)| name == "specie-delivery").expect("its id");
        if known.insert(id.1.clone()) {
            let body: serde_json::Value = serde_json::from_str(&heard_here.body).expect("JSON");
            let about = body["id"].as_str().or(body["data"]["id"].as_str()).expect("an invoice");
            arrived.entry(about.to_owned()).or_default().push(id.1.clone());
        }
    }
    for (id, invoice) in &books.invoices {
        let written: Vec<String> = invoice.deliveries.iter().map(|d| d.id.clone()).collect();
        let arrived = arrived.remove(id).unwrap_or_default();
        assert_eq!(
            arrived, written,
            "deliveries of invoice {id}: those that arrived, those that were written"
        );
    }
    assert!(arrived.is_empty(), "told, and never written: {arrived:?}");
    Arrived { deliveries: known.len(), again: heard - known.len() }
}
