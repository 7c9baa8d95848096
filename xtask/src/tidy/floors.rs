//! The floors: who may import whom.
//!
//! ```text
//! floor 5   main, cli, config                   wires everything
//! floor 4   http::{one face each}               → app, dialect            never each other
//! floor 3   worker → app, chain, notify, feeds  notify → dialect          feeds, dialect → app::view, core
//! floor 2   app                                 → db, psbt, core
//! floor 1   chain       db       psbt            → core                    never each other
//! floor 0   core                                → nothing of ours
//! ```
//!
//! Each row of `FLOORS` names files and what they never name, in a `use` or written out, tests inside the file
//! included. A row forbids a path and everything below it. `*` counts as everything it could bring in.

use super::{
    SourceFile, Tree, Violation,
    scan::{self, UsedPath},
};

struct Floor {
    /// A file or folder, without `.rs`: `…/app` is `…/app.rs` and everything in `…/app/`.
    files: &'static str,
    exempt: &'static [&'static str],
    never: &'static [&'static [&'static str]],
    /// Below something forbidden, yet allowed.
    but: &'static [&'static str],
    /// Single words, for what needs no import.
    words: &'static [&'static str],
    why: &'static str,
}

const WEB: &[&str] = &[
    "axum",
    "axum_core",
    "axum_extra",
    "http",
    "hyper",
    "hyper_util",
    "tower",
    "tower_http",
    "tower_sessions",
];
const CLIENTS: &[&str] = &["reqwest", "zeromq"];
const SQL: &[&str] = &["rusqlite", "postgres", "specie_db"];
const SPAWN: &[&str] = &[
    "tokio::spawn",
    "tokio::task::spawn",
    "tokio::task::spawn_local",
    "tokio::task::JoinSet",
    "std::thread::spawn",
];
const SURROUNDINGS: &[&str] =
    &["std::time", "std::env", "std::fs", "std::net", "std::process", "std::thread", "std::io"];

const SIGNERS: &[&str] = &["bdk_wallet::signer", "bdk_wallet::keys"];

const FLOORS: &[Floor] = &[
    Floor {
        files: "crates/core/src",
        exempt: &[],
        never: &[
            WEB,
            CLIENTS,
            SQL,
            SURROUNDINGS,
            &["tokio", "tracing", "log", "jiff", "getrandom", "rand", "specie_chain", "specie"],
        ],
        but: &[],
        words: &["HashMap", "HashSet", "f32", "f64", "async"],
        why: "core is a function of its arguments: no clock, chance, I/O or float, and no order that changes from run to run",
    },
    Floor {
        files: "crates/chain/src",
        exempt: &[],
        never: &[WEB, SQL, &["specie", "specie_psbt", "specie_core::invoice", "specie_core::ledger"]],
        but: &[],
        words: &[],
        why: "chain speaks of scripts: no invoice, no store, no SQL",
    },
    Floor {
        files: "crates/db/src",
        exempt: &[],
        never: &[
            WEB,
            CLIENTS,
            &[
                "specie",
                "specie_chain",
                "specie_psbt",
                "specie_core::invoice::step",
                "specie_core::invoice::open",
            ],
        ],
        but: &[],
        words: &[],
        why: "db keeps rows: no rule, no node",
    },
    Floor {
        files: "crates/psbt/src",
        exempt: &[],
        never: &[
            WEB,
            CLIENTS,
            SQL,
            SURROUNDINGS,
            SIGNERS,
            &[
                "tokio",
                "tracing",
                "log",
                "specie_chain",
                "specie",
                "specie_core::invoice",
                "specie_core::ledger",
            ],
        ],
        but: &[],
        words: &["HashMap", "HashSet", "f32", "f64", "async", "Xpriv", "PrivateKey", "SecretKey"],
        why: "psbt is a function of its arguments, and holds no key that signs",
    },
    Floor {
        files: "crates/client/src",
        exempt: &["approval", "blocking", "client", "events", "panel", "transport"],
        never: &[CLIENTS, &["tokio"]],
        but: &[],
        words: &[],
        why: "what a client says and hears is a function of its arguments: no socket, no waiting",
    },
    Floor {
        files: "clients/python/src",
        exempt: &[],
        never: &[CLIENTS],
        but: &[],
        words: &["unsafe"],
        why: "the binding hands over to the Rust client, and what is unsafe is written by pyo3's macros alone",
    },
    Floor {
        files: "crates/server/src",
        exempt: &["app", "cli", "config", "main", "lib"],
        never: &[SQL],
        but: &[],
        words: &[],
        why: "only app touches the database; main, cli and config only wire it",
    },
    Floor {
        files: "crates/server/src/app",
        exempt: &[],
        never: &[
            WEB,
            CLIENTS,
            SPAWN,
            &[
                "rusqlite",
                "postgres",
                "specie_chain",
                "crate::dialect",
                "crate::http",
                "crate::notify",
                "crate::worker",
                "crate::cli",
            ],
        ],
        but: &[],
        words: &[],
        why: "app is what happens, whoever asked: no HTTP, no wire name, no node, no task of its own",
    },
    Floor {
        files: "crates/server/src/dialect",
        exempt: &[],
        never: &[
            WEB,
            CLIENTS,
            &[
                "tokio",
                "specie_chain",
                "specie_psbt",
                "crate::app",
                "crate::http",
                "crate::notify",
                "crate::worker",
                "crate::cli",
                "crate::config",
            ],
        ],
        but: &["crate::app::view"],
        words: &["async"],
        why: "a dialect translates views to the wire and back: no I/O, no decision",
    },
    Floor {
        files: "crates/server/src/notify",
        exempt: &[],
        never: &[WEB, &["specie_chain", "crate::app", "crate::http", "crate::worker", "crate::cli"]],
        but: &["crate::app::view"],
        words: &[],
        why: "notify renders and sends what it is handed",
    },
    Floor {
        files: "crates/server/src/feeds",
        exempt: &[],
        never: &[
            WEB,
            SPAWN,
            &[
                "specie_chain",
                "crate::app",
                "crate::dialect",
                "crate::http",
                "crate::notify",
                "crate::worker",
                "crate::cli",
                "crate::config",
            ],
        ],
        but: &["crate::app::view"],
        words: &[],
        why: "feeds asks a source and reads its answer: it believes nothing and keeps nothing",
    },
    Floor {
        files: "crates/server/src/worker",
        exempt: &[],
        never: &[WEB, &["specie_psbt", "crate::dialect", "crate::http", "crate::cli"]],
        but: &[],
        words: &[],
        why: "a worker moves facts and deliveries: no wire format, no rule",
    },
    Floor {
        files: HTTP,
        exempt: &[],
        never: &[&["specie_chain", "specie_psbt", "crate::notify", "crate::worker", "crate::cli"]],
        but: &[],
        words: &[],
        why: "a face speaks to app through views, in one dialect",
    },
];

/// Every module directly under here is a face, except the shared ones; `mod.rs` joins them.
const HTTP: &str = "crates/server/src/http";
const SHARED_BY_FACES: &[&str] = &[
    "answers",
    "auth",
    "brand",
    "csv",
    "documented",
    "error",
    "fields",
    "form",
    "l10n",
    "live",
    "mod",
    "operator",
    "packed",
    "pages",
    "pieces",
    "qr",
    "repeated",
    "requests",
    "unread",
];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let faces = faces(tree);
    tree.rust().flat_map(|file| check_file(file, &faces)).collect()
}

fn check_file(file: &SourceFile, faces: &[String]) -> Vec<Violation> {
    let Some((_, inside)) = file.path.split_once("/src/") else { return Vec::new() };
    let floors: Vec<_> = FLOORS.iter().filter(|floor| floor.holds(&file.path)).collect();
    if floors.is_empty() {
        return Vec::new();
    }
    let used = scan::paths(&file.text, &scan::module_of(inside));
    let mut found = Vec::new();
    for floor in floors {
        let refused = used.iter().filter(|path| floor.refuses(path));
        found.extend(refused.map(|path| {
            let named = path.segments.join("::");
            Violation::new(&file.path, path.line, format!("names `{named}`: {}", floor.why))
        }));
        found.extend(floor.words_in(file));
    }
    found.extend(other_faces(file, &used, faces));
    found
}

impl Floor {
    fn holds(&self, path: &str) -> bool {
        under(path, self.files)
            && !self.exempt.iter().any(|name| under(path, &format!("{}/{name}", self.files)))
    }

    fn refuses(&self, path: &UsedPath) -> bool {
        let forbidden =
            self.never.iter().copied().flatten().any(|pattern| covers(pattern, &path.segments, true));
        forbidden && !self.but.iter().any(|pattern| covers(pattern, &path.segments, false))
    }

    fn words_in(&self, file: &SourceFile) -> Vec<Violation> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let banned = |token: &scan::Token<'_>| self.words.iter().any(|word| is_word(token, word));
        let found = |token: scan::Token<'_>| {
            Violation::new(&file.path, token.line, format!("`{}`: {}", token.text, self.why))
        };
        scan::tokens(&file.text).into_iter().filter(banned).map(found).collect()
    }
}

/// `f64` is also meant by the number `1f64`.
fn is_word(token: &scan::Token<'_>, word: &str) -> bool {
    token.text == word
        || (token.kind == scan::Kind::Number && !token.text.starts_with("0x") && token.text.ends_with(word))
}

fn under(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

/// Is the path at or below the pattern? With `globs`, `a::*` may bring in `a::b`.
fn covers(pattern: &str, path: &[String], globs: bool) -> bool {
    let mut path = path.iter();
    for wanted in pattern.split("::") {
        match path.next().map(String::as_str) {
            Some("*") => return globs,
            Some(segment) if segment == wanted => {}
            _ => return false,
        }
    }
    true
}

fn faces(tree: &Tree) -> Vec<String> {
    let direct = |file: &SourceFile| {
        let rest = file.path.strip_prefix(HTTP)?.strip_prefix('/')?;
        let name = rest.split('/').next()?;
        Some(name.strip_suffix(".rs").unwrap_or(name).to_owned())
    };
    let mut faces: Vec<_> = tree.rust().filter_map(direct).collect();
    faces.retain(|name| !SHARED_BY_FACES.contains(&name.as_str()));
    faces.dedup();
    faces
}

fn other_faces(file: &SourceFile, used: &[UsedPath], faces: &[String]) -> Vec<Violation> {
    if !under(&file.path, HTTP) || file.path == format!("{HTTP}/mod.rs") || file.path == format!("{HTTP}.rs")
    {
        return Vec::new();
    }
    let own = |face: &&String| under(&file.path, &format!("{HTTP}/{face}"));
    let others: Vec<_> =
        faces.iter().filter(|face| !own(face)).map(|face| format!("crate::http::{face}")).collect();
    let refused = used.iter().filter(|path| others.iter().any(|other| covers(other, &path.segments, true)));
    let found = |path: &UsedPath| {
        let named = path.segments.join("::");
        Violation::new(&file.path, path.line, format!("names `{named}`: a face never knows another face"))
    };
    refused.map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, text: &str) -> Vec<usize> {
        let tree = Tree::of(&[
            (path, text),
            ("crates/server/src/http/checkout.rs", ""),
            ("crates/server/src/http/bitpay/mod.rs", ""),
            ("crates/server/src/http/auth.rs", ""),
        ]);
        check(&tree).into_iter().map(|violation| violation.line).collect()
    }

    fn is_refused(path: &str, text: &str) -> bool {
        !refused(path, text).is_empty()
    }

    #[test]
    fn every_floor_refuses_what_is_above_it() {
        for (path, text) in [
            ("crates/core/src/quote.rs", "use std::time::Instant;"),
            ("crates/core/src/quote.rs", "use std::collections::{BTreeMap, HashMap};"),
            ("crates/core/src/quote.rs", "fn rate() -> f64 { 0 }"),
            ("crates/core/src/quote.rs", "const HALF: X = 1f64;"),
            ("crates/core/src/quote.rs", "pub async fn now() {}"),
            ("crates/chain/src/lib.rs", "use specie_db::Db;"),
            ("crates/chain/src/lib.rs", "use specie_core::{invoice::Terms, chain};"),
            ("crates/db/src/lib.rs", "use specie_chain::Sandbox;"),
            ("crates/db/src/invoices.rs", "fn f() { specie_core::invoice::step(); }"),
            ("crates/psbt/src/build.rs", "use specie_chain::Receipt;"),
            ("crates/psbt/src/build.rs", "use bdk_wallet::signer::SignOptions;"),
            ("crates/psbt/src/build.rs", "fn sign(key: &Xpriv) {}"),
            ("crates/psbt/src/build.rs", "use std::time::Instant;"),
            ("crates/client/src/answer.rs", "use reqwest::Response;"),
            ("crates/client/src/retry.rs", "fn f() { tokio::time::sleep(x); }"),
            ("clients/python/src/keys.rs", "fn f() { unsafe { g() } }"),
            ("crates/server/src/clock.rs", "use specie_db::Db;"),
            ("crates/server/src/app/settle.rs", "use axum::Json;"),
            ("crates/server/src/app/settle.rs", "fn f() { tokio::spawn(async {}); }"),
            ("crates/server/src/app/settle.rs", "use crate::{app::view, worker::wake};"),
            ("crates/server/src/app.rs", "use specie_chain::ChainUpdate;"),
            ("crates/server/src/dialect/bitpay.rs", "use crate::app::settle;"),
            ("crates/server/src/dialect/bitpay.rs", "use crate::app::*;"),
            ("crates/server/src/dialect/bitpay.rs", "use super::super::http;"),
            ("crates/server/src/dialect/bitpay.rs", "use tokio::time;"),
            ("crates/server/src/dialect/bitpay.rs", "use specie_psbt::Summary;"),
            ("crates/server/src/notify/send.rs", "use crate::app::{view::InvoiceView, deliveries};"),
            ("crates/server/src/feeds/kraken.rs", "use crate::app::App;"),
            ("crates/server/src/feeds/kraken.rs", "use crate::dialect::bitpay;"),
            ("crates/server/src/worker/watcher.rs", "use crate::dialect::bitpay;"),
            ("crates/server/src/worker/watcher.rs", "use rusqlite::Connection;"),
            ("crates/server/src/worker/watcher.rs", "fn f() { specie_psbt::build(); }"),
            ("crates/server/src/http/bitpay/invoices.rs", "use specie_db::Db;"),
            ("crates/server/src/http/dashboard/fee.rs", "use specie_psbt::BuildError;"),
            ("crates/server/src/http/bitpay/invoices.rs", "use crate::http::checkout;"),
            ("crates/server/src/http/bitpay/invoices.rs", "use super::super::checkout::page;"),
            ("crates/server/src/http/checkout.rs", "use super::bitpay::envelope;"),
            ("crates/server/src/http/auth.rs", "use super::{error, checkout};"),
        ] {
            assert!(is_refused(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn every_floor_allows_what_is_below_it() {
        for (path, text) in [
            ("crates/core/src/quote.rs", "use std::collections::BTreeMap;\nconst MASK: u64 = 0xf64;"),
            ("crates/chain/src/lib.rs", "use specie_core::chain::Receipt;"),
            ("crates/db/src/lib.rs", "use specie_core::invoice::{Step, Verdict};"),
            ("crates/psbt/src/choose.rs", "use specie_core::script::Keychain;\nuse bdk_wallet::Wallet;"),
            ("crates/client/src/transport.rs", "use reqwest::Client;\nuse tokio::time;"),
            ("crates/server/src/app/settle.rs", "use specie_db::Db;\nuse super::view::InvoiceView;"),
            ("crates/server/src/main.rs", "use specie_db::Db;\nuse axum::Router;"),
            ("crates/server/src/config/mod.rs", "fn f() { specie_db::Db::open(); }"),
            ("crates/server/src/dialect/bitpay.rs", "use crate::app::view::{self, InvoiceView};"),
            ("crates/server/src/notify/send.rs", "use reqwest::Client;\nuse crate::{app::view, dialect};"),
            ("crates/server/src/feeds/mod.rs", "use reqwest::Client;\nuse crate::app::view::Feed;"),
            ("crates/server/src/worker/watcher.rs", "use specie_chain::ChainSource;\nuse crate::app;"),
            ("crates/server/src/http/bitpay/invoices.rs", "use crate::{app, http::{auth, bitpay, error}};"),
            (
                "crates/server/src/http/mod.rs",
                "pub mod bitpay;\nfn f() { bitpay::routes(); crate::http::checkout::routes(); }",
            ),
        ] {
            assert_eq!(refused(path, text), [0; 0], "{path}: {text}");
        }
    }

    #[test]
    fn comments_strings_and_characters_import_nothing() {
        let text = "// use axum::Json;\n/* axum::x /* nested */ axum::y */\nconst A: &str = \"axum::Json\";\nconst B: &str = r#\"\"axum::Json\"#;\nconst C: char = '\"';\nfn f<'a>(x: &'a str) {}\n";
        assert_eq!(refused("crates/server/src/app/mod.rs", text), [0; 0]);
    }

    #[test]
    fn what_follows_a_string_is_seen_with_its_line() {
        let text = "const A: &str = \"one\n  two \\\" three\";\nconst C: char = '\\'';\nuse axum::Json;\n";
        assert_eq!(refused("crates/server/src/app/mod.rs", text), [4]);
    }

    #[test]
    fn super_in_an_inline_module_is_the_file_itself() {
        let text = "mod tests {\n    use super::*;\n    mod deep { use super::super::*; }\n}\nuse super::checkout;\n";
        assert_eq!(refused("crates/server/src/http/bitpay.rs", text), [5]);
    }

    #[test]
    fn a_rename_does_not_hide_an_import() {
        assert_eq!(
            refused("crates/server/src/app/mod.rs", "use {std::fmt, axum as web};\nextern crate axum;"),
            [1, 2]
        );
    }
}
