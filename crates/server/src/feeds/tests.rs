//! Answers of the documented form and others, and servers that mean harm.

use std::time::Duration;

use specie_testkit::receiver::{Answer, Receiver};

use super::*;

const KRAKEN: &str = include_str!("../../tests/data/rates/kraken.json");
const KRAKEN_WITHOUT_A_PAIR: &str = include_str!("../../tests/data/rates/kraken-without-a-pair.json");
const COINBASE: &str = include_str!("../../tests/data/rates/coinbase.json");
const COINBASE_INVERTED: &str = include_str!("../../tests/data/rates/coinbase-inverted.json");

/// Prices as text, by code: `-` for one that makes no sense.
fn shown(prices: Result<Prices, FeedError>) -> Result<Vec<String>, FeedError> {
    let mut shown: Vec<String> = prices?
        .iter()
        .map(|(currency, price)| {
            format!("{currency} {}", price.map_or("-".to_owned(), |price| price.to_string()))
        })
        .collect();
    shown.sort();
    Ok(shown)
}

fn of_kraken(body: &str) -> Result<Vec<String>, FeedError> {
    shown(kraken::parse(body.as_bytes()))
}

fn of_coinbase(body: &str) -> Result<Vec<String>, FeedError> {
    shown(coinbase::parse(body.as_bytes()))
}

#[test]
fn krakens_last_trades_are_read_under_its_own_names_of_the_pairs() {
    let all = ["AUD 45411", "CAD 40480.1", "CHF 27115.2", "EUR 27801.7", "GBP 23866.3", "JPY 4239500"];
    let all: Vec<String> = all.into_iter().chain(["USD 30303.2"]).map(str::to_owned).collect();
    assert_eq!(of_kraken(KRAKEN).unwrap(), all);
    assert_eq!(of_kraken(KRAKEN_WITHOUT_A_PAIR).unwrap(), all[1..]);
}

#[test]
fn a_pair_of_kraken_counts_if_it_prices_bitcoin_in_money() {
    for (pair, code) in [
        ("XXBTZUSD", Some("USD")),
        ("XBTUSD", Some("USD")),
        ("XBT/USD", Some("USD")),
        ("BTC/USD", Some("USD")),
        ("XBTZAR", Some("ZAR")),
        ("XXBTXXBT", None),
        ("XBTUSDT", None),
        ("XXBTZUSD.d", None),
        ("ZUSDXXBT", None),
        ("XETHZUSD", None),
        ("XBTXAU", None),
        ("XBTusd", None),
        ("XBT", None),
        ("WBTCUSD", None),
        ("", None),
    ] {
        let body = format!(r#"{{"error":[],"result":{{"{pair}":{{"a":["2"],"b":["2"],"c":["2"]}}}}}}"#);
        let expected = code.map_or(Err(FeedError::NotBitcoin), |code| Ok(vec![format!("{code} 2")]));
        assert_eq!(of_kraken(&body), expected, "{pair}");
    }
}

#[test]
fn a_last_trade_of_kraken_counts_as_far_as_the_order_book_bears_it_out() {
    for (ask, bid, last, price) in [
        (r#""50010""#, r#""50000""#, r#""50005.5""#, "50005.5"),
        // Numbers are as good as texts, and so is another way to write them.
        ("50010", "5e4", "5.00055e4", "50005.5"),
        (r#""52500""#, r#""50000""#, r#""47500""#, "47500"),
        (r#""52500.1""#, r#""50000""#, r#""50000""#, "-"),
        (r#""50010""#, r#""50000""#, r#""47499.9""#, "-"),
        (r#""50010""#, r#""50000""#, r#""52500.1""#, "-"),
        (r#""50000""#, r#""50010""#, r#""50005""#, "-"),
        (r#""0.00000""#, r#""0.00000""#, r#""50005""#, "-"),
        (r#""0""#, r#""0""#, r#""0""#, "-"),
        (r#""-1""#, r#""-1""#, r#""-1""#, "-"),
        (r#""NaN""#, r#""50000""#, r#""50005""#, "-"),
        ("null", r#""50000""#, r#""50005""#, "-"),
        (r#""7e28""#, r#""7e28""#, r#""7e28""#, "-"),
    ] {
        let ticker = format!(r#"{{"a":[{ask},"1"],"b":[{bid},"1"],"c":[{last},"1"]}}"#);
        let body = format!(r#"{{"error":[],"result":{{"XXBTZUSD":{ticker}}}}}"#);
        assert_eq!(of_kraken(&body).unwrap(), [format!("USD {price}")], "{ticker}");
    }
    for ticker in [
        "{}",
        "[]",
        "null",
        "5",
        r#"{"c":["1"]}"#,
        r#"{"a":[],"b":[],"c":[]}"#,
        r#"{"a":"1","b":"1","c":"1"}"#,
    ] {
        let body = format!(r#"{{"error":[],"result":{{"XXBTZUSD":{ticker}}}}}"#);
        assert_eq!(of_kraken(&body).unwrap(), ["USD -"], "{ticker}");
    }
}

#[test]
fn what_kraken_refuses_or_garbles_gives_no_rates() {
    let ticker = r#"{"a":["50010"],"b":["50000"],"c":["50005"]}"#;
    let with = |errors: &str| format!(r#"{{"error":[{errors}],"result":{{"XXBTZUSD":{ticker}}}}}"#);
    let refused = |why| Err(FeedError::Refused(why));
    for (body, expected) in [
        (with(""), Ok("USD 50005")),
        (with(r#""WGeneral:Deprecated""#), Ok("USD 50005")),
        (with(r#""EQuery:Unknown asset pair","EQuery:Unknown asset pair""#), Ok("USD 50005")),
        (with(r#""EService:Unavailable""#), refused("it is out of service")),
        (with(r#""EQuery:Unknown asset pair","EService:Busy""#), refused("it is out of service")),
        (with(r#""EGeneral:Temporary lockout""#), refused("it was asked too often")),
        (with(r#""EGeneral:Internal error""#), refused("its answer says that it is an error")),
        (with(r#""<script>""#), refused("its answer says that it is an error")),
        (r#"{"error":["EQuery:Unknown asset pair"]}"#.to_owned(), refused("it knows none of the pairs")),
        (with("7"), Err(FeedError::Form)),
        (r#"{"error":[]}"#.to_owned(), Err(FeedError::Form)),
        (r#"{"error":[],"result":[]}"#.to_owned(), Err(FeedError::Form)),
        (r#"{"error":[],"result":{}}"#.to_owned(), Err(FeedError::NotBitcoin)),
        (format!(r#"{{"result":{{"XXBTZUSD":{ticker}}}}}"#), Err(FeedError::Form)),
        (format!(r#"{{"error":[],"result":{{"XXBTZUSD":{ticker},"XBTUSD":{ticker}}}}}"#), Ok("USD -")),
        (format!(r#"{{"error":[],"result":{{"XXBTZUSD":{ticker},"XXBTZUSD":{ticker}}}}}"#), Ok("USD -")),
        (format!(r#"{{"error":[],"result":{{}},"result":{{"XXBTZUSD":{ticker}}}}}"#), Err(FeedError::Form)),
        (COINBASE.to_owned(), Err(FeedError::Form)),
    ] {
        assert_eq!(of_kraken(&body), expected.map(|price| vec![price.to_owned()]), "{body}");
    }
}

#[test]
fn coinbases_rates_are_read_exactly_and_only_those_of_money() {
    let found = of_coinbase(COINBASE).unwrap();
    for expected in [
        "USD 30301.555",
        "EUR 27799.51",
        "ISK 4146000",
        "KWD 9294.663",
        // The digits that no decimal holds are cut off, not rounded up.
        "IDR 454123456.789012345678",
        "CLF 871.23",
    ] {
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
    }
    let codes: Vec<&str> = found.iter().filter_map(|line| line.split(' ').next()).collect();
    for none in ["BTC", "SATS", "XAU", "XDR", "USDT", "1INCH", "00", "PEPE", "GGP", "CNH", "ETH"] {
        assert!(!codes.contains(&none), "{none}");
    }
    assert_eq!(codes.len(), 25, "{codes:?}");
    assert!(!found.iter().any(|line| line.ends_with('-')), "{found:?}");
}

#[test]
fn what_coinbase_garbles_gives_no_rates() {
    let with = |currency: &str, rates: &str| {
        format!(r#"{{"data":{{"currency":"{currency}","rates":{{{rates}}}}}}}"#)
    };
    for (body, expected) in [
        (with("BTC", r#""USD":"50000.1""#), Ok("USD 50000.1")),
        (with("BTC", r#""USD":50000.1"#), Ok("USD 50000.1")),
        (with("BTC", r#""USD":"5.00001e4""#), Ok("USD 50000.1")),
        (with("BTC", r#""BTC":"1.00000000","USD":"50000""#), Ok("USD 50000")),
        (with("USD", r#""EUR":"0.9","BTC":"0.00002""#), Err(FeedError::NotBitcoin)),
        (with("btc", r#""USD":"50000""#), Err(FeedError::NotBitcoin)),
        (with("BTC", r#""BTC":"0.00002","USD":"1""#), Err(FeedError::NotBitcoin)),
        (with("BTC", r#""BTC":null,"USD":"50000""#), Err(FeedError::NotBitcoin)),
        (with("BTC", r#""USD":"50,000""#), Ok("USD -")),
        (with("BTC", r#""USD":"""#), Ok("USD -")),
        (with("BTC", r#""USD":null"#), Ok("USD -")),
        (with("BTC", r#""USD":["50000"]"#), Ok("USD -")),
        (with("BTC", r#""USD":"50000","USD":"40000""#), Ok("USD -")),
        (with("BTC", r#""DOGE":"400000""#), Err(FeedError::Form)),
        (with("BTC", ""), Err(FeedError::Form)),
        (r#"{"errors":[{"id":"not_found","message":"Not found"}]}"#.to_owned(), Err(FeedError::Form)),
        (r#"{"data":{"currency":"BTC"}}"#.to_owned(), Err(FeedError::Form)),
        (r#"{"data":[]}"#.to_owned(), Err(FeedError::Form)),
        ("[".repeat(100_000), Err(FeedError::Form)),
        ("<html>".to_owned(), Err(FeedError::Form)),
        (String::new(), Err(FeedError::Form)),
        (KRAKEN.to_owned(), Err(FeedError::Form)),
    ] {
        let what: String = body.chars().take(80).collect();
        assert_eq!(of_coinbase(&body), expected.map(|price| vec![price.to_owned()]), "{what}");
    }
}

#[test]
fn prices_the_wrong_way_round_are_below_one() {
    let prices = coinbase::parse(COINBASE_INVERTED.as_bytes()).unwrap();
    assert_eq!(prices.len(), 25);
    assert!(prices.iter().all(|(_, price)| price.is_some_and(|price| price < Decimal::ONE)), "{prices:?}");
}

#[test]
fn an_address_is_https_unless_it_is_on_this_machine() {
    for (text, allowed) in [
        ("https://api.kraken.com", true),
        ("https://mirror.example/kraken/", true),
        ("https://10.0.0.1:8443", true),
        ("http://127.0.0.1:9000", true),
        ("http://127.8.9.10", true),
        ("http://[::1]:9000", true),
        ("http://localhost:9000", true),
        ("http://api.kraken.com", false),
        ("http://10.0.0.1", false),
        ("http://localhost.example.com", false),
        ("ftp://127.0.0.1", false),
        ("https://user@mirror.example", false),
        ("https://mirror.example/?pair=XBTUSD", false),
        ("kraken", false),
        ("", false),
    ] {
        assert_eq!(parse_address(text).is_ok(), allowed, "{text}");
    }
    for feed in Feed::ALL {
        assert_eq!(parse_address(usual_address(feed)).unwrap().scheme(), "https");
    }
}

/// Asks a server that answers so, with little patience.
fn asked(answer: Answer) -> (Result<Vec<u8>, FeedError>, Receiver) {
    // Its making installs what TLS needs.
    specie_testkit::http::client();
    let server = Receiver::start();
    server.answer(answer);
    let url = parse_address(&server.url("/rates")).unwrap();
    let client = fetch::client(&url, Duration::from_millis(500)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    (runtime.block_on(fetch::get(&client, &url)), server)
}

#[test]
fn a_server_that_means_harm_is_not_waited_for_followed_or_read_to_its_end() {
    let huge = "1".repeat(MAX_BODY_BYTES + 1);
    let full = &huge[1..];
    for (what, answer, expected) in [
        ("never answers", Answer::Silence, FeedError::Late),
        ("drips", Answer::Drip, FeedError::Late),
        ("floods", Answer::Flood, FeedError::TooLarge),
        ("is a byte too large", Answer::Body(200, huge.clone()), FeedError::TooLarge),
        ("fails", Answer::Status(500), FeedError::Status(500)),
        ("has nothing", Answer::Status(204), FeedError::Status(204)),
        ("limits", Answer::Body(429, KRAKEN.to_owned()), FeedError::Status(429)),
        ("hangs up", Answer::Raw(Vec::new()), FeedError::Broken),
        ("talks nonsense", Answer::Raw(b"+OK POP3 ready\r\n".to_vec()), FeedError::Broken),
        (
            "lies about its length",
            Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_vec()),
            FeedError::Broken,
        ),
    ] {
        assert_eq!(asked(answer).0, Err(expected), "{what}");
    }
    assert_eq!(asked(Answer::Body(200, full.to_owned())).0, Ok(full.as_bytes().to_vec()));

    let elsewhere = Receiver::start();
    let (redirected, _server) = asked(Answer::Redirect(elsewhere.url("/rates")));
    assert_eq!(redirected, Err(FeedError::Status(302)));
    assert_eq!(elsewhere.heard().len(), 0);
}

#[test]
fn a_source_is_asked_once_for_everything_and_told_who_asks() {
    specie_testkit::http::client();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (feed, body, path, target) in [
        (Feed::Kraken, KRAKEN, "", "/0/public/Ticker?pair=XBTUSD,XBTEUR,XBTGBP,XBTCAD,XBTJPY,XBTCHF,XBTAUD"),
        (Feed::Coinbase, COINBASE, "/mirror/", "/mirror/v2/exchange-rates?currency=BTC"),
    ] {
        let server = Receiver::start();
        server.answer(Answer::Body(200, body.to_owned()));
        let reader = Reader::new(feed, &parse_address(&server.url(path)).unwrap());
        assert!(runtime.block_on(reader.prices()).is_ok_and(|prices| !prices.is_empty()));
        let heard = server.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].target, target);
        let agent = heard[0].headers.iter().find(|(name, _)| name == "user-agent").map(|(_, v)| v.as_str());
        assert_eq!(agent, Some(concat!("Specie/", env!("CARGO_PKG_VERSION"))));
    }
    let reader = Reader::new(Feed::Kraken, &parse_address("http://127.0.0.1:1").unwrap());
    assert_eq!(runtime.block_on(reader.prices()), Err(FeedError::Unreachable));
}
