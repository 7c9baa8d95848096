//! How webhooks are shown. What an endpoint answered is a stranger's text: it stands here as text.

use maud::{Markup, html};
use specie_core::invoice::Notice;

use super::Typed;
use crate::app::view::{Arrivals, Attempt, DeliveryView, TestOutcome, Tested, WebhookView};
use crate::dialect::panel::event;
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::deliveries::{row, state, words};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, field, fold, radio, submit, table, tick};
use crate::http::dashboard::tokens::time;
use crate::http::pages::{Icon, copy_button, icon};
use crate::secret::SigningKey;

/// The list, and the form of a new one.
pub fn list(
    frame: &Frame,
    owner: &Owner,
    all: &[(WebhookView, Arrivals)],
    typed: &Typed,
    problems: &Problems,
) -> Markup {
    let rows: Vec<Vec<Markup>> = all.iter().map(|(view, rate)| listed(owner, view, *rate)).collect();
    let body = html! {
        (problems)
        @if all.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Out))
                h2 { "No webhook yet" }
                p class="lead" { "Your program hears of every invoice of this store at an address of its own, signed." }
            }
        } @else {
            section class="sheet" {
                (table("Webhooks", &["Address", "Hears", "Arrived", "Last", "State", "Actions"], &rows))
            }
        }
        section class="sheet part" {
            header {
                h2 { "New webhook" }
                p class="hint" { "It is told what happens from now on." }
            }
            form class="form" method="post" action=(owner.path("/webhooks")) {
                (frame.csrf_field())
                (address_and_events(typed, problems))
                p class="actions" { (submit("Add webhook")) }
            }
        }
    };
    let deliveries = html! {
        a class="btn small" href=(owner.path("/deliveries")) { (icon(Icon::Out)) "All deliveries" }
    };
    frame.page_with("Webhooks", Section::Store(&owner.store, Tab::Webhooks), &deliveries, &body)
}

/// How many of the last deliveries arrived, in words.
fn arrived(rate: Arrivals) -> Markup {
    html! {
        @match rate.tried {
            0 => "—",
            tried => {
                (u64::from(rate.arrived) * 100 / u64::from(tried)) " %"
                small { (rate.arrived) " of the last " (tried) }
            }
        }
    }
}

fn listed(owner: &Owner, view: &WebhookView, rate: Arrivals) -> Vec<Markup> {
    let webhook = &view.webhook;
    let path = owner.path(&format!("/webhooks/{}", webhook.number));
    vec![
        html! { a href=(path) { strong { (webhook.url) } } },
        html! {
            @match &webhook.events {
                None => "Everything",
                Some(events) => { (events.len()) " of " (Notice::ALL.len()) " events" },
            }
        },
        arrived(rate),
        html! {
            @match &view.last {
                None => "Nothing yet",
                Some(last) => { (last.notice.map_or("Test", words)) " " (time(last.created_at)) },
            }
        },
        html! {
            span class="pills" {
                @if !webhook.switched_on { span class="pill soft" { "Switched off" } }
                @if let Some(last) = &view.last { (state(last)) }
                @else if webhook.switched_on { span class="pill soft" { "New" } }
            }
        },
        html! { a class="btn plain small" href=(path) { "Open" span class="hush" { " " (webhook.url) } } },
    ]
}

fn address_and_events(typed: &Typed, problems: &Problems) -> Markup {
    let chosen = |name: &str| typed.events.as_ref().is_some_and(|events| events.iter().any(|e| e == name));
    let some = typed.events.is_some();
    html! {
        (field("url", "Address").kind("url").required().autocomplete("off").value(&typed.url).problem(problems)
            .hint("It answers with a status from 200 to 299 within ten seconds."))
        fieldset id="which" {
            legend { "Events" }
            (radio("which", "all", "Everything", !some, None))
            (radio("which", "some", "Only these:", some, None))
            (fold("Choose events", some, &html! {
                div class="choices" {
                    @for notice in Notice::ALL {
                        label class="check" {
                            input type="checkbox" name="event" value=(event::name(notice))
                                checked[chosen(event::name(notice))];
                            span { (words(notice)) " " code { (event::name(notice)) } }
                        }
                    }
                }
            }))
        }
    }
}

/// One webhook.
pub struct Shown<'a> {
    pub owner: &'a Owner,
    pub view: &'a WebhookView,
    pub typed: &'a Typed,
    pub problems: &'a Problems,
    pub tested: Option<&'a Tested>,
    pub secret: &'a SigningKey,
    /// How many of the last ones arrived.
    pub rate: Arrivals,
    /// The last ones, latest first.
    pub deliveries: &'a [DeliveryView],
}

impl Shown<'_> {
    /// Its page.
    pub fn page(&self, frame: &Frame) -> Markup {
        let webhook = &self.view.webhook;
        let body = html! {
            a class="back" href=(self.owner.path("/webhooks")) { (icon(Icon::Back)) "Webhooks" }
            div class="head" {
                h1 { "Webhook " (webhook.number) }
                @if !webhook.switched_on { span class="pill soft" { "Switched off" } }
            }
            (self.problems)
            (self.test(frame))
            (self.settings(frame))
            (self.secret(frame))
            (self.sent(frame))
            p class="actions" {
                a class="btn danger" href={ (self.path()) "/delete" } { "Delete webhook" }
            }
        };
        let title = format!("Webhook {}", webhook.number);
        frame.bare(&title, Section::Store(&self.owner.store, Tab::Webhooks), &body)
    }

    fn path(&self) -> String {
        self.owner.path(&format!("/webhooks/{}", self.view.webhook.number))
    }

    fn test(&self, frame: &Frame) -> Markup {
        html! {
            @if let Some(tested) = self.tested { (outcome(tested)) }
            section class="sheet part" {
                header {
                    h2 { "Test" }
                    p class="hint" { "A signed event that belongs to no invoice, sent once." }
                }
                form class="actions" method="post" action={ (self.path()) "/test" } {
                    (frame.csrf_field())
                    @if self.view.webhook.switched_on {
                        button class="btn main" { (icon(Icon::Out)) "Send test" }
                    } @else {
                        p { "It is switched off." }
                    }
                }
            }
        }
    }

    fn settings(&self, frame: &Frame) -> Markup {
        html! {
            section class="sheet part" {
                header {
                    h2 { "What it hears" }
                    p class="hint" { "What is still to reach it follows it to a new address." }
                }
                form class="form" method="post" action=(self.path()) {
                    (frame.csrf_field())
                    (address_and_events(self.typed, self.problems))
                    (tick("on", "Switched on", self.typed.on,
                        Some("Switched off, it hears nothing, and what is still to reach it is dropped.")))
                    p class="actions" { (submit("Save")) }
                }
            }
        }
    }

    fn secret(&self, frame: &Frame) -> Markup {
        let secret = self.secret.expose();
        html! {
            section class="sheet part" {
                header {
                    h2 { "Secret" }
                    p class="hint" { "Your program verifies with it that what it hears comes from here." }
                }
                div class="stack" {
                    (fold("Show secret", false, &html! {
                        p class="row" {
                            code class="code long" id="secret" { (secret) }
                            (copy_button("secret", "secret", secret, "secret"))
                        }
                    }))
                    @if let Some(until) = self.view.webhook.previous_until {
                        p { "The old secret signs beside it until " (time(until)) "." }
                    }
                    div class="actions" {
                        form method="post" action={ (self.path()) "/rotate" } {
                            (frame.csrf_field())
                            button class="btn" { (icon(Icon::Again)) "Replace secret" }
                        }
                        @if self.view.webhook.previous_until.is_some() {
                            form method="post" action={ (self.path()) "/end-previous" } {
                                (frame.csrf_field())
                                button class="btn danger" { "End the old one now" }
                            }
                        }
                    }
                }
            }
        }
    }

    fn sent(&self, frame: &Frame) -> Markup {
        let csrf = frame.csrf_field();
        // A test is sent once.
        let again = |delivery: &DeliveryView| {
            let action = || self.owner.path(&format!("/deliveries/{}/redeliver", delivery.id));
            delivery.invoice.is_some().then(action)
        };
        html! {
            section class="sheet" {
                h2 { "Last deliveries" }
                @if self.rate.tried > 0 {
                    p id="rate" { (self.rate.arrived) " of the last " (self.rate.tried) " arrived." }
                }
                @if self.deliveries.is_empty() {
                    p class="lead" { "Nothing has been sent there yet." }
                } @else {
                    ul class="deliveries" {
                        @for delivery in self.deliveries { (row(delivery, again(delivery).as_deref(), &csrf)) }
                    }
                    p class="actions" {
                        a class="btn small plain"
                            href=(self.owner.path(&format!("/deliveries?endpoint={}", self.view.webhook.number))) {
                            "All deliveries to it" (icon(Icon::Next))
                        }
                    }
                }
            }
        }
    }
}

/// What became of a test.
fn outcome(tested: &Tested) -> Markup {
    let (arrived, heading) = match &tested.outcome {
        TestOutcome::Tried(attempt) if attempt.failure.is_none() => (true, "The test arrived"),
        TestOutcome::Tried(_) => (false, "The test failed"),
        TestOutcome::Withdrawn => (false, "The test was withdrawn"),
        TestOutcome::Waits => (false, "The test waits"),
    };
    let tone = if arrived { "good" } else { "bad" };
    html! {
        section class={ "notice stack " (tone) } id="tested" role={ @if arrived { "status" } @else { "alert" } } {
            h2 { (heading) }
            @match &tested.outcome {
                TestOutcome::Tried(attempt) => (answered(attempt)),
                TestOutcome::Withdrawn => p { "The webhook was switched off meanwhile." },
                TestOutcome::Waits => p { "Others are being sent there. It is sent when its turn comes." },
            }
        }
    }
}

/// How an attempt at a test was answered.
fn answered(attempt: &Attempt) -> Markup {
    html! {
        p {
            @match (attempt.http_status, attempt.failure.as_deref()) {
                (Some(status), _) => { "It answered " (status) " after " (attempt.duration_ms) " ms." },
                (None, failure) => {
                    "Because: " (failure.unwrap_or("unknown")) ". It took " (attempt.duration_ms) " ms."
                },
            }
        }
        @if let Some(said) = &attempt.excerpt { p { "It said: " code { (said) } } }
    }
}

/// Asks before a webhook is deleted.
pub fn ask_delete(frame: &Frame, owner: &Owner, view: &WebhookView) -> Markup {
    let path = owner.path(&format!("/webhooks/{}", view.webhook.number));
    let body = html! {
        form class="sheet narrow danger form" method="post" action={ (path) "/delete" } {
            (frame.csrf_field())
            h1 class="lead" { "Delete this webhook?" }
            p { code { (view.webhook.url) } }
            p { "It hears nothing any more, and its secret is gone. What is still to reach it is dropped." }
            p class="actions" {
                button class="btn danger" { "Delete" }
                a class="btn plain" href=(path) { "Cancel" }
            }
        }
    };
    frame.bare("Delete webhook", Section::Store(&owner.store, Tab::Webhooks), &body)
}
