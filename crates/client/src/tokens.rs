//! What a client was given when it was paired: a token for each facade.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Secret;

/// A client's tokens by facade (`merchant`, `pos`). Keep them with the key: written as JSON they are an object,
/// `{"merchant": "8Eise…"}`, the same that other clients keep.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMany", into = "BTreeMap<String, Secret>")]
pub struct Tokens(BTreeMap<String, Secret>);

impl Tokens {
    /// No tokens. A server asks for none of a client that is paired: its signature says who it is.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more, or with another one for that facade.
    #[must_use]
    pub fn with(mut self, facade: impl Into<String>, token: impl Into<Secret>) -> Self {
        self.0.insert(facade.into(), token.into());
        self
    }

    /// The token of a facade.
    #[must_use]
    pub fn get(&self, facade: &str) -> Option<&Secret> {
        self.0.get(facade)
    }

    /// The facades with their tokens, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(facade, token)| (facade.as_str(), token))
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one to send: a `merchant`'s does everything, a `pos` token less.
    pub(crate) fn best(&self) -> Option<&Secret> {
        self.get("merchant").or_else(|| self.get("pos")).or_else(|| self.0.values().next())
    }
}

/// As they are kept, and as a server lists them: an object for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(BTreeMap<String, Secret>),
    Many(Vec<BTreeMap<String, Secret>>),
}

impl From<OneOrMany> for Tokens {
    fn from(read: OneOrMany) -> Self {
        match read {
            OneOrMany::One(tokens) => Self(tokens),
            OneOrMany::Many(list) => Self(list.into_iter().flatten().collect()),
        }
    }
}

impl From<Tokens> for BTreeMap<String, Secret> {
    fn from(tokens: Tokens) -> Self {
        tokens.0
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<F: Into<String>, T: Into<Secret>> FromIterator<(F, T)> for Tokens {
    fn from_iter<I: IntoIterator<Item = (F, T)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(facade, token)| (facade.into(), token.into())).collect())
    }
}
