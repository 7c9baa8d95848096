//! Where the contract is played: a server with an address of its own, a practice store of number 1, a client with the
//! contract's key, its merchant's panel token, and a receiver as a shop has one.
//!
//! Three things that are called otherwise in every scene have one name in the files: the store, the client's token, and
//! the receiver's address. The server's own address is the same in all of them: what it signed stays as it was.

use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::{Map, Value, json};
use specie_testkit::http::{Reply, send};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::browser::{Browser, merchant};
use super::calls;
use super::golden::{Golden, read};
use super::request::Request;

/// What the server is called from outside, and in every answer.
pub const PUBLIC: &str = "https://pay.example.com";

/// What the receiver is called in the files.
const SHOP: &str = "https://shop.example";

/// The headers of answers that say something; the files write them so.
const TELLING: [&str; 4] = ["Content-Type", "Retry-After", "Idempotent-Replayed", "WWW-Authenticate"];

/// One file's exchange before it is sent.
pub struct Exchange {
    call: Value,
    pub request: Request,
    by: Option<Shop>,
    bearer: Option<String>,
}

impl Exchange {
    /// A request that no client makes by a call.
    pub fn plain(request: Request) -> Self {
        Self { call: Value::Null, request, by: None, bearer: None }
    }

    /// With the name and the arguments by which it is known.
    pub fn named(self, name: &str, arguments: Value) -> Self {
        Self { call: json!({ "name": name, "arguments": arguments }), ..self }
    }

    /// By a client with another key than the contract's.
    pub fn by(self, shop: &Shop) -> Self {
        Self { by: Some(shop.clone()), ..self }
    }

    /// With another panel token.
    pub fn bearer(self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }
}

pub struct Scene<'g> {
    pub golden: &'g Golden,
    pub server: Server,
    pub store: String,
    pub client: Shop,
    pub receiver: Receiver,
    /// The client's token, and the panel's.
    pub token: String,
    pub bearer: String,
}

impl<'g> Scene<'g> {
    /// With a client that is paired.
    pub fn open(golden: &'g Golden) -> Self {
        let mut scene = Self::unpaired(golden, &[]);
        scene.pair();
        scene
    }

    /// With further arguments of `serve`, and a client that is not paired yet.
    pub fn unpaired(golden: &'g Golden, serve: &[&str]) -> Self {
        let server = Server::start_at(env!("CARGO_BIN_EXE_specie"), &own_address(), {
            let known = ["--allow-private", "127.0.0.0/8", "--public-url", PUBLIC];
            known.iter().chain(serve).map(|arg| (*arg).to_owned()).collect()
        });
        server.create_user(OWNER);
        let store =
            server.practice_store("Alder & Finch Books", &["--allow-zero-price", "--anyone-can-create"]);
        let bearer = panel_token(&mut merchant(&server, OWNER), &[]);
        let client = Shop::with_key(PUBLIC, read("pairing")["key"].as_str().unwrap());
        let receiver = Receiver::start();
        Self { golden, server, store, client, receiver, token: String::new(), bearer }
    }

    pub fn pair(&mut self) {
        let code = self.code("merchant");
        let claim = json!({ "id": self.client.sin(), "pairingCode": code });
        let claimed = self.send(&Request::post("/tokens", claim));
        self.token = claimed.data()[0]["token"].as_str().unwrap().to_owned();
    }

    /// A new pairing code of the store.
    pub fn code(&self, facade: &str) -> String {
        let code = self.server.run(&["token", "create", "--store", &self.store, "--facade", facade]);
        code["pairing_code"].as_str().unwrap().to_owned()
    }

    /// What a client's user calls.
    pub fn asked(&self, name: &str, arguments: Value) -> Exchange {
        let request = calls::request(name, &arguments, &self.token);
        Exchange::plain(request).named(name, arguments)
    }

    /// A call and its answer are those of a file. Returns the body.
    pub fn call(&self, file: &str, says: &str, name: &str, arguments: Value) -> Value {
        self.exchange(file, says, &self.asked(name, arguments))
    }

    /// The same of a request that no client makes by a call.
    pub fn plain(&self, file: &str, says: &str, request: Request) -> Value {
        self.exchange(file, says, &Exchange::plain(request))
    }

    /// An exchange is that of a file. Returns the answer's body as it came.
    pub fn exchange(&self, file: &str, says: &str, exchange: &Exchange) -> Value {
        let reply = self.ask(exchange);
        let headers: Map<String, Value> = TELLING
            .iter()
            .filter_map(|name| {
                Some(((*name).to_owned(), reply.header(&name.to_ascii_lowercase())?.to_owned().into()))
            })
            .collect();
        let told = json!({
            "says": says, "call": exchange.call, "request": exchange.request.told(),
            "answer": { "status": reply.status, "headers": headers, "body": reply.json() },
        });
        self.golden.check(file, &self.told(&told));
        reply.json()
    }

    /// As a file has it: what is called otherwise in every scene has the names that it has everywhere.
    fn told(&self, exchange: &Value) -> Value {
        let known = read("pairing");
        let mut names =
            vec![(self.receiver.url(""), SHOP), (self.store.clone(), known["store"].as_str().unwrap())];
        if !self.token.is_empty() {
            names.push((self.token.clone(), known["tokens"]["merchant"].as_str().unwrap()));
        }
        let text = names.iter().fold(exchange.to_string(), |text, (here, name)| text.replace(here, name));
        let mut told = serde_json::from_str(&text).unwrap();
        shorten(&mut told);
        told
    }

    /// Sends a request in the name of the contract's own client.
    pub fn send(&self, request: &Request) -> Reply {
        self.ask(&Exchange::plain(request.clone()))
    }

    /// Sends a request in the name of whoever it is by.
    pub fn ask(&self, Exchange { request, by, bearer, .. }: &Exchange) -> Reply {
        let (target, body) = (request.target(), request.text());
        let signer = by.as_ref().unwrap_or(&self.client);
        let mut headers = vec![];
        let said = request.headers.iter().any(|(name, _)| name == "Content-Type");
        if !body.is_empty() && !said {
            headers.push(("content-type", "application/json".to_owned()));
        }
        if request.signed {
            headers.push(("x-identity", signer.identity()));
            headers.push(("x-signature", signer.sign(&format!("{PUBLIC}{target}{body}"))));
        }
        if request.bearer {
            headers.push(("authorization", format!("Bearer {}", bearer.as_ref().unwrap_or(&self.bearer))));
        }
        headers.extend(request.headers.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        send(request.method, &format!("{}{target}", self.server.url()), &headers, body.as_bytes())
    }

    /// Calls, without a file.
    pub fn quietly(&self, name: &str, arguments: Value) -> Value {
        self.ask(&self.asked(name, arguments)).json()["data"].clone()
    }

    /// An invoice over 20 dollars, 40,000 satoshis.
    pub fn twenty(&self) -> String {
        text(&self.quietly("create_invoice", json!({ "invoice": { "price": 20, "currency": "USD" } }))["id"])
    }

    /// Makes something happen to an invoice, and waits until it stands so.
    pub fn happens(&self, event: &str, id: &str, status: &str, exception: impl Into<Value>) {
        self.server.run(&["trigger", event, "--invoice", id]);
        self.stands(id, status, exception);
    }

    /// Blocks come, and an invoice stands so.
    pub fn mined(&self, blocks: u32, id: &str, status: &str, exception: impl Into<Value>) {
        self.settled(blocks);
        self.stands(id, status, exception);
    }

    pub fn stands(&self, id: &str, status: &str, exception: impl Into<Value>) {
        let exception = exception.into();
        until(&format!("invoice {id} being {status} {exception}"), || {
            let invoice = self.quietly("get_invoice", json!({ "id": id }));
            (invoice["status"] == status && invoice["exceptionStatus"] == exception).then_some(())
        });
    }

    /// Blocks come, and all that follows from them is settled: they are shown before.
    pub fn settled(&self, blocks: u32) {
        let followed = || {
            let status = self.server.run(&["status"]);
            let chains = status["chains"].as_array().unwrap();
            chains.iter().find(|chain| chain["network"] == "sandbox").unwrap()["height"].as_u64().unwrap()
        };
        let top = followed() + u64::from(blocks);
        self.server.mine(blocks);
        until("the blocks being followed", || (followed() >= top).then_some(()));
    }

    /// The number by which the panel knows an invoice.
    pub fn number(&self, id: &str) -> Value {
        self.quietly("list_invoices", json!({ "store": 1, "search": id }))[0]["id"].clone()
    }
}

/// Texts that were too long for the server are too long for a file.
fn shorten(told: &mut Value) {
    match told {
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Array(list) => list.iter_mut().for_each(shorten),
        Value::String(text) if text.len() > 10_000 => {
            *text = format!("{}… {} bytes", &text[..10], text.len())
        }
        _ => {}
    }
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Makes a token as a merchant does, with what was written into the form's fields.
pub fn panel_token(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let page = "/account/api-tokens";
    let html = browser.fill(page, page, &[fields, &[("name", "Panel")]].concat()).body;
    let shown = html.split_once("id=\"apitoken\">").unwrap_or_else(|| panic!("no token: {html}")).1;
    shown.split('<').next().unwrap().to_owned()
}

/// An address that no other process of this machine listens on.
fn own_address() -> String {
    static PORT: AtomicU16 = AtomicU16::new(23_000);
    let [.., high, low] = std::process::id().to_be_bytes();
    format!("127.3.{high}.{low}:{}", PORT.fetch_add(1, Ordering::Relaxed))
}
