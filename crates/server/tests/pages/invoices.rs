//! The list of a store's invoices: its filters, its pages.

use serde_json::json;

use super::desk::{Desk, link, listed, plain, value};
use super::{Shop, assert_nothing_inline, csrf, order, until};

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
        ("?archived=perhaps", ""),
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
    let chip = chip.filter(|href| href.contains("status=new")).find(|href| !href.contains("fter=")).unwrap();
    assert_eq!(listed(&desk.browser.get(&chip).body), made[..2], "{chip}");
}

#[test]
fn fifty_invoices_are_a_page() {
    let mut desk = Desk::open();
    let ids: Vec<String> = (0..51).map(|_| order(&desk.shop, &json!({}))).collect();
    let first = desk.page("");
    assert_eq!(listed(&first).len(), 50);
    assert!(first.contains("50 invoices on this page. Times are UTC."), "{first}");
    let last = desk.browser.get(&link(&first, "next").unwrap()).body;
    assert_eq!(listed(&last), ids[..1]);
    assert!(last.contains("1 invoice on this page") && link(&last, "next").is_none(), "{last}");
}

#[test]
fn a_page_stays_what_it_is_while_invoices_are_made() {
    let mut desk = Desk::open();
    let mut made: Vec<String> = (0..6).map(|_| order(&desk.shop, &json!({}))).collect();
    made.reverse();
    let first = desk.page("?limit=2");
    let second = link(&first, "next").unwrap();
    let html = desk.browser.get(&second).body;
    assert_eq!(listed(&html), made[2..4]);
    let newest = order(&desk.shop, &json!({}));
    assert_eq!(listed(&desk.browser.get(&second).body), made[2..4], "nothing moved on to it");
    // And back: to the next newer ones, and from there to all that is new.
    let back = desk.browser.get(&link(&html, "prev").unwrap()).body;
    assert_eq!(listed(&back), made[..2]);
    let top = desk.browser.get(&link(&back, "prev").unwrap()).body;
    assert_eq!(listed(&top), [newest, made[0].clone()], "a whole page, with the newest");
    assert!(link(&top, "prev").is_none(), "{top}");
    for lost in ["?after=x", "?before=1", "?after=99999999999999999999.1"] {
        let reply = desk.browser.get(&desk.path(lost));
        assert_eq!(reply.status, 400, "{lost}");
        assert!(reply.body.contains("Begin with the newest again."), "{}", reply.body);
    }
    let html = desk.page("?after=0.0");
    assert!(html.contains("Nothing is left here"), "{html}");
}

#[test]
fn prices_exceptions_and_buyers_narrow_the_list() {
    let mut desk = Desk::open();
    let shop = desk.shop.clone();
    let cheap = order(&shop, &json!({ "price": 9.99, "buyer": { "email": "Ann@Books.example" } }));
    let fair = order(&shop, &json!({ "price": 10, "currency": "BTC", "buyerEmail": "ann@books.example" }));
    let dear = order(&shop, &json!({ "price": 1000 }));
    desk.server.run(&["sandbox", "pay", &dear, "--amount", "0.0001"]);
    until("the part", || (shop.read(&dear)["exceptionStatus"] == "paidPartial").then_some(()));
    for (query, found) in [
        ("?priceFrom=9.99", vec![&dear, &fair, &cheap]),
        ("?priceFrom=10", vec![&dear, &fair]),
        ("?priceFrom=10&priceTo=10,00", vec![&fair]),
        ("?priceTo=9,99", vec![&cheap]),
        ("?currency=btc", vec![&fair]),
        ("?buyerEmail=ANN%40books.example", vec![&fair, &cheap]),
        ("?buyerEmail=ann%40books.example&currency=USD", vec![&cheap]),
        ("?exception=paidPartial", vec![&dear]),
        ("?exception=any&status=new", vec![&dear]),
        ("?exception=paidLate", vec![]),
    ] {
        let html = desk.page(query);
        assert_eq!(listed(&html).iter().collect::<Vec<_>>(), found, "{query}");
    }
    for (query, field, says) in [
        ("?priceFrom=twenty", "priceFrom", "Write an amount such as 12.50."),
        ("?priceTo=-1", "priceTo", "Write an amount such as 12.50."),
        ("?currency=DOGE", "currency", "Write the code of a currency, such as EUR."),
    ] {
        let reply = desk.browser.get(&desk.path(query));
        assert_eq!(reply.status, 400, "{query}");
        assert!(
            reply.body.contains(&format!("id=\"{field}-error\"")) && reply.body.contains(says),
            "{}",
            reply.body
        );
    }
}

/// The boxes of a list that can be ticked.
fn ticked<'a>(ids: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    ids.iter().map(|id| ("invoice", *id)).collect()
}

#[test]
fn what_is_ticked_goes_into_the_archive_and_out_of_it_and_nothing_else() {
    let mut desk = Desk::open();
    let ids: Vec<String> =
        (0..3).map(|n| order(&desk.shop, &json!({ "orderId": format!("A-{}", n % 2) }))).collect();
    let second = desk.server.practice_store("Second", &[]);
    let elsewhere = order(&Shop::paired(&desk.server, &second, "second"), &json!({}));
    let (list, action) = (desk.path("?orderId=A-0"), desk.path("/archive"));
    let sent =
        [ticked(&[&ids[0], &ids[0], &elsewhere]), vec![("back", "orderId=A-0&next=//evil.example")]].concat();
    let moved = desk.browser.fill(&list, &action, &sent).body;
    assert!(moved.contains("1 invoice put into the archive."), "{moved}");
    assert_eq!(listed(&moved), [ids[2].clone()], "the list by the same filter");
    assert_eq!(listed(&desk.page("?archived=true")), [ids[0].clone()]);
    let other = desk.browser.get(&format!("/stores/{second}/invoices")).body;
    assert_eq!(listed(&other), [elsewhere], "another store's stays where it is");

    let nothing = desk.browser.fill(&list, &action, &[("back", "orderId=A-0")]).body;
    assert!(nothing.contains("Nothing was ticked"), "{nothing}");
    let csrf_field = csrf(&desk.page(""));
    let bad = desk.browser.post(&action, &[("csrf", &csrf_field), ("invoice", &ids[1]), ("invoice", "x")]);
    assert_eq!(bad.status, 400);
    assert_eq!(desk.browser.post(&action, &[("invoice", &ids[1])]).status, 403, "no page of ours gave it");
    assert_eq!(listed(&desk.page("")).len(), 2);

    let sent = [ticked(&[&ids[0]]), vec![("out", "1"), ("back", "archived=true")]].concat();
    let html = desk.browser.fill(&desk.path("?archived=true"), &action, &sent).body;
    assert!(
        html.contains("1 invoice taken out of the archive.") && html.contains("The archive is empty"),
        "{html}"
    );
    assert_eq!(listed(&desk.page("")).len(), 3);
}

#[test]
fn a_filter_is_kept_under_a_name_by_one_user_for_one_store() {
    let mut desk = Desk::open();
    let (list, save, delete) =
        (desk.path("?status=new&orderId=A%26B"), desk.path("/views"), desk.path("/views/delete"));
    let query = "orderId=A%26B&status=new&after=1.1&limit=5&evil=1";
    let html = desk.browser.fill(&list, &save, &[("name", " \"><b>Mine "), ("query", query)]).body;
    assert!(html.contains("The view is saved.") && html.contains("&quot;&gt;&lt;b&gt;Mine"), "{html}");
    assert_nothing_inline(&html);
    let chip = html.split_once("aria-label=\"Saved views\"").expect("a chip").1;
    let to = plain(chip.split_once("href=\"").unwrap().1.split('"').next().unwrap());
    assert_eq!(to, desk.path("?status=new&orderId=A%26B"), "the filter alone, as it is written everywhere");
    assert!(chip.split('>').next().is_some() && html.contains("aria-current=\"true\""), "{html}");
    // Another store of theirs has views of its own.
    let second = desk.server.practice_store("Second", &[]);
    let other = desk.browser.get(&format!("/stores/{second}/invoices")).body;
    assert!(!other.contains("Saved views"), "{other}");
    // The name replaces what it was kept for.
    let html = desk.browser.fill(&list, &save, &[("name", "\"><b>Mine"), ("query", "status=paid")]).body;
    assert_eq!(html.matches("Delete<span").count(), 1, "{html}");
    for (fields, says) in [
        ([("name", ""), ("query", "status=new")], "1 to 40 characters"),
        ([("name", &*"x".repeat(41)), ("query", "status=new")], "1 to 40 characters"),
        ([("name", "a\u{202e}b"), ("query", "status=new")], "1 to 40 characters"),
        ([("name", "Everything"), ("query", "nothing=here")], "Filter the list first"),
        ([("name", "Long"), ("query", &*format!("orderId={}", "x".repeat(3000)))], "too long"),
    ] {
        let reply = desk.browser.fill(&list, &save, &fields);
        assert_eq!(reply.status, 400, "{fields:?}");
        assert!(reply.body.contains(says), "{}", reply.body);
    }
    for n in 1..20 {
        let (name, query) = (format!("View {n}"), format!("orderId={n}"));
        assert_eq!(desk.browser.fill(&list, &save, &[("name", &name), ("query", &query)]).status, 200, "{n}");
    }
    let full = desk.browser.fill(&list, &save, &[("name", "One more"), ("query", "orderId=x")]);
    assert_eq!(full.status, 400);
    assert!(full.body.contains("delete one first"), "{}", full.body);
    assert!(!desk.page("?orderId=other").contains("Save this view"), "there is no room for one");
    for none in ["View 70", "a\0b"] {
        let html = desk.browser.fill(&desk.path(""), &delete, &[("name", none)]).body;
        assert!(html.contains("There is no such view any more."), "{html}");
    }
    let html = desk.browser.fill(&desk.path(""), &delete, &[("name", "View 7")]).body;
    assert!(html.contains("The view is deleted.") && !html.contains(">View 7<"), "{html}");
    assert_eq!(desk.browser.post(&delete, &[("name", "View 8")]).status, 403);
    assert!(desk.page("").contains("View 8"));
}
