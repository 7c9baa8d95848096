//! The contract, replayed: for each exchange of `contract/` a server that knows only it, and the function that a
//! client's user calls. What is sent, and what comes of the answer, are compared with the file, for the async client
//! and for the blocking one.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod calls;
mod exchange;
mod posted;
#[path = "../support/mod.rs"]
mod support;

use calls::Outcome;
use exchange::Exchange;

/// Refused by the client itself, before anything is sent.
const NEVER_SENT: [&str; 1] = ["bitpay/refused_long_key"];

#[test]
fn every_call_of_the_contract_is_made_and_understood() {
    let mut replayed = 0;
    for face in ["bitpay", "panel"] {
        for exchange in Exchange::all(face).into_iter().filter(|exchange| exchange.call.is_some()) {
            replay(&exchange);
            replayed += 1;
        }
    }
    assert!(replayed >= 150, "{replayed} exchanges");
}

#[test]
fn the_calls_of_json_rpc_can_be_made_as_they_are() {
    let all = Exchange::all("rpc");
    let called: Vec<_> = all.iter().filter(|exchange| exchange.call.is_some()).collect();
    assert!(called.len() >= 15, "{} exchanges", called.len());
    called.into_iter().for_each(replay);
}

fn replay(exchange: &Exchange) {
    println!("{}: {}", exchange.name, exchange.says);
    for outcome in calls::make(exchange) {
        match outcome {
            Outcome::NotSent if NEVER_SENT.contains(&&*exchange.name) => {}
            Outcome::NotSent => panic!("{} was not sent", exchange.name),
            Outcome::Read(result) => exchange.assert_read(&result),
            Outcome::Refused { status, message } => exchange.assert_refused(status, &message),
        }
    }
}
