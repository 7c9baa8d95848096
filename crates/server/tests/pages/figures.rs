//! What a checkout costs those who open it. Figures are printed (`--no-capture` shows them); only its weight is a limit,
//! since it is the same on every machine.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use specie_testkit::http::{client, send};

use super::{open, order, page};

/// What a page may weigh with all that it loads, packed, in bytes.
const HEAVIEST_PAGE: usize = 40_000;
/// What the stylesheet may weigh, unpacked, in bytes.
const HEAVIEST_STYLE: usize = 30_000;
/// How long a server may take on the slowest machine that tests run on. The goal is 50 milliseconds.
const SLOWEST: Duration = Duration::from_secs(5);

fn packed(text: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn a_page_with_all_that_it_loads_is_light() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "itemDesc": "Two books", "orderId": "A-1" }));
    let html = page(&server, &id);
    let mut files = vec![("the page".to_owned(), packed(&html))];
    for path in html.split('"').filter(|text| text.starts_with("/assets/")) {
        let url = format!("{}{path}", server.url());
        let reply = send("GET", &url, &[("accept-encoding", "gzip")], b"");
        assert_eq!(reply.header("content-encoding"), Some("gzip"), "{path}");
        files.push((path.to_owned(), reply.header("content-length").unwrap().parse().unwrap()));
    }
    assert_eq!(files.len(), 4, "a page, its style, its script, its icon: {files:?}");
    let style = send("GET", &format!("{}/assets/specie.css", server.url()), &[], b"").body.len();
    let whole: usize = files.iter().map(|(_, bytes)| bytes).sum();
    println!("the checkout weighs {whole} bytes packed: {files:?}; its stylesheet {style} unpacked");
    assert!(whole <= HEAVIEST_PAGE, "{files:?}");
    assert!(style <= HEAVIEST_STYLE, "{style}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is measured")]
fn a_checkout_begins_to_arrive_soon() {
    const REQUESTS: usize = 200;
    let (server, shop) = open();
    let url = format!("{}/i/{}", server.url(), order(&shop, &json!({})));
    let mut took: Vec<Duration> = (0..REQUESTS)
        .map(|_| {
            let start = Instant::now();
            // It returns with the headers, before the body.
            let reply = client().get(&url).send().unwrap();
            let took = start.elapsed();
            assert_eq!(reply.status(), 200);
            reply.bytes().unwrap();
            took
        })
        .collect();
    took.sort_unstable();
    let (median, late) = (took[REQUESTS / 2], took[REQUESTS * 95 / 100]);
    println!("the checkout's first byte: median {median:?}, 95 of 100 within {late:?}");
    assert!(late < SLOWEST, "{late:?}");
}
