//! A merchant who gives something back: from a sale that is final to a transaction for signing.

use serde_json::Value;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::desk::last_part;
use super::{Browser, order};

/// Somebody's address on the practice chain, which is of the test networks.
pub const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/// The same key's, on the real one.
pub const REAL_ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

pub struct Payer<'a> {
    pub server: &'a Server,
    pub store: &'a str,
    pub shop: &'a Shop,
    pub owner: &'a mut Browser,
}

impl Payer<'_> {
    pub fn path(&self, rest: &str) -> String {
        format!("/stores/{}{rest}", self.store)
    }

    /// An invoice that is paid and six blocks deep.
    pub fn complete(&mut self, more: &Value) -> String {
        let invoice = order(self.shop, more);
        match more["pay"].as_str() {
            Some(amount) => {
                self.server.run(&["sandbox", "pay", &invoice, "--amount", amount]);
            }
            None => {
                self.server.pay(&invoice);
            }
        }
        self.shop.until_status(&invoice, "paid");
        self.server.mine(6);
        self.shop.until_status(&invoice, "complete");
        invoice
    }

    /// Gives something of an invoice back, by both steps; the refund's id.
    pub fn refund(&mut self, invoice: &str, fields: &[(&str, &str)]) -> String {
        let page = self.path(&format!("/invoices/{invoice}/refund"));
        let asked = self.owner.fill(&page, &page, fields);
        assert!(asked.body.contains("Give back "), "{}", asked.body);
        let csrf = super::csrf(&asked.body);
        let hidden = ["key", "confirmed", "sats", "variant", "amount", "currency", "rate", "address"];
        let hidden: Vec<(&str, String)> =
            hidden.iter().map(|name| (*name, super::desk::value(&asked.body, name))).collect();
        let mut sent: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent.push(("csrf", &csrf));
        let done = self.owner.post(&page, &sent);
        assert_eq!(done.status, 303, "{}", done.body);
        last_part(done.header("location").unwrap())
    }

    /// Builds a transaction; its id.
    pub fn payout(&mut self, refunds: &[&str]) -> String {
        let page = self.path("/payouts");
        let csrf = super::csrf(&self.owner.open(&page).body);
        let mut fields = vec![("csrf", csrf.as_str()), ("speed", "own"), ("rate", "1"), ("whatever", "yes")];
        fields.extend(refunds.iter().map(|id| ("refund", *id)));
        let done = self.owner.post(&page, &fields);
        assert_eq!(done.status, 303, "{}", done.body);
        last_part(done.header("location").unwrap())
    }

    /// Signs it as practice stores do.
    pub fn practise(&mut self, spend: &str) -> String {
        let page = self.path(&format!("/payouts/{spend}"));
        self.owner.fill(&page, &format!("{page}/practise"), &[]).body
    }

    /// Mines a block, and reads a page until it says something.
    pub fn until_page(&mut self, path: &str, says: &str) -> String {
        until(says, || Some(self.owner.open(path).body).filter(|html| html.contains(says)))
    }
}
