//! API tokens, from the dashboard as the panel's document says: generated, shown once, revoked.

use specie_testkit::http::send;
use specie_testkit::server::{OWNER, Server};

use super::{EXE, assert_nothing_inline, merchant};

const PATH: &str = "/account/api-tokens";

fn token(html: &str) -> Option<String> {
    Some(html.split_once("id=\"apitoken\">")?.1.split('<').next()?.to_owned())
}

#[test]
fn a_token_is_generated_shown_once_and_revoked() {
    let (server, store) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let account = browser.open("/account").body;
    assert!(account.contains("href=\"/account/api-tokens\"") && account.contains("Generate API token"));
    let empty = browser.open(PATH).body;
    assert!(empty.contains("No API token yet"), "{empty}");
    let fields = [("name", "Accounting <b>"), ("store", &*store), ("life", "90"), ("read_only", "1")];
    let made = browser.fill(PATH, PATH, &fields);
    assert_eq!(made.status, 200);
    assert_nothing_inline(&made.body);
    let secret = token(&made.body).expect("a token");
    assert!(secret.starts_with("specie_") && secret.len() == 50, "{secret}");
    let url = format!("{}/api/v1/stores", server.url());
    let status = || send("GET", &url, &[("authorization", &*format!("Bearer {secret}"))], b"").status;
    assert_eq!(status(), 200);

    let listed = browser.open(PATH).body;
    assert!(token(&listed).is_none() && !listed.contains(&secret), "{listed}");
    assert!(listed.contains(&format!("<code>{}…</code>", &secret[..13])), "{listed}");
    assert!(listed.contains("Accounting &lt;b&gt;") && listed.contains("Alder"), "{listed}");
    assert!(listed.contains(", to read only"), "{listed}");
    let stored = server.sql().query("SELECT name, prefix FROM api_tokens", &[]);
    assert_eq!(
        (stored[0].text(0), stored[0].text(1)),
        ("Accounting <b>".to_owned(), secret[..13].to_owned())
    );

    let revoke = listed.split_once("/revoke\"").unwrap().0.rsplit('"').next().unwrap().to_owned() + "/revoke";
    let asked = browser.open(&revoke).body;
    assert!(asked.contains("Revoke “Accounting") && asked.contains("locked out at once"), "{asked}");
    assert_eq!(status(), 200, "asking is not doing");
    let done = browser.fill(&revoke, &revoke, &[]).body;
    assert!(done.contains("is revoked.") && done.contains("No API token yet"), "{done}");
    assert_eq!(status(), 401);
    assert_eq!(browser.open(&revoke).status, 404);
}

#[test]
fn a_form_that_makes_no_sense_makes_no_token() {
    let (server, _) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    for (fields, status) in [
        ([("name", " "), ("life", "30")], 400),
        ([("name", "Till"), ("life", "-1")], 400),
        ([("name", "Till"), ("store", "FMfp7ZAmD1ZCMoNbo1eXSt")], 404),
    ] {
        let reply = browser.fill(PATH, PATH, &fields);
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.body);
        assert!(token(&reply.body).is_none());
    }
    assert_eq!(server.sql().query("SELECT id FROM api_tokens", &[]).len(), 0);
}
