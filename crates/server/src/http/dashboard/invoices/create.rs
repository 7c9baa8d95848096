//! A new invoice, made by hand. What is typed is read as the API reads a body, so that both allow
//! and refuse the same; what is refused stands in the form again.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use specie_core::invoice::NewInvoice;
use specie_core::money::Currency;

use crate::app::{AppError, Idempotency, IdempotencyKey};
use crate::dialect::bitpay::request::{Fields, new_invoice};
use crate::entropy;
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Field, Problems, field, fold, tick};
use crate::http::form::Form;

/// The field that makes a form that is sent twice the same request.
const KEY_FIELD: &str = "key";
/// Longest such key.
const MAX_KEY: usize = 64;
/// The box that is ticked for notifications about everything.
const EXTENDED: &str = "extendedNotifications";

/// The fields that are typed, by their names in the API, with their labels.
const TYPED: [(&str, &str); 10] = [
    ("price", "Price"),
    ("currency", "Currency"),
    ("orderId", "Order id"),
    ("itemDesc", "Item description"),
    ("itemCode", "Item code"),
    ("buyerName", "Buyer’s name"),
    ("buyerEmail", "Buyer’s e-mail"),
    ("notificationURL", "Notification URL"),
    ("notificationEmail", "Notification e-mail"),
    ("redirectURL", "Redirect URL"),
];

/// What was typed.
struct Typed {
    values: [String; TYPED.len()],
    extended: bool,
    key: String,
}

impl Typed {
    fn of(form: &Form) -> Self {
        let key = form.get(KEY_FIELD);
        let sound =
            (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            values: TYPED.map(|(name, _)| form.get(name).trim().to_owned()),
            extended: !form.get(EXTENDED).is_empty(),
            key: if sound { key.to_owned() } else { fresh_key() },
        }
    }

    fn get(&self, name: &str) -> &str {
        TYPED.iter().zip(&self.values).find(|((known, _), _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The fields as the API would get them.
    fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let typed = TYPED.iter().zip(&self.values).map(|((name, _), value)| (*name, value.as_str()));
        typed.chain(self.extended.then_some((EXTENDED, "true")))
    }

    /// What it asks for, or what is wrong with it.
    fn read(&self, default: Currency) -> Result<NewInvoice, Problems> {
        let mut problems = Problems::default();
        let currency = self.get("currency");
        let unknown = !currency.is_empty() && currency.parse::<Currency>().is_err();
        if unknown {
            problems.add("currency", "This currency is not known: it has a code like EUR, USD or BTC.");
        }
        let fields = Fields::from_form(self.pairs().filter(|(name, _)| !unknown || *name != "currency"));
        match new_invoice(&fields, default) {
            Ok(new) if problems.is_empty() => return Ok(new),
            Ok(_) => {}
            Err(refused) => {
                let known = TYPED.iter().find(|(name, _)| refused.field() == Some(name));
                match known {
                    Some((name, label)) => {
                        let words = refused.0.replacen(&format!("'{name}'"), label, 1);
                        problems.add(name, sentence(words));
                    }
                    None => problems.add("", sentence(refused.0)),
                }
            }
        }
        Err(problems)
    }

    /// The same form sent again by the same user is the same request, whatever else is in it.
    fn idempotency(&self, owner: &Owner) -> Idempotency {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(self.pairs()).finish();
        Idempotency {
            key: IdempotencyKey {
                caller: format!("user:{}", owner.merchant.user.id),
                path: owner.path("/invoices/create"),
                key: self.key.clone(),
                body_hash: Sha256::digest(body).into(),
            },
            // Gone back to and changed, it is another invoice.
            strict: false,
        }
    }
}

fn fresh_key() -> String {
    bitcoin::base58::encode(&entropy::bytes::<16>())
}

/// The form.
pub async fn form(owner: Owner) -> Result<Markup, PageError> {
    let currency = owner.store.currency.code();
    let values = TYPED.map(|(name, _)| if name == "currency" { currency.to_owned() } else { String::new() });
    let typed = Typed { values, extended: false, key: fresh_key() };
    let frame = owner.frame().await?;
    Ok(page(&owner, &frame, &typed, &Problems::default()))
}

/// Makes the invoice, and shows it.
pub async fn submit(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let typed = Typed::of(&owner.merchant.read(request).await?);
    let (status, problems) = match typed.read(owner.store.currency) {
        Ok(new) => {
            let idempotency = typed.idempotency(&owner);
            match web.app().create_invoice(owner.store.clone(), new, Some(idempotency)).await {
                Ok(view) => {
                    return Ok(Redirect::to(&owner.path(&format!("/invoices/{}", view.id))).into_response());
                }
                Err(error) => refused(error)?,
            }
        }
        Err(problems) => (StatusCode::BAD_REQUEST, problems),
    };
    let frame = owner.frame().await?;
    Ok((status, page(&owner, &frame, &typed, &problems)).into_response())
}

/// Why the application does not make it: said in the form, so that nothing that was typed is lost.
fn refused(error: AppError) -> Result<(StatusCode, Problems), PageError> {
    let field = match &error {
        AppError::ZeroPrice | AppError::Quote(_) | AppError::InvalidRequest(_) => "price",
        AppError::RateUnavailable { .. } => "currency",
        _ => "",
    };
    match PageError::from(error) {
        PageError::Notice { status, words } if status != StatusCode::NOT_FOUND => {
            Ok((status, Problems::one(field, words)))
        }
        other => Err(other),
    }
}

fn page(owner: &Owner, frame: &Frame, typed: &Typed, problems: &Problems) -> Markup {
    let input = |name: &'static str| -> Field<'_> {
        let label = TYPED.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| label);
        field(name, label).value(typed.get(name)).problem(problems)
    };
    let within = ["notificationURL", "notificationEmail", "redirectURL"];
    let used = |name: &&str| !typed.get(name).is_empty() || problems.of(name).is_some();
    let open = typed.extended || within.iter().any(used);
    let advanced = html! {
        (input("notificationURL").kind("url").hint("Specie posts there when the invoice is confirmed."))
        (tick(EXTENDED, "Extended notifications", typed.extended,
            Some("One for everything that happens to the invoice, with its name.")))
        (input("notificationEmail").kind("email").hint("Kept with the order."))
        (input("redirectURL").kind("url").hint("Where the buyer goes after paying."))
    };
    let list = owner.path("/invoices");
    let body = html! {
        (problems)
        form class="sheet form narrow" method="post" action={ (list) "/create" } {
            (frame.csrf_field())
            input type="hidden" name=(KEY_FIELD) value=(typed.key);
            div class="pair" {
                (input("price").inputmode("decimal").hint("Leave it empty for any amount."))
                (input("currency").hint("A code like EUR, USD or BTC."))
            }
            (input("itemDesc"))
            div class="pair" {
                (input("orderId"))
                (input("itemCode"))
                (input("buyerName"))
                (input("buyerEmail").kind("email"))
            }
            (fold("Advanced", open, &advanced))
            p class="actions" {
                button class="btn main" { "Create" }
                a class="btn plain" href=(list) { "Cancel" }
            }
        }
    };
    frame.page("Create a new invoice", Section::Store(&owner.store, Tab::Invoices), &body)
}
