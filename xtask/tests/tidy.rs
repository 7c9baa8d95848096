//! The tree keeps its own rules. `cargo xtask tidy` says the same.

use std::path::Path;

#[test]
fn the_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let broken = xtask::tidy::run(&root).expect("the tree can be read");
    let lines: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} broken rules:\n{}", lines.len(), lines.join("\n"));
}
