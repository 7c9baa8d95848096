//! `/docs`: the reference in RapiDoc, which is kept in the tree and served from here.

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::short_hash;

/// RapiDoc 9.3.8, as its package has it: packed. Its licence is beside it.
pub const VIEWER: &[u8] = include_bytes!("../assets/rapidoc-9.3.8.min.js.gz");
/// What has to be set before it starts.
pub const STARTER: &str = include_str!("../assets/docs.js");

/// The viewer's name.
pub fn viewer() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("rapidoc-{}.js", short_hash(VIEWER)));
    &NAME
}

/// The starter's name.
pub fn starter() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("docs-{}.js", short_hash(STARTER.as_bytes())));
    &NAME
}

/// The whole page. The scripts run in the order in which they stand.
pub fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { "API reference · Specie" }
                link rel="icon" href="/assets/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/specie.css";
                script type="module" src={ "/docs/" (starter()) } {}
                script defer src={ "/docs/" (viewer()) } {}
            }
            body class="reference" { (body()) }
        }
    }
}

fn body() -> Markup {
    html! {
        header {
            div class="bar" {
                span class="brand" { (PreEscaped(include_str!("../assets/logo.svg").trim_end())) "Specie" }
                h1 { "API reference" }
                a href="/openapi.json" { "openapi.json" }
            }
            p class="hint" {
                "“Try” really sends. Calls with a panel token, with a legacy API key (as user name, without a password) \
                 and without credentials can be tried here. Calls that are signed (BitId) cannot: this page has no key. \
                 Sign them with a client, as their examples do."
            }
            noscript {
                p class="hint" {
                    "The console needs JavaScript. Without it, "
                    a href="/openapi.json" { "openapi.json" } " has everything."
                }
            }
        }
        // The viewer brings the page's main part with it.
        rapi-doc spec-url="/openapi.json" load-fonts="false" show-header="false" render-style="focused"
            allow-authentication="true" allow-server-selection="false" allow-spec-file-download="false"
            allow-search="true" allow-advanced-search="false" schema-style="table" persist-auth="false"
            regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace" fetch-credentials="omit"
            use-path-in-nav-bar="true" show-method-in-nav-bar="as-colored-text" {}
    }
}
