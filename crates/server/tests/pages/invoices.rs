//! The list of a store's invoices: its filters, its pages.

use serde_json::json;

use super::desk::{Desk, link, listed, plain, value};
use super::{assert_nothing_inline, order};

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
