//! Where deliveries go: to the address that an order names itself, and to the webhooks of its store that
//! chose what happened. Each hears of an invoice in a line of its own.

use specie_core::ids::{DeliveryId, InvoiceId, StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_core::time::Timestamp;
use specie_db::Tx;
use specie_db::deliveries::{self, Delivery, Form, State};
use specie_db::webhooks::{LISTENS, Webhook};
use url::Url;

use super::AppError;
use super::listening::is_away;
use super::view::{InvoiceView, TestView};

/// Where a delivery goes, as what, and of which webhook.
pub(super) struct Address {
    url: String,
    endpoint: String,
    form: Form,
    webhook: Option<WebhookId>,
}

impl Address {
    /// None if it is no address on the web, which then hears nothing.
    fn new(url: &str, form: Form, webhook: Option<WebhookId>) -> Option<Self> {
        Some(Self { url: url.to_owned(), endpoint: endpoint(url, webhook)?, form, webhook })
    }

    pub(super) fn delivery(
        self,
        id: [u8; 16],
        store_id: StoreId,
        told: (Option<InvoiceId>, Option<Notice>, String),
        at: Timestamp,
    ) -> Delivery {
        let (invoice_id, notice, snapshot) = told;
        Delivery {
            id: DeliveryId::from_bytes(id),
            store_id,
            invoice_id,
            webhook_id: self.webhook,
            endpoint: self.endpoint,
            url: self.url,
            form: self.form,
            notice,
            snapshot,
            state: State::Pending,
            attempts: 0,
            created_at: at,
            next_at: at,
            resent_at: None,
            in_line: true,
        }
    }
}

/// Writes a test of a webhook. It belongs to no invoice, and waits for nothing.
pub(super) fn write_test(
    tx: &mut Tx<'_>,
    webhook: &Webhook,
    id: DeliveryId,
    test: &TestView,
    now: Timestamp,
) -> Result<(), AppError> {
    let address = Address::new(&webhook.url, Form::Test, Some(webhook.id)).ok_or(AppError::NoWebhook)?;
    let told = serde_json::to_string(test).expect("a view is JSON");
    Ok(deliveries::insert(tx, &address.delivery(*id.as_bytes(), webhook.store_id, (None, None, told), now))?)
}

/// The deliveries that a notice leads to: what the order asked to be told where it says, and what the
/// store's webhooks chose.
pub(super) fn addresses(
    view: &InvoiceView,
    webhooks: &[Webhook],
    notice: Notice,
    now: Timestamp,
) -> Vec<Address> {
    let wanted = view.order.notifications;
    let forms = [
        (wanted.plain(notice), Form::Plain),
        (wanted.named(notice), Form::Named),
        (wanted.event(notice), Form::Event),
    ];
    let own = view.order.notification_url.as_deref();
    let own = forms
        .into_iter()
        .filter(|(wanted, _)| *wanted)
        .filter_map(|(_, form)| Address::new(own?, form, None));
    let chosen = |webhook: &&Webhook| webhook.events.as_ref().is_none_or(|events| events.contains(&notice));
    let there = |webhook: &&Webhook| webhook.switched_on && !is_away(webhook, now);
    let hearing = webhooks.iter().filter(there).filter(chosen);
    let theirs = hearing.filter_map(|webhook| Address::new(&webhook.url, Form::Event, Some(webhook.id)));
    own.chain(theirs).collect()
}

/// Scheme, host and port of an address: what can be slow or dead as a whole. Webhooks are kept apart from
/// the addresses of orders: one that never answers must not hold up the shop beside it. One that listens is
/// alone in its own. None if it is no address on the web, which then hears nothing.
pub(super) fn endpoint(url: &str, webhook: Option<WebhookId>) -> Option<String> {
    if let Some(id) = webhook.filter(|_| url.starts_with(LISTENS)) {
        return Some(format!("{LISTENS}{id}"));
    }
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let kind = if webhook.is_some() { " webhooks" } else { "" };
    Some(format!("{}://{}:{}{kind}", url.scheme(), url.host_str()?, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_takes_no_place_of_the_shop_beside_it() {
        let order = endpoint("https://Shop.example/ipn?a=b", None).unwrap();
        assert_eq!(order, "https://shop.example:443");
        let id = Some(WebhookId::from_bytes([7; 16]));
        let webhook = endpoint("https://shop.example/hook", id).unwrap();
        assert_ne!(order, webhook);
        assert_eq!(
            Some(webhook),
            endpoint("https://shop.example:443/other", id),
            "one host is one webhook's place"
        );
        for nowhere in ["mailto:a@b", "nonsense", "ftp://shop.example/"] {
            assert_eq!(endpoint(nowhere, id), None, "{nowhere}");
        }
        assert_eq!(endpoint("listen:laptop", None), None, "an order names nobody who listens");
        assert_ne!(
            endpoint("listen:laptop", id),
            endpoint("listen:laptop", Some(WebhookId::from_bytes([8; 16])))
        );
    }
}
