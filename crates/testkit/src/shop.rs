//! A shop's client: it signs what it asks, with a key that spends nothing (BitPay's BitAuth).

use bitcoin::base58;
use bitcoin::hashes::{Hash, hash160, sha256};
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use serde_json::{Value, json};

use crate::http::{Reply, send};
use crate::server::Server;

/// A client that signs.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The server's address.
    pub url: String,
    key: SecretKey,
}

impl Shop {
    /// A client with the key that a name stands for.
    #[must_use]
    pub fn named(url: &str, name: &str) -> Self {
        let seed = sha256::Hash::hash(name.as_bytes()).to_byte_array();
        Self { url: url.to_owned(), key: SecretKey::from_slice(&seed).expect("a hash is a key") }
    }

    /// A client with this key, 32 bytes in hex.
    ///
    /// # Panics
    /// If it is no key.
    #[must_use]
    pub fn with_key(url: &str, key: &str) -> Self {
        Self { url: url.to_owned(), key: key.parse().expect("a key in hex") }
    }

    /// A client that is paired with a store.
    #[must_use]
    pub fn paired(server: &Server, store: &str, name: &str) -> Self {
        let shop = Self::named(server.url(), name);
        let code = server.run(&["token", "create", "--store", store]);
        let claim = json!({ "id": shop.sin(), "pairingCode": code["pairing_code"] });
        let reply = shop.post("/tokens", &claim);
        assert_eq!(reply.status, 200, "{}", reply.body);
        shop
    }

    /// The public key, compressed, in hex.
    #[must_use]
    pub fn identity(&self) -> String {
        self.key.public_key(&Secp256k1::new()).to_string()
    }

    /// The client's identity.
    #[must_use]
    pub fn sin(&self) -> String {
        let key = self.key.public_key(&Secp256k1::new()).serialize();
        let mut payload = vec![0x0f, 0x02];
        payload.extend(hash160::Hash::hash(&key).to_byte_array());
        base58::encode_check(&payload)
    }

    /// A signature over a text, in hex.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let digest = sha256::Hash::hash(text.as_bytes()).to_byte_array();
        Secp256k1::new().sign_ecdsa(&Message::from_digest(digest), &self.key).to_string()
    }

    /// Sends a signed request; `body` as it is.
    pub fn send(&self, method: &str, path: &str, body: &str) -> Reply {
        self.send_with(method, path, body, &[])
    }

    /// As [`send`](Self::send), with further headers.
    pub fn send_with(&self, method: &str, path: &str, body: &str, more: &[(&str, &str)]) -> Reply {
        let url = format!("{}{path}", self.url);
        let (identity, signature) = (self.identity(), self.sign(&format!("{url}{body}")));
        let mut headers = vec![
            ("content-type", "application/json"),
            ("x-identity", &*identity),
            ("x-signature", &*signature),
        ];
        headers.extend(more);
        send(method, &url, &headers, body.as_bytes())
    }

    /// A signed `GET`.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "")
    }

    /// A signed `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &body.to_string())
    }

    /// Makes an invoice and returns it.
    ///
    /// # Panics
    /// If it is refused.
    pub fn invoice(&self, body: &Value) -> Value {
        self.post("/invoices", body).data()
    }

    /// Reads an invoice.
    ///
    /// # Panics
    /// If it is refused.
    #[must_use]
    pub fn read(&self, id: &str) -> Value {
        self.get(&format!("/invoices/{id}")).data()
    }

    /// Reads an invoice until it has a status.
    pub fn until_status(&self, id: &str, status: &str) -> Value {
        crate::wait::until(&format!("invoice {id} becoming {status}"), || {
            Some(self.read(id)).filter(|invoice| invoice["status"] == status)
        })
    }
}
