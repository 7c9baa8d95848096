//! A request as a file has it.

use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

/// What is asked, and how.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    query: Vec<(String, String)>,
    /// With the signature of the client's key.
    pub signed: bool,
    /// With the panel's token.
    pub bearer: bool,
    /// Those with a meaning.
    pub headers: Vec<(String, String)>,
    body: Option<Value>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        let path = path.into();
        Self { method, path, query: vec![], signed: false, bearer: false, headers: vec![], body: None }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new("POST", path) }
    }

    pub fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    pub fn bearer(self) -> Self {
        Self { bearer: true, ..self }
    }

    /// In place of what is in the body.
    pub fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a parameter, if there is a value for it.
    pub fn query(mut self, name: &str, value: &Value) -> Self {
        match value {
            Value::Null => {}
            Value::String(text) => self.query.push((name.to_owned(), text.clone())),
            other => self.query.push((name.to_owned(), other.to_string())),
        }
        self
    }

    /// In the name of a client: its token is in the body, and where there is none in the query.
    pub fn with_token(mut self, token: &str) -> Self {
        match &mut self.body {
            Some(Value::Object(fields)) => drop(fields.insert("token".to_owned(), token.into())),
            _ => self.query.push(("token".to_owned(), token.to_owned())),
        }
        self.signed()
    }

    /// Path and query, as they are sent and signed.
    pub fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        format!("{}?{}", self.path, Serializer::new(String::new()).extend_pairs(&self.query).finish())
    }

    /// The body as it is sent and signed; one that is no JSON is a text.
    pub fn text(&self) -> String {
        match &self.body {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(body) => body.to_string(),
        }
    }

    /// As a file has it.
    pub fn told(&self) -> Value {
        let texts = |pairs: &[(String, String)]| -> Map<String, Value> {
            pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
        };
        json!({
            "method": self.method, "path": self.path, "query": texts(&self.query), "signed": self.signed,
            "bearer": self.bearer, "headers": texts(&self.headers), "body": self.body,
        })
    }
}
