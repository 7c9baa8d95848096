//! A store's invoices, as their merchant sees them: the list, a new one, one with its story.

use serde_json::{Value, json};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant, order};

/// A server with a practice store, a client of it, and its merchant's browser.
struct Desk {
    server: Server,
    store: String,
    shop: Shop,
    browser: Browser,
}

impl Desk {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let browser = merchant(&server, OWNER);
        Self { server, store, shop, browser }
    }

    /// The path of the list, or of what is below it.
    fn path(&self, rest: &str) -> String {
        format!("/stores/{}/invoices{rest}", self.store)
    }

    fn page(&mut self, rest: &str) -> String {
        let reply = self.browser.get(&self.path(rest));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    /// Sends a form of the page of an invoice.
    fn act(&mut self, id: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let (page, action) = (self.path(&format!("/{id}")), self.path(&format!("/{id}/{action}")));
        let reply = self.browser.fill(&page, &action, fields);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Sends the form of a new invoice as it is shown, with these fields.
    fn create(&mut self, fields: &[(&str, &str)]) -> specie_testkit::http::Reply {
        let path = self.path("/create");
        let html = self.page("/create");
        let (csrf, key) = (csrf(&html), value(&html, "key"));
        self.browser.post(&path, &[&[("csrf", &*csrf), ("key", &*key)], fields].concat())
    }
}

/// What an input of a page holds, with what stands for characters put back.
fn value(html: &str, name: &str) -> String {
    let at = html.split_once(&format!(" name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {html}")).1;
    let tag = at.split('>').next().unwrap_or_default();
    let value = tag.split_once("value=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
    plain(value)
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The addresses of a list's invoices, in order.
fn listed(html: &str) -> Vec<String> {
    html.split("class=\"go\" href=\"")
        .skip(1)
        .map(|rest| last_part(rest.split('"').next().unwrap()))
        .collect()
}

fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn link(html: &str, rel: &str) -> Option<String> {
    let rest = html.split_once(&format!("rel=\"{rel}\" href=\""))?.1;
    Some(plain(rest.split('"').next()?))
}

/// The words of a part of a page, without its tags.
fn words(html: &str, class: &str) -> String {
    let from =
        html.split_once(&format!("class=\"{class}\"")).unwrap_or_else(|| panic!("no {class}: {html}")).1;
    let text =
        from.split_once('>').unwrap().1.split('<').map(|part| part.split_once('>').map_or(part, |p| p.1));
    plain(&text.collect::<Vec<_>>().join(" "))
}

fn assert_in_order(text: &str, expected: &[&str]) {
    let mut rest = text;
    for words in expected {
        rest = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words:?} is missing, or too early, in {text}"))
            .1;
    }
}

#[test]
fn a_store_without_invoices_leads_to_the_first() {
    let mut desk = Desk::open();
    let html = desk.page("");
    assert!(html.contains("No invoice yet"), "{html}");
    assert!(html.contains(&format!("href=\"{}\"", desk.path("/create"))), "{html}");
    let html = desk.page("?status=paid");
    assert!(html.contains("No invoice matches") && !html.contains("No invoice yet"), "{html}");
}

#[test]
fn the_list_and_the_api_mean_the_same_by_every_filter() {
    let mut desk = Desk::open();
    let shop = desk.shop.clone();
    for (number, item) in [("A-1", "tea"), ("A-2", "tea"), ("A-1", "cup"), ("ü &=+", "tea")] {
        order(&shop, &json!({ "orderId": number, "itemCode": item }));
    }
    let complete = order(&shop, &json!({ "orderId": "A-3" }));
    desk.server.pay(&complete);
    shop.until_status(&complete, "paid");
    desk.server.mine(6);
    shop.until_status(&complete, "complete");
    let paid = order(&shop, &json!({ "price": 5 }));
    desk.server.pay(&paid);
    shop.until_status(&paid, "paid");
    let ids = |query: &str| {
        let found = shop.get(&format!("/invoices{query}"));
        let found = found.data();
        found.as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut lengths = vec![];
    for query in [
        "",
        "?status=new",
        "?status=PAID",
        "?status=confirmed",
        "?status=settled",
        "?status=new,complete",
        "?status=new&status=paid",
        "?status=nonsense",
        "?orderId=A-1",
        "?orderid=A-1&itemCode=cup",
        "?orderId=%C3%BC+%26%3D%2B",
        "?itemCode=tea&status=new",
        "?dateStart=2024-01-31",
        "?dateStart=01/31/2024&dateEnd=2024-12-31",
        "?dateEnd=2999-12-31",
        "?dateStart=1706659200000",
        "?limit=2",
        "?limit=2&offset=3",
        "?limit=0",
        "?skip=4",
        "?offset=400&status=new",
        "?token=x&unknown=1",
    ] {
        let html = desk.page(query);
        assert_eq!(listed(&html), ids(query), "{query}");
        lengths.push(listed(&html).len());
    }
    assert_eq!(lengths[..5], [6, 4, 1, 1, 1]);
    for (query, field) in [
        ("?dateStart=yesterday", "dateStart"),
        ("?dateEnd=2024-02-30&orderId=A%221", "dateEnd"),
        ("?limit=ten", ""),
        ("?offset=10001", ""),
    ] {
        assert_eq!(shop.get(&format!("/invoices{query}")).status, 400, "{query}");
        let reply = desk.browser.get(&desk.path(query));
        assert_eq!(reply.status, 400, "{query}");
        assert_nothing_inline(&reply.body);
        assert!(reply.body.contains("role=\"alert\"") && listed(&reply.body).is_empty(), "{}", reply.body);
        assert_eq!(reply.body.contains("aria-invalid"), !field.is_empty(), "{}", reply.body);
        if !field.is_empty() {
            assert!(reply.body.contains(&format!("id=\"{field}-error\"")), "{}", reply.body);
            let typed = url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
            for (name, typed) in typed {
                assert_eq!(value(&reply.body, &name), typed, "{}", reply.body);
            }
        }
    }
}

#[test]
fn pages_of_the_list_follow_each_other_and_keep_the_filters() {
    let mut desk = Desk::open();
    let mut made: Vec<String> = (0..5).map(|_| order(&desk.shop, &json!({ "orderId": "ü &=\"" }))).collect();
    order(&desk.shop, &json!({ "orderId": "another" }));
    made.reverse();
    let mut path = desk.path("?orderId=%C3%BC+%26%3D%22&status=new&status=paid&limit=2");
    let mut pages = vec![];
    loop {
        let html = desk.browser.get(&path).body;
        let number = pages.len();
        assert_eq!(link(&html, "prev").is_some(), number > 0, "{html}");
        if let Some(newer) = link(&html, "prev") {
            assert_eq!(listed(&desk.browser.get(&newer).body), pages[number - 1], "{newer}");
        }
        pages.push(listed(&html));
        match link(&html, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(pages, made.chunks(2).map(<[String]>::to_vec).collect::<Vec<_>>());
    // The chips change the status alone, and start at the first page.
    let html = desk.browser.get(&path).body;
    let chip = html.split("href=\"").map(|rest| plain(rest.split('"').next().unwrap()));
    let chip = chip.filter(|href| href.contains("status=new")).find(|href| !href.contains("offset")).unwrap();
    assert_eq!(listed(&desk.browser.get(&chip).body), made[..2], "{chip}");
}

#[test]
fn fifty_invoices_are_a_page() {
    let mut desk = Desk::open();
    let ids: Vec<String> = (0..51).map(|_| order(&desk.shop, &json!({}))).collect();
    let first = desk.page("");
    assert_eq!(listed(&first).len(), 50);
    assert!(first.contains("1 to 50"), "{first}");
    let last = desk.browser.get(&link(&first, "next").unwrap()).body;
    assert_eq!(listed(&last), ids[..1]);
    assert!(last.contains("51 to 51") && link(&last, "next").is_none(), "{last}");
}

/// An invoice without what differs from one to the next.
fn same(mut invoice: Value) -> Value {
    let gone = ["id", "guid", "url", "token", "invoiceTime", "expirationTime", "currentTime"];
    let addresses = ["bitcoinAddress", "addresses", "cryptoInfo", "paymentUrls", "paymentCodes"];
    for key in gone.into_iter().chain(addresses) {
        assert!(invoice.as_object_mut().unwrap().remove(key).is_some(), "{key} in {invoice}");
    }
    invoice
}

#[test]
fn an_invoice_made_by_hand_is_what_the_api_makes_of_the_same() {
    let mut desk = Desk::open();
    let all = [
        ("price", "20.50"),
        ("currency", "usd"),
        ("orderId", "A-17"),
        ("itemDesc", "Two tins of tea"),
        ("itemCode", "T&T"),
        ("buyerName", "Ada Lovelace"),
        ("buyerEmail", "ada@example.org"),
        ("notificationURL", "http://127.0.0.1:1/ipn?shop={InvoiceId}"),
        ("notificationEmail", "shop@example.org"),
        ("redirectURL", "https://shop.example/thanks"),
        ("extendedNotifications", "1"),
    ];
    for left_out in [&[][..], &["price"], &["currency", "orderId", "extendedNotifications"]] {
        let fields: Vec<_> = all.iter().copied().filter(|(name, _)| !left_out.contains(name)).collect();
        let mut body = json!({});
        for (name, text) in &fields {
            body[*name] = if *name == "extendedNotifications" { json!(true) } else { json!(text) };
        }
        let by_api = desk.shop.invoice(&body);
        let reply = desk.create(&fields);
        assert_eq!(reply.status, 303, "{}", reply.body);
        let id = last_part(reply.header("location").unwrap());
        assert_eq!(
            same(desk.shop.read(&id)),
            same(desk.shop.read(by_api["id"].as_str().unwrap())),
            "{left_out:?}"
        );
        let html = desk.page(&format!("/{id}"));
        for (name, text) in
            fields.iter().filter(|(name, _)| !["currency", "extendedNotifications"].contains(name))
        {
            assert!(plain(&html).contains(text), "{name}: {html}");
        }
    }
}

#[test]
fn what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost() {
    let mut desk = Desk::open();
    let long = "x".repeat(9000);
    for (name, typed, says) in [
        ("price", "12,5o", "Price is not a number."),
        ("price", "0", "The price must be above zero"),
        ("price", "-3", "The price must be above zero"),
        ("price", "100000000000000", "The price is too large."),
        ("price", "1e30", "Price is not a number."),
        ("price", "10000000000000000000", ""),
        ("currency", "DOGE", "This currency is not known"),
        ("currency", "SEK", "No rate for SEK"),
        ("orderId", &long, "Order id is longer than 8192 bytes."),
    ] {
        let others = [("price", "20"), ("currency", "USD"), ("orderId", "7"), ("itemDesc", "\"><b>tea")];
        let others =
            others.into_iter().chain([("redirectURL", "https://x.example"), ("extendedNotifications", "1")]);
        let fields: Vec<_> =
            others.map(|(other, text)| (other, if other == name { typed } else { text })).collect();
        let reply = desk.create(&fields);
        let expected = if typed == "SEK" { 503 } else { 400 };
        assert_eq!(reply.status, expected, "{name}={typed}: {}", reply.body);
        assert_nothing_inline(&reply.body);
        assert!(
            reply.body.contains("role=\"alert\"") && reply.body.contains(says),
            "{name}={typed}: {}",
            reply.body
        );
        assert_eq!(reply.body.contains(&format!("id=\"{name}-error\"")), !says.is_empty(), "{}", reply.body);
        for (other, text) in fields.iter().filter(|(other, _)| *other != "extendedNotifications") {
            assert_eq!(value(&reply.body, other), *text, "{}", reply.body);
        }
        assert!(reply.body.contains("checked"), "{}", reply.body);
    }
    let both = desk.create(&[("price", "much"), ("currency", "DOGE")]).body;
    assert!(both.contains("id=\"price-error\"") && both.contains("id=\"currency-error\""), "{both}");
    assert_eq!(listed(&desk.page("")).len(), 0, "nothing was made");
}

#[test]
fn a_form_that_is_sent_twice_makes_one_invoice() {
    let mut desk = Desk::open();
    let path = desk.path("/create");
    let html = desk.page("/create");
    let (csrf, key) = (csrf(&html), value(&html, "key"));
    let mut send = |price, key: &str| {
        let fields = [("csrf", &*csrf), ("key", key), ("price", price), ("currency", "USD")];
        let reply = desk.browser.post(&path, &fields);
        assert_eq!(reply.status, 303, "{}", reply.body);
        last_part(reply.header("location").unwrap())
    };
    let first = send("20", &key);
    assert_eq!(send("20", &key), first);
    // Gone back to and changed it is another one, and so is a form that was opened anew.
    let changed = send("21", &key);
    assert_ne!(changed, first);
    let fresh = value(&desk.page("/create"), "key");
    assert_ne!(fresh, key);
    let reply =
        desk.browser.post(&path, &[("csrf", &*csrf), ("key", &fresh), ("price", "20"), ("currency", "USD")]);
    let another = last_part(reply.header("location").unwrap());
    assert_eq!(listed(&desk.page("")), [another, changed, first]);
}

#[test]
fn an_invoice_tells_its_whole_story() {
    let mut desk = Desk::open();
    let id =
        order(&desk.shop, &json!({ "itemDesc": "Tea", "orderId": "A-1", "transactionSpeed": "low-medium" }));
    let address = desk.shop.read(&id)["bitcoinAddress"].as_str().unwrap().to_owned();
    let rest = format!("/{id}");
    let html = desk.page(&rest);
    assert!(html.contains("<h1>20.00 <span>USD</span></h1>") && html.contains("Tea · Order A-1"), "{html}");
    assert!(html.contains("data-status=\"new\"") && html.contains("Waiting for payment"), "{html}");
    assert!(html.contains("None has been seen."), "{html}");
    assert!(
        html.contains(&format!("data-copy=\"{address}\"")) && html.contains(&format!("href=\"/i/{id}\"")),
        "{html}"
    );
    assert!(html.contains("1 BTC = 50,000.00 USD (practice rate, as of <time"), "{html}");
    assert!(
        html.contains("<dt>Index in the wallet</dt><dd>0</dd>") && html.contains("/0/0</code>"),
        "{html}"
    );
    let second = order(&desk.shop, &json!({}));
    assert!(desk.page(&format!("/{second}")).contains("<dt>Index in the wallet</dt><dd>1</dd>"));

    // A part, then what is missing, then blocks. What it did shows on the page that follows.
    let html = desk.act(&id, "pay", &[("amount", "0.0001")]);
    assert!(html.contains("0.00010000 BTC has come, 0.00030000 BTC is missing."), "{html}");
    assert!(html.contains("Paid in part") && html.contains("In mempool"), "{html}");
    assert_eq!(value(&html, "amount"), "0.00030000");
    let html = desk.act(&id, "pay", &[("amount", "")]);
    assert!(html.contains("data-status=\"paid\"") && html.contains("0 of 2 confirmations."), "{html}");
    let html = desk.act(&id, "mine", &[("blocks", "1")]);
    assert!(html.contains("1 of 2 confirmations.") && html.contains("In a block"), "{html}");
    desk.act(&id, "mine", &[("blocks", "1")]);
    let html = desk.act(&id, "mine", &[("blocks", "4")]);
    assert!(html.contains("data-status=\"complete\"") && html.contains("6 of 2"), "{html}");

    let invoice = desk.shop.read(&id);
    let txids: Vec<&str> =
        invoice["transactions"].as_array().unwrap().iter().map(|t| t["txid"].as_str().unwrap()).collect();
    assert_in_order(
        &words(&html, "events"),
        &[
            "Created",
            "0.00040000 BTC is asked for 20.00 USD at 1 BTC = 50,000.00 USD",
            "0.00010000 BTC seen",
            txids[0],
            "Paid in part",
            "0.00030000 BTC seen",
            txids[1],
            "first seen",
            "New → Paid",
            "The full amount has been seen.",
            "Nothing exceptional any more",
            "Paid → Confirmed",
            "2 confirmations, as the invoice's speed, low-medium, asks.",
            "Confirmed → Complete",
            "six confirmations deep",
        ],
    );
    assert!(listed(&desk.page("?status=complete")).contains(&id));
}

#[test]
fn invoices_over_any_amount_and_over_nothing_are_shown_for_what_they_are() {
    let mut desk = Desk::open();
    let reply = desk.create(&[("price", ""), ("currency", "USD")]);
    let top_up = last_part(reply.header("location").unwrap());
    let html = desk.page(&format!("/{top_up}"));
    assert!(
        html.contains("<h1>Any amount</h1>") && html.contains("Any amount is welcome, reckoned at"),
        "{html}"
    );
    assert!(desk.page("").contains(">Any amount, USD<"));
    let html = desk.act(&top_up, "pay", &[("amount", "0.002")]);
    assert!(html.contains("<h1>100.00 <span>USD</span></h1>"), "{html}");

    desk.store = desk.server.practice_store("Free", &["--allow-zero-price"]);
    let reply = desk.create(&[("price", "0"), ("currency", "USD")]);
    let free = last_part(reply.header("location").unwrap());
    let html = desk.page(&format!("/{free}"));
    assert!(html.contains("Nothing was to be paid.") && html.contains("Nothing is asked."), "{html}");
    assert!(!html.contains("/pay\""), "there is nothing to pay: {html}");
    assert_eq!(desk.act(&free, "mine", &[("blocks", "1")]).matches("1 block mined").count(), 1);
}

#[test]
fn what_cannot_be_practised_is_said_at_its_field() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    let page = desk.path(&format!("/{id}"));
    for (action, field, typed, says) in [
        ("pay", "amount", "much", "Not an amount of bitcoin"),
        ("pay", "amount", "-1", "Not an amount of bitcoin"),
        ("pay", "amount", "0.000000001", "Not an amount of bitcoin"),
        ("pay", "amount", "0", "The practice chain refused: an amount is above zero."),
        ("mine", "blocks", "0", "From 1 to 100 blocks"),
        ("mine", "blocks", "101", "From 1 to 100 blocks"),
        ("mine", "blocks", "\"><b>", "From 1 to 100 blocks"),
    ] {
        let reply = desk.browser.fill(&page, &format!("{page}/{action}"), &[(field, typed)]);
        assert_eq!(reply.status, 400, "{action} {typed}: {}", reply.body);
        assert!(reply.body.contains(&format!("id=\"{field}-error\"")), "{}", reply.body);
        assert!(reply.body.contains(says), "{action} {typed}: {}", reply.body);
        assert_eq!(value(&reply.body, field), typed);
    }
    assert_eq!(desk.shop.read(&id)["status"], "new");
}

#[test]
fn what_is_paid_with_real_coins_cannot_be_practised() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    // As if this server had followed a real chain once.
    assert_eq!(desk.server.stop(), 0);
    for table in ["invoices", "stores"] {
        desk.server.sql().execute(&format!("UPDATE {table} SET network = 'regtest'"), &[]);
    }
    desk.server.restart();
    let html = desk.page(&format!("/{id}"));
    assert!(!html.contains("Practice") && !html.contains("/mine\""), "{html}");
    let csrf = csrf(&html);
    for action in ["pay", "mine"] {
        let path = desk.path(&format!("/{id}/{action}"));
        let reply = desk.browser.post(&path, &[("csrf", &csrf), ("blocks", "1"), ("amount", "1")]);
        assert_eq!(reply.status, 404, "{action}: {}", reply.body);
    }
}

#[test]
fn what_shops_and_buyers_write_stays_text() {
    let mut desk = Desk::open();
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";
    let mut body = json!({ "redirectURL": "javascript:alert(3)", "notificationURL": format!("http://127.0.0.1:1/{evil}") });
    for name in [
        "orderId",
        "itemDesc",
        "itemCode",
        "posData",
        "buyerName",
        "buyerEmail",
        "buyerAddress1",
        "notificationEmail",
    ] {
        body[name] = json!(evil);
    }
    body["fullNotifications"] = json!(true);
    let id = order(&desk.shop, &body);
    desk.act(&id, "pay", &[]);
    let page = desk.path(&format!("/{id}"));
    let told = until("the notification", || {
        Some(desk.browser.get(&page).body).filter(|html| html.contains("class=\"deliveries\""))
    });
    for html in [told, desk.page("")] {
        assert!(
            !html.contains("<script>") && !html.contains("<img") && !html.contains("href=\"javascript"),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }
    let reply =
        desk.browser.get(&desk.path(&format!("?{}", url::form_urlencoded::Serializer::new(String::new())
        .append_pair("orderId", evil).append_pair("status", evil).append_pair("limit", "1").finish())));
    assert!(!reply.body.contains("<script>") && !reply.body.contains("<img"), "{}", reply.body);
    let good = order(&desk.shop, &json!({ "redirectURL": "https://shop.example/?a=1&b=\"2\"" }));
    let html = desk.page(&format!("/{good}"));
    assert!(
        html.contains("href=\"https://shop.example/?a=1&amp;b=%222%22\" rel=\"noreferrer nofollow\""),
        "{html}"
    );
}

#[test]
fn another_merchants_invoice_is_nothing_here() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    desk.server.create_user("other@shop.example");
    let mut other = merchant(&desk.server, "other@shop.example");
    let own_csrf = csrf(&other.open("/stores").body);
    let neighbour = desk.server.practice_store("Neighbour", &[]);
    let mine = desk.path(&format!("/{id}"));
    let through_neighbour = format!("/stores/{neighbour}/invoices/{id}");
    let nobody = desk.path("/FMfp7ZAmD1ZCMoNbo1eXSt");
    for action in ["/pay", "/mine", "/deliveries/FMfp7ZAmD1ZCMoNbo1eXSt/resend"] {
        let fields = [("csrf", &*own_csrf), ("blocks", "6")];
        assert_eq!(other.post(&format!("{mine}{action}"), &fields).status, 404, "{action}");
    }
    assert_eq!(other.get(&mine).status, 404);
    assert_eq!(other.get(&desk.path("")).status, 404);
    assert_eq!(other.post(&desk.path("/create"), &[("csrf", &own_csrf), ("price", "1")]).status, 404);
    // Nor does a store of one's own show an invoice of another store.
    let csrf = csrf(&desk.page(""));
    for path in [through_neighbour, nobody, desk.path("/x")] {
        assert_eq!(desk.browser.get(&path).status, 404, "{path}");
        for action in ["/pay", "/mine", "/deliveries/FMfp7ZAmD1ZCMoNbo1eXSt/resend"] {
            let fields = [("csrf", &*csrf), ("blocks", "6")];
            assert_eq!(desk.browser.post(&format!("{path}{action}"), &fields).status, 404, "{path}{action}");
        }
    }
    assert_eq!(desk.shop.read(&id)["status"], "new");
    assert_eq!(desk.shop.get("/invoices").data().as_array().unwrap().len(), 1);
}
