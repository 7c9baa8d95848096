//! Payouts at the desk: built from refunds, shown in plain words, taken to a signer and back.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::Psbt;
use serde_json::json;
use specie_testkit::http::{Reply, send};

use super::desk::{Desk, assert_in_order, value};
use super::payer::{ADDRESS, Payer};
use super::{Browser, assert_nothing_inline, qr};

fn payer(desk: &mut Desk) -> Payer<'_> {
    Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser }
}

/// A refund of so many bitcoin to an address.
fn ready(payer: &mut Payer<'_>, invoice: &str, amount: &str) -> String {
    payer.refund(
        invoice,
        &[("variant", "custom"), ("amount", amount), ("currency", "BTC"), ("address", ADDRESS)],
    )
}

/// Sends a form with a file, as browsers do.
fn upload(browser: &Browser, path: &str, csrf: &str, field: &str, bytes: &[u8]) -> Reply {
    let mut body = vec![];
    let named = if field == "file" { "; filename=\"signed.psbt\"" } else { "" };
    for (name, more, value) in [("csrf", "", csrf.as_bytes()), (field, named, bytes)] {
        body.extend(
            format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").as_bytes(),
        );
        body.extend(value);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    let headers =
        [("cookie", browser.cookie.as_str()), ("content-type", "multipart/form-data; boundary=limit")];
    send("POST", &format!("{}{path}", browser.server), &headers, &body)
}

#[test]
fn refunds_are_paid_together_and_shown_in_plain_words_from_built_to_confirmed() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({ "orderId": "A-<17>" }));
    let unnamed = payer.complete(&json!({}));
    let asked = payer.refund(&unnamed, &[("variant", "custom"), ("amount", "0.00005"), ("currency", "BTC")]);
    let refunds = [ready(&mut payer, &invoice, "0.0001"), ready(&mut payer, &invoice, "0.0002")];
    let list = payer.owner.open(&payer.path("/payouts")).body;
    assert_nothing_inline(&list);
    let named = |id| format!("aria-describedby=\"sale-{id} to-{id}\"");
    let ticked = |id| format!("name=\"refund\" value=\"{id}\" checked {}", named(id));
    let [first, second] = refunds.each_ref();
    let parts = ["Ready to pay", &ticked(first), "Order A-&lt;17&gt;", &ticked(second), "Order A-&lt;17&gt;"];
    assert_in_order(&list, &parts);
    assert_in_order(&list, &["Waiting for an address", &asked, "Invoice of 20.00 USD", &unnamed]);
    for id in ["sale", "to"].map(|part| format!(" id=\"{part}-{first}\"")) {
        assert_eq!(list.matches(&id).count(), 1, "{list}");
    }

    let spend = payer.payout(&[&refunds[0], &refunds[1]]);
    let page = payer.path(&format!("/payouts/{spend}"));
    let html = payer.owner.open(&page).body;
    assert_nothing_inline(&html);
    assert_in_order(
        &html,
        &[
            "Payout of 2 refunds",
            "To sign",
            "Pays ",
            "<b>bcrt</b><b>1qw5</b>",
            "Back to your own wallet",
            "1 coin",
        ],
    );
    assert_in_order(&html, &["Fee", " sat", "Fee rate", "sat/vB", "Fee of what is paid", " %", "0 of 1"]);
    for refund in &refunds {
        assert!(html.contains(&format!("/refunds/{refund}")), "{html}");
    }

    let html = payer.practise(&spend);
    assert_in_order(&html, &["Signed on the practice chain.", "Sent", "The network has it", "Speed it up"]);
    payer.server.mine(1);
    let html = payer.until_page(&page, "Confirmed");
    assert!(html.contains("with 1 confirmation") && !html.contains("Speed it up"), "{html}");
    let list = payer.owner.open(&payer.path("/payouts")).body;
    assert_in_order(&list, &["Waiting for an address", "Confirmed", &spend]);
    assert!(!list.contains("Ready to pay"), "{list}");
}

#[test]
fn what_cannot_be_built_is_said_and_what_was_chosen_stays() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = ready(&mut payer, &invoice, "0.0001");
    let asked = payer.refund(&invoice, &[("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC")]);
    let page = payer.path("/payouts");
    for (fields, field, words) in [
        (vec![("speed", "own"), ("rate", "1")], "refund", "Choose the refunds"),
        (vec![("refund", &*refund), ("speed", "own"), ("rate", "1.0001")], "rate", "three decimals at most"),
        (vec![("refund", &refund), ("speed", "own"), ("rate", "")], "rate", "three decimals at most"),
        (vec![("refund", &refund), ("speed", "soon")], "speed", "Choose how fast"),
        (vec![("refund", &refund), ("speed", "slow"), ("rate", "2")], "rate", "Choose “Your own rate”"),
        (vec![("refund", &refund), ("speed", "own"), ("rate", "50")], "whatever", "more than 10 %"),
        (vec![("refund", &asked), ("speed", "own"), ("rate", "1")], "refund", "has not said yet"),
    ] {
        let refused = payer.owner.fill(&page, &page, &fields);
        assert_eq!(refused.status, 400, "{fields:?}: {}", refused.body);
        assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{fields:?}: {}", refused.body);
        assert!(refused.body.contains(&format!("id=\"{field}\"")), "{fields:?}: {}", refused.body);
        assert!(refused.body.contains(words), "{fields:?}: {}", refused.body);
        if let Some((_, rate)) = fields.iter().find(|(name, _)| *name == "rate") {
            assert_eq!(value(&refused.body, "rate"), *rate);
        }
        assert_nothing_inline(&refused.body);
    }
    // A fee above a tenth is taken from whoever says so.
    let all = [("refund", &*refund), ("speed", "own"), ("rate", "50"), ("whatever", "yes")];
    let built = payer.owner.fill(&page, &page, &all);
    assert!(built.body.contains("To sign") && built.body.contains("Fee of what is paid"), "{}", built.body);
    let again = payer.owner.fill(&page, &page, &all);
    assert_eq!(again.status, 400);
    assert!(again.body.contains("was built already"), "{}", again.body);
}

#[test]
fn the_transaction_leaves_as_a_file_as_text_and_as_a_moving_code() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let mut refunds = vec![];
    for _ in 0..3 {
        let invoice = payer.complete(&json!({}));
        refunds.push(ready(&mut payer, &invoice, "0.00035"));
    }
    let spend = payer.payout(&refunds.iter().map(String::as_str).collect::<Vec<_>>());
    let page = payer.path(&format!("/payouts/{spend}"));
    let browser = &payer.owner;
    let get = |file: &str| {
        send("GET", &format!("{}{page}/{file}", browser.server), &[("cookie", &browser.cookie)], b"")
    };
    let text = get("psbt.txt");
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    let name = format!("inline; filename=\"payout-{spend}.txt\"");
    assert_eq!(text.header("content-disposition"), Some(&*name));
    let psbt = Psbt::deserialize(&BASE64_STANDARD.decode(text.body.trim()).unwrap()).unwrap();
    assert!(psbt.inputs.len() >= 3);
    let saved = get("psbt");
    assert_eq!(saved.header("content-type"), Some("application/octet-stream"));
    let name = format!("attachment; filename=\"payout-{spend}.psbt\"");
    assert_eq!(saved.header("content-disposition"), Some(&*name));
    assert!(saved.body.starts_with("psbt"));

    let image = get("qr.svg");
    assert_eq!(image.header("content-type"), Some("image/svg+xml"));
    let svg = image.body;
    for foreign in ["<text", "<script", "<style", "href", "style=", "<!"] {
        assert!(!svg.contains(foreign), "{foreign}");
    }
    let side: usize = svg.split_once("viewBox=\"0 0 ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
    let parts: Vec<String> =
        svg.split(" d=\"").skip(1).map(|rest| qr::read(rest.split('"').next().unwrap(), side)).collect();
    assert!(parts.len() > 1, "it moves");
    let joined = bbqr::join::Joined::try_from_parts(parts.clone()).unwrap();
    assert_eq!(joined.data, psbt.serialize());
    // At each moment one is to be seen: they take turns, in equal parts of the whole.
    let turns: Vec<&str> =
        svg.split("keyTimes=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(turns.len(), parts.len());
    for (before, after) in turns.iter().zip(&turns[1..]) {
        assert_eq!(before.rsplit(';').next(), after.split(';').nth(1), "{turns:?}");
    }
    assert!(svg.contains(&format!("dur=\"{}ms\"", parts.len() * 250)), "four a second");
    assert!(payer.owner.open(&page).body.contains(&format!("src=\"{page}/qr.svg\"")));
}

#[test]
fn what_comes_back_is_refused_with_its_reason_on_the_same_page() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = ready(&mut payer, &invoice, "0.0001");
    let spend = payer.payout(&[&refund]);
    let page = payer.path(&format!("/payouts/{spend}"));
    let sign = format!("{page}/sign");
    let csrf = super::csrf(&payer.owner.open(&page).body);
    let unsigned = payer.owner.get(&format!("{page}/psbt.txt")).body;
    let mut changed = Psbt::deserialize(&BASE64_STANDARD.decode(unsigned.trim()).unwrap()).unwrap();
    changed.unsigned_tx.output[0].value += bitcoin::Amount::from_sat(1);
    let changed = changed.serialize();
    for (field, bytes, words) in [
        ("file", b"" as &[u8], "Choose the signed file"),
        ("file", b"hello <b>", "neither a PSBT nor a transaction"),
        ("file", unsigned.as_bytes(), "it is not signed"),
        ("psbt", unsigned.as_bytes(), "it is not signed"),
        ("file", &changed, "instead of"),
    ] {
        let refused = upload(payer.owner, &sign, &csrf, field, bytes);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert!(refused.body.contains("What will be signed"), "{}", refused.body);
        assert_nothing_inline(&refused.body);
    }
    // As a form without a file, too.
    let refused = payer.owner.post(&sign, &[("csrf", &csrf), ("psbt", "00")]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("neither a PSBT"), "{}", refused.body);
    assert_eq!(upload(payer.owner, &sign, "x", "file", b"x").status, 403);
    let large = vec![b'a'; (8 << 20) + 100_000];
    assert_eq!(upload(payer.owner, &sign, &csrf, "file", &large).status, 413);
    assert!(payer.owner.open(&page).body.contains("To sign"));
}

#[test]
fn a_transaction_is_cancelled_or_sped_up() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = ready(&mut payer, &invoice, "0.0001");
    let spend = payer.payout(&[&refund]);
    let page = payer.path(&format!("/payouts/{spend}"));
    let html = payer.owner.fill(&page, &format!("{page}/cancel"), &[]).body;
    assert_in_order(&html, &["The transaction is cancelled.", "Cancelled", "It was not signed."]);
    assert!(!html.contains("/practise") && !html.contains("/bump"), "{html}");
    let list = payer.owner.open(&payer.path("/payouts")).body;
    assert_in_order(&list, &["Ready to pay", &refund, "Cancelled or failed", &spend]);

    let spend = payer.payout(&[&refund]);
    let page = payer.path(&format!("/payouts/{spend}"));
    payer.practise(&spend);
    let refused = payer.owner.fill(&page, &format!("{page}/bump"), &[("speed", "own"), ("rate", "0")]);
    assert_eq!(refused.status, 400);
    let faster = [("speed", "own"), ("rate", "5"), ("whatever", "yes")];
    let html = payer.owner.fill(&page, &format!("{page}/bump"), &faster).body;
    assert_in_order(&html, &["To sign", "5 sat/vB", "Takes the place of", &spend]);
    let newer = html.split_once("/payouts/").map(|_| ()).and_then(|()| {
        let action = html.split_once("/practise\"")?.0;
        Some(action.rsplit('/').next()?.to_owned())
    });
    let newer = newer.expect("the newer version");
    assert!(payer.practise(&newer).contains("Signed on the practice chain."));
    assert!(payer.owner.open(&page).body.contains("A newer version"));
    payer.server.mine(1);
    let path = payer.path(&format!("/payouts/{newer}"));
    payer.until_page(&path, "with 1 confirmation");
    let html = payer.owner.open(&page).body;
    assert!(html.contains("A newer version") && !html.contains("The other transaction"), "its own: {html}");
}

#[test]
fn what_waits_for_a_signature_while_something_else_takes_its_coin_can_still_be_cancelled() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = ready(&mut payer, &invoice, "0.0001");
    let spend = payer.payout(&[&refund]);
    let page = payer.path(&format!("/payouts/{spend}"));
    let sent = payer.practise(&spend);
    assert!(!sent.contains("/cancel\""), "a signed one cannot be: {sent}");
    let faster = [("speed", "own"), ("rate", "5"), ("whatever", "yes")];
    let html = payer.owner.fill(&page, &format!("{page}/bump"), &faster).body;
    let newer = html.split_once("/practise\"").unwrap().0.rsplit('/').next().unwrap().to_owned();
    payer.server.mine(1);
    payer.until_page(&page, "with 1 confirmation");
    let path = payer.path(&format!("/payouts/{newer}"));
    let signed = payer.owner.open(&page).body;
    let txid = &signed.split_once("Transaction id</dt>").unwrap().1.split_once("<code>").unwrap().1[..64];
    let html = payer.until_page(&path, txid);
    assert_in_order(&html, &[txid, "Cancel this transaction", "/cancel\""]);
    let html = payer.owner.fill(&path, &format!("{path}/cancel"), &[]).body;
    assert_in_order(&html, &["The transaction is cancelled.", "Cancelled"]);
    assert!(!html.contains("The other transaction"), "{html}");
}

#[test]
fn older_transactions_are_on_further_pages() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = ready(&mut payer, &invoice, "0.0001");
    let mut built = vec![];
    for _ in 0..21 {
        let spend = payer.payout(&[&refund]);
        let page = payer.path(&format!("/payouts/{spend}"));
        payer.owner.fill(&page, &format!("{page}/cancel"), &[]);
        built.push(spend);
    }
    built.reverse();
    let first = payer.owner.open(&payer.path("/payouts")).body;
    assert_eq!(super::desk::listed(&first), built[..20]);
    let older = super::desk::link(&first, "next").expect("older ones");
    let second = payer.owner.open(&older).body;
    assert_eq!(super::desk::listed(&second), built[20..]);
    assert!(super::desk::link(&second, "next").is_none());
    for nonsense in ["x", "1-x", "-", "99999999999999999999-x"] {
        assert_eq!(payer.owner.get(&payer.path(&format!("/payouts?before={nonsense}"))).status, 200);
    }
}
