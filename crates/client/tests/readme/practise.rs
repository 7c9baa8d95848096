use specie_client::{Error, NewStoreInvoice, Panel, PracticePlan, Scenario, StoreInvoiceFilter};

pub async fn practise(host: &str, token: &str) -> Result<u64, Error> {
    let panel = Panel::new(host, token)?;
    let stores = panel.list_stores(None, None).await?;
    let store = stores.data.first().map_or(1, |store| store.id);

    let invoice = panel.create_store_invoice(store, &NewStoreInvoice::new(20, "USD")).await?;
    let paid = panel.practice(invoice.id, Scenario::Pay, &PracticePlan::default()).await?;
    println!("{} is {}", paid.invoice_number, paid.status);

    let mut filter = StoreInvoiceFilter { per_page: Some(100), ..Default::default() };
    loop {
        let page = panel.list_invoices(store, &filter).await?;
        page.data.iter().for_each(|invoice| println!("{} {}", invoice.invoice_number, invoice.status));
        filter.cursor = page.next_cursor().map(str::to_owned);
        if filter.cursor.is_none() {
            return Ok(invoice.id);
        }
    }
}
