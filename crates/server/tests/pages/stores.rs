//! The stores of a merchant: the list, making one, its settings.

use specie_testkit::server::{OWNER, Server};

use super::{EXE, assert_nothing_inline, merchant};

#[test]
fn a_merchant_finds_their_stores_and_nobody_elses() {
    let (server, store) = Server::with_store(EXE);
    server.create_user("other@shop.example");
    let html = merchant(&server, OWNER).open("/").body;
    assert!(html.contains("<h1>Stores</h1>") && html.contains("Create a new store"), "{html}");
    assert!(html.contains(&format!("href=\"/stores/{store}\">Alder &amp; Finch Books</a>")), "{html}");
    assert_nothing_inline(&html);
    let html = merchant(&server, "other@shop.example").open("/stores").body;
    assert!(html.contains("No store yet") && !html.contains(&store), "{html}");
}
