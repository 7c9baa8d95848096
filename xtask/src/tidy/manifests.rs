//! What each crate's manifest may list, and what the lock file may not hold.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{SourceFile, Tree, Violation};

struct Crate {
    folder: &'static str,
    /// Crates of this workspace it may depend on.
    ours: &'static [&'static str],
    /// The same, for its tests only.
    ours_in_tests: &'static [&'static str],
    others: Others,
}

enum Others {
    /// Only these of other people's crates, outside of tests.
    Only(&'static [&'static str]),
    /// Any but these, outside of tests.
    Not(&'static [&'static str]),
}

const CRATES: &[Crate] = &[
    Crate {
        folder: "crates/core",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Only(&[
            "bitcoin",
            "iso_currency",
            "miniscript",
            "rust_decimal",
            "serde",
            "thiserror",
        ]),
    },
    Crate {
        folder: "crates/chain",
        ours: &["specie-core"],
        ours_in_tests: &["specie-testkit"],
        others: Others::Not(&["axum", "hyper", "postgres", "rusqlite", "tower"]),
    },
    Crate {
        folder: "crates/db",
        ours: &["specie-core"],
        ours_in_tests: &["specie-testkit"],
        others: Others::Not(&["axum", "hyper", "reqwest", "tower", "zeromq"]),
    },
    Crate {
        folder: "crates/psbt",
        ours: &["specie-core"],
        ours_in_tests: &["specie-testkit"],
        others: Others::Only(&[
            "base64",
            "bbqr",
            "bdk_wallet",
            "bitcoin",
            "miniscript",
            "rand_chacha",
            "thiserror",
        ]),
    },
    Crate {
        folder: "crates/server",
        ours: &["specie-core", "specie-chain", "specie-client", "specie-db", "specie-psbt"],
        ours_in_tests: &["specie-testkit"],
        others: Others::Not(&["bdk_wallet", "postgres", "rusqlite", "zeromq"]),
    },
    Crate {
        folder: "crates/testkit",
        ours: &["specie-core"],
        ours_in_tests: &[],
        others: Others::Not(&["axum"]),
    },
    Crate {
        folder: "crates/client",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Only(&[
            "base58ck",
            "base64",
            "bitcoin_hashes",
            "futures-util",
            "getrandom",
            "percent-encoding",
            "reqwest",
            "rust_decimal",
            "rustls",
            "rustls-platform-verifier",
            "secp256k1",
            "serde",
            "serde_json",
            "subtle",
            "thiserror",
            "tokio",
            "url",
        ]),
    },
    Crate {
        folder: "crates/bench",
        ours: &["specie-core", "specie-chain", "specie-db", "specie-testkit"],
        ours_in_tests: &[],
        others: Others::Not(&["reqwest", "zeromq"]),
    },
    Crate { folder: "xtask", ours: &[], ours_in_tests: &[], others: Others::Only(&["clap", "toml"]) },
    Crate {
        folder: BINDING,
        ours: &["specie-client"],
        ours_in_tests: &[],
        others: Others::Only(&["pyo3", "serde_json", "tokio"]),
    },
];

/// It has lints of its own, since the macros of what it is bound by write `unsafe`.
const BINDING: &str = "clients/python";

/// Two providers of one thing panic at first use, or bring a C build nobody asked for.
const NOT_LOCKED: &[&str] = &["aws-lc-sys"];
const LOCKED_ONCE: &[&str] = &["rustls", "bitcoin", "miniscript", "libsqlite3-sys"];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        check_manifest(file, &mut found);
    }
    match tree.get("Cargo.lock") {
        Some(lock) => check_lock(lock, &mut found),
        None => found.push(Violation::new("Cargo.lock", 0, "is not there; it is committed")),
    }
    found
}

fn check_manifest(file: &SourceFile, found: &mut Vec<Violation>) {
    let folder = file.path.trim_end_matches("/Cargo.toml");
    let Some(row) = CRATES.iter().find(|row| row.folder == folder) else {
        found.push(Violation::new(
            &file.path,
            0,
            "has no row in the table of crates (xtask/src/tidy/manifests.rs)",
        ));
        return;
    };
    let Ok(manifest) = file.text.parse::<Table>() else {
        found.push(Violation::new(&file.path, 0, "is not TOML"));
        return;
    };
    for (name, in_tests) in dependencies(&manifest) {
        if !row.allows(&name, in_tests) {
            found.push(Violation::new(
                &file.path,
                line_of(&file.text, &name),
                format!("may not depend on `{name}`"),
            ));
        }
    }
    let linted = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    if linted != Some(true) && folder != BINDING {
        found.push(Violation::new(&file.path, 0, "does not take the workspace's lints"));
    }
}

impl Crate {
    fn allows(&self, name: &str, in_tests: bool) -> bool {
        if is_ours(name) {
            return self.ours.contains(&name) || (in_tests && self.ours_in_tests.contains(&name));
        }
        match self.others {
            Others::Only(names) => in_tests || names.contains(&name),
            Others::Not(names) => in_tests || !names.contains(&name),
        }
    }
}

fn is_ours(name: &str) -> bool {
    name == "specie" || name == "xtask" || name.starts_with("specie-")
}

/// The crates' own names (not what they are renamed to), with whether only tests use them.
fn dependencies(manifest: &Table) -> BTreeSet<(String, bool)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table).chain([manifest]);
    let mut all = BTreeSet::new();
    for table in tables {
        for (key, in_tests) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let listed = table.get(key).and_then(Value::as_table).into_iter().flatten();
            all.extend(listed.map(|(name, spec)| {
                let package = spec.get("package").and_then(Value::as_str).unwrap_or(name);
                (package.to_owned(), in_tests)
            }));
        }
    }
    all
}

fn check_lock(file: &SourceFile, found: &mut Vec<Violation>) {
    let Ok(lock) = file.text.parse::<Table>() else {
        found.push(Violation::new(&file.path, 0, "is not TOML"));
        return;
    };
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<_> = packages.filter_map(|package| package.get("name")?.as_str()).collect();
    let count = |name: &str| names.iter().filter(|locked| **locked == name).count();
    for name in NOT_LOCKED.iter().filter(|name| count(name) > 0) {
        found.push(Violation::new(&file.path, line_of(&file.text, name), format!("holds `{name}`")));
    }
    for name in LOCKED_ONCE.iter().filter(|name| count(name) > 1) {
        found.push(Violation::new(
            &file.path,
            line_of(&file.text, name),
            format!("holds `{name}` more than once"),
        ));
    }
}

fn line_of(text: &str, name: &str) -> usize {
    text.lines().position(|line| line.contains(name)).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, text: &str) -> Vec<String> {
        let whole = format!("{text}\n[lints]\nworkspace = true\n");
        check(&Tree::of(&[(path, &whole), ("Cargo.lock", "")]))
            .into_iter()
            .map(|violation| violation.what)
            .collect()
    }

    #[test]
    fn a_forbidden_arrow_is_refused_wherever_it_is_listed() {
        for (path, text) in [
            ("crates/core/Cargo.toml", "[dependencies]\ntokio.workspace = true"),
            ("crates/core/Cargo.toml", "[target.'cfg(unix)'.dependencies]\nlibc = \"1\""),
            ("crates/chain/Cargo.toml", "[dependencies]\nspecie-db.workspace = true"),
            ("crates/chain/Cargo.toml", "[dependencies]\nrows = { package = \"specie-db\", path = \"x\" }"),
            ("crates/db/Cargo.toml", "[dev-dependencies]\nspecie-chain.workspace = true"),
            ("crates/db/Cargo.toml", "[dependencies]\nspecie-testkit.workspace = true"),
            ("crates/server/Cargo.toml", "[dependencies]\nrusqlite.workspace = true"),
            ("crates/server/Cargo.toml", "[dependencies]\nbdk_wallet.workspace = true"),
            ("crates/psbt/Cargo.toml", "[dependencies]\nspecie-chain.workspace = true"),
            ("crates/psbt/Cargo.toml", "[dependencies]\ntokio.workspace = true"),
            ("crates/client/Cargo.toml", "[dependencies]\nspecie-core.workspace = true"),
            ("crates/client/Cargo.toml", "[dev-dependencies]\nspecie-testkit.workspace = true"),
            ("clients/python/Cargo.toml", "[dependencies]\nspecie-core.workspace = true"),
            ("crates/new/Cargo.toml", ""),
        ] {
            assert_eq!(refused(path, text).len(), 1, "{path}: {text}");
        }
    }

    #[test]
    fn the_arrows_of_the_table_are_allowed() {
        for (path, text) in [
            (
                "crates/core/Cargo.toml",
                "[dependencies]\nbitcoin.workspace = true\n[dev-dependencies]\nproptest = \"1\"",
            ),
            (
                "crates/chain/Cargo.toml",
                "[dependencies]\nspecie-core.workspace = true\n[dev-dependencies]\nspecie-testkit.workspace = true",
            ),
            ("crates/server/Cargo.toml", "[dependencies]\nspecie-db.workspace = true\naxum = \"0.8\""),
            ("crates/server/Cargo.toml", "[dev-dependencies]\nrusqlite.workspace = true"),
        ] {
            assert_eq!(refused(path, text), [""; 0], "{path}: {text}");
        }
    }

    #[test]
    fn a_crate_without_the_lints_is_refused() {
        let tree = Tree::of(&[
            ("crates/core/Cargo.toml", "[package]\nname = \"specie-core\"\n"),
            ("Cargo.lock", ""),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn a_second_tls_provider_is_refused() {
        let lock = |names: &[&str]| {
            let text: String = names
                .iter()
                .map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n"))
                .collect();
            check(&Tree::of(&[("Cargo.lock", &text)])).len()
        };
        assert_eq!(lock(&["rustls", "ring"]), 0);
        assert_eq!(lock(&["rustls", "rustls"]), 1);
        assert_eq!(lock(&["rustls", "aws-lc-sys"]), 1);
    }
}
