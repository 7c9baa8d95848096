//! What a server posts: webhooks are verified, notifications are read.

use serde_json::Value;
use specie_client::{EventName, Ipn, NotGenuine, PanelInvoice, WebhookEvent, webhook};

use super::exchange::files;

#[test]
fn a_webhook_is_believed_if_and_only_if_the_contract_says_so() {
    let mut seen = [0, 0];
    for (name, file) in files("webhooks").into_iter().filter(|(_, file)| file["genuine"].is_boolean()) {
        let (secret, body) = (file["secret"].as_str().unwrap(), file["body"].as_str().unwrap().as_bytes());
        let header = file["headers"]["Specie-Signature"].as_str().unwrap_or_default();
        let at = file["at"].as_u64().unwrap();
        let verdict = webhook::verify_at(secret, header, body, at);
        let genuine = file["genuine"] == true;
        assert_eq!(verdict.is_ok(), genuine, "{name}: {verdict:?}");
        seen[usize::from(genuine)] += 1;
    }
    assert!(seen[0] >= 10 && seen[1] >= 15, "{seen:?}");
}

#[test]
fn the_events_of_webhooks_are_known_and_keep_every_field() {
    for (name, file) in files("webhooks").into_iter().filter(|(_, file)| file["genuine"] == true) {
        let Ok(body) = serde_json::from_str::<Value>(file["body"].as_str().unwrap()) else { continue };
        let event: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
        assert!(!matches!(event.event, EventName::Other(_)), "{name}");
        assert_eq!(serde_json::to_value(&event).unwrap(), body, "{name}");
        if event.event != EventName::Test {
            let invoice: PanelInvoice = serde_json::from_value(event.data.clone().into()).unwrap();
            assert_eq!(serde_json::to_value(invoice).unwrap(), Value::from(event.data), "{name}");
        }
    }
}

#[test]
fn btcpays_signature_is_verified_over_the_body_alone() {
    let (mut good, mut bad) = (0, 0);
    for (_, file) in files("webhooks").into_iter().filter(|(_, file)| file["genuine"].is_boolean()) {
        let (secret, body) = (file["secret"].as_str().unwrap(), file["body"].as_str().unwrap().as_bytes());
        let Some(header) = file["headers"]["BTCPay-Sig"].as_str() else { continue };
        match webhook::verify_btcpay(secret, header, body) {
            Ok(()) => good += 1,
            Err(_) => bad += 1,
        }
        assert_eq!(webhook::verify_btcpay("whsec_other", header, body), Err(NotGenuine::WrongSignature));
    }
    assert!(good >= 15 && bad >= 2, "{good} and {bad}");
}

#[test]
fn a_notification_tells_which_invoice_is_to_be_fetched() {
    let mut read = 0;
    for (name, file) in files("webhooks").into_iter().filter(|(_, file)| file["tells"].is_object()) {
        let ipn = Ipn::parse(file["body"].as_str().unwrap().as_bytes()).unwrap();
        let tells = &file["tells"];
        assert_eq!(
            (&*ipn.id, ipn.status.as_str()),
            (tells["id"].as_str().unwrap(), tells["status"].as_str().unwrap())
        );
        assert_eq!(ipn.event.as_ref().map(|event| &*event.name), tells["event"].as_str(), "{name}");
        read += 1;
    }
    assert!(read >= 15, "{read}");
}
