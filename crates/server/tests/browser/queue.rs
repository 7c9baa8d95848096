//! All that can need a merchant, in one store of a practice chain.

use serde_json::{Value, json};
use specie_testkit::receiver::Answer;
use specie_testkit::server::OWNER;
use specie_testkit::wait::until;

use super::{Stage, aging, forms};

const HOUR: i64 = 60 * 60 * 1000;

impl Stage {
    /// One of each cause; which invoice it is, by the cause's name.
    pub fn needs(&mut self, store: &str) -> Value {
        let [partial, over, sold] = std::array::from_fn(|_| self.order(&json!({})));
        self.part(&partial, "0.0001", "paidPartial");
        self.part(&over, "0.0005", "paidOver");
        self.server.pay(&sold);
        self.shop.until_status(&sold, "paid");
        self.server.mine(6);
        for id in [&over, &sold] {
            self.shop.until_status(id, "complete");
        }
        let refund = self.give_back(store, &sold);
        self.receiver.answer(Answer::Status(500));
        let told =
            self.order(&json!({ "notificationURL": self.receiver.url("/ipn"), "fullNotifications": true }));
        self.server.pay(&told);
        self.answer("refused", &Value::Null);
        let [lost, late, unconfirmed] = std::array::from_fn(|_| self.order(&json!({})));
        let txid = self.server.pay(&lost);
        self.shop.until_status(&lost, "paid");
        self.server.run(&["sandbox", "double-spend", &txid]);
        self.shop.until_status(&lost, "new");
        self.server.pay(&unconfirmed);
        self.shop.until_status(&unconfirmed, "paid");
        self.age(&[(&lost, 1, "expired"), (&late, 1, "expired"), (&unconfirmed, 48, "invalid")]);
        self.part(&late, "0.0004", "paidLate");
        json!({
            "store": store, "lost": lost, "unconfirmed": unconfirmed, "late": late, "partial": partial, "over": over,
            "refund": refund,
        })
    }

    /// Waits until all that was confirmed is summed up.
    pub fn summed_up(&self) -> Value {
        until("all to be summed up", || {
            let sales = self.server.sql().query("SELECT CAST(sum(sales) AS BIGINT) FROM summary_sales", &[]);
            // In full, in part, too much, late and never confirmed; what its shop was told of is in no block.
            (sales.first().is_some_and(|row| row.integer(0) == 5)).then_some(Value::Null)
        })
    }

    fn order(&self, more: &Value) -> String {
        let mut body = json!({ "price": 20, "currency": "USD", "orderId": "A-1" });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        self.shop.invoice(&body)["id"].as_str().expect("an id").to_owned()
    }

    fn part(&self, id: &str, amount: &str, becomes: &str) {
        self.server.run(&["sandbox", "pay", id, "--amount", amount]);
        until(becomes, || (self.shop.read(id)["exceptionStatus"] == becomes).then_some(()));
    }

    /// A refund whose buyer is asked where it goes.
    fn give_back(&self, store: &str, invoice: &str) -> String {
        let mut owner = forms::merchant(&self.server, OWNER);
        let page = format!("/stores/{store}/invoices/{invoice}/refund");
        let asked = owner.fill(&page, &page, &[("variant", "whole")]).body;
        let hidden = asked.split("type=\"hidden\" name=\"").skip(1).filter_map(|field| {
            let (name, rest) = field.split_once("\" value=\"")?;
            Some((name, rest.split('"').next()?))
        });
        let mut sent: Vec<(&str, &str)> = vec![];
        for (name, value) in hidden {
            if !sent.iter().any(|(known, _)| *known == name) {
                sent.push((name, value));
            }
        }
        let done = owner.post(&page, &sent);
        let to = done.header("location").expect("where it leads");
        to.rsplit('/').next().expect("an id").to_owned()
    }

    fn age(&mut self, invoices: &[(&str, i64, &str)]) {
        assert_eq!(self.server.stop(), 0);
        for (id, hours, _) in invoices {
            aging::age(&self.server, id, hours * HOUR);
        }
        self.server.restart();
        for (id, _, status) in invoices {
            self.shop.until_status(id, status);
        }
    }
}
