//! Pages of any origin may call the API, with any header, and without cookies.

use super::House;

const PATHS: [&str; 8] = [
    "/tokens",
    "/invoices",
    "/invoices/",
    "/invoices/QzFf7p3nHwB2tJgXcVd8aM",
    "/rates",
    "/rates/BTC/USD",
    "/api/rates",
    "/rates/",
];

#[test]
fn a_preflight_needs_no_credentials_and_gets_its_headers_back() {
    let house = House::open();
    for path in PATHS {
        let asked = [
            ("origin", "https://shop.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "test"),
        ];
        let reply = house.with_headers("OPTIONS", path, "", &asked);
        assert!(matches!(reply.status, 200 | 204), "{path}: {}", reply.status);
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(reply.header("access-control-allow-headers"), Some("test"), "{path}");
        assert_eq!(reply.header("access-control-allow-methods"), Some("POST"), "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), None, "{path}");
        for headers in [&asked[..2], &asked[..1], &[]] {
            let reply = house.with_headers("OPTIONS", path, "", headers);
            assert!(matches!(reply.status, 200 | 204), "{path} {headers:?}: {}", reply.status);
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
        }
    }
}

#[test]
fn every_answer_may_be_read_by_any_page() {
    let house = House::open();
    let id = house.twenty()["id"].as_str().unwrap().to_owned();
    let origin = [("origin", "https://shop.example"), ("content-type", "application/json")];
    for (method, path, body, status) in [
        ("GET", "/tokens", "", 200),
        ("GET", &*format!("/invoices/{id}"), "", 200),
        ("GET", "/invoices", "", 401),
        ("POST", "/invoices", "{", 401),
        ("POST", "/tokens", "{", 400),
        ("GET", "/rates", "", 200),
        ("GET", "/rates/BTC/USD", "", 404),
        ("GET", "/invoices/none", "", 404),
        ("DELETE", "/invoices", "", 405),
    ] {
        for headers in [&origin[..], &origin[1..]] {
            let reply = house.with_headers(method, path, body, headers);
            assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{method} {path}");
            assert_eq!(reply.header("set-cookie"), None);
        }
    }
}
