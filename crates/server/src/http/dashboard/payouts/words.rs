//! Where a transaction stands, in words, and amounts that only its pages show.

use crate::app::view::{SpendState, SpendView};
use crate::http::dashboard::invoices::words::count;
use crate::http::pages::Icon;

/// Tone, icon and label of where it stands.
pub fn state(view: &SpendView) -> (&'static str, Icon, &'static str) {
    match view.state {
        SpendState::ToSign => ("care", Icon::Key, "To sign"),
        SpendState::Cancelled => ("soft", Icon::Close, "Cancelled"),
        SpendState::Sent if view.broadcast => ("care", Icon::Seen, "Sent"),
        SpendState::Sent => ("care", Icon::Waiting, "Signed"),
        SpendState::Replaced => ("soft", Icon::Again, "Replaced"),
        SpendState::Rivalled => ("stop", Icon::Late, "In conflict"),
        SpendState::Confirmed(_) => ("good", Icon::Complete, "Confirmed"),
        SpendState::Dead => ("stop", Icon::Stop, "Failed"),
    }
}

/// What a state means.
pub fn meaning(view: &SpendView) -> String {
    match view.state {
        SpendState::ToSign => "Sign it in your own wallet, then bring it back here.".to_owned(),
        SpendState::Cancelled => "It was not signed. Its coins are free for other transactions.".to_owned(),
        SpendState::Sent if view.broadcast => "The network has it. It waits for a block.".to_owned(),
        SpendState::Sent => "It is signed, and handed to your node until the network has it.".to_owned(),
        SpendState::Replaced => "A newer version, which pays the network more, took its place.".to_owned(),
        SpendState::Rivalled => {
            "Another transaction spends one of its coins. Only one of the two can come about: wait for six \
             confirmations of either."
                .to_owned()
        }
        SpendState::Confirmed(n) => {
            format!("It is in a block, with {}.", count(u64::from(n), "confirmation"))
        }
        SpendState::Dead => {
            "Another transaction spent one of its coins, six blocks deep: this one can never come about."
                .to_owned()
        }
    }
}

/// What it is for.
pub fn title(view: &SpendView) -> String {
    match view.payees.len() {
        0 => "Coins put together".to_owned(),
        _ if view.refunds.is_empty() => "Payout".to_owned(),
        _ => format!("Payout of {}", count(u64::try_from(view.refunds.len()).unwrap_or(u64::MAX), "refund")),
    }
}

/// Thousandths as a number: 1250 is `1.25`.
pub fn thousandths(number: u64) -> String {
    let (whole, rest) = (number / 1000, number % 1000);
    let text = format!("{whole}.{rest:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How many per cent of a whole a part is, with one digit; none of nothing.
pub fn percent(part: u64, whole: u64) -> Option<String> {
    let tenths = part.checked_mul(1000)?.checked_add(whole / 2)?.checked_div(whole)?;
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_shares_are_read_without_zeros_that_say_nothing() {
        for (number, shown) in [(0, "0"), (1000, "1"), (1250, "1.25"), (999, "0.999"), (20_010, "20.01")] {
            assert_eq!(thousandths(number), shown);
        }
        for (part, whole, shown) in
            [(1, 1000, Some("0.1 %")), (155, 1000, Some("15.5 %")), (2, 1, Some("200.0 %")), (1, 0, None)]
        {
            assert_eq!(percent(part, whole).as_deref(), shown);
        }
    }
}
