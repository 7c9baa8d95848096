//! What of an invoice never changes once it was acknowledged.

use bitcoin::{Address, Amount, Denomination, ScriptBuf};
use serde_json::Value;

/// An invoice's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// The price, as it is written.
    pub price: String,
    /// The price in satoshis.
    pub due: u64,
    /// What its address pays.
    pub script: ScriptBuf,
    /// Until when it is to be paid, in milliseconds.
    pub expiry: i64,
}

impl Facts {
    /// From an invoice as the API shows it.
    pub fn of_invoice(invoice: &Value) -> Self {
        let text = |field: &str| {
            invoice[field].as_str().unwrap_or_else(|| panic!("no {field}: {invoice}")).to_owned()
        };
        let btc = text("btcPrice");
        let due = Amount::from_str_in(&btc, Denomination::Bitcoin).unwrap_or_else(|e| panic!("{e}: {btc}"));
        let address: Address<_> = text("bitcoinAddress").parse().expect("an address");
        Self {
            id: text("id"),
            price: invoice["price"].to_string(),
            due: due.to_sat(),
            script: address.assume_checked().script_pubkey(),
            expiry: invoice["expirationTime"].as_i64().expect("a time"),
        }
    }

    /// From the answer to whoever made it.
    pub fn of_answer(answer: &str) -> Self {
        let answer: Value = serde_json::from_str(answer).unwrap_or_else(|e| panic!("{e}: {answer}"));
        Self::of_invoice(&answer["data"])
    }
}
