//! A server on which every page and every state of an invoice can be seen.

use serde_json::{Value, json};
use specie_testkit::http::{get, send};
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, PASSWORD, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;

#[path = "../time/aging.rs"]
#[expect(clippy::unwrap_used, reason = "what fails here ends the scene")]
pub mod aging;

const HOUR: i64 = 60 * 60 * 1000;
const ITEMS: [&str; 5] =
    ["Two books", "The Compleat Angler", "Sheet music", "A map of the Lakes", "Bookplates, set of 12"];
/// Of `tests/browser`: shows every page.
const SCRIPT: &str = "screens.mjs";

/// Opens every page in light and dark, on a desktop and on a phone, and looks for what is amiss
/// there. With a folder, screenshots are kept in it.
pub fn look_at_every_page(exe: &str, folder: Option<&str>) {
    let mut scene = Scene::new(exe);
    let url = scene.server.url().to_owned();
    let mut variables =
        vec![("SPECIE_URL", url.as_str()), ("SPECIE_EMAIL", OWNER), ("SPECIE_PASSWORD", PASSWORD)];
    variables.extend(folder.map(|folder| ("SPECIE_SCREENS", folder)));
    specie_testkit::browser::play(SCRIPT, &variables, |what, _| match what {
        "first-run link" => {
            let file = scene.server.data().join("first-run");
            json!(until("the link", || std::fs::read_to_string(&file).ok()).trim())
        }
        "scene" => scene.build(),
        "wallet" => json!(account_key("screens")),
        "request" => scene.request(),
        "applications" => scene.apply(),
        other => panic!("nobody knows what {other:?} is"),
    });
}

/// A server on which there is all of that.
pub struct Scene {
    /// The server. Nobody has used it.
    pub server: Server,
    receiver: Receiver,
    store: String,
    shop: Shop,
    orders: usize,
}

impl Scene {
    /// A server that nobody has used, and whose node cannot be reached.
    pub fn new(exe: &str) -> Self {
        let nowhere =
            ["--network", "regtest", "--bitcoind-url", "http://127.0.0.1:1", "--bitcoind-cookie", "none"];
        let server = Server::start_with(exe, &[&nowhere[..], &["--accept-applications"]].concat());
        let shop = Shop::named(server.url(), "Web shop");
        Self { server, receiver: Receiver::start(), store: String::new(), shop, orders: 0 }
    }

    /// A practice store with an invoice in every state. The owner is there already.
    pub fn build(&mut self) -> Value {
        let website = ["--allow-zero-price", "--anyone-can-create", "--website", "https://shop.example/"];
        self.store = self.server.practice_store("Alder & Finch Books", &website);
        let empty = self.server.practice_store("Corner Café and Second-hand Bookshop of the Lower Town", &[]);
        self.server.run(&["rates", "set", "--store", &self.store, "BTC_EUR", "46250.50"]);
        self.pair();
        let coins = self.sold();
        self.server.run(&["rates", "set", "--store", &self.store, "BTC_NOK", "560000"]);
        let (odd, settled) = (self.odd(), self.settled());
        let (over, unpriced) = self.over();
        self.server.run(&["rates", "unset", "--store", &self.store, "BTC_NOK"]);
        let open = self.open();
        let code = ["token", "create", "--store", &self.store, "--label", "Till 7"];
        self.server.run(&code);
        let hook = self.receiver.url("/shop/hook.php?shop=1");
        json!({
            "coins": coins, "store": self.store, "empty": empty, "hook": hook, "unpriced": unpriced,
            "invoices": [open, settled, over, odd],
        })
    }

    /// Another shop's sale that is final, with coins enough to put together.
    fn sold(&self) -> Value {
        let store = self.server.practice_store("Tea & Spices", &[]);
        let shop = Shop::paired(&self.server, &store, "Spice shop");
        let body = json!({ "price": 20, "currency": "USD", "orderId": "T-17", "itemDesc": "A pound of tea" });
        let ids: Vec<String> =
            (0..11).map(|_| shop.invoice(&body)["id"].as_str().expect("an id").to_owned()).collect();
        self.pay(&ids[0], "0.0006");
        for id in &ids[1..] {
            self.server.pay(id);
        }
        for id in &ids {
            shop.until_status(id, "paid");
        }
        self.server.mine(6);
        for id in &ids {
            shop.until_status(id, "complete");
        }
        json!({ "store": store, "over": ids[0], "exact": ids[1] })
    }

    /// A program is let in, under its name.
    fn pair(&self) {
        let code = self.server.run(&["token", "create", "--store", &self.store, "--label", "Web shop"]);
        let claim = json!({ "id": self.shop.sin(), "pairingCode": code["pairing_code"] });
        assert_eq!(self.shop.post("/tokens", &claim).status, 200);
    }

    /// A program asks to be let in; the code that it got.
    fn request(&self) -> Value {
        let url = format!("{}/tokens", self.server.url());
        let body = json!({ "id": Shop::named(&url, "plugin").sin(), "label": "Plugin of the web shop" });
        let json = [("content-type", "application/json")];
        send("POST", &url, &json, body.to_string().as_bytes()).data()[0]["pairingCode"].clone()
    }

    /// Strangers ask for an account.
    fn apply(&self) -> Value {
        let long = "The Society for the Encouragement of Supercalifragilisticexpialidocious Arts and Crafts";
        for (email, name) in
            [("ann@books.example", "Byron & Daughter, Booksellers"), ("carl@arts.example", long)]
        {
            let body = json!({
                "users": [{ "email": email, "firstName": "Ann", "lastName": "Byron", "phone": "+44 1353 555 0100",
                    "agreedToTOSandPP": true }],
                "orgs": [{ "name": name, "address1": "12 Fore Hill", "city": "Ely", "zip": "CB7 4AF",
                    "country": "United Kingdom", "industry": "Retail", "website": "https://books.example" }],
            });
            let url = format!("{}/applications", self.server.url());
            let json = [("content-type", "application/json")];
            assert_eq!(send("POST", &url, &json, body.to_string().as_bytes()).status, 200);
        }
        Value::Null
    }

    fn order(&mut self, more: &Value) -> String {
        self.orders += 1;
        let (number, item) = (1000 + self.orders, ITEMS[self.orders % ITEMS.len()]);
        let mut body = json!({
            "price": 20, "currency": "USD", "orderId": format!("A-{number}"), "itemDesc": item, "itemCode": "print",
            "buyer": { "name": "Ada Byron", "email": "ada@example.org" },
        });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        self.shop.invoice(&body)["id"].as_str().expect("an id").to_owned()
    }

    fn pay(&self, id: &str, amount: &str) {
        self.server.run(&["sandbox", "pay", id, "--amount", amount]);
    }

    /// Those that are paid, as deep as blocks that are mined for them make it.
    fn settled(&mut self) -> Value {
        let (complete, over) = (self.order(&json!({})), self.order(&json!({ "price": 35 })));
        self.server.pay(&complete);
        self.pay(&over, "0.001");
        self.server.mine(6);
        for id in [&complete, &over] {
            self.shop.until_status(id, "complete");
        }
        let told = json!({ "notificationURL": self.receiver.url("/ipn"), "extendedNotifications": true });
        let (confirmed, confirming) =
            (self.order(&told), self.order(&json!({ "transactionSpeed": "low-medium" })));
        self.receiver.wait_for(1);
        self.receiver.answer(Answer::Status(500));
        self.server.pay(&confirmed);
        self.server.pay(&confirming);
        for id in [&confirmed, &confirming] {
            self.shop.until_status(id, "paid");
        }
        self.server.mine(1);
        self.shop.until_status(&confirmed, "confirmed");
        let words = "1 of 2 confirmations";
        until(words, || {
            get(&format!("{}/i/{confirming}", self.server.url())).body.contains(words).then_some(())
        });
        json!({ "complete": complete, "over": over, "confirmed": confirmed, "confirming": confirming })
    }

    /// Those whose time is over, and one more in a currency that is to have no rate. No block may be mined
    /// afterwards: it would confirm what is not.
    fn over(&mut self) -> (Value, String) {
        let [expired, partial, late, invalid] = std::array::from_fn(|_| self.order(&json!({})));
        let unpriced = self.order(&json!({ "price": 200, "currency": "NOK" }));
        self.pay(&partial, "0.0001");
        self.server.pay(&invalid);
        self.shop.until_status(&invalid, "paid");
        until("the part", || (self.shop.read(&partial)["exceptionStatus"] == "paidPartial").then_some(()));
        assert_eq!(self.server.stop(), 0);
        for (id, hours) in [(&expired, 1), (&partial, 1), (&late, 1), (&unpriced, 1), (&invalid, 48)] {
            aging::age(&self.server, id, hours * HOUR);
        }
        self.server.restart();
        for (id, status) in [
            (&expired, "expired"),
            (&partial, "expired"),
            (&late, "expired"),
            (&unpriced, "expired"),
            (&invalid, "invalid"),
        ] {
            self.shop.until_status(id, status);
        }
        self.server.pay(&late);
        until("the late payment", || (self.shop.read(&late)["exceptionStatus"] == "paidLate").then_some(()));
        let over =
            json!({ "expired": expired, "expired-partial": partial, "late": late, "invalid": invalid });
        (over, unpriced)
    }

    /// Those that are unlike others: nothing to pay, any amount, long words.
    fn odd(&mut self) -> Value {
        let long = "A very long description of an order of many things, as shops with generous software write it, \
                    with supercalifragilisticexpialidociousness in it";
        let wordy = json!({ "price": "1234567.89", "itemDesc": long, "orderId": "2026-11-21/000000017" });
        let [free, top_up, wordy] =
            [json!({ "price": 0 }), json!({ "price": null }), wordy].map(|more| self.order(&more));
        json!({ "free": free, "top-up": top_up, "wordy": wordy })
    }

    /// Those that wait for their buyers.
    fn open(&mut self) -> Value {
        let [paid, partial, new, replaced, marked] = std::array::from_fn(|_| self.order(&json!({})));
        let txid = self.server.pay(&replaced);
        self.shop.until_status(&replaced, "paid");
        self.server.run(&["sandbox", "double-spend", &txid]);
        self.shop.until_status(&replaced, "new");
        self.pay(&marked, "0.0001");
        self.server.pay(&paid);
        self.pay(&partial, "0.0001");
        self.shop.until_status(&paid, "paid");
        until("the part", || (self.shop.read(&partial)["exceptionStatus"] == "paidPartial").then_some(()));
        let unopened = self.press();
        json!({
            "new": new, "partial": partial, "paid": paid, "replaced": replaced, "marked": marked,
            "unopened": unopened,
        })
    }

    /// One by a button, whose buyer has not gone on to pay.
    fn press(&self) -> String {
        let button =
            [("storeId", &*self.store), ("price", "20"), ("currency", "USD"), ("checkoutDesc", ITEMS[0])];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(button).finish();
        let url = format!("{}/api/v1/invoices", self.server.url());
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let reply = send("POST", &url, &form, body.as_bytes());
        let to = reply.header("location").expect("where it leads");
        to.rsplit('/').next().expect("an id").to_owned()
    }
}
