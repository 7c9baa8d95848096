use specie_client::{Client, Error, Key};

pub async fn ask(host: &str) -> Result<Client, Error> {
    let client = Client::new(host, Key::generate())?;
    let asked = client.request_pairing("merchant", "my shop").await?;
    println!("please approve: {}", client.approval_url(&asked));
    client.wait_until_approved(&asked).await
}
