//! `GET /invoices`: every filter, as clients write them.

use serde_json::{Value, json};

use super::{House, refused};

fn ids(house: &House, query: &str) -> Vec<String> {
    let listed = house.shop.get(&format!("/invoices{query}"));
    let listed = listed.data();
    let listed = listed.as_array().unwrap().iter();
    listed.map(|invoice| invoice["id"].as_str().unwrap().to_owned()).collect()
}

/// The invoices of a list by the names that their item descriptions are.
fn names(house: &House, query: &str) -> Vec<String> {
    let listed = house.shop.get(&format!("/invoices{query}")).data();
    let listed = listed.as_array().unwrap().iter();
    listed.map(|invoice| invoice["itemDesc"].as_str().unwrap().to_owned()).collect()
}

fn make(house: &House, name: &str, more: Value) -> String {
    let mut body = json!({ "price": 10, "itemDesc": name });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    house.shop.invoice(&body)["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_list_is_of_one_store_and_newest_first() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    assert_eq!(house.shop.get("/invoices").body, r#"{"data":[]}"#);
    let mut made: Vec<_> = ["a", "b", "c", "d"].iter().map(|name| make(&house, name, json!({}))).collect();
    neighbour.invoice(&json!({ "price": 1 }));
    made.reverse();
    assert_eq!(ids(&house, ""), made);
    assert_eq!(ids(&house, "/"), made);
    for (query, expected) in [
        ("?limit=2", &made[..2]),
        ("?limit=2&offset=1", &made[1..3]),
        ("?offset=3", &made[3..]),
        ("?skip=3", &made[3..]),
        ("?offset=4", &[]),
        ("?limit=0", &[]),
        ("?limit=&offset=", &made[..]),
        ("?LIMIT=1", &made[..1]),
        ("?limit=1000000", &made[..]),
        ("?token=x&unknown=1", &made[..]),
    ] {
        assert_eq!(ids(&house, query), expected, "{query}");
    }
    assert_eq!(neighbour.get("/invoices").data().as_array().unwrap().len(), 1);
}

#[test]
fn statuses_are_asked_for_by_name() {
    let house = House::open();
    let complete = make(&house, "complete", json!({}));
    house.server.pay(&complete);
    house.shop.until_status(&complete, "paid");
    house.server.mine(5);
    let confirmed = make(&house, "confirmed", json!({}));
    house.server.pay(&confirmed);
    house.shop.until_status(&confirmed, "paid");
    house.server.mine(1);
    house.shop.until_status(&confirmed, "confirmed");
    house.shop.until_status(&complete, "complete");
    let paid = make(&house, "paid", json!({}));
    house.server.pay(&paid);
    house.shop.until_status(&paid, "paid");
    make(&house, "new", json!({}));

    for (status, expected) in [
        ("new", &["new"][..]),
        ("paid", &["paid"]),
        ("PAID", &["paid"]),
        ("processing", &["paid"]),
        ("confirmed", &["confirmed", "complete"]),
        ("settled", &["confirmed", "complete"]),
        ("complete", &["complete"]),
        ("expired", &[]),
        ("invalid", &[]),
        ("new,paid", &["new", "paid"]),
        ("complete,%20new", &["new", "complete"]),
        ("confirmed,complete", &["confirmed", "complete"]),
        ("new&status=complete", &["new", "complete"]),
        ("new,complete&limit=1", &["new"]),
        ("new,complete&limit=1&offset=1", &["complete"]),
        ("", &["new", "paid", "confirmed", "complete"]),
        ("nonsense", &["new", "paid", "confirmed", "complete"]),
    ] {
        assert_eq!(names(&house, &format!("?status={status}")), expected, "{status}");
    }
}

#[test]
fn orders_and_items_are_found_by_their_exact_text() {
    let house = House::open();
    make(&house, "1", json!({ "orderId": "A-1", "itemCode": "book" }));
    make(&house, "2", json!({ "orderId": 42, "itemCode": "book" }));
    make(&house, "3", json!({ "orderID": "a b/c+d%é'(!)*" }));
    make(&house, "4", json!({ "orderId": "A-1", "itemCode": "pen" }));
    for (query, expected) in [
        ("?orderId=A-1", &["4", "1"][..]),
        ("?orderID=A-1", &["4", "1"]),
        ("?orderid=A-1", &["4", "1"]),
        ("?orderId=a-1", &[]),
        ("?orderId=A", &[]),
        ("?orderId=%25", &[]),
        ("?orderId=42", &["2"]),
        ("?orderId=a+b%2Fc%2Bd%25%C3%A9%27(!)*", &["3"]),
        ("?orderId=a%20b/c%2Bd%25%C3%A9%27%28%21%29%2A", &["3"]),
        ("?itemCode=book", &["2", "1"]),
        ("?itemCode=book&orderId=A-1", &["1"]),
        ("?itemCode=book&status=new&limit=1", &["2"]),
        ("?itemCode=book&status=paid", &[]),
        ("?orderId=A-1&status=new,paid", &["4", "1"]),
        ("?orderId=&itemCode=", &["4", "3", "2", "1"]),
        ("?orderId=%27%20OR%201%3D1%20--", &[]),
    ] {
        assert_eq!(names(&house, query), expected, "{query}");
    }
}

#[test]
fn dates_bound_the_time_of_making() {
    let house = House::open();
    let made = house.twenty();
    let id = made["id"].as_str().unwrap();
    let at = house.shop.read(id)["invoiceTime"].as_i64().unwrap();
    let day = |days: i64, format: &str| {
        jiff::Timestamp::from_millisecond(at + days * 86_400_000).unwrap().strftime(format).to_string()
    };
    let found = [
        format!("?dateStart={}", day(0, "%m/%d/%Y")),
        format!("?dateStart={}", day(0, "%m%%2F%d%%2F%Y")),
        format!("?dateStart={}&dateEnd={}", day(0, "%Y-%m-%d"), day(0, "%Y-%m-%d")),
        format!("?dateStart={}&dateEnd={}", day(0, "%m/%d/%Y"), day(0, "%m/%d/%Y")),
        format!("?dateStart={}", day(0, "%Y-%-m-%-d")),
        format!("?dateStart={}", day(0, "%Y-%m-%dT00:00:00Z")),
        format!("?dateStart={}", day(0, "%Y-%m-%dT00:00:00.000%%2B00:00")),
        format!("?dateStart={at}"),
        format!("?dateEnd={}", at + 1000),
        "?dateStart=2014-08-01".to_owned(),
        "?dateStart=2014-8-1&dateEnd=12/31/2099".to_owned(),
        "?dateStart=&dateEnd=".to_owned(),
        format!("?datestart={}", day(-1, "%m/%d/%Y")),
    ];
    for query in found {
        assert_eq!(ids(&house, &query), [id], "{query}");
    }
    let missed = [
        format!("?dateStart={}", day(1, "%m/%d/%Y")),
        format!("?dateEnd={}", day(-1, "%m/%d/%Y")),
        format!("?dateEnd={}", day(-1, "%Y-%m-%d")),
        format!("?dateStart={}", at + 1000),
        format!("?dateEnd={}", at - 1),
        format!("?dateStart={}&dateEnd={}", day(1, "%Y-%m-%d"), day(-1, "%Y-%m-%d")),
        "?dateEnd=2014-08-01".to_owned(),
    ];
    for query in missed {
        assert_eq!(ids(&house, &query), [""; 0], "{query}");
    }
}

#[test]
fn filters_that_make_no_sense_are_refused_by_name() {
    let house = House::open();
    house.twenty();
    for (query, name) in [
        ("limit=abc", "'limit'"),
        ("limit=-1", "'limit'"),
        ("limit=1.5", "'limit'"),
        ("limit=99999999999999999999", "'limit'"),
        ("limit=%FF", "'limit'"),
        ("offset=abc", "'offset'"),
        ("offset=10001", "'offset'"),
        ("skip=abc", "'offset'"),
        ("dateStart=yesterday", "'dateStart'"),
        ("dateStart=2024-02-30", "'dateStart'"),
        ("dateStart=13/13/2024", "'dateStart'"),
        ("dateStart=%00", "'dateStart'"),
        ("dateStart=99999999999999999999", "'dateStart'"),
        ("dateEnd=tomorrow", "'dateEnd'"),
        ("dateEnd=99999-01-01", "'dateEnd'"),
        ("dateEnd=-1", "'dateEnd'"),
    ] {
        refused(&house.shop.get(&format!("/invoices?{query}")), 400, name, query);
    }
    for query in ["orderId=%FF%FE", "%FF=%FE", "orderId=%00", "&&=&==", "status=%FF", "orderId=%"] {
        assert_eq!(house.shop.get(&format!("/invoices?{query}")).status, 200, "{query}");
    }
}
