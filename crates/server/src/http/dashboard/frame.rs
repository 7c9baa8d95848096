//! What goes around each of a merchant's pages: the menus, the words that were left by what was
//! just done, and the heading.

use maud::{Markup, PreEscaped, html};

use super::parts;
use super::people::capital;
use crate::app::{Network, Permission, Role, Store};
use crate::http::pages::{self, Icon, icon};

/// What is more than this is not counted.
const MOST_COUNTED: i64 = 99;

/// What a page's frame needs to know. A merchant gives it: [`Merchant::frame`](super::merchant::Merchant::frame).
#[derive(Debug, Clone)]
pub struct Frame {
    pub(super) csrf: String,
    pub(super) flash: Option<String>,
    pub(super) administrator: bool,
    /// What the merchant is in the store that the page is of.
    pub(super) role: Option<Role>,
    /// What was just looked for.
    pub(super) sought: String,
    /// How much needs attention in the store that the page is of.
    pub(super) waiting: i64,
}

/// Where a page belongs.
#[derive(Debug, Clone, Copy)]
pub enum Section<'a> {
    /// The stores, and making one.
    Stores,
    /// The user's own account.
    Account,
    /// Who asks for an account.
    Applications,
    /// What was changed on the server.
    Log,
    /// What was looked for.
    Search,
    /// A store's pages.
    Store(&'a Store, Tab),
}

/// A store's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What it sells, and what needs attention.
    Overview,
    /// Its invoices.
    Invoices,
    /// What it gives back.
    Payouts,
    /// Its wallet.
    Wallet,
    /// Its access tokens.
    Tokens,
    /// Its webhooks.
    Webhooks,
    /// Who works there.
    People,
    /// What was changed.
    Log,
    /// Its settings.
    Settings,
}

impl Tab {
    const ALL: [Self; 9] = [
        Self::Overview,
        Self::Invoices,
        Self::Payouts,
        Self::Wallet,
        Self::Tokens,
        Self::Webhooks,
        Self::People,
        Self::Log,
        Self::Settings,
    ];

    /// What whoever looks there may do.
    fn needs(self) -> Permission {
        match self {
            Self::Invoices => Permission::SeeInvoices,
            Self::Overview | Self::Payouts | Self::Wallet => Permission::SeeMoney,
            Self::Tokens => Permission::Tokens,
            Self::Webhooks => Permission::Webhooks,
            Self::People => Permission::People,
            Self::Log => Permission::Audit,
            Self::Settings => Permission::Settings,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Invoices => "Invoices",
            Self::Payouts => "Payouts",
            Self::Wallet => "Wallet",
            Self::Tokens => "Access tokens",
            Self::Webhooks => "Webhooks",
            Self::People => "People",
            Self::Log => "Log",
            Self::Settings => "Store settings",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Store,
            Self::Invoices => Icon::Invoice,
            Self::Payouts => Icon::Payout,
            Self::Wallet => Icon::Wallet,
            Self::Tokens => Icon::Key,
            Self::Webhooks => Icon::Out,
            Self::People => Icon::People,
            Self::Log => Icon::Info,
            Self::Settings => Icon::Settings,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Invoices => "/invoices",
            Self::Payouts => "/payouts",
            Self::Wallet => "/wallet",
            Self::Tokens => "/tokens",
            Self::Webhooks => "/webhooks",
            Self::People => "/people",
            Self::Log => "/log",
            Self::Settings => "/settings",
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
        let head = html! {
            div class="head" {
                h1 { (title) }
                (actions)
            }
            (body)
        };
        self.bare(title, section, &head)
    }

    /// A whole page whose body has a heading of its own.
    #[must_use]
    pub fn bare(&self, title: &str, section: Section<'_>, body: &Markup) -> Markup {
        let store = match section {
            Section::Store(store, tab) => Some((store, tab)),
            Section::Stores | Section::Account | Section::Applications | Section::Log | Section::Search => {
                None
            }
        };
        let of = store.map_or(String::new(), |(store, _)| format!(" · {}", store.name));
        let around = html! {
            @if store.is_some_and(|(store, _)| is_practice(store)) {
                aside class="practice" { strong { "Practice store" } ": no real bitcoin" }
            }
            a class="skip" href="#main" { "Skip to content" }
            (self.top(section))
            @if let Some((store, tab)) = store { (store_menu((store, self.role), tab, self.waiting)) }
            main class="desk" id="main" {
                @if let Some(words) = &self.flash { (flash(words)) }
                (body)
            }
            (pages::foot(false))
        };
        let head = html! {
            link rel="stylesheet" href=(pages::asset_path("overview.css"));
            link rel="stylesheet" href=(pages::asset_path("find.css"));
            script type="module" src=(pages::asset_path("desk.js")) {}
        };
        pages::page(&format!("{title}{of} · Specie"), &head, &around)
    }

    /// The same with what was looked for in the field for that.
    #[must_use]
    pub fn asked(self, sought: &str) -> Self {
        Self { sought: sought.to_owned(), ..self }
    }

    /// Whether whoever looks may do that in the store that the page is of.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role.is_some_and(|role| role.may(permission))
    }

    /// The field that every form has to carry.
    #[must_use]
    pub fn csrf_field(&self) -> Markup {
        parts::csrf_field(&self.csrf)
    }

    fn top(&self, section: Section<'_>) -> Markup {
        let here = |is: bool| is.then_some("page");
        html! {
            header class="top" {
                div class="desk" {
                    a class={ "brand" @if self.administrator { " full" } } href="/stores" {
                        (PreEscaped(include_str!("../assets/logo.svg").trim_end())) span { "Specie" }
                    }
                    form class="find" method="get" action="/search" role="search" {
                        label class="hush" for="q" { "Search" }
                        input id="q" name="q" type="search" value=(self.sought) maxlength="300" autocomplete="off"
                            autocapitalize="off" spellcheck="false" placeholder="Search invoices, orders, amounts"
                            aria-keyshortcuts="Control+K Meta+K";
                        button aria-label="Search for it" { (icon(Icon::Search)) }
                    }
                    nav class="menu" aria-label="Main" {
                        a href="/stores"
                            aria-current=[here(matches!(section, Section::Stores | Section::Store(..)))] { "Stores" }
                        @if self.administrator {
                            a href="/applications"
                                aria-current=[here(matches!(section, Section::Applications))] { "Applications" }
                            a href="/log" aria-current=[here(matches!(section, Section::Log))] { "Server log" }
                        }
                        a href="/account" aria-current=[here(matches!(section, Section::Account))] { "Account" }
                        form method="post" action="/logout" {
                            (self.csrf_field())
                            button { "Log out" }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a store is paid on the practice chain.
#[must_use]
pub fn is_practice(store: &Store) -> bool {
    store.network == Network::SANDBOX.name
}

/// What a store is paid on, as a pill.
#[must_use]
pub fn network_pill(store: &Store) -> Markup {
    html! {
        @if is_practice(store) {
            span class="pill play" { "Practice" }
        } @else {
            span class="pill soft" { (network_name(&store.network)) }
        }
    }
}

/// A network's name for people.
#[must_use]
pub fn network_name(network: &str) -> &str {
    match network {
        "mainnet" => "Bitcoin",
        "testnet4" => "Testnet",
        "signet" => "Signet",
        "regtest" => "Regtest",
        "sandbox" => "Practice",
        other => other,
    }
}

fn flash(words: &str) -> Markup {
    // A failure that is told after a redirect says so in its first word.
    let bad = words.starts_with("Pairing failed");
    let (tone, shown) = if bad { ("bad", Icon::Stop) } else { ("good", Icon::Paid) };
    html! {
        p class={ "notice flash " (tone) } role={ @if bad { "alert" } @else { "status" } } {
            (icon(shown))
            span { (words) }
        }
    }
}

/// How many there are of what needs attention.
#[must_use]
pub fn badge(waiting: i64) -> Markup {
    html! {
        b class="badge" {
            @if waiting > MOST_COUNTED { (MOST_COUNTED) "+" } @else { (waiting) }
            span class="hush" { @if waiting == 1 { " needs attention" } @else { " need attention" } }
        }
    }
}

fn store_menu((store, role): (&Store, Option<Role>), tab: Tab, waiting: i64) -> Markup {
    let open = |each: &Tab| role.is_some_and(|role| role.may(each.needs()));
    html! {
        section class="store" aria-label=(store.name) {
            div class="desk" {
                p class="name" {
                    (store.name) " " (network_pill(store))
                    @if let Some(role) = role.filter(|role| *role != Role::Owner) {
                        " " span class="pill soft" { (capital(role)) }
                    }
                }
                nav class="tabs" aria-label="Store" {
                    @for each in Tab::ALL.into_iter().filter(open) {
                        a href={ "/stores/" (store.id) (each.path()) }
                            aria-current=[(each == tab).then_some("page")] {
                            (icon(each.icon()))
                            span {
                                (each.name())
                                @if each == Tab::Overview && waiting > 0 { " " (badge(waiting)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
