//! No route of an API is missing from its reference.
//!
//! The faces that the reference tells of register what they answer through `.routes(routes!(…))` alone, which takes a
//! handler together with its description. Any other way to register one would work, and nobody would be told of it.

use super::{SourceFile, Tree, Violation, scan};

const FACES: &[&str] = &["crates/server/src/http/bitpay/", "crates/server/src/http/panel/"];
/// Methods of routers that take a route, or many, without a word about them.
const WORDLESS: &[&str] = &["route", "route_service", "nest", "nest_service", "merge", "fallback_service"];

pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.rust()
        .filter(|file| FACES.iter().any(|face| file.path.starts_with(face)))
        .flat_map(wordless)
        .collect()
}

fn wordless(file: &SourceFile) -> Vec<Violation> {
    let tokens = scan::tokens(&file.text);
    let calls = tokens
        .windows(3)
        .filter(|three| three[0].text == "." && WORDLESS.contains(&three[1].text) && three[2].text == "(");
    calls
        .map(|three| {
            let what = format!(
                "`.{}(` registers what the reference does not tell of: use `.routes(routes!(…))`",
                three[1].text
            );
            Violation::new(&file.path, three[1].line, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_route_without_a_description_is_refused_in_an_api_and_nowhere_else() {
        let text = "fn router() {\n    OpenApiRouter::new()\n        .routes(routes!(list))\n        .route(\"/new\", get(new))\n}\n";
        assert_eq!(refused("crates/server/src/http/panel/mod.rs", text), [4]);
        assert_eq!(refused("crates/server/src/http/bitpay/mod.rs", text), [4]);
        assert_eq!(refused("crates/server/src/http/dashboard/mod.rs", text), [0; 0]);
        let described = "fn f() { router.routes(routes!(list, create)).layer(cors) }";
        assert_eq!(refused("crates/server/src/http/panel/mod.rs", described), [0; 0]);
        for other in ["merge(others())", "nest(\"/x\", others())", "route_service(\"/x\", service)"] {
            assert_eq!(
                refused("crates/server/src/http/panel/more.rs", &format!("fn f() {{ r.{other} }}")),
                [1]
            );
        }
    }
}
