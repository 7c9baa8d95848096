//! The program as it is run: settings, status, and an invoice at a live rate.

use serde_json::json;
use specie_testkit::node::RegtestNode;
use specie_testkit::receiver::Answer;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;

use super::*;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

#[test]
fn node_an_invoice_is_quoted_at_the_live_rate() {
    let node = RegtestNode::start();
    let kraken = source(kraken_says("40000"));
    let cookie = node.cookie_file().display().to_string();
    let server = Server::start_with(
        EXE,
        &[
            "--network",
            "regtest",
            "--bitcoind-url",
            &node.rpc_url(),
            "--bitcoind-cookie",
            &cookie,
            "--rates",
            "kraken",
            "--rates-kraken",
            &kraken.url(""),
        ],
    );
    server.create_user(OWNER);
    let made =
        server.run(&["store", "create", "--owner", OWNER, "--name", "Tea", "--wallet", &account_key("tea")]);
    let store = made["id"].as_str().unwrap();
    let status = until("chain and rates", || {
        let status = server.try_run(&["status"], "").answer()?;
        let followed = status["chains"].as_array()?.iter().all(|chain| chain["height"].is_u64());
        (followed && status["rates"][0]["seen_seconds_ago"].is_u64()).then_some(status)
    });
    assert_eq!(status["rates"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&status["rates"][0]["source"], &status["rates"][0]["currencies"]),
        (&json!("kraken"), &json!(1))
    );
    let shop = Shop::paired(&server, store, "shop");
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    assert_eq!((&invoice["btcPrice"], &invoice["rate"]), (&json!("0.00050000"), &json!(40000.0)));
    assert_eq!(shop.get("/rates/BTC/USD").data()["rate"].to_string(), "40000.0");
    let listed = server.run(&["rates", "list", "--store", store]);
    assert_eq!(
        (&listed["rates"][0]["pair"], &listed["rates"][0]["source"]),
        (&json!("BTC_USD"), &json!("kraken"))
    );
    // The merchant's own rate comes before it, and goes again.
    server.run(&["rates", "set", "--store", store, "BTC_USD", "50000"]);
    assert_eq!(shop.invoice(&json!({ "price": 20, "currency": "USD" }))["btcPrice"], json!("0.00040000"));
    server.run(&["rates", "unset", "--store", store, "BTC_USD"]);
    assert_eq!(shop.invoice(&json!({ "price": 20, "currency": "USD" }))["btcPrice"], json!("0.00050000"));
    // Of what nobody knows there is no invoice, and the shop hears why.
    let refused = shop.post("/invoices", &json!({ "price": 20, "currency": "NOK" }));
    assert_eq!(refused.status, 400);
    assert!(refused.error().contains("Kraken: it has no rate of NOK"), "{}", refused.body);
}

#[test]
fn status_names_the_sources_and_is_not_well_when_all_of_them_fail() {
    let kraken = source(Answer::Status(500));
    let args = ["--rates", "kraken", "--rates-kraken", &kraken.url("")];
    let server = Server::start_with(EXE, &args);
    let ran = until("the failure", || Some(server.try_run(&["status"], "")).filter(|ran| ran.code != 0));
    let status: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        status["rates"],
        json!([{ "source": "kraken", "currencies": 0, "seen_seconds_ago": null, "trouble": "it answered 500" }])
    );
}

#[test]
fn nobody_is_asked_unless_on_mainnet_or_told_to() {
    let settings = |network: Option<&str>, rates: &[&str]| Settings {
        network: network.map(str::to_owned),
        rates: rates.iter().map(|name| (*name).to_owned()).collect(),
        ..Settings::default()
    };
    let asked = |settings: &Settings| -> Vec<String> {
        settings.feeds().unwrap().into_iter().map(|(_, url)| url.to_string()).collect()
    };
    let (kraken, coinbase) = ("https://api.kraken.com/", "https://api.coinbase.com/");
    for (network, rates, expected) in [
        (Some("mainnet"), &[][..], vec![kraken, coinbase]),
        (Some("mainnet"), &["none"], vec![]),
        (Some("mainnet"), &["coinbase"], vec![coinbase]),
        (Some("regtest"), &[], vec![]),
        (Some("testnet4"), &[], vec![]),
        (None, &[], vec![]),
        (Some("signet"), &["coinbase", " kraken"], vec![coinbase, kraken]),
        (None, &["kraken"], vec![kraken]),
    ] {
        assert_eq!(asked(&settings(network, rates)), expected, "{network:?} {rates:?}");
    }
    for rates in [&["bitstamp"][..], &["none", "kraken"], &["kraken", "kraken"], &["Kraken"], &[""]] {
        let error = settings(Some("mainnet"), rates).feeds().unwrap_err().to_string();
        assert!(error.starts_with("rates: "), "{rates:?}: {error}");
    }
    let plain = Settings { rates_coinbase: Some("http://rates.example".to_owned()), ..settings(None, &[]) };
    assert!(
        plain.feeds().unwrap_err().to_string().starts_with("rates-coinbase: http is for this machine only")
    );
}
