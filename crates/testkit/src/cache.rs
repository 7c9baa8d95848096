//! What `cargo xtask check` installed for the tests, and where.

use std::path::PathBuf;

/// The cache folder: `SPECIE_CACHE`, else `specie` in the user's cache folder.
#[expect(clippy::disallowed_methods, reason = "the test kit may read the environment")]
pub(crate) fn folder() -> PathBuf {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    folder("SPECIE_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("specie")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache").join("specie")))
        .expect("HOME is set")
}

/// Something installed: where a variable says, else in the cache folder.
///
/// # Panics
/// If it is not there: then `cargo xtask check` has to install it first.
#[expect(clippy::disallowed_methods, reason = "the test kit may read the environment")]
#[must_use]
pub fn installed(variable: &str, path: &str) -> PathBuf {
    let found = std::env::var_os(variable).map_or_else(|| folder().join(path), PathBuf::from);
    assert!(found.exists(), "{} is missing: run `cargo xtask check`, or set {variable}", found.display());
    found
}
