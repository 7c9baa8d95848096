//! The bodies of a new invoice and of a mark, and the reader of all bodies. Every field that makes no
//! sense is named at once; nothing is rounded.

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use specie_core::invoice::{Buyer, InvalidRequest, MAX_FIELD_LEN, Mark, NewInvoice, Notifications, Order};
use specie_core::money::{Currency, parse_decimal};
use specie_core::time::Timestamp;
use url::Url;
use utoipa::ToSchema;

use super::Problems;
use crate::dialect::object::each_once;

/// The longest time to pay, in minutes: 366 days.
const MAX_MINUTES: i64 = 366 * 24 * 60;
/// The longest address.
const MAX_URL: usize = 2048;
/// The longest e-mail address.
const MAX_EMAIL: usize = 254;

/// The fields of a new invoice, as they are told of. Texts may come as numbers, and numbers as texts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, so that all that is wrong is named")]
pub struct NewPanelInvoice {
    /// Above 0, with no more decimal places than the currency has: nothing is rounded.
    #[schema(value_type = f64, exclusive_minimum = 0, example = 20)]
    amount: Decimal,
    /// ISO 4217, `BTC` or `SATS`.
    #[schema(example = "USD")]
    currency: String,
    /// The shop's own number; seen by the buyer.
    #[schema(example = "A-18", max_length = 8192)]
    order_id: Option<String>,
    /// What is sold; seen by the buyer.
    #[schema(max_length = 8192)]
    description: Option<String>,
    /// The buyer's address, given back.
    #[schema(max_length = 254)]
    buyer_email: Option<String>,
    /// Where the checkout's link leads afterwards; by default the store's website.
    #[schema(max_length = 2048)]
    redirect_url: Option<String>,
    /// Where what happens to this invoice is posted.
    #[schema(max_length = 2048)]
    webhook_url: Option<String>,
    /// Minutes until the price no longer holds; by default the store's time.
    #[schema(minimum = 1, maximum = 527_040)]
    expires_in: Option<i64>,
    /// Anything, up to 8 KiB, given back as it came.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// The body of a mark.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct NewPanelMark {
    /// `complete` or `invalid`.
    #[schema(example = "complete")]
    status: String,
}

/// Why a body makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is no JSON object, and why.
    NotJson(String),
    /// Fields of it make no sense.
    Invalid(Problems),
}

/// The fields of a body, each once. `null` and the empty text count as absent.
pub(super) struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        each_once(deserializer, |name| name).map(Self)
    }
}

impl Fields {
    /// # Errors
    /// [`Refused::NotJson`] if the body is no JSON object.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        serde_json::from_slice(body).map_err(|e| Refused::NotJson(e.to_string()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| value.as_str() != Some(""))
    }

    /// A text; numbers count as their text, since shops number their orders.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err("must be a string".to_owned()),
        };
        if text.len() > MAX_FIELD_LEN {
            return Err(format!("must not be longer than {MAX_FIELD_LEN} bytes"));
        }
        if text.contains('\0') {
            return Err("must not contain a NUL character".to_owned());
        }
        Ok(Some(text))
    }

    fn amount(&self) -> Result<Decimal, String> {
        let text = match self.get("amount") {
            None => return Err("is required".to_owned()),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => return Err("must be a number".to_owned()),
        };
        let amount = parse_decimal(&text).map_err(|_| "must be a number".to_owned())?;
        if amount > Decimal::ZERO { Ok(amount) } else { Err("must be greater than 0".to_owned()) }
    }

    fn currency(&self) -> Result<Currency, String> {
        match self.get("currency") {
            None => Err("is required".to_owned()),
            Some(Value::String(code)) => {
                code.parse().map_err(|_| "must be BTC, SATS or an ISO 4217 code".to_owned())
            }
            Some(_) => Err("must be a string".to_owned()),
        }
    }

    fn minutes(&self) -> Result<Option<i64>, String> {
        let minutes = match self.get("expires_in") {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let minutes = minutes.ok_or("must be an integer")?;
        if (1..=MAX_MINUTES).contains(&minutes) {
            Ok(Some(minutes))
        } else {
            Err(format!("must be between 1 and {MAX_MINUTES} minutes"))
        }
    }

    fn url(&self, name: &str) -> Result<Option<String>, String> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if text.len() <= MAX_URL && url.is_some_and(|url| url.has_host()) {
            Ok(Some(text))
        } else {
            Err("must be a valid URL".to_owned())
        }
    }

    fn email(&self) -> Result<Option<String>, String> {
        let Some(text) = self.text("buyer_email")? else { return Ok(None) };
        let sides = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
        let sound = sides.is_some_and(|(_, host)| !host.contains('@'));
        if sound && text.len() <= MAX_EMAIL && !text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            Ok(Some(text))
        } else {
            Err("must be a valid email address".to_owned())
        }
    }

    fn metadata(&self) -> Result<Option<String>, String> {
        match self.get("metadata") {
            None => Ok(None),
            Some(object @ Value::Object(_)) => {
                let text = object.to_string();
                // A NUL is escaped in JSON, and comes back as it went in.
                if text.len() > MAX_FIELD_LEN {
                    Err(format!("must not be longer than {MAX_FIELD_LEN} bytes"))
                } else {
                    Ok(Some(text))
                }
            }
            Some(_) => Err("must be an object".to_owned()),
        }
    }
}

/// What an invoice is to be marked as.
///
/// # Errors
/// [`Refused`] if `status` names no mark.
pub fn mark(body: &[u8]) -> Result<Mark, Refused> {
    let fields = Fields::read(body)?;
    let status = match fields.get("status") {
        None => Err("is required"),
        Some(status) => status.as_str().and_then(Mark::from_name).ok_or("must be complete or invalid"),
    };
    status.map_err(|words| Refused::Invalid(Problems::one("status", words)))
}

/// An invoice request in terms of the core.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn new_invoice(body: &[u8], now: Timestamp) -> Result<NewInvoice, Refused> {
    let fields = Fields::read(body)?;
    let mut problems = Problems::default();
    let amount = problems.keep("amount", fields.amount());
    let currency = problems.keep("currency", fields.currency());
    if let (Some(amount), Some(currency)) = (amount, currency)
        && amount.normalize().scale() > currency.decimals()
    {
        let words = match currency.decimals() {
            0 => format!("must have no decimal places in {currency}"),
            most => format!("must have at most {most} decimal places in {currency}"),
        };
        problems.add("amount", &words);
    }
    let minutes = problems.keep("expires_in", fields.minutes());
    let order = order(&fields, &mut problems);
    let (true, Some(amount), Some(currency), Some(minutes)) =
        (problems.is_empty(), amount, currency, minutes)
    else {
        return Err(Refused::Invalid(problems));
    };
    let expires_at = minutes.map(|minutes| now.plus_secs(minutes * 60));
    NewInvoice::new(Some(amount), currency, None, expires_at, order).map_err(|error| {
        let field = match error {
            InvalidRequest::PriceOutOfRange => "amount",
            InvalidRequest::TooLong(_) | InvalidRequest::Nul(_) => "metadata",
        };
        Refused::Invalid(Problems::one(field, "is out of range"))
    })
}

fn order(fields: &Fields, problems: &mut Problems) -> Order {
    let email = problems.keep("buyer_email", fields.email()).flatten();
    Order {
        order_id: problems.keep("order_id", fields.text("order_id")).flatten(),
        item_desc: problems.keep("description", fields.text("description")).flatten(),
        pos_data: problems.keep("metadata", fields.metadata()).flatten(),
        buyer: Buyer { email, ..Buyer::default() },
        notification_url: problems.keep("webhook_url", fields.url("webhook_url")).flatten(),
        notifications: Notifications::Events,
        redirect_url: problems.keep("redirect_url", fields.url("redirect_url")).flatten(),
        ..Order::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

    fn read(body: &str) -> Result<NewInvoice, Refused> {
        new_invoice(body.as_bytes(), NOW)
    }

    #[test]
    fn a_body_is_read_exactly() {
        let new = read(
            r#"{"amount":"19.90","currency":"usd","order_id":42,"buyer_email":"ann@shop.example","description":"Tea",
                "expires_in":30,"metadata":{"z":1,"a":[0.10]},"redirect_url":"https://shop.example/thanks",
                "webhook_url":"https://shop.example/hook","more":"is ignored"}"#,
        )
        .unwrap();
        let price = new.price().unwrap();
        assert_eq!((price.amount.to_string().as_str(), price.currency.code()), ("19.9", "USD"));
        assert_eq!(new.expires_at(), Some(NOW.plus_secs(1800)));
        assert_eq!(new.order().order_id.as_deref(), Some("42"));
        assert_eq!(new.order().buyer.email.as_deref(), Some("ann@shop.example"));
        assert_eq!(new.order().pos_data.as_deref(), Some(r#"{"z":1,"a":[0.10]}"#), "not a digit is lost");
        let bare = read(r#"{"amount":0.001,"currency":"BTC","order_id":null,"buyer_email":""}"#).unwrap();
        assert_eq!(bare.price().unwrap().amount.to_string(), "0.001");
        assert_eq!((bare.expires_at(), &bare.order().buyer.email), (None, &None));
    }

    #[test]
    fn every_bad_field_is_named_with_what_it_has_to_be() {
        let long = format!(r#"{{"amount":1,"currency":"USD","order_id":"{}"}}"#, "x".repeat(9000));
        for (body, errors) in [
            (
                "{}",
                json!({ "amount": ["The amount field is required."], "currency": ["The currency field is required."] }),
            ),
            (
                r#"{"amount":"ten","currency":"USD"}"#,
                json!({ "amount": ["The amount field must be a number."] }),
            ),
            (
                r#"{"amount":[1],"currency":"USD"}"#,
                json!({ "amount": ["The amount field must be a number."] }),
            ),
            (
                r#"{"amount":0,"currency":"USD"}"#,
                json!({ "amount": ["The amount field must be greater than 0."] }),
            ),
            (
                r#"{"amount":-1,"currency":"USD"}"#,
                json!({ "amount": ["The amount field must be greater than 0."] }),
            ),
            (
                r#"{"amount":10.005,"currency":"USD"}"#,
                json!({ "amount": ["The amount field must have at most 2 decimal places in USD."] }),
            ),
            (
                r#"{"amount":0.5,"currency":"JPY"}"#,
                json!({ "amount": ["The amount field must have no decimal places in JPY."] }),
            ),
            (
                r#"{"amount":1e20,"currency":"USD"}"#,
                json!({ "amount": ["The amount field is out of range."] }),
            ),
            (
                r#"{"amount":1,"currency":"DOGE","buyer_email":"ann","expires_in":0,"metadata":[],"description":{}}"#,
                json!({
                    "currency": ["The currency field must be BTC, SATS or an ISO 4217 code."],
                    "expires_in": ["The expires_in field must be between 1 and 527040 minutes."],
                    "buyer_email": ["The buyer_email field must be a valid email address."],
                    "description": ["The description field must be a string."],
                    "metadata": ["The metadata field must be an object."],
                }),
            ),
            (
                r#"{"amount":1,"currency":7,"expires_in":1.5,"webhook_url":"ftp://x","redirect_url":"javascript:alert(1)"}"#,
                json!({
                    "currency": ["The currency field must be a string."],
                    "expires_in": ["The expires_in field must be an integer."],
                    "webhook_url": ["The webhook_url field must be a valid URL."],
                    "redirect_url": ["The redirect_url field must be a valid URL."],
                }),
            ),
            (
                long.as_str(),
                json!({ "order_id": ["The order_id field must not be longer than 8192 bytes."] }),
            ),
        ] {
            let Err(Refused::Invalid(problems)) = read(body) else { panic!("{body}") };
            let told = serde_json::to_value(problems.told()).unwrap();
            assert_eq!(told["errors"], errors, "{body}");
            let first = errors.as_object().unwrap().values().next().unwrap();
            assert_eq!(told["message"], first[0], "{body}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused_as_a_whole() {
        for body in ["", "[]", "{", "7", r#"{"amount":1,"amount":100,"currency":"USD"}"#] {
            assert!(matches!(read(body), Err(Refused::NotJson(_))), "{body}");
        }
    }
}
