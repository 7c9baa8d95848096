//! The server's own page: how it is, and where each setting's value comes from. And a store's settings that differ from
//! what every store begins with.

use specie_testkit::server::{OWNER, Server};

use super::{EXE, assert_nothing_inline, merchant};

/// The row of a setting.
fn row<'a>(html: &'a str, name: &str) -> &'a str {
    let from =
        html.split_once(&format!("<code>--{name}</code>")).unwrap_or_else(|| panic!("no {name}: {html}")).1;
    from.split("</tr>").next().unwrap()
}

#[test]
fn each_setting_says_where_it_comes_from_and_no_secret_is_among_them() {
    let args = [
        "--network",
        "regtest",
        "--bitcoind-url",
        "http://u:s3cret@127.0.0.1:9",
        "--bitcoind-user",
        "u",
        "--bitcoind-password",
        "s3cret",
    ];
    let server = Server::start_with(EXE, &args);
    server.create_user(OWNER);
    let mut browser = merchant(&server, OWNER);
    let reply = browser.open("/server");
    assert_eq!(reply.status, 200, "{}", reply.body);
    let html = reply.body;
    assert_nothing_inline(&html);
    assert!(!html.contains("s3cret"), "{html}");
    for (name, says) in [
        ("network", &["regtest", "Flag", "SPECIE_NETWORK"][..]),
        ("bitcoind-password", &["hidden", "Flag"]),
        ("accept-applications", &["no", "Default", "SPECIE_ACCEPT_APPLICATIONS", "Yes"]),
        ("data", &["Flag", "SPECIE_DATA"]),
    ] {
        for word in says {
            assert!(row(&html, name).contains(word), "{name} {word}: {}", row(&html, name));
        }
    }
    for says in [env!("CARGO_PKG_VERSION"), "Running for", "KiB", "Regtest", "Practice", "Newest block"] {
        assert!(html.contains(says) || says == "KiB" && html.contains("MiB"), "{says}: {html}");
    }
    assert!(browser.open("/account").body.contains("href=\"/server\""));
    server.create_user("ann@shop.example");
    let mut other = merchant(&server, "ann@shop.example");
    assert_eq!(other.get("/server").status, 404);
    assert!(!other.open("/account").body.contains("href=\"/server\""));
}

#[test]
fn a_stores_setting_that_differs_is_marked_and_goes_back_alone() {
    let (server, store) = Server::with_store(EXE);
    let path = format!("/stores/{store}/settings");
    let mut browser = merchant(&server, OWNER);
    assert!(!browser.open(&path).body.contains("Changed here."));
    let saved = browser.fill(
        &path,
        &path,
        &[
            ("name", "Tea"),
            ("currency", "EUR"),
            ("speed", "low"),
            ("expiry", "20"),
            ("tolerance", "0"),
            ("monitoring", "1440"),
            ("limit", "0.01"),
            ("renewals", "1"),
            ("anyone", "1"),
        ],
    );
    assert!(saved.body.contains("The settings are saved."), "{}", saved.body);
    let html = saved.body;
    assert_nothing_inline(&html);
    assert_eq!(html.matches("Changed here.").count(), 3, "{html}");
    assert!(html.contains("3 settings differ") && html.contains("By default: 15 minutes."), "{html}");
    let back = format!("{path}/default");
    let html = browser.fill(&path, &back, &[("field", "expiry")]).body;
    assert!(
        html.contains("The setting is back at its default.") && html.contains("2 settings differ"),
        "{html}"
    );
    assert!(html.contains("id=\"expiry\" name=\"expiry\" type=\"text\" value=\"15\""), "{html}");
    assert!(
        html.contains("value=\"low\" selected")
            && html.contains("value=\"Tea\"")
            && html.contains("value=\"EUR\""),
        "{html}"
    );
    assert_eq!(browser.fill(&path, &back, &[("field", "name")]).status, 400);
}
