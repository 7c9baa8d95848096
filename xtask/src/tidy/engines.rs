//! Every test of the server runs on every database engine.
//!
//! `tests/bitpay/main.rs` runs on SQLite, `tests/bitpay_on_postgres.rs` runs the same again on PostgreSQL. A target
//! without its twin would be seen on one engine only, and nobody would notice. What stands on no engine that a server
//! runs on has none, and so has what looks at nothing but markup.

use std::collections::BTreeSet;

use super::{Tree, Violation};

const TESTS: &str = "crates/server/tests/";
const TWIN: &str = "_on_postgres";
/// Rehearses the application over a database in memory, on one thread.
const ON_NEITHER: &[&str] = &["simulation"];
/// These look at markup, which is made of what was read, wherever from.
const ON_ONE: &[&str] = &["browser_looks"];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let paths = tree.rust().filter_map(|file| file.path.strip_prefix(TESTS));
    let targets: BTreeSet<&str> =
        paths.filter_map(|path| path.strip_suffix("/main.rs").or_else(|| path.strip_suffix(".rs"))).collect();
    // What lies deeper is a part of a target.
    let targets = || targets.iter().filter(|target| !target.contains('/'));
    let alone = targets().filter(|target| {
        !ON_NEITHER.contains(target)
            && !ON_ONE.contains(target)
            && !target.ends_with(TWIN)
            && !targets().any(|other| other.strip_suffix(TWIN) == Some(**target))
    });
    alone
        .map(|target| {
            let what = format!("runs on SQLite alone: there is no {target}{TWIN}.rs");
            Violation::new(&format!("{TESTS}{target}"), 0, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_without_its_twin_is_refused() {
        let tree = Tree::of(&[
            ("crates/server/tests/bitpay/main.rs", ""),
            ("crates/server/tests/bitpay/lists.rs", ""),
            ("crates/server/tests/bitpay_on_postgres.rs", ""),
            ("crates/server/tests/crash.rs", ""),
            ("crates/server/tests/processes_on_postgres.rs", ""),
            ("crates/server/tests/simulation/main.rs", ""),
            ("crates/server/tests/browser_looks/main.rs", ""),
            ("crates/db/tests/contract/main.rs", ""),
        ]);
        let found = check(&tree);
        assert_eq!(found.iter().map(|v| v.path.as_str()).collect::<Vec<_>>(), ["crates/server/tests/crash"]);
    }
}
