//! What scenarios are called, what each will do to an invoice, and what it did.

use crate::app::view::{InvoiceView, PaymentState};
use crate::app::{Play, Scenario};
use crate::http::dashboard::invoices::words::{btc, count};

/// Its button.
pub fn label(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Pay => "Pay",
        Scenario::Underpay => "Pay too little",
        Scenario::Overpay => "Pay too much",
        Scenario::PayLate => "Pay late",
        Scenario::Replace => "Raise the fee",
        Scenario::DoubleSpend => "Double-spend",
        Scenario::Mine => "Mine",
        Scenario::Reorg => "Reorganise",
        Scenario::Vanish => "Reorganise and lose",
        Scenario::Expire => "Expire",
    }
}

/// What it will do.
pub fn will(view: &InvoiceView, scenario: Scenario) -> String {
    let missing = btc(view.remaining);
    match scenario {
        Scenario::Pay => format!("Pays what is missing, {missing} BTC."),
        Scenario::Underpay => format!("Pays half of what is missing, {} BTC.", btc(view.remaining / 2)),
        Scenario::Overpay => {
            let more = view.remaining.saturating_add(view.remaining.div_ceil(2));
            format!("Pays half as much again, {} BTC.", btc(more))
        }
        Scenario::PayLate if view.top_up => "Ends the time for paying, and then pays.".to_owned(),
        Scenario::PayLate => format!("Ends the time for paying, and then pays {missing} BTC."),
        Scenario::Replace => {
            "The buyer sends the same payment again for a higher fee: the first is gone, the second counts."
                .to_owned()
        }
        Scenario::DoubleSpend => {
            "The buyer spends the same coins elsewhere: what waits for its first block is gone.".to_owned()
        }
        Scenario::Mine => "Blocks come: one confirms as most stores ask, six make complete.".to_owned(),
        Scenario::Reorg => {
            format!("Other blocks replace {}: its payment waits for a block again.", since(view))
        }
        Scenario::Vanish => {
            format!("Other blocks replace {}, and its coins are spent elsewhere.", since(view))
        }
        Scenario::Expire => "The time for paying is over now.".to_owned(),
    }
}

/// The blocks that there are since its payments.
fn since(view: &InvoiceView) -> String {
    let mined = view.payments.iter().filter(|p| p.state == PaymentState::Confirmed);
    match mined.map(|p| p.confirmations).max().unwrap_or(0) {
        1 => "the last block".to_owned(),
        more => format!("the last {more} blocks"),
    }
}

/// What it did.
pub fn done(play: Play) -> String {
    match play.scenario {
        Scenario::Pay => "Paid on the practice chain.".to_owned(),
        Scenario::Underpay => "Too little was paid on the practice chain.".to_owned(),
        Scenario::Overpay => "Too much was paid on the practice chain.".to_owned(),
        Scenario::PayLate => "Paid late on the practice chain.".to_owned(),
        Scenario::Replace => "The payment was sent again for a higher fee.".to_owned(),
        Scenario::DoubleSpend => "The coins were spent elsewhere.".to_owned(),
        Scenario::Mine => {
            let blocks = count(u64::from(play.blocks.unwrap_or(1)), "block");
            format!("{blocks} mined on the practice chain.")
        }
        Scenario::Reorg => "The practice chain was reorganised.".to_owned(),
        Scenario::Vanish => "The practice chain was reorganised, and the payment is gone.".to_owned(),
        Scenario::Expire => "The time for paying was ended.".to_owned(),
    }
}
