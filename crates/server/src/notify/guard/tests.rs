//! The guard's own rules; `corpus` goes through the recorded attacks, `server` is the hostile
//! peer that some of them need.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::client::Patience;
use super::*;

mod corpus;
mod server;

/// What the injected resolver says.
#[derive(Clone)]
enum Reply {
    Addresses(Vec<IpAddr>),
    Fails,
    Hangs,
}

/// A resolver that says one reply after the other, the last for ever, and counts.
struct Scripted {
    replies: Mutex<VecDeque<Reply>>,
    calls: AtomicUsize,
}

impl Scripted {
    fn new(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        Arc::new(Self { replies: Mutex::new(replies.into_iter().collect()), calls: AtomicUsize::new(0) })
    }

    fn addresses(addresses: &[&str]) -> Arc<Self> {
        Self::new([Reply::Addresses(addresses.iter().map(|a| a.parse().unwrap()).collect())])
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Lookup for Scripted {
    fn lookup(&self, _host: &str) -> Answers {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut replies = self.replies.lock().unwrap();
        let reply = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        Box::pin(async move {
            match reply {
                Some(Reply::Addresses(addresses)) => Ok(addresses),
                Some(Reply::Fails) | None => Err(io::Error::other("no such name")),
                Some(Reply::Hangs) => std::future::pending().await,
            }
        })
    }
}

fn policy(ranges: &[&str]) -> AddressPolicy {
    AddressPolicy {
        allowed_private: ranges.iter().map(|range| range.parse().unwrap()).collect(),
        ..AddressPolicy::default()
    }
}

fn refused(policy: &AddressPolicy, url: &str) -> Option<Refusal> {
    policy.check_url(url).err()
}

#[test]
fn a_range_is_read_with_and_without_ports() {
    let rows: [(&str, &str, Option<&[u16]>); 6] = [
        ("127.0.0.0/8", "127.0.0.0/8", None),
        ("10.0.0.5", "10.0.0.5/32", None),
        ("10.1.2.3/8=8080", "10.0.0.0/8", Some(&[8080])),
        ("10.0.0.0/8=8443+8080", "10.0.0.0/8", Some(&[8080, 8443])),
        ("fd00::/8=443", "fd00::/8", Some(&[443])),
        ("::1", "::1/128", None),
    ];
    for (text, net, ports) in rows {
        let ports = ports.map(|ports| ports.iter().copied().collect());
        assert_eq!(text.parse(), Ok(AllowedRange { net: net.parse().unwrap(), ports }), "{text}");
    }
    for text in [
        "",
        "x",
        "10.0.0.0/33",
        "10.0.0.0/8=",
        "10.0.0.0/8=0",
        "10.0.0.0/8=65536",
        "10.0.0.0/8=80+",
        "localhost",
    ] {
        assert_eq!(text.parse::<AllowedRange>(), Err(InvalidRange), "{text}");
    }
}

#[test]
fn an_opened_range_opens_its_addresses_and_ports_and_nothing_else() {
    let any_port = policy(&["127.0.0.0/8"]);
    let some_ports = policy(&["10.0.0.0/8=8080+22"]);
    let rows: [(&AddressPolicy, &str, Option<Refusal>); 12] = [
        (&any_port, "https://127.0.0.1/", None),
        (&any_port, "https://127.0.0.1:8332/", None),
        (&any_port, "https://127.9.9.9:22/", None),
        (&any_port, "https://127.0.0.1:0/", Some(Refusal::Port(0))),
        (&any_port, "https://10.0.0.1/", Some(Refusal::Address("10.0.0.1".parse().unwrap()))),
        (&any_port, "https://[::1]/", Some(Refusal::Address("::1".parse().unwrap()))),
        (&any_port, "https://1.1.1.1:22/", Some(Refusal::Port(22))),
        (&any_port, "https://1.1.1.1/", None),
        (&some_ports, "https://10.0.0.1:8080/", None),
        (&some_ports, "https://10.0.0.1:22/", None),
        (&some_ports, "https://10.0.0.1/", Some(Refusal::Address("10.0.0.1".parse().unwrap()))),
        (&some_ports, "https://10.0.0.1:23/", Some(Refusal::Port(23))),
    ];
    for (policy, url, expected) in rows {
        assert_eq!(refused(policy, url), expected, "{url}");
    }
}

#[test]
fn metadata_multicast_and_disguised_addresses_stay_closed_whatever_is_opened() {
    let everything = policy(&["0.0.0.0/0", "::/0"]);
    assert_eq!(refused(&everything, "https://192.168.1.1:5432/"), None);
    for host in [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[ff02::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
    ] {
        let refusal = refused(&everything, &format!("https://{host}/"));
        assert!(matches!(refusal, Some(Refusal::Address(_))), "{host}: {refusal:?}");
    }
}

#[tokio::test]
async fn local_names_are_judged_by_their_addresses_once_a_range_is_open() {
    let (closed, opened) = (policy(&[]), policy(&["10.0.0.0/8=8080"]));
    for name in ["shop", "localhost", "shop.internal", "shop.lan"] {
        let url = format!("https://{name}:8080/ipn");
        assert_eq!(refused(&closed, &url), Some(Refusal::LocalName), "{name}");
        assert_eq!(refused(&opened, &url), None, "{name}");
        assert_eq!(refused(&opened, &format!("https://{name}/ipn")), Some(Refusal::LocalName), "{name}");
    }
    let opened = Arc::new(opened);
    let resolve = async |address: &str| {
        let lookup = Scripted::addresses(&[address]);
        GuardedResolver::new(Arc::clone(&opened), lookup, 8080).addresses("shop").await
    };
    assert_eq!(resolve("10.1.1.1").await, Ok(vec!["10.1.1.1".parse().unwrap()]));
    let other = "192.168.0.1".parse().unwrap();
    assert_eq!(resolve("192.168.0.1").await, Err(Refusal::Address(other)));
}

#[test]
fn what_a_url_parser_would_tolerate_is_refused_by_its_text() {
    let long = format!("https://h.test/{}", "a".repeat(MAX_URL_BYTES));
    let rows = [
        (long.as_str(), Refusal::TooLong),
        ("https://h.test\\@x.test/", Refusal::Characters),
        ("https://h.test/a\\b", Refusal::Characters),
        (" https://h.test/", Refusal::Characters),
        ("https://h.\ttest/", Refusal::Characters),
        ("https://h.test/\u{85}", Refusal::Characters),
        ("https:/h.test/", Refusal::Scheme),
        ("https:h.test/", Refusal::Scheme),
        ("httpss://h.test/", Refusal::Scheme),
        ("http://h.test/", Refusal::PlainHttp),
        ("HTTP://h.test/", Refusal::PlainHttp),
        ("https:///h.test/", Refusal::NoHost),
        ("https://?h.test", Refusal::NoHost),
        ("https://@h.test/", Refusal::Userinfo),
        ("https://h%2etest/", Refusal::EncodedHost),
        ("https://[fe80::1%25eth0]/", Refusal::EncodedHost),
        ("https://h..test/", Refusal::Malformed),
        ("https://.h.test/", Refusal::Malformed),
        ("https://h.test../", Refusal::Malformed),
        ("https://[::1/", Refusal::Malformed),
        ("https://1.2.3.4.5/", Refusal::Malformed),
        ("https://x.onion/", Refusal::Onion),
    ];
    for (url, expected) in rows {
        assert_eq!(refused(&policy(&[]), url), Some(expected), "{url:?}");
    }
    for url in
        ["HTTPS://H.test", "https://h.test./a@b", "https://h.test/%5C?a=%20#@", "https://münchen.test/ü"]
    {
        assert_eq!(refused(&policy(&[]), url), None, "{url:?}");
    }
}

#[test]
fn ports_of_other_services_are_closed_and_web_ports_are_open() {
    for port in [1, 21, 22, 25, 53, 110, 445, 993, 1023, 2375, 3306, 5432, 6379, 8332, 9735, 18443, 27017] {
        let url = format!("https://hook.public.test:{port}/");
        assert_eq!(refused(&policy(&[]), &url), Some(Refusal::Port(port)));
    }
    for port in [80, 443, 1024, 3000, 4433, 8000, 8080, 8443, 9999, 65535] {
        assert_eq!(refused(&policy(&[]), &format!("https://hook.public.test:{port}/")), None);
    }
}

#[test]
fn the_server_does_not_call_itself() {
    let policy = AddressPolicy {
        own_hosts: vec!["Pay.Example.com".into(), "198.100.1.1".into(), "[2606:4700::1]".into()],
        ..policy(&["127.0.0.0/8"])
    };
    for url in [
        "https://pay.example.com/ipn",
        "https://PAY.example.com./",
        "https://pay.example.com:8443/",
        "https://198.100.1.1/",
        "https://0xc6640101/",
        "https://[2606:4700:0::1]/",
    ] {
        assert_eq!(refused(&policy, url), Some(Refusal::OwnHost), "{url}");
    }
    assert_eq!(refused(&policy, "https://shop.example.com/ipn"), None);
}

#[tokio::test]
async fn the_systems_resolver_finds_the_loopback_and_the_guard_refuses_it() {
    let resolver =
        |ranges| GuardedResolver::new(Arc::new(policy(ranges)), Arc::new(SystemLookup::default()), 8080);
    let open = resolver(&["127.0.0.0/8", "::1"]).addresses("localhost").await.unwrap();
    assert!(!open.is_empty() && open.iter().all(IpAddr::is_loopback), "{open:?}");
    assert_eq!(resolver(&[]).addresses("localhost").await, Err(Refusal::LocalName));
    assert_eq!(
        resolver(&["10.0.0.0/8"]).addresses("localhost").await.map_err(|e| matches!(e, Refusal::Address(_))),
        Err(true)
    );
}

#[test]
fn refusals_tell_strangers_no_address() {
    let refusal = Refusal::Address("10.1.2.3".parse().unwrap());
    assert!(!refusal.to_string().contains("10.1"));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics_nor_passes_with_userinfo(text in "(https://)?\\PC{0,60}") {
        if let Ok(checked) = policy(&[]).check_url(&text) {
            prop_assert_eq!(checked.url().scheme(), "https");
            prop_assert!(checked.url().username().is_empty() && checked.url().password().is_none());
        }
    }

    #[test]
    fn every_ipv4_spelling_is_judged_as_its_address(bits in any::<u32>()) {
        let address = std::net::Ipv4Addr::from(bits);
        let [a, b, c, d] = address.octets();
        let verdict = policy(&[]).check_address(address.into(), 443);
        for host in [
            format!("{address}"), format!("{bits}"), format!("{bits:#x}"), format!("0{bits:o}"),
            format!("{a}.{}", bits & 0xff_ffff), format!("{a:#x}.0{b:o}.{c}.{d}"),
        ] {
            let url = format!("https://{host}/");
            prop_assert_eq!(refused(&policy(&[]), &url), verdict.err(), "{}", url);
        }
    }
}
