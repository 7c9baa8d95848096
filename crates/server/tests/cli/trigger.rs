//! `specie trigger`: every event once, with a server and without one, by id and by number; and what is refused.

use serde_json::json;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::house::run;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// Each event, and how an invoice stands that nothing has happened to before.
const EVENTS: [(&str, &str, &str); 9] = [
    ("invoice.paid", "paid", "false"),
    ("invoice.partial", "new", "\"paidPartial\""),
    ("invoice.overpaid", "paid", "\"paidOver\""),
    ("invoice.late", "expired", "\"paidLate\""),
    ("invoice.replaced", "paid", "false"),
    ("invoice.double_spend", "new", "false"),
    ("invoice.confirmed", "confirmed", "false"),
    ("invoice.reorg", "confirmed", "false"),
    ("invoice.expired", "expired", "false"),
];

fn stands(shop: &Shop, id: &str) -> (String, String) {
    let invoice = shop.read(id);
    (invoice["status"].as_str().unwrap_or_default().to_owned(), invoice["exceptionStatus"].to_string())
}

#[test]
fn every_event_is_made_to_happen_with_and_without_a_server() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    for served in [true, false] {
        let mut made = Vec::new();
        for (event, status, exception) in EVENTS {
            let id =
                shop.invoice(&json!({ "price": 20, "currency": "USD" }))["id"].as_str().unwrap().to_owned();
            made.push((event, id, (status.to_owned(), exception.to_owned())));
        }
        if !served {
            assert_eq!(server.stop(), 0);
        }
        for (event, id, _) in &made {
            let answer = server.run(&["trigger", event, "--invoice", id]);
            assert_eq!(answer["invoice"], json!(id), "{event}: {answer}");
            if !served {
                continue;
            }
            let expected = &made.iter().find(|(other, ..)| other == event).unwrap().2;
            until(event, || (stands(&shop, id) == *expected).then_some(()));
        }
        if !served {
            server.restart();
        }
        let verified = server.run(&["verify"]);
        assert_eq!(verified["sound"], true, "{verified}");
        if !served {
            // A block of another's confirms what was in the mempool then.
            for (event, id, expected) in made.iter().filter(|(_, _, (status, _))| status != "paid") {
                until(event, || (stands(&shop, id) == *expected).then_some(()));
            }
        }
    }
}

#[test]
fn an_invoice_is_known_by_its_number_too_and_what_is_none_is_refused() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let made = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = made["id"].as_str().unwrap();
    assert_eq!(server.run(&["trigger", "invoice.partial", "--invoice", "1"])["invoice"], json!(id));
    until("the part", || (shop.read(id)["exceptionStatus"] == "paidPartial").then_some(()));
    let answer = server.run(&["trigger", "invoice.paid", "--invoice", "INV-000001"]);
    assert_eq!((&answer["scenario"], answer["txids"].as_array().unwrap().len()), (&json!("pay"), 1));
    shop.until_status(id, "paid");
    for (event, invoice, says) in [
        ("invoice.paid", "1", "this invoice waits for no payment any more"),
        ("invoice.expired", "1", "this invoice waits for no payment any more"),
        ("invoice.paid", "2", "invoice not found"),
        ("invoice.paid", "FMfp7ZAmD1ZCMoNbo1eXSt", "invoice not found"),
        ("invoice.paid", "x", "invoice not found"),
    ] {
        let ran = server.try_run(&["trigger", event, "--invoice", invoice], "");
        assert_eq!(ran.error(), says, "{event} {invoice}");
    }
}

#[test]
fn the_help_says_in_words_what_each_event_is() {
    let help = run(&["trigger", "--help"], &[], "").stdout;
    for (event, ..) in EVENTS {
        let line = help.lines().find(|line| line.contains(&format!("- {event}:")));
        let words =
            line.and_then(|line| line.split_once(": ")).unwrap_or_else(|| panic!("{event}: {help}")).1;
        assert!(words.split(' ').count() >= 4, "{event}: {words}");
    }
}
