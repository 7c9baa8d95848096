//! A look into the server's database: what is stored of deliveries.

use bitcoin::base58;
use specie_testkit::server::Server;
use specie_testkit::sql;

/// A stored delivery, with its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub state: String,
    pub attempts: i64,
    pub created_at: i64,
    pub next_at: i64,
    pub lease_until: i64,
    /// When the first attempt ended.
    pub first_at: Option<i64>,
    /// When the last attempt ended.
    pub last_at: Option<i64>,
    /// HTTP status and failure of each attempt.
    pub outcomes: Vec<(Option<i64>, Option<String>)>,
}

/// The deliveries of an invoice, in order.
pub fn deliveries(server: &Server, invoice: &str) -> Vec<Row> {
    let mut sql = server.sql();
    let found = sql.query(
        "SELECT id, state, attempts, created_at, next_at, lease_until,
            (SELECT min(at) FROM attempts WHERE delivery_id = id),
            (SELECT max(at) FROM attempts WHERE delivery_id = id) FROM deliveries WHERE invoice_id = $1
         ORDER BY number",
        &[bytes(invoice).into()],
    );
    let outcomes = "SELECT http_status, failure FROM attempts WHERE delivery_id = $1 ORDER BY attempt";
    let mut row = |row: &sql::Row| Row {
        id: base58::encode(row.bytes(0)),
        state: row.text(1),
        attempts: row.integer(2),
        created_at: row.integer(3),
        next_at: row.integer(4),
        lease_until: row.integer(5),
        first_at: row.maybe_integer(6),
        last_at: row.maybe_integer(7),
        outcomes: sql
            .query(outcomes, &[row.bytes(0).to_vec().into()])
            .iter()
            .map(|outcome| (outcome.maybe_integer(0), outcome.maybe_text(1)))
            .collect(),
    };
    found.iter().map(&mut row).collect()
}

fn bytes(id: &str) -> Vec<u8> {
    base58::decode(id).unwrap()
}
