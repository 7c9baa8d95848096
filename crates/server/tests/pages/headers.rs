//! Headers that keep strangers' scripts, frames and eyes out.

use serde_json::json;
use specie_testkit::http::{Reply, get, send};

use super::{assert_nothing_inline, open, order};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors";

fn assert_page(reply: &Reply, ancestors: &str, referrer: &str) {
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", &*format!("{POLICY} {ancestors}")),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", referrer),
        ("cache-control", "no-store"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert_eq!(reply.header("x-frame-options"), None);
    assert_nothing_inline(&reply.body);
}

#[test]
fn a_checkout_may_stand_in_a_shops_frame_and_nothing_else_may() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let url = server.url();
    for path in [format!("/i/{id}"), format!("/invoice?id={id}"), "/i/unknown".to_owned()] {
        assert_page(&get(&format!("{url}{path}")), "*", "origin");
    }
    for path in ["/", "/login", "/logout"] {
        assert_page(&get(&format!("{url}{path}")), "'none'", "no-referrer");
    }
}

#[test]
fn assets_are_typed_cached_and_nothing_but_themselves() {
    let (server, _) = open();
    for (path, kind) in [
        ("/assets/specie.css", "text/css; charset=utf-8"),
        ("/assets/checkout.js", "text/javascript; charset=utf-8"),
        ("/assets/favicon.svg", "image/svg+xml"),
    ] {
        let reply = get(&format!("{}{path}", server.url()));
        assert_eq!(reply.header("content-type"), Some(kind), "{path}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=3600"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let html = get(&format!("{}/login", server.url())).body;
    for path in html.split('"').filter(|text| text.starts_with("/assets/")) {
        let url = format!("{}{path}", server.url());
        let plain = get(&url);
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
        assert_eq!((plain.header("vary"), plain.header("content-encoding")), (Some("accept-encoding"), None));
        let packed = send("GET", &url, &[("accept-encoding", "br, gzip")], b"");
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
        // Of another version than is asked for, or of none, nobody keeps it for long.
        let stale = get(&format!("{}0", url));
        assert_eq!(
            (stale.status, stale.header("cache-control")),
            (200, Some("public, max-age=3600")),
            "{path}"
        );
    }
    for path in ["/assets/other.js", "/assets/..%2f..%2fetc%2fpasswd", "/assets/"] {
        assert_eq!(get(&format!("{}{path}", server.url())).status, 404, "{path}");
    }
}
