//! One transaction: in plain words what will be signed, and what became of it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::SpendId;

use super::fee::{Chosen, Purpose};
use super::words::{self, percent, thousandths};
use super::{qr, sign};
use crate::app::Permission;
use crate::app::view::{RefundView, SpendState, SpendView};
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::words::{behind, count, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, facts};
use crate::http::dashboard::worth::Worth;
use crate::http::pages::{Icon, copy_button, grouped, icon};

/// The transaction that the path names.
pub fn spend(owner: &Owner) -> Result<SpendId, PageError> {
    owner.param("spend").parse().map_err(|_| PageError::not_found())
}

/// The transaction.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    page(&web, &owner, &Chosen::nothing(Purpose::Faster), &Problems::default()).await
}

/// Does not sign it after all.
pub async fn cancel(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let cancelled = owner.app(&web).cancel_spend(owner.store.id, spend(&owner)?).await?;
    let words = match cancelled.replaces {
        Some(_) => "The transaction is cancelled. The version before it stands.",
        None => "The transaction is cancelled. What it was to pay waits for another.",
    };
    back(&owner, words).await
}

/// Builds another version of it, which pays the network more.
pub async fn bump(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let fee = Chosen::of(&form, Purpose::Faster);
    let (status, problems) = match fee.read(web.app().fees(&owner.store.network)) {
        Err(problems) => (StatusCode::BAD_REQUEST, problems),
        Ok(choice) => match owner.app(&web).bump_spend(&owner.store, spend(&owner)?, choice).await {
            Ok(view) => {
                return Ok(Redirect::to(&owner.path(&format!("/payouts/{}", view.id))).into_response());
            }
            Err(error) => fee.refused(error)?,
        },
    };
    Ok((status, page(&web, &owner, &fee, &problems).await?).into_response())
}

/// The page, with why something was not done.
pub async fn with_problem(web: &Web, owner: &Owner, problems: &Problems) -> Result<Response, PageError> {
    let page = page(web, owner, &Chosen::nothing(Purpose::Faster), problems).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

/// Leaves words and shows the transaction.
pub async fn back(owner: &Owner, words: &str) -> Result<Redirect, PageError> {
    owner.merchant.go(&owner.path(&format!("/payouts/{}", spend(owner)?)), words).await
}

async fn page(web: &Web, owner: &Owner, fee: &Chosen, problems: &Problems) -> Result<Markup, PageError> {
    let view = web.app().spend(owner.store.id, spend(owner)?).await?;
    let earlier = earlier(web, owner, &view).await?;
    let worth = Worth::today(web, &owner.store).await;
    let frame = owner.frame().await?;
    let path = owner.path(&format!("/payouts/{}", view.id));
    let (title, to_sign) = (words::title(&view), view.state == SpendState::ToSign);
    let body = html! {
        a class="back" href=(owner.path("/payouts")) { (icon(Icon::Back)) "Payouts" }
        div class="head" { h1 { (title) } }
        (problems)
        div class="split" {
            div class="stack" {
                (standing(&view, earlier.as_ref()))
                (outputs(owner, &view, &worth))
                @if to_sign && owner.may(Permission::PayOut) { (sign::section(&frame, &view, &path, problems)) }
                @if can_be_sped_up(&view) && owner.may(Permission::PayOut) { (faster(&frame, web, owner, &path, fee, problems)) }
            }
            div class="stack" {
                (money(&view, &worth))
                @if to_sign && owner.may(Permission::PayOut) { (qr::section(&view, &path)) }
                (identity(owner, &view))
                @if can_be_cancelled(&view) && owner.may(Permission::PayOut) { (cancelling(&frame, &view, &path)) }
            }
        }
    };
    Ok(frame.bare(&title, Section::Store(&owner.store, Tab::Payouts), &body))
}

/// Coins that are put together wait: nobody is paid by that.
fn can_be_sped_up(view: &SpendView) -> bool {
    view.state == SpendState::Sent && !view.refunds.is_empty()
}

/// What was never signed, and is neither over nor seen by the network all the same.
fn can_be_cancelled(view: &SpendView) -> bool {
    view.signed_at.is_none() && matches!(view.state, SpendState::ToSign | SpendState::Rivalled)
}

fn standing(view: &SpendView, earlier: Option<&SpendView>) -> Markup {
    let (tone, shown, label) = words::state(view);
    let (there, needed) = view.signatures;
    html! {
        section class={ "sheet" (behind(tone)) } id="status" {
            div class="status" {
                (icon(shown))
                h2 class="state" { (label) }
                p { (words::meaning(view)) }
            }
            @if view.state == SpendState::ToSign && needed > 1 {
                p { (there) " of " (count(u64::try_from(needed).unwrap_or(u64::MAX), "signature")) " are there." }
            }
            (refusal(view))
            (rival(view, earlier))
        }
    }
}

/// Why the node does not take what is signed, as long as it does not.
fn refusal(view: &SpendView) -> Markup {
    let is_there = view.broadcast || matches!(view.state, SpendState::Confirmed(_));
    let Some(words) = view.refusal.as_ref().filter(|_| view.signed_at.is_some() && !is_there) else {
        return html! {};
    };
    html! {
        p class="notice bad" {
            "Your node does not take it: " (sentence(words))
            @if matches!(view.state, SpendState::Sent | SpendState::Rivalled) {
                " It is handed to it again and again."
            }
            @if can_be_sped_up(view) { " If it pays too little, speed it up." }
        }
    }
}

/// The version whose place it takes, if that is what takes its coins.
async fn earlier(web: &Web, owner: &Owner, view: &SpendView) -> Result<Option<SpendView>, PageError> {
    let (Some(id), Some(rival)) = (view.replaces, &view.rival) else { return Ok(None) };
    let earlier = web.app().spend(owner.store.id, id).await?;
    Ok(Some(earlier).filter(|earlier| earlier.txid == *rival))
}

/// What takes one of its coins. Of one that was replaced that is its own successor, of which nobody is warned.
fn rival(view: &SpendView, earlier: Option<&SpendView>) -> Markup {
    let Some(rival) = &view.rival else { return html! {} };
    let is_paid = earlier.is_some_and(|earlier| matches!(earlier.state, SpendState::Confirmed(_)));
    html! {
        @match view.state {
            SpendState::ToSign if is_paid => p class="notice" {
                "The earlier version, " code { (rival) } ", is in a block: nothing is left for this one to pay. Cancel it."
            },
            SpendState::ToSign if earlier.is_some() => p class="notice" {
                "The earlier version, " code { (rival) } ", may come into a block before you have signed this one. \
                 Nothing is left for this one to pay then."
            },
            SpendState::ToSign => p class="notice" {
                "One of its coins is being spent by another transaction: " code { (rival) } ". If that comes into a \
                 block, this one never can. You can still cancel this one."
            },
            SpendState::Rivalled | SpendState::Dead => {
                p class="notice bad" { "The other transaction: " code { (rival) } }
            },
            _ => {},
        }
    }
}

/// Whom it pays, and what comes back.
fn outputs(owner: &Owner, view: &SpendView, worth: &Worth) -> Markup {
    let refund = |address: &str, sats: u64| -> Option<&RefundView> {
        view.refunds.iter().find(|r| r.address.as_deref() == Some(address) && r.amount == sats)
    };
    html! {
        section class="sheet" {
            h2 {
                @if view.state == SpendState::ToSign { "What will be signed" } @else { "What it does" }
            }
            @if view.state == SpendState::ToSign {
                p class="hint" { "Your wallet shows the same addresses and amounts before it signs. Compare them." }
            }
            ol class="addresses" {
                @for (i, (address, sats)) in view.payees.iter().enumerate() {
                    li {
                        p class="row" {
                            strong { "Pays " (worth.amount(*sats)) }
                            (copy_button(&format!("payee-{i}"), "address", address, &format!("payee-{i}")))
                        }
                        (grouped(address, &format!("payee-{i}")))
                        @if let Some(refund) = refund(address, *sats) {
                            p class="hint" { a href={ (owner.path("/refunds/")) (refund.id) } { "The refund that this pays" } }
                        }
                    }
                }
                @for (i, (address, sats)) in view.change.iter().enumerate() {
                    li {
                        p class="row" { span { "Back to your own wallet: " (worth.amount(*sats)) } }
                        (grouped(address, &format!("change-{i}")))
                    }
                }
            }
        }
    }
}

fn money(view: &SpendView, worth: &Worth) -> Markup {
    let paid: u64 = view.payees.iter().map(|(_, sats)| sats).sum();
    let back: u64 = view.change.iter().map(|(_, sats)| sats).sum();
    let coins = count(u64::try_from(view.coins).unwrap_or(u64::MAX), "coin");
    let mut rows = vec![("Spends", html! { (coins) ", " (worth.amount(view.spent)) })];
    if !view.payees.is_empty() {
        rows.push(("Pays", worth.amount(paid)));
    }
    rows.push(("Back to you", worth.amount(back)));
    rows.push((
        "Fee",
        html! { span class="worth" { (view.fee) " sat" @if let Some(worth) = worth.of(view.fee) { " " small { "≈ " (worth) } } } },
    ));
    rows.push(("Fee rate", html! { (thousandths(view.millisats_per_vbyte)) " sat/vB" }));
    let share = match view.payees.is_empty() {
        true => percent(view.fee, back).map(|share| ("Fee of what is moved", share)),
        false => percent(view.fee, paid).map(|share| ("Fee of what is paid", share)),
    };
    rows.extend(share.map(|(name, share)| (name, html! { (share) })));
    html! { section class="sheet" { h2 { "Money" } (facts(&rows)) } }
}

fn identity(owner: &Owner, view: &SpendView) -> Markup {
    let (there, needed) = view.signatures;
    let mut rows = vec![
        ("Built", time(view.created_at)),
        ("Signatures", html! { (there) " of " (needed) }),
        ("Size", html! { (view.vbytes) " vbytes" }),
    ];
    rows.extend(view.signed_at.map(|at| ("Signed", time(at))));
    if view.signed_at.is_some() {
        rows.push(("Transaction id", html! { code { (view.txid) } }));
    }
    if let Some(before) = view.replaces {
        rows.push((
            "Takes the place of",
            html! { a href={ (owner.path("/payouts/")) (before) } { "an earlier version" } },
        ));
    }
    html! { section class="sheet" { h2 { "Transaction" } (facts(&rows)) } }
}

/// Another version of what waits for a block.
fn faster(frame: &Frame, web: &Web, owner: &Owner, path: &str, fee: &Chosen, problems: &Problems) -> Markup {
    let fees = web.app().fees(&owner.store.network);
    html! {
        section class="sheet" {
            details open[!problems.is_empty()] {
                summary { "Speed it up" }
                form class="form" method="post" action={ (path) "/bump" } {
                    (frame.csrf_field())
                    p { "Another version pays the same with a higher fee, and takes this one’s place once you have signed it." }
                    (fee.fields(fees, problems))
                    p class="actions" { button class="btn" { "Build the faster version" } }
                }
            }
        }
    }
}

fn cancelling(frame: &Frame, view: &SpendView, path: &str) -> Markup {
    html! {
        section class="sheet" {
            h2 { "Cancel this transaction" }
            @if view.replaces.is_some() {
                p { "The version before it stands, and goes on waiting for a block." }
            } @else {
                p { "Its coins are free again, and what it was to pay waits for another transaction." }
            }
            form method="post" action={ (path) "/cancel" } {
                (frame.csrf_field())
                p class="actions" { button class="btn small danger" { "Cancel the transaction" } }
            }
        }
    }
}
