//! The practice controls of an invoice: pay it and mine blocks, on the chain inside this program.
//! Invoices of real networks have none.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bitcoin::{Amount, Denomination};
use maud::{Markup, html};
use specie_core::ids::InvoiceId;

use super::detail;
use super::words::{btc, count};
use crate::app::Practice;
use crate::app::view::InvoiceView;
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, field};

/// Most blocks that are mined at once.
const MAX_BLOCKS: u32 = 100;
/// How long the answer waits for what it did to show. It shows later all the same.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks meanwhile.
const LOOK: Duration = Duration::from_millis(25);

/// What was typed into the controls, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    amount: Option<String>,
    blocks: Option<String>,
    /// What is wrong with it.
    pub problems: Problems,
}

/// Pays an amount; if none is named, what is missing.
pub async fn pay(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let view = practice_invoice(&web, &owner).await?;
    let text = form.get("amount").trim();
    let amount = match text {
        "" => Ok(None),
        text => Amount::from_str_in(text, Denomination::Bitcoin)
            .map(Some)
            .map_err(|e| format!("Not an amount of bitcoin: {e}.")),
    };
    let paid = match amount {
        Ok(amount) => web.app().practice_pay(view.id, amount).await.map_err(|e| sentence(&e)),
        Err(words) => Err(words),
    };
    match paid {
        Ok(_) => {
            shown(seen(&web, &view)).await;
            back(&owner, view.id, "Paid on the practice chain.").await
        }
        Err(words) => {
            let problems = Problems::one("amount", words);
            let typed = Typed { amount: Some(text.to_owned()), problems, ..Typed::default() };
            detail::refused(&web, &owner, view.id, &typed).await
        }
    }
}

/// Mines blocks.
pub async fn mine(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let view = practice_invoice(&web, &owner).await?;
    let text = form.get("blocks").trim();
    let blocks = text.parse().ok().filter(|blocks| (1..=MAX_BLOCKS).contains(blocks));
    let Some(blocks) = blocks else {
        let problems = Problems::one("blocks", format!("From 1 to {MAX_BLOCKS} blocks are mined at once."));
        let typed = Typed { blocks: Some(text.to_owned()), problems, ..Typed::default() };
        return detail::refused(&web, &owner, view.id, &typed).await;
    };
    let height = web.app().practise(Practice::Mine { blocks })?.height;
    shown(followed(&web, &view, height)).await;
    back(&owner, view.id, &format!("{} mined on the practice chain.", count(u64::from(blocks), "block")))
        .await
}

async fn practice_invoice(web: &Web, owner: &Owner) -> Result<InvoiceView, PageError> {
    let id: InvoiceId = owner.param("invoice").parse().map_err(|_| PageError::not_found())?;
    let view = web.app().invoice(id, Some(owner.store.id)).await?;
    if view.sandbox { Ok(view) } else { Err(PageError::not_found()) }
}

async fn back(owner: &Owner, id: InvoiceId, words: &str) -> Result<Response, PageError> {
    let to = owner.path(&format!("/invoices/{id}"));
    Ok(owner.merchant.go(&to, words).await?.into_response())
}

/// Waits a little for what was done to show on the page that follows; it shows at the next look if it
/// takes longer.
async fn shown(done: impl Future<Output = ()>) {
    let _ = tokio::time::timeout(PATIENCE, done).await;
}

/// Ends when an invoice has one payment more.
async fn seen(web: &Web, before: &InvoiceView) {
    while let Ok(now) = web.app().invoice(before.id, None).await
        && now.payments.len() == before.payments.len()
    {
        tokio::time::sleep(LOOK).await;
    }
}

/// Ends when the chain was followed to a height: that is when every invoice was settled by it.
async fn followed(web: &Web, invoice: &InvoiceView, height: u32) {
    while web.app().chain_state(&invoice.network).locator.tip().is_none_or(|tip| tip.height < height) {
        tokio::time::sleep(LOOK).await;
    }
}

/// The controls.
pub fn section(view: &InvoiceView, path: &str, csrf: &Markup, typed: &Typed) -> Markup {
    let missing = btc(view.remaining);
    let amount = typed.amount.as_deref().unwrap_or(if view.remaining > 0 { &missing } else { "" });
    let hint = if view.top_up { "Any amount." } else { "Left empty: what is missing." };
    html! {
        section class="sheet" {
            h2 { "Practice" }
            @if view.address.is_some() {
                form class="form" method="post" action={ (path) "/pay" } {
                    (csrf)
                    (field("amount", "Amount").unit("BTC").value(amount).inputmode("decimal").hint(hint).problem(&typed.problems))
                    p class="actions" { button class="btn" { "Pay" } }
                }
            }
            form class="form" method="post" action={ (path) "/mine" } {
                (csrf)
                (field("blocks", "Blocks").kind("number").value(typed.blocks.as_deref().unwrap_or("1"))
                    .inputmode("numeric").problem(&typed.problems))
                p class="actions" { button class="btn" { "Mine" } }
            }
        }
    }
}
