//! Applications for an account: an administrator decides on them, and the person that one lets in sets
//! a password, once.

use serde_json::{Value, json};
use specie_testkit::http::send;
use specie_testkit::server::{OWNER, PASSWORD, Server};
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant};

const ANN: &str = "ann@books.example";
const FRESH: &str = "another sentence that is easy";

pub fn open() -> Server {
    let server = Server::start_with(EXE, &["--accept-applications"]);
    server.create_user(OWNER);
    server
}

/// Asks for an account, and returns the application's id.
pub fn apply(server: &Server, email: &str, organisation: &str) -> String {
    let body = json!({
        "users": [{ "email": email, "firstName": "Ann <b>", "lastName": "Byron", "agreedToTOSandPP": true }],
        "orgs": [{ "name": organisation, "city": "Ely", "website": "\"><script>alert(1)</script>" }],
    });
    let url = format!("{}/applications", server.url());
    let reply = send("POST", &url, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    let code = reply.data()["verificationCode"].clone();
    let listed = server.run(&["application", "list"]);
    let found = listed["applications"].as_array().unwrap().iter().find(|a| a["verification_code"] == code);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

fn detail(id: &str) -> String {
    format!("/applications/{id}")
}

/// Approves on the page, and returns the invitation's path.
fn approve(browser: &mut Browser, id: &str) -> String {
    let reply = browser.fill(&detail(id), &format!("{}/approve", detail(id)), &[]);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_nothing_inline(&reply.body);
    let link = reply.body.split_once("id=\"invitation\">").unwrap_or_else(|| panic!("{}", reply.body)).1;
    let link = link.split('<').next().unwrap();
    link.strip_prefix(&browser.server).unwrap_or_else(|| panic!("{link}")).to_owned()
}

fn count(server: &Server, table: &str) -> usize {
    server.sql().query(&format!("SELECT id FROM {table}"), &[]).len()
}

#[test]
fn an_administrator_approves_and_the_person_sets_a_password_and_finds_a_store() {
    let server = open();
    let mut admin = merchant(&server, OWNER);
    assert!(admin.open("/applications").body.contains("Nobody asks for an account"));
    let id = apply(&server, "Ann@Books.example", "Byron & Daughter");
    let list = admin.open("/applications").body;
    assert!(list.contains("Byron &amp; Daughter") && list.contains(ANN) && list.contains("Waits for you"));
    assert_nothing_inline(&list);
    let shown = admin.open(&detail(&id)).body;
    assert!(shown.contains("Ann &lt;b&gt; Byron") && shown.contains("Ely"), "{shown}");
    assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");

    let link = approve(&mut admin, &id);
    assert!(!admin.open(&detail(&id)).body.contains("token="), "it is shown this once");
    assert_eq!((count(&server, "users"), count(&server, "stores")), (2, 1));
    assert_eq!(Browser::new(server.url()).log_in(ANN, "", "/").status, 401, "there is no password yet");

    let mut ann = Browser::new(server.url());
    let html = ann.open(&link).body;
    assert!(html.contains("Welcome, Ann &lt;b&gt;") && html.contains(ANN), "{html}");
    assert!(!html.contains("token="), "the link's secret stays out of the page: {html}");
    assert_nothing_inline(&html);
    let short = ann.fill("/invitation", "/invitation", &[("password", "short")]);
    assert_eq!(short.status, 400);
    assert!(short.body.contains("A password has 8 to 1,024 characters."), "{}", short.body);
    let stores = ann.fill("/invitation", "/invitation", &[("password", FRESH)]);
    assert!(stores.status == 200 && stores.body.contains("Byron &amp; Daughter"), "{}", stores.body);
    assert!(!stores.body.contains("/applications"), "no administrator: {}", stores.body);

    assert_eq!(Browser::new(server.url()).log_in(ANN, FRESH, "/").status, 303);
    // Whoever has the link now, or came with it before, comes too late.
    for path in [&*link, "/invitation"] {
        assert_eq!(ann.get(path).status, 403, "{path}");
        assert_eq!(Browser::new(server.url()).get(path).status, 403, "{path}");
    }
    assert!(!admin.open("/applications").body.contains(ANN), "nothing is left to do");
    assert!(admin.open(&detail(&id)).body.contains("Has an account"));
    let state = server.sql().query("SELECT state, invitation FROM applications", &[]);
    assert_eq!(state[0].text(0), "activated");
}

#[test]
fn approving_again_makes_another_link_and_no_other_account() {
    let server = open();
    let id = apply(&server, ANN, "Byron");
    let mut admin = merchant(&server, OWNER);
    let former = approve(&mut admin, &id);
    let mut ann = Browser::new(server.url());
    assert_eq!(ann.open(&former).status, 200);
    let fresh = approve(&mut admin, &id);
    assert_ne!(former, fresh);
    assert_eq!((count(&server, "users"), count(&server, "stores")), (2, 1));
    assert_eq!((ann.get("/invitation").status, ann.get(&former).status), (403, 403), "it is void");
    let csrf = csrf(&ann.open("/logout").body);
    assert_eq!(ann.post("/invitation", &[("csrf", &csrf), ("password", FRESH)]).status, 403);
    assert_eq!(ann.open(&fresh).status, 200);

    // All at once: one account, and the link that was made last.
    let other = apply(&server, "carl@books.example", "Carl");
    let approve = || server.run(&["application", "approve", &other]);
    let links: Vec<Value> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(approve)).collect();
        all.into_iter().map(|one| one.join().unwrap()["invitation"].clone()).collect()
    });
    assert_eq!((count(&server, "users"), count(&server, "stores")), (3, 2));
    let sound = links.iter().filter(|link| {
        let path = link.as_str().unwrap().strip_prefix(server.url()).unwrap();
        Browser::new(server.url()).get(path).status == 303
    });
    assert_eq!(sound.count(), 1);
}

#[test]
fn an_invitation_is_taken_up_once_however_many_try_at_once() {
    let server = open();
    let id = apply(&server, ANN, "Byron");
    let link = approve(&mut merchant(&server, OWNER), &id);
    let visitors: Vec<(Browser, String)> = (0..4)
        .map(|_| {
            let mut browser = Browser::new(server.url());
            let csrf = csrf(&browser.open(&link).body);
            (browser, csrf)
        })
        .collect();
    let tries = visitors.into_iter().enumerate().map(|(n, (mut browser, csrf))| {
        std::thread::spawn(move || {
            let password = format!("{FRESH} {n}");
            browser.post("/invitation", &[("csrf", &csrf), ("password", &password)]).status
        })
    });
    let tries: Vec<_> = tries.collect();
    let mut answers: Vec<u16> = tries.into_iter().map(|one| one.join().unwrap()).collect();
    let winner = answers.iter().position(|status| *status == 303).unwrap();
    answers.sort_unstable();
    assert_eq!(answers, [303, 403, 403, 403]);
    assert_eq!(Browser::new(server.url()).log_in(ANN, &format!("{FRESH} {winner}"), "/").status, 303);
}

#[test]
fn an_invitation_ends_by_itself_and_with_a_password_that_came_another_way() {
    let server = open();
    let id = apply(&server, ANN, "Byron");
    let mut admin = merchant(&server, OWNER);
    let link = approve(&mut admin, &id);
    assert_eq!(Browser::new(server.url()).get(&link).status, 303);
    server.sql().execute("UPDATE applications SET invitation_ends_at = 1", &[]);
    assert_eq!(Browser::new(server.url()).get(&link).status, 403, "a week is over");

    let link = approve(&mut admin, &id);
    server.run_with_input(&["user", "reset-password", "--email", ANN, "--password-stdin"], PASSWORD);
    assert_eq!(Browser::new(server.url()).get(&link).status, 403, "an old link takes nobody's account over");
    let again = admin.fill(&detail(&id), &format!("{}/approve", detail(&id)), &[]);
    assert_eq!(again.status, 400);
    assert!(again.body.contains("its user has set a password"), "{}", again.body);
}

#[test]
fn what_is_declined_is_forgotten_and_who_has_an_account_gets_no_other() {
    let server = open();
    let (id, owners) = (apply(&server, ANN, "Byron"), apply(&server, OWNER, "Alder"));
    let mut admin = merchant(&server, OWNER);
    let own = detail(&id);
    let asked = admin.open(&format!("{own}/decline")).body;
    assert!(asked.contains("Decline “Byron”?") && asked.contains("is deleted"), "{asked}");
    assert!(admin.open("/applications").body.contains(ANN), "asking is not doing");
    let done = admin.fill(&format!("{own}/decline"), &format!("{own}/decline"), &[]).body;
    assert!(done.contains("The application is declined.") && !done.contains(ANN), "{done}");
    assert_eq!(count(&server, "applications"), 1);
    let csrf = csrf(&admin.open("/account").body);
    for action in ["approve", "decline"] {
        assert_eq!(admin.post(&format!("{own}/{action}"), &[("csrf", &csrf)]).status, 404, "{action}");
    }

    let taken = admin.fill(&detail(&owners), &format!("{}/approve", detail(&owners)), &[]);
    assert_eq!(taken.status, 400);
    assert!(taken.body.contains("exists already"), "{}", taken.body);
    assert_eq!((count(&server, "users"), count(&server, "stores")), (1, 0));
    assert!(admin.open(&detail(&owners)).body.contains("Waits for you"), "nothing of it was done");

    let carl = apply(&server, "carl@books.example", "Carl");
    approve(&mut admin, &carl);
    let reply = admin.post(&format!("{}/decline", detail(&carl)), &[("csrf", &csrf)]);
    assert_eq!(reply.status, 400);
    assert!(reply.body.contains("approved already"), "{}", reply.body);
}

#[test]
fn an_invitation_survives_a_restart_and_a_look_at_its_head() {
    let mut server = open();
    let id = apply(&server, ANN, "Byron");
    let link = approve(&mut merchant(&server, OWNER), &id);
    let url = format!("{}{link}", server.url());
    assert_eq!(send("HEAD", &url, &[], b"").status, 403);
    server.restart();
    let mut ann = Browser::new(server.url());
    until("the form", || (ann.open(&link).status == 200).then_some(()));
    assert_eq!(ann.fill("/invitation", "/invitation", &[("password", FRESH)]).status, 200);
    let stored = server.sql().query("SELECT data FROM sessions", &[]);
    let secret = link.split_once("token=").unwrap().1;
    assert!(stored.iter().all(|row| !row.text(0).contains(secret)), "the secret is kept nowhere");
}
