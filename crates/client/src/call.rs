//! One call of an API, before anybody sends it: what is asked, who may ask, and how the answer is read.
//!
//! A call is a value. The functions in [`calls`](crate::calls) and [`panel_calls`](crate::panel_calls) make them, a
//! client's `send` carries them out, async or blocking, with the same rules for both. Never here: a socket or a clock.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Reads.
    Get,
    /// Makes something, or lets something happen.
    Post,
    /// Changes what is named.
    Patch,
    /// Takes away.
    Delete,
}

impl Method {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where in the answer the result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Under `data`.
    Data,
    /// It is the answer.
    Bare,
}

/// A call whose answer is a `T`. Read as another type with [`Call::read_as`]: a [`serde_json::Value`] has everything
/// that the server said.
pub struct Call<T> {
    pub(crate) asked: Asked,
    answer: PhantomData<fn() -> T>,
}

/// What is asked, whatever the answer is read as.
#[derive(Clone)]
pub(crate) struct Asked {
    pub method: Method,
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
    pub fault: Option<String>,
    pub anyone: bool,
    pub idempotency_key: Option<String>,
    pub shape: Shape,
}

impl<T> Call<T> {
    /// A call of the path of these segments: `["invoices", id]`. A segment may contain anything.
    pub fn new<S: Into<String>>(method: Method, path: impl IntoIterator<Item = S>) -> Self {
        let asked = Asked {
            method,
            path: path.into_iter().map(Into::into).collect(),
            query: Vec::new(),
            body: (method == Method::Post).then(|| Value::Object(serde_json::Map::new())),
            fault: None,
            anyone: false,
            idempotency_key: None,
            shape: Shape::Data,
        };
        Self { asked, answer: PhantomData }
    }

    pub(crate) fn get<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::Get, path)
    }

    pub(crate) fn post<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::Post, path)
    }

    /// The same with a parameter in its query, if there is a value.
    #[must_use]
    pub fn query(mut self, name: &str, value: Option<impl fmt::Display>) -> Self {
        self.asked.query.extend(value.map(|value| (name.to_owned(), value.to_string())));
        self
    }

    /// The same with a body: something that is an object in JSON. Anything else is refused when it is sent.
    #[must_use]
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_value(body) {
            Ok(object @ Value::Object(_)) => self.asked.body = Some(object),
            Ok(_) => self.asked.fault = Some("the body has to be an object".to_owned()),
            Err(e) => self.asked.fault = Some(format!("the body cannot be written as JSON: {e}")),
        }
        self
    }

    /// The same without credentials, as anyone may ask it.
    #[must_use]
    pub fn for_anyone(mut self) -> Self {
        self.asked.anyone = true;
        self
    }

    /// The same, whose result is the answer itself and not what is under its `data`.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.asked.shape = Shape::Bare;
        self
    }

    /// The same under a name of your own, 1 to 200 characters of ASCII, such as an order's: however often it is sent
    /// within 24 hours, it is done once. Only for `POST`. Without one, a name is drawn when the call is sent, and kept
    /// while it is tried again.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.asked.idempotency_key = Some(key.into());
        self
    }

    /// The same, with its answer read as something else.
    #[must_use]
    pub fn read_as<U>(self) -> Call<U> {
        Call { asked: self.asked, answer: PhantomData }
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self { asked: self.asked.clone(), answer: PhantomData }
    }
}

/// The kind of call alone: what follows in the path may be a token.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.asked.path.first().map_or("", String::as_str);
        write!(f, "Call({} /{first}/…)", self.asked.method.as_str())
    }
}
