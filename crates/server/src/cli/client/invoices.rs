//! `specie invoices`: made, shown and listed, as any shop's client does it.

use clap::Args;
use serde_json::Value;
use specie_client::{Call, Decimal, InvoiceFilter, InvoiceStatus, NewInvoice, Settings, calls};

use super::account::Account;
use super::{Kept, plain};

/// A new invoice.
#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// The price; without one, any amount is taken.
    #[arg(long)]
    price: Option<Decimal>,
    /// ISO 4217, BTC or SATS; by default the store's.
    #[arg(long)]
    currency: Option<String>,
    /// The shop's own number for it.
    #[arg(long)]
    order_id: Option<String>,
    /// What is sold.
    #[arg(long)]
    description: Option<String>,
    /// Where notifications go.
    #[arg(long, value_name = "URL")]
    notification_url: Option<String>,
    /// Where the buyer goes back to.
    #[arg(long, value_name = "URL")]
    redirect_url: Option<String>,
    #[command(flatten)]
    kept: Kept,
}

/// Which invoice.
#[derive(Debug, Args)]
pub(in crate::cli) struct Get {
    /// Its id.
    id: String,
    #[command(flatten)]
    kept: Kept,
}

/// Which invoices.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// new, paid, confirmed, complete, expired or invalid; several with commas.
    #[arg(long, value_delimiter = ',')]
    status: Vec<String>,
    /// The shop's own number.
    #[arg(long)]
    order_id: Option<String>,
    /// How many at most.
    #[arg(long, default_value_t = 20)]
    limit: u32,
    #[command(flatten)]
    kept: Kept,
}

impl Create {
    pub(super) async fn run(self, json: bool) -> Result<(), String> {
        let new = NewInvoice {
            price: self.price,
            currency: self.currency,
            order_id: self.order_id,
            item_desc: self.description,
            notification_url: self.notification_url,
            redirect_url: self.redirect_url,
            ..NewInvoice::default()
        };
        show(&self.kept, calls::create_invoice(&new).read_as(), json).await
    }
}

impl Get {
    pub(super) async fn run(self, json: bool) -> Result<(), String> {
        show(&self.kept, calls::get_invoice(&self.id).read_as(), json).await
    }
}

impl List {
    pub(super) async fn run(self, json: bool) -> Result<(), String> {
        let filter = InvoiceFilter {
            status: self.status.iter().map(|status| InvoiceStatus::from(status.as_str())).collect(),
            order_id: self.order_id,
            limit: Some(self.limit),
            ..InvoiceFilter::default()
        };
        let found: Vec<Value> = ask(&self.kept, calls::get_invoices(&filter).read_as()).await?;
        if json {
            println!("{}", Value::from(found));
            return Ok(());
        }
        if found.is_empty() {
            println!("No invoices.");
        }
        for invoice in &found {
            println!("{}", line(invoice));
        }
        Ok(())
    }
}

/// Everything that the server says of it, or what people want to know.
async fn show(kept: &Kept, call: Call<Value>, json: bool) -> Result<(), String> {
    let invoice = ask(kept, call).await?;
    if json {
        println!("{invoice}");
        return Ok(());
    }
    for (name, field) in [
        ("Invoice", "id"),
        ("Status", "status"),
        ("Exception", "exceptionStatus"),
        ("Price", "price"),
        ("Currency", "currency"),
        ("Bitcoin", "btcPrice"),
        ("Due", "btcDue"),
        ("Address", "bitcoinAddress"),
        ("Order", "orderId"),
        ("Checkout", "url"),
    ] {
        if let Some(text) = text(&invoice[field]) {
            println!("{name:<10}{text}");
        }
    }
    Ok(())
}

async fn ask<T: serde::de::DeserializeOwned>(kept: &Kept, call: Call<T>) -> Result<T, String> {
    let client = Account::client(kept, Settings::new())?;
    client.send(call).await.map_err(|e| e.to_string())
}

/// An invoice in a line: its id, how it stands, what it is about.
fn line(invoice: &Value) -> String {
    let field = |name: &str| text(&invoice[name]).unwrap_or_default();
    let exception = text(&invoice["exceptionStatus"]).map(|word| format!(" ({word})")).unwrap_or_default();
    let status = format!("{}{exception}", field("status"));
    let price = format!("{} {}", field("price"), field("currency"));
    format!("{:<23}{status:<22}{price:<18}{}", field("id"), field("orderId"))
}

/// What is there; `false` and `null` are not.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => Some(plain(text)).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}
