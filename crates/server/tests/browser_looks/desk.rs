//! Every page of a merchant's, with a text wherever one can be written. The list of pages is the router's own, so that none
//! can be forgotten here.

use serde_json::{Map, Value, json};
use specie::app::AUDIT_PAGE;
use specie::http::dashboard::{Route, Who, routes};
use specie_testkit::receiver::Answer;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::xss::{Stage, order};

/// Somebody's address on the practice chain.
const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// What there is in a store, by the names that routes have for it.
struct Names(Vec<(&'static str, String)>);

impl Names {
    fn path(&self, route: &Route) -> String {
        let path = self.0.iter().fold(route.path.to_owned(), |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "{path}: what is it called here?");
        path
    }
}

impl Stage {
    /// A store of which everything is called by a text, and every page and every form of it.
    pub fn on_the_desk(&mut self, text: &str) -> Value {
        self.fill_the_log();
        let names = self.furnish(text);
        let sought = encoded(text);
        let mut pages = Map::new();
        let shown =
            routes().into_iter().filter(|route| route.gets && !route.file && route.who != Who::Anyone);
        for route in shown {
            let path = names.path(&route);
            // What all stores share grows with each text.
            let own = matches!(route.who, Who::May(_));
            let name = route.path.to_owned();
            let page = json!({ "path": path, "shows": own, "grows": !own, "status": 400 });
            pages.insert(format!("{name} with it in the query"), query(&path, &sought, !own));
            if route.posts {
                let form = json!({ "path": path, "fills": true, "grows": !own, "status": [400, 403, 409] });
                pages.insert(format!("the form of {name}"), form);
            }
            pages.insert(name, page);
        }
        // A page before its form: what a form does is done last.
        pages.sort_keys();
        Value::Object(pages)
    }

    /// The server's log has an older page from the first text on: else it would have a link more with a later one.
    fn fill_the_log(&self) {
        let entries = self.server.sql().query("SELECT count(*) FROM audit", &[])[0].integer(0);
        if entries > AUDIT_PAGE {
            return;
        }
        let store = self.server.practice_store("Log", &[]);
        for price in entries..=AUDIT_PAGE {
            self.server.run(&["rates", "set", "--store", &store, "BTC_USD", &(50_000 + price).to_string()]);
        }
    }

    /// Writes a text wherever a merchant, a buyer, a program or a stranger can write one.
    fn furnish(&mut self, text: &str) -> Names {
        let store = self.server.practice_store(text, &[&format!("--website={text}"), "--anyone-can-create"]);
        let shop = Shop::paired(&self.server, &store, text);
        let code = self.server.run(&["token", "create", "--store", &store, &format!("--label={text}")]);
        let till = Shop::named(self.server.url(), &format!("{text}, a till"));
        till.post("/tokens", &json!({ "id": till.sin(), "pairingCode": code["pairing_code"] }));
        self.receiver.answer(Answer::Body(500, text.to_owned()));
        let (refund, spend) = self.pay_back(&store, &shop, text);
        let told = json!({ "notificationURL": self.receiver.url("/ipn"), "extendedNotifications": true });
        let invoice = order(&shop, text, &told);
        self.server.pay(&invoice);
        let detail = format!("/stores/{store}/invoices/{invoice}");
        let delivery = until("the refusal", || {
            let html = self.owner.open(&detail).body;
            let id = html.split_once("id=\"delivery-")?.1.split('"').next()?.to_owned();
            html.contains("answered 500").then_some(id)
        });
        self.apply(text);
        let path = |rest: &str| format!("/stores/{store}{rest}");
        let hooks = path("/webhooks");
        let hook = [("url", &*self.receiver.url(&format!("/hook?{}", encoded(text)))), ("which", "all")];
        let webhook = behind(&self.owner.fill(&hooks, &hooks, &hook).body, &format!("{hooks}/"));
        let name: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
        self.owner.fill(&path("/people"), &path("/people"), &[("name", &name), ("role", "cashier")]);
        let view = [("name", &*name), ("query", "status=new")];
        self.owner.fill(&path("/invoices"), &path("/invoices/views"), &view);
        let tokens = "/account/api-tokens";
        let made = self.owner.fill(tokens, tokens, &[("name", &name)]).body;
        let applications = self.owner.open("/applications").body;
        Names(vec![
            ("{application}", behind(&applications, "/applications/")),
            ("{apitoken}", before(&made, "/revoke\"")),
            ("{token}", before(&self.owner.open(&path("/tokens")).body, "/revoke\"")),
            ("{member}", self.colleague(&store, text)),
            ("{mark}", "invalid".to_owned()),
            ("{store}", store),
            ("{invoice}", invoice),
            ("{delivery}", delivery),
            ("{webhook}", webhook),
            ("{refund}", refund),
            ("{spend}", spend),
        ])
    }

    /// A refund that waits for its buyer, and a transaction that pays another.
    fn pay_back(&mut self, store: &str, shop: &Shop, text: &str) -> (String, String) {
        let invoice = order(shop, text, &json!({}));
        self.server.pay(&invoice);
        shop.until_status(&invoice, "paid");
        self.server.mine(6);
        shop.until_status(&invoice, "complete");
        let ask = |more: Value| {
            let mut refund = json!({ "amount": "0.0001", "currency": "BTC", "guid": text });
            refund.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            let asked = shop.post(&format!("/invoices/{invoice}/refunds"), &refund);
            asked.data()["id"].as_str().unwrap_or_else(|| panic!("{}", asked.body)).to_owned()
        };
        let waits = ask(json!({}));
        let ready = ask(json!({ "bitcoinAddress": ADDRESS, "guid": format!("{text}.") }));
        let page = format!("/stores/{store}/payouts");
        let fields = [("speed", "own"), ("rate", "1"), ("whatever", "yes"), ("refund", &*ready)];
        let built = self.owner.fill(&page, &page, &fields).body;
        (waits, behind(&built, &format!("{page}/")))
    }

    /// Somebody who works there.
    fn colleague(&mut self, store: &str, text: &str) -> String {
        let page = format!("/stores/{store}/people");
        let made = self.owner.fill(&page, &page, &[("name", "Kim"), ("role", "manager")]).body;
        let link = format!("/join?token={}", behind(&made, "/join?token="));
        let mut kim = super::forms::Browser::new(self.server.url());
        let shown = kim.open(&link).body;
        let invitation = behind(&shown, "name=\"invitation\" value=\"");
        let email =
            format!("kim{}@books.example", self.server.sql().query("SELECT id FROM users", &[]).len());
        let account = [("invitation", &*invitation), ("email", &email), ("password", "a long password")];
        let joined = kim.fill("/join", "/join", &account);
        assert_eq!(joined.status, 200, "{text}: {}", joined.body);
        behind(&self.owner.open(&page).body, &format!("{page}/"))
    }
}

/// A page with a text under every name that it might ask for.
fn query(path: &str, text: &str, grows: bool) -> Value {
    const NAMES: &[&str] = &[
        "q",
        "from",
        "to",
        "store",
        "every",
        "currency",
        "orderId",
        "itemCode",
        "buyerEmail",
        "priceFrom",
        "status",
        "exception",
        "after",
        "before",
        "below",
        "endpoint",
        "state",
        "pairingCode",
        "price",
        "description",
        "dir",
        "next",
        "amount",
        "variant",
        "lang",
        "limit",
        "view",
    ];
    let pairs: Vec<String> = NAMES.iter().map(|name| format!("{name}={text}")).collect();
    json!({ "path": format!("{path}?{}", pairs.join("&")), "grows": grows, "status": [400, 404] })
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The name that stands behind some words.
fn behind(html: &str, words: &str) -> String {
    let rest = html.split_once(words).unwrap_or_else(|| panic!("no {words}: {html}")).1;
    rest.split(['"', '/', '<']).next().unwrap_or_default().to_owned()
}

/// The last part of the path that leads up to some words.
fn before(html: &str, words: &str) -> String {
    let path = html.split_once(words).unwrap_or_else(|| panic!("no {words}: {html}")).0;
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
