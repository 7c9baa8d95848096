//! Amounts as a merchant reads them: in bitcoin, and what that is worth in the store's currency. Worth is
//! for reading only: nothing is reckoned with it.

use bitcoin::Amount;
use maud::{Markup, html};
use specie_core::quote::{self, Rate};

use super::invoices::words::btc;
use crate::app::Store;
use crate::http::Web;

/// A rate to read amounts by, if there is one.
#[derive(Debug, Clone)]
pub struct Worth(Option<Rate>);

impl Worth {
    /// By the rate of now.
    pub async fn today(web: &Web, store: &Store) -> Self {
        Self::at(web.app().rate(Some(store), store.currency).await.ok().as_ref())
    }

    /// By this rate; by none where the currency is bitcoin under another name.
    pub fn at(rate: Option<&Rate>) -> Self {
        Self(rate.filter(|rate| rate.currency.constant_rate().is_none()).cloned())
    }

    /// What so many satoshis are worth: `4.20 EUR`.
    pub fn of(&self, sats: u64) -> Option<String> {
        let rate = self.0.as_ref()?;
        let worth = quote::value(Amount::from_sat(sats), rate);
        Some(format!("{} {}", rate.currency.format(worth), rate.currency))
    }

    /// So many satoshis in bitcoin, and what they are worth.
    pub fn amount(&self, sats: u64) -> Markup {
        html! {
            span class="worth" {
                (btc(sats)) " BTC"
                @if let Some(worth) = self.of(sats) { " " small { "≈ " (worth) } }
            }
        }
    }
}
