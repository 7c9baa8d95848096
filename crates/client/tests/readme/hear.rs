use specie_client::{EventName, NotGenuine, webhook};

/// `header` is `Specie-Signature`, `body` what was posted. The number of an invoice that is to be shipped, if it is time.
pub fn hear(secret: &str, header: &str, body: &[u8]) -> Result<Option<u64>, NotGenuine> {
    let told = webhook::receive(secret, header, body)?;
    let confirmed = told.event == EventName::Confirmed;
    Ok(told.data.get("id").and_then(|id| id.as_u64()).filter(|_| confirmed))
}
