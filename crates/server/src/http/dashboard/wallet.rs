//! A store's wallet: shown, or connected in two steps. The first reads what was pasted and shows the
//! first addresses; only when the merchant has seen the same ones in their wallet does the second
//! connect it. What was pasted is never shown again, nor kept before that.

mod addresses;
mod overview;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::script::{Said, ScriptKind, WalletTextError};

use super::Route;
use super::Who::May;
use super::error::{PageError, sentence};
use super::frame::{Frame, Section, Tab, is_practice};
use super::merchant::Owner;
use super::parts::{Problems, area, choice, facts, field, fold, submit, tick};
use crate::app::view::{WalletKeyView, WalletView};
use crate::app::{AppError, Permission, Store};
use crate::http::form::Form;
use crate::http::pages::{copy_button, grouped};
use crate::http::{Web, fields};

const KINDS: [(&str, &str); 5] = [
    ("", "As the key says"),
    ("segwit", "Native SegWit"),
    ("nested", "Nested SegWit"),
    ("taproot", "Taproot"),
    ("legacy", "Legacy"),
];

/// The pages below the wallet's own.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/stores/{store}/wallet/addresses", May(Permission::SeeMoney)).get(addresses::show)]
}

/// What is written beside the key. The key itself is not kept: it may have been a secret.
#[derive(Default)]
struct Words<'a> {
    kind: &'a str,
    fingerprint: &'a str,
    path: &'a str,
    next_index: &'a str,
}

impl<'a> Words<'a> {
    fn sent(form: &'a Form) -> Self {
        Self {
            kind: form.get("kind"),
            fingerprint: form.get("fingerprint"),
            path: form.get("path"),
            next_index: form.get("next_index"),
        }
    }

    /// As far as it may be shown again: the key, or worse, may have been pasted into the wrong field.
    fn shown(&self) -> Self {
        let of_a_path = |c: char| c.is_ascii_hexdigit() || "mMhH/'’ ".contains(c);
        let harmless = |text: &str| {
            text.len() <= 40 && (text.chars().all(of_a_path) || text.len() < 12 && !text.contains(' '))
        };
        let shown = |text: &'a str| if harmless(text) { text } else { "" };
        Self {
            kind: self.kind,
            fingerprint: shown(self.fingerprint),
            path: shown(self.path),
            next_index: shown(self.next_index),
        }
    }

    fn said(&self) -> Result<Said, Problems> {
        let kind = match self.kind {
            "segwit" => Some(ScriptKind::Segwit),
            "nested" => Some(ScriptKind::NestedSegwit),
            "taproot" => Some(ScriptKind::Taproot),
            "legacy" => Some(ScriptKind::Legacy),
            _ => None,
        };
        let blank = self.fingerprint.trim().is_empty() && self.path.trim().is_empty();
        let origin = (!blank).then(|| Said::origin(self.fingerprint, self.path)).transpose();
        let words = "A fingerprint is eight digits such as 73c5da0a, and a path is written m/84'/0'/0'.";
        Ok(Said { kind, origin: origin.map_err(|_| Problems::one("fingerprint", words))? })
    }
}

/// The wallet, or the form to connect one.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let frame = owner.frame().await?;
    page(&web, &frame, &owner, &Words::default(), &Problems::default()).await
}

/// The first step: reads what was pasted and asks whether these are the wallet's addresses.
pub async fn read(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let words = Words::sent(&form);
    let frame = owner.frame().await?;
    match preview(&web, &owner.store, form.get("key"), &words).await? {
        Ok(view) => Ok(asked(&frame, &owner, &view, &Problems::default()).into_response()),
        Err(problems) => {
            let page = page(&web, &frame, &owner, &words.shown(), &problems).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// The second step: the merchant has seen the same addresses.
pub async fn confirm(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let words = Words { next_index: form.get("next_index"), ..Words::default() };
    let key = form.get("descriptor");
    let view = match preview(&web, &owner.store, key, &words).await? {
        Ok(view) => view,
        Err(problems) => {
            let frame = owner.frame().await?;
            let page = page(&web, &frame, &owner, &words.shown(), &problems).await?;
            return Ok((StatusCode::BAD_REQUEST, page).into_response());
        }
    };
    let share = form.get("share") == "1";
    match owner.app(&web).connect_wallet(&owner.store, key, share, view.next_index).await {
        Ok(()) => {
            let to = owner.path("/wallet");
            Ok(owner.merchant.go(&to, "The wallet is connected.").await?.into_response())
        }
        Err(AppError::WalletInUse) => {
            let words = "Another store is paid into this wallet. Tick the box if both should be.";
            let frame = owner.frame().await?;
            let page = asked(&frame, &owner, &view, &Problems::one("share", words));
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn preview(
    web: &Web,
    store: &Store,
    pasted: &str,
    words: &Words<'_>,
) -> Result<Result<WalletView, Problems>, PageError> {
    let next_index = match fields::index(words.next_index) {
        Ok(index) => index,
        Err(error) => return Ok(Err(Problems::one("next_index", sentence(error)))),
    };
    let said = match words.said() {
        Ok(said) => said,
        Err(problems) => return Ok(Err(problems)),
    };
    match web.app().preview_wallet(store, pasted, &said, next_index).await {
        Ok(view) => Ok(Ok(view)),
        Err(AppError::Wallet(error)) => Ok(Err(refused(error))),
        Err(error @ AppError::InvalidSetting(_)) => Ok(Err(Problems::one("next_index", sentence(error)))),
        Err(AppError::WalletInUse) => {
            let words = "Another merchant of this server is paid into this wallet. Use one of your own.";
            Ok(Err(Problems::one("key", words)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Why a text is no wallet, in the words of somebody who pastes one; never with the text.
fn refused(error: WalletTextError) -> Problems {
    let (field, words) = match error {
        WalletTextError::PrivateKey => (
            "key",
            "This looks like a private key or recovery words. Never paste them anywhere! Whoever has them can \
             spend: treat them as exposed, and move the coins to a new wallet. Nothing was kept here. Specie \
             needs the public key.",
        ),
        WalletTextError::Empty => ("key", "Paste the public key of your wallet."),
        WalletTextError::NotAKey => {
            ("key", "This is no public key of a wallet, and no descriptor. Copy it once more, whole.")
        }
        WalletTextError::Checksum => {
            ("key", "A character is wrong or missing. Copy the key once more, whole.")
        }
        WalletTextError::WrongNetwork => {
            ("key", "This key belongs to another network: test wallets and real ones do not mix.")
        }
        WalletTextError::ScriptTypeConflict => (
            "kind",
            "The kind of addresses contradicts the key, or the key's path. Choose the kind that your wallet uses.",
        ),
        WalletTextError::OriginConflict => (
            "fingerprint",
            "The fingerprint and the path do not lead to this key. Leave both empty if in doubt.",
        ),
        other => return Problems::one("key", sentence(other)),
    };
    Problems::one(field, words)
}

async fn page(
    web: &Web,
    frame: &Frame,
    owner: &Owner,
    words: &Words<'_>,
    problems: &Problems,
) -> Result<Markup, PageError> {
    let connected = web.app().wallet_of(&owner.store).await?;
    let glance = match &connected {
        Some(_) => overview::sections(web, owner).await?,
        None => html! {},
    };
    let body = html! {
        (problems)
        (glance)
        @match &connected {
            Some(wallet) => {
                section class="sheet" {
                    h2 { "Connected" }
                    @if is_practice(&owner.store) {
                        p class="lead" { "A practice store is paid with pretend bitcoin. It needs no wallet of yours." }
                    }
                    (known(wallet, true))
                    @if owner.may(Permission::ConnectWallet) {
                        details open[!problems.is_empty()] {
                            summary { "Connect another wallet" }
                            (form(frame, owner, words, problems, "form"))
                        }
                    }
                }
            }
            None if owner.may(Permission::ConnectWallet) => {
                (form(frame, owner, words, problems, "sheet form narrow"))
            }
            None => p class="notice" { "No wallet is connected yet. The owner of the store connects one." },
        }
    };
    Ok(frame.page("Wallet", Section::Store(&owner.store, Tab::Wallet), &body))
}

fn form(frame: &Frame, owner: &Owner, words: &Words<'_>, problems: &Problems, class: &str) -> Markup {
    let folded = ["kind", "fingerprint", "path", "next_index"].iter().any(|name| problems.of(name).is_some());
    let advanced = html! {
        (choice("kind", "Kind of addresses", &KINDS).value(words.kind).problem(problems)
            .hint("Some keys do not say it: an xpub may be of any kind."))
        div class="pair" {
            (field("fingerprint", "Fingerprint").autocomplete("off").value(words.fingerprint).problem(problems)
                .hint("Of the master key, such as 73c5da0a. A hardware wallet needs it later to sign."))
            (field("path", "Path").autocomplete("off").value(words.path).problem(problems)
                .hint("From there to the key, such as m/84'/0'/0'."))
        }
        (field("next_index", "Next address index").inputmode("numeric").value(words.next_index).problem(problems)
            .hint("If the wallet was in use before: the number of addresses that it has given out."))
    };
    html! {
        form class=(class) method="post" action=(owner.path("/wallet")) {
            (frame.csrf_field())
            p class="lead" {
                "Payments go straight to your own wallet. Specie holds only a public key: it makes addresses, \
                 and can never spend."
            }
            (area("key", "Public key of your wallet").required().autocomplete("off").problem(problems)
                .hint("The account's public key, the descriptor, or all of the file that your wallet exports: of \
                       Coldcard, Sparrow, Specter, Electrum, Passport, Bitcoin Core. Never the recovery words."))
            (fold("Advanced", folded, &advanced))
            p class="actions" { (submit("Continue")) }
        }
    }
}

/// The second step's question.
fn asked(frame: &Frame, owner: &Owner, wallet: &WalletView, problems: &Problems) -> Markup {
    let body = html! {
        div class="head" {
            div {
                h1 { "Does your wallet show the same addresses?" }
                p { "Open “Receive” in your wallet and compare the first three." }
            }
        }
        (problems)
        section class="sheet narrow" {
            ol class="addresses" { @for (index, address) in &wallet.addresses { (listed(*index, address)) } }
            (known(wallet, wallet.next_index > 0))
            form class="form" method="post" action=(owner.path("/wallet/confirm")) {
                (frame.csrf_field())
                input type="hidden" name="descriptor" value=(wallet.descriptor);
                input type="hidden" name="next_index" value=(wallet.next_index);
                @if wallet.shared {
                    p class="notice" {
                        "Another store is paid into this wallet already. They would share its addresses in turn, \
                         and your wallet could not tell their payments apart."
                    }
                    div id="share" { (tick("share", "Use the same wallet in both stores", false, None)) }
                }
                p class="actions" {
                    (submit("Yes, connect this wallet"))
                    a class="btn plain" href=(owner.path("/wallet")) { "No, try another" }
                }
            }
        }
    };
    frame.bare("Wallet", Section::Store(&owner.store, Tab::Wallet), &body)
}

fn listed(index: u32, address: &str) -> Markup {
    let (number, id) = (u64::from(index) + 1, format!("address-{index}"));
    html! {
        li {
            p class="row" {
                span class="label" { "Address " (number) " · " code { "0/" (index) } }
                (copy_button(&id, &format!("address {number}"), address, &id))
            }
            (grouped(address, &id))
        }
    }
}

/// What is known of a wallet.
fn known(wallet: &WalletView, with_next: bool) -> Markup {
    let mut rows = vec![("Kind", html! { (kind_name(wallet.kind)) })];
    if wallet.kind.is_multisig() {
        rows.push(("Signatures", html! { (wallet.threshold) " of " (wallet.keys.len()) }));
    }
    for WalletKeyView { origin } in &wallet.keys {
        match origin {
            Some((fingerprint, path)) => {
                rows.push(("Fingerprint", html! { code { (fingerprint) } }));
                rows.push(("Path", html! { code { (path) } }));
            }
            None => rows.push(("Fingerprint", html! { "Not known" })),
        }
    }
    if with_next {
        rows.push(("Next address", html! { code { "0/" (wallet.next_index) } }));
    }
    facts(&rows)
}

fn kind_name(kind: ScriptKind) -> &'static str {
    match kind {
        ScriptKind::Legacy => "Legacy (pkh)",
        ScriptKind::NestedSegwit => "Nested SegWit (sh-wpkh)",
        ScriptKind::Segwit => "Native SegWit (wpkh)",
        ScriptKind::Taproot => "Taproot (tr)",
        ScriptKind::LegacyMultisig => "Legacy, several keys (sh-sortedmulti)",
        ScriptKind::NestedMultisig => "Nested SegWit, several keys (sh-wsh-sortedmulti)",
        ScriptKind::SegwitMultisig => "Native SegWit, several keys (wsh-sortedmulti)",
    }
}
