//! The coins of a store's wallet, as far as its addresses were issued here: what they are for, which are kept for
//! transactions that wait, and whether it is worth to put them together.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::error::PageError;
use super::frame::{Frame, Section, Tab};
use super::invoices::words::{count, pill};
use super::merchant::Owner;
use super::parts::{Problems, facts, table};
use super::payouts::{Chosen, Purpose};
use super::worth::Worth;
use crate::app::view::{CoinView, CoinsView};
use crate::app::{MAX_CONSOLIDATED, Permission};
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// The coins.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    page(&web, &owner, &Chosen::nothing(Purpose::Gather), &Problems::default()).await
}

/// Builds a transaction that puts them together, and shows it.
pub async fn consolidate(
    State(web): State<Web>,
    owner: Owner,
    request: Request,
) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let fee = Chosen::of(&form, Purpose::Gather);
    let (status, problems) = match fee.read(web.app().fees(&owner.store.network)) {
        Err(problems) => (StatusCode::BAD_REQUEST, problems),
        Ok(choice) => match owner.app(&web).consolidate(&owner.store, choice).await {
            Ok(view) => {
                return Ok(Redirect::to(&owner.path(&format!("/payouts/{}", view.id))).into_response());
            }
            Err(error) => fee.refused(error)?,
        },
    };
    Ok((status, page(&web, &owner, &fee, &problems).await?).into_response())
}

async fn page(web: &Web, owner: &Owner, fee: &Chosen, problems: &Problems) -> Result<Markup, PageError> {
    let view = web.app().coins(&owner.store).await?;
    let worth = Worth::today(web, &owner.store).await;
    let frame = owner.frame().await?;
    let fees = web.app().fees(&owner.store.network);
    let body = html! {
        a class="back" href=(owner.path("/wallet")) { (icon(Icon::Back)) "Wallet" }
        div class="head" { h1 { "Coins" } }
        (problems)
        @if view.count == 0 {
            section class="sheet empty" {
                (icon(Icon::Wallet))
                h2 { "No coins yet" }
                p class="lead" { "What your invoices bring lies here, coin by coin, until you spend it." }
            }
        } @else {
            div class="pair" {
                (balance(&view, &worth))
                @if owner.may(Permission::PayOut) && (view.scattered || !problems.is_empty()) {
                    (together(&frame, owner, &fee.fields(fees, problems)))
                }
            }
            (listed(owner, &view, &worth))
        }
    };
    Ok(frame.bare("Coins", Section::Store(&owner.store, Tab::Wallet), &body))
}

fn balance(view: &CoinsView, worth: &Worth) -> Markup {
    html! {
        section class="sheet" {
            h2 { "Balance" }
            (facts(&[
                ("In blocks", worth.amount(view.confirmed)),
                ("Unconfirmed", worth.amount(view.unconfirmed)),
                ("Kept for payouts", worth.amount(view.kept)),
                ("Free to spend", worth.amount(view.free)),
            ]))
            p class="hint" {
                "A payment is free six confirmations after it came, change after one. Coins at addresses that your \
                 wallet gave out itself are not seen here."
            }
        }
    }
}

fn listed(owner: &Owner, view: &CoinsView, worth: &Worth) -> Markup {
    let rows: Vec<Vec<Markup>> = view.coins.iter().map(|coin| row(owner, coin, worth)).collect();
    html! {
        section class="sheet" {
            h2 { (count(u64::try_from(view.count).unwrap_or(u64::MAX), "coin")) }
            (table("Coins", &["Amount", "From", "Confirmations", "State"], &rows))
            @if view.count > view.coins.len() { p class="hint" { "The " (view.coins.len()) " largest are shown." } }
        }
    }
}

fn row(owner: &Owner, coin: &CoinView, worth: &Worth) -> Vec<Markup> {
    vec![
        html! { (worth.amount(coin.amount)) },
        html! {
            @match &coin.paid {
                Some((invoice, order)) => {
                    a href={ (owner.path("/invoices/")) (invoice) } {
                        @match order { Some(order) => { "Order " (order) }, None => "Invoice" }
                    }
                },
                None => "Change",
            }
            small { code { (coin.address) } }
            small { code { (coin.outpoint) } }
        },
        html! { (coin.confirmations) },
        html! {
            @match coin.kept_for {
                Some(spend) => a href={ (owner.path("/payouts/")) (spend) } { "Kept for a payout" },
                None if coin.free => (pill("good", Icon::Paid, "Free")),
                None => (pill("care", Icon::Waiting, "Waits")),
            }
        },
    ]
}

fn together(frame: &Frame, owner: &Owner, fields: &Markup) -> Markup {
    html! {
        form class="sheet form" method="post" action=(owner.path("/wallet/consolidate")) {
            (frame.csrf_field())
            h2 { "Put them together" }
            p {
                "Each coin that a payout spends adds to its fee. While fees are low, a transaction to yourself makes one \
                 coin of up to " (MAX_CONSOLIDATED) ". Whoever looks at the chain then knows that they are one owner’s."
            }
            (fields)
            p class="actions" { button class="btn" { "Build the transaction" } }
        }
    }
}
