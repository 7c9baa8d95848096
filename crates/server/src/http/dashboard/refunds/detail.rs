//! One refund: where it stands, the link that asks its buyer, and what can still be changed about it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::RefundId;
use specie_core::money::Currency;

use super::words;
use crate::app::view::{InvoiceView, RefundState, RefundView};
use crate::app::{AppError, Permission};
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::words::{behind, btc, price, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, facts, field};
use crate::http::dashboard::worth::Worth;
use crate::http::pages::{Icon, OTHER_NETWORK, copy_button, grouped, icon};

fn refund(owner: &Owner) -> Result<RefundId, PageError> {
    owner.param("refund").parse().map_err(|_| PageError::not_found())
}

/// The refund.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    page(&web, &owner, "", &Problems::default()).await
}

/// Does not give it back after all.
pub async fn cancel(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let by = owner.merchant.user.id.to_string();
    owner.app(&web).cancel_refund(owner.store.id, refund(&owner)?, &by, None).await?;
    back(&owner, "The refund is cancelled.").await
}

/// Asks the buyer by a new link.
pub async fn ask(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    owner.app(&web).ask_again(owner.store.id, refund(&owner)?).await?;
    back(&owner, "There is a new link for the buyer. The one before it works no longer.").await
}

/// Takes the address that the merchant knows.
pub async fn send_to(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let typed = form.get("address").trim();
    match owner.app(&web).send_refund_to(owner.store.id, refund(&owner)?, typed).await {
        Ok(_) => Ok(back(&owner, "The refund has its address.").await?.into_response()),
        Err(error @ (AppError::Address | AppError::AddressNetwork)) => {
            let words = match error {
                AppError::AddressNetwork => OTHER_NETWORK.to_owned(),
                error => sentence(error),
            };
            let problems = Problems::one("address", words);
            Ok((StatusCode::BAD_REQUEST, page(&web, &owner, typed, &problems).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn back(owner: &Owner, words: &str) -> Result<Redirect, PageError> {
    owner.merchant.go(&owner.path(&format!("/refunds/{}", refund(owner)?)), words).await
}

async fn page(web: &Web, owner: &Owner, typed: &str, problems: &Problems) -> Result<Markup, PageError> {
    let view = web.app().refund(owner.store.id, refund(owner)?).await?;
    let invoice = web.app().invoice(view.invoice_id, Some(owner.store.id)).await?;
    let worth = Worth::today(web, &owner.store).await;
    let frame = owner.frame().await?;
    let (tone, shown, label) = words::state(view.state);
    let body = html! {
        a class="back" href=(owner.path("/payouts")) { (icon(Icon::Back)) "Payouts" }
        div class="head" { div { h1 { (btc(view.amount)) " " span { "BTC" } } p { "Refund of " (price(&invoice)) } } }
        (problems)
        div class="split" {
            div class="stack" {
                section class={ "sheet" (behind(tone)) } id="status" {
                    div class="status" {
                        (icon(shown))
                        h2 class="state" { (label) }
                        p { (words::meaning(view.state)) }
                    }
                    @if view.state == RefundState::Ready && owner.may(Permission::PayOut) {
                        p class="actions" { a class="btn main" href=(owner.path("/payouts")) { "Pay it" } }
                    }
                    @if let Some(spend) = view.spend_id.filter(|_| view.state == RefundState::ToSign && owner.may(Permission::PayOut)) {
                        p class="actions" {
                            a class="btn main" href={ (owner.path("/payouts/")) (spend) } { "Sign it" }
                        }
                    }
                }
                @if owner.may(Permission::Refund) { (claim(&view)) }
                (destination(&frame, owner, &view, typed, problems))
            }
            div class="stack" {
                (known(owner, &view, &invoice, &worth))
                (cancelling(&frame, owner, &view))
            }
        }
    };
    Ok(frame.bare("Refund", Section::Store(&owner.store, Tab::Payouts), &body))
}

/// The link for the buyer.
fn claim(view: &RefundView) -> Markup {
    let Some(claim) = &view.claim else { return html! {} };
    html! {
        section class="sheet" {
            h2 { "Link for the buyer" }
            p { "Send it only to the buyer: whoever opens it says where the money goes." }
            p class="row" {
                code id="claim" { (claim.url) }
                (copy_button("claim", "link", &claim.url, "claim"))
            }
            p class="hint" { "It asks until " (time(claim.ends_at)) "." }
        }
    }
}

/// Where it goes, and what can be changed about that.
fn destination(frame: &Frame, owner: &Owner, view: &RefundView, typed: &str, problems: &Problems) -> Markup {
    let path = owner.path(&format!("/refunds/{}", view.id));
    let waits = matches!(view.state, RefundState::AddressWanted | RefundState::Ready);
    let open = waits && owner.may(Permission::Refund);
    let label = if view.address.is_some() { "Another address" } else { "Address of the buyer" };
    html! {
        @if view.address.is_some() || open {
            section class="sheet" {
                h2 { "Where it goes" }
                @if let Some(address) = &view.address {
                    p class="row" {
                        span class="label" { "Bitcoin address" }
                        (copy_button("address", "address", address, "to"))
                    }
                    (grouped(address, "to"))
                }
                @if open {
                    details open[!problems.is_empty()] {
                        summary {
                            @if view.address.is_some() { "Change the address" } @else { "I know the address" }
                        }
                        form class="form" method="post" action={ (path) "/address" } {
                            (frame.csrf_field())
                            (field("address", label).required().autocomplete("off").value(typed).problem(problems)
                                .hint("The link for the buyer works no longer then."))
                            p class="actions" { button class="btn small" { "Use this address" } }
                        }
                    }
                    form method="post" action={ (path) "/ask" } {
                        (frame.csrf_field())
                        p class="actions" {
                            button class="btn small" { (icon(Icon::Again))
                                @if view.address.is_some() { "Ask the buyer again" } @else { "Make a new link" } }
                        }
                    }
                }
            }
        }
    }
}

fn known(owner: &Owner, view: &RefundView, invoice: &InvoiceView, worth: &Worth) -> Markup {
    let mut rows = vec![("Amount", worth.amount(view.amount))];
    if view.currency != Currency::Btc {
        rows.push(("Asked as", html! { (view.currency.format(view.asked)) " " (view.currency) }));
    }
    rows.push((
        "Invoice",
        html! { a href={ (owner.path("/invoices/")) (view.invoice_id) } { (price(invoice)) } },
    ));
    rows.extend(invoice.order.order_id.as_ref().map(|order| ("Order", html! { (order) })));
    rows.push(("Asked", time(view.requested_at)));
    rows.extend(view.guid.as_ref().map(|guid| ("The shop’s name for it", html! { (guid) })));
    if let Some(spend) = view.spend_id {
        rows.push(("Payout", html! { a href={ (owner.path("/payouts/")) (spend) } { "Transaction" } }));
    }
    rows.extend(view.txid.as_ref().map(|txid| ("Transaction id", html! { code { (txid) } })));
    rows.extend(view.fee.map(|fee| ("Its share of the fee", worth.amount(fee))));
    html! { section class="sheet" { h2 { "Refund" } (facts(&rows)) } }
}

fn cancelling(frame: &Frame, owner: &Owner, view: &RefundView) -> Markup {
    let waits = matches!(view.state, RefundState::AddressWanted | RefundState::Ready | RefundState::ToSign);
    let open = waits && owner.may(Permission::Refund);
    html! {
        @if open {
            section class="sheet" {
                h2 { "Cancel this refund" }
                p {
                    "Nothing is given back, and the buyer’s link says so."
                    @if view.state == RefundState::ToSign {
                        " The transaction that would pay it is cancelled too; other refunds in it wait for another."
                    }
                }
                form method="post" action={ (owner.path("/refunds/")) (view.id) "/cancel" } {
                    (frame.csrf_field())
                    p class="actions" { button class="btn small danger" { "Cancel the refund" } }
                }
            }
        }
    }
}
