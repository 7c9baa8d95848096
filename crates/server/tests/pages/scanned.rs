//! What a camera reads off a page is what the APIs say of the invoice, byte for byte.

use serde_json::json;
use specie_testkit::http::get;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wallet::account_key;

use super::{EXE, order, page, qr};

/// The link as a code holds it: a bech32 address in capitals, which makes a smaller code; any other as it is.
fn in_code(link: &str) -> String {
    let Some(rest) = link.strip_prefix("bitcoin:bcrt1") else { return link.to_owned() };
    let (address, query) = rest.split_once('?').map_or((rest, String::new()), |(a, q)| (a, format!("?{q}")));
    format!("BITCOIN:BCRT1{}{query}", address.to_uppercase())
}

#[test]
fn a_code_says_what_the_api_says_for_every_kind_of_address() {
    let server = Server::start(EXE);
    server.create_user(specie_testkit::server::OWNER);
    for (kind, prefix) in [("", "bcrt1q"), ("-[p2sh]", "2"), ("-[legacy]", "mn"), ("-[taproot]", "bcrt1p")] {
        let wallet = format!("{}{kind}", account_key(kind));
        let store = server.practice_store("Alder & Finch Books", &["--wallet", &wallet]);
        let shop = Shop::paired(&server, &store, kind);
        for more in [json!({}), json!({ "price": null }), json!({ "price": "123456.78" })] {
            let id = order(&shop, &more);
            let invoice = shop.read(&id);
            let address = invoice["bitcoinAddress"].as_str().unwrap();
            let fits = address.starts_with(prefix) || prefix == "mn" && address.starts_with(['m', 'n']);
            assert!(fits, "{kind}: {address}");
            let html = page(&server, &id);
            let href = html.split_once("id=\"wallet\" href=\"").unwrap().1.split('"').next().unwrap();
            assert_eq!(href, invoice["paymentUrls"]["BIP21"], "{kind} {more}");
            assert_eq!(qr::read_all(&html), [in_code(href)], "{kind} {more}");
        }
    }
}

#[test]
fn a_code_of_the_address_alone_and_one_of_the_receipt_say_just_that() {
    let (server, shop) = super::open();
    let id = order(&shop, &json!({}));
    let picture = get(&format!("{}/i/{id}/address.svg", server.url()));
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert_eq!(qr::read_all(&picture.body), [shop.read(&id)["bitcoinAddress"].as_str().unwrap()]);
    server.pay(&id);
    shop.until_status(&id, "paid");
    let receipt = format!("{}/i/{id}/receipt", server.url());
    assert_eq!(qr::read_all(&get(&receipt).body), [receipt]);
}

#[test]
fn what_is_paid_shows_no_code_to_pay_by() {
    let (server, shop) = super::open();
    let id = order(&shop, &json!({}));
    let link = in_code(shop.read(&id)["paymentUrls"]["BIP21"].as_str().unwrap());
    server.pay(&id);
    shop.until_status(&id, "paid");
    assert!(!qr::read_all(&page(&server, &id)).contains(&link));
}
