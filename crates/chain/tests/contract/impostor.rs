//! A server that answers as a node in trouble would.

use std::time::Duration;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::constants::genesis_block;
use bitcoin::hashes::Hash;
use bitcoin::{Amount, FeeRate, Network, OutPoint, Transaction, TxIn, TxOut, Txid};
use serde_json::{Value, json};
use specie_chain::{Auth, Bitcoind, BitcoindConfig, ChainSource, SourceError, Watch};
use specie_core::chain::Locator;
use specie_core::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::shop::script;

/// Answers each request with what `answer` makes of it: a status and a body.
async fn impostor(answer: fn(&Value) -> (u16, String)) -> ChainSource {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(socket, answer));
        }
    });
    ChainSource::Bitcoind(Bitcoind::new(BitcoindConfig {
        url,
        auth: Auth::Password { user: "a".to_owned(), password: "b".to_owned().into() },
        zmq: None,
        network: Network::Bitcoin,
        poll: Duration::from_secs(1),
    }))
}

async fn serve(mut socket: TcpStream, answer: fn(&Value) -> (u16, String)) {
    let mut text = String::new();
    loop {
        let mut bytes = [0; 4096];
        let read = socket.read(&mut bytes).await.unwrap();
        if read == 0 {
            return;
        }
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
        let Ok(request) = serde_json::from_str(body) else { continue };
        let (status, body) = answer(&request);
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n");
        let answer = format!("{head}Connection: close\r\n\r\n{body}");
        socket.write_all(answer.as_bytes()).await.unwrap();
        return;
    }
}

/// A main network that consists of its first block.
fn young(request: &Value) -> (u16, String) {
    let genesis = genesis_block(Network::Bitcoin);
    let hash = genesis.block_hash();
    let result = match request["method"].as_str().unwrap() {
        "getblockchaininfo" => json!({
            "chain": "main", "blocks": 0, "headers": 0, "bestblockhash": hash,
            "initialblockdownload": false, "pruned": true, "verificationprogress": 0.5,
        }),
        "getblockhash" => json!(hash),
        "getblockheader" => json!(serialize_hex(&genesis.header)),
        "getrawmempool" => json!([]),
        // An old one.
        "gettxspendingprevout" => {
            return (404, r#"{"error":{"code":-32601,"message":"Method not found"},"id":0}"#.to_owned());
        }
        other => panic!("{other}"),
    };
    (200, json!({"result": result, "error": null, "id": 0}).to_string())
}

fn downloading(request: &Value) -> (u16, String) {
    let (status, body) = young(request);
    (status, body.replace(r#""initialblockdownload":false"#, r#""initialblockdownload":true"#))
}

fn pruned(request: &Value) -> (u16, String) {
    match request["method"].as_str() {
        Some("getblock") => (500, r#"{"error":{"code":-1,"message":"pruned"},"id":0}"#.to_owned()),
        _ => young(request),
    }
}

/// Pays script 1, or nobody here if it is the last.
fn payment(number: u32) -> Transaction {
    let previous_output = OutPoint { txid: Txid::all_zeros(), vout: number };
    let script_pubkey = script(if number == 3 { 99 } else { 1 });
    Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![TxIn { previous_output, ..TxIn::default() }],
        output: vec![TxOut { value: Amount::from_sat(1_000), script_pubkey }],
    }
}

/// Has four transactions, and tells when it had the first only.
fn forgetful(request: &Value) -> (u16, String) {
    let txids: Vec<Txid> = (0..4).map(|number| payment(number).compute_txid()).collect();
    let Some(calls) = request.as_array() else {
        let (status, body) = young(request);
        let listing = format!(r#""result":{}"#, json!(txids));
        return (status, body.replace(r#""result":[]"#, &listing));
    };
    let answer = |call: &Value| {
        let place = txids.iter().position(|txid| json!(txid) == call["params"][0]).unwrap();
        let number = u32::try_from(place).unwrap();
        let (result, error) = match (call["method"].as_str().unwrap(), number) {
            ("getrawtransaction", number) => (json!(serialize_hex(&payment(number))), Value::Null),
            ("getmempoolentry", 0) => (json!({"time": BIRTH + 5, "fees": {"base": 0.1}}), Value::Null),
            ("getmempoolentry", 1) => (json!({"fees": {"base": 0.1}}), Value::Null),
            ("getmempoolentry", 2) => (Value::Null, json!({"code": -5, "message": "not in mempool"})),
            (other, number) => panic!("{other} of {number}"),
        };
        json!({"result": result, "error": error, "id": call["id"]})
    };
    (200, Value::Array(calls.iter().map(answer).collect()).to_string())
}

async fn sync(answer: fn(&Value) -> (u16, String), now: i64) -> Result<(), SourceError> {
    let source = impostor(answer).await;
    // Reads block 0, which the pruned one does not have.
    let known = Vec::new();
    source.watch([Watch { script: script(1), rescan_from: Some(0), known }]);
    source.sync(&Locator::default(), Timestamp::from_secs(now)).await.map(|_| ())
}

/// The header time of the main network's first block.
const BIRTH: i64 = 1_231_006_505;

#[tokio::test]
async fn a_download_in_progress_fails_closed() {
    let error = sync(downloading, BIRTH).await.unwrap_err();
    assert_eq!(error, SourceError::InitialDownload { blocks: 0, headers: 0 });
}

#[tokio::test]
async fn a_stale_tip_fails_closed() {
    let error = sync(young, BIRTH + 7201).await.unwrap_err();
    assert_eq!(error, SourceError::StaleTip { age_secs: 7201 });
}

#[tokio::test]
async fn a_block_that_is_pruned_is_named_and_not_skipped() {
    let hash = genesis_block(Network::Bitcoin).block_hash();
    let error = sync(pruned, BIRTH + 7200).await.unwrap_err();
    assert_eq!(error, SourceError::BlockUnavailable { height: 0, hash });
}

#[tokio::test]
async fn a_payment_without_a_time_has_the_time_of_the_look() {
    let source = impostor(forgetful).await;
    source.watch([Watch { script: script(1), rescan_from: None, known: Vec::new() }]);
    let now = Timestamp::from_secs(BIRTH + 60);
    let update = source.sync(&Locator::default(), now).await.unwrap();
    let receipts = &update.snapshots[0].receipts;
    let seen = |number| {
        let txid = payment(number).compute_txid();
        receipts.iter().find(|receipt| receipt.outpoint.txid == txid).unwrap().first_seen
    };
    assert_eq!(receipts.len(), 3);
    assert_eq!([seen(0), seen(1), seen(2)], [Timestamp::from_secs(BIRTH + 5), now, now]);
}

/// Tells of other outputs than it was asked for.
fn confused(request: &Value) -> (u16, String) {
    match request["method"].as_str() {
        Some("gettxspendingprevout") => (200, r#"{"result":[],"error":null,"id":0}"#.to_owned()),
        _ => forgetful(request),
    }
}

#[tokio::test]
async fn an_answer_that_leaves_out_an_output_says_nothing_of_the_others() {
    let source = impostor(confused).await;
    source.watch([Watch { script: script(1), rescan_from: None, known: Vec::new() }]);
    let error = source.sync(&Locator::default(), Timestamp::from_secs(BIRTH + 60)).await.unwrap_err();
    assert!(matches!(error, SourceError::Malformed { method: "gettxspendingprevout", .. }), "{error}");
}

/// A busy network: has no estimate for two blocks, and answers in the opposite order.
fn busy(request: &Value) -> (u16, String) {
    let answer = |call: &Value| {
        let result = match (call["method"].as_str().unwrap(), call["params"][0].as_u64()) {
            ("estimatesmartfee", Some(2)) => r#"{"errors":["Insufficient data"],"blocks":2}"#,
            ("estimatesmartfee", Some(6)) => r#"{"feerate":0.00012345,"blocks":6}"#,
            ("estimatesmartfee", Some(144)) => r#"{"feerate":0.00004100,"blocks":144}"#,
            ("getmempoolinfo", _) => r#"{"mempoolminfee":0.00002998,"minrelaytxfee":0.00001000,"usage":1}"#,
            (other, _) => panic!("{other}"),
        };
        format!(r#"{{"result":{result},"error":null,"id":{}}}"#, call["id"])
    };
    let answers: Vec<String> = request.as_array().unwrap().iter().rev().map(answer).collect();
    (200, format!("[{}]", answers.join(",")))
}

#[tokio::test]
async fn fee_rates_are_those_of_the_estimates_to_the_last_digit() {
    let rates = impostor(busy).await.fees().await.unwrap();
    let in_kwu = [rates.fast, rates.normal, rates.slow, rates.floor].map(FeeRate::to_sat_per_kwu);
    assert_eq!(in_kwu, [3_087, 3_087, 1_025, 750]);
    let rubbish = |request: &Value| {
        let (status, body) = busy(request);
        (status, body.replace("0.00004100", "-1"))
    };
    let error = impostor(rubbish).await.fees().await.unwrap_err();
    assert!(matches!(error, SourceError::Malformed { method: "estimatesmartfee", .. }), "{error}");
}

#[tokio::test]
async fn rubbish_and_refusals_have_their_names() {
    let malformed = sync(|_| (200, r#"{"result": {"chain"#.to_owned()), BIRTH).await.unwrap_err();
    assert!(matches!(malformed, SourceError::Malformed { method: "getblockchaininfo", .. }));
    let nothing = sync(|_| (200, "{}".to_owned()), BIRTH).await.unwrap_err();
    assert!(matches!(nothing, SourceError::Malformed { .. }), "{nothing}");
    let broken = sync(|_| (503, "Work queue depth exceeded".to_owned()), BIRTH).await.unwrap_err();
    assert!(matches!(broken, SourceError::Unreachable { .. }), "{broken}");
    const WARMING: &str = r#"{"result":null,"error":{"code":-28,"message":"Loading"},"id":0}"#;
    let warming = sync(|_| (500, WARMING.to_owned()), BIRTH).await.unwrap_err();
    assert!(matches!(warming, SourceError::Unreachable { .. }), "{warming}");
    const REFUSED: &str = r#"{"result":null,"error":{"code":-32601,"message":"Method not found"}}"#;
    let refused = sync(|_| (404, REFUSED.to_owned()), BIRTH).await.unwrap_err();
    assert!(matches!(refused, SourceError::Refused { code: -32601, .. }), "{refused}");
}
