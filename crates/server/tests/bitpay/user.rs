//! `GET /user`: for whom a client acts.

use serde_json::json;
use specie_testkit::http::send;
use specie_testkit::server::OWNER;
use specie_testkit::shop::Shop;

use super::facades::{call, token_of};
use super::{House, keys, refused};

#[test]
fn a_merchants_client_learns_for_whom_it_acts_and_of_no_other_store() {
    let house = House::open();
    house.neighbour();
    let told = house.shop.get("/user").data();
    assert_eq!(keys(&told), ["id", "email", "name", "phone", "merchants"]);
    assert_eq!(told["email"], OWNER);
    assert_eq!(told["merchants"], json!([{ "id": house.store, "name": "Alder & Finch Books" }]));
    let token = token_of(&house.shop, "merchant");
    assert_eq!(house.shop.get(&format!("/user/?token={token}")).data(), told);
    use base64::Engine;
    let key = base64::engine::general_purpose::STANDARD.encode(house.api_key());
    let headers = [("authorization", &*format!("Basic {key}"))];
    assert_eq!(send("GET", &format!("{}/user", house.server.url()), &headers, b"").data(), told);
}

#[test]
fn nobody_else_learns_it_and_nobody_changes_it() {
    let house = House::open();
    refused(&house.anyone("GET", "/user", ""), 401, "required", "anyone");
    let stranger = Shop::named(house.server.url(), "stranger");
    refused(&stranger.get("/user"), 403, "not paired", "a stranger");
    let public = call(&house.shop, &token_of(&house.shop, "merchant"), "createPublicPOSToken", &json!({}));
    let public = public.data()[0]["token"].as_str().unwrap().to_owned();
    refused(&house.anyone("GET", &format!("/user?token={public}"), ""), 403, "`pos`", "a till");
    let of_invoice = house.twenty()["token"].as_str().unwrap().to_owned();
    let reply = house.shop.get(&format!("/user?token={of_invoice}"));
    refused(&reply, 403, "`merchant/invoice`", "an invoice's token");
    // The e-mail address is the name to log in with.
    let reply = house.shop.send("PUT", "/user", &json!({ "email": "evil@example.com" }).to_string());
    refused(&reply, 405, "Method not allowed", "no change");
}
