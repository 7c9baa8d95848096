//! Time passes while the server is stopped: its rows are moved into the past.

use bitcoin::base58;
use specie_testkit::server::Server;

/// Makes an invoice of a server that does not run that much older.
pub fn age(server: &Server, invoice: &str, millis: i64) {
    let mut sql = server.sql();
    let id = base58::decode(invoice).unwrap();
    for (table, column, key) in [
        ("invoices", "created_at", "id"),
        ("invoices", "monitoring_ends_at", "id"),
        ("invoices", "next_deadline", "id"),
        ("quotes", "observed_at", "invoice_id"),
        ("quotes", "expires_at", "invoice_id"),
        ("payments", "first_seen", "invoice_id"),
        ("deliveries", "created_at", "invoice_id"),
        ("deliveries", "next_at", "invoice_id"),
    ] {
        let older = format!("UPDATE {table} SET {column} = {column} - $1 WHERE {key} = $2");
        sql.execute(&older, &[millis.into(), id.clone().into()]);
    }
}
