//! The user's own account: another password.

use specie_testkit::server::{OWNER, PASSWORD, Server};

use super::{Browser, EXE, assert_nothing_inline, merchant};

const NEW: &str = "another correct horse";

#[test]
fn another_password_ends_all_sessions_but_this_one() {
    let (server, _) = Server::with_store(EXE);
    let (mut browser, mut elsewhere) = (merchant(&server, OWNER), merchant(&server, OWNER));
    let html = browser.open("/account").body;
    assert!(html.contains(OWNER) && html.contains("Current password"), "{html}");
    assert_nothing_inline(&html);
    for (current, fresh, words, field) in [
        ("wrong password", NEW, "This is not your current password.", "current"),
        (PASSWORD, "short", "A password has 8 to 1,024 characters.", "password"),
    ] {
        let refused = browser.fill("/account", "/account", &[("current", current), ("password", fresh)]);
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains(&format!("id=\"{field}-error\">{words}")), "{}", refused.body);
        assert!(!refused.body.contains(current) && !refused.body.contains(NEW), "{}", refused.body);
    }
    assert_eq!(elsewhere.get("/stores").status, 200, "nothing has changed so far");

    let before = browser.cookie.clone();
    let done = browser.fill("/account", "/account", &[("current", PASSWORD), ("password", NEW)]);
    assert!(done.body.contains("The password is changed."), "{}", done.body);
    assert_eq!(browser.get("/stores").status, 200);
    for cookie in [elsewhere.cookie, before] {
        let mut dead = Browser { server: server.url().to_owned(), cookie };
        assert_eq!(dead.get("/stores").header("location"), Some("/login?next=%2Fstores"));
    }
    assert_eq!(browser.log_in(OWNER, PASSWORD, "/").status, 401);
    assert_eq!(browser.log_in(OWNER, NEW, "/").status, 303);
}

#[test]
fn guessing_the_password_of_an_open_session_is_slowed_down() {
    let (server, _) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let csrf = super::csrf(&browser.open("/account").body);
    let fields = [("csrf", &*csrf), ("current", "a guess"), ("password", NEW)];
    let statuses: Vec<u16> = (0..10).map(|_| browser.post("/account", &fields).status).collect();
    // Logging in was the first attempt.
    assert_eq!((statuses[..9].iter().all(|status| *status == 400), statuses[9]), (true, 429), "{statuses:?}");
}
