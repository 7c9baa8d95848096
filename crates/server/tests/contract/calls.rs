//! What a client asks when its user calls a function: the names of `contract/README.md`, one row each.

use serde_json::{Value, json};

use super::request::Request;

/// The SIN of the contract's key.
pub const SIN: &str = "TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG";

/// The filters of `get_invoices`, and what they are called on the wire.
const FILTERS: [(&str, &str); 7] = [
    ("status", "status"),
    ("order_id", "orderId"),
    ("item_code", "itemCode"),
    ("date_start", "dateStart"),
    ("date_end", "dateEnd"),
    ("limit", "limit"),
    ("offset", "offset"),
];

/// The filters of `list_invoices`, which have the same names on the wire.
const PANEL_FILTERS: [&str; 8] =
    ["per_page", "cursor", "status", "order_id", "archived", "from", "to", "search"];

/// The request of a call of this name with these arguments.
///
/// # Panics
/// If there is no such call.
pub fn request(name: &str, arguments: &Value, token: &str) -> Request {
    let named = |name: &str| {
        let value = &arguments[name];
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    panel(name, arguments, &named).map_or_else(|| bitpay(name, arguments, &named, token), Request::bearer)
}

/// These of the arguments, if they are there.
fn picked(arguments: &Value, names: &[(&str, &str)]) -> Value {
    let mut body = json!({});
    for (argument, field) in names {
        if let Some(value) = arguments.get(argument) {
            body[*field] = value.clone();
        }
    }
    body
}

fn bitpay(name: &str, arguments: &Value, named: &dyn Fn(&str) -> String, token: &str) -> Request {
    let invoice = || format!("/invoices/{}", named("id"));
    let refunds = || format!("/invoices/{}/refunds", named("invoice"));
    let refund = || format!("{}/{}", refunds(), named("refund"));
    let heard = || format!("/listeners/{}/deliveries", named("listener"));
    let asked = match name {
        "request_pairing" => {
            let mut body = picked(arguments, &[("facade", "facade"), ("label", "label")]);
            body["id"] = SIN.into();
            return Request::post("/tokens", body);
        }
        "claim_pairing" => {
            let mut body = picked(arguments, &[("code", "pairingCode"), ("label", "label")]);
            body["id"] = SIN.into();
            return Request::post("/tokens", body);
        }
        "get_tokens" => return Request::get("/tokens").signed(),
        "get_public_invoice" => return Request::get(invoice()),
        "get_currencies" => return Request::get("/currencies"),
        "create_invoice" => Request::post("/invoices", arguments["invoice"].clone()),
        "get_invoice" => Request::get(invoice()),
        "get_invoices" => FILTERS
            .iter()
            .fold(Request::get("/invoices"), |asked, (name, field)| asked.query(field, &arguments[name])),
        "adjust_invoice" => {
            let body = picked(arguments, &[("type", "type"), ("commit", "commit")]);
            Request::post(format!("{}/adjustments", invoice()), body)
        }
        "resend_notification" => Request::post(format!("{}/notifications", invoice()), json!({})),
        "create_refund" => Request::post(refunds(), arguments["refund"].clone()),
        "get_refunds" => Request::get(refunds()),
        "get_refund" => Request::get(refund()),
        "cancel_refund" => Request::new("DELETE", refund()),
        "get_rates" => Request::get("/rates"),
        "get_rates_of" => Request::get(format!("/rates/{}", named("base"))),
        "get_rate" => Request::get(format!("/rates/{}/{}", named("base"), named("currency"))),
        "get_ledgers" => Request::get("/ledgers"),
        "get_ledger" => Request::get(format!("/ledgers/{}", named("currency")))
            .query("startDate", &arguments["start_date"])
            .query("endDate", &arguments["end_date"]),
        "listen" => Request::post("/listeners", picked(arguments, &[("name", "name"), ("events", "events")])),
        "hear" => Request::post(heard(), picked(arguments, &[("wait", "wait")])),
        "passed_on" => Request::post(format!("{}/{}", heard(), named("delivery")), arguments["told"].clone()),
        _ => panic!("there is no call {name}"),
    };
    asked.with_token(token)
}

fn panel(name: &str, arguments: &Value, named: &dyn Fn(&str) -> String) -> Option<Request> {
    let store = || format!("/api/v1/stores/{}", named("store"));
    let hooks = || format!("{}/webhooks", store());
    let hook = || format!("{}/{}", hooks(), named("webhook"));
    let invoice = |act: &str| format!("/api/v1/invoices/{}{act}", named("number"));
    let list = |path: String| {
        PANEL_FILTERS.iter().fold(Request::get(path), |asked, name| asked.query(name, &arguments[name]))
    };
    Some(match name {
        "list_stores" => list("/api/v1/stores".to_owned()),
        "get_store" => Request::get(format!("/api/v1/stores/{}", named("id"))),
        "summary" => Request::get("/api/v1/balance-or-summary"),
        "list_invoices" => list(format!("{}/invoices", store())),
        "create_store_invoice" => {
            Request::post(format!("{}/invoices", store()), arguments["invoice"].clone())
        }
        "show_invoice" => Request::get(invoice("")),
        "mark_invoice" => Request::post(invoice("/mark"), picked(arguments, &[("status", "status")])),
        "archive_invoice" => Request::new("POST", invoice("/archive")),
        "unarchive_invoice" => Request::new("POST", invoice("/unarchive")),
        "practice" => {
            let fields = [("scenario", "scenario"), ("amount", "amount"), ("blocks", "blocks")];
            Request::post(invoice("/practice"), picked(arguments, &fields))
        }
        "list_webhooks" => Request::get(hooks()),
        "create_webhook" => Request::post(hooks(), arguments["webhook"].clone()),
        "get_webhook" => Request::get(hook()),
        "update_webhook" => Request::new("PATCH", hook()).body(arguments["changes"].clone()),
        "delete_webhook" => Request::new("DELETE", hook()),
        "rotate_webhook_secret" => Request::new("POST", format!("{}/rotate-secret", hook())),
        "end_previous_webhook_secret" => Request::new("POST", format!("{}/end-previous-secret", hook())),
        "test_webhook" => {
            let body = picked(arguments, &[("webhook", "webhook")]);
            Request::post(format!("{}/webhook-test", store()), body)
        }
        _ => return None,
    })
}
