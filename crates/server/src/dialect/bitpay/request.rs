//! `POST /invoices` and `POST /tokens`: bodies as clients send them.
//!
//! Keys match whatever their case (`orderID` of one client is the `orderId` of another), `null`
//! and the empty text mean absent, numbers come as texts and texts as numbers, and unknown keys
//! mean nothing. A value that makes no sense is refused with its key's name.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use specie_core::invoice::{Buyer, NewInvoice, Notifications, Order, Speed};
use specie_core::money::{Currency, parse_decimal};
use specie_core::time::Timestamp;

use super::BadRequest;
use crate::dialect::object::each_once;

/// A JSON object with its keys in lower case.
#[derive(Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body. An object is wanted, with each key once: of two prices neither is the price.
    ///
    /// # Errors
    /// If it is not JSON, something else than an object, or names a key twice.
    pub fn parse(body: &[u8]) -> Result<Self, BadRequest> {
        serde_json::from_slice(body).map_err(|error| {
            BadRequest(match error.classify() {
                Category::Data => format!("the body is not a JSON object of fields: {error}"),
                Category::Io | Category::Syntax | Category::Eof => format!("the body is not JSON: {error}"),
            })
        })
    }

    /// The fields of a form, by the names that they have in a body. What is empty is absent.
    #[must_use]
    pub fn from_form<'n, 'v>(fields: impl IntoIterator<Item = (&'n str, &'v str)>) -> Self {
        let given = fields.into_iter().filter(|(_, text)| !text.is_empty());
        Self(given.map(|(name, text)| (name.to_ascii_lowercase(), Value::from(text))).collect())
    }

    /// Reads the fields within a field of a body: an object, or one written as a text, as JSON-RPC has
    /// its parameters. What is absent is empty.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or if it is neither.
    pub fn parse_within(body: &[u8], name: &str) -> Result<Self, BadRequest> {
        // As it was written: of two fields of one name, both are seen.
        let raw: HashMap<String, Box<RawValue>> = serde_json::from_slice(body)
            .map_err(|error| BadRequest(format!("the body is not a JSON object of fields: {error}")))?;
        let found = raw.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let Some((_, raw)) = found else { return Ok(Self(Map::new())) };
        let text = match raw.get().as_bytes().first() {
            Some(b'{') => raw.get().to_owned(),
            Some(b'"') => serde_json::from_str(raw.get()).unwrap_or_default(),
            Some(b'n') => String::new(),
            _ => return Err(BadRequest(format!("'{name}' is not an object"))),
        };
        if text.trim().is_empty() || text.trim() == "null" {
            return Ok(Self(Map::new()));
        }
        Self::parse(text.as_bytes()).map_err(|error| BadRequest(format!("'{name}': {error}")))
    }

    /// Those of these fields that are there, as a query would have them.
    ///
    /// # Errors
    /// If one of them is no text.
    pub fn as_query(&self, names: &[&str]) -> Result<Vec<(String, String)>, BadRequest> {
        let found = names.iter().map(|name| Ok(self.text(name)?.map(|text| ((*name).to_owned(), text))));
        found.filter_map(Result::transpose).collect()
    }

    /// A field as it came.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(&name.to_ascii_lowercase())
    }

    /// A text; numbers and truth values count as their text.
    ///
    /// # Errors
    /// If it is a list or an object.
    pub fn text(&self, name: &str) -> Result<Option<String>, BadRequest> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(truth)) => Ok(Some(truth.to_string())),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => {
                Err(BadRequest(format!("'{name}' is not a text")))
            }
        }
    }

    /// An exact number, or its text.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, BadRequest> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => return Err(BadRequest(format!("'{name}' is not a number"))),
        };
        parse_decimal(&text).map(Some).map_err(|_| BadRequest(format!("'{name}' is not a number")))
    }

    /// A truth value, or its text.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn truth(&self, name: &str) -> Result<Option<bool>, BadRequest> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "" => Ok(None),
                "true" => Ok(Some(true)),
                "false" => Ok(Some(false)),
                _ => Err(BadRequest(format!("'{name}' is neither true nor false"))),
            },
            Some(_) => Err(BadRequest(format!("'{name}' is neither true nor false"))),
        }
    }

    /// The request's own key for being the same request again. Clients put anything there: what
    /// is no text is none.
    #[must_use]
    pub fn guid(&self) -> Option<String> {
        self.text("guid").unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        each_once(deserializer, |name| name.to_ascii_lowercase()).map(Self)
    }
}

/// An invoice request in terms of the core. `default_currency` is the store's.
///
/// # Errors
/// [`BadRequest`] naming the field that makes no sense.
pub fn new_invoice(fields: &Fields, default_currency: Currency) -> Result<NewInvoice, BadRequest> {
    accepts_bitcoin(fields)?;
    let currency = match fields.text("currency")? {
        Some(code) => {
            code.parse().map_err(|_| no_rate(&format!("unknown currency {:?}", shortened(&code))))?
        }
        None => default_currency,
    };
    let speed = fields.text("transactionSpeed")?.as_deref().and_then(Speed::from_name);
    let expires_at = match fields.get("expirationTime") {
        None => None,
        Some(value) => {
            let ms = value.as_i64().filter(|_| value.is_number());
            let ms = ms.ok_or_else(|| {
                BadRequest("'expirationTime' is not a whole number of milliseconds".to_owned())
            })?;
            Some(Timestamp::from_millis(ms))
        }
    };
    let order = order(fields)?;
    NewInvoice::new(fields.decimal("price")?, currency, speed, expires_at, order)
        .map_err(|e| BadRequest(e.to_string()))
}

fn order(fields: &Fields) -> Result<Order, BadRequest> {
    let truth = |name| Ok::<_, BadRequest>(fields.truth(name)?.unwrap_or(false));
    Ok(Order {
        order_id: fields.text("orderId")?,
        item_desc: fields.text("itemDesc")?,
        item_code: fields.text("itemCode")?,
        pos_data: fields.text("posData")?,
        physical: truth("physical")?,
        tax_included: fields.decimal("taxIncluded")?.unwrap_or(Decimal::ZERO),
        buyer: buyer(fields)?,
        notification_url: fields.text("notificationURL")?,
        notification_email: fields.text("notificationEmail")?,
        notifications: Notifications::from_switches(
            truth("fullNotifications")?,
            truth("extendedNotifications")?,
        ),
        redirect_url: fields.text("redirectURL")?,
        redirect_automatically: fields.truth("redirectAutomatically")?,
    })
}

/// The flat fields win over those of the `buyer` object.
fn buyer(fields: &Fields) -> Result<Buyer, BadRequest> {
    let nested = match fields.get("buyer") {
        Some(Value::Object(object)) => {
            let object = object.iter().filter(|(_, value)| !value.is_null());
            Fields(object.map(|(key, value)| (key.to_ascii_lowercase(), value.clone())).collect())
        }
        None => Fields(Map::new()),
        Some(_) => return Err(BadRequest("'buyer' is not an object".to_owned())),
    };
    let either = |flat: &str, name: &str| Ok::<_, BadRequest>(fields.text(flat)?.or(nested.text(name)?));
    Ok(Buyer {
        name: either("buyerName", "name")?,
        email: either("buyerEmail", "email")?,
        phone: either("buyerPhone", "phone")?,
        address1: either("buyerAddress1", "address1")?,
        address2: either("buyerAddress2", "address2")?,
        locality: either("buyerCity", "city")?,
        region: either("buyerState", "state")?,
        postal_code: either("buyerZip", "zip")?,
        country: either("buyerCountry", "country")?,
    })
}

/// If the request names payment methods, on-chain bitcoin has to be among them.
fn accepts_bitcoin(fields: &Fields) -> Result<(), BadRequest> {
    let mut named = Vec::new();
    match fields.get("supportedTransactionCurrencies") {
        None => {}
        Some(Value::Object(map)) => {
            let enabled =
                map.iter().filter(|(_, v)| v.get("enabled").is_some_and(|e| *e == Value::Bool(true)));
            named.extend(enabled.map(|(method, _)| method.clone()));
        }
        Some(_) => return Err(BadRequest("'supportedTransactionCurrencies' is not an object".to_owned())),
    }
    match fields.get("paymentCurrencies") {
        None => {}
        Some(Value::Array(list)) => named.extend(list.iter().filter_map(|v| v.as_str().map(str::to_owned))),
        Some(_) => return Err(BadRequest("'paymentCurrencies' is not a list".to_owned())),
    }
    if named.is_empty() || named.iter().any(|method| is_on_chain_bitcoin(method)) {
        return Ok(());
    }
    Err(no_rate("none of the requested payment methods is available; BTC-CHAIN is"))
}

/// BTCPay's names for on-chain bitcoin, old and new.
#[must_use]
pub fn is_on_chain_bitcoin(method: &str) -> bool {
    let method = method.trim().to_ascii_uppercase().replace('_', "-");
    matches!(
        method.as_str(),
        "BTC" | "BTC-CHAIN" | "BTC-ONCHAIN" | "BTC-ON-CHAIN" | "BTC-BTCLIKE" | "BTC-BITCOINLIKE"
    )
}

/// BTCPay's words for a price that cannot be quoted, with the cause behind them.
#[must_use]
pub fn no_rate(cause: &str) -> BadRequest {
    BadRequest(format!("Error retrieving a matching payment method or rate.\nBTC-CHAIN: {cause}"))
}

fn shortened(text: &str) -> String {
    text.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<NewInvoice, BadRequest> {
        new_invoice(&Fields::parse(body.as_bytes())?, "USD".parse().unwrap())
    }

    #[test]
    fn keys_match_in_any_case_and_values_in_any_guise() {
        let new = parse(
            r#"{"Price":"20.50","CURRENCY":" eur ","orderID":42,"posData":"","notificationURL":null,"nonce":1.5,
                "fullNotifications":"true","transactionSpeed":"low-medium","buyer":{"name":"Ann","zip":"1"},"buyerZip":"2"}"#,
        )
        .unwrap();
        let price = new.price().unwrap();
        assert_eq!((price.amount.to_string().as_str(), price.currency.code()), ("20.5", "EUR"));
        assert_eq!(new.order().order_id.as_deref(), Some("42"));
        assert_eq!(new.order().pos_data, None);
        assert_eq!(new.order().notifications, Notifications::Full);
        assert_eq!(new.speed(), Some(Speed::LowMedium));
        assert_eq!(new.order().buyer.name.as_deref(), Some("Ann"));
        assert_eq!(new.order().buyer.postal_code.as_deref(), Some("2"));
    }

    #[test]
    fn a_form_means_what_a_body_means() {
        let form =
            [("price", "20.50"), ("currency", ""), ("orderId", "42"), ("extendedNotifications", "true")];
        let from_form = new_invoice(&Fields::from_form(form), "USD".parse().unwrap()).unwrap();
        let body = r#"{"price":20.50,"orderId":"42","extendedNotifications":true}"#;
        assert_eq!(from_form, parse(body).unwrap());
        let top_up = new_invoice(&Fields::from_form([("price", "")]), "USD".parse().unwrap()).unwrap();
        assert_eq!(top_up.price(), None);
        let refused =
            new_invoice(&Fields::from_form([("price", "much")]), "USD".parse().unwrap()).unwrap_err();
        assert_eq!(refused.field(), Some("price"));
        assert_eq!(BadRequest("the body is not 'JSON'".to_owned()).field(), None);
    }

    #[test]
    fn no_price_is_a_top_up_and_less_than_nothing_is_nothing() {
        assert_eq!(parse("{}").unwrap().price(), None);
        assert!(parse(r#"{"price":-5}"#).unwrap().price().unwrap().amount.is_zero());
        // An unknown speed is the store's, not an error.
        assert_eq!(parse(r#"{"transactionSpeed":"HIGH"}"#).unwrap().speed(), None);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (body, cause) in [
            ("", "the body is not JSON"),
            ("[]", "the body is not a JSON object"),
            (r#"{"price":1,"Price":500}"#, "'price' is given twice"),
            ("{", "the body is not JSON"),
            (r#"{"price":"abc"}"#, "'price' is not a number"),
            (r#"{"price":""}"#, "'price' is not a number"),
            (r#"{"price":[1]}"#, "'price' is not a number"),
            (r#"{"price":1e400}"#, "'price' is not a number"),
            (r#"{"price":1e20}"#, "the price is out of range"),
            (r#"{"expirationTime":"2030-01-01"}"#, "'expirationTime' is not a whole number"),
            (r#"{"expirationTime":1.5}"#, "'expirationTime' is not a whole number"),
            (r#"{"currency":"DOGE"}"#, "unknown currency \"DOGE\""),
            (r#"{"itemDesc":{"a":1}}"#, "'itemDesc' is not a text"),
            (r#"{"buyer":"Ann"}"#, "'buyer' is not an object"),
            (r#"{"fullNotifications":"perhaps"}"#, "'fullNotifications' is neither true nor false"),
            (r#"{"paymentCurrencies":["LTC"]}"#, "none of the requested payment methods"),
            (
                r#"{"supportedTransactionCurrencies":{"BTC-LN":{"enabled":true}}}"#,
                "none of the requested payment methods",
            ),
        ] {
            let error = parse(body).unwrap_err().0;
            assert!(error.contains(cause), "{body}: {error}");
        }
        let long = format!(r#"{{"itemDesc":"{}"}}"#, "x".repeat(9000));
        assert!(parse(&long).unwrap_err().0.contains("'itemDesc' is longer"));
    }

    #[test]
    fn on_chain_bitcoin_goes_by_many_names() {
        for name in [
            "BTC",
            "btc",
            " BTC ",
            "BTC-CHAIN",
            "BTC_OnChain",
            "BTC-on-chain",
            "BTC_BTCLike",
            "btc-bitcoinlike",
        ] {
            assert!(is_on_chain_bitcoin(name), "{name}");
        }
        for name in ["", "BTC-LN", "BTC_LightningLike", "LTC", "BTC-LNURL"] {
            assert!(!is_on_chain_bitcoin(name), "{name}");
        }
        assert!(
            parse(
                r#"{"supportedTransactionCurrencies":{"BTC":{"enabled":true}},"paymentCurrencies":["LTC"]}"#
            )
            .is_ok()
        );
        assert!(parse(r#"{"supportedTransactionCurrencies":{"LTC":{"enabled":false}}}"#).is_ok());
    }
}
