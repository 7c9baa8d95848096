//! What a merchant makes happen to a practice invoice: every scenario, each with what it will do, and why not where it
//! makes no sense. Invoices of real networks have none of it.

mod words;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bitcoin::{Amount, Denomination};
use maud::{Markup, html};
use specie_core::ids::InvoiceId;

use super::detail;
use super::words::btc;
use crate::app::view::InvoiceView;
use crate::app::{AppError, MAX_BLOCKS, NotPlayed, Play, Scenario, may_play};
use crate::http::Web;
use crate::http::auth::Limited;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, field, fold};
use crate::http::form::Form;

/// What was typed into the controls, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    amount: Option<String>,
    blocks: Option<String>,
    /// What is wrong with it.
    pub problems: Problems,
}

/// Plays the scenario that the form names.
pub async fn play(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let from = web.client_ip(&request);
    let form = owner.merchant.read(request).await?;
    if !web.limits().allow(Limited::Practice, from) {
        return Err(PageError::too_many_requests());
    }
    let view = practice_invoice(&web, &owner).await?;
    let scenario = Scenario::from_name(form.get("scenario"));
    let scenario = scenario.ok_or_else(|| PageError::bad_request("There is no such scenario.".to_owned()))?;
    let problems = match read(&form, scenario) {
        Ok(play) => match web.app().play_and_see(view.id, play, None).await {
            Ok(_) => {
                let to = owner.path(&format!("/invoices/{}", view.id));
                return Ok(owner.merchant.go(&to, words::done(play)).await?.into_response());
            }
            Err(error) => Problems::one(at_fault(&error)?, sentence(&error)),
        },
        Err(problems) => problems,
    };
    let typed = |name: &str| form.all(name).next().map(str::to_owned);
    let typed = Typed { amount: typed("amount"), blocks: typed("blocks"), problems };
    detail::refused(&web, &owner, view.id, &typed).await
}

async fn practice_invoice(web: &Web, owner: &Owner) -> Result<InvoiceView, PageError> {
    let id: InvoiceId = owner.param("invoice").parse().map_err(|_| PageError::not_found())?;
    let view = web.app().invoice(id, Some(owner.store.id)).await?;
    if view.sandbox { Ok(view) } else { Err(PageError::not_found()) }
}

/// A scenario as the form has it. What is empty is left to the scenario.
fn read(form: &Form, scenario: Scenario) -> Result<Play, Problems> {
    let typed =
        |name: &str, wanted: bool| Some(form.get(name).trim()).filter(|text| wanted && !text.is_empty());
    let amount = typed("amount", scenario.pays()).map(|text| {
        Amount::from_str_in(text, Denomination::Bitcoin)
            .map_err(|e| Problems::one("amount", format!("Not an amount of bitcoin: {e}.")))
    });
    let blocks = typed("blocks", scenario.makes_blocks()).map(|text| {
        let blocks = text.parse().ok().filter(|blocks| (1..=MAX_BLOCKS).contains(blocks));
        blocks.ok_or_else(|| Problems::one("blocks", sentence(NotPlayed::Blocks)))
    });
    Ok(Play { amount: amount.transpose()?, blocks: blocks.transpose()?, ..Play::of(scenario) })
}

/// The field that a refusal is about, or none of them; what is no refusal of a scenario is no word of a form.
fn at_fault(error: &AppError) -> Result<&'static str, PageError> {
    match error {
        AppError::NotPlayed(NotPlayed::Amount(_) | NotPlayed::AmountRange) => Ok("amount"),
        AppError::NotPlayed(NotPlayed::Blocks | NotPlayed::TooShallow) => Ok("blocks"),
        AppError::NotPlayed(_) | AppError::Practice(_) | AppError::Refused(_) => Ok(""),
        other => Err(other.clone().into()),
    }
}

/// Every scenario: those that make sense now, and folded away those that do not, with the reason.
pub fn section(view: &InvoiceView, path: &str, csrf: &Markup, typed: &Typed) -> Markup {
    let action = format!("{path}/practice");
    let possible = |scenario: &Scenario| may_play(view, *scenario).is_ok();
    let plain: Vec<Scenario> = Scenario::ALL
        .into_iter()
        .filter(|scenario| possible(scenario) && !matches!(scenario, Scenario::Pay | Scenario::Mine))
        .collect();
    html! {
        section class="sheet" id="practice" {
            h2 { "Practice" }
            p class="hint" { "Make anything happen to this invoice. No real bitcoin moves, and your shop is told as it would be." }
            @if possible(&Scenario::Pay) { (pay(view, &action, csrf, typed)) }
            @if !plain.is_empty() {
                form method="post" action=(action) {
                    (csrf)
                    ul class="plays" { @for scenario in plain { (line(view, scenario)) } }
                }
            }
            (mine(&action, csrf, typed))
            (impossible(view))
            p class="hint" { "From a terminal: " code { "specie trigger invoice.paid --invoice " (view.number) } }
        }
    }
}

fn pay(view: &InvoiceView, action: &str, csrf: &Markup, typed: &Typed) -> Markup {
    let missing = btc(view.remaining);
    let amount = typed.amount.as_deref().unwrap_or(if view.remaining > 0 { &missing } else { "" });
    let hint = if view.top_up { "Any amount." } else { "Left empty: what is missing." };
    html! {
        form class="form" method="post" action=(action) {
            (csrf)
            input type="hidden" name="scenario" value=(Scenario::Pay.name());
            (field("amount", "Amount").unit("BTC").value(amount).inputmode("decimal").hint(hint).problem(&typed.problems))
            p class="actions" { button class="btn" { (words::label(Scenario::Pay)) } }
        }
    }
}

fn mine(action: &str, csrf: &Markup, typed: &Typed) -> Markup {
    html! {
        form class="form" method="post" action=(action) {
            (csrf)
            input type="hidden" name="scenario" value=(Scenario::Mine.name());
            (field("blocks", "Blocks").kind("number").value(typed.blocks.as_deref().unwrap_or("1"))
                .inputmode("numeric").hint("One confirms as most stores ask; six make complete.")
                .problem(&typed.problems))
            p class="actions" { button class="btn" { (words::label(Scenario::Mine)) } }
        }
    }
}

fn line(view: &InvoiceView, scenario: Scenario) -> Markup {
    html! {
        li {
            button class="btn small" name="scenario" value=(scenario.name()) { (words::label(scenario)) }
            p class="hint" { (words::will(view, scenario)) }
        }
    }
}

/// What makes no sense now, and why.
fn impossible(view: &InvoiceView) -> Markup {
    let refused: Vec<(Scenario, NotPlayed)> = Scenario::ALL
        .into_iter()
        .filter_map(|scenario| may_play(view, scenario).err().map(|reason| (scenario, reason)))
        .collect();
    let list = html! {
        dl class="ledger" {
            @for (scenario, reason) in &refused {
                div { dt { (words::label(*scenario)) } dd { (sentence(reason)) } }
            }
        }
    };
    html! { @if !refused.is_empty() { (fold("What makes no sense now", false, &list)) } }
}
