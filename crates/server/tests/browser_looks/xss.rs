//! Texts that were written to run, in every field that takes text, and the pages that show them. A page has to be, element by
//! element and attribute by attribute, the page that plain words make.

use serde_json::{Value, json};
use specie_testkit::browser::play;
use specie_testkit::http::{get, send};
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, PASSWORD, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::forms::{self, Browser};
use super::scene::aging;

const CORPUS: &str = include_str!("../data/xss.txt");
/// Of the corpus, those that are tried unless all are wanted: a script, an attribute, an element's end, a foreign element.
const SOME: [usize; 4] = [1, 13, 4, 17];
/// What every page is compared with.
const PLAIN: &str = "Plain words";
const HOUR: i64 = 60 * 60 * 1000;

/// A server that takes what strangers write.
pub struct Stage {
    pub server: Server,
    pub receiver: Receiver,
    pub owner: Browser,
    /// How many have pressed a button: each from an address of its own, since nobody may so often.
    pressed: u8,
}

/// Opens every page that anybody can open, written by each of these texts.
pub fn look_at_public_pages(exe: &str, all: bool) {
    look(exe, all, &[], Stage::written_by);
}

/// Opens every page of the dashboard, written by each of these texts, with the text in its query and in its form.
pub fn look_at_the_dashboard(exe: &str, all: bool) {
    look(exe, all, &[("SPECIE_LOG_IN", "yes")], Stage::on_the_desk);
}

fn look(exe: &str, all: bool, more: &[(&str, &str)], pages: impl Fn(&mut Stage, &str) -> Value) {
    let server = Server::start_with(exe, &["--accept-applications", "--trusted-proxy", "127.0.0.1"]);
    server.create_user(OWNER);
    let owner = forms::merchant(&server, OWNER);
    let mut stage = Stage { server, receiver: Receiver::start(), owner, pressed: 0 };
    let texts: Vec<&str> = CORPUS.lines().collect();
    assert_eq!(texts.len(), 40);
    let tried = texts.iter().enumerate().filter(|(i, _)| all || SOME.contains(i)).map(|(_, text)| *text);
    let tried: Vec<&str> = std::iter::once(PLAIN).chain(tried).collect();
    let url = stage.server.url().to_owned();
    let variables = [("SPECIE_URL", &*url), ("SPECIE_EMAIL", OWNER), ("SPECIE_PASSWORD", PASSWORD)];
    let variables = [&variables[..], more].concat();
    play("xss.mjs", &variables, |what, with| match what {
        "texts" => json!(tried),
        "pages" => pages(&mut stage, with["text"].as_str().expect("a text")),
        other => panic!("nobody knows what {other:?} is"),
    });
}

impl Stage {
    /// Writes a text wherever one can be written. What there is to see then, by name: where, whether the text is to be read
    /// there, and what it answers.
    fn written_by(&mut self, text: &str) -> Value {
        let website = format!("--website={text}");
        let store = self.server.practice_store(text, &[&website, "--anyone-can-create"]);
        let shop = Shop::paired(&self.server, &store, text);
        self.server.run(&["token", "create", "--store", &store, &format!("--label={text}")]);
        self.apply(text);
        let hooks = format!("/stores/{store}/webhooks");
        let hook = format!("https://shop.example/?{text}");
        self.owner.fill(&hooks, &hooks, &[("url", &hook), ("which", "all")]);
        self.receiver.answer(Answer::Body(500, text.to_owned()));

        let told = self.receiver.url("/ipn");
        let back = format!("https://shop.example/?{text}");
        let new = order(&shop, text, &json!({ "redirectURL": text }));
        let partial = order(&shop, text, &json!({ "redirectURL": back }));
        let paid = order(&shop, text, &json!({ "redirectURL": back, "notificationURL": told }));
        let complete = order(&shop, text, &json!({ "redirectURL": back }));
        self.server.pay(&complete);
        shop.until_status(&complete, "paid");
        self.server.mine(6);
        shop.until_status(&complete, "complete");
        self.server.run(&["sandbox", "pay", &partial, "--amount", "0.0001"]);
        until("the part", || (shop.read(&partial)["exceptionStatus"] == "paidPartial").then_some(()));
        let claim = self.claim(&store, &complete);
        let [unopened, opened, stale] = std::array::from_fn(|_| self.press(&store, text));
        self.open(&opened);
        let [expired, late] = std::array::from_fn(|_| order(&shop, text, &json!({ "redirectURL": back })));
        self.pass_time(&[id_of(&stale), &expired, &late]);
        self.server.pay(&late);
        until("the late payment", || (shop.read(&late)["exceptionStatus"] == "paidLate").then_some(()));
        self.server.pay(&paid);
        shop.until_status(&paid, "paid");
        let sought: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let kept = format!("lang={sought}&view={sought}");
        let form = format!("/api/v1/invoices?storeId={store}&checkoutDesc={sought}&orderId={sought}");
        let page = |path: String, shows: bool, status: u16| json!({ "path": path, "shows": shows, "status": status });
        let sent = |path: String, status: u16| json!({ "path": path, "shows": false, "status": status, "from": format!("/i/{new}") });
        json!({
            "new": page(format!("/i/{new}"), true, 200),
            "modal": page(format!("/i/{new}?view=modal&lang={sought}"), true, 200),
            "by query": page(format!("/invoice?id={new}"), true, 200),
            "partial": page(format!("/i/{partial}"), true, 200),
            "paid": page(format!("/i/{paid}"), true, 200),
            "complete": page(format!("/i/{complete}"), true, 200),
            "receipt": page(format!("/i/{complete}/receipt?{kept}"), true, 200),
            "receipt of a roll": page(format!("/i/{paid}/receipt?print={sought}"), true, 200),
            "by a button": page(unopened.clone(), true, 200),
            "by a button, over its page": page(format!("{unopened}&view=modal"), true, 200),
            "by a button, opened": page(opened, true, 200),
            "by a button, expired": page(stale.clone(), true, 200),
            "no button's price": page(format!("{form}&price={sought}"), false, 200),
            "no button's return": page(format!("{form}&browserRedirect={sought}"), false, 200),
            "no button's token": page(format!("{form}&buttonToken={sought}"), false, 200),
            "expired": page(format!("/i/{expired}?{kept}"), true, 200),
            "late": page(format!("/i/{late}"), true, 200),
            "not renewed": sent(format!("/i/{late}/renew?{kept}"), 409),
            "not opened": sent(format!("/i/{}/open?{kept}", id_of(&stale)), 409),
            "played with": page(format!("/i/{new}?{kept}&practice={sought}"), true, 200),
            "not played": sent(format!("/i/{new}/practice?{kept}&practice={sought}"), 404),
            "neither of none": sent(format!("/i/{sought}/renew?{kept}"), 404),
            "claim": page(claim, true, 200),
            // It names no icon: browsers ask for one of their own accord, and there is none.
            "status": page(format!("/i/{new}/status"), false, 404),
            "no such page": page(format!("/{sought}?{sought}"), false, 404),
            "no such invoice": page(format!("/i/{sought}"), false, 404),
            "no such refund": page(format!("/refund/{sought}"), false, 404),
            "log-in": page(format!("/login?next=/{sought}"), false, 200),
        })
    }

    /// A buyer presses a button of which every field is a text. Where that leads.
    fn press(&mut self, store: &str, text: &str) -> String {
        self.pressed += 1;
        let back = format!("https://shop.example/?{text}");
        let sought: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let query = format!("{sought}={sought}");
        let fields = [
            ("storeId", store),
            ("price", "20"),
            ("currency", "USD"),
            ("checkoutDesc", text),
            ("orderId", text),
            ("browserRedirect", &back),
            ("notifyEmail", text),
            ("checkoutQueryString", &query),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let from = format!("198.51.100.{}", self.pressed);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", &*from)];
        let url = format!("{}/api/v1/invoices", self.server.url());
        let reply = send("POST", &url, &headers, body.as_bytes());
        assert_eq!(reply.status, 302, "{}", reply.body);
        let to = reply.header("location").expect("where it leads");
        to.strip_prefix(self.server.url()).expect("a page of this server").to_owned()
    }

    /// Whoever pressed goes on to pay.
    fn open(&self, path: &str) {
        let url = format!("{}/i/{}/open", self.server.url(), id_of(path));
        let from = format!("198.51.100.{}", self.pressed);
        assert_eq!(send("POST", &url, &[("x-forwarded-for", &from)], b"").status, 303);
    }

    /// An hour passes in which nothing happens.
    fn pass_time(&mut self, invoices: &[&str]) {
        assert_eq!(self.server.stop(), 0);
        for id in invoices {
            aging::age(&self.server, id, HOUR);
        }
        self.server.restart();
        for id in invoices {
            let state = format!("{}/i/{id}/status", self.server.url());
            until("the expiry", || (get(&state).json()["status"] == "expired").then_some(()));
        }
    }

    /// A stranger asks for an account.
    pub fn apply(&self, text: &str) {
        let body = json!({
            "users": [{ "email": "ann@books.example", "firstName": text, "lastName": text, "phone": text,
                "agreedToTOSandPP": true }],
            "orgs": [{ "name": text, "address1": text, "city": text, "zip": text, "country": text, "industry": text,
                "website": text }],
        });
        let url = format!("{}/applications", self.server.url());
        send(
            "POST",
            &url,
            &[("content-type", "application/json"), ("user-agent", "x")],
            body.to_string().as_bytes(),
        );
    }

    /// The path of a page that asks a buyer where a refund goes.
    fn claim(&mut self, store: &str, invoice: &str) -> String {
        let page = format!("/stores/{store}/invoices/{invoice}/refund");
        let asked = self.owner.fill(&page, &page, &[("variant", "whole")]).body;
        let hidden = asked.split("type=\"hidden\" name=\"").skip(1).filter_map(|field| {
            let (name, rest) = field.split_once("\" value=\"")?;
            Some((name, rest.split('"').next()?))
        });
        let mut sent: Vec<(&str, &str)> = vec![];
        for (name, value) in hidden {
            if !sent.iter().any(|(known, _)| *known == name) {
                sent.push((name, value));
            }
        }
        let done = self.owner.post(&page, &sent);
        let done = self.owner.follow(done).body;
        let link = done.split_once("id=\"claim\">").unwrap_or_else(|| panic!("no link: {done}")).1;
        let link = link.split('<').next().unwrap_or_default();
        link.strip_prefix(self.server.url()).expect("a link to this server").to_owned()
    }
}

/// Of a checkout's path, the invoice's id.
fn id_of(path: &str) -> &str {
    path.trim_start_matches("/i/").split('?').next().unwrap_or_default()
}

/// Makes an invoice of which every field is a text. An address to notify has to be one.
pub fn order(shop: &Shop, text: &str, more: &Value) -> String {
    let mut body = json!({
        "price": 20, "currency": "USD", "itemDesc": text, "orderId": text, "itemCode": text, "posData": text,
        "buyer": { "name": text, "address1": text, "address2": text, "city": text, "state": text, "zip": text,
            "country": text, "phone": text, "email": text, "notify": true },
        "notificationEmail": text,
    });
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let mut reply = shop.post("/invoices", &body);
    // What has to be an address may be refused for being none.
    for field in ["notificationEmail", "redirectURL"] {
        if reply.status == 400 {
            body.as_object_mut().expect("fields").shift_remove(field);
            reply = shop.post("/invoices", &body);
        }
    }
    reply.data()["id"].as_str().expect("an id").to_owned()
}
