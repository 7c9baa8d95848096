//! Reports: what was sold, on a page and in a file.

use serde_json::json;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, merchant, order};

/// Two stores: one sold in two currencies, the other is named so that a spreadsheet would run it.
struct Sold {
    server: Server,
    browser: Browser,
    stores: [String; 2],
}

const NAME: &str = "=1+1,\"x\"";

impl Sold {
    fn open() -> Self {
        let (server, first) = Server::with_store(EXE);
        let second = server.practice_store(NAME, &[]);
        server.run(&["rates", "set", "--store", &first, "BTC_EUR", "40000"]);
        for (store, currencies) in [(&first, &["USD", "EUR"][..]), (&second, &["USD"])] {
            let shop = Shop::paired(&server, store, store);
            for currency in currencies {
                let id = order(&shop, &json!({ "price": "1234.5", "currency": currency }));
                server.pay(&id);
                shop.until_status(&id, "paid");
                server.mine(1);
                shop.until_status(&id, "confirmed");
            }
        }
        let browser = merchant(&server, OWNER);
        let mut sold = Self { server, browser, stores: [first, second] };
        until("all to be summed up", || (sold.page("").matches("<tr>").count() == 6).then_some(()));
        sold
    }

    fn page(&mut self, query: &str) -> String {
        let reply = self.browser.get(&format!("/reports{query}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    fn file(&mut self, query: &str) -> Vec<String> {
        let reply = self.browser.get(&format!("/reports.csv{query}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(reply.header("content-disposition").unwrap().starts_with("attachment; filename=\"sales-2"));
        reply.body.split_terminator("\r\n").map(str::to_owned).collect()
    }
}

#[test]
fn what_was_sold_is_listed_by_day_store_and_currency_with_its_totals() {
    let mut sold = Sold::open();
    let html = sold.page("");
    assert!(html.contains("in UTC"), "{html}");
    let foot = html.split("<tfoot>").nth(1).unwrap();
    for says in ["2,469.00", "1,234.50", "0.04938000", ">EUR<", ">USD<"] {
        assert!(foot.contains(says), "{says}: {foot}");
    }
    let lines = sold.file("");
    let today = lines[1].split(',').next().unwrap().to_owned();
    assert_eq!(today.len(), "2026-11-22".len());
    assert_eq!(
        lines,
        [
            "Day,Store,Currency,Sales,Amount,Received in BTC".to_owned(),
            format!("{today},Alder & Finch Books,EUR,1,1234.50,0.03086250"),
            format!("{today},Alder & Finch Books,USD,1,1234.50,0.02469000"),
            format!("{today},\"'=1+1,\"\"x\"\"\",USD,1,1234.50,0.02469000"),
            "Total,,EUR,1,1234.50,0.03086250".to_owned(),
            "Total,,USD,2,2469.00,0.04938000".to_owned(),
        ]
    );
    assert!(sold.file("?every=month")[1].starts_with(&format!("{},Alder", &today[..7])));
    let second = sold.stores[1].clone();
    assert_eq!(sold.file(&format!("?store={second}")).len(), 3);
    assert_eq!(sold.file("?currency=eur").len(), 3);
    assert_eq!(sold.file(&format!("?from={today}&to={today}")).len(), 6);
    let html = sold.page("?from=2020-01-01&to=2020-12-31");
    assert!(html.contains("Nothing was sold then"), "{html}");
    assert_eq!(sold.file("?from=2020-01-01&to=2020-12-31").len(), 1);
}

#[test]
fn what_makes_no_sense_is_said_at_its_field() {
    let mut sold = Sold::open();
    for (query, says) in [
        ("?from=yesterday", "Write a day as 2026-11-30."),
        ("?from=2026-1-1", "Write a day as 2026-11-30."),
        ("?from=2026-11-22&to=2026-11-21", "The last day is before the first."),
        ("?currency=XYZ1", "id=\"currency-error\""),
        ("?from=%22%3E%3Cscript%3E", "&quot;&gt;&lt;script&gt;"),
    ] {
        let reply = sold.browser.get(&format!("/reports{query}"));
        assert_eq!(reply.status, 400, "{query}");
        assert!(reply.body.contains(says), "{query}: {}", reply.body);
        assert_nothing_inline(&reply.body);
        assert_eq!(sold.browser.get(&format!("/reports.csv{query}")).status, 400, "{query}");
    }
    let far = sold.page("?from=-009999-01-01&to=9999-12-31");
    assert!(far.contains("<tfoot>"), "{far}");
}

#[test]
fn nobody_reads_of_anothers_store() {
    let mut sold = Sold::open();
    sold.server.create_user("other@shop.example");
    let mut other = merchant(&sold.server, "other@shop.example");
    let own =
        sold.server.run(&["store", "create", "--owner", "other@shop.example", "--name", "Own", "--sandbox"]);
    let html = other.open("/reports").body;
    assert!(html.contains("Nothing was sold then") && !html.contains("Alder"), "{html}");
    assert!(html.contains(own["id"].as_str().unwrap()), "{html}");
    let theirs = sold.stores[0].clone();
    for path in [format!("/reports?store={theirs}"), format!("/reports.csv?store={theirs}")] {
        assert_eq!(other.get(&path).status, 404, "{path}");
        assert_eq!(sold.browser.get(&path).status, 200, "{path}");
    }
    assert_eq!(sold.browser.get("/reports?store=x").status, 404);
}
