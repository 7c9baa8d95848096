//! The deliveries of a store, those to its webhooks and those to the addresses that orders named: the list, one in full,
//! and sending again one, those that were chosen, or all that failed.

mod again;
mod detail;
mod list;
mod words;

use specie_core::ids::InvoiceId;

use super::Route;
use super::Who::May;
use crate::app::Permission;
use crate::app::view::{DeliveryFate, Endpoint, OutboxFilter};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/deliveries", May(Permission::Webhooks)).get(list::show),
        Route::at("/stores/{store}/deliveries/redeliver", May(Permission::Webhooks)).post(again::chosen),
        Route::at("/stores/{store}/deliveries/redeliver-failed", May(Permission::Webhooks))
            .post(again::failed),
        Route::at("/stores/{store}/deliveries/{delivery}", May(Permission::Webhooks)).get(detail::show),
        Route::at("/stores/{store}/deliveries/{delivery}/redeliver", May(Permission::Webhooks))
            .post(again::one),
    ]
}

/// What a list was asked for, as its address says it. What makes no sense there is as if it were not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Asked(OutboxFilter);

impl Asked {
    fn of<'a>(get: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        let endpoint = match get("endpoint") {
            Some("orders") => Some(Endpoint::Orders),
            Some(number) => number.parse().ok().map(Endpoint::Webhook),
            None => None,
        };
        Self(OutboxFilter {
            fate: get("state").and_then(DeliveryFate::from_name),
            endpoint,
            invoice: get("invoice").and_then(|id| id.trim().parse::<InvoiceId>().ok()),
            before: get("before").and_then(|place| place.parse().ok()),
        })
    }

    /// What stands behind the path of the list, to ask for the same again.
    fn query(&self) -> String {
        let OutboxFilter { fate, endpoint, invoice, before } = self.0;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(fate) = fate {
            query.append_pair("state", fate.name());
        }
        if let Some(endpoint) = endpoint {
            query.append_pair("endpoint", &words::endpoint_value(endpoint));
        }
        if let Some(invoice) = invoice {
            query.append_pair("invoice", &invoice.to_string());
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// The same from the newest on, of which this became.
    fn with_fate(&self, fate: Option<DeliveryFate>) -> Self {
        Self(OutboxFilter { fate, before: None, ..self.0 })
    }

    /// The same from this place on.
    fn from(&self, before: Option<i64>) -> Self {
        Self(OutboxFilter { before, ..self.0 })
    }
}
