//! The stores of a merchant: the list, and making one.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::money::Currency;

use super::error::{PageError, sentence};
use super::frame::{Frame, Section, is_practice, network_name, network_pill};
use super::guess;
use super::merchant::Merchant;
use super::parts::{Problems, currencies, field, radio, submit, table};
use super::people::capital;
use crate::app::{AppError, Network, NewStore, Permission, Role, Settings, Store};
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// The list.
pub async fn list(State(web): State<Web>, merchant: Merchant) -> Result<Markup, PageError> {
    let stores = web.app().stores_of_user(merchant.user.id).await?;
    let rows: Vec<Vec<Markup>> = stores.iter().map(|(store, role)| row(store, *role)).collect();
    let frame = merchant.frame().await?;
    if stores.is_empty() {
        let body = html! {
            section class="sheet empty" {
                (icon(Icon::Store))
                h2 { "No store yet" }
                p class="lead" { "A store is where invoices are made and paid. A practice store needs nothing." }
                a class="btn main" href="/stores/create" { "Create a new store" }
            }
        };
        return Ok(frame.page("Stores", Section::Stores, &body));
    }
    let create = html! {
        p class="actions" {
            @if stores.iter().any(|(_, role)| role.may(Permission::SeeMoney)) {
                a class="btn plain small" href="/reports" { "Reports" }
            }
            a class="btn main small" href="/stores/create" { (icon(Icon::Add)) "Create a new store" }
        }
    };
    let body = html! {
        section class="sheet" { (table("Your stores", &["Store", "Network", "Currency", "Wallet", "Your role"], &rows)) }
    };
    Ok(frame.page_with("Stores", Section::Stores, &create, &body))
}

fn row(store: &Store, role: Role) -> Vec<Markup> {
    vec![
        html! { a class="go" href={ "/stores/" (store.id) } { (store.name) } },
        network_pill(store),
        html! { (store.currency.code()) },
        html! {
            @if is_practice(store) { "Practice wallet" }
            @else if store.wallet_id.is_some() { "Connected" }
            @else { span class="pill care" { (icon(Icon::Late)) "Not connected" } }
        },
        html! { (capital(role)) },
    ]
}

/// What the form holds, as it is written there.
struct Words<'a> {
    name: &'a str,
    currency: &'a str,
    network: &'a str,
}

/// The form of a new store.
pub async fn form(
    State(web): State<Web>,
    merchant: Merchant,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let words = Words { name: "", currency: guess::currency(&headers), network: Network::SANDBOX.name };
    Ok(page(&web, &merchant.frame().await?, &words, &Problems::default()))
}

/// Makes a store, and goes on to its wallet if it needs one.
pub async fn create(
    State(web): State<Web>,
    merchant: Merchant,
    request: Request,
) -> Result<Response, PageError> {
    let form = merchant.read(request).await?;
    let words =
        Words { name: form.get("name"), currency: form.get("currency"), network: form.get("network") };
    let mut problems = Problems::default();
    let currency = problems.keep("currency", words.currency.trim().parse::<Currency>().map_err(sentence));
    let network = web.app().network(words.network).cloned().ok_or_else(|| "Choose a kind.".to_owned());
    let network = problems.keep("network", network);
    if let (Some(currency), Some(network)) = (currency, network) {
        let new = NewStore {
            owner_id: merchant.user.id,
            name: words.name.to_owned(),
            currency,
            network,
            wallet: None,
            share_wallet: false,
            next_index: 0,
            settings: Settings::default(),
        };
        match merchant.app(&web).create_store(new).await {
            Ok(store) if is_practice(&store) => {
                let to = format!("/stores/{}", store.id);
                return Ok(merchant.go(&to, "The store is ready.").await?.into_response());
            }
            Ok(store) => {
                let to = format!("/stores/{}/wallet", store.id);
                let words = "The store is made. Connect a wallet, and it can be paid.";
                return Ok(merchant.go(&to, words).await?.into_response());
            }
            Err(error @ AppError::InvalidName) => problems.add("name", sentence(error)),
            Err(error) => return Err(error.into()),
        }
    }
    let page = page(&web, &merchant.frame().await?, &words, &problems);
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

fn page(web: &Web, frame: &Frame, words: &Words<'_>, problems: &Problems) -> Markup {
    let body = html! {
        (problems)
        form class="sheet form narrow" method="post" action="/stores/create" {
            (frame.csrf_field())
            (field("name", "Name").required().value(words.name).problem(problems)
                .hint("Buyers see it on the checkout."))
            (field("currency", "Currency").list("currencies").required().value(words.currency)
                .problem(problems).hint("Prices without a currency are in this one. Three letters, as in EUR."))
            fieldset class="field" id="network" tabindex="-1" {
                legend { "Kind" }
                @for network in web.app().networks() { (kind(network, words.network)) }
                @if let Some(words) = problems.of("network") { span class="error" { (words) } }
            }
            p class="actions" {
                (submit("Create"))
                a class="btn plain" href="/stores" { "Cancel" }
            }
        }
        (currencies())
    };
    frame.page("Create a new store", Section::Stores, &body)
}

fn kind(network: &Network, chosen: &str) -> Markup {
    let (name, hint) = match network.name {
        "sandbox" => {
            ("Practice store", "Pretend bitcoin. To try everything; payments are made with one click.")
        }
        "mainnet" => ("Bitcoin", "Real money, to a wallet of yours."),
        other => (network_name(other), "Test coins, to a wallet of yours."),
    };
    radio("network", network.name, name, network.name == chosen, Some(hint))
}
