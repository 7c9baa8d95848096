//! `/docs`: the page and its parts. What it does in a browser is in `tests/browser/docs.mjs`.

use specie_testkit::http::{get, send};
use specie_testkit::server::Server;

use super::EXE;

#[test]
fn the_page_lets_nothing_in_from_elsewhere() {
    let server = Server::start(EXE);
    let page = get(&format!("{}/docs", server.url()));
    assert_eq!(page.status, 200);
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                  connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(page.header("content-security-policy"), Some(policy));
    let without_namespaces = page.body.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!without_namespaces.contains("://"), "{}", page.body);
    assert!(page.body.contains("load-fonts=\"false\""));
    // No other page is as open.
    let other = get(&format!("{}/i/unknown", server.url()));
    assert!(!other.header("content-security-policy").unwrap().contains("unsafe"));
}

#[test]
fn its_scripts_are_named_by_their_content_and_kept_for_ever() {
    let server = Server::start(EXE);
    let page = get(&format!("{}/docs", server.url())).body;
    let scripts: Vec<&str> =
        page.split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(scripts.len(), 2, "{scripts:?}");
    for script in scripts {
        let reply = get(&format!("{}{script}", server.url()));
        assert_eq!(reply.status, 200, "{script}");
        assert_eq!(reply.header("content-type"), Some("text/javascript; charset=utf-8"), "{script}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"), "{script}");
        assert_eq!(reply.header("content-encoding").is_some(), script.contains("rapidoc"), "{script}");
    }
    for name in ["rapidoc.js", "docs.js", "..%2f..%2fetc%2fpasswd"] {
        let reply = send("GET", &format!("{}/docs/{name}", server.url()), &[], b"");
        assert_eq!((reply.status, reply.error().as_str()), (404, "Not found"), "{name}");
    }
}
