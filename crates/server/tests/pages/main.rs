//! The pages as a browser gets them: the buyer's checkout, and the merchant's access request.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod access;
mod account;
#[path = "../time/aging.rs"]
mod aging;
mod checkout;
#[path = "../ipn/database.rs"]
mod database;
mod deliveries;
mod desk;
mod headers;
mod invoice;
mod invoices;
mod live;
mod login;
mod new_invoice;
mod routes;
mod setup;
mod states;
mod stores;
mod tokens;
mod wallet;

use serde_json::{Value, json};
use specie_testkit::http::{Reply, get};
use specie_testkit::server::{PASSWORD, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A server with a practice store and a client of it.
fn open() -> (Server, Shop) {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    (server, shop)
}

/// Makes an invoice over 20 USD, with further fields, and returns its id.
fn order(shop: &Shop, more: &Value) -> String {
    let mut body = json!({ "price": 20, "currency": "USD" });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    shop.invoice(&body)["id"].as_str().expect("an id").to_owned()
}

fn page(server: &Server, id: &str) -> String {
    let reply = get(&format!("{}/i/{id}", server.url()));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// Reads a checkout until it says something.
fn until_page(server: &Server, id: &str, says: &str) -> String {
    until(says, || Some(page(server, id)).filter(|html| html.contains(says)))
}

/// The tags of a page, without what stands in quotes.
fn tags(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    tags.map(|tag| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")).collect()
}

/// Nothing runs or is styled but what comes from our own files.
fn assert_nothing_inline(html: &str) {
    for tag in tags(html) {
        let mut words = tag.split_whitespace();
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        assert_ne!(name, "style", "{html}");
        for attribute in words {
            let attribute = attribute.to_ascii_lowercase();
            assert!(!attribute.starts_with("on") && !attribute.starts_with("style"), "<{tag}>");
        }
        assert!(name != "script" || tag.contains("src="), "<{tag}>");
        for foreign in ["iframe", "object", "embed", "base"] {
            assert_ne!(name, foreign, "<{tag}>");
        }
    }
    for script in html.split("<script").skip(1) {
        let inside = script.split_once('>').expect("an end").1;
        assert!(inside.starts_with("</script>"), "a script with something in it: {script}");
    }
    assert!(!html.contains("javascript:"), "{html}");
}

/// A visitor with a browser: it keeps the cookie.
struct Browser {
    server: String,
    cookie: String,
}

impl Browser {
    fn new(server: &str) -> Self {
        Self { server: server.to_owned(), cookie: String::new() }
    }

    fn keep(&mut self, reply: Reply) -> Reply {
        if let Some(set) = reply.header("set-cookie") {
            set.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        reply
    }

    fn get(&mut self, path: &str) -> Reply {
        let url = format!("{}{path}", self.server);
        let reply = specie_testkit::http::send("GET", &url, &[("cookie", &self.cookie)], b"");
        self.keep(reply)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers =
            [("cookie", self.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let url = format!("{}{path}", self.server);
        let reply = specie_testkit::http::send("POST", &url, &headers, body.as_bytes());
        self.keep(reply)
    }

    /// Looks at a page, wherever it sends a browser on to.
    fn open(&mut self, path: &str) -> Reply {
        let reply = self.get(path);
        self.follow(reply)
    }

    /// Goes where an answer sends a browser.
    fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..5 {
            let Some(to) = (reply.status == 303).then(|| reply.header("location").unwrap().to_owned()) else {
                return reply;
            };
            reply = self.get(&to);
        }
        panic!("sent round in circles: {reply:?}");
    }

    /// Opens a page, fills in its form, sends it to `action`, and goes where that leads.
    fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = csrf(&self.open(page).body);
        let reply = self.post(action, &[&[("csrf", &*csrf)], fields].concat());
        self.follow(reply)
    }

    /// Fills in the form of the login page and sends it.
    fn log_in(&mut self, email: &str, password: &str, next: &str) -> Reply {
        let csrf = csrf(&self.get("/login").body);
        self.post("/login", &[("csrf", &csrf), ("email", email), ("password", password), ("next", next)])
    }
}

/// A merchant's browser, logged in.
fn merchant(server: &Server, email: &str) -> Browser {
    let mut browser = Browser::new(server.url());
    assert_eq!(browser.log_in(email, PASSWORD, "/").status, 303);
    browser
}

/// What a page's form has to carry.
fn csrf(html: &str) -> String {
    let field = html.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form: {html}")).1;
    field.split('"').next().unwrap_or_default().to_owned()
}
