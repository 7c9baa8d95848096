//! A look into the server's database: what is stored of deliveries.

use bitcoin::base58;
use rusqlite::{Connection, OpenFlags};
use specie_testkit::server::Server;

/// A stored delivery, with its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub state: String,
    pub attempts: u32,
    pub created_at: i64,
    pub next_at: i64,
    pub lease_until: i64,
    /// When the first attempt ended.
    pub first_at: Option<i64>,
    /// When the last attempt ended.
    pub last_at: Option<i64>,
    /// HTTP status and failure of each attempt.
    pub outcomes: Vec<(Option<u16>, Option<String>)>,
}

/// The deliveries of an invoice, in order.
pub fn deliveries(server: &Server, invoice: &str) -> Vec<Row> {
    let path = server.data().join("specie.db");
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut rows = db
        .prepare(
            "SELECT id, state, attempts, created_at, next_at, lease_until,
                (SELECT min(at) FROM attempts WHERE delivery_id = id),
                (SELECT max(at) FROM attempts WHERE delivery_id = id) FROM deliveries WHERE invoice_id = ?1
             ORDER BY number",
        )
        .unwrap();
    let mut outcomes = db
        .prepare("SELECT http_status, failure FROM attempts WHERE delivery_id = ?1 ORDER BY attempt")
        .unwrap();
    let found = rows.query_map([bytes(invoice)], |row| {
        let id: Vec<u8> = row.get(0)?;
        let outcomes = outcomes.query_map([&id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Row {
            id: base58::encode(&id),
            state: row.get(1)?,
            attempts: row.get(2)?,
            created_at: row.get(3)?,
            next_at: row.get(4)?,
            lease_until: row.get(5)?,
            first_at: row.get(6)?,
            last_at: row.get(7)?,
            outcomes: outcomes.collect::<Result<_, _>>()?,
        })
    });
    found.unwrap().collect::<Result<_, _>>().unwrap()
}

fn bytes(id: &str) -> Vec<u8> {
    base58::decode(id).unwrap()
}
