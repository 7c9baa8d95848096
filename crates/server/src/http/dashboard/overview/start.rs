//! What a new store needs to sell, as steps, until it has them.

use maud::{Markup, html};

use crate::app::Permission;
use crate::app::view::Overview;
use crate::http::dashboard::merchant::Owner;
use crate::http::pages::{Icon, icon};

/// The steps that are left, of those that this person may take; nothing where something was invoiced.
pub fn steps(overview: &Overview, owner: &Owner) -> Markup {
    let sells = !overview.newest.is_empty();
    if sells && overview.has_wallet {
        return html! {};
    }
    let all = [
        (
            Permission::ConnectWallet,
            overview.has_wallet,
            "Connect a wallet",
            "Buyers pay straight into it. Its public key is enough: nothing here can spend.",
            "/wallet",
        ),
        (
            Permission::MakeInvoices,
            sells,
            "Make an invoice",
            "Send its link to a buyer, or pay it yourself to see how it goes.",
            "/invoices/create",
        ),
        (
            Permission::Tokens,
            overview.is_paired,
            "Connect your shop",
            "Pair a plugin or a program of yours, and it makes the invoices itself.",
            "/tokens",
        ),
        (
            Permission::Tokens,
            false,
            "Set a pay button on your website",
            "No program is needed: a snippet of HTML.",
            "/button",
        ),
    ];
    if !all.iter().any(|(needs, done, ..)| !done && owner.may(*needs)) {
        return html! {};
    }
    html! {
        section class="sheet" id="start" {
            h2 { "What to do next" }
            ul class="todo" {
                @for (_, done, title, words, path) in all.into_iter().filter(|(needs, ..)| owner.may(*needs)) {
                    li {
                        (icon(if done { Icon::Paid } else { Icon::Next }))
                        span {
                            @if done { b { (title) } span class="hush" { ": done" } }
                            @else { a href=(owner.path(path)) { (title) } }
                            small { (words) }
                        }
                    }
                }
            }
        }
    }
}
