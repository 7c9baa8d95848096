//! Who works in a store: invited, let in, given another role, and shown out; what each role sees; and the log of
//! who changed what.

use serde_json::json;
use specie::app::{Permission, Role};
use specie::http::dashboard::routes;
use specie_testkit::http::Reply;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::routes::scene;
use super::{Browser, EXE, csrf, merchant};

/// Invites somebody into a store and returns the path that the link leads to.
pub fn invited(owner: &mut Browser, store: &str, role: Role) -> String {
    let page = format!("/stores/{store}/people");
    let made = owner.fill(&page, &page, &[("name", "Somebody"), ("role", role.name())]).body;
    let link = made.split_once("/join?token=").unwrap_or_else(|| panic!("no link: {made}")).1;
    format!("/join?token={}", link.split(['<', '"']).next().unwrap())
}

/// Opens a link and sends the form that it leads to.
fn join(browser: &mut Browser, link: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.open(link).body;
    let shown = page.split_once("name=\"invitation\" value=\"").unwrap_or_else(|| panic!("{page}")).1;
    let (form, shown) = (csrf(&page), shown.split('"').next().unwrap().to_owned());
    let reply = browser.post("/join", &[&[("csrf", &*form), ("invitation", &shown)], fields].concat());
    browser.follow(reply)
}

/// Somebody new who has that role in a store.
pub fn joined(server: &Server, owner: &mut Browser, store: &str, role: Role) -> Browser {
    let link = invited(owner, store, role);
    let mut browser = Browser::new(server.url());
    let email = format!("{}-{}@books.example", role.name(), &link[link.len() - 6..]);
    let page = join(&mut browser, &link, &[("email", &email), ("password", "a long password")]);
    assert_eq!(page.status, 200, "{}", page.body);
    browser
}

#[test]
fn a_role_opens_what_it_may_and_nothing_else() {
    let mut scene = scene();
    let store = scene.name("{store}").to_owned();
    for role in Role::GIVEN {
        let mut browser = joined(&scene.server, &mut scene.owner, &store, role);
        for route in routes() {
            let Some(needs) = route.needs() else { continue };
            let path = scene.path(&route);
            let asked = route.gets.then(|| (needs.see, browser.get(&path)));
            let sent = route.posts.then(|| (needs.change, browser.post(&path, &[("csrf", "x")])));
            let looks = route.gets;
            for (i, (needed, reply)) in asked.into_iter().chain(sent).enumerate() {
                let refused = reply.body.contains("Your role does not allow this");
                assert_eq!(refused, !role.may(needed), "{role:?} {path}: {}", reply.status);
                if refused {
                    assert_eq!(reply.status, 403, "{role:?} {path}");
                    assert!(reply.body.contains(needed.words()), "{role:?} {path}: {}", reply.body);
                    assert!(!reply.body.contains("Alder"), "{role:?} {path}: {}", reply.body);
                } else if i == 0 && looks {
                    assert!(matches!(reply.status, 200 | 303), "{role:?} {path}: {}", reply.status);
                } else {
                    // It came as far as the form, which no page of ours gave.
                    assert!(
                        reply.body.contains("This form cannot be used"),
                        "{role:?} {path}: {}",
                        reply.body
                    );
                }
            }
        }
        let menu = browser.open(&format!("/stores/{store}/invoices")).body;
        for (tab, permission) in [
            ("payouts", Permission::SeeMoney),
            ("tokens", Permission::Tokens),
            ("people", Permission::People),
            ("log", Permission::Audit),
            ("settings", Permission::Settings),
        ] {
            let shown = menu.contains(&format!("href=\"/stores/{store}/{tab}\""));
            assert_eq!(shown, role.may(permission), "{role:?} {tab}");
        }
    }
}

#[test]
fn a_link_lets_one_person_in_and_they_leave_when_access_ends() {
    let server = Server::start_with(EXE, &[]);
    server.create_user(OWNER);
    server.create_user("bob@books.example");
    let store = server.practice_store("Alder & Finch Books", &[]);
    let (mut owner, mut bob) = (merchant(&server, OWNER), merchant(&server, "bob@books.example"));
    let home = format!("/stores/{store}/invoices");
    assert_eq!(bob.get(&home).status, 404);
    let link = invited(&mut owner, &store, Role::Cashier);
    // Whoever made it cannot join a store of their own, and does not use it up.
    let own = join(&mut owner, &link, &[]);
    assert!(own.body.contains("yours already"), "{}", own.body);
    let page = bob.open(&link).body;
    assert!(page.contains("Join Alder &amp; Finch Books") && page.contains("bob@books.example"), "{page}");
    assert_eq!(join(&mut bob, "/join", &[]).status, 200);
    assert_eq!(bob.get(&home).status, 200);
    assert!(bob.open("/stores").body.contains("Cashier"));
    let again = Browser::new(server.url()).get(&link);
    assert_eq!(again.status, 403, "{}", again.body);

    let people = owner.open(&format!("/stores/{store}/people")).body;
    let member = people.split_once("/people/").expect("a member").1.split('"').next().unwrap().to_owned();
    let page = format!("/stores/{store}/people/{member}");
    let changed = owner.fill(&page, &page, &[("command", "change"), ("role", "accountant")]).body;
    assert!(changed.contains("bob@books.example is accountant from now on."), "{changed}");
    assert_eq!(bob.get(&format!("/stores/{store}/payouts")).status, 200);
    assert_eq!(bob.get(&format!("/stores/{store}/invoices/create")).status, 403);
    // Nobody is made an owner.
    let csrf = csrf(&owner.open(&page).body);
    assert_eq!(owner.post(&page, &[("csrf", &csrf), ("role", "owner")]).status, 400);
    assert_eq!(owner.fill(&page, &page, &[("command", "remove")]).status, 200);
    assert_eq!(bob.get(&home).status, 404);
    assert!(!bob.open("/stores").body.contains("Alder"));

    let withdrawn = invited(&mut owner, &store, Role::Manager);
    let listed = owner.open(&format!("/stores/{store}/people")).body;
    let id = listed.split_once("/people/invitations/").expect("an invitation").1.split('/').next().unwrap();
    let to = format!("/stores/{store}/people/invitations/{id}/withdraw");
    assert_eq!(owner.fill(&format!("/stores/{store}/people"), &to, &[]).status, 200);
    assert_eq!(bob.get(&withdrawn).status, 403);

    let log = owner.open(&format!("/stores/{store}/log")).body;
    for words in [
        "Invited somebody",
        "Joined the store",
        "Changed a role",
        "cashier → accountant",
        "Ended somebody",
        "Withdrew",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    let joined = log.split_once("Joined the store").expect("who joined").1;
    assert!(joined.split("</tr>").next().unwrap().contains("bob@books.example"), "{log}");
}

#[test]
fn who_changed_what_is_written_down_with_the_change_and_never_a_secret() {
    let server = Server::start_with(EXE, &[]);
    server.create_user(OWNER);
    let store = server.practice_store("Alder & Finch Books", &[]);
    let mut owner = merchant(&server, OWNER);
    let tokens = format!("/stores/{store}/tokens");
    let page = owner.fill(&tokens, &format!("{tokens}/apikey"), &[("command", "generate")]).body;
    let key = page.split_once("id=\"apikey\"").map(|(_, rest)| rest.split_once('>').unwrap().1);
    let log = owner.get(&format!("/stores/{store}/log"));
    assert!(log.body.contains("Made a new legacy API key"), "{}", log.body);
    assert!(log.body.contains("Made the store") && log.body.contains("command line"), "{}", log.body);
    if let Some(key) = key {
        assert!(!log.body.contains(key.split('<').next().unwrap()), "a secret is in the log");
    }
    // Nothing changed, nothing written.
    let rows = || server.sql().query("SELECT count(*) FROM audit", &[]);
    let before = rows();
    assert_eq!(owner.get(&format!("/stores/{store}/settings")).status, 200);
    assert_eq!(rows(), before);
    assert_eq!(owner.get("/log").status, 200);
}

#[test]
fn what_is_joined_is_what_the_page_showed() {
    let server = Server::start_with(EXE, &[]);
    server.create_user(OWNER);
    server.create_user("bob@books.example");
    let (shown, other) = (server.practice_store("Shown", &[]), server.practice_store("Other", &[]));
    let (mut owner, mut bob) = (merchant(&server, OWNER), merchant(&server, "bob@books.example"));
    let link = invited(&mut owner, &shown, Role::Cashier);
    let foreign = invited(&mut owner, &other, Role::Cashier);
    let page = bob.open(&link).body;
    let seen = page.split_once("name=\"invitation\" value=\"").expect("an invitation").1.to_owned();
    assert!(bob.open(&foreign).body.contains("Join Other"));
    let fields = [("csrf", csrf(&page)), ("invitation", seen.split('"').next().unwrap().to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = bob.post("/join", &fields);
    assert!(bob.follow(reply).body.contains("Join Other"));
    for store in [shown, other] {
        assert_eq!(bob.get(&format!("/stores/{store}/invoices")).status, 404);
    }
}

#[test]
fn nobody_hands_out_more_than_they_have() {
    let server = Server::start_with(EXE, &[]);
    server.create_user(OWNER);
    let store = server.practice_store("Alder & Finch Books", &[]);
    let mut owner = merchant(&server, OWNER);
    let mut developer = joined(&server, &mut owner, &store, Role::Developer);
    let tokens = format!("/stores/{store}/tokens");
    let create = format!("{tokens}/create");
    for (to, fields) in [
        (format!("{tokens}/apikey"), vec![("command", "generate")]),
        (create.clone(), vec![("Label", "shop"), ("Facade", "merchant")]),
        ("/api-tokens".to_owned(), vec![("storeId", store.as_str()), ("Label", "shop")]),
    ] {
        let refused = developer.fill(&create, &to, &fields);
        assert_eq!(refused.status, 403, "{to}");
        assert!(refused.body.contains("to look at sums"), "{to}: {}", refused.body);
    }
    // What a program asks for itself is handed out by whoever approves it.
    let shop = Shop::named(server.url(), "shop");
    let asked = shop.post("/tokens", &json!({ "id": shop.sin(), "facade": "merchant" }));
    let code = asked.data()[0]["pairingCode"].as_str().unwrap().to_owned();
    let (page, fields) = ("/api-access-request", [("storeId", &*store), ("pairingCode", &*code)]);
    let form = format!("{page}?pairingCode={code}");
    assert_eq!(developer.fill(&form, page, &fields).status, 403);
    let let_in = owner.fill(&form, page, &fields).body;
    assert!(let_in.contains("Pairing is successful"), "{let_in}");
    let made = developer.fill(&create, &create, &[("Label", "till"), ("Facade", "pos")]);
    assert!(made.status == 200 && made.body.contains("pairing code"), "{}", made.body);
}
