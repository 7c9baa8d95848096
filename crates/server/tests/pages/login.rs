//! Logging in and out: sessions, cookies, forms that only our own pages can send.

use specie_testkit::http::{Reply, get, send};
use specie_testkit::server::{OWNER, PASSWORD, Server};

use super::{Browser, EXE, assert_nothing_inline, csrf, open};

const ACCESS: &str = "/api-access-request?pairingCode=aB3dE6g";

fn is_logged_in(browser: &mut Browser) -> bool {
    browser.get(ACCESS).status != 303
}

fn location(reply: &Reply) -> &str {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").unwrap()
}

#[test]
fn a_visitor_logs_in_and_goes_on_to_where_they_wanted() {
    let (server, _) = open();
    let mut browser = Browser::new(server.url());
    let sent = browser.get(ACCESS);
    let login = location(&sent).to_owned();
    assert_eq!(login, "/login?next=%2Fapi-access-request%3FpairingCode%3DaB3dE6g");
    let html = browser.get(&login).body;
    assert!(html.contains("name=\"next\" value=\"/api-access-request?pairingCode=aB3dE6g\""), "{html}");
    let anonymous = browser.cookie.clone();

    for (email, password) in [(OWNER, "wrong password"), ("nobody@shop.example", PASSWORD), ("\"><b>", "")] {
        let refused = browser.log_in(email, password, ACCESS);
        assert_eq!(refused.status, 401, "{}", refused.body);
        assert!(refused.body.contains("Email or password is wrong."), "{}", refused.body);
        assert_nothing_inline(&refused.body);
        assert!(!refused.body.contains(PASSWORD) && !refused.body.contains("\"><b>"), "{}", refused.body);
        assert!(!is_logged_in(&mut browser));
    }
    let welcome = browser.log_in(OWNER, PASSWORD, ACCESS);
    assert_eq!(location(&welcome), ACCESS);
    assert!(is_logged_in(&mut browser));
    // The session of before, which somebody may have planted, is nobody's.
    assert_ne!(browser.cookie, anonymous);
    assert!(!is_logged_in(&mut Browser { server: server.url().to_owned(), cookie: anonymous }));
    let elsewhere = browser.log_in(OWNER, PASSWORD, "https://evil.example/");
    assert_eq!(location(&elsewhere), "/");
}

#[test]
fn a_form_of_somebody_elses_is_refused() {
    let (server, _) = open();
    let mut browser = Browser::new(server.url());
    let foreign = csrf(&Browser::new(server.url()).get("/login").body);
    browser.get("/login");
    for csrf in ["", "x", &foreign] {
        let fields = [("csrf", csrf), ("email", OWNER), ("password", PASSWORD), ("next", "/")];
        assert_eq!(browser.post("/login", &fields).status, 403, "{csrf}");
    }
    assert!(!is_logged_in(&mut browser));
    assert_eq!(Browser::new(server.url()).post("/login", &[("csrf", "")]).status, 403);
}

#[test]
fn logging_out_takes_a_button_not_a_link() {
    let (server, _) = open();
    let mut browser = Browser::new(server.url());
    browser.log_in(OWNER, PASSWORD, "/");
    let asked = browser.get("/logout");
    assert!(asked.body.contains("Log out?") && is_logged_in(&mut browser), "{}", asked.body);
    assert_eq!(browser.post("/logout", &[("csrf", "x")]).status, 403);
    assert!(is_logged_in(&mut browser));
    let before = browser.cookie.clone();
    let csrf = csrf(&asked.body);
    assert_eq!(location(&browser.post("/logout", &[("csrf", &csrf)])), "/login");
    for cookie in [browser.cookie, before] {
        assert!(!is_logged_in(&mut Browser { server: server.url().to_owned(), cookie }));
    }
}

#[test]
fn another_password_ends_every_session() {
    let (server, _) = open();
    let mut sessions = [Browser::new(server.url()), Browser::new(server.url())];
    for browser in &mut sessions {
        browser.log_in(OWNER, PASSWORD, "/");
        assert!(is_logged_in(browser));
    }
    let reset = ["user", "reset-password", "--email", OWNER, "--password-stdin"];
    server.run_with_input(&reset, "another correct horse");
    for browser in &mut sessions {
        assert!(!is_logged_in(browser));
    }
    let [mut browser, _] = sessions;
    assert_eq!(browser.log_in(OWNER, PASSWORD, "/").status, 401);
    assert_eq!(location(&browser.log_in(OWNER, "another correct horse", "/")), "/");
    // The same password set anew ends them as well.
    server.run_with_input(&reset, "another correct horse");
    assert!(!is_logged_in(&mut browser));
}

#[test]
fn guessing_is_slowed_down() {
    let (server, _) = open();
    let mut browser = Browser::new(server.url());
    let statuses: Vec<u16> = (0..11).map(|_| browser.log_in(OWNER, "a guess", "/").status).collect();
    assert_eq!((statuses[..10].iter().all(|status| *status == 401), statuses[10]), (true, 429));
}

#[test]
fn guessing_from_many_addresses_is_slowed_down_and_locks_nobody_out_at_home() {
    let server = Server::start_with(EXE, &["--trusted-proxy", "127.0.0.1"]);
    server.create_user(OWNER);
    let log_in = |from: &str, password: &str| {
        let mut browser = Browser::new(server.url());
        let csrf = csrf(&browser.get("/login").body);
        let fields = [("csrf", csrf.as_str()), ("email", OWNER), ("password", password), ("next", "/")];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [
            ("cookie", browser.cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", from),
        ];
        send("POST", &format!("{}/login", server.url()), &headers, body.as_bytes()).status
    };
    assert_eq!(log_in("198.51.100.1", PASSWORD), 303);
    let guessed: Vec<u16> = std::thread::scope(|all| {
        let log_in = &log_in;
        let strangers: Vec<_> =
            (0..50).map(|n| all.spawn(move || log_in(&format!("192.0.2.{n}"), "a guess"))).collect();
        strangers.into_iter().map(|stranger| stranger.join().unwrap()).collect()
    });
    let of = |status: u16| guessed.iter().filter(|one| **one == status).count();
    assert!(of(401) >= 20 && of(429) > 0 && of(401) + of(429) == 50, "{guessed:?}");
    assert_eq!(log_in("198.51.100.1", PASSWORD), 303);
}

#[test]
fn the_cookie_is_the_servers_own() {
    let flags = |server: &Server| {
        let reply = get(&format!("{}/login", server.url()));
        let cookie = reply.header("set-cookie").unwrap().to_owned();
        let (pair, flags) = cookie.split_once("; ").unwrap();
        let mut flags: Vec<&str> = flags.split("; ").filter(|flag| !flag.starts_with("Max-Age")).collect();
        flags.sort_unstable();
        (pair.split('=').next().unwrap().to_owned(), flags.join(" "))
    };
    let (plain, _) = open();
    assert_eq!(flags(&plain), ("specie".to_owned(), "HttpOnly Path=/ SameSite=Lax".to_owned()));

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let args = vec!["--public-url".to_owned(), "https://pay.example.com".to_owned()];
    let secure = Server::start_at(EXE, &port.to_string(), args);
    secure.create_user(OWNER);
    assert_eq!(
        flags(&secure),
        ("__Host-specie".to_owned(), "HttpOnly Path=/ SameSite=Lax Secure".to_owned())
    );
    let mut browser = Browser::new(secure.url());
    browser.log_in(OWNER, PASSWORD, "/");
    assert!(is_logged_in(&mut browser));
}

#[test]
fn a_page_asks_for_no_cookie_until_it_needs_one() {
    let (server, shop) = open();
    let id = super::order(&shop, &serde_json::json!({}));
    for path in
        ["/".to_owned(), format!("/i/{id}"), format!("/i/{id}/status"), "/assets/specie.css".to_owned()]
    {
        assert_eq!(get(&format!("{}{path}", server.url())).header("set-cookie"), None, "{path}");
    }
}
