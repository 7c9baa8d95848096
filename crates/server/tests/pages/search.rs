//! Search: what goes by a name leads there, from every page, in a user's own stores alone.

use serde_json::json;
use specie_testkit::http::Reply;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::desk::{Desk, last_part, plain};
use super::payer::{ADDRESS, Payer};
use super::{Browser, assert_nothing_inline, merchant, order};

const OTHER: &str = "other@shop.example";

fn find(browser: &mut Browser, typed: &str) -> Reply {
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let reply = browser.get(&format!("/search?q={query}"));
    assert_nothing_inline(&reply.body);
    reply
}

/// Where a name leads at once; none: what was found is listed.
fn leads(browser: &mut Browser, typed: &str) -> Option<String> {
    let reply = find(browser, typed);
    assert!(matches!(reply.status, 200 | 303), "{typed}: {}", reply.body);
    reply.header("location").map(str::to_owned)
}

/// The names of what is listed under a heading.
fn listed(html: &str, heading: &str) -> Vec<String> {
    let Some((_, part)) = html.split_once(&format!("<h2>{heading}</h2>")) else { return vec![] };
    let part = part.split("</section>").next().unwrap();
    let links = part.split("class=\"go\" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.map(|path| last_part(&plain(path))).collect()
}

#[test]
fn every_name_of_an_invoice_leads_to_it() {
    let mut desk = Desk::open();
    let shop = desk.shop.clone();
    let sold = json!({ "price": 12.5, "orderId": "A-2049", "buyerEmail": "Ann@Books.example" });
    let invoice = order(&shop, &sold);
    order(&shop, &json!({ "price": 13, "orderId": "A-2050", "buyerEmail": "bob@books.example" }));
    let txid = desk.server.pay(&invoice);
    let seen = shop.until_status(&invoice, "paid");
    let address = seen["bitcoinAddress"].as_str().expect("an address").to_owned();
    let to = desk.path(&format!("/{invoice}"));
    for typed in [
        invoice.clone(),
        format!(" {invoice} "),
        format!("{}/i/{invoice}?lang=de", desk.server.url()),
        "A-2049".to_owned(),
        address.clone(),
        address.to_uppercase(),
        format!("bitcoin:{address}?amount=0.1"),
        txid.clone(),
        "ann@books.example".to_owned(),
        "ANN@BOOKS.EXAMPLE".to_owned(),
    ] {
        assert_eq!(leads(&mut desk.browser, &typed), Some(to.clone()), "{typed}");
    }
    // What may be an amount, or begins an id, is listed: there may be others.
    for typed in [
        "12.50",
        "12,50",
        "12,50 USD",
        "$12.5",
        "USD 12.50",
        "0.00025 BTC",
        "0.00025",
        "25000 sats",
        &invoice[..8],
    ] {
        let reply = find(&mut desk.browser, typed);
        assert_eq!(reply.status, 200, "{typed}");
        assert!(listed(&reply.body, "Invoices").contains(&invoice), "{typed}: {}", reply.body);
    }
    for typed in ["12.51", "12.50 EUR", "a-2049", "A-204", &invoice[..5], "books.example", &txid[..10]] {
        let reply = find(&mut desk.browser, typed);
        assert!(reply.status == 200 && listed(&reply.body, "Invoices").is_empty(), "{typed}: {}", reply.body);
    }
    // In the archive it is found as ever.
    desk.act(&invoice, "archive", &[]);
    assert_eq!(leads(&mut desk.browser, "A-2049"), Some(to));
}

#[test]
fn a_refund_and_its_payout_are_found_by_address_and_transaction() {
    let mut desk = Desk::open();
    let Desk { server, store, shop, browser } = &mut desk;
    let mut payer = Payer { server, store, shop, owner: browser };
    let invoice = payer.complete(&json!({}));
    let sent = [("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC"), ("address", ADDRESS)];
    let refund = payer.refund(&invoice, &sent);
    assert_eq!(leads(payer.owner, ADDRESS), Some(payer.path(&format!("/refunds/{refund}"))));
    assert_eq!(leads(payer.owner, &refund), Some(payer.path(&format!("/refunds/{refund}"))));
    let payout = payer.payout(&[&refund]);
    assert_eq!(leads(payer.owner, &payout), Some(payer.path(&format!("/payouts/{payout}"))));
    let txid = built(payer.server);
    assert_eq!(leads(payer.owner, &txid), Some(payer.path(&format!("/payouts/{payout}"))));
    payer.practise(&payout);
    payer.server.mine(6);
    let html = until("the refund being paid", || {
        Some(find(payer.owner, &txid).body).filter(|html| !listed(html, "Refunds").is_empty())
    });
    assert_eq!((listed(&html, "Payouts"), listed(&html, "Refunds")), (vec![payout], vec![refund]), "{html}");
}

/// The id of the transaction that is built, as people read it.
fn built(server: &Server) -> String {
    let rows = server.sql().query("SELECT txid FROM spends", &[]);
    rows[0].bytes(0).iter().rev().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn nobody_finds_what_is_in_anothers_stores() {
    let mut desk = Desk::open();
    desk.server.create_user(OTHER);
    let new = ["store", "create", "--owner", OTHER, "--name", "Other shop", "--sandbox"];
    let theirs = desk.server.run(&new)["id"].as_str().unwrap().to_owned();
    let their_shop = Shop::paired(&desk.server, &theirs, "theirs");
    let same = json!({ "price": 12.5, "orderId": "A-1", "buyerEmail": "ann@books.example" });
    let (mine, their) = (order(&desk.shop, &same), order(&their_shop, &same));
    let (mut owner, mut other) = (merchant(&desk.server, OWNER), merchant(&desk.server, OTHER));
    for shared in ["A-1", "ann@books.example"] {
        let mine = format!("/stores/{}/invoices/{mine}", desk.store);
        let their = format!("/stores/{theirs}/invoices/{their}");
        assert_eq!(leads(&mut owner, shared), Some(mine), "{shared}");
        assert_eq!(leads(&mut other, shared), Some(their), "{shared}");
    }
    for amount in ["12.50", "12.50 USD"] {
        assert_eq!(
            listed(&find(&mut owner, amount).body, "Invoices"),
            std::slice::from_ref(&mine),
            "{amount}"
        );
        assert_eq!(
            listed(&find(&mut other, amount).body, "Invoices"),
            std::slice::from_ref(&their),
            "{amount}"
        );
    }
    let txid = desk.server.pay(&mine);
    let seen = desk.shop.until_status(&mine, "paid");
    let Desk { server, store, shop, browser } = &mut desk;
    let mut payer = Payer { server, store, shop, owner: browser };
    let complete = payer.complete(&json!({ "orderId": "mine alone" }));
    let sent = [("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC"), ("address", ADDRESS)];
    let refund = payer.refund(&complete, &sent);
    let payout = payer.payout(&[&refund]);
    let built = built(payer.server);
    let address = seen["bitcoinAddress"].as_str().unwrap();
    for secret in [
        mine.as_str(),
        &mine[..8],
        "mine alone",
        address,
        &txid,
        &complete,
        &refund,
        &payout,
        &built,
        ADDRESS,
        &desk.store,
        "Alder & Finch Books",
    ] {
        let reply = find(&mut other, secret);
        assert_eq!(reply.status, 200, "{secret}");
        let near = secret == &mine[..8];
        assert!(near || reply.body.contains("Nothing goes by that name"), "{secret}: {}", reply.body);
        let shown = reply.body.replace(&super::desk::plain(secret), "");
        assert!(!shown.contains(&desk.store) && !shown.contains(&mine), "{secret}: {shown}");
        assert!(
            find(&mut owner, secret).status == 303
                || !find(&mut owner, secret).body.contains("Nothing goes by")
        );
    }
}

#[test]
fn a_list_of_what_was_found_has_an_end_and_says_so() {
    let mut desk = Desk::open();
    let mut made: Vec<String> = (0..23)
        .map(|_| order(&desk.shop, &json!({ "orderId": "many", "buyerEmail": "a@b.example" })))
        .collect();
    made.reverse();
    for typed in ["many", "a@b.example", "20 USD"] {
        let html = find(&mut desk.browser, typed).body;
        assert_eq!(listed(&html, "Invoices"), made[..20], "{typed}");
        assert!(html.contains("And 3 other invoices"), "{typed}: {html}");
    }
    // An order that is called like an amount comes before what costs so much.
    let named = order(&desk.shop, &json!({ "price": 3, "orderId": "20" }));
    let html = find(&mut desk.browser, "20").body;
    assert_eq!(listed(&html, "Invoices")[..2], [named, made[0].clone()], "{html}");
}

#[test]
fn stores_and_pages_are_found_by_their_names() {
    let mut desk = Desk::open();
    let path = |rest: &str| Some(format!("/stores/{}{rest}", desk.store));
    let [new, wallet, settings, store, home] =
        ["/invoices/create", "/wallet", "/settings", "", "/invoices"].map(path);
    for (typed, to) in [
        ("new invoice", &new),
        ("New Invoice", &new),
        ("wallet", &wallet),
        ("store settings", &settings),
        ("alder & finch books", &store),
        ("invoices", &home),
        ("account", &Some("/account".to_owned())),
        ("switch store", &Some("/stores".to_owned())),
    ] {
        assert_eq!(leads(&mut desk.browser, typed), *to, "{typed}");
    }
    let html = find(&mut desk.browser, "alder").body;
    assert_eq!(listed(&html, "Stores"), [desk.store.clone()], "{html}");
    let second = desk.server.practice_store("Alder by the sea", &[]);
    let html = find(&mut desk.browser, "wallet").body;
    assert_eq!(listed(&html, "Pages"), ["wallet", "wallet"], "of two stores: {html}");
    assert!(html.contains(&second), "{html}");
    let html = find(&mut desk.browser, "Alder").body;
    assert_eq!(listed(&html, "Stores").len(), 2, "{html}");
}

#[test]
fn whatever_is_typed_is_answered_with_a_page() {
    let mut desk = Desk::open();
    let page = desk.browser.get("/search").body;
    assert!(page.contains("What are you looking for?"), "{page}");
    let long = "x".repeat(301);
    for (typed, says) in [
        ("   ", "What are you looking for?"),
        ("a\0b", "That cannot be looked for"),
        (&*long, "That cannot be looked for"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("\"><img src=x onerror=alert(1)>", "Nothing goes by that name"),
        ("' OR 1=1 --", "Nothing goes by that name"),
        ("%", "Nothing goes by that name"),
        ("_", "Nothing goes by that name"),
        ("\u{202e}abc", "Nothing goes by that name"),
        ("99999999999999999999999999999", "Nothing goes by that name"),
        ("zzzzzzzzzzzzzzzzzzzzzz", "Nothing goes by that name"),
        ("7".repeat(64).leak(), "Nothing goes by that name"),
    ] {
        let reply = find(&mut desk.browser, typed);
        assert_eq!(reply.status, 200, "{typed:?}");
        assert!(reply.body.contains(says), "{typed:?}: {}", reply.body);
    }
    // The field is on every page, and holds what was looked for.
    for path in ["/stores", "/account", &desk.path(""), "/search?q=tea"] {
        let html = desk.browser.get(path).body;
        assert!(html.contains("role=\"search\"") && html.contains("action=\"/search\""), "{path}");
    }
    assert_eq!(super::desk::value(&desk.browser.get("/search?q=two+%22teas%22").body, "q"), "two \"teas\"");
    let mut nobody = Browser::new(desk.server.url());
    assert_eq!(nobody.get("/search?q=A-1").header("location"), Some("/login?next=%2Fsearch%3Fq%3DA-1"));
}
