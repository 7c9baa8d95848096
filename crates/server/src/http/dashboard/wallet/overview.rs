//! A connected wallet at a glance: what lies in it, how far another program must look to find it all, the newest
//! addresses, and the newest payouts.

use maud::{Markup, html};

use super::addresses;
use crate::app::view::{BalanceSheet, GapView, SpendView};
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::is_practice;
use crate::http::dashboard::invoices::words::{count, pill, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{facts, table};
use crate::http::dashboard::payouts::words;
use crate::http::dashboard::worth::Worth;
use crate::http::pages::{Icon, icon};

/// Addresses that are shown here; all of them have a page of their own.
const ADDRESSES: u32 = 5;
/// Payouts that are shown here.
const PAYOUTS: u32 = 3;
/// The gap limit that nearly every wallet has from the start.
const USUAL: u32 = 20;

/// All of it.
pub async fn sections(web: &Web, owner: &Owner) -> Result<Markup, PageError> {
    let view = web.app().wallet_overview(&owner.store, ADDRESSES).await?;
    let payouts = web.app().spends(&owner.store, None, PAYOUTS).await?;
    let worth = Worth::today(web, &owner.store).await;
    Ok(html! {
        div class="pair" {
            (balance(owner, view.balance, &worth))
            (gap(view.gap, is_practice(&owner.store)))
        }
        (addresses::newest(owner, &view.newest, &worth))
        (spent(owner, &payouts, &worth))
    })
}

fn balance(owner: &Owner, sheet: BalanceSheet, worth: &Worth) -> Markup {
    html! {
        section class="sheet" id="balance" {
            h2 { "Balance" }
            (facts(&[
                ("Confirmed", worth.amount(sheet.confirmed)),
                ("Waiting for a block", worth.amount(sheet.waiting)),
                ("Kept for payouts", worth.amount(sheet.kept)),
            ]))
            p class="hint" {
                "What came to addresses that were issued here. What your wallet received by itself is not seen."
            }
            p class="actions" {
                a class="btn small" href=(owner.path("/wallet/coins")) { (count(sheet.coins, "coin")) }
            }
        }
    }
}

/// How far another program must look, and how it is told so.
fn gap(gap: Option<GapView>, practice: bool) -> Markup {
    html! {
        section class="sheet" id="gap" {
            h2 { "Will your wallet see it all?" }
            @match gap {
                None => p { "No address was issued yet. Once one is, you see here how far your wallet has to look." },
                Some(gap) => {
                    p class="pills" { (verdict(gap)) }
                    p { "Your wallet needs a gap limit of at least " strong { (gap.needed) } " to see all of these." }
                    p class="hint" { (because(gap)) }
                    @if practice { p class="hint" { "On the practice chain there is nothing to set." } }
                    @else if gap.needed > USUAL { (how_to(gap.needed)) }
                }
            }
        }
    }
}

fn verdict(gap: GapView) -> Markup {
    if gap.needed > USUAL {
        pill("care", Icon::Late, "Set your wallet")
    } else {
        pill("good", Icon::Paid, "Yes: most wallets look 20 ahead")
    }
}

/// Where the longest row of unpaid addresses stands.
fn because(gap: GapView) -> Markup {
    html! {
        @match (gap.run, gap.after) {
            (0, _) => "Every address so far was paid, or was passed over when the wallet was connected.",
            (1, _) => "Nowhere is more than one unpaid address in a row.",
            (run, None) => { "The first " (run) " addresses in a row were not paid." },
            (run, Some(index)) => { "After address " code { "0/" (index) } ", " (run) " in a row were not paid." },
        }
        " A wallet stops looking after so many unused ones, and shows nothing that lies behind."
    }
}

fn how_to(needed: u32) -> Markup {
    html! {
        details class="fold" {
            summary { "What to do in your wallet" }
            ul class="steps" {
                li { strong { "Sparrow" } ": Settings, Advanced, set “Gap limit” to " (needed) ", then Apply." }
                li {
                    strong { "Electrum" } ": View, Show Console, then type "
                    code { "wallet.change_gap_limit(" (needed) ")" } " in the Console tab, and start Electrum again."
                }
                li { strong { "Ledger" } ": Settings, Experimental features, set “Custom gap limit” to " (needed) "." }
                li { strong { "Bitcoin Core" } ": in its console, type " code { "keypoolrefill " (needed) } ", then rescan." }
                li { strong { "Another" } ": look for “gap limit” in its settings. If it has none, use one of these with the same keys." }
            }
        }
    }
}

fn spent(owner: &Owner, payouts: &[SpendView], worth: &Worth) -> Markup {
    let rows: Vec<Vec<Markup>> = payouts.iter().map(|spend| {
        let (tone, shown, label) = words::state(spend);
        let paid: u64 = spend.payees.iter().map(|(_, sats)| sats).sum();
        vec![
            html! { a class="go" href={ (owner.path("/payouts/")) (spend.id) } { (words::title(spend)) } },
            html! { span class="pills" { (pill(tone, shown, label)) } },
            html! { @if spend.payees.is_empty() { "To yourself" } @else { (worth.amount(paid)) } },
            time(spend.created_at),
        ]
    }).collect();
    html! {
        section class="sheet" {
            h2 { "Payouts" }
            @if rows.is_empty() {
                p class="lead" { "Nothing was paid out of this wallet yet." }
            } @else {
                (table("Newest payouts", &["Transaction", "State", "Pays", "Built"], &rows))
            }
            p class="actions" { a class="btn small plain" href=(owner.path("/payouts")) { "All payouts" (icon(Icon::Next)) } }
        }
    }
}
