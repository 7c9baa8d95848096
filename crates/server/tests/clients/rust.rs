//! Specie's own client for Rust, async and blocking: it is paired, sells, is paid in practice, hears of it, and its
//! README's examples do what they say.

use std::thread;

use specie_client::{
    Client, EventName, InvoiceFilter, InvoiceStatus, Key, NewInvoice, NewWebhook, Panel, PracticePlan,
    Scenario, blocking, webhook,
};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::wait::until;

use super::browser;

#[path = "../../../client/tests/readme/hear.rs"]
mod hear;
#[path = "../../../client/tests/readme/practise.rs"]
mod practise;
#[path = "../../../client/tests/readme/sell.rs"]
mod sell;
#[path = "../../../client/tests/readme/sell_blocking.rs"]
mod sell_blocking;
#[path = "../../../client/tests/readme/until_paid.rs"]
mod until_paid;

fn open() -> (Server, String) {
    Server::with_store(env!("CARGO_BIN_EXE_specie"))
}

fn code(server: &Server, store: &str) -> String {
    let issued = server.run(&["token", "create", "--store", store]);
    issued["pairing_code"].as_str().expect("a code").to_owned()
}

fn panel_token(server: &Server) -> String {
    let page = "/account/api-tokens";
    let made = browser::merchant(server, OWNER).fill(page, page, &[("name", "A client")]).body;
    made.split_once("id=\"apitoken\">").expect("a token").1.split('<').next().expect("a token").to_owned()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

#[test]
fn the_rust_client_is_paired_sells_and_hears_signed_that_it_was_paid() {
    let (server, store) = open();
    let shop = Receiver::start();
    let token = panel_token(&server);
    block_on(async {
        let panel = Panel::new(server.url(), &*token).expect("an address");
        let store_number = panel.list_stores(None, None).await.expect("stores").data[0].id;
        let hook =
            panel.create_webhook(store_number, &NewWebhook::new(shop.url("/hook"))).await.expect("a webhook");
        let secret = hook.secret.expect("in this answer").reveal().to_owned();

        let client = Client::new(server.url(), Key::generate()).expect("an address");
        let client = client.pair(&code(&server, &store)).await.expect("a good code");
        let order = NewInvoice { order_id: Some("A-17 ü&=?/".into()), ..NewInvoice::new(20, "USD") };
        let invoice = client.create_invoice(&order).await.expect("an invoice");
        let filter = InvoiceFilter { order_id: order.order_id, ..InvoiceFilter::default() };
        assert_eq!(client.get_invoices(&filter).await.expect("a list")[0].id, invoice.id);
        server.pay(&invoice.id);
        assert_eq!(until_paid::until_paid(&client, &invoice.id).await.expect("events"), InvoiceStatus::Paid);

        let number = panel.list_invoices(store_number, &Default::default()).await.expect("a page").data[0].id;
        let plan = PracticePlan { blocks: Some(6), ..PracticePlan::default() };
        let settled = panel.practice(number, Scenario::Mine, &plan).await.expect("blocks");
        assert_eq!(settled.status, InvoiceStatus::Complete);

        let told = until("the confirmation", || {
            shop.heard().into_iter().find(|heard| heard.body.contains("\"invoice.confirmed\""))
        });
        let header =
            told.headers.iter().find(|(name, _)| name == "specie-signature").expect("signed").1.clone();
        assert_eq!(hear::hear(&secret, &header, told.body.as_bytes()), Ok(Some(number)));
        let event = webhook::receive(&secret, &header, told.body.as_bytes()).expect("genuine");
        assert_eq!(event.event, EventName::Confirmed);
        assert!(hear::hear(&secret, &header, (told.body + " ").as_bytes()).is_err(), "a changed body");
    });
}

#[test]
fn a_pairing_that_the_rust_client_asked_for_is_approved_by_hand() {
    let (server, store) = open();
    let client = blocking::Client::new(server.url(), Key::generate()).expect("an address");
    let asked = client.request_pairing("merchant", "my shop").expect("a code");
    assert!(client.get_tokens().expect("a list").is_empty());
    let code = asked.pairing_code.clone().expect("a code");
    server.run(&["token", "approve", &code, "--store", &store]);
    let client = client.wait_until_approved(&asked).expect("it was approved");
    assert_eq!(client.get_rate("BTC", "USD").expect("a rate").code, "USD");
    let status = client.create_invoice(&NewInvoice::new(20, "USD")).expect("an invoice").status;
    assert_eq!(status, InvoiceStatus::New);
}

#[test]
fn the_rust_client_hears_an_invoice_through_a_restart_of_the_server() {
    let (mut server, store) = open();
    let client = blocking::Client::new(server.url(), Key::generate()).expect("an address");
    let client = client.pair(&code(&server, &store)).expect("a good code");
    let invoice = client.create_invoice(&NewInvoice::new(20, "USD")).expect("an invoice");
    let mut events = client.events(&invoice.id);
    assert_eq!(events.next().expect("one").expect("a state").status, InvoiceStatus::New);
    let heard = thread::spawn(move || {
        events.find(|state| state.as_ref().is_ok_and(|i| i.status != InvoiceStatus::New))
    });
    server.restart();
    server.pay(&invoice.id);
    let paid = heard.join().expect("it went on").expect("one").expect("a state");
    assert_eq!(paid.status, InvoiceStatus::Paid);
}

#[test]
fn the_examples_of_the_rust_clients_readme_do_what_they_say() {
    let (server, store) = open();
    let token = panel_token(&server);
    let sold = block_on(sell::sell(server.url(), &code(&server, &store))).expect("a sale");
    let again = sell_blocking::sell_blocking(server.url(), &code(&server, &store)).expect("a sale");
    assert_ne!(sold, again);
    assert_eq!(block_on(practise::practise(server.url(), &token)).expect("practice"), 3);
}
