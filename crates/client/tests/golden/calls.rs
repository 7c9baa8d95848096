//! From the names of the contract to the functions of the client.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specie_client::{
    Adjustment, Call, Error, InvoiceFilter, InvoiceStatus, Key, LedgerFilter, Method, PracticePlan, Scenario,
    Settings, StoreInvoiceFilter, Tokens, blocking, calls, panel_calls,
};

use super::exchange::{Exchange, contract};
use super::support::Stub;

pub enum Outcome {
    /// The result, written back as JSON.
    Read(Value),
    Refused {
        status: u16,
        message: String,
    },
    /// The client itself refused.
    NotSent,
}

/// Who calls: an async client and a blocking one.
struct Callers<'a> {
    exchange: &'a Exchange,
    server: Stub,
    key: Key,
}

/// The call of an exchange, made by each client.
pub fn make(exchange: &Exchange) -> [Outcome; 2] {
    let pairing: Value =
        serde_json::from_slice(&std::fs::read(contract().join("pairing.json")).unwrap()).unwrap();
    let key = Key::from_hex(pairing["key"].as_str().unwrap()).unwrap();
    let callers = Callers { exchange, server: exchange.serve(), key };
    let (name, arguments) = exchange.call.as_ref().unwrap();
    match exchange.name.split('/').next().unwrap() {
        "rpc" => callers.rpc(name, arguments),
        "panel" => callers.panel(name, &Arguments(arguments)),
        _ => callers.bitpay(name, &Arguments(arguments)),
    }
}

struct Arguments<'a>(&'a Value);

impl Arguments<'_> {
    fn maybe(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    fn text(&self, name: &str) -> &str {
        self.maybe(name).unwrap()
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.maybe(name).map(str::to_owned)
    }

    fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap()
    }

    fn small(&self, name: &str) -> Option<u32> {
        self.0[name].as_u64().map(|number| number.try_into().unwrap())
    }
}

impl Callers<'_> {
    fn settings() -> Settings {
        Settings::new().retries(0)
    }

    fn signing<T: Serialize + DeserializeOwned>(&self, call: Call<T>) -> [Outcome; 2] {
        let call = self.named(call);
        let tokens = Tokens::new().with("merchant", "8Eiseuq74gFWa3wB1T6cJCR1QeNvk6BGUadCDJ5FFvXz");
        let (host, key) = (&*self.server.host, self.key.clone());
        let client = specie_client::Client::with_settings(host, key.clone(), Self::settings()).unwrap();
        let blocking = blocking::Client::with_settings(host, key, Self::settings()).unwrap();
        let awaited = block_on(client.with_tokens(tokens.clone()).send(call.clone()));
        [outcome(awaited), outcome(blocking.with_tokens(tokens).send(call))]
    }

    fn bearing<T: Serialize + DeserializeOwned>(&self, call: Call<T>) -> [Outcome; 2] {
        let call = self.named(call);
        let panel =
            specie_client::Panel::with_settings(&self.server.host, "token", Self::settings()).unwrap();
        let blocking = blocking::Panel::with_settings(&self.server.host, "token", Self::settings()).unwrap();
        [outcome(block_on(panel.send(call.clone()))), outcome(blocking.send(call))]
    }

    fn named<T>(&self, call: Call<T>) -> Call<T> {
        match self.exchange.idempotency_key() {
            Some(key) => call.with_idempotency_key(key),
            None => call,
        }
    }

    fn rpc(&self, method: &str, params: &Value) -> [Outcome; 2] {
        let path = self.exchange.request["path"].as_str().unwrap();
        let path = path.split('/').filter(|segment| !segment.is_empty());
        let body = self.exchange.request["body"].clone();
        assert_eq!(body["method"], method, "{params}");
        let call = Call::<Value>::new(Method::Post, path).body(&body);
        self.signing(if self.exchange.request["signed"] == true { call } else { call.for_anyone() })
    }

    fn bitpay(&self, name: &str, with: &Arguments<'_>) -> [Outcome; 2] {
        match name {
            "request_pairing" => {
                self.first(calls::request_pairing(&self.key, with.text("facade"), with.text("label")))
            }
            "claim_pairing" => {
                self.first(calls::claim_pairing(&self.key, with.text("code"), with.maybe("label")))
            }
            "get_tokens" => self.signing(calls::get_tokens()),
            "create_invoice" => self.signing(calls::create_invoice(&with.0["invoice"])),
            "get_invoice" => self.signing(calls::get_invoice(with.text("id"))),
            "get_public_invoice" => self.signing(calls::get_public_invoice(with.text("id"))),
            "get_invoices" => self.signing(calls::get_invoices(&invoice_filter(with))),
            "adjust_invoice" => {
                let adjustment = Adjustment::from(with.text("type"));
                self.signing(calls::adjust_invoice(with.text("id"), adjustment, with.0["commit"].as_bool()))
            }
            "resend_notification" => self.signing(calls::resend_notification(with.text("id"))),
            "create_refund" => self.signing(calls::create_refund(with.text("invoice"), &with.0["refund"])),
            "get_refunds" => self.signing(calls::get_refunds(with.text("invoice"))),
            "get_refund" => self.signing(calls::get_refund(with.text("invoice"), with.text("refund"))),
            "cancel_refund" => self.signing(calls::cancel_refund(with.text("invoice"), with.text("refund"))),
            "get_rates" => self.signing(calls::get_rates()),
            "get_rates_of" => self.signing(calls::get_rates_of(with.text("base"))),
            "get_rate" => self.signing(calls::get_rate(with.text("base"), with.text("currency"))),
            "get_currencies" => self.signing(calls::get_currencies()),
            "get_ledgers" => self.signing(calls::get_ledgers()),
            "get_ledger" => self.signing(calls::get_ledger(with.text("currency"), &ledger_filter(with))),
            "listen" => {
                let events: Vec<String> = read(&with.0["events"]);
                self.signing(calls::listen(with.text("name"), &events))
            }
            "hear" => {
                self.signing(calls::hear(with.0["listener"].as_i64().unwrap(), with.small("wait").unwrap()))
            }
            "passed_on" => {
                let (listener, told) = (with.0["listener"].as_i64().unwrap(), read(&with.0["told"]));
                self.signing(calls::passed_on(listener, with.text("delivery"), &told))
            }
            other => panic!("no function for {other}"),
        }
    }

    /// A pairing's answer is a list of one.
    fn first(&self, call: Call<[specie_client::PairingRequest; 1]>) -> [Outcome; 2] {
        self.signing(call)
    }

    fn panel(&self, name: &str, with: &Arguments<'_>) -> [Outcome; 2] {
        use panel_calls as calls;
        match name {
            "list_stores" => self.bearing(calls::list_stores(with.small("per_page"), with.maybe("cursor"))),
            "get_store" => self.bearing(calls::get_store(with.number("id"))),
            "summary" => self.bearing(calls::summary()),
            "list_invoices" => {
                self.bearing(calls::list_invoices(with.number("store"), &store_invoice_filter(with)))
            }
            "create_store_invoice" => {
                self.bearing(calls::create_store_invoice(with.number("store"), &with.0["invoice"]))
            }
            "show_invoice" => self.bearing(calls::show_invoice(with.number("number"))),
            "mark_invoice" => {
                let status = InvoiceStatus::from(with.text("status"));
                self.bearing(calls::mark_invoice(with.number("number"), status))
            }
            "archive_invoice" => self.bearing(calls::archive_invoice(with.number("number"))),
            "unarchive_invoice" => self.bearing(calls::unarchive_invoice(with.number("number"))),
            "practice" => {
                let amount = with.maybe("amount").map(|amount| amount.parse().unwrap());
                let plan = PracticePlan { amount, blocks: with.small("blocks") };
                let scenario = Scenario::from(with.text("scenario"));
                self.bearing(calls::practice(with.number("number"), scenario, &plan))
            }
            _ => self.webhooks(name, with),
        }
    }

    fn webhooks(&self, name: &str, with: &Arguments<'_>) -> [Outcome; 2] {
        use panel_calls as calls;
        let (store, webhook) = (with.number("store"), with.0["webhook"].as_u64());
        match (name, webhook) {
            ("list_webhooks", _) => self.bearing(calls::list_webhooks(store)),
            ("create_webhook", _) => self.bearing(calls::create_webhook(store, &with.0["webhook"])),
            ("get_webhook", Some(webhook)) => self.bearing(calls::get_webhook(store, webhook)),
            ("update_webhook", Some(webhook)) => {
                self.bearing(calls::update_webhook(store, webhook, &with.0["changes"]))
            }
            ("delete_webhook", Some(webhook)) => self.bearing(calls::delete_webhook(store, webhook)),
            ("rotate_webhook_secret", Some(webhook)) => {
                self.bearing(calls::rotate_webhook_secret(store, webhook))
            }
            ("end_previous_webhook_secret", Some(webhook)) => {
                self.bearing(calls::end_previous_webhook_secret(store, webhook))
            }
            ("test_webhook", webhook) => self.bearing(calls::test_webhook(store, webhook)),
            other => panic!("no function for {other:?}"),
        }
    }
}

fn invoice_filter(with: &Arguments<'_>) -> InvoiceFilter {
    InvoiceFilter {
        status: with
            .maybe("status")
            .into_iter()
            .flat_map(|all| all.split(','))
            .map(InvoiceStatus::from)
            .collect(),
        order_id: with.owned("order_id"),
        item_code: with.owned("item_code"),
        date_start: with.owned("date_start"),
        date_end: with.owned("date_end"),
        limit: with.small("limit"),
        offset: with.small("offset"),
        archived: None,
    }
}

fn ledger_filter(with: &Arguments<'_>) -> LedgerFilter {
    LedgerFilter {
        start_date: with.owned("start_date"),
        end_date: with.owned("end_date"),
        ..LedgerFilter::default()
    }
}

fn store_invoice_filter(with: &Arguments<'_>) -> StoreInvoiceFilter {
    StoreInvoiceFilter {
        per_page: with.small("per_page"),
        cursor: with.owned("cursor"),
        status: with.maybe("status").map(InvoiceStatus::from),
        order_id: with.owned("order_id"),
        archived: with.0["archived"].as_bool(),
        from: with.owned("from"),
        to: with.owned("to"),
        search: with.owned("search"),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn outcome<T: Serialize>(result: Result<T, Error>) -> Outcome {
    match result {
        Ok(read) => Outcome::Read(json!(read)),
        Err(Error::Refused { status, message, .. }) => Outcome::Refused { status, message },
        Err(Error::Unsendable(_)) => Outcome::NotSent,
        Err(other) => panic!("{other}"),
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
