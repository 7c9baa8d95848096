//! A payment button as plain HTML with its style in itself, so that it looks the same on any page and asks nothing
//! of it.

use maud::{Markup, PreEscaped, html};
use url::form_urlencoded;

/// The rules that the page's own preview is styled by.
const RULES: &str = include_str!("../../assets/css/button.css");

/// What a script needs to show the checkout over the page. Without it, or where it fails, the form leads there.
const SCRIPT: &str = "\
function payInFrame(event) {
  if (!window.btcpay) return
  event.preventDefault()
  var form = event.target, fields = new FormData(form), asked = new XMLHttpRequest()
  fields.append('jsonResponse', 'true')
  asked.onload = function () {
    if (asked.status === 200) window.btcpay.appendInvoiceFrame(JSON.parse(asked.responseText).invoiceId)
    else if (asked.status === 429) alert(JSON.parse(asked.responseText).Store)
    else form.submit()
  }
  asked.onerror = function () { form.submit() }
  asked.open('POST', form.getAttribute('action'))
  asked.send(fields)
}";

/// How a button looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Which of [`Self::SIZES`].
    pub size: &'static str,
    /// Which of [`Self::STYLES`].
    pub style: &'static str,
}

impl Look {
    /// Its sizes.
    pub const SIZES: [(&'static str, &'static str); 3] =
        [("small", "Small"), ("medium", "Medium"), ("large", "Large")];
    /// Its colours.
    pub const STYLES: [(&'static str, &'static str); 4] =
        [("green", "Green"), ("orange", "Orange"), ("dark", "Dark"), ("light", "Light")];

    /// The look of those names; of one that there is not, the usual.
    #[must_use]
    pub fn named(size: Option<&str>, style: Option<&str>) -> Self {
        let find = |all: &[(&'static str, &'static str)], name| {
            all.iter().map(|(known, _)| *known).find(|known| Some(*known) == name)
        };
        Self {
            size: find(&Self::SIZES, size).unwrap_or("medium"),
            style: find(&Self::STYLES, style).unwrap_or("green"),
        }
    }

    fn classes(self) -> [String; 3] {
        ["paybutton".to_owned(), format!("paybutton-{}", self.size), format!("paybutton-{}", self.style)]
    }

    fn inline(self) -> String {
        self.classes().map(|class| declarations(&class)).join(" ")
    }
}

/// What the rule of a class declares.
fn declarations(class: &str) -> String {
    let rule = RULES.lines().find_map(|line| line.strip_prefix(&format!(".{class} {{")));
    rule.unwrap_or("").trim_end_matches('}').trim().to_owned()
}

/// Where a button leads, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A form that leads to the checkout.
    Form,
    /// A form whose checkout is shown over the page.
    Modal,
    /// A link.
    Link,
}

impl Kind {
    /// All of them, in words.
    pub const ALL: [(&'static str, &'static str); 3] = [
        ("form", "The checkout: a form"),
        ("modal", "The checkout, over your page: a form and a script"),
        ("link", "The checkout: a link, for mails and messages"),
    ];

    /// The kind of that name; a form, if there is none.
    #[must_use]
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("modal") => Self::Modal,
            Some("link") => Self::Link,
            _ => Self::Form,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Modal => "modal",
            Self::Link => "link",
        }
    }
}

/// A button, ready to be written down.
pub struct Snippet<'a> {
    /// The server's address.
    pub server: String,
    /// The store.
    pub store: String,
    /// What it says, by the names on the wire.
    pub fields: Vec<&'a (&'static str, String)>,
    /// What proves that it was made here.
    pub token: Option<String>,
    /// The buyer says how much.
    pub open_price: bool,
    /// The page says which order.
    pub open_order: bool,
    /// In which currency.
    pub currency: &'a str,
    /// What stands on it.
    pub words: &'a str,
    /// How it looks.
    pub look: Look,
}

impl Snippet<'_> {
    /// The HTML for a page.
    #[must_use]
    pub fn text(&self, kind: Kind) -> String {
        match kind {
            Kind::Form => self.form(false),
            Kind::Link => self.link(),
            Kind::Modal => {
                let script = html! { script src={ (self.server) "/modal/btcpay.js" } defer {} };
                let own = html! { script { (PreEscaped(format!("\n{SCRIPT}\n"))) } };
                [self.form(true), script.into_string(), own.into_string()].join("\n")
            }
        }
    }

    /// The button on a page of ours: it does nothing.
    #[must_use]
    pub fn preview(&self) -> Markup {
        html! {
            @if self.open_price {
                label { "Amount" input class="payamount" type="number" min="0" step="any"; (self.currency) }
            }
            button type="button" class=(self.look.classes().join(" ")) { (self.words) }
        }
    }

    fn action(&self) -> String {
        format!("{}/api/v1/invoices", self.server)
    }

    fn said(&self) -> impl Iterator<Item = (&str, &str)> {
        let store = std::iter::once(("storeId", self.store.as_str()));
        let fields = self.fields.iter().map(|(name, text)| (*name, text.as_str()));
        let fields = fields.filter(|(name, _)| !(self.open_order && *name == "orderId"));
        let order = self.open_order.then_some(("orderId", "ORDER"));
        store.chain(fields).chain(order).chain(self.token.as_deref().map(|token| ("buttonToken", token)))
    }

    fn form(&self, modal: bool) -> String {
        let mut lines = vec![format!(
            "<form method=\"POST\" action=\"{}\" accept-charset=\"UTF-8\"{}>",
            html! { (self.action()) }.into_string(),
            if modal { " onsubmit=\"payInFrame(event)\"" } else { "" }
        )];
        lines.extend(self.said().map(|(name, text)| {
            format!("  {}", html! { input type="hidden" name=(name) value=(text); }.into_string())
        }));
        if self.open_price {
            let input = html! {
                label {
                    "Amount"
                    input type="number" name="price" min="0" step="any" required style=(declarations("payamount"));
                    (self.currency)
                }
            };
            lines.push(format!("  {}", input.into_string()));
        }
        let button = html! { button type="submit" style=(self.look.inline()) { (self.words) } };
        lines.push(format!("  {}", button.into_string()));
        lines.push("</form>".to_owned());
        lines.join("\n")
    }

    fn link(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.said()).finish();
        let to = format!("{}?{query}", self.action());
        html! { a href=(to) rel="nofollow" style=(self.look.inline()) { (self.words) } }.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_has_rules_for_all_of_it() {
        for (size, _) in Look::SIZES {
            for (style, _) in Look::STYLES {
                let look = Look::named(Some(size), Some(style));
                assert_eq!((look.size, look.style), (size, style));
                for class in look.classes() {
                    assert!(!declarations(&class).is_empty(), "{class}");
                }
                assert!(look.inline().contains("background:") && look.inline().contains("font-size:"));
            }
        }
        assert!(declarations("payamount").contains("border:"));
        // It stands on other pages, which have no variables of ours.
        assert!(!Look::named(None, None).inline().contains("var("));
    }

    #[test]
    fn what_a_merchant_writes_stays_text() {
        let fields = ("checkoutDesc", "\"><script>alert(1)</script>".to_owned());
        let snippet = Snippet {
            server: "https://pay.example".to_owned(),
            store: "S".to_owned(),
            fields: vec![&fields],
            token: None,
            open_price: true,
            open_order: true,
            currency: "USD",
            words: "</button><script>alert(2)</script>",
            look: Look::named(None, None),
        };
        for kind in [Kind::Form, Kind::Modal, Kind::Link] {
            let text = snippet.text(kind);
            assert!(!text.contains("<script>alert"), "{text}");
        }
    }
}
