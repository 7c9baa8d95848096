//! What the pages of deliveries call things.

use maud::Markup;
use specie_core::invoice::Notice;

use crate::app::view::{DeliveryFate, Endpoint, Form};
use crate::dialect::bitpay::ipn;
use crate::dialect::panel::event;
use crate::http::dashboard::invoices::words::pill;
use crate::http::pages::Icon;

/// What became of a delivery, in a word.
pub fn label(fate: DeliveryFate) -> &'static str {
    match fate {
        DeliveryFate::Waiting => "Waiting",
        DeliveryFate::Failing => "Failing",
        DeliveryFate::GivenUp => "Given up",
        DeliveryFate::Done => "Delivered",
        DeliveryFate::Withdrawn => "Withdrawn",
    }
}

/// The same as a pill.
pub fn state(fate: DeliveryFate) -> Markup {
    let (tone, shown) = match fate {
        DeliveryFate::Waiting => ("", Icon::Waiting),
        DeliveryFate::Failing => ("care", Icon::Late),
        DeliveryFate::GivenUp => ("stop", Icon::Stop),
        DeliveryFate::Done => ("good", Icon::Paid),
        DeliveryFate::Withdrawn => ("soft", Icon::Stop),
    };
    pill(tone, shown, label(fate))
}

/// The name on the wire.
pub fn called(notice: Option<Notice>, form: Form) -> String {
    match (notice, form) {
        (None, _) => event::TEST.to_owned(),
        (Some(notice), Form::Event | Form::Test) => event::name(notice).to_owned(),
        (Some(notice), Form::Plain | Form::Named) => {
            let (number, name) = ipn::code(notice);
            format!("{number} {name}")
        }
    }
}

/// Whom a list is for, as its address says it.
pub fn endpoint_value(endpoint: Endpoint) -> String {
    match endpoint {
        Endpoint::Orders => "orders".to_owned(),
        Endpoint::Webhook(number) => number.to_string(),
    }
}
