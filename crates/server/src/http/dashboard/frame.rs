//! What goes around each of a merchant's pages: the menus, the words that were left by what was
//! just done, and the heading.

use maud::{Markup, PreEscaped, html};

use super::parts;
use crate::app::{Network, Store};
use crate::http::pages;

/// What a page's frame needs to know. A merchant gives it: [`Merchant::frame`](super::merchant::Merchant::frame).
#[derive(Debug, Clone)]
pub struct Frame {
    pub(super) email: String,
    pub(super) csrf: String,
    pub(super) flash: Option<String>,
}

/// Where a page belongs.
#[derive(Debug, Clone, Copy)]
pub enum Section<'a> {
    /// The stores, and making one.
    Stores,
    /// The user's own account.
    Account,
    /// A store's pages.
    Store(&'a Store, Tab),
}

/// A store's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Its invoices.
    Invoices,
    /// Its wallet.
    Wallet,
    /// Its access tokens.
    Tokens,
    /// Its settings.
    Settings,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Invoices, Self::Wallet, Self::Tokens, Self::Settings];

    fn name(self) -> &'static str {
        match self {
            Self::Invoices => "Invoices",
            Self::Wallet => "Wallet",
            Self::Tokens => "Access tokens",
            Self::Settings => "Store settings",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::Wallet => "wallet",
            Self::Tokens => "tokens",
            Self::Settings => "settings",
        }
    }
}

impl Frame {
    /// A whole page: menus, heading, body.
    #[must_use]
    pub fn page(&self, title: &str, section: Section<'_>, body: &Markup) -> Markup {
        self.page_with(title, section, &html! {}, body)
    }

    /// A whole page with links or buttons beside its heading.
    #[must_use]
    pub fn page_with(&self, title: &str, section: Section<'_>, actions: &Markup, body: &Markup) -> Markup {
        let store = match section {
            Section::Store(store, tab) => Some((store, tab)),
            Section::Stores | Section::Account => None,
        };
        let of = store.map_or(String::new(), |(store, _)| format!(" · {}", store.name));
        let around = html! {
            a class="skip" href="#main" { "Skip to content" }
            (self.bar(section))
            @if let Some((store, tab)) = store { (store_bar(store, tab)) }
            main class="desk" id="main" {
                @if let Some(words) = &self.flash { p class="notice good" role="status" { (words) } }
                header class="head" {
                    h1 { (title) }
                    div class="actions" { (actions) }
                }
                (body)
            }
            (pages::foot(false))
        };
        pages::page(&format!("{title}{of} · Specie"), &html! {}, &around)
    }

    /// The field that every form has to carry.
    #[must_use]
    pub fn csrf_field(&self) -> Markup {
        parts::csrf_field(&self.csrf)
    }

    /// The words that were left by what was just done.
    #[must_use]
    pub fn flash(&self) -> Option<&str> {
        self.flash.as_deref()
    }

    fn bar(&self, section: Section<'_>) -> Markup {
        let here = |is: bool| is.then_some("page");
        html! {
            header class="bar" {
                a class="brand" href="/stores" {
                    (PreEscaped(include_str!("../assets/logo.svg").trim_end())) "Specie"
                }
                nav class="menu" aria-label="Main" {
                    a href="/stores" aria-current=[here(matches!(section, Section::Stores))] { "Stores" }
                    a href="/account" aria-current=[here(matches!(section, Section::Account))]
                        title=(self.email) { "Account" }
                    form method="post" action="/logout" {
                        (self.csrf_field())
                        button class="link" { "Log out" }
                    }
                }
            }
        }
    }
}

fn store_bar(store: &Store, tab: Tab) -> Markup {
    html! {
        @if store.network == Network::SANDBOX.name {
            p class="practice" { "Practice store: nothing here is worth anything." }
        }
        nav class="tabs" aria-label="Store" {
            span class="name" { (store.name) }
            @for each in Tab::ALL {
                a href={ "/stores/" (store.id) "/" (each.path()) } aria-current=[(each == tab).then_some("page")] {
                    (each.name())
                }
            }
        }
    }
}
