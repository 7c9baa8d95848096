//! The step before the address, on the page of an invoice that has none yet: whoever wants to pay says so.

use maud::{Markup, html};

use super::actions::page_query;
use crate::app::view::InvoiceView;
use crate::http::Pairs;
use crate::http::l10n::Words;
use crate::http::pages::{Icon, icon};

/// The button that has the address issued; nothing for an invoice that asks for nothing.
pub fn form(words: Words, view: &InvoiceView, asked: &Pairs) -> Markup {
    html! {
        @if view.unopened {
            form class="scan" method="post" action={ "/i/" (view.id) "/open" (page_query(asked)) } {
                button class="btn main" { (icon(Icon::Wallet)) (words.say("open-payment")) }
                p class="hint" { (words.say("open-payment-words")) }
            }
        }
    }
}
