//! What no file may contain, be called, or grow to.
//!
//! The forbidden texts are put together from pieces, so that this file does not contain them itself.

use super::{SourceFile, Tree, Violation, scan};

const LONGEST_RUST_FILE: usize = 650;

/// Whole words. What is not built is not mentioned.
const MARKERS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// The tree stands alone: it points neither beside itself nor at one registry's machine.
const TEXTS: &[(&str, &str)] = &[
    (concat!("..", "/shared"), "points outside the repository"),
    (concat!("registry.", "npmjs.org"), "names a registry's host"),
    (concat!("registry.", "yarnpkg.com"), "names a registry's host"),
    (concat!("pypi", ".org"), "names a registry's host"),
    (concat!("files.", "pythonhosted"), "names a registry's host"),
    (concat!("deb.", "debian.org"), "names a registry's host"),
    (concat!("static.", "crates.io"), "names a registry's host"),
    (concat!("index.", "crates.io"), "names a registry's host"),
];

/// Names that say nothing. A file is called after what is in it.
const NAMES: &[&str] = &["common", "helper", "manager", "misc", "processor", "service", "util"];

const ADR: &str = "docs/adr/";

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &tree.files {
        check_length(file, &mut found);
        check_texts(file, &mut found);
        check_names(file, &mut found);
    }
    check_decisions(tree, &mut found);
    found
}

fn check_length(file: &SourceFile, found: &mut Vec<Violation>) {
    let lines = file.text.lines().count();
    if file.path.ends_with(".rs") && lines > LONGEST_RUST_FILE {
        found.push(Violation::new(
            &file.path,
            0,
            format!("has {lines} lines, more than {LONGEST_RUST_FILE}"),
        ));
    }
}

fn check_texts(file: &SourceFile, found: &mut Vec<Violation>) {
    for (at, line) in file.text.lines().enumerate() {
        let words = || line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        for marker in MARKERS.iter().filter(|marker| words().any(|word| word == **marker)) {
            found.push(Violation::new(&file.path, at + 1, format!("says {marker}")));
        }
        for (_, why) in TEXTS.iter().filter(|(text, _)| line.contains(text)) {
            found.push(Violation::new(&file.path, at + 1, *why));
        }
    }
}

fn check_names(file: &SourceFile, found: &mut Vec<Violation>) {
    if file.path.split('/').any(says_nothing) {
        found.push(Violation::new(&file.path, 0, "has a name that says nothing"));
    }
    if file.path.ends_with(".rs") {
        let idle = scan::modules(&file.text).into_iter().filter(|(name, _)| says_nothing(name));
        found.extend(idle.map(|(name, line)| {
            Violation::new(&file.path, line, format!("module `{name}` has a name that says nothing"))
        }));
    }
}

fn says_nothing(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.split('.').find(|part| !part.is_empty()).unwrap_or_default();
    stem.split(['_', '-'])
        .any(|word| NAMES.contains(&word) || word.strip_suffix('s').is_some_and(|one| NAMES.contains(&one)))
}

/// Decisions are numbered, once each: `docs/adr/0001-one-sql-text.md`.
fn check_decisions(tree: &Tree, found: &mut Vec<Violation>) {
    let mut numbers = Vec::new();
    for file in &tree.files {
        let Some(name) = file.path.strip_prefix(ADR) else { continue };
        match number_of(name) {
            None => found.push(Violation::new(&file.path, 0, "is not called NNNN-what-was-decided.md")),
            Some(number) if numbers.contains(&number) => {
                found.push(Violation::new(&file.path, 0, format!("number {number} is taken")));
            }
            Some(number) => numbers.push(number),
        }
    }
}

fn number_of(name: &str) -> Option<&str> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let numbered = number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit());
    (numbered && !title.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn every_marker_and_every_host_is_refused() {
        for marker in MARKERS {
            assert_eq!(refused("src/lib.rs", &format!("// {marker}: later")), 1, "{marker}");
            assert_eq!(refused("src/lib.rs", &format!("const NOT_A_{marker}: u8 = 0;")), 0, "{marker}");
        }
        for (text, _) in TEXTS {
            assert_eq!(
                refused("package-lock.json", &format!("\"resolved\": \"https://{text}/x\"")),
                1,
                "{text}"
            );
        }
    }

    #[test]
    fn the_lock_files_own_index_is_no_host() {
        assert_eq!(
            refused("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
            0
        );
    }

    #[test]
    fn a_name_that_says_nothing_is_refused() {
        for path in
            ["src/util.rs", "src/utils/mod.rs", "src/helpers.py", "src/invoice_manager.rs", "src/common/a.rs"]
        {
            assert_eq!(refused(path, ""), 1, "{path}");
        }
        assert_eq!(refused("src/lib.rs", "mod misc;\nmod invoice;"), 1);
        assert_eq!(refused("src/commons_licence.rs", "mod processors_of_money;"), 2);
        assert_eq!(refused("src/utility_bill.rs", "use axum::handler::Handler;"), 0);
    }

    #[test]
    fn a_file_is_at_most_as_long_as_it_may_be() {
        assert_eq!(refused("src/lib.rs", &"\n".repeat(LONGEST_RUST_FILE)), 0);
        assert_eq!(refused("src/lib.rs", &"\n".repeat(LONGEST_RUST_FILE + 1)), 1);
        assert_eq!(refused("data.jsonl", &"\n".repeat(LONGEST_RUST_FILE + 1)), 0);
    }

    #[test]
    fn a_decision_has_a_number_of_its_own() {
        let tree = |names: &[&str]| {
            let paths: Vec<_> = names.iter().map(|name| format!("{ADR}{name}")).collect();
            let files: Vec<_> = paths.iter().map(|path| (path.as_str(), "")).collect();
            check(&Tree::of(&files)).len()
        };
        assert_eq!(tree(&["0001-floors.md", "0002-one-sql-text.md"]), 0);
        assert_eq!(tree(&["0001-floors.md", "0001-one-sql-text.md"]), 1);
        assert_eq!(tree(&["floors.md", "1-floors.md", "0003-.md"]), 3);
    }
}
