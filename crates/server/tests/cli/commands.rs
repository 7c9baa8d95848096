//! Each command, typed where a server runs and where none does: the same answers.

use bitcoin::base58;
use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{NetworkKind, NetworkKind::Test};
use serde_json::{Value, json};
use specie_testkit::http;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::house::House;

/// A text made of base58 of 16 bytes: an id.
fn assert_id(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("{value}"));
    assert_eq!(base58::decode(text).unwrap().len(), 16, "{text}");
}

fn keys(answer: &Value) -> Vec<&str> {
    answer.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_command_answers_one_object_with_and_without_a_server() {
    for house in [House::served(), House::quiet()] {
        let user = house.ask(&["user", "create", "--email", "ann@shop.example", "--password-stdin"]);
        assert_eq!(keys(&user), ["id"]);
        assert_id(&user["id"]);
        let reset = house.ask(&["user", "reset-password", "--email", "ann@shop.example", "--password-stdin"]);
        assert_eq!(reset, user);

        let made = house.ask(&[
            "store",
            "create",
            "--owner",
            "ann@shop.example",
            "--name",
            "Tea",
            "--currency",
            "eur",
            "--sandbox",
            "--speed",
            "low",
            "--expiry-minutes",
            "30",
            "--tolerance",
            "1.5",
            "--unconfirmed-limit",
            "100000",
            "--allow-zero-price",
            "--anyone-can-create",
            "--website",
            "https://tea.example/",
        ]);
        assert_eq!(keys(&made), ["id"]);
        assert_id(&made["id"]);
        let store = made["id"].as_str().unwrap();
        let listed = json!([{ "id": store, "name": "Tea", "network": "sandbox", "currency": "EUR" }]);
        assert_eq!(house.ask(&["store", "list"]), json!({ "stores": listed }));

        let code = house.ask(&["token", "create", "--store", store, "--label", "till"]);
        assert_eq!(keys(&code), ["pairing_code", "expires_at"]);
        let code = code["pairing_code"].as_str().unwrap();
        assert_eq!(code.len(), 7);
        // It waits for a client already: approving it again only says so.
        let approved = house.ask(&["token", "approve", code, "--store", store]);
        assert_eq!(approved, json!({ "paired": false, "pairing_code": code }));
        assert_eq!(keys(&house.ask(&["token", "api-key", "--store", store])), ["api_key"]);

        let rate = house.ask(&["rates", "set", "--store", store, "BTC_USD", "50000.5"]);
        assert_eq!(rate, json!({ "pair": "BTC_USD", "rate": "50000.5" }));
        let usd = || {
            let listed = house.ask(&["rates", "list", "--store", store]);
            let lines = listed["rates"].as_array().unwrap().clone();
            // The store's own currency is the first.
            assert_eq!((&lines[0]["pair"], lines.len()), (&json!("BTC_EUR"), 8));
            assert_eq!(keys(&lines[0]), ["pair", "rate", "source", "age_seconds", "trouble"]);
            let usd = lines.into_iter().find(|line| line["pair"] == "BTC_USD").unwrap();
            (usd["rate"].clone(), usd["source"].clone())
        };
        assert_eq!(usd(), (json!("50000.5"), json!("fixed")));
        let unset = house.ask(&["rates", "unset", "--store", store, "btc-usd"]);
        assert_eq!(unset, json!({ "pair": "BTC_USD", "rate": null }));
        assert_eq!(usd(), (json!("50000"), json!("sandbox")));

        assert_eq!(house.ask(&["application", "list"]), json!({ "applications": [] }));
        let height = |answer: Value| answer["height"].as_u64().unwrap();
        let before = height(house.ask(&["sandbox", "mine"]));
        assert_eq!(height(house.ask(&["sandbox", "mine", "3"])), before + 3);

        let ran = house.run(&["status"]);
        let status: Value = serde_json::from_str(&ran.stdout).unwrap();
        for key in ["version", "public_url", "healthy", "chains", "rates", "invoices", "deliveries"] {
            assert!(!status[key].is_null(), "{key}: {status}");
        }
        // All is well only where a server runs.
        let served = matches!(house, House::Served(_));
        assert_eq!((&status["running"], ran.code), (&json!(served), i32::from(!served)));
        assert_eq!(status["healthy"], served);
        assert_eq!(status["chains"][0]["network"], "sandbox");
        let verified = house.ask(&["verify"]);
        assert_eq!(verified, json!({ "sound": true, "invoices": 0, "events": 0, "problems": [] }));
    }
}

#[test]
fn an_invoice_is_paid_and_a_client_approved_from_the_command_line() {
    let house = House::served();
    let store = house.store();
    let House::Served(server) = &house else { unreachable!() };
    let shop = Shop::named(server.url(), "till");
    let asked = shop.post("/tokens", &json!({ "id": shop.sin(), "label": "till" }));
    let code = asked.data()[0]["pairingCode"].as_str().unwrap().to_owned();
    let approved = house.ask(&["token", "approve", &code, "--store", &store]);
    assert_eq!(approved, json!({ "paired": true }));
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = invoice["id"].as_str().unwrap();
    let part = house.ask(&["sandbox", "pay", id, "--amount", "0.0001"]);
    let rest = house.ask(&["sandbox", "pay", id]);
    for paid in [&part, &rest] {
        assert_eq!(keys(paid), ["txid"]);
        assert_eq!(paid["txid"].as_str().unwrap().len(), 64);
    }
    house.ask(&["sandbox", "mine", "6"]);
    shop.until_status(id, "complete");
    let status = house.ask(&["status"]);
    assert_eq!(status["invoices"], json!({ "complete": 1 }));

    let key = house.ask(&["token", "api-key", "--store", &store]);
    let basic = |key: &str| {
        use base64::Engine;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(key))
    };
    let read = |key: &str| {
        let url = format!("{}/invoices", server.url());
        http::send("GET", &url, &[("authorization", &basic(key))], b"").status
    };
    let key = key["api_key"].as_str().unwrap();
    assert_eq!(read(key), 200);
    house.ask(&["token", "api-key", "--store", &store]);
    assert_eq!(read(key), 401, "the former key is void");
}

#[test]
fn what_makes_no_sense_is_refused_with_its_cause() {
    const NOBODY: &str = "FMfp7ZAmD1ZCMoNbo1eXSt";
    const NOTHING: &str = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
    for house in [House::served(), House::quiet()] {
        let store = house.store();
        let create = ["store", "create", "--owner", "ann@shop.example", "--name", "Tea", "--sandbox"];
        for (args, cause) in [
            (&["token", "create", "--store", NOBODY][..], "store not found"),
            (&["token", "create", "--store", "x"], "not a store id"),
            (&["token", "api-key", "--store", NOBODY], "store not found"),
            (&["token", "approve", "abcdefg", "--store", &store], "pairing code not found"),
            (&["rates", "set", "--store", NOBODY, "BTC_USD", "1"], "store not found"),
            (&["rates", "set", "--store", &store, "BTC_USD", "0"], "a rate is a number above zero"),
            (&["rates", "set", "--store", &store, "BTC_BTC", "1"], "a currency other than bitcoin"),
            (&["rates", "set", "--store", &store, "BTC_USD", "cheap"], "number"),
            (&["rates", "set", "--store", &store, "USD_BTC", "50000"], "a pair is written BTC_USD"),
            (&["rates", "set", "--store", &store, "BTC_NON", "50000"], "a pair is written BTC_USD"),
            (&["rates", "unset", "--store", &store, "BTC_USD"], "no rate of USD is fixed in this store"),
            (&["rates", "unset", "--store", NOBODY, "BTC_USD"], "store not found"),
            (&["rates", "unset", "--store", &store, "USD"], "a pair is written BTC_USD"),
            (&["application", "approve", NOBODY], "there is no such application"),
            (&["application", "decline", NOBODY], "there is no such application"),
            (&["application", "approve", "x"], "not an application's id"),
            (&["rates", "list", "--store", NOBODY], "store not found"),
            (&["sandbox", "pay", NOBODY], "invoice not found"),
            (&["sandbox", "pay", "x"], "not an invoice id"),
            (&["sandbox", "mine", "0"], "from 1 to 1,000 blocks"),
            (&["sandbox", "mine", "1001"], "from 1 to 1,000 blocks"),
            (&["sandbox", "replace", "x", NOBODY], "not a transaction id"),
            (&["sandbox", "replace", NOTHING, NOBODY], "invoice not found"),
            (&["sandbox", "double-spend", NOTHING], "no such transaction"),
            (&["sandbox", "evict", NOTHING], "not in the mempool"),
            (&["sandbox", "reorg", "0"], "from 1 to 1,000 blocks"),
            (&["sandbox", "reorg", "1000"], "must leave the first block standing"),
            (&["sandbox", "reorg", "1", "--fate", "x"], "a fate is return, vanish or remine"),
            (&["user", "create", "--email", "ann@shop.example", "--password-stdin"], "exists already"),
            (&["user", "create", "--email", "ANN@shop.example", "--password-stdin"], "exists already"),
            (&["user", "create", "--email", "ann", "--password-stdin"], "not an e-mail address"),
            (&["user", "reset-password", "--email", "bob@shop.example", "--password-stdin"], "no user has"),
            (&["store", "create", "--owner", "bob@shop.example", "--name", "T", "--sandbox"], "no user has"),
            (&["store", "create", "--owner", "ann@shop.example", "--name", "", "--sandbox"], "a name has"),
            (&[&create[..], &["--currency", "XXY"]].concat(), "currency"),
            (&[&create[..], &["--speed", "fast"]].concat(), "a speed is high, medium, low-medium or low"),
            (&[&create[..], &["--tolerance", "101"]].concat(), "a tolerance is a percentage"),
            (&[&create[..6], &["--wallet", "tpub"]].concat(), "follows no real chain"),
        ] {
            let ran = house.run(args);
            assert_eq!((ran.code, ran.stdout.lines().count()), (1, 1), "{args:?}: {ran:?}");
            let error = ran.error();
            assert!(error.contains(cause), "{args:?}: {error}");
        }
        let short =
            house.run_with(&["user", "create", "--email", "c@shop.example", "--password-stdin"], "short");
        assert!(short.error().contains("a password has 8 to 1,024 characters"));
        // Nothing of all this was done.
        assert_eq!(house.ask(&["store", "list"])["stores"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_command_that_is_none_is_refused_before_anything_is_touched() {
    let house = House::quiet();
    let files = || std::fs::read_dir(house.data()).unwrap().count();
    let before = files();
    for args in
        [&["store", "creat"][..], &["user", "create", "--email", "a@b.example"], &["sandbox"], &["serv"]]
    {
        let ran = house.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {ran:?}");
    }
    assert_eq!(files(), before);
}

/// An account's keys for tests: private, public, and public with the prefix of native segwit.
fn account(kind: NetworkKind, seed: u8) -> [String; 3] {
    let secp = Secp256k1::new();
    let master = Xpriv::new_master(kind, &[seed; 32]).unwrap();
    let path: DerivationPath = "84h/1h/0h".parse().unwrap();
    let private = master.derive_priv(&secp, &path).unwrap();
    let public = Xpub::from_priv(&secp, &private).to_string();
    let mut bytes = base58::decode_check(&public).unwrap();
    let prefix: [u8; 4] = if kind == Test { [0x04, 0x5f, 0x1c, 0xf6] } else { [0x04, 0xb2, 0x47, 0x46] };
    bytes[..4].copy_from_slice(&prefix);
    [private.to_string(), public, base58::encode_check(&bytes)]
}

#[test]
fn wallets_are_watched_never_held_and_never_shared_by_accident() {
    for house in [House::served(), House::quiet()] {
        house.store();
        let connect = |wallet: &str, more: &[&str]| {
            let args =
                ["store", "create", "--owner", "ann@shop.example", "--name", "W", "--sandbox", "--wallet"];
            house.run(&[&args[..], &[wallet], more].concat())
        };
        let [_, tpub, _] = account(Test, 1);
        let [_, _, vpub] = account(Test, 2);
        let [_, other, _] = account(Test, 3);
        let descriptor = format!("sh(wpkh([d34db33f/49h/1h/0h]{other}/0/*))");
        for wallet in [&tpub, &vpub, &descriptor] {
            assert_id(&connect(wallet, &[]).answer().unwrap_or_else(|| panic!("{wallet}"))["id"]);
            let again = connect(wallet, &[]);
            assert!(again.error().contains("connected to another store"), "{again:?}");
            assert_id(&connect(wallet, &["--share-wallet"]).answer().unwrap()["id"]);
        }

        let [tprv, broken, _] = account(Test, 4);
        let [_, xpub, zpub] = account(NetworkKind::Main, 5);
        let private = "this looks like a private key or seed words; only public keys are accepted";
        let words =
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        for (wallet, cause) in [
            (&*tprv, private),
            (&format!("wpkh({tprv}/0/*)"), private),
            (words, private),
            ("cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA", private),
            (&broken[..100], "the checksum does not match"),
            (&xpub, "the key belongs to another network"),
            (&zpub, "the key belongs to another network"),
            ("my wallet", "not an extended public key"),
        ] {
            let ran = connect(wallet, &[]);
            let error = ran.error();
            assert!(error.contains(cause), "{wallet}: {error}");
            let said = format!("{}{}", ran.stdout, ran.stderr);
            for word in wallet.split(['(', ')', '/']).filter(|word| word.len() > 8) {
                assert!(!said.contains(word), "{said}");
            }
        }
        assert_eq!(house.ask(&["store", "list"])["stores"].as_array().unwrap().len(), 7);
    }
}

#[test]
fn a_command_waits_for_no_server_that_is_gone() {
    let mut house = House::served();
    let store = house.store();
    let House::Served(server) = &mut house else { unreachable!() };
    assert_eq!(server.stop(), 0);
    let listed = house.ask(&["store", "list"]);
    let House::Served(server) = &mut house else { unreachable!() };
    server.restart();
    assert_eq!(until("the list", || house.run(&["store", "list"]).answer()), listed);
    assert_eq!(listed["stores"][0]["id"], store);
}
