//! The first run: whoever started the server becomes its first user, and nobody else does.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use specie_testkit::http::{get, send};
use specie_testkit::server::{OWNER, PASSWORD, Server};
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, csrf};

fn file(server: &Server) -> PathBuf {
    server.data().join("first-run")
}

/// The path of the link that the server left behind.
fn link(server: &Server) -> String {
    let text = until("the link", || std::fs::read_to_string(file(server)).ok().filter(|t| t.ends_with('\n')));
    let path = text.trim().strip_prefix(server.url()).unwrap_or_else(|| panic!("{text}")).to_owned();
    assert!(path.starts_with("/setup?token=") && path.len() > 50, "{path}");
    path
}

#[test]
fn whoever_started_the_server_becomes_its_first_user_and_makes_a_store() {
    let server = Server::start(EXE);
    let link = link(&server);
    assert_eq!(std::fs::metadata(file(&server)).unwrap().permissions().mode() & 0o777, 0o600);
    let mut browser = Browser::new(server.url());
    let html = browser.open(&link).body;
    assert!(html.contains("<h1 class=\"name\">Welcome to Specie</h1>"), "{html}");
    assert!(!html.contains("token="), "the link's secret stays out of the page: {html}");
    assert_nothing_inline(&html);
    assert!(!file(&server).exists(), "a link that is used up is not kept");

    for (email, password, words) in [
        ("not an address", PASSWORD, "This is not an e-mail address."),
        ("ow\u{200b}ner@shop.example", PASSWORD, "This is not an e-mail address."),
        (OWNER, "short", "A password has 8 to 1,024 characters."),
    ] {
        let refused = browser.fill("/setup", "/setup", &[("email", email), ("password", password)]);
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains(words) && refused.body.contains(email), "{}", refused.body);
        assert!(!refused.body.contains(&format!("value=\"{password}\"")), "{}", refused.body);
    }
    let store = browser.fill("/setup", "/setup", &[("email", OWNER), ("password", PASSWORD)]);
    assert!(store.body.contains("<h1>Create a new store</h1>"), "{}", store.body);
    let fields = [("name", "Tea"), ("currency", "USD"), ("network", "sandbox")];
    browser.fill("/stores/create", "/stores/create", &fields);
    assert!(browser.open("/stores").body.contains(">Tea</a>"));
    // They are the administrator, and can log in.
    assert_eq!(Browser::new(server.url()).log_in(OWNER, PASSWORD, "/").status, 303);
    assert_eq!(get(&format!("{}/rates?storeId=x", server.url())).status, 404, "the APIs are open");
}

#[test]
fn a_link_works_once_and_for_nobody_who_only_looks_at_its_head() {
    let server = Server::start(EXE);
    let link = link(&server);
    let url = format!("{}{link}", server.url());
    assert_eq!(send("HEAD", &url, &[], b"").status, 403);
    let wrong = format!("{}{}", server.url(), "/setup?token=11111111111111111111111111111111111111111111");
    assert_eq!(get(&wrong).status, 403);
    let mut first = Browser::new(server.url());
    assert_eq!(first.open(&link).status, 200);
    let mut second = Browser::new(server.url());
    for path in [&*link, "/setup"] {
        let told = second.open(path);
        assert_eq!(told.status, 403, "{path}");
        assert!(told.body.contains("first-run") && !told.body.contains("<form"), "{}", told.body);
    }
    // The form of somebody who has no pass makes nobody a user, whatever else they have.
    let own = csrf(&second.open("/logout").body);
    let fields = [("csrf", &*own), ("email", "evil@shop.example"), ("password", PASSWORD)];
    assert_eq!(second.post("/setup", &fields).status, 403);
    for path in ["/", "/login", "/stores"] {
        let told = second.open(path);
        assert!(told.body.contains("not set up yet"), "{path}: {}", told.body);
    }
    assert_eq!(get(&format!("{}/rates", server.url())).status, 503);
    assert_eq!(first.open("/setup").status, 200, "whoever came first is still there");
}

#[test]
fn a_new_start_makes_a_new_link_and_ends_what_the_former_one_gave() {
    let mut server = Server::start(EXE);
    let former = link(&server);
    let mut admitted = Browser::new(server.url());
    admitted.open(&former);
    server.restart();
    let fresh = link(&server);
    assert_ne!(former, fresh);
    assert_eq!(admitted.open("/setup").status, 403);
    assert_eq!(admitted.open(&former).status, 403);
    assert_eq!(admitted.open(&fresh).status, 200);
}

#[test]
fn with_the_first_user_the_link_is_dead_however_they_were_made() {
    let mut server = Server::start(EXE);
    let link = link(&server);
    server.create_user(OWNER);
    until("the link's end", || (!file(&server).exists()).then_some(()));
    let mut browser = Browser::new(server.url());
    let start = browser.open(&link);
    assert!(start.body.contains("Log in"), "{}", start.body);
    let csrf = csrf(&browser.open("/login").body);
    let fields = [("csrf", &*csrf), ("email", "late@shop.example"), ("password", PASSWORD)];
    assert_eq!(browser.post("/setup", &fields).header("location"), Some("/"));
    assert_eq!(browser.log_in("late@shop.example", PASSWORD, "/").status, 401);
    server.restart();
    assert!(!file(&server).exists());
}

#[test]
fn of_two_who_send_the_form_at_once_one_is_the_first() {
    let server = Server::start(EXE);
    let mut browser = Browser::new(server.url());
    let csrf = csrf(&browser.open(&link(&server)).body);
    let post = |email: String| {
        let (csrf, url, cookie) = (csrf.clone(), server.url().to_owned(), browser.cookie.clone());
        std::thread::spawn(move || {
            let mut browser = Browser { server: url, cookie };
            let fields = [("csrf", &*csrf), ("email", &*email), ("password", PASSWORD)];
            browser.post("/setup", &fields).header("location").map(str::to_owned)
        })
    };
    let sent: Vec<_> = (0..4).map(|n| post(format!("user{n}@shop.example"))).collect();
    let led: Vec<_> = sent.into_iter().map(|thread| thread.join().unwrap()).collect();
    let first = led.iter().filter(|to| to.as_deref() == Some("/stores/create")).count();
    assert_eq!(first, 1, "{led:?}");
    assert_eq!(server.sql().query("SELECT email FROM users", &[]).len(), 1);
}
