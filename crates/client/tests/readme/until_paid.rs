use specie_client::{Client, Error, InvoiceStatus};

pub async fn until_paid(client: &Client, invoice: &str) -> Result<InvoiceStatus, Error> {
    let mut events = client.events(invoice);
    while let Some(state) = events.next().await {
        let status = state?.status;
        println!("it is {status}");
        if !matches!(status, InvoiceStatus::New) {
            return Ok(status);
        }
    }
    Ok(InvoiceStatus::New)
}
