//! Sources that are slow, huge, wrong, the wrong way round, or at odds with each other.

use std::time::Duration;

use serde_json::json;
use specie::feeds::{Reader, parse_address};
use specie::worker::{Pace, fetch_rates};
use specie_testkit::receiver::Answer;

use super::*;

const COINBASE_INVERTED: &str = include_str!("../data/rates/coinbase-inverted.json");

#[test]
fn a_dead_source_never_holds_up_another() {
    let house = House::asking(&["kraken", "coinbase"], Answer::Silence, says(COINBASE));
    // Long before the first one's time is over.
    until("the second source", || house.rate("USD").ok().filter(|rate| rate == "coinbase 30301.555"));
    assert_eq!(house.state(Feed::Kraken).trouble, None);
    house.kraken.wait_for(1);
    // And its end is not waited for either when the server stops.
    let House { running, runtime, .. } = house;
    let stopped =
        runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), running.stop()).await });
    assert!(stopped.is_ok());
}

#[test]
fn a_source_is_asked_again_after_an_answer_and_after_a_failure() {
    let house = House::asking(&["kraken"], Answer::Silence, Answer::Silence);
    let played = source(kraken_says("30000"));
    let reader = Reader::new(Feed::Kraken, &parse_address(&played.url("")).unwrap());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let pace = Pace { period: Duration::from_millis(20), rest: Duration::from_millis(10) };
    let asking = house.runtime.spawn(fetch_rates(house.app().clone(), reader, pace, stopped));
    let sees = |expected: &str| until(expected, || house.rate("USD").ok().filter(|rate| rate == expected));
    sees("kraken 30000");
    played.answer(kraken_says("30001"));
    sees("kraken 30001");
    played.answer(Answer::Status(500));
    until("the failure", || house.state(Feed::Kraken).trouble);
    sees("kraken 30001");
    played.answer(kraken_says("30002"));
    sees("kraken 30002");
    assert_eq!(house.state(Feed::Kraken).trouble, None);
    stop.send(true).unwrap();
    house.runtime.block_on(asking).unwrap();
}

#[test]
fn an_answer_that_is_none_says_why_and_changes_nothing() {
    let huge = format!(r#"{{"error":[],"result":{{{}}}}}"#, " ".repeat(256 * 1024));
    for (answer, cause) in [
        (Answer::Status(500), "it answered 500"),
        (Answer::Redirect("http://127.0.0.1:1/".to_owned()), "it answered 302"),
        (Answer::Flood, "its answer is larger than 256 KiB"),
        (says(&huge), "its answer is larger than 256 KiB"),
        (Answer::Raw(Vec::new()), "the connection broke"),
        (says("<html>Just a moment…</html>"), "its answer is not of the form that it documents"),
        (says(COINBASE), "its answer is not of the form that it documents"),
        (says(r#"{"error":["EService:Unavailable"]}"#), "it refused: it is out of service"),
        (says(r#"{"error":[],"result":{"XETHZUSD":{}}}"#), "its answer does not price bitcoin"),
        (kraken_says("0.000033"), "none of its rates can be right"),
        (kraken_says("-30000"), "none of its rates can be right"),
        (kraken_says("1000000000000000"), "none of its rates can be right"),
    ] {
        let house = House::open(answer, Answer::Status(404));
        assert_eq!(house.state(Feed::Kraken).trouble.as_deref(), Some(cause));
        assert_eq!(
            house.rate("USD"),
            Err(format!("no rate for USD: Kraken: {cause}; Coinbase: it answered 404"))
        );
        let status = house.run(Command::Status);
        assert_eq!(status["rates"][0]["trouble"], json!(cause));
        assert_eq!(status["healthy"], json!(false));
    }
}

#[test]
fn rates_the_wrong_way_round_are_not_taken_over() {
    let house = House::open(Answer::Status(500), says(COINBASE_INVERTED));
    let cause = "none of its rates can be right";
    assert_eq!(house.state(Feed::Coinbase).trouble.as_deref(), Some(cause));
    assert_eq!(
        house.rate("NOK"),
        Err(format!("no rate for NOK: Kraken: it answered 500; Coinbase: {cause}"))
    );
    // One alone is left out, and named; what is near it stays.
    let prices = json!({ "USD": "0.000033", "EUR": "27799.51", "KWD": "9294.663" });
    let house = House::open(Answer::Status(500), coinbase_says(&prices));
    assert_eq!(house.rate("EUR").unwrap(), "coinbase 27799.51");
    assert_eq!(house.rate("KWD").unwrap(), "coinbase 9294.663");
    assert_eq!(
        house.rate("USD").unwrap_err(),
        "no rate for USD: Kraken: it answered 500; Coinbase: what it says of USD cannot be right"
    );
}

#[test]
fn a_source_that_fails_keeps_what_it_said_before_only_until_that_is_too_old() {
    let house = House::open(says(KRAKEN), Answer::Status(500));
    let app = house.app();
    house.wait(200_000);
    let usd = "USD".parse().unwrap();
    // Neither a failure nor an answer that cannot be right makes it younger, or takes it away.
    app.rates_failed(Feed::Kraken, "it did not answer in time".to_owned());
    app.rates_seen(Feed::Kraken, vec![(usd, Some("0.00003".parse().unwrap()))], app.now());
    assert_eq!(house.rate("USD").unwrap(), "kraken 30303.2");
    assert_eq!(house.line("USD")["age_seconds"], json!(200));
    house.wait(100_001);
    assert_eq!(
        house.rate("USD").unwrap_err(),
        "no rate for USD: Kraken: its rate is 301 seconds old, more than 300 (none of its rates can be right); \
         Coinbase: it answered 500"
    );
}

#[test]
fn sources_that_contradict_each_other_are_not_believed() {
    let coinbase = coinbase_says(&json!({ "USD": "60000", "NOK": "600000" }));
    let house = House::open(kraken_says("30000"), coinbase);
    assert_eq!(
        house.rate("USD").unwrap_err(),
        "no rate for USD: Kraken says 30000 and Coinbase 60000: too far apart to trust either"
    );
    assert_eq!(
        house.rate("NOK").unwrap_err(),
        "no rate for NOK: Coinbase and Kraken are too far apart on USD to trust either"
    );
    house.set(&house.store, "BTC_USD", "45000");
    assert_eq!(house.rate("USD").unwrap(), "fixed 45000", "the merchant knows");
}

#[test]
fn a_clock_that_was_set_back_makes_no_rate_young_again() {
    let house = House::open(says(KRAKEN), Answer::Status(500));
    house.wait(-1);
    assert!(house.rate("USD").unwrap_err().contains("from the future"));
    assert!(!house.state(Feed::Kraken).fresh);
}
