//! The generator of payment buttons: what a merchant chooses is in the page's address, and the page shows the button
//! and the HTML to put into a page of theirs. Nothing is stored: a signed button carries its token in itself.

mod snippet;

use axum::extract::{Request, State};
use axum::response::Redirect;
use maud::{Markup, html};

use self::snippet::{Kind, Look, Snippet};
use super::error::{PageError, sentence};
use super::frame::{Frame, Section, Tab};
use super::merchant::Owner;
use super::parts::{Problems, choice, currencies, field, fold, submit, tick};
use crate::app::Store;
use crate::dialect::bitpay::button::{Leaves, Press, Refused};
use crate::http::pages::copy_button;
use crate::http::{Pairs, Web};

/// The fields of the button itself, by their names on the wire.
const FIELDS: [&str; 7] =
    ["price", "currency", "checkoutDesc", "orderId", "serverIpn", "browserRedirect", "notifyEmail"];
/// What stands on a button of which nothing else is said.
const WORDS: &str = "Pay with Bitcoin";

/// What a merchant chose.
struct Choices {
    fields: Vec<(&'static str, String)>,
    words: String,
    look: Look,
    kind: Kind,
    signed: bool,
    /// The order's number is each page's own.
    open_order: bool,
}

impl Choices {
    fn of(asked: &Pairs, store: &Store) -> Self {
        let text = |name| one_line(asked.get(name).unwrap_or(""));
        let mut fields: Vec<_> = FIELDS.map(|name| (name, text(name))).into();
        if fields[1].1.is_empty() {
            store.currency.code().clone_into(&mut fields[1].1);
        }
        Self {
            fields,
            words: Some(text("words")).filter(|words| !words.is_empty()).unwrap_or(WORDS.to_owned()),
            look: Look::named(asked.get("size"), asked.get("style")),
            kind: Kind::named(asked.get("kind")),
            signed: asked.get("signed") != Some("no"),
            open_order: asked.get("open_order") == Some("1"),
        }
    }

    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    fn press(&self) -> Press {
        Press::new(self.fields.iter().map(|(name, text)| ((*name).to_owned(), text.clone())))
    }

    fn leaves(&self) -> Leaves {
        Leaves { price: self.field("price").is_empty(), order: self.open_order }
    }

    fn problems(&self, store: &Store) -> Problems {
        match self.press().new_invoice(store.currency, self.signed) {
            Ok(_) => Problems::default(),
            Err(refused) => Problems::one(field_of(refused), sentence(explained(refused))),
        }
    }

    /// The button as it is given away.
    fn snippet<'a>(&'a self, web: &Web, store: &'a Store) -> Snippet<'a> {
        let leaves = self.leaves();
        let token = self.signed.then(|| {
            let token = web.app().button_token(store, &self.press().fixed(leaves));
            format!("{}-{token}", leaves.text())
        });
        Snippet {
            server: web.app().public_url(),
            store: store.id.to_string(),
            fields: self.fields.iter().filter(|(_, text)| !text.is_empty()).collect(),
            token,
            open_price: leaves.price,
            open_order: leaves.order,
            currency: self.field("currency"),
            words: &self.words,
            look: self.look,
        }
    }
}

/// A text as a browser sends it back from a field of one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn field_of(refused: Refused) -> &'static str {
    match refused {
        Refused::Price | Refused::TooMuch => "price",
        Refused::Currency => "currency",
        Refused::Ipn => "serverIpn",
        Refused::Redirect => "browserRedirect",
        Refused::Store | Refused::NotEnabled | Refused::Token | Refused::Text => "",
    }
}

fn explained(refused: Refused) -> &'static str {
    match refused {
        Refused::Price => "a price is a number above zero, or left empty",
        Refused::TooMuch => "the price is out of range",
        Refused::Currency => "a currency is a code such as EUR",
        Refused::Ipn | Refused::Redirect => "an address begins with https:// or http://",
        Refused::Store | Refused::NotEnabled | Refused::Token | Refused::Text => "a text is too long",
    }
}

/// The generator.
pub async fn show(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Markup, PageError> {
    let choices = Choices::of(&asked, &owner.store);
    let problems = choices.problems(&owner.store);
    let frame = owner.frame().await?;
    let body = html! {
        (problems)
        @if problems.is_empty() { (result(&web, &owner, &choices)) }
        (form(&owner, &choices, &problems))
        (withdrawal(&owner))
        (currencies())
    };
    Ok(frame.page("Payment button", Section::Store(&owner.store, Tab::Settings), &body))
}

/// The button, and its HTML.
fn result(web: &Web, owner: &Owner, choices: &Choices) -> Markup {
    let snippet = choices.snippet(web, &owner.store);
    let text = snippet.text(choices.kind);
    let open = owner.store.settings.anyone_can_create;
    let (unsigned, open_beside) = (!choices.signed && !open, choices.signed && open);
    html! {
        section class="sheet stack" id="preview" {
            h2 { "Your button" }
            div class="payshown" { (snippet.preview()) }
            @if unsigned {
                p class="notice bad" {
                    "A button that is not signed works only while “Anyone can create invoices” is on: see the "
                    a href=(owner.path("/settings")) { "store settings" } "."
                }
            }
            @if open_beside {
                p class="notice bad" {
                    "While “Anyone can create invoices” is on, a buyer can leave the signature out and send another \
                     price: compare what was paid with what the order costs, or switch that off in the "
                    a href=(owner.path("/settings")) { "store settings" } "."
                }
            }
            p class="row" {
                span class="label" { "HTML for your page" }
                (copy_button("snippet", "HTML", &text, "snippet"))
            }
            pre class="snippet" { code id="snippet" { (text) } }
            @if choices.open_order {
                p class="hint" { "Put each order's own number where it says ORDER." }
            }
            @if choices.kind == Kind::Modal && !owner.store.settings.frame_origins.is_empty() {
                p class="hint" {
                    "Your page's origin has to be among the sites that may show the checkout in a frame: see the "
                    a href=(owner.path("/settings")) { "store settings" } "."
                }
            }
        }
    }
}

fn form(owner: &Owner, choices: &Choices, problems: &Problems) -> Markup {
    let text =
        |name| field(name, label(name)).value(choices.field(name)).problem(problems).autocomplete("off");
    let advanced = html! {
        (tick("open_order", "The order number differs from page to page", choices.open_order,
            Some("Your program writes it into the form.")))
        (text("serverIpn").kind("url").hint("Where your program hears of every change of the invoice."))
        (text("notifyEmail").kind("email").hint("Kept with the invoice."))
    };
    let folded =
        !["serverIpn", "notifyEmail"].iter().all(|name| choices.field(name).is_empty()) || choices.open_order;
    html! {
        form class="stack" method="get" action=(owner.path("/button")) {
            section class="sheet part" {
                header {
                    h2 { "What is paid" }
                    p class="hint" { "Seen by the buyer." }
                }
                div class="form" {
                    div class="pair" {
                        (text("price").inputmode("decimal").hint("Empty: the buyer says how much."))
                        (text("currency").list("currencies"))
                    }
                    (text("checkoutDesc"))
                    (text("orderId"))
                    (text("browserRedirect").kind("url").hint("Where the buyer returns to after paying."))
                    (fold("Advanced", folded, &advanced))
                }
            }
            section class="sheet part" {
                header {
                    h2 { "The button" }
                    p class="hint" { "What is signed cannot be changed by whoever presses it." }
                }
                div class="form" {
                    (field("words", "Words").value(&choices.words).autocomplete("off"))
                    div class="pair" {
                        (choice("size", "Size", &Look::SIZES).value(choices.look.size))
                        (choice("style", "Colour", &Look::STYLES).value(choices.look.style))
                    }
                    (choice("kind", "Leads to", &Kind::ALL).value(choices.kind.name()))
                    (choice("signed", "Signed", &[("yes", "Yes: nobody changes its price"), ("no", "No: as BTCPay's")])
                        .value(if choices.signed { "yes" } else { "no" }))
                    p class="actions" { (submit("Show button")) }
                }
            }
        }
    }
}

fn label(name: &str) -> &'static str {
    match name {
        "price" => "Price",
        "currency" => "Currency",
        "checkoutDesc" => "Description",
        "orderId" => "Order number",
        "serverIpn" => "Notification address",
        "browserRedirect" => "Return address",
        _ => "Email",
    }
}

fn withdrawal(owner: &Owner) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "Signed buttons" }
                p class="hint" { "Each works until all of them are withdrawn." }
            }
            p class="actions" {
                a class="btn plain" href=(owner.path("/button/revoke")) { "Withdraw signed buttons" }
            }
        }
    }
}

/// Asks before all signed buttons are made void.
pub async fn ask_revoke(owner: Owner) -> Result<Markup, PageError> {
    let frame: Frame = owner.frame().await?;
    let body = html! {
        form class="sheet narrow danger form" method="post" action=(owner.path("/button/revoke")) {
            (frame.csrf_field())
            h1 class="lead" { "Withdraw all signed buttons?" }
            p { "Every signed button of this store stops working at once, wherever it stands. Invoices stay." }
            p class="actions" {
                button class="btn danger" { "Withdraw" }
                a class="btn plain" href=(owner.path("/button")) { "Cancel" }
            }
        }
    };
    Ok(frame.bare("Withdraw buttons", Section::Store(&owner.store, Tab::Settings), &body))
}

/// Makes all signed buttons void.
pub async fn revoke(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    owner.app(&web).revoke_buttons(owner.store.id).await?;
    let words = "The signed buttons are withdrawn. Put new ones into your pages.";
    owner.merchant.go(&owner.path("/button"), words).await
}
