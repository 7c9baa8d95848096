//! The pay button: a form on anybody's page that makes an invoice, in BTCPay's names.
//!
//! A button of ours may carry a token (`buttonToken`), over everything that the form may say but what it *leaves*
//! to whoever fills it in. What the form says of the rest, and what it does not say, is as it was signed.

use rust_decimal::Decimal;
use serde::Serialize;
use specie_core::ids::StoreId;
use specie_core::invoice::{InvalidRequest, NewInvoice, Notifications, Order};
use specie_core::money::{Currency, parse_decimal};
use url::{Url, form_urlencoded};
use utoipa::ToSchema;

/// What a token covers, in this order.
const COVERED: [&str; 9] = [
    "price",
    "currency",
    "defaultPaymentMethod",
    "checkoutDesc",
    "orderId",
    "serverIpn",
    "browserRedirect",
    "notifyEmail",
    "checkoutQueryString",
];
/// How many words for the checkout's address a button may have.
const MAX_QUERY: usize = 16;

/// What a signed button leaves to whoever fills it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Leaves {
    /// The price.
    pub price: bool,
    /// The shop's own number of the order.
    pub order: bool,
}

impl Leaves {
    /// As it stands in a token.
    #[must_use]
    pub fn text(self) -> &'static str {
        match (self.price, self.order) {
            (false, false) => "all",
            (true, false) => "price",
            (false, true) => "order",
            (true, true) => "both",
        }
    }

    fn read(text: &str) -> Option<Self> {
        let known = [(false, false), (true, false), (false, true), (true, true)];
        known.map(|(price, order)| Self { price, order }).into_iter().find(|leaves| leaves.text() == text)
    }

    fn leaves(self, name: &str) -> bool {
        match name {
            "price" => self.price,
            "orderId" => self.order,
            _ => false,
        }
    }
}

/// What a button sent, as clients are told of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ButtonForm {
    /// The store's id.
    #[schema(example = "QzFf7p3nHwB2tJgXcVd8aM")]
    store_id: String,
    /// The price, above 0. Absent: any amount is taken.
    #[schema(example = "20.00")]
    price: Option<String>,
    /// ISO 4217, `BTC` or `SATS`; by default the store's.
    currency: Option<String>,
    /// Read, and without influence: there is one way to pay.
    default_payment_method: Option<String>,
    /// What is sold; seen by the buyer.
    checkout_desc: Option<String>,
    /// The shop's own number; seen by the buyer.
    order_id: Option<String>,
    /// Where notifications go; all of them are sent.
    server_ipn: Option<String>,
    /// Where the checkout's link leads afterwards.
    browser_redirect: Option<String>,
    /// Kept with the invoice.
    notify_email: Option<String>,
    /// What is added to the checkout's address, such as `lang=fr`.
    checkout_query_string: Option<String>,
    /// `true`: the answer is JSON, and no redirect.
    #[schema(value_type = Option<String>, example = "true")]
    json_response: Option<bool>,
    /// The token of a signed button.
    button_token: Option<String>,
}

/// The invoice that a button made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pressed {
    /// Its id.
    #[schema(example = "QzFf7p3nHwB2tJgXcVd8aM")]
    pub invoice_id: String,
    /// Its checkout.
    pub invoice_url: String,
}

/// Why a button does nothing: what is wrong with which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such store.
    #[error("Invalid store")]
    Store,
    /// The store lets nobody in without a token.
    #[error("Store has not enabled Pay Button")]
    NotEnabled,
    /// It was changed, or made void.
    #[error("This button was changed, or is no longer valid")]
    Token,
    /// No price.
    #[error("Price must be greater than 0")]
    Price,
    /// More than there is.
    #[error("The price is out of range")]
    TooMuch,
    /// No currency.
    #[error("Unknown currency")]
    Currency,
    /// Nobody can be told there.
    #[error("The ServerIpn field is not a valid http or https URL")]
    Ipn,
    /// No browser can be sent there.
    #[error("The BrowserRedirect field is not a valid http or https URL")]
    Redirect,
    /// More than anyone needs, or what no database stores.
    #[error("A field is too long, or is no text")]
    Text,
}

impl Refused {
    /// The field that is wrong, as BTCPay names it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Store | Self::NotEnabled => "Store",
            Self::Token => "ButtonToken",
            Self::Price | Self::TooMuch => "Price",
            Self::Currency => "Currency",
            Self::Ipn => "ServerIpn",
            Self::Redirect => "BrowserRedirect",
            Self::Text => "Request",
        }
    }
}

/// A button's fields, whatever the case of their names; of two of one name the first.
#[derive(Debug, Clone, Default)]
pub struct Press(Vec<(String, String)>);

impl Press {
    /// What was sent, in order. What is empty is absent.
    #[must_use]
    pub fn new(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(fields.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, text)| text.as_str())
    }

    /// The store.
    #[must_use]
    pub fn store_id(&self) -> Option<StoreId> {
        self.get("storeId")?.trim().parse().ok()
    }

    /// Whether a script asks, which reads JSON.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.get("jsonResponse").is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
    }

    /// The token, and what it leaves; none if the button has none. What is no token leaves nothing, and opens
    /// nothing.
    #[must_use]
    pub fn token(&self) -> Option<(Leaves, &str)> {
        let token = self.get("buttonToken")?;
        let parts = token.split_once('-');
        let read = parts.and_then(|(leaves, seal)| Some((Leaves::read(leaves)?, seal)));
        Some(read.unwrap_or((Leaves::default(), "")))
    }

    /// What a token is over: what it leaves, and the rest as it is, or is not.
    #[must_use]
    pub fn fixed(&self, leaves: Leaves) -> Vec<u8> {
        let said = COVERED.map(|name| self.get(name).filter(|_| !leaves.leaves(name)));
        serde_json::to_vec(&(leaves.text(), said)).unwrap_or_default()
    }

    /// What is added to the checkout's address.
    #[must_use]
    pub fn checkout_query(&self) -> Vec<(String, String)> {
        let text = self.get("checkoutQueryString").unwrap_or("").trim_start_matches('?');
        form_urlencoded::parse(text.as_bytes()).into_owned().take(MAX_QUERY).collect()
    }

    /// The invoice that it asks for. Whoever presses a button without a token is nobody in particular: their
    /// buyers are sent nowhere by themselves.
    ///
    /// # Errors
    /// [`Refused`] for what makes no sense.
    pub fn new_invoice(&self, default_currency: Currency, signed: bool) -> Result<NewInvoice, Refused> {
        let text = |name| self.get(name).map(str::to_owned);
        let currency = match self.get("currency") {
            Some(code) => code.parse().map_err(|_| Refused::Currency)?,
            None => default_currency,
        };
        let price = match self.get("price") {
            Some(text) => Some(price(text)?),
            None => None,
        };
        let order = Order {
            order_id: text("orderId"),
            item_desc: text("checkoutDesc"),
            notification_url: self.web("serverIpn").ok_or(Refused::Ipn)?,
            notification_email: text("notifyEmail"),
            notifications: Notifications::Full,
            redirect_url: self.web("browserRedirect").ok_or(Refused::Redirect)?,
            redirect_automatically: if signed { None } else { Some(false) },
            ..Order::default()
        };
        NewInvoice::new(price, currency, None, None, order).map_err(|error| match error {
            InvalidRequest::PriceOutOfRange => Refused::TooMuch,
            InvalidRequest::TooLong(_) | InvalidRequest::Nul(_) => Refused::Text,
        })
    }

    /// An address on the web, or that there is none; nothing if it is another kind of address.
    #[expect(clippy::option_option, reason = "no address is an answer, and a bad one is none")]
    fn web(&self, name: &str) -> Option<Option<String>> {
        let Some(text) = self.get(name) else { return Some(None) };
        is_web(text).then(|| Some(text.to_owned()))
    }
}

/// A price. Free is none.
fn price(text: &str) -> Result<Decimal, Refused> {
    let price = parse_decimal(text.trim()).ok().filter(|price| *price > Decimal::ZERO);
    price.ok_or(Refused::Price)
}

/// Whether it is an address of the web.
fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "QzFf7p3nHwB2tJgXcVd8aM";

    fn press(fields: &[(&str, &str)]) -> Press {
        Press::new(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    fn made(fields: &[(&str, &str)]) -> Result<NewInvoice, Refused> {
        press(fields).new_invoice("USD".parse().unwrap(), false)
    }

    #[test]
    fn a_form_is_read_whatever_the_case_of_its_names() {
        let all = [
            ("STOREID", STORE),
            ("Price", " 20.50 "),
            ("currency", "eur"),
            ("checkoutdesc", "Two books"),
            ("orderID", "A-1"),
            ("serverIPN", "https://shop.example/ipn?id={InvoiceId}"),
            ("browserRedirect", "https://shop.example/thanks"),
            ("notifyEmail", "ann@shop.example"),
            ("jsonresponse", "True"),
            ("orderId", "B-2"),
            ("submit.x", "17"),
        ];
        let pressed = press(&all);
        assert_eq!(pressed.store_id().unwrap().to_string(), STORE);
        assert!(pressed.wants_json() && pressed.token().is_none());
        let new = pressed.new_invoice("USD".parse().unwrap(), false).unwrap();
        let price = new.price().unwrap();
        assert_eq!((price.amount.to_string().as_str(), price.currency.code()), ("20.5", "EUR"));
        let order = new.order();
        assert_eq!(order.order_id.as_deref(), Some("A-1"), "the first counts");
        assert_eq!(order.item_desc.as_deref(), Some("Two books"));
        assert_eq!(order.notification_url.as_deref(), Some("https://shop.example/ipn?id={InvoiceId}"));
        assert_eq!(order.notification_email.as_deref(), Some("ann@shop.example"));
        assert_eq!(order.redirect_url.as_deref(), Some("https://shop.example/thanks"));
        assert_eq!(order.notifications, Notifications::Full);
        assert_eq!(order.redirect_automatically, Some(false));
        let signed = pressed.new_invoice("USD".parse().unwrap(), true).unwrap();
        assert_eq!(signed.order().redirect_automatically, None);
        let top_up = made(&[("price", ""), ("currency", "")]).unwrap();
        assert_eq!((top_up.price(), top_up.currency().code()), (None, "USD"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_field() {
        let long = "x".repeat(9000);
        for (name, text, refused) in [
            ("price", "0", Refused::Price),
            ("price", "-1", Refused::Price),
            ("price", "0.00", Refused::Price),
            ("price", "much", Refused::Price),
            ("price", "NaN", Refused::Price),
            ("price", "1,5", Refused::Price),
            ("price", "100000000000000000000", Refused::TooMuch),
            ("currency", "DOGE", Refused::Currency),
            ("serverIpn", "ftp://shop.example", Refused::Ipn),
            ("serverIpn", "shop.example/ipn", Refused::Ipn),
            ("browserRedirect", "javascript:alert(1)", Refused::Redirect),
            ("browserRedirect", "data:text/html,x", Refused::Redirect),
            ("browserRedirect", "//evil.example", Refused::Redirect),
            ("checkoutDesc", &long, Refused::Text),
            ("checkoutDesc", "a\0b", Refused::Text),
        ] {
            assert_eq!(made(&[(name, text)]).unwrap_err(), refused, "{name}={text}");
        }
    }

    #[test]
    fn a_token_is_over_all_that_it_does_not_leave() {
        let button = [("price", "20"), ("currency", "USD"), ("orderId", "A-1"), ("checkoutDesc", "Tea")];
        let all = Leaves::default();
        let fixed = press(&button).fixed(all);
        for name in COVERED {
            let mut other: Vec<(&str, &str)> =
                button.iter().copied().filter(|(known, _)| *known != name).collect();
            other.push((name, "changed"));
            assert_ne!(press(&other).fixed(all), fixed, "{name}");
            let without: Vec<_> = button.iter().copied().filter(|(known, _)| *known != name).collect();
            let had = without.len() < button.len();
            assert_eq!(press(&without).fixed(all) != fixed, had, "without {name}");
        }
        let left = Leaves { price: true, order: false };
        assert_ne!(press(&button).fixed(left), fixed, "what is left is covered, too");
        let other = [("price", "1"), ("currency", "USD"), ("orderId", "A-1"), ("checkoutDesc", "Tea")];
        assert_eq!(press(&button).fixed(left), press(&other).fixed(left));
        // Names that a form has besides mean nothing.
        let more = [&button[..], &[("jsonResponse", "true"), ("submit.x", "1")]].concat();
        assert_eq!(press(&more).fixed(all), fixed);
    }

    #[test]
    fn a_token_says_what_it_leaves() {
        for (token, leaves) in [
            ("all-00ff", (Leaves::default(), "00ff")),
            ("price-00ff", (Leaves { price: true, order: false }, "00ff")),
            ("both-00ff", (Leaves { price: true, order: true }, "00ff")),
            ("everything-00ff", (Leaves::default(), "")),
            ("00ff", (Leaves::default(), "")),
        ] {
            assert_eq!(press(&[("buttonToken", token)]).token(), Some(leaves), "{token}");
        }
        assert_eq!(press(&[("buttonToken", "")]).token(), None);
    }

    #[test]
    fn words_for_the_checkouts_address_are_read_and_not_pasted() {
        let query = |text| press(&[("checkoutQueryString", text)]).checkout_query();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(query("?lang=fr&view=modal"), [pair("lang", "fr"), pair("view", "modal")]);
        assert_eq!(query("\r\nSet-Cookie: a=b"), [pair("\r\nSet-Cookie: a", "b")]);
        assert_eq!(query(&"a=b&".repeat(1000)).len(), MAX_QUERY);
    }
}
