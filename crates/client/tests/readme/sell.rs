use specie_client::{Client, Error, Key, NewInvoice};

/// `host` is the server, such as "https://pay.example.com"; `code` comes from the store's owner.
pub async fn sell(host: &str, code: &str) -> Result<String, Error> {
    let client = Client::new(host, Key::generate())?.pair(code).await?;
    let kept = serde_json::json!({"key": client.key().to_pem(), "tokens": client.tokens()});
    println!("put this where your secrets are: {kept}");

    let order = NewInvoice { order_id: Some("A-17".into()), ..NewInvoice::new(20, "USD") };
    let invoice = client.create_invoice(&order).await?;
    println!("send the buyer to {}", invoice.url);

    let invoice = client.get_invoice(&invoice.id).await?;
    println!(
        "{}: {} BTC of {}",
        invoice.status,
        invoice.btc_paid.unwrap_or_default(),
        invoice.btc_price.unwrap_or_default()
    );
    Ok(invoice.id)
}
