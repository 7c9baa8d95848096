//! One exchange of the contract: the server that knows it, and what must come of it.

use std::fs;
use std::path::{Path, PathBuf};

use bitcoin_hashes::{Hash as _, sha256};
use secp256k1::{Message, PublicKey, SECP256K1, ecdsa::Signature};
use serde_json::{Map, Value, json};

use super::support::{Heard, Reply, Stub};

pub struct Exchange {
    /// `bitpay/create_invoice`.
    pub name: String,
    pub says: String,
    pub call: Option<(String, Value)>,
    pub request: Value,
    answer: Value,
}

pub fn contract() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract")
}

pub fn files(folder: &str) -> Vec<(String, Value)> {
    let mut all: Vec<_> = fs::read_dir(contract().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = format!("{folder}/{}", path.file_stem().unwrap().to_str().unwrap());
            (name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

impl Exchange {
    pub fn all(face: &str) -> Vec<Self> {
        files(face).into_iter().map(|(name, file)| Self::of(name, &file)).collect()
    }

    fn of(name: String, file: &Value) -> Self {
        let call = &file["call"];
        Self {
            name,
            says: file["says"].as_str().unwrap().to_owned(),
            call: call["name"].as_str().map(|name| (name.to_owned(), call["arguments"].clone())),
            request: file["request"].clone(),
            answer: file["answer"].clone(),
        }
    }

    /// The name that its caller gave to the call.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.request["headers"]["Idempotency-Key"].as_str()
    }

    /// A server that gives the answer to whoever asks just this, and says what differs to everybody else.
    pub fn serve(&self) -> Stub {
        let (request, status) = (self.request.clone(), self.status());
        let body = match &self.answer["body"] {
            Value::String(text) => text.clone(),
            body => body.to_string(),
        };
        Stub::start(move |heard, _| match difference(&request, heard) {
            None => Reply::Json(status, "", body.clone()),
            Some(what) => Reply::Json(418, "", json!({ "error": what }).to_string()),
        })
    }

    fn status(&self) -> u16 {
        self.answer["status"].as_u64().unwrap().try_into().unwrap()
    }

    pub fn assert_read(&self, result: &Value) {
        let body = &self.answer["body"];
        assert!(self.status() < 400, "{}: {result}", self.name);
        let whole = result.get("data").is_some() || !body.is_object();
        let expected = if whole { body } else { &body["data"] };
        let expected = match &self.call {
            Some((name, _)) if name == "get_tokens" => &merged(expected),
            _ => expected,
        };
        assert_eq!(without_nulls(result), without_nulls(expected), "{}: {}", self.name, self.says);
    }

    pub fn assert_refused(&self, status: u16, message: &str) {
        let body = &self.answer["body"];
        let words = body["error"].as_str().or(body["message"].as_str()).unwrap_or_default();
        assert_eq!((status, message), (self.status(), words), "{}: {}", self.name, self.says);
    }
}

/// What the request says otherwise than what was heard; a token is left out, and what the client draws itself.
fn difference(request: &Value, heard: &Heard) -> Option<String> {
    let url = url::Url::parse(&format!("http://x{}", heard.target)).unwrap();
    let segments = url.path_segments().unwrap();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let path: String = segments.map(|segment| format!("/{}", decode(segment))).collect();
    let query: Map<_, _> =
        url.query_pairs().map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect();
    let body = if heard.body.is_empty() { Value::Null } else { heard.json() };
    // Whoever has nothing to say may send an empty object.
    let expected = if request["body"].is_null() && request["method"] == "POST" {
        json!({})
    } else {
        request["body"].clone()
    };
    let compared = [
        ("method", Value::from(&*heard.method), request["method"].clone()),
        ("path", path.into(), request["path"].clone()),
        ("query", masked(query.into()), masked(texts(&request["query"]))),
        ("body", masked(body), masked(expected)),
    ];
    let differs = compared.iter().find(|(_, sent, expected)| sent != expected);
    if let Some((what, sent, expected)) = differs {
        return Some(format!("{what}: {sent} was sent instead of {expected}"));
    }
    if let Some(key) = request["headers"]["Idempotency-Key"].as_str()
        && heard.header("Idempotency-Key") != Some(key)
    {
        return Some("another idempotency key".to_owned());
    }
    let bearer = heard.header("Authorization").is_some_and(|header| header.starts_with("Bearer "));
    if request["bearer"] == true && !bearer {
        return Some("no bearer".to_owned());
    }
    (request["signed"] == true && !is_signed(heard)).then(|| "no good signature".to_owned())
}

fn masked(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        for name in ["token", "nonce"] {
            fields.shift_remove(name);
        }
    }
    value
}

/// A query's values are texts.
fn texts(query: &Value) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    query.as_object().unwrap().iter().map(|(name, value)| (name.clone(), Value::from(text(value)))).collect()
}

fn is_signed(heard: &Heard) -> bool {
    let url = format!("http://{}{}", heard.header("host").unwrap(), heard.target);
    let digest = sha256::Hash::hash(&[url.as_bytes(), &heard.body].concat());
    let header = |name| heard.header(name).unwrap_or_default();
    let (Ok(public), Ok(signature)) =
        (header("X-Identity").parse::<PublicKey>(), header("X-Signature").parse::<Signature>())
    else {
        return false;
    };
    let message = Message::from_digest(digest.to_byte_array());
    SECP256K1.verify_ecdsa(&message, &signature, &public).is_ok()
}

/// Absent and null are the same to a typed client.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

fn merged(list: &Value) -> Value {
    let objects = list.as_array().unwrap().iter().map(|tokens| tokens.as_object().unwrap().clone());
    Value::Object(objects.flatten().collect())
}
