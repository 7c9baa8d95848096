//! Every page, asked by everybody: the list of pages is the router's own, so that none can be
//! forgotten here.

use std::collections::BTreeMap;

use rusqlite::types::Value as Cell;
use specie::http::dashboard::{Route, Who, routes};
use specie_testkit::http::{Reply, send};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant};

/// What a page answers to a stranger, to another merchant, and to the owner. `None`: it cannot be
/// looked at.
const GETS: &[(&str, Option<[u16; 3]>)] = &[
    ("/", Some([200, 303, 303])),
    ("/setup", Some([303, 303, 303])),
    ("/login", Some([200, 200, 200])),
    ("/logout", Some([200, 200, 200])),
    // No pairing code is named.
    ("/api-access-request", Some([303, 400, 400])),
    ("/api-tokens", Some([303, 200, 200])),
    ("/account", Some([303, 200, 200])),
    ("/stores", Some([303, 200, 200])),
    ("/stores/create", Some([303, 200, 200])),
    ("/stores/{store}", Some([303, 404, 303])),
    ("/stores/{store}/settings", Some([303, 404, 200])),
    ("/stores/{store}/settings/rates", None),
    ("/stores/{store}/wallet", Some([303, 404, 200])),
    ("/stores/{store}/wallet/confirm", None),
    ("/stores/{store}/tokens", Some([303, 404, 200])),
    ("/stores/{store}/tokens/create", Some([303, 404, 200])),
    ("/stores/{store}/tokens/{token}/revoke", Some([303, 404, 200])),
    ("/stores/{store}/tokens/apikey", None),
];

const OTHER: &str = "other@shop.example";

/// A server with a store, a program that it let in, and three visitors.
struct Scene {
    server: Server,
    names: Vec<(&'static str, String)>,
    anonymous: Browser,
    other: Browser,
    owner: Browser,
}

fn scene() -> Scene {
    let (server, store) = Server::with_store(EXE);
    server.create_user(OTHER);
    let _ = Shop::paired(&server, &store, "shop");
    let mut owner = merchant(&server, OWNER);
    let tokens = owner.open(&format!("/stores/{store}/tokens")).body;
    let token = tokens.split_once("/revoke\"").expect("a token").0.rsplit('/').next().unwrap().to_owned();
    Scene {
        anonymous: Browser::new(server.url()),
        other: merchant(&server, OTHER),
        names: vec![("{store}", store), ("{token}", token)],
        owner,
        server,
    }
}

impl Scene {
    /// A route's path with the names of what there is.
    fn path(&self, route: &Route) -> String {
        let path = self.names.iter().fold(route.path.to_owned(), |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "{path}: what is it called here?");
        path
    }

    /// All that is stored, but for sessions.
    fn stored(&self) -> BTreeMap<String, Vec<Vec<Cell>>> {
        let db = rusqlite::Connection::open(self.server.data().join("specie.db")).unwrap();
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('sessions', 'chains') \
                     AND name NOT LIKE 'sqlite%'";
        let mut names = db.prepare(names).unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let rows = |name: &String| {
            let mut all = db.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).unwrap();
            let columns = all.column_count();
            let row = |row: &rusqlite::Row<'_>| (0..columns).map(|i| row.get(i)).collect();
            all.query_map([], row).unwrap().map(Result::unwrap).collect()
        };
        names.iter().map(|name| (name.clone(), rows(name))).collect()
    }
}

fn goes_to_login(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").is_some_and(|to| to.starts_with("/login"))
}

#[test]
fn every_page_answers_everybody_as_it_should() {
    let mut scene = scene();
    let listed: Vec<&str> = routes().iter().map(|route| route.path).collect();
    let expected: Vec<&str> = GETS.iter().map(|(path, _)| *path).collect();
    assert_eq!(listed, expected, "each page has its row in the table, in the router's order");
    for (route, (_, expected)) in routes().iter().zip(GETS) {
        assert_eq!(route.gets, expected.is_some(), "{}", route.path);
        let Some(expected) = expected else { continue };
        let path = scene.path(route);
        let replies = [&mut scene.anonymous, &mut scene.other, &mut scene.owner].map(|b| b.get(&path));
        assert_eq!(replies.each_ref().map(|reply| reply.status), *expected, "{path}");
        if route.who != Who::Anyone {
            assert!(goes_to_login(&replies[0]), "{path}");
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            assert_eq!(replies[0].header("location"), Some(&*format!("/login?next={next}")));
        }
        for reply in &replies {
            assert_nothing_inline(&reply.body);
            if reply.status != 303 {
                assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
                assert!(
                    reply.body.contains("<title>") && reply.body.contains("<h1"),
                    "{path}: {}",
                    reply.body
                );
                assert!(reply.body.contains("<main"), "{path}: {}", reply.body);
            }
        }
        if route.who == Who::Owner {
            let leaks = |reply: &Reply| reply.body.contains("Alder") || reply.body.contains(OWNER);
            assert!(!leaks(&replies[0]) && !leaks(&replies[1]), "{path}");
        }
    }
}

#[test]
fn what_is_not_there_is_not_found_by_anyone() {
    let mut scene = scene();
    for route in routes().iter().filter(|route| route.who == Who::Owner && route.gets) {
        let known = scene.names[0].1.clone();
        for unknown in ["x", "FMfp7ZAmD1ZCMoNbo1eXSt", "%ff", "..%2f"] {
            let path = scene.path(route).replace(&known, unknown);
            let reply = scene.owner.get(&path);
            assert_eq!(reply.status, 404, "{path}");
            assert!(reply.body.contains("There is nothing here"), "{path}: {}", reply.body);
        }
    }
}

#[test]
fn a_form_that_no_page_of_ours_gave_is_refused_everywhere_and_changes_nothing() {
    let mut scene = scene();
    let posts: Vec<Route> = routes().into_iter().filter(|route| route.posts).collect();
    assert!(posts.len() >= 10, "{}", posts.len());
    let foreign = csrf(&scene.other.open("/account").body);
    for route in &posts {
        let path = scene.path(route);
        let before = scene.stored();
        for sent in ["", "x", &foreign] {
            let [anonymous, other, owner] = [&mut scene.anonymous, &mut scene.other, &mut scene.owner]
                .map(|browser| browser.post(&path, &[("csrf", if sent == foreign { "y" } else { sent })]));
            match route.who {
                Who::Anyone => assert_eq!((anonymous.status, other.status), (403, 403), "{path}"),
                Who::User => assert_eq!((goes_to_login(&anonymous), other.status), (true, 403), "{path}"),
                Who::Owner => assert_eq!((goes_to_login(&anonymous), other.status), (true, 404), "{path}"),
            }
            assert_eq!(owner.status, 403, "{path}");
            assert!(owner.body.contains("This form cannot be used"), "{path}: {}", owner.body);
        }
        // Another's token is none, and a sound one does not open another's store.
        assert_eq!(scene.owner.post(&path, &[("csrf", &foreign)]).status, 403, "{path}");
        if route.who == Who::Owner {
            assert_eq!(scene.other.post(&path, &[("csrf", &foreign)]).status, 404, "{path}");
        }
        assert_eq!(scene.stored(), before, "{path}");
    }
    // Nobody was logged out by it.
    assert_eq!(scene.owner.get("/stores").status, 200);
}

#[test]
fn what_cannot_be_looked_at_says_so_to_a_person() {
    let scene = scene();
    for route in routes().iter().filter(|route| !route.gets) {
        let url = format!("{}{}", scene.server.url(), scene.path(route));
        let reply = send("GET", &url, &[("accept", "text/html")], b"");
        assert_eq!(reply.status, 405);
        assert!(reply.body.contains("<h1"), "{}", reply.body);
    }
}
