//! Asking the nodes what a transaction has to pay. Every process asks for itself, whoever follows the chain: a
//! merchant may build a transaction at any of them.

use std::time::Duration;

use specie_chain::ChainSource;

use super::{Stop, stopped};
use crate::app::App;

/// How long a node is left alone after an answer.
const PERIOD: Duration = Duration::from_secs(60);
/// And after a failure.
const REST: Duration = Duration::from_secs(10);

/// Asks one node until it is told to stop.
pub async fn ask_fees(app: App, network: &'static str, source: ChainSource, stop: Stop) {
    while !*stop.borrow() {
        let wait = match source.fees().await {
            Ok(rates) => {
                app.fees_said(network, rates);
                PERIOD
            }
            // Whoever follows the chain says what is wrong with the node.
            Err(error) => {
                tracing::debug!(network, %error, "the node says no fee rate");
                REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&stop) => return,
        }
    }
}
