//! Every line of the recorded corpus of server-side request forgery is judged, by its kind.

use std::time::Duration;

use reqwest::Response;

use super::server::{Manner, Server, self_signed_certificate, start_self_signed, start_tls10};
use super::*;

const CORPUS: &str = include_str!("../../../../tests/data/ssrf_corpus.tsv");

/// One line: an attack, and what must come of it.
struct Line<'a> {
    id: &'a str,
    kind: &'a str,
    url: String,
    setup: &'a str,
    expected: &'a str,
}

fn lines() -> Vec<Line<'static>> {
    let rows = CORPUS.lines().skip(1).map(|row| {
        let fields: Vec<&str> = row.split('\t').collect();
        let [id, kind, url, setup, expected, _why] = fields[..] else { panic!("{row}") };
        // The corpus is a text file: it writes control characters as escapes.
        let url = url.replace(r"\t", "\t").replace(r"\r", "\r").replace(r"\n", "\n");
        Line { id, kind, url, setup, expected }
    });
    rows.collect()
}

#[tokio::test]
async fn every_line_of_the_corpus_is_judged_as_expected() {
    let mut judged = 0;
    for line in lines() {
        match line.kind {
            "v4-literal" | "v4-encoded" | "v6-literal" | "name" | "url" => judge_text(&line),
            "dns" => judge_answers(&line).await,
            "redirect" => judge_redirect(&line).await,
            "peer" => judge_peer(&line).await,
            other => panic!("{}: no judge for {other}", line.id),
        }
        judged += 1;
    }
    assert_eq!(judged, 166);
}

fn judge_text(line: &Line<'_>) {
    let strict = policy(&[]);
    let verdict = strict.check_url(&line.url);
    match line.expected {
        "block" => assert!(verdict.is_err(), "{}: {:?} must be refused", line.id, line.url),
        "allow" => {
            let url = verdict.unwrap_or_else(|refusal| panic!("{}: {refusal:?}", line.id));
            let spelled = url.url().as_str();
            assert!(!spelled.contains(char::is_control), "{}: {spelled:?} splits a header", line.id);
        }
        "config" => {
            assert_eq!(verdict, Err(Refusal::PlainHttp), "{}", line.id);
            let open = AddressPolicy { allow_http: true, ..policy(&[]) };
            assert!(open.check_url(&line.url).is_ok(), "{}", line.id);
        }
        other => panic!("{}: unknown expectation {other}", line.id),
    }
}

fn replies(setup: &str) -> Vec<Reply> {
    match setup {
        "CNAME localhost." => vec![Reply::Addresses(vec!["127.0.0.1".parse().unwrap()])],
        "NXDOMAIN" => vec![Reply::Fails],
        "answer after 30 s" => vec![Reply::Hangs],
        "300 A records" => {
            vec![Reply::Addresses(
                (0..300)
                    .map(|i| IpAddr::from([93, 184, u8::try_from(i / 256).unwrap(), (i % 256) as u8]))
                    .collect(),
            )]
        }
        _ => {
            // `A 1.2.3.4, A 5.6.7.8` is one answer; a semicolon begins the next lookup's.
            let lookups = setup.split(';').map(|lookup| {
                let words: Vec<&str> = lookup.split([' ', ',']).collect();
                let records = words.windows(2).filter(|pair| matches!(pair[0], "A" | "AAAA"));
                let addresses: Vec<IpAddr> = records.map(|pair| pair[1].parse().unwrap()).collect();
                assert!(!addresses.is_empty(), "unknown setup {setup}");
                Reply::Addresses(addresses)
            });
            lookups.collect()
        }
    }
}

async fn judge_answers(line: &Line<'_>) {
    let policy = Arc::new(policy(&[]));
    let url = policy.check_url(&line.url).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", line.id));
    let host = url.url().host_str().unwrap().to_owned();
    let lookup = Scripted::new(replies(line.setup));
    let resolver =
        GuardedResolver::new(policy, lookup.clone(), url.port()).with_timeout(Duration::from_millis(50));
    let verdict = resolver.addresses(&host).await;
    assert_eq!(lookup.calls(), 1, "{}: checked and dialled must be one lookup", line.id);
    match (line.expected, line.setup) {
        ("block", _) => assert!(matches!(verdict, Err(Refusal::Address(_))), "{}: {verdict:?}", line.id),
        ("allow", _) => assert_eq!(verdict, Ok(vec!["93.184.215.14".parse().unwrap()]), "{}", line.id),
        ("connect only to 93.184.215.14", _) => {
            assert_eq!(verdict, Ok(vec!["93.184.215.14".parse().unwrap()]), "{}", line.id);
            let second = resolver.addresses(&host).await;
            assert!(matches!(second, Err(Refusal::Address(_))), "{}: {second:?}", line.id);
            rebinding_reaches_the_checked_address_only().await;
        }
        ("fail-retry", "NXDOMAIN") => assert_eq!(verdict, Err(Refusal::LookupFailed), "{}", line.id),
        ("fail-retry", _) => {
            assert_eq!(verdict, Err(Refusal::LookupTimedOut), "{}", line.id);
            assert!(LOOKUP_TIMEOUT <= TOTAL_TIMEOUT);
        }
        ("fail or cap", _) => assert_eq!(verdict, Err(Refusal::TooManyAnswers), "{}", line.id),
        (other, _) => panic!("{}: unknown expectation {other}", line.id),
    }
    if line.expected.starts_with("fail") {
        assert!(verdict.unwrap_err().is_passing(), "{}", line.id);
    }
}

/// A client for the loopback interface, and its resolver.
fn loopback_client(replies: impl IntoIterator<Item = Reply>) -> (GuardedClient, Arc<Scripted>) {
    let lookup = Scripted::new(replies);
    (client(lookup.clone(), Patience::default()), lookup)
}

fn client(lookup: Arc<Scripted>, patience: Patience) -> GuardedClient {
    // Installed already by another test: no matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let policy = AddressPolicy { allow_http: true, ..policy(&["127.0.0.0/8"]) };
    GuardedClient::with_patience(policy, lookup, patience)
}

/// The same with a fraction of the patience, for peers that exhaust it.
fn impatient_client() -> GuardedClient {
    let patience = Patience { total: Duration::from_millis(500), ..Patience::default() };
    client(Scripted::new([loopback()]), patience)
}

fn loopback() -> Reply {
    Reply::Addresses(vec!["127.0.0.1".parse().unwrap()])
}

/// Posts to `hook.public.test` at the server's port.
async fn post(
    client: &GuardedClient,
    scheme: &str,
    address: std::net::SocketAddr,
) -> reqwest::Result<Response> {
    let url = format!("{scheme}://hook.public.test:{}/ipn", address.port());
    let url = client.policy().check_url(&url).unwrap();
    client.request(reqwest::Method::POST, &url).unwrap().body("{}").send().await
}

/// The first lookup leads to the server, the second would lead elsewhere: one request makes one
/// lookup and one connection, and the next attempt resolves and is refused.
async fn rebinding_reaches_the_checked_address_only() {
    let server = Server::start(Manner::Says(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into())).await;
    let elsewhere = Reply::Addresses(vec!["10.0.0.1".parse().unwrap()]);
    let (client, lookup) = loopback_client([loopback(), elsewhere]);
    assert_eq!(post(&client, "http", server.address).await.unwrap().status(), 200);
    assert_eq!((lookup.calls(), server.connections()), (1, 1));
    let error = post(&client, "http", server.address).await.unwrap_err();
    assert_eq!(Refusal::behind(&error), Some(Refusal::Address("10.0.0.1".parse().unwrap())));
    assert_eq!((lookup.calls(), server.connections()), (2, 1));
}

#[tokio::test]
async fn every_attempt_resolves_and_connects_anew() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
    let server = Server::start(Manner::Repeats(answer)).await;
    let (client, lookup) = loopback_client([loopback()]);
    for attempt in 1..=3 {
        let response = post(&client, "http", server.address).await.unwrap();
        assert_eq!(read_bounded(response).await.unwrap().bytes, b"");
        // Time for a connection to go back to a pool, if there were one.
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!((lookup.calls(), server.connections()), (attempt, attempt));
    }
}

async fn judge_redirect(line: &Line<'_>) {
    assert!(line.expected.starts_with("block:not followed"), "{}", line.id);
    let (status, target) = line.setup.split_once(" -> ").unwrap_or(("302", "/ipn"));
    let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
    let server = Server::start(Manner::Says(answer.into())).await;
    let (client, lookup) = loopback_client([loopback()]);
    let response = post(&client, "http", server.address).await.unwrap();
    assert_eq!(response.status().as_str(), status, "{}", line.id);
    assert_eq!((lookup.calls(), server.connections()), (1, 1), "{}", line.id);
}

async fn judge_peer(line: &Line<'_>) {
    match line.setup {
        "body 1 GiB" => a_huge_body_is_cut_off().await,
        "headers 1 MiB" => huge_headers_fail().await,
        "1 byte per 10 s" => {
            let pause = Duration::from_millis(100);
            a_slow_peer_runs_out_of_time(Manner::Drips(b"HTTP/1.1 200 OK\r\n".into(), pause)).await;
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec();
            a_slow_body_runs_out_of_time(Manner::Drips(head, pause)).await;
        }
        "accepts, never answers" => a_slow_peer_runs_out_of_time(Manner::Silent).await,
        "gzip bomb" => compressed_bodies_stay_compressed().await,
        "TLS self-signed" => a_self_signed_certificate_fails_unless_pinned().await,
        "TLS 1.0" => tls_1_0_fails().await,
        "own public hostname of this server" => {
            let own = AddressPolicy { own_hosts: vec!["hook.public.test".into()], ..policy(&[]) };
            assert_eq!(refused(&own, &line.url), Some(Refusal::OwnHost), "{}", line.id);
        }
        "echoes request in error body" => an_error_body_reaches_nobody_by_itself().await,
        other => panic!("{}: unknown peer {other}", line.id),
    }
}

async fn a_huge_body_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
    let server = Server::start(Manner::Floods(head)).await;
    let (client, _) = loopback_client([loopback()]);
    let body = read_bounded(post(&client, "http", server.address).await.unwrap()).await.unwrap();
    assert_eq!((body.bytes.len(), body.truncated), (64 * 1024, true));
    // The connection is closed: beyond the sockets' buffers the peer gets rid of nothing more.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let written = server.written();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.written(), written);
    assert!(written < 32 << 20, "{written}");
}

async fn huge_headers_fail() {
    let answer = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "a".repeat(1 << 20));
    let server = Server::start(Manner::Says(answer.into())).await;
    let (client, _) = loopback_client([loopback()]);
    assert!(post(&client, "http", server.address).await.is_err());
}

async fn a_slow_peer_runs_out_of_time(manner: Manner) {
    assert_eq!(TOTAL_TIMEOUT, Duration::from_secs(10));
    let server = Server::start(manner).await;
    let error = post(&impatient_client(), "http", server.address).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

/// The head comes at once, the body never ends.
async fn a_slow_body_runs_out_of_time(manner: Manner) {
    let server = Server::start(manner).await;
    let response = post(&impatient_client(), "http", server.address).await.unwrap();
    assert!(read_bounded(response).await.unwrap_err().is_timeout());
}

async fn compressed_bodies_stay_compressed() {
    // Any body will do: what is declared as gzip must come out as it was sent.
    let body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3];
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    let server = Server::start(Manner::Says([head.as_bytes(), &body].concat())).await;
    let (client, _) = loopback_client([loopback()]);
    let read = read_bounded(post(&client, "http", server.address).await.unwrap()).await.unwrap();
    assert_eq!((&read.bytes[..], read.truncated), (&body[..], false));
    assert!(!server.request().to_lowercase().contains("accept-encoding"), "{}", server.request());
}

async fn a_self_signed_certificate_fails_unless_pinned() {
    let (client, _) = loopback_client([loopback()]);
    let error = post(&client, "https", start_self_signed()).await.unwrap_err();
    assert!(error.is_connect() && Refusal::behind(&error).is_none(), "{error:?}");
    assert!(format!("{error:?}").contains("Certificate"), "{error:?}");
    // The same server passes with its certificate pinned: it was the trust that was missing.
    let address = start_self_signed();
    let pinned = client.builder(address.port()).tls_certs_only([self_signed_certificate()]).build().unwrap();
    let url = format!("https://hook.public.test:{}/ipn", address.port());
    assert_eq!(pinned.post(url).send().await.unwrap().status(), 200);
}

async fn tls_1_0_fails() {
    let (client, _) = loopback_client([loopback()]);
    let error = post(&client, "https", start_tls10()).await.unwrap_err();
    assert!(error.is_connect() && format!("{error:?}").contains("PeerIncompatible"), "{error:?}");
}

/// Who may see a body is decided where attempts are shown. Here: it is handed over as bounded
/// bytes, whatever the status, and nothing of it gets into an error's text.
async fn an_error_body_reaches_nobody_by_itself() {
    let echo = "<script>{\"price\":20}</script>";
    let answer = format!("HTTP/1.1 500 Oops\r\ncontent-length: {}\r\n\r\n{echo}", echo.len());
    let server = Server::start(Manner::Says(answer.into())).await;
    let (client, _) = loopback_client([loopback()]);
    let response = post(&client, "http", server.address).await.unwrap();
    let error = response.error_for_status_ref().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("price"), "{error:?}");
    assert_eq!(read_bounded(response).await.unwrap().bytes, echo.as_bytes());
}
