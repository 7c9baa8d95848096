//! Which source a rate comes from, and how long it is good for.

use serde_json::json;
use specie::http::admin::Command;
use specie_testkit::http::send;
use specie_testkit::receiver::Answer;

use super::*;

#[test]
fn what_the_merchant_fixed_comes_first_then_kraken_then_coinbase() {
    let house = House::open(says(KRAKEN), says(COINBASE));
    assert_eq!(house.rate("USD").unwrap(), "kraken 30303.2");
    assert_eq!(house.rate("NOK").unwrap(), "coinbase 304200.5");
    assert_eq!(house.rate("BTC").unwrap(), "constant 1");
    assert_eq!(
        house.rate("TND"),
        Err("no rate for TND: Kraken: it has no rate of TND; Coinbase: it has no rate of TND".to_owned())
    );
    for pair in ["BTC_USD", "BTC_NOK", "BTC_TND"] {
        house.set(&house.store, pair, "7");
    }
    for code in ["USD", "NOK", "TND"] {
        assert_eq!(house.rate(code).unwrap(), "fixed 7", "{code}");
    }
    // Fixed is fixed until it is taken away.
    house.wait(365 * 24 * 60 * 60 * 1000);
    assert_eq!(house.rate("USD").unwrap(), "fixed 7");
    house.wait(-365 * 24 * 60 * 60 * 1000);
    let unset = |pair: &str| Command::UnsetRate { store: house.store.clone(), pair: pair.to_owned() };
    assert_eq!(house.run(unset("BTC_USD")), json!({ "pair": "BTC_USD", "rate": null }));
    assert_eq!(house.rate("USD").unwrap(), "kraken 30303.2");
    let again = house.runtime.block_on(execute(house.app(), unset("BTC_USD"))).unwrap_err();
    assert_eq!(again.message(), "no rate of USD is fixed in this store");
}

#[test]
fn a_practice_store_keeps_to_its_own_rates() {
    let house = House::open(says(KRAKEN), says(COINBASE));
    assert_eq!(house.rate_in(&house.practice, "USD").unwrap(), "sandbox 50000");
    assert!(house.rate_in(&house.practice, "NOK").is_err());
    house.set(&house.practice, "BTC_USD", "7");
    assert_eq!(house.rate_in(&house.practice, "USD").unwrap(), "fixed 7");
    assert_eq!(house.rate("USD").unwrap(), "kraken 30303.2", "of another store");
}

#[test]
fn a_rate_is_good_for_five_minutes_after_it_was_asked_for() {
    let house = House::open(says(KRAKEN), Answer::Status(503));
    // From now on it is silent; it would be asked again only in a minute anyway.
    house.kraken.answer(Answer::Silence);
    house.wait(300_000);
    assert_eq!(house.rate("USD").unwrap(), "kraken 30303.2");
    assert_eq!(house.line("USD")["age_seconds"], json!(300));
    house.wait(1);
    let cause = "Kraken: its rate is 301 seconds old, more than 300; Coinbase: it answered 503";
    assert_eq!(house.rate("USD"), Err(format!("no rate for USD: {cause}")));
    assert_eq!(
        house.line("USD"),
        json!({ "pair": "BTC_USD", "rate": null, "source": null, "age_seconds": null, "trouble": cause })
    );
    assert!(!house.state(Feed::Kraken).fresh);
    // The shop hears the cause, and nothing is sold at yesterday's price.
    let store = &house.store;
    let url = format!("{}/rates/BTC/USD?storeId={store}", house.app().public_url());
    let reply = house
        .runtime
        .block_on(async { tokio::task::spawn_blocking(move || send("GET", &url, &[], b"")).await });
    let reply = reply.unwrap();
    assert_eq!(reply.status, 404, "{}", reply.body);
    assert!(reply.error().contains(cause), "{}", reply.body);
}

#[test]
fn a_rate_is_as_old_as_the_question() {
    let house = House::asking(&["kraken"], Answer::Held, Answer::Silence);
    house.kraken.wait_for(1);
    house.wait(250_000);
    house.kraken.answer(says(KRAKEN));
    until("the answer", || house.rate("USD").ok());
    assert_eq!(house.line("USD")["age_seconds"], json!(250));
    house.wait(50_001);
    assert!(house.rate("USD").is_err());
}

#[test]
fn the_next_source_takes_over_when_the_first_is_too_old_and_hands_back() {
    let house = House::open(says(KRAKEN), says(COINBASE));
    house.wait(300_001);
    assert!(house.rate("USD").is_err());
    let prices = |usd: &str| vec![("USD".parse().unwrap(), Some(usd.parse().unwrap()))];
    let app = house.app();
    app.rates_seen(Feed::Coinbase, prices("31000"), app.now());
    assert_eq!(house.rate("USD").unwrap(), "coinbase 31000");
    app.rates_seen(Feed::Kraken, prices("31001"), app.now());
    assert_eq!(house.rate("USD").unwrap(), "kraken 31001");
    // What it does not say any more, it has not.
    assert_eq!(
        house.rate("EUR"),
        Err("no rate for EUR: Kraken: it has no rate of EUR; Coinbase: it has no rate of EUR".to_owned())
    );
}

#[test]
fn the_table_of_rates_has_source_and_age_the_store_s_currency_first() {
    let house = House::open(says(KRAKEN), says(COINBASE));
    house.set(&house.store, "BTC_EUR", "27000");
    house.wait(42_999);
    let listed = house.run(Command::ListRates { store: house.store.clone() });
    let lines = listed["rates"].as_array().unwrap();
    assert_eq!(
        lines[0],
        json!({ "pair": "BTC_USD", "rate": "30303.2", "source": "kraken", "age_seconds": 42, "trouble": null })
    );
    assert_eq!(lines.len(), 25);
    assert!(!lines.iter().any(|line| line["pair"] == "BTC_BTC" || line["pair"] == "BTC_SATS"));
    assert_eq!(
        (&house.line("EUR")["source"], &house.line("EUR")["rate"]),
        (&json!("fixed"), &json!("27000"))
    );
    assert_eq!(house.line("NOK")["source"], "coinbase");
    // Where nobody knows the store's currency, the list says so first.
    let app = house.app();
    let lines = house.runtime.block_on(async {
        let mut store = app.store(house.store.parse().unwrap()).await.unwrap();
        store.currency = "TND".parse().unwrap();
        app.rate_lines(&store).await.unwrap()
    });
    assert_eq!(lines[0].currency.code(), "TND");
    assert_eq!((lines[0].per_btc, lines[0].age_ms), (None, None));
    assert!(lines[0].trouble.as_ref().unwrap().starts_with("Kraken: it has no rate of TND; Coinbase: "));
}

#[test]
fn only_the_sources_that_are_named_are_asked_in_that_order() {
    let house = House::asking(&["coinbase"], says(KRAKEN), says(COINBASE));
    until("the source", || house.rate("USD").ok().filter(|rate| rate == "coinbase 30301.555"));
    assert_eq!(house.kraken.heard().len(), 0);
    assert_eq!(house.app().feeds(), [Feed::Coinbase]);

    let house = House::asking(&["coinbase", "kraken"], says(KRAKEN), says(COINBASE));
    until("both sources", || house.app().source_states().iter().all(|s| s.fresh).then_some(()));
    assert_eq!(house.rate("USD").unwrap(), "coinbase 30301.555");

    for rates in [&["none"][..], &[]] {
        let house = House::asking(rates, says(KRAKEN), says(COINBASE));
        assert_eq!(house.app().feeds(), []);
        assert_eq!(
            house.rate("USD").unwrap_err(),
            "no rate for USD: the store has no rate for it; set one with `specie rates set`"
        );
    }
}
