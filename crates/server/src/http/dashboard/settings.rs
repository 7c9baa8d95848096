//! A store's settings.

mod defaults;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bitcoin::Denomination;
use maud::{Markup, html};
use specie_core::invoice::Speed;
use specie_core::money::Currency;

use super::Route;
use super::Who::May;
use super::error::{PageError, sentence};
use super::frame::{Frame, Section, Tab};
use super::merchant::Owner;
use super::parts::{Problems, area, choice, currencies, field, fold, submit, tick};
use super::rates;
use crate::app::{AppError, Brand, Permission, Settings, Store};
use crate::http::form::Form;
use crate::http::{Web, fields};

const SPEEDS: [(&str, &str); 4] = [
    ("high", "None: as soon as it is seen"),
    ("medium", "1 confirmation"),
    ("low-medium", "2 confirmations"),
    ("low", "6 confirmations"),
];

/// The pages below the settings' own.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/stores/{store}/settings/default", May(Permission::Settings)).post(defaults::restore)]
}

/// What the form holds, as it is written there.
struct Words {
    name: String,
    website: String,
    currency: String,
    speed: String,
    expiry: String,
    tolerance: String,
    monitoring: String,
    limit: String,
    allow_zero: bool,
    anyone: bool,
    frames: String,
    renewals: bool,
}

impl Words {
    fn of(store: &Store) -> Self {
        let settings = &store.settings;
        let points = rust_decimal::Decimal::new(i64::from(settings.tolerance.basis_points()), 2);
        Self {
            name: store.name.clone(),
            website: settings.website.clone().unwrap_or_default(),
            currency: store.currency.code().to_owned(),
            speed: settings.speed.name().to_owned(),
            expiry: (settings.expiry_secs / 60).to_string(),
            tolerance: points.normalize().to_string(),
            monitoring: (settings.monitoring_secs / 60).to_string(),
            limit: settings.unconfirmed_limit.to_string_in(Denomination::Bitcoin),
            allow_zero: settings.allow_zero_price,
            anyone: settings.anyone_can_create,
            frames: settings.frame_origins.join("\n"),
            renewals: settings.renewals,
        }
    }

    fn sent(form: &Form) -> Self {
        let text = |name| form.get(name).to_owned();
        Self {
            name: text("name"),
            website: text("website"),
            currency: text("currency"),
            speed: text("speed"),
            expiry: text("expiry"),
            tolerance: text("tolerance"),
            monitoring: text("monitoring"),
            limit: text("limit"),
            allow_zero: form.get("allow_zero") == "1",
            anyone: form.get("anyone") == "1",
            frames: text("frames"),
            renewals: form.get("renewals") == "1",
        }
    }

    /// What they mean, or what is wrong with them.
    fn read(&self) -> Result<(Currency, Settings), Problems> {
        let mut problems = Problems::default();
        let mut keep = |field, words: String| problems.add(field, sentence(words));
        let currency = self.currency.parse::<Currency>().map_err(|e| keep("currency", e.to_string()));
        let speed = Speed::from_name(&self.speed).ok_or_else(|| keep("speed", "choose one".to_owned()));
        let website = fields::website(&self.website).map_err(|e| keep("website", e));
        let expiry = fields::minutes(&self.expiry).map_err(|e| keep("expiry", e));
        let tolerance = fields::tolerance(&self.tolerance).map_err(|e| keep("tolerance", e));
        let monitoring = fields::minutes(&self.monitoring).map_err(|e| keep("monitoring", e));
        let limit = fields::bitcoin(&self.limit).map_err(|e| keep("limit", e));
        let frames = fields::origins(&self.frames).map_err(|e| keep("frames", e));
        let (Ok(currency), Ok(speed), Ok(website), Ok(expiry_secs)) = (currency, speed, website, expiry)
        else {
            return Err(problems);
        };
        let (Ok(tolerance), Ok(monitoring_secs), Ok(unconfirmed_limit)) = (tolerance, monitoring, limit)
        else {
            return Err(problems);
        };
        let Ok(frame_origins) = frames else { return Err(problems) };
        let settings = Settings {
            speed,
            expiry_secs,
            monitoring_secs,
            tolerance,
            unconfirmed_limit,
            allow_zero_price: self.allow_zero,
            anyone_can_create: self.anyone,
            renewals: self.renewals,
            website,
            brand: Brand::default(),
            frame_origins,
            // It is the store's own.
            button_epoch: 0,
        };
        Ok((currency, settings))
    }
}

/// The settings, and the rates below them.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let rates = rates::section(&web, &owner, "", "", &Problems::default()).await?;
    let frame = owner.frame().await?;
    Ok(page(&frame, &owner, &Words::of(&owner.store), &Problems::default(), &rates))
}

/// Changes them.
pub async fn change(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let words = Words::sent(&form);
    let problems = match words.read() {
        Err(problems) => problems,
        Ok((currency, settings)) => {
            match owner.app(&web).change_store(owner.store.id, &words.name, currency, settings).await {
                Ok(_) => {
                    let to = owner.path("/settings");
                    return Ok(owner.merchant.go(&to, "The settings are saved.").await?.into_response());
                }
                Err(error @ AppError::InvalidName) => Problems::one("name", sentence(error)),
                Err(error @ AppError::InvalidSetting(_)) => Problems::one("", sentence(error)),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let rates = rates::section(&web, &owner, "", "", &Problems::default()).await?;
    let frame = owner.frame().await?;
    Ok((StatusCode::BAD_REQUEST, page(&frame, &owner, &words, &problems, &rates)).into_response())
}

/// The page: the form, and the rates.
fn page(frame: &Frame, owner: &Owner, words: &Words, problems: &Problems, rates: &Markup) -> Markup {
    let body = html! {
        (problems)
        (defaults::legend(&owner.store))
        form class="stack" method="post" action=(owner.path("/settings")) {
            (frame.csrf_field())
            (general(words, problems))
            (payment(&owner.store, words, problems))
            (embedding(owner, words, problems))
            p class="actions" { (submit("Save")) }
        }
        (defaults::forms(frame, owner))
        (rates)
        section class="sheet part" {
            header {
                h2 { "Look" }
                p class="hint" { "Your colour and logo on what buyers see." }
            }
            p class="actions" { a class="btn" href=(owner.path("/look")) { "Change the look" } }
        }
        (currencies())
    };
    frame.page("Store settings", Section::Store(&owner.store, Tab::Settings), &body)
}

/// The page of settings as they are, with rates that were just refused.
pub(super) async fn with_rates(owner: &Owner, rates: &Markup) -> Result<Markup, PageError> {
    let frame = owner.frame().await?;
    Ok(page(&frame, owner, &Words::of(&owner.store), &Problems::default(), rates))
}

fn general(words: &Words, problems: &Problems) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "General" }
                p class="hint" { "What buyers see." }
            }
            div class="form" {
                (field("name", "Name").required().value(&words.name).problem(problems))
                (field("website", "Website").kind("url").value(&words.website).problem(problems)
                    .hint("Where buyers return to after paying."))
                (field("currency", "Currency").list("currencies").required().value(&words.currency)
                    .problem(problems).hint("Prices without a currency are in this one."))
            }
        }
    }
}

fn payment(store: &Store, words: &Words, problems: &Problems) -> Markup {
    let within = ["monitoring", "limit", "renewals", "allow_zero", "anyone"];
    let folded = within.iter().any(|name| problems.of(name).is_some() || defaults::differs(store, name));
    let advanced = html! {
        (field("monitoring", "Watch for late payments for").inputmode("numeric").unit("minutes")
            .value(&words.monitoring).problem(problems)
            .hint("After the price has expired, and until what was paid is confirmed."))
        (defaults::mark(store, "monitoring"))
        (field("limit", "Largest amount accepted unconfirmed").inputmode("decimal").unit("BTC")
            .value(&words.limit).problem(problems).hint("What is worth more waits for a block."))
        (defaults::mark(store, "limit"))
        (tick("renewals", "Let buyers go on after a price has expired", words.renewals,
            Some("By a new price if nothing came; by more time for the rest, once, if a part came in time.")))
        (defaults::mark(store, "renewals"))
        (tick("allow_zero", "Allow a price of zero", words.allow_zero,
            Some("Such an invoice is complete at once.")))
        (defaults::mark(store, "allow_zero"))
        (tick("anyone", "Anyone can create invoices", words.anyone,
            Some("Without a token, as a payment button does.")))
        (defaults::mark(store, "anyone"))
    };
    html! {
        section class="sheet part" {
            header {
                h2 { "Payment" }
                p class="hint" { "When an invoice counts as paid." }
            }
            div class="form" {
                (choice("speed", "Confirmations until confirmed", &SPEEDS).value(&words.speed).problem(problems))
                (defaults::mark(store, "speed"))
                div class="pair" {
                    (field("expiry", "A price holds for").inputmode("numeric").unit("minutes").required()
                        .value(&words.expiry).problem(problems))
                    (field("tolerance", "Accept a payment that is short by").inputmode("decimal").unit("%")
                        .required().value(&words.tolerance).problem(problems)
                        .hint("Exchanges keep a little of what they send."))
                }
                (defaults::mark(store, "expiry"))
                (defaults::mark(store, "tolerance"))
                (fold("Advanced", folded, &advanced))
            }
        }
    }
}

fn embedding(owner: &Owner, words: &Words, problems: &Problems) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "On your site" }
                p class="hint" { "A button that takes payments, and the checkout within your own pages." }
            }
            div class="form" {
                p { a href=(owner.path("/button")) { "Make a payment button" } }
                (area("frames", "Sites that may show the checkout in a frame").value(&words.frames).problem(problems)
                    .hint("One origin a line, such as https://shop.example. With none, any site may."))
                (defaults::mark(&owner.store, "frames"))
            }
        }
    }
}
