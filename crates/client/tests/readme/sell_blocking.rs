use specie_client::{Error, Key, NewInvoice, blocking::Client};

pub fn sell_blocking(host: &str, code: &str) -> Result<String, Error> {
    let client = Client::new(host, Key::generate())?.pair(code)?;
    let invoice = client.create_invoice(&NewInvoice::new(20, "USD"))?;
    let rate = client.get_rate("BTC", "USD")?;
    println!("{} at {} USD for a bitcoin", invoice.url, rate.rate);
    Ok(invoice.id)
}
