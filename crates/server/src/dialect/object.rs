//! A JSON object with each of its fields once: of two prices neither is the price.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// How much of a field's name is repeated in an error.
const SHOWN: usize = 24;

/// Reads an object, its fields under the names that `named` makes of theirs. `null` counts as absent.
///
/// # Errors
/// If it is no object, or gives a field twice.
pub(super) fn each_once<'de, D: Deserializer<'de>>(
    deserializer: D,
    named: fn(String) -> String,
) -> Result<Map<String, Value>, D::Error> {
    deserializer.deserialize_map(EachOnce(named))
}

struct EachOnce(fn(String) -> String);

impl<'de> Visitor<'de> for EachOnce {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            let name = (self.0)(name);
            if !value.is_null() && fields.insert(name.clone(), value).is_some() {
                let name: String = name.chars().take(SHOWN).collect();
                return Err(M::Error::custom(format_args!("'{name}' is given twice")));
            }
        }
        Ok(fields)
    }
}
