//! Tidy: the rules about the tree that the compiler does not know.
//!
//! A table in `floors.rs` says who may import whom, one in `manifests.rs` which dependencies a crate may have; `files.rs`
//! what no file may contain or be called; `engines.rs` that tests run on both engines; `documented.rs` that every route of
//! an API is told of. `scan.rs` reads Rust just well enough to tell an import from a comment. A rule without a test that sees it refuse something is no rule.
//!
//! It never changes a file, and never asks the network or git: a release archive can be checked as well as a clone.

pub mod documented;
pub mod engines;
pub mod files;
pub mod floors;
pub mod manifests;
pub mod scan;
mod tree;

use std::{fmt, io, path::Path};

pub use tree::{SourceFile, Tree};

/// One broken rule, at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub path: String,
    /// 1-based; 0 when the file as a whole is meant.
    pub line: usize,
    pub what: String,
}

impl Violation {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Checks the whole tree under `root` and returns what is broken, in order of path and line.
pub fn run(root: &Path) -> io::Result<Vec<Violation>> {
    let tree = Tree::read(root)?;
    let mut found = floors::check(&tree);
    found.extend(manifests::check(&tree));
    found.extend(files::check(&tree));
    found.extend(engines::check(&tree));
    found.extend(documented::check(&tree));
    found.sort();
    found.dedup();
    Ok(found)
}
