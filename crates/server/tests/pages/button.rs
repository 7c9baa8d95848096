//! The pay button: what it makes, what it refuses, and what of its path is the panel's.

use serde_json::{Value, json};
use specie_testkit::http::{Reply, send};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, merchant};

const PATH: &str = "/api/v1/invoices";

/// A server whose proxy says who asks, with a store and a client of it.
struct Street {
    server: Server,
    store: String,
    shop: Shop,
}

impl Street {
    fn open(more: &[&str]) -> Self {
        let server = Server::start_with(EXE, &["--trusted-proxy", "127.0.0.1"]);
        server.create_user(OWNER);
        let store = server.practice_store("Alder & Finch Books", more);
        let shop = Shop::paired(&server, &store, "shop");
        Self { server, store, shop }
    }

    /// With a store that lets anyone make invoices.
    fn of_anyone() -> Self {
        Self::open(&["--anyone-can-create"])
    }

    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        send(method, &format!("{}{target}", self.server.url()), headers, body.as_bytes())
    }

    /// Presses a button, as somebody else each time.
    fn press(&self, fields: &[(&str, &str)]) -> Reply {
        self.press_from(&somebody(), fields)
    }

    fn press_from(&self, from: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", from)];
        self.send("POST", PATH, &headers, &encoded(fields))
    }

    fn follow(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let from = somebody();
        let headers = [headers, &[("x-forwarded-for", from.as_str())]].concat();
        self.send("GET", &format!("{PATH}?{}", encoded(fields)), &headers, "")
    }

    /// What the store sees of the invoice whose checkout an answer leads to.
    fn invoice(&self, reply: &Reply) -> Value {
        assert_eq!(reply.status, 302, "{}", reply.body);
        let to = reply.header("location").unwrap();
        let path = to.strip_prefix(self.server.url()).unwrap();
        self.shop.read(path.trim_start_matches("/i/").split('?').next().unwrap())
    }

    fn invoices(&self) -> i64 {
        self.server.sql().query("SELECT count(*) FROM invoices", &[])[0].integer(0)
    }

    /// The fields of a button that the generator signed.
    fn signed(&self, owner: &mut Browser, choices: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = owner.open(&format!("/stores/{}/button?{}", self.store, encoded(choices))).body;
        let text = page.split_once("<code id=\"snippet\">").unwrap_or_else(|| panic!("{page}")).1;
        let html = plain(text.split("</code>").next().unwrap());
        let inputs = html.split("type=\"hidden\" name=\"").skip(1).map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), plain(rest.split('"').next().unwrap()))
        });
        inputs.collect()
    }
}

/// An address that nobody had before.
fn somebody() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0x0a00_0001);
    std::net::Ipv4Addr::from_bits(NEXT.fetch_add(1, Ordering::Relaxed)).to_string()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// HTML as the text that it stands for.
fn plain(html: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

#[test]
fn a_button_makes_an_invoice_in_every_form_and_leads_to_its_checkout() {
    let street = Street::of_anyone();
    let receiver = Receiver::start();
    let ipn = receiver.url("/ipn");
    let fields = [
        ("storeId", street.store.as_str()),
        ("price", "20.50"),
        ("currency", "EUR"),
        ("checkoutDesc", "Two <books>"),
        ("orderId", "A-1"),
        ("serverIpn", &ipn),
        ("browserRedirect", "https://shop.example/thanks?order={OrderId}"),
        ("notifyEmail", "ann@shop.example"),
        ("defaultPaymentMethod", "BTC-LN"),
        ("submit.x", "17"),
    ];
    let from = somebody();
    let headers = [("content-type", "multipart/form-data; boundary=xyz"), ("x-forwarded-for", from.as_str())];
    let parts = fields.map(|(name, text)| {
        format!("--xyz\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    });
    let multipart = street.send("POST", PATH, &headers, &format!("{}--xyz--\r\n", parts.concat()));
    let by_query = street.send(
        "POST",
        &format!("{PATH}?{}", encoded(&fields)),
        &[("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", &somebody())],
        "",
    );
    for reply in [street.press(&fields), street.follow(&fields, &[]), multipart, by_query] {
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("x-robots-tag"), Some("noindex, nofollow"));
        assert_eq!(reply.header("cache-control"), Some("no-cache, private"));
        let invoice = street.invoice(&reply);
        assert_eq!((&invoice["price"], &invoice["currency"]), (&json!(20.5), &json!("EUR")));
        assert_eq!((&invoice["orderId"], &invoice["itemDesc"]), (&json!("A-1"), &json!("Two <books>")));
        assert_eq!(invoice["status"], "new");
    }
    // All notifications are sent.
    let id = street.invoice(&street.press(&fields))["id"].as_str().unwrap().to_owned();
    // Nobody has wanted to pay yet: none of the wallet's addresses is used up.
    assert_eq!(street.shop.read(&id)["bitcoinAddress"], Value::Null);
    assert_eq!(street.server.sql().query("SELECT count(*) FROM scripts", &[])[0].integer(0), 0);
    let open = format!("/i/{id}/open?view=modal");
    let page = street.send("GET", &format!("/i/{id}?view=modal"), &[], "").body;
    assert!(page.contains(&format!("action=\"{open}\"")) && !page.contains("bitcoin:"), "{page}");
    let opened = street.send("POST", &open, &[], "");
    assert_eq!((opened.status, opened.header("location")), (303, Some(&*format!("/i/{id}?view=modal"))));
    assert!(street.send("GET", &format!("/i/{id}"), &[], "").body.contains("href=\"bitcoin:"));
    street.server.pay(&id);
    receiver.wait_for(1);
    assert!(receiver.bodies().iter().any(|body| body.to_string().contains(&id)));
}

#[test]
fn a_script_gets_json_and_no_price_takes_any_amount() {
    let street = Street::of_anyone();
    let reply = street.press(&[("storeid", &street.store), ("jsonResponse", "true")]);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let made = reply.json();
    let id = made["invoiceId"].as_str().unwrap();
    assert_eq!(made, json!({ "invoiceId": id, "invoiceUrl": format!("{}/i/{id}", street.server.url()) }));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let invoice = street.shop.read(id);
    assert_eq!((&invoice["price"], &invoice["currency"]), (&json!(0.0), &json!("USD")));
    let asked = street.send(
        "OPTIONS",
        PATH,
        &[
            ("origin", "https://shop.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "x-requested-with"),
        ],
        "",
    );
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, Some("*")));
}

#[test]
fn words_for_the_checkouts_address_are_added_and_nothing_else_comes_of_them() {
    let street = Street::of_anyone();
    for (words, added) in [
        ("lang=fr&view=modal", "?lang=fr&view=modal"),
        ("?lang=fr", "?lang=fr"),
        ("\r\nset-cookie: a=b", "?%0D%0Aset-cookie%3A+a=b"),
        ("#/../../evil", "?%23%2F..%2F..%2Fevil="),
        ("", ""),
    ] {
        let reply =
            street.press(&[("storeId", &street.store), ("price", "1"), ("checkoutQueryString", words)]);
        let to = reply.header("location").unwrap_or_else(|| panic!("{words}: {}", reply.body));
        let id = street.invoice(&reply)["id"].as_str().unwrap().to_owned();
        assert_eq!(to, format!("{}/i/{id}{added}", street.server.url()), "{words:?}");
        assert_eq!(reply.header("set-cookie"), None);
    }
}

#[test]
fn what_makes_no_sense_is_refused_by_name_to_scripts_and_in_words_to_people() {
    let street = Street::of_anyone();
    let closed = street.server.practice_store("Closed", &[]);
    let store = street.store.as_str();
    for (fields, field, why, words) in [
        (
            vec![("storeId", "FMfp7ZAmD1ZCMoNbo1eXSt")],
            "Store",
            "Invalid store",
            "The shop of this button was not found",
        ),
        (vec![("storeId", "x")], "Store", "Invalid store", "The shop of this button was not found"),
        (
            vec![("storeId", &*closed)],
            "Store",
            "Store has not enabled Pay Button",
            "does not take payments through this button",
        ),
        (
            vec![("storeId", store), ("price", "0")],
            "Price",
            "Price must be greater than 0",
            "has to be a number above zero",
        ),
        (
            vec![("storeId", store), ("price", "-3")],
            "Price",
            "Price must be greater than 0",
            "has to be a number above zero",
        ),
        (
            vec![("storeId", store), ("price", "<b>")],
            "Price",
            "Price must be greater than 0",
            "has to be a number above zero",
        ),
        (vec![("storeId", store), ("currency", "<b>")], "Currency", "Unknown currency", "not set up right"),
        (
            vec![("storeId", store), ("serverIpn", "file:///etc/passwd")],
            "ServerIpn",
            "not a valid http",
            "not set up right",
        ),
        (
            vec![("storeId", store), ("browserRedirect", "javascript:alert(1)")],
            "BrowserRedirect",
            "not a valid http",
            "not set up right",
        ),
        (
            vec![("storeId", store), ("buttonToken", "all-00")],
            "ButtonToken",
            "no longer valid",
            "This button was changed",
        ),
        // No store on the practice chain knows what one is worth.
        (
            vec![("storeId", store), ("price", "1"), ("currency", "XOF")],
            "Store",
            "",
            "cannot take a payment at the moment",
        ),
    ] {
        let page = street.press(&fields);
        assert_eq!(page.status, 200, "{fields:?}");
        assert!(page.body.contains("<title>This payment cannot be started"), "{fields:?}: {}", page.body);
        assert!(page.body.contains(words), "{fields:?}: {}", page.body);
        super::assert_nothing_inline(&page.body);
        let json = street.press(&[&fields[..], &[("jsonResponse", "true")]].concat());
        assert_eq!(json.status, 400, "{fields:?}: {}", json.body);
        let said = json.json();
        let [said] = &said[field].as_array().unwrap_or_else(|| panic!("{fields:?}: {said}"))[..] else {
            panic!("{said}")
        };
        assert!(said.as_str().unwrap().contains(why), "{fields:?}: {said}");
    }
    assert_eq!(street.invoices(), 0);
    let long = "x".repeat(70_000);
    let refused = street.press(&[("storeId", store), ("orderId", &long)]);
    // What was not read is in the way of the next request.
    assert_eq!((refused.status, refused.header("connection")), (413, Some("close")));
    let headers = [("content-type", "multipart/form-data"), ("x-forwarded-for", &*somebody())];
    assert_eq!(street.send("POST", PATH, &headers, "no boundary").status, 400);
    assert_eq!(street.invoices(), 0);
}

#[test]
fn what_is_no_button_is_the_panels_as_ever() {
    let street = Street::of_anyone();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let fields = encoded(&[("storeId", &street.store), ("price", "1")]);
    let target = format!("{PATH}?{fields}");
    for (method, target, headers, body) in [
        ("GET", PATH, vec![], ""),
        ("HEAD", target.as_str(), vec![], ""),
        ("DELETE", target.as_str(), vec![], ""),
        ("PUT", PATH, vec![form], fields.as_str()),
        ("GET", target.as_str(), vec![("authorization", "Bearer x")], ""),
        ("GET", target.as_str(), vec![("authorization", "token x")], ""),
        ("POST", PATH, vec![form, ("authorization", "token x")], fields.as_str()),
        ("POST", PATH, vec![("content-type", "application/json")], r#"{"storeId":"x"}"#),
        ("POST", PATH, vec![], ""),
    ] {
        let reply = street.send(method, target, &headers, body);
        assert_eq!(reply.status, 404, "{method} {target} {headers:?}");
        if method != "HEAD" {
            assert_eq!(reply.json(), json!({ "message": "Not found." }), "{method} {target} {headers:?}");
        }
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("cache-control"), Some("no-cache, private"));
    }
    for ahead in [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "prefetch")] {
        assert_eq!(street.follow(&[("storeId", &street.store)], &[ahead]).status, 503, "{ahead:?}");
    }
    assert_eq!(street.invoices(), 0);
    let known = street.send("GET", "/api/v1/invoices/1", &[], "");
    assert_eq!(
        (known.status, known.json()["message"].clone()),
        (401, json!("Unauthenticated. Invalid API Key."))
    );
}

#[test]
fn nobody_presses_without_end() {
    let street = Street::of_anyone();
    let fields = [("storeId", street.store.as_str()), ("price", "1")];
    let from = somebody();
    let link = format!("{PATH}?{}", encoded(&fields));
    for press in 0..10 {
        let reply = match press % 2 {
            0 => street.press_from(&from, &fields),
            _ => street.send("GET", &link, &[("x-forwarded-for", &from)], ""),
        };
        assert_eq!(reply.status, 302, "{press}: {}", reply.body);
    }
    let page = street.press_from(&from, &fields);
    assert_eq!((page.status, page.header("retry-after")), (429, Some("60")));
    assert!(page.body.contains("Too many payments were started"), "{}", page.body);
    assert_eq!(street.send("GET", &link, &[("x-forwarded-for", &from)], "").status, 429);
    let json = street.press_from(&from, &[fields[0], ("jsonResponse", "true")]);
    assert_eq!((json.status, json.header("retry-after")), (429, Some("60")));
    assert!(json.json()["Store"][0].as_str().unwrap().contains("Too many requests"), "{}", json.body);
    // Those who only try have the same few attempts.
    let other = somebody();
    let wrong = [("storeId", "x")];
    let tried = (0..20).filter(|_| street.press_from(&other, &wrong).status == 200).count();
    assert_eq!(tried, 10);
    assert_eq!(street.press(&fields).status, 302, "others go on");
}

#[test]
fn a_signed_button_works_where_strangers_make_nothing_and_cannot_be_altered() {
    let street = Street::open(&[]);
    let mut owner = merchant(&street.server, OWNER);
    let choices = [
        ("price", "20"),
        ("currency", "EUR"),
        ("checkoutDesc", "Two \"books\" & <tea>"),
        ("orderId", "A-1"),
        ("serverIpn", "https://shop.example/ipn"),
        ("browserRedirect", "https://shop.example/thanks"),
    ];
    let signed = street.signed(&mut owner, &choices);
    let fields = borrowed(&signed);
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.first(), Some(&"storeId"));
    assert_eq!(names.last(), Some(&"buttonToken"));
    let invoice = street.invoice(&street.press(&fields));
    assert_eq!((&invoice["price"], &invoice["currency"]), (&json!(20.0), &json!("EUR")));
    assert_eq!(invoice["itemDesc"], "Two \"books\" & <tea>");
    assert_eq!(street.press(&[&fields[..], &[("jsonResponse", "true")]].concat()).status, 200);
    assert_eq!(street.follow(&fields, &[]).status, 302, "the same by a link");

    let before = street.invoices();
    let other = street.server.practice_store("Other", &[]);
    for (i, (name, _)) in fields.iter().enumerate() {
        let changed = match *name {
            "storeId" => other.as_str(),
            "price" => "1",
            "currency" => "USD",
            "serverIpn" | "browserRedirect" => "https://evil.example/",
            _ => "all-changed",
        };
        let mut altered = fields.clone();
        altered[i].1 = changed;
        let mut without = fields.clone();
        without.remove(i);
        for fields in [altered, without] {
            let reply = street.press(&fields);
            assert_eq!(reply.status, 200, "{name}");
            assert!(reply.body.contains("This payment cannot be started"), "{name}: {}", reply.body);
        }
    }
    for added in [
        ("notifyEmail", "eve@evil.example"),
        ("checkoutQueryString", "lang=fr"),
        ("defaultPaymentMethod", "BTC"),
    ] {
        let reply = street.press(&[&fields[..], &[added]].concat());
        assert!(reply.body.contains("This button was changed"), "{added:?}: {}", reply.body);
    }
    // Of two of one name the first counts, and it is the one that is looked at.
    let twice = street.press(&[&[("price", "1")][..], &fields].concat());
    assert!(twice.body.contains("This button was changed"), "{}", twice.body);
    assert_eq!(street.invoices(), before);
}

#[test]
fn a_signed_button_leaves_what_it_says_and_nothing_else() {
    let street = Street::open(&[]);
    let mut owner = merchant(&street.server, OWNER);
    let signed = street.signed(&mut owner, &[("open_order", "1"), ("checkoutDesc", "Tea")]);
    let mut fields = borrowed(&signed);
    assert!(fields.contains(&("orderId", "ORDER")), "{fields:?}");
    fields.retain(|(name, _)| *name != "orderId");
    for (price, order) in [("3.50", "A-1"), ("700", "A-2"), ("", "")] {
        let invoice =
            street.invoice(&street.press(&[&fields[..], &[("price", price), ("orderId", order)]].concat()));
        assert_eq!(invoice["orderId"], if order.is_empty() { Value::Null } else { json!(order) });
    }
    let zero = street.press(&[&fields[..], &[("price", "0")]].concat());
    assert!(zero.body.contains("has to be a number above zero"), "{}", zero.body);
    let fixed = street.signed(&mut owner, &[("price", "20")]);
    let claimed: Vec<(String, String)> = fixed
        .into_iter()
        .map(|(name, text)| match name.as_str() {
            "price" => (name, "1".to_owned()),
            "buttonToken" => (name, text.replace("all-", "price-")),
            _ => (name, text),
        })
        .collect();
    assert!(street.press(&borrowed(&claimed)).body.contains("This button was changed"));
}

#[test]
fn withdrawn_buttons_stop_working_and_saved_settings_do_not_bring_them_back() {
    let street = Street::open(&[]);
    let mut owner = merchant(&street.server, OWNER);
    let old = street.signed(&mut owner, &[("price", "20")]);
    assert_eq!(street.press(&borrowed(&old)).status, 302);
    let page = format!("/stores/{}/button/revoke", street.store);
    let asked = owner.open(&page).body;
    assert!(asked.contains("Withdraw all signed buttons?"), "{asked}");
    assert_eq!(street.press(&borrowed(&old)).status, 302, "it was only asked");
    let done = owner.fill(&page, &page, &[]).body;
    assert!(done.contains("The signed buttons are withdrawn."), "{done}");
    assert!(street.press(&borrowed(&old)).body.contains("This button was changed"));
    let settings = format!("/stores/{}/settings", street.store);
    let saved = owner.fill(
        &settings,
        &settings,
        &[
            ("name", "Books"),
            ("currency", "USD"),
            ("speed", "medium"),
            ("expiry", "15"),
            ("tolerance", "0"),
            ("monitoring", "60"),
            ("limit", "0.01"),
        ],
    );
    assert!(saved.body.contains("The settings are saved."), "{}", saved.body);
    assert!(street.press(&borrowed(&old)).body.contains("This button was changed"));
    let new = street.signed(&mut owner, &[("price", "20")]);
    assert_eq!(street.press(&borrowed(&new)).status, 302);
}

#[test]
fn the_generator_says_what_is_wrong_and_gives_every_kind() {
    let street = Street::open(&[]);
    let mut owner = merchant(&street.server, OWNER);
    let path = format!("/stores/{}/button", street.store);
    for (query, says, gives) in [
        ("", "Your button", "&lt;form method="),
        ("kind=modal&price=2", "/modal/btcpay.js", "appendInvoiceFrame"),
        ("kind=link&price=2", "rel=&quot;nofollow&quot;", "&lt;a href="),
        ("price=0", "A price is a number above zero", ""),
        ("currency=DOGE", "A currency is a code", ""),
        ("browserRedirect=data:text/html,x", "An address begins with", ""),
        ("signed=no&price=2", "works only while", "&lt;form method="),
        ("words=%3Cscript%3Ealert(1)%3C/script%3E&size=x&style=y&kind=z", "Your button", "&amp;lt;script"),
    ] {
        let page = owner.open(&format!("{path}?{query}"));
        assert_eq!(page.status, 200, "{query}");
        assert!(page.body.contains(says) && page.body.contains(gives), "{query}: {}", page.body);
        assert_eq!(page.body.contains("id=\"snippet\""), !gives.is_empty(), "{query}");
        super::assert_nothing_inline(&page.body);
    }
    let unsigned = street.signed(&mut owner, &[("signed", "no"), ("price", "2")]);
    assert!(unsigned.iter().all(|(name, _)| name != "buttonToken"));
}
