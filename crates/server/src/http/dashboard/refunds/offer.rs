//! Offering a refund, in two steps: the first reads how much and where to, the second shows what follows in
//! satoshis and asks. If the rate moved in between, it asks again.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Refused;
use specie_core::money::{Currency, Price, parse_decimal};
use specie_core::quote::Rate;

use crate::app::view::{RefundOffer, RefundPreview};
use crate::app::{AppError, AskRefund, Idempotency, IdempotencyKey, RateOf, RefundAmount};
use crate::entropy;
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::words::{btc, price, rate};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, choice, facts, field, radio};
use crate::http::dashboard::worth::Worth;
use crate::http::form::Form;
use crate::http::pages::{Icon, OTHER_NETWORK, grouped, icon};

/// What is typed, by name.
const FIELDS: [&str; 5] = ["variant", "amount", "currency", "rate", "address"];
/// Longest key that makes a form that is sent twice the same request.
const MAX_KEY: usize = 64;

/// What was typed.
struct Typed {
    values: [String; FIELDS.len()],
    key: String,
}

impl Typed {
    fn nothing(offer: &RefundOffer) -> Self {
        let variant = if offer.surplus > 0 { "surplus" } else { "whole" };
        let currency = offer.invoice.currency.code();
        Self { values: [variant, "", currency, "sale", ""].map(str::to_owned), key: fresh_key() }
    }

    fn of(form: &Form) -> Self {
        let key = form.get("key");
        let sound =
            (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            values: FIELDS.map(|name| form.get(name).trim().to_owned()),
            key: if sound { key.to_owned() } else { fresh_key() },
        }
    }

    fn get(&self, name: &str) -> &str {
        FIELDS.iter().zip(&self.values).find(|(known, _)| **known == name).map_or("", |(_, value)| value)
    }

    fn amount(&self) -> Result<RefundAmount, Problems> {
        match self.get("variant") {
            "whole" => return Ok(RefundAmount::Whole),
            "surplus" => return Ok(RefundAmount::Surplus),
            "custom" => {}
            _ => return Err(Problems::one("variant", "Choose how much is given back.")),
        }
        let words = "An amount is a number such as 0.01.";
        let amount =
            parse_decimal(self.get("amount")).map_err(|_| Problems::one("amount", words.to_owned()))?;
        let currency = match self.get("currency") {
            "" => Currency::Btc,
            text => text
                .parse()
                .map_err(|_| Problems::one("currency", "This currency is not known.".to_owned()))?,
        };
        let of = if self.get("rate") == "today" { RateOf::Today } else { RateOf::Sale };
        Ok(RefundAmount::Worth(Price { amount, currency }, of))
    }

    fn ask(&self) -> Result<AskRefund, Problems> {
        let address = Some(self.get("address").to_owned()).filter(|address| !address.is_empty());
        Ok(AskRefund { amount: self.amount()?, address, guid: None, exact: false })
    }

    /// The same form sent again by the same user is the same request, whatever else is in it.
    fn idempotency(&self, owner: &Owner, invoice: InvoiceId) -> Idempotency {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(FIELDS.iter().zip(&self.values)).finish();
        Idempotency {
            key: IdempotencyKey {
                caller: format!("user:{}", owner.merchant.user.id),
                path: owner.path(&format!("/invoices/{invoice}/refund")),
                key: self.key.clone(),
                body_hash: Sha256::digest(body).into(),
            },
            // Gone back to and changed, it is another refund.
            strict: false,
        }
    }
}

fn fresh_key() -> String {
    bitcoin::base58::encode(&entropy::bytes::<16>())
}

fn invoice(owner: &Owner) -> Result<InvoiceId, PageError> {
    owner.param("invoice").parse().map_err(|_| PageError::not_found())
}

/// The form.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let offer = web.app().refund_offer(&owner.store, invoice(&owner)?).await?;
    let frame = owner.frame().await?;
    Ok(page(&owner, &frame, &offer, &Typed::nothing(&offer), &Problems::default()))
}

/// Asks whether it should be, and when that was confirmed, does it.
pub async fn submit(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let (id, typed) = (invoice(&owner)?, Typed::of(&form));
    let (status, problems) = match typed.ask() {
        Err(problems) => (StatusCode::BAD_REQUEST, problems),
        Ok(ask) if form.get("confirmed") == "yes" => {
            match give(&web, &owner, id, ask, &typed, &form).await? {
                Ok(done) => return Ok(done),
                Err(error) => refused(error)?,
            }
        }
        Ok(ask) => match web.app().preview_refund(&owner.store, id, ask).await {
            Ok(preview) => {
                return Ok(confirm(&web, &owner, id, &typed, &preview, false).await?.into_response());
            }
            Err(error) => refused(error)?,
        },
    };
    let offer = web.app().refund_offer(&owner.store, id).await?;
    let frame = owner.frame().await?;
    Ok((status, page(&owner, &frame, &offer, &typed, &problems)).into_response())
}

/// Gives it back, unless it is worth something else by now than was shown.
async fn give(
    web: &Web,
    owner: &Owner,
    id: InvoiceId,
    ask: AskRefund,
    typed: &Typed,
    form: &Form,
) -> Result<Result<Response, AppError>, PageError> {
    let shown: Option<u64> = form.get("sats").parse().ok();
    let ask = match (shown, ask.amount) {
        (Some(shown), RefundAmount::Worth(_, RateOf::Today)) => {
            match web.app().preview_refund(&owner.store, id, ask.clone()).await {
                Ok(now) if now.amount != shown => {
                    return Ok(Ok(confirm(web, owner, id, typed, &now, true).await?.into_response()));
                }
                // One that was given back already says so below, by its key.
                Ok(_) | Err(AppError::Refused(_)) => ask,
                Err(error) => return Ok(Err(error)),
            }
        }
        _ => ask,
    };
    let (by, key) = (owner.merchant.user.id.to_string(), typed.idempotency(owner, id));
    Ok(match owner.app(web).ask_refund(&owner.store, id, ask, &by, Some(key)).await {
        Ok(asked) => {
            let to = owner.path(&format!("/refunds/{}", asked.answer.id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => Err(error),
    })
}

/// Why it is not given back: said in the form, so that nothing that was typed is lost.
fn refused(error: AppError) -> Result<(StatusCode, Problems), PageError> {
    let (field, words) = match &error {
        AppError::Address => ("address", sentence(&error)),
        AppError::AddressNetwork => ("address", OTHER_NETWORK.to_owned()),
        AppError::RateUnavailable { .. } => ("rate", sentence(&error)),
        AppError::RefundCurrency(_) => ("currency", sentence(&error)),
        AppError::Refused(Refused::RefundTooMuch { most }) => {
            ("amount", format!("At most {} BTC of this invoice can be given back.", btc(most.to_sat())))
        }
        AppError::Refused(Refused::NotFinal) => ("", NOT_YET.to_owned()),
        AppError::RefundAmount | AppError::Quote(_) | AppError::Refused(_) => ("amount", sentence(&error)),
        _ => ("", sentence(&error)),
    };
    match PageError::from(error) {
        PageError::Notice { status, .. } if status != StatusCode::NOT_FOUND => {
            Ok((status, Problems::one(field, words)))
        }
        other => Err(other),
    }
}

const NOT_YET: &str =
    "Nothing of it can be given back now: what is given back has to be six confirmations deep.";

fn page(owner: &Owner, frame: &Frame, offer: &RefundOffer, typed: &Typed, problems: &Problems) -> Markup {
    let path = owner.path(&format!("/invoices/{}", offer.invoice.id));
    let body = html! {
        a class="back" href=(path) { (icon(Icon::Back)) (price(&offer.invoice)) }
        div class="head" { h1 { "Refund" } }
        (problems)
        @if offer.whole == 0 {
            section class="sheet empty narrow" {
                (icon(Icon::Waiting))
                h2 { "There is nothing to give back" }
                p class="lead" {
                    @if offer.refunds.is_empty() { (NOT_YET) }
                    @else { "All that came and is final has been given back, or is going to be." }
                }
            }
        } @else {
            form class="sheet form narrow" method="post" action={ (path) "/refund" } {
                (frame.csrf_field())
                input type="hidden" name="key" value=(typed.key);
                (variants(offer, typed, problems))
                (field("address", "Address of the buyer").autocomplete("off").value(typed.get("address"))
                    .problem(problems)
                    .hint("Leave it empty, and you get a link to send: the buyer gives the address there. The \
                           address that the payment came from is seldom the buyer’s own."))
                p class="actions" {
                    button class="btn main" { "Continue" }
                    a class="btn plain" href=(path) { "Cancel" }
                }
            }
        }
    };
    frame.bare("Refund", Section::Store(&owner.store, Tab::Invoices), &body)
}

/// How much: all, what was too much, or another amount.
fn variants(offer: &RefundOffer, typed: &Typed, problems: &Problems) -> Markup {
    let view = &offer.invoice;
    let chosen = |variant: &str| typed.get("variant") == variant;
    let hint = |sats: u64| {
        let then = Worth::at(view.rate.as_ref()).of(sats).map(|worth| format!("{worth} at the sale’s rate"));
        let now = Worth::at(offer.today.as_ref()).of(sats).map(|worth| format!("{worth} today"));
        [Some(format!("{sats} sat")), then, now].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let fiat = view.rate.as_ref().filter(|rate| rate.currency.constant_rate().is_none());
    let code = view.currency.code();
    let mut currencies = vec![];
    if fiat.is_some() {
        currencies.push((code, code));
    }
    currencies.push(("BTC", "BTC"));
    let whole = if offer.refunds.is_empty() { "Everything" } else { "Everything that is left" };
    html! {
        fieldset id="variant" {
            legend { "How much" }
            @if offer.surplus > 0 {
                @let label = format!("What was paid too much: {} BTC", btc(offer.surplus));
                (radio("variant", "surplus", &label, chosen("surplus"), Some(&hint(offer.surplus))))
            }
            @let label = format!("{whole}: {} BTC", btc(offer.whole));
            (radio("variant", "whole", &label, chosen("whole"), Some(&hint(offer.whole))))
            (radio("variant", "custom", "Another amount:", chosen("custom"), None))
            div class="pair within" {
                (field("amount", "Amount").inputmode("decimal").autocomplete("off").value(typed.get("amount"))
                    .problem(problems))
                (choice("currency", "Currency", &currencies).value(typed.get("currency")).problem(problems))
            }
            @if let Some(sale) = fiat {
                div class="within" { (rates(sale, offer.today.as_ref(), typed, problems)) }
            }
        }
    }
}

/// Which rate makes satoshis of another amount.
fn rates(sale: &Rate, today: Option<&Rate>, typed: &Typed, problems: &Problems) -> Markup {
    let of_today = typed.get("rate") == "today";
    html! {
        fieldset id="rate" {
            legend { "Rate for an amount in " (sale.currency) }
            (radio("rate", "sale", "Of the sale: as many bitcoin as it bought then", !of_today, None))
            p class="hint" { (rate(sale)) }
            @match today {
                Some(today) => {
                    (radio("rate", "today", "Of today: as many bitcoin as it buys now", of_today, None))
                    p class="hint" { (rate(today)) }
                },
                None => p class="hint" { "There is no rate of today at the moment." },
            }
            @if let Some(words) = problems.of("rate") { p class="error" { (words) } }
        }
    }
}

/// The second step's question.
async fn confirm(
    web: &Web,
    owner: &Owner,
    id: InvoiceId,
    typed: &Typed,
    preview: &RefundPreview,
    moved: bool,
) -> Result<Markup, PageError> {
    let worth = Worth::today(web, &owner.store).await;
    let offer = web.app().refund_offer(&owner.store, id).await?;
    let frame = owner.frame().await?;
    let path = owner.path(&format!("/invoices/{id}"));
    let mut rows =
        vec![("Amount", worth.amount(preview.amount)), ("In satoshis", html! { (preview.amount) " sat" })];
    if preview.asked.currency != Currency::Btc {
        let asked = preview.asked;
        rows.push(("Asked as", html! { (asked.currency.format(asked.amount)) " " (asked.currency) }));
    }
    rows.push(("Of", html! { (price(&offer.invoice)) }));
    let body = html! {
        form class="sheet form narrow" method="post" action={ (path) "/refund" } {
            (frame.csrf_field())
            input type="hidden" name="key" value=(typed.key);
            input type="hidden" name="confirmed" value="yes";
            input type="hidden" name="sats" value=(preview.amount);
            @for (name, value) in FIELDS.iter().zip(&typed.values) {
                input type="hidden" name=(name) value=(value);
            }
            h1 class="lead" { "Give back " (btc(preview.amount)) " BTC?" }
            @if moved { p class="notice" role="alert" { "The rate has moved since you looked. This is what it is now." } }
            (facts(&rows))
            @match &preview.address {
                Some(address) => {
                    p class="label" { "It goes to" }
                    (grouped(address, "address"))
                },
                None => p { "You get a link to send to the buyer, who says there where it goes." },
            }
            p { "Nothing leaves your wallet yet: you sign the transaction that pays it, later." }
            p class="actions" {
                button class="btn main" { "Refund" }
                a class="btn plain" href={ (path) "/refund" } { "Back" }
            }
        }
    };
    Ok(frame.bare("Refund", Section::Store(&owner.store, Tab::Invoices), &body))
}
