//! Damaged rows: what another hand did to a value is named by table, row and column.

use bitcoin::hashes::Hash;
use bitcoin::hex::DisplayHex;
use specie_core::chain::Locator;
use specie_core::facade::Facade;
use specie_core::ids::{DeliveryId, TokenId};
use specie_core::retry::Next;
use specie_db::deliveries::Attempt;
use specie_db::idempotency::{self, Key};
use specie_db::pairing::{PairingCode, Token};
use specie_db::rates::FixedRate;
use specie_db::{
    DbError, Reader, chains, coins, deliveries, events, invoices, pairing, payments, postings, rates,
    refunds, scripts, sessions, spends, stores, users, wallets, webhooks,
};

use crate::Engine;
use crate::shop::{
    Draft, HEIGHT, REGTEST, START, Shop, announce, bytes, delivery, invoice_id, mined, receipt, refund_id,
    script, spend_id, webhook,
};

const CODE: &str = "aB3dE6g";

fn key() -> Key {
    Key { caller: "shop".into(), path: "/invoices".into(), key: "order-1".into(), body_hash: [1; 32] }
}

/// One row in every table.
async fn one_of_everything(engine: &impl Engine) -> Shop {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.see(1, vec![mined(receipt(1, "a", 1000), HEIGHT - 5)]).await;
    shop.note_coins(1, vec![mined(receipt(1, "a", 1000), HEIGHT - 5)]).await;
    shop.give_back(1, 1, 300).await;
    shop.build(1, 1).await;
    announce(&shop.db, vec![delivery(1, invoice_id(1), "https://shop.example")]).await;
    let store = shop.store.id;
    shop.db
        .write("the rest", move |tx| {
            let attempt = Attempt {
                at: START,
                duration_ms: 7,
                http_status: Some(500),
                failure: Some("500".to_owned()),
                excerpt: None,
                request_id: "id".to_owned(),
            };
            deliveries::record(tx, DeliveryId::from_bytes(bytes(1)), 1, &attempt, Next::RetryAt(START))?;
            idempotency::insert(tx, &key(), "{}", START)?;
            chains::save(tx, REGTEST, &Locator::default())?;
            sessions::save(tx, "hashed", "{}", START.plus_secs(60))?;
            webhooks::insert(tx, &webhook(1, store))?;
            let rate = FixedRate { currency: "USD".parse().unwrap(), per_btc: 40_000.into(), set_at: START };
            rates::set(tx, store, rate)?;
            pairing::insert_code(
                tx,
                &PairingCode {
                    code: CODE.to_owned(),
                    token_id: TokenId::from_bytes(bytes(1)),
                    facade: Facade::Merchant,
                    sin: Some("TfClient".to_owned()),
                    store_id: Some(store),
                    label: None,
                    created_at: START,
                    expires_at: START,
                },
            )?;
            pairing::insert_token(
                tx,
                &Token {
                    id: TokenId::from_bytes(bytes(1)),
                    store_id: store,
                    facade: Facade::Merchant,
                    sin: Some("TfClient".to_owned()),
                    label: None,
                    paired_at: START,
                },
            )
        })
        .await
        .unwrap();
    shop
}

/// Reads the row of a table, in the way that the program does.
fn look(r: &Reader<'_>, shop: &Rows, table: &str) -> Result<(), DbError> {
    match table {
        "users" => users::find_by_email(r, "merchant@example.com").map(drop),
        "wallets" => wallets::find(r, shop.wallet).map(drop),
        "stores" => stores::find(r, shop.store).map(drop),
        "sessions" => sessions::load(r, "hashed", START).map(drop),
        "pairing_codes" => pairing::find_code(r, CODE).map(drop),
        "tokens" => pairing::tokens_of_sin(r, "TfClient").map(drop),
        "rates" => rates::of_store(r, shop.store).map(drop),
        "invoices" | "quotes" | "payment_methods" => invoices::find(r, invoice_id(1)).map(drop),
        "payments" => payments::of_invoice(r, invoice_id(1)).map(drop),
        "events" => events::of_invoice(r, invoice_id(1)).map(drop),
        "postings" => postings::of_invoice(r, invoice_id(1)).map(drop),
        "balances" => postings::kept(r).map(drop),
        "scripts" => scripts::issued(r, REGTEST, &script(1)).map(drop),
        "coins" => coins::unspent(r, shop.wallet).map(drop),
        "refunds" => refunds::find(r, refund_id(1)).map(drop),
        "spends" => spends::find(r, spend_id(1)).map(drop),
        "spend_refunds" => spends::shares(r, spend_id(1)).map(drop),
        "webhooks" => webhooks::of_store(r, shop.store).map(drop),
        "deliveries" => deliveries::find(r, DeliveryId::from_bytes(bytes(1))).map(drop),
        "attempts" => deliveries::attempts(r, DeliveryId::from_bytes(bytes(1))).map(drop),
        "idempotency" => idempotency::find(r, &key()).map(drop),
        "chains" => chains::load(r, REGTEST).map(drop),
        other => panic!("no such table: {other}"),
    }
}

#[derive(Clone, Copy)]
struct Rows {
    wallet: specie_core::ids::WalletId,
    store: specie_core::ids::StoreId,
}

pub async fn a_damaged_value_is_named_by_table_row_and_column<E: Engine>(engine: &E) {
    let shop = one_of_everything(engine).await;
    let rows = Rows { wallet: shop.wallet.id, store: shop.store.id };
    let ids = bytes(1).to_lower_hex_string();
    let script = script(1).as_bytes().to_lower_hex_string();
    let coin = shop.find(1).await.invoice.payments()[0].outpoint.txid;
    let coin = coin.as_byte_array().to_lower_hex_string();
    let (ids, script, coin) = (ids.as_str(), script.as_str(), coin.as_str());
    // Table, column, what another hand writes there, and the row that is blamed.
    for (table, column, value, row) in [
        ("users", "password_hash", "x'00'", ids),
        ("users", "administrator", "2", ids),
        ("users", "administrator", "0.5", ids),
        ("users", "created_at", "'yesterday'", ids),
        ("wallets", "network", "x'00'", ids),
        ("wallets", "identity", "x'00'", ids),
        ("wallets", "descriptor", "x'00'", ids),
        ("wallets", "next_index", "-1", ids),
        ("wallets", "next_index", "4294967296", ids),
        ("wallets", "created_at", "'yesterday'", ids),
        ("stores", "owner_id", "x'00'", ids),
        ("stores", "name", "CAST(x'ff' AS TEXT)", ids),
        ("stores", "network", "x'00'", ids),
        ("stores", "wallet_id", "x'00'", ids),
        ("stores", "currency", "'DOGE'", ids),
        ("stores", "settings", "'{'", ids),
        ("stores", "settings", "'{\"speed\":\"fast\"}'", ids),
        ("stores", "created_at", "'yesterday'", ids),
        ("sessions", "data", "x'00'", "hashed"),
        ("pairing_codes", "token_id", "x'00'", CODE),
        ("pairing_codes", "facade", "'user'", CODE),
        ("pairing_codes", "sin", "x'00'", CODE),
        ("pairing_codes", "store_id", "x'00'", CODE),
        ("pairing_codes", "label", "x'00'", CODE),
        ("pairing_codes", "expires_at", "'never'", CODE),
        ("tokens", "store_id", "x'00'", ids),
        ("tokens", "label", "x'00'", ids),
        ("tokens", "paired_at", "'never'", ids),
        ("rates", "currency", "'DOGE'", ids),
        ("rates", "per_btc", "'much'", ids),
        ("rates", "set_at", "'never'", ids),
        ("invoices", "store_id", "x'00'", ids),
        ("invoices", "network", "x'00'", ids),
        ("invoices", "price", "'much'", ids),
        ("invoices", "currency", "'DOGE'", ids),
        ("invoices", "asked", "'politely'", ids),
        ("invoices", "speed", "'fast'", ids),
        ("invoices", "unconfirmed_limit", "-1", ids),
        ("invoices", "order_details", "'{\"physical\":7}'", ids),
        ("invoices", "created_at", "'yesterday'", ids),
        ("invoices", "monitoring_ends_at", "0", ids),
        ("invoices", "status", "'lost'", ids),
        ("invoices", "flag", "'strange'", ids),
        ("invoices", "mark", "'paid'", ids),
        ("invoices", "ever_confirmed", "2", ids),
        ("invoices", "accepted", "-1", ids),
        ("invoices", "booked", "-1", ids),
        ("invoices", "booked", "1.5", ids),
        ("invoices", "event_count", "'two'", ids),
        ("quotes", "due", "NULL", ids),
        ("quotes", "due", "2100000000000001", ids),
        ("quotes", "min_due", "NULL", ids),
        ("quotes", "per_btc", "'much'", ids),
        ("quotes", "source", "NULL", ids),
        ("quotes", "observed_at", "NULL", ids),
        ("quotes", "expires_at", "0", ids),
        ("payment_methods", "wallet_id", "x'00'", ids),
        ("payment_methods", "script", "NULL", ids),
        ("payments", "seq", "1", ids),
        ("payments", "txid", "x'00'", ids),
        ("payments", "vout", "-1", ids),
        ("payments", "amount", "-1", ids),
        ("payments", "standing", "'gone'", ids),
        ("payments", "block_height", "NULL", ids),
        ("payments", "block_hash", "NULL", ids),
        ("payments", "block_hash", "x'00'", ids),
        ("payments", "first_seen", "'yesterday'", ids),
        ("payments", "replaceable", "2", ids),
        ("payments", "matured", "2", ids),
        ("payments", "six_deep", "2", ids),
        ("payments", "raw_tx", "x'00'", ids),
        ("payments", "raw_tx", "NULL", ids),
        ("events", "at", "'yesterday'", "1"),
        ("events", "event", "'{\"paid\":1}'", "1"),
        ("postings", "amount", "-1", ids),
        ("postings", "event_count", "-1", ids),
        ("postings", "from_account", "'bank'", ids),
        ("postings", "to_account", "'sales'", ids),
        ("balances", "amount", "'much'", ids),
        ("scripts", "wallet_id", "x'00'", script),
        ("scripts", "keychain", "'third'", script),
        ("scripts", "wallet_index", "-1", script),
        ("scripts", "invoice_id", "x'00'", script),
        ("coins", "vout", "-1", coin),
        ("coins", "amount", "-1", coin),
        ("coins", "coinbase", "2", coin),
        ("coins", "standing", "'gone'", coin),
        ("coins", "block_hash", "NULL", coin),
        ("coins", "block_hash", "x'00'", coin),
        ("coins", "keychain", "'third'", coin),
        ("coins", "wallet_index", "-1", coin),
        ("coins", "invoice_id", "x'00'", coin),
        ("coins", "first_seen", "'yesterday'", coin),
        ("coins", "spend_id", "x'00'", coin),
        ("coins", "raw_tx", "x'00'", coin),
        ("refunds", "amount", "-1", ids),
        ("refunds", "standing", "'strange'", ids),
        ("refunds", "asked", "'much'", ids),
        ("refunds", "currency", "'DOGE'", ids),
        ("refunds", "guid", "x'00'", ids),
        ("refunds", "claim_generation", "-1", ids),
        ("refunds", "pin_vout", "NULL", ids),
        ("refunds", "pin_txid", "x'00'", ids),
        ("refunds", "created_at", "'yesterday'", ids),
        ("spends", "network", "x'00'", ids),
        ("spends", "replaces", "x'00'", ids),
        ("spends", "psbt", "x'00'", ids),
        ("spends", "txid", "x'00'", ids),
        ("spends", "fee", "-1", ids),
        ("spends", "signed_tx", "x'00'", ids),
        ("spends", "signed_at", "NULL", ids),
        ("spends", "standing", "'strange'", ids),
        ("spends", "refusal", "x'00'", ids),
        ("spends", "created_at", "'yesterday'", ids),
        ("spend_refunds", "fee", "-1", ids),
        ("deliveries", "invoice_id", "x'00'", ids),
        ("deliveries", "webhook_id", "x'00'", ids),
        ("deliveries", "endpoint", "x'00'", ids),
        ("deliveries", "url", "x'00'", ids),
        ("deliveries", "form", "'long'", ids),
        ("deliveries", "notice", "'\"rain\"'", ids),
        ("deliveries", "snapshot", "x'00'", ids),
        ("deliveries", "state", "'lost'", ids),
        ("deliveries", "attempts", "-1", ids),
        ("deliveries", "created_at", "'yesterday'", ids),
        ("deliveries", "next_at", "'tomorrow'", ids),
        ("deliveries", "resent_at", "'today'", ids),
        ("deliveries", "in_line", "2", ids),
        ("attempts", "at", "'yesterday'", ids),
        ("attempts", "duration_ms", "-1", ids),
        ("attempts", "http_status", "-1", ids),
        ("attempts", "failure", "x'00'", ids),
        ("attempts", "excerpt", "x'00'", ids),
        ("webhooks", "url", "x'00'", ids),
        ("webhooks", "events", "'[\"rain\"]'", ids),
        ("webhooks", "switched_on", "2", ids),
        ("webhooks", "generation", "-1", ids),
        ("webhooks", "previous_until", "'tomorrow'", ids),
        ("webhooks", "created_at", "'yesterday'", ids),
        ("attempts", "request_id", "x'00'", ids),
        ("idempotency", "body_hash", "'text'", "order-1"),
        ("idempotency", "reply", "x'00'", "order-1"),
        ("chains", "locator", "'{'", REGTEST),
    ] {
        let read = || shop.db.read(move |r| look(r, &rows, table));
        read().await.unwrap_or_else(|e| panic!("{table} is sound: {e}"));
        let fits = || {
            value.contains('.')
                || value.contains("x'") && is_text(engine, table, column)
                || (table, column) == ("idempotency", "body_hash")
        };
        if E::IS_STRICT && fits() {
            // It rounds, makes text of whatever is written into a column of text, and bytes of text.
            continue;
        }
        let damaged = engine.try_tamper(&format!(
            "CREATE TABLE sound AS SELECT {column} AS value FROM {table} LIMIT 1; UPDATE {table} SET {column} = {value}"
        ));
        if let Err(refusal) = damaged {
            assert!(E::IS_STRICT, "{table}.{column} = {value}: {refusal}");
            continue;
        }
        match read().await {
            Err(DbError::Corrupt { table: blamed, row: key, column: at, problem }) => {
                assert_eq!((blamed, at, key.as_str()), (table, column, row), "{value}: {problem}");
            }
            other => panic!("{table}.{column} = {value}: {other:?}"),
        }
        if table == "events" {
            // The only table with more than one row here.
            engine.tamper("UPDATE events SET at = 0, event = '\"created\"'; DROP TABLE sound");
        } else {
            engine.tamper(&format!(
                "UPDATE {table} SET {column} = (SELECT value FROM sound); DROP TABLE sound"
            ));
        }
    }
}

fn is_text(engine: &impl Engine, table: &str, column: &str) -> bool {
    let sql = format!(
        "SELECT count(*) FROM information_schema.columns
        WHERE table_name = '{table}' AND column_name = '{column}' AND data_type = 'text'"
    );
    engine.ask(&sql) == 1
}

pub async fn an_invoice_without_its_quote_is_damaged(engine: &impl Engine) {
    let shop = one_of_everything(engine).await;
    engine.tamper("DELETE FROM quotes");
    let found = shop.db.read(|r| invoices::find(r, invoice_id(1))).await;
    assert!(
        matches!(found, Err(DbError::Corrupt { table: "quotes", .. })),
        "not as if it had never been: {found:?}"
    );
}
