//! What HTTP and JSON alone allow: a server of one line, asked by the same generator.

use crate::echo::Echo;
use crate::load::{self, Order};
use crate::wire::{Client, Proof};

/// Answers a second at 64 connections.
pub fn per_second(measured_ms: u64) -> f64 {
    let echo = Echo::start();
    let client = Client { address: &echo.address, proof: Proof::None };
    let request =
        client.request("POST", "/", r#"{"price":19.99,"currency":"USD","orderId":"order-00000001"}"#);
    let order = Order {
        addresses: vec![echo.address.clone()],
        pids: vec![echo.pid()],
        connections: 64,
        warm_ms: 300,
        measured_ms,
        requests: vec![vec![request]],
    };
    load::run(&order).per_second()
}
