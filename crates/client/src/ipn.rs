//! Notifications of BitPay's API: what is posted to an invoice's `notificationURL`.
//!
//! They are unsigned, so anyone can send one. An [`Ipn`] is a hint: fetch the invoice before you ship.

use serde::Deserialize;

use crate::api::More;
use crate::{Error, InvoiceStatus};

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ipn {
    /// The invoice that is to be fetched.
    pub id: String,
    /// How it stood, if the sender is to be believed.
    pub status: InvoiceStatus,
    /// What happened, if the notification is of the named form.
    pub event: Option<IpnEvent>,
    /// Everything that was said of the invoice.
    pub data: More,
}

/// What happened to an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct IpnEvent {
    /// Such as 1005.
    pub code: u32,
    /// Such as `invoice_confirmed`.
    #[serde(default)]
    pub name: String,
}

#[derive(Deserialize)]
struct Named {
    event: Option<IpnEvent>,
    data: More,
}

impl Ipn {
    /// Reads the body of a notification, flat or named.
    ///
    /// ```
    /// let heard = specie_client::Ipn::parse(br#"{"id": "ChHfjRmBGLDBjtjYv4Nf2", "status": "confirmed"}"#)?;
    /// assert_eq!(heard.id, "ChHfjRmBGLDBjtjYv4Nf2");
    /// # Ok::<(), specie_client::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unexpected`]: it is no notification.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let refused = |e: serde_json::Error| Error::Unexpected(format!("no notification: {e}"));
        let whole: More = serde_json::from_slice(body).map_err(refused)?;
        let (event, data) = if whole.get("data").is_some_and(serde_json::Value::is_object) {
            let named = Named::deserialize(serde_json::Value::Object(whole)).map_err(refused)?;
            (named.event, named.data)
        } else {
            (None, whole)
        };
        let text = |name: &str| {
            let missing = || Error::Unexpected(format!("a notification without `{name}`"));
            data.get(name).and_then(|value| value.as_str()).ok_or_else(missing).map(str::to_owned)
        };
        Ok(Self { id: text("id")?, status: InvoiceStatus::from(&*text("status")?), event, data })
    }
}
