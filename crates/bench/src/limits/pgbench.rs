//! What PostgreSQL allows: its own pgbench with the program's own statements, a transaction for
//! each invoice, 64 clients, in the same cluster.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use bitcoin::hex::DisplayHex;
use specie_core::invoice::Flag;
use specie_testkit::postgres::{Cluster, Database};
use specie_testkit::server::Server;

use crate::clock;
use crate::stage::{Stage, folder};

/// Whether all invoices take their address from one wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wallet {
    /// So that each waits for the one before.
    Shared,
    /// Its row is left alone.
    Apart,
}

/// An id as the program makes it, the time first.
const ID: &str =
    "lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || lpad(to_hex(:a::bigint), 20, '0')";

/// Random bytes of this transaction, as hexadecimal digits.
const RANDOM: &str = "lpad(to_hex(:a::bigint), 16, '0') || lpad(to_hex(:b::bigint), 16, '0')";

/// Invoices a second.
///
/// # Panics
/// If there is no pgbench.
pub fn per_second(cluster: &Cluster, seconds: u64, wallet: Wallet) -> f64 {
    let database = Database::in_cluster(cluster.url());
    let url = database.url().to_owned();
    // The program makes its tables and a store, and goes.
    let mut stage = Stage::on_postgres(database);
    stage.server.stop();
    let folder = folder();
    let path = folder.path().join("invoice.sql");
    fs::write(&path, script(&stage.server, wallet)).expect("room on the disk");
    let output = Command::new(program())
        .args(["--no-vacuum", "--protocol=prepared", "--client=64", "--jobs=2"])
        .arg(format!("--time={seconds}"))
        .arg("--file")
        .arg(&path)
        .arg(url)
        .output()
        .expect("pgbench can be started; it comes with PostgreSQL");
    let said = String::from_utf8_lossy(&output.stdout);
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Where Debian keeps it, else wherever the path says.
fn program() -> PathBuf {
    let kept = PathBuf::from("/usr/bin/pgbench");
    if kept.exists() { kept } else { "pgbench".into() }
}

fn script(server: &Server, wallet: Wallet) -> String {
    let row = &server.sql().query("SELECT id, wallet_id FROM stores", &[])[0];
    let [store, wallet_id] = [0, 1].map(|at| format!("decode('{}', 'hex')", row.bytes(at).as_hex()));
    let (id, script) =
        (format!("decode({ID}, 'hex')"), format!("decode('0014' || {RANDOM} || '00000000', 'hex')"));
    let (now, later) = (clock::unix_millis().to_string(), (clock::unix_millis() + 900_000).to_string());
    let flag = format!("'{}'", Flag::None.name());
    // To pgbench a colon before a word is a variable.
    let order = format!("'{}'", super::sqlite::ORDER.replace(':', ": "));
    let invoice = [
        &id,
        &store,
        "'sandbox'",
        "'19.99'",
        "'USD'",
        "'exactly'",
        "'medium'",
        "1000000",
        "'order-00000001'",
        "NULL",
        &order,
        &now,
        &later,
        "'new'",
        &flag,
        "0",
        "0",
        "1",
        &later,
    ];
    let quote = [&id, "39980", "39980", "'50000'", "'sandbox'", &now, &later];
    let mut lines = vec![
        "\\set a random(1, 9000000000000000000)".to_owned(),
        "\\set b random(1, 9000000000000000000)".to_owned(),
        "BEGIN;".to_owned(),
    ];
    if wallet == Wallet::Shared {
        lines.push(filled("wallets.LOCK", &[&wallet_id]));
        lines.push(filled("wallets.SET_NEXT_INDEX", &[&wallet_id, "1"]));
    }
    lines.extend([
        filled("scripts.ISSUED", &["'sandbox'", &script]),
        filled("scripts.INSERT", &["'sandbox'", &script, &wallet_id, "'external'", ":a::bigint", &id]),
        filled("invoices.INSERT", &invoice),
        filled("invoices.INSERT_QUOTE", &quote),
        filled("invoices.INSERT_METHOD", &[&id, "'BTC-CHAIN'", &wallet_id, &script]),
        filled("events.INSERT", &[&id, "0", &now, "'\"created\"'"]),
        "COMMIT;".to_owned(),
    ]);
    lines.join("\n") + "\n"
}

/// One of the program's statements in one line, with these in place of its parameters.
fn filled(name: &str, values: &[&str]) -> String {
    let text = super::statement(name).for_postgres().replace('\n', " ");
    let numbered = values.iter().enumerate().rev();
    numbered.fold(text, |text, (at, value)| text.replace(&format!("${}", at + 1), value)) + ";"
}
