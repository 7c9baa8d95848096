//! Lists: page after page, newest first, and narrowed.

use serde_json::{Value, json};

use super::{House, public_id, refused};

fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

/// Every page from a path on, as `links.next` leads.
fn pages(house: &House, path: &str) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    let mut path = path.to_owned();
    // More than any list here has.
    for _ in 0..10 {
        let reply = house.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let page = reply.json();
        assert_eq!(page["success"], true);
        all.push(ids(&page));
        let Some(next) = page["links"]["next"].as_str() else {
            assert_eq!(page["meta"]["next_cursor"], Value::Null);
            return all;
        };
        assert!(next.contains(page["meta"]["next_cursor"].as_str().unwrap()), "{next}");
        next.strip_prefix(&format!("{}/api/v1", house.server.url())).unwrap().clone_into(&mut path);
    }
    panic!("there is always another page: {all:?}");
}

#[test]
fn pages_cover_a_list_without_gap_or_overlap_whatever_comes_in_meanwhile() {
    let house = House::open();
    for _ in 0..5 {
        house.twenty();
    }
    assert_eq!(pages(&house, "/stores/1/invoices?per_page=2"), [vec![5, 4], vec![3, 2], vec![1]]);
    assert_eq!(pages(&house, "/stores/1/invoices?per_page=5"), [vec![5, 4, 3, 2, 1]]);
    let first = house.get("/stores/1/invoices?per_page=2").json();
    house.twenty();
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let second = house.get(&format!("/stores/1/invoices?per_page=2&cursor={cursor}")).json();
    assert_eq!(ids(&second), [3, 2], "what came in is before the first page");
    assert_eq!(first["meta"]["per_page"], 2);
    // Two that were made in the same moment are told apart by their number.
    assert_eq!(house.server.sql().execute("UPDATE invoices SET created_at = 1700000000000", &[]), 6);
    assert_eq!(pages(&house, "/stores/1/invoices?per_page=4"), [vec![6, 5, 4, 3], vec![2, 1]]);
}

#[test]
fn stores_are_listed_page_after_page() {
    let house = House::open();
    house.neighbour();
    for name in ["Third", "Fourth"] {
        house.server.practice_store(name, &["--website", "https://shop.example"]);
    }
    assert_eq!(pages(&house, "/stores?per_page=2"), [vec![4, 3], vec![1]]);
    let store = house.get("/stores/4").json()["data"].clone();
    assert_eq!((&store["name"], &store["website"]), (&json!("Fourth"), &json!("https://shop.example")));
    assert_eq!((&store["status"], &store["wallet"]), (&json!("active"), &json!("configured")));
}

#[test]
fn filters_narrow_a_list() {
    let house = House::open();
    let made: Vec<Value> = ["A", "B", "A"]
        .iter()
        .map(|order| house.invoice(&json!({ "amount": 20, "currency": "USD", "order_id": order })))
        .collect();
    house.server.pay(public_id(&made[0]));
    house.until_status(&json!(1), "paid");
    let mut sql = house.server.sql();
    let day = 1_706_659_200_000_i64; // 2024-01-31
    assert_eq!(sql.execute(&format!("UPDATE invoices SET created_at = {day} WHERE number = 2"), &[]), 1);
    let id = public_id(&made[1]).to_owned();
    for (query, expected) in [
        ("", vec![3, 1, 2]),
        ("status=paid", vec![1]),
        ("status=new", vec![3, 2]),
        ("status=invalid", vec![]),
        ("order_id=A", vec![3, 1]),
        ("order_id=A&status=new", vec![3]),
        ("order_id=a", vec![]),
        ("to=2024-01-31", vec![2]),
        ("from=2024-01-31&to=2024-01-31", vec![2]),
        ("from=2024-02-01", vec![3, 1]),
        ("from=2024-01-31T00:00:00.001Z&order_id=B", vec![]),
        ("search=INV-000003", vec![3]),
        ("search=2", vec![2]),
        ("search=B", vec![2]),
        ("search=A&status=paid", vec![1]),
        (&*format!("search={id}"), vec![2]),
        ("search=nothing", vec![]),
        ("search=%25", vec![]),
        ("unknown=1", vec![3, 1, 2]),
    ] {
        let page = house.get(&format!("/stores/1/invoices?{query}")).json();
        assert_eq!(ids(&page), expected, "{query}");
    }
    let next = pages(&house, "/stores/1/invoices?order_id=A&per_page=1");
    assert_eq!(next, [vec![3], vec![1]], "the filter goes on with the pages");
}

#[test]
fn a_search_does_not_look_into_other_stores() {
    let house = House::open();
    let order = json!({ "amount": 1, "currency": "USD", "order_id": "A" });
    house.server.practice_store("Own, too", &[]);
    assert_eq!(house.post("/stores/2/invoices", &order).status, 201);
    let id = house.read(&json!(1));
    for search in ["1", "INV-000001", "A", public_id(&id)] {
        let found = |store| ids(&house.get(&format!("/stores/{store}/invoices?search={search}")).json());
        assert_eq!((found(1), found(2)), (vec![], vec![1]), "{search}");
    }
}

#[test]
fn a_query_that_makes_no_sense_is_refused_by_name() {
    let house = House::open();
    for path in ["/stores?per_page=101", "/stores/1/invoices?per_page=101"] {
        let words = "The per_page field must be between 1 and 100.";
        let told = json!({ "message": words, "errors": { "per_page": [words] } });
        refused(&house.get(path), 422, &told, path);
    }
    for path in
        ["/stores?cursor=x", "/stores/1/invoices?cursor=1", "/stores/1/invoices?status=settled&from=x"]
    {
        assert_eq!(house.get(path).status, 422, "{path}");
    }
}
