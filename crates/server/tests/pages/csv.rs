//! The list as a file for spreadsheets.

use serde_json::json;

use super::desk::{Desk, link, listed};
use super::{Browser, order};

/// The cells of a file's lines, as RFC 4180 reads them.
fn read(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (vec![], vec![], String::new());
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(rest.next(), Some('\n'), "a line ends in CR LF");
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && line.is_empty(), "it ends with a line: {text}");
    lines
}

/// All pages of a list, one after the other.
fn pages(browser: &mut Browser, path: &str) -> Vec<String> {
    let (mut all, mut path) = (vec![], path.to_owned());
    loop {
        let html = browser.get(&path).body;
        all.extend(listed(&html));
        match link(&html, "next") {
            Some(next) => path = next,
            None => return all,
        }
    }
}

#[test]
fn the_file_has_just_the_invoices_that_the_list_shows() {
    let mut desk = Desk::open();
    let shop = desk.shop.clone();
    for (price, currency, number, item) in [
        (20, "USD", "A-1", "tea"),
        (5, "BTC", "A-2", "tea"),
        (20, "USD", "A-1", "cup"),
        (7, "USD", "ü &=+", "tea"),
    ] {
        order(&shop, &json!({ "price": price, "currency": currency, "orderId": number, "itemCode": item }));
    }
    let paid = order(&shop, &json!({ "price": 20.5, "orderId": "A-3", "buyerEmail": "ann@books.example" }));
    let txid = desk.server.pay(&paid);
    shop.until_status(&paid, "paid");
    desk.act(&order(&shop, &json!({})), "archive", &[]);
    for query in [
        "",
        "?status=new",
        "?orderId=A-1",
        "?orderId=%C3%BC+%26%3D%2B",
        "?itemCode=tea&status=new",
        "?priceFrom=10&priceTo=20.50",
        "?currency=BTC",
        "?buyerEmail=ANN%40books.example",
        "?archived=true",
        "?dateStart=2999-01-01",
        "?exception=any",
        "?limit=2",
    ] {
        let list = desk.path(query);
        let shown = pages(&mut desk.browser, &list);
        let reply = desk.browser.get(&desk.path(&format!(".csv{query}")));
        assert_eq!(reply.status, 200, "{query}");
        let lines = read(&reply.body);
        let ids: Vec<&str> = lines[1..].iter().map(|line| line[0].as_str()).collect();
        assert_eq!(ids, shown, "{query}");
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{query}");
    }
    let file = desk.browser.get(&desk.path(".csv?status=paid"));
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = file.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment; filename=\"invoices-1-2") && name.ends_with(".csv\""), "{name}");
    let lines = read(&file.body);
    let cell = |name: &str| lines[1][lines[0].iter().position(|head| head == name).expect(name)].as_str();
    assert_eq!(cell("invoice"), paid);
    assert_eq!(
        (cell("price"), cell("currency"), cell("status"), cell("exception")),
        ("20.50", "USD", "paid", "")
    );
    assert_eq!(
        (cell("order_id"), cell("buyer_email"), cell("archived")),
        ("A-3", "ann@books.example", "false")
    );
    assert_eq!((cell("due_btc"), cell("paid_btc")), ("0.00041000", "0.00041000"), "20.50 of 50,000");
    assert_eq!(cell("transactions"), txid);
    assert!(cell("created_at").ends_with('Z') && cell("created_at").contains('T'), "{}", cell("created_at"));
    let refused = desk.browser.get(&desk.path(".csv?priceFrom=twenty"));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("<h1"), "a person reads it: {}", refused.body);
}

#[test]
fn no_cell_is_a_formula_or_breaks_out_of_its_line() {
    let mut desk = Desk::open();
    let evil = [
        "=HYPERLINK(\"http://evil.example\",\"Click\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1+1)",
        "\t=1",
        "\r=1",
        "a,b\"c\r\nd",
        "ünïcödé 元",
    ];
    for text in evil {
        let buyer = json!({ "orderId": text, "itemDesc": text, "itemCode": text, "buyer": { "name": text, "email": text } });
        order(&desk.shop, &buyer);
    }
    let lines = read(&desk.browser.get(&desk.path(".csv")).body);
    assert_eq!(lines.len(), evil.len() + 1);
    for (line, text) in lines[1..].iter().rev().zip(evil) {
        let safe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{text}")
        } else {
            text.to_owned()
        };
        assert_eq!(line[11..16], [&*safe; 5].map(str::to_owned), "{text:?}");
    }
    assert!(lines.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
}

#[test]
fn a_long_list_is_a_whole_file() {
    let mut desk = Desk::open();
    // More than is read at a time.
    let mut made: Vec<String> = (0..205).map(|_| order(&desk.shop, &json!({}))).collect();
    made.reverse();
    let lines = read(&desk.browser.get(&desk.path(".csv")).body);
    let ids: Vec<&str> = lines[1..].iter().map(|line| line[0].as_str()).collect();
    assert_eq!(ids, made);
}
