//! A merchant at the desk of a store, and how their pages are read.

use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant};

/// A server with a practice store, a client of it, and its merchant's browser.
pub struct Desk {
    pub server: Server,
    pub store: String,
    pub shop: Shop,
    pub browser: Browser,
}

impl Desk {
    pub fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let browser = merchant(&server, OWNER);
        Self { server, store, shop, browser }
    }

    /// The path of the list, or of what is below it.
    pub fn path(&self, rest: &str) -> String {
        format!("/stores/{}/invoices{rest}", self.store)
    }

    pub fn page(&mut self, rest: &str) -> String {
        let reply = self.browser.get(&self.path(rest));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    /// Sends a form of the page of an invoice.
    pub fn act(&mut self, id: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let (page, action) = (self.path(&format!("/{id}")), self.path(&format!("/{id}/{action}")));
        let reply = self.browser.fill(&page, &action, fields);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Sends the form of a new invoice as it is shown, with these fields.
    pub fn create(&mut self, fields: &[(&str, &str)]) -> specie_testkit::http::Reply {
        let path = self.path("/create");
        let html = self.page("/create");
        let (csrf, key) = (csrf(&html), value(&html, "key"));
        self.browser.post(&path, &[&[("csrf", &*csrf), ("key", &*key)], fields].concat())
    }
}

/// What an input of a page holds, with what stands for characters put back.
pub fn value(html: &str, name: &str) -> String {
    let at = html.split_once(&format!(" name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {html}")).1;
    let tag = at.split('>').next().unwrap_or_default();
    let value = tag.split_once("value=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
    plain(value)
}

pub fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The addresses of a list's invoices, in order.
pub fn listed(html: &str) -> Vec<String> {
    html.split("class=\"go\" href=\"")
        .skip(1)
        .map(|rest| last_part(rest.split('"').next().unwrap()))
        .collect()
}

pub fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

pub fn link(html: &str, rel: &str) -> Option<String> {
    let rest = html.split_once(&format!("rel=\"{rel}\" href=\""))?.1;
    Some(plain(rest.split('"').next()?))
}

/// The words of a part of a page, without its tags.
pub fn words(html: &str, class: &str) -> String {
    let from =
        html.split_once(&format!("class=\"{class}\"")).unwrap_or_else(|| panic!("no {class}: {html}")).1;
    let text =
        from.split_once('>').unwrap().1.split('<').map(|part| part.split_once('>').map_or(part, |p| p.1));
    plain(&text.collect::<Vec<_>>().join(" "))
}

pub fn assert_in_order(text: &str, expected: &[&str]) {
    let mut rest = text;
    for words in expected {
        rest = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words:?} is missing, or too early, in {text}"))
            .1;
    }
}
