//! Every page, asked by everybody: the list of pages is the router's own, so that none can be
//! forgotten here.

use serde_json::json;
use specie::app::Role;
use specie::http::dashboard::{Route, Who, routes};
use specie_testkit::http::{Reply, send};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::payer::{ADDRESS, Payer};
use super::{Browser, applications, assert_nothing_inline, csrf, merchant, order};

/// What a page answers to a stranger, to another merchant, and to the owner, who is the administrator too. `None`: it cannot be
/// looked at.
const GETS: &[(&str, Option<[u16; 3]>)] = &[
    ("/", Some([200, 303, 303])),
    ("/setup", Some([303, 303, 303])),
    ("/login", Some([200, 200, 200])),
    ("/logout", Some([200, 200, 200])),
    // Nobody came with an invitation.
    ("/invitation", Some([403, 403, 403])),
    ("/applications", Some([303, 404, 200])),
    ("/applications/{application}", Some([303, 404, 200])),
    ("/applications/{application}/approve", None),
    ("/applications/{application}/decline", Some([303, 404, 200])),
    // No pairing code is named.
    ("/api-access-request", Some([303, 400, 400])),
    ("/api-tokens", Some([303, 200, 200])),
    ("/design", Some([303, 404, 200])),
    ("/account", Some([303, 200, 200])),
    ("/account/api-tokens", Some([303, 200, 200])),
    ("/account/api-tokens/{apitoken}/revoke", Some([303, 404, 200])),
    ("/stores", Some([303, 200, 200])),
    ("/stores/create", Some([303, 200, 200])),
    ("/stores/{store}/settings", Some([303, 404, 200])),
    ("/stores/{store}/settings/rates", None),
    ("/stores/{store}/look", Some([303, 404, 200])),
    ("/stores/{store}/wallet", Some([303, 404, 200])),
    ("/stores/{store}/wallet/confirm", None),
    ("/stores/{store}/wallet/coins", Some([303, 404, 200])),
    ("/stores/{store}/wallet/consolidate", None),
    ("/stores/{store}/tokens", Some([303, 404, 200])),
    ("/stores/{store}/tokens/create", Some([303, 404, 200])),
    ("/stores/{store}/tokens/{token}/revoke", Some([303, 404, 200])),
    ("/stores/{store}/tokens/apikey", None),
    ("/stores/{store}/button", Some([303, 404, 200])),
    ("/stores/{store}/button/revoke", Some([303, 404, 200])),
    ("/stores/{store}/people", Some([303, 404, 200])),
    ("/stores/{store}/people/{member}", Some([303, 404, 200])),
    ("/stores/{store}/people/invitations/{invitation}/withdraw", None),
    ("/stores/{store}/log", Some([303, 404, 200])),
    ("/log", Some([303, 404, 200])),
    // Nobody came with a link.
    ("/join", Some([403, 403, 403])),
    ("/stores/{store}", Some([303, 404, 200])),
    ("/stores/{store}/attention", Some([303, 404, 200])),
    ("/stores/{store}/attention/{cause}/{subject}/{remedy}", None),
    ("/reports", Some([303, 200, 200])),
    ("/reports.csv", Some([303, 200, 200])),
    ("/server", Some([303, 404, 200])),
    ("/stores/{store}/settings/default", None),
    ("/stores/{store}/wallet/addresses", Some([303, 404, 200])),
    ("/stores/{store}/webhooks", Some([303, 404, 200])),
    ("/stores/{store}/webhooks/{webhook}", Some([303, 404, 200])),
    ("/stores/{store}/webhooks/{webhook}/test", None),
    ("/stores/{store}/webhooks/{webhook}/rotate", None),
    ("/stores/{store}/webhooks/{webhook}/end-previous", None),
    ("/stores/{store}/webhooks/{webhook}/delete", Some([303, 404, 200])),
    ("/stores/{store}/deliveries", Some([303, 404, 200])),
    ("/stores/{store}/deliveries/redeliver", None),
    ("/stores/{store}/deliveries/redeliver-failed", None),
    ("/stores/{store}/deliveries/{delivery}", Some([303, 404, 200])),
    ("/stores/{store}/deliveries/{delivery}/redeliver", None),
    ("/stores/{store}/invoices", Some([303, 404, 200])),
    ("/stores/{store}/invoices.csv", Some([303, 404, 200])),
    ("/stores/{store}/invoices/archive", None),
    ("/stores/{store}/invoices/views", None),
    ("/stores/{store}/invoices/views/delete", None),
    ("/stores/{store}/invoices/create", Some([303, 404, 200])),
    ("/stores/{store}/invoices/{invoice}", Some([303, 404, 200])),
    ("/stores/{store}/invoices/{invoice}/deliveries/{delivery}/resend", None),
    ("/stores/{store}/invoices/{invoice}/mark/{mark}", Some([303, 404, 200])),
    ("/stores/{store}/invoices/{invoice}/archive", None),
    ("/stores/{store}/invoices/{invoice}/unarchive", None),
    ("/stores/{store}/invoices/{invoice}/practice", None),
    ("/stores/{store}/invoices/{invoice}/refund", Some([303, 404, 200])),
    ("/stores/{store}/refunds/{refund}", Some([303, 404, 200])),
    ("/stores/{store}/refunds/{refund}/cancel", None),
    ("/stores/{store}/refunds/{refund}/ask", None),
    ("/stores/{store}/refunds/{refund}/address", None),
    ("/stores/{store}/payouts", Some([303, 404, 200])),
    ("/stores/{store}/payouts/{spend}", Some([303, 404, 200])),
    ("/stores/{store}/payouts/{spend}/psbt", Some([303, 404, 200])),
    ("/stores/{store}/payouts/{spend}/psbt.txt", Some([303, 404, 200])),
    ("/stores/{store}/payouts/{spend}/qr.svg", Some([303, 404, 200])),
    ("/stores/{store}/payouts/{spend}/sign", None),
    ("/stores/{store}/payouts/{spend}/practise", None),
    ("/stores/{store}/payouts/{spend}/cancel", None),
    ("/stores/{store}/payouts/{spend}/bump", None),
    ("/search", Some([303, 200, 200])),
];

/// What is sent with a file that has to be kept and shown nowhere.
const FILE_POLICY: &str = "default-src 'none'; sandbox";
const OTHER: &str = "other@shop.example";

/// A server with a store, a program that it let in, an invoice that was notified of, and three
/// visitors.
pub struct Scene {
    pub server: Server,
    _receiver: Receiver,
    names: Vec<(&'static str, String)>,
    anonymous: Browser,
    other: Browser,
    pub owner: Browser,
}

pub fn scene() -> Scene {
    let server = applications::open();
    let store = server.practice_store("Alder & Finch Books", &[]);
    server.create_user(OTHER);
    let application = applications::apply(&server, "ann@books.example", "Byron");
    let shop = Shop::paired(&server, &store, "shop");
    let mut owner = merchant(&server, OWNER);
    // Before the invoice, which would be final by its blocks.
    let (refund, spend) = given_back(&server, &store, &shop, &mut owner);
    let receiver = Receiver::start();
    let told = json!({ "notificationURL": receiver.url("/ipn"), "fullNotifications": true });
    let invoice = order(&shop, &told);
    server.pay(&invoice);
    let detail = format!("/stores/{store}/invoices/{invoice}");
    let told = until("the notification", || {
        Some(owner.open(&detail).body).filter(|html| html.contains("Delivered") && !html.contains("Waiting"))
    });
    let delivery =
        told.split_once("id=\"delivery-").expect("a delivery").1.split('"').next().unwrap().to_owned();
    let made = owner.fill("/account/api-tokens", "/account/api-tokens", &[("name", "Reports")]).body;
    let apitoken = made.split_once("/revoke\"").expect("a token").0.rsplit('/').next().unwrap().to_owned();
    let tokens = owner.open(&format!("/stores/{store}/tokens")).body;
    let token = tokens.split_once("/revoke\"").expect("a token").0.rsplit('/').next().unwrap().to_owned();
    let hooks = format!("/stores/{store}/webhooks");
    let made = owner.fill(&hooks, &hooks, &[("url", &receiver.url("/hook")), ("which", "all")]).body;
    assert!(made.contains("The webhook is added."), "{made}");
    let (member, invitation) = people(&server, &store, &mut owner);
    Scene {
        anonymous: Browser::new(server.url()),
        other: merchant(&server, OTHER),
        names: vec![
            ("{store}", store),
            ("{application}", application),
            ("{apitoken}", apitoken),
            ("{token}", token),
            ("{invoice}", invoice),
            ("{mark}", "invalid".to_owned()),
            ("{cause}", "notification".to_owned()),
            ("{subject}", delivery.clone()),
            ("{remedy}", "aside".to_owned()),
            ("{delivery}", delivery),
            ("{webhook}", "1".to_owned()),
            ("{refund}", refund),
            ("{spend}", spend),
            ("{member}", member),
            ("{invitation}", invitation),
        ],
        _receiver: receiver,
        owner,
        server,
    }
}

/// A refund that waits for its buyer, and a transaction that pays another.
fn given_back(server: &Server, store: &str, shop: &Shop, owner: &mut Browser) -> (String, String) {
    let mut desk = Payer { server, store, shop, owner };
    let invoice = desk.complete(&json!({}));
    let asked = desk.refund(&invoice, &[("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC")]);
    let sent = [("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC"), ("address", ADDRESS)];
    let ready = desk.refund(&invoice, &sent);
    (asked, desk.payout(&[&ready]))
}

/// Somebody who works in the store, and an invitation.
fn people(server: &Server, store: &str, owner: &mut Browser) -> (String, String) {
    let page = format!("/stores/{store}/people");
    super::people::joined(server, owner, store, Role::Manager);
    super::people::invited(owner, store, Role::Cashier);
    let listed = owner.open(&page).body;
    let member = listed.split(&format!("{page}/")).nth(1).expect("a member").split('"').next().unwrap();
    let invited = listed.split_once("/people/invitations/").expect("an invitation").1;
    (member.to_owned(), invited.split('/').next().unwrap().to_owned())
}

impl Scene {
    /// A route's path with the names of what there is.
    pub fn path(&self, route: &Route) -> String {
        let path = self.names.iter().fold(route.path.to_owned(), |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "{path}: what is it called here?");
        path
    }

    /// What something is called here.
    pub fn name(&self, what: &str) -> &str {
        &self.names.iter().find(|(name, _)| *name == what).expect("a name").1
    }

    /// All that is stored, but for sessions and what is written as time goes by.
    fn stored(&self) -> Vec<String> {
        const TABLES: [&str; 32] = [
            "users",
            "applications",
            "wallets",
            "stores",
            "pairing_codes",
            "tokens",
            "api_tokens",
            "rates",
            "invoices",
            "quotes",
            "payment_methods",
            "scripts",
            "payments",
            "events",
            "postings",
            "balances",
            "day_balances",
            "attention",
            "deliveries",
            "attempts",
            "idempotency",
            "identity",
            "webhooks",
            "refunds",
            "spends",
            "coins",
            "logos",
            "members",
            "member_invitations",
            "audit",
            "saved_views",
            "used_addresses",
        ];
        let mut sql = self.server.sql();
        let rows = |table| sql.query(&format!("SELECT * FROM {table}"), &[]);
        let mut all: Vec<String> = TABLES.iter().flat_map(rows).map(|row| format!("{row:?}")).collect();
        all.sort_unstable();
        all
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
            if route.file && reply.status == 200 {
                assert!(!reply.header("content-type").is_some_and(|kind| kind.contains("html")), "{path}");
                assert_eq!(reply.header("content-security-policy"), Some(FILE_POLICY), "{path}");
                assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
                continue;
            }
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
        if route.needs().is_some() {
            let leaks = |reply: &Reply| reply.body.contains("Alder") || reply.body.contains(OWNER);
            assert!(!leaks(&replies[0]) && !leaks(&replies[1]), "{path}");
        }
    }
}

#[test]
fn what_is_not_there_is_not_found_by_anyone() {
    let mut scene = scene();
    for route in routes().iter().filter(|route| route.needs().is_some() && route.gets) {
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
                Who::May(_) | Who::Administrator => {
                    assert_eq!((goes_to_login(&anonymous), other.status), (true, 404), "{path}")
                }
            }
            assert_eq!(owner.status, 403, "{path}");
            assert!(owner.body.contains("This form cannot be used"), "{path}: {}", owner.body);
        }
        // Another's token is none, and a sound one does not open another's store.
        assert_eq!(scene.owner.post(&path, &[("csrf", &foreign)]).status, 403, "{path}");
        if matches!(route.who, Who::May(_) | Who::Administrator) {
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
