//! A store's colour and logo: what is taken, what becomes of it, and what buyers get.

use std::thread;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use serde_json::json;
use specie_testkit::http::{Reply, client, get, send};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, csrf, merchant, order, page};

struct Desk {
    server: Server,
    store: String,
    shop: Shop,
    owner: Browser,
}

impl Desk {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let owner = merchant(&server, OWNER);
        Self { server, store, shop, owner }
    }

    fn path(&self) -> String {
        format!("/stores/{}/look", self.store)
    }

    /// Sends the form of the page, and goes where that leads.
    fn save(&mut self, fields: &[(&str, &[u8])]) -> Reply {
        let token = csrf(&self.owner.open(&self.path()).body);
        let reply = upload(&self.owner, &self.path(), &[&[("csrf", token.as_bytes())], fields].concat());
        self.owner.follow(reply)
    }

    /// The address of the logo on a checkout.
    fn logo(&self) -> Option<String> {
        let html = page(&self.server, &order(&self.shop, &json!({})));
        Some(html.split_once("src=\"/logo/")?.1.split('"').next()?.to_owned())
    }
}

/// Sends a form with a file in it.
pub fn upload(browser: &Browser, path: &str, fields: &[(&str, &[u8])]) -> Reply {
    let mut body = vec![];
    for (name, value) in fields {
        let file = if *name == "logo" { "; filename=\"../../logo.svg\"" } else { "" };
        body.extend(
            format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n").as_bytes(),
        );
        body.extend(b"Content-Type: image/svg+xml\r\n\r\n");
        body.extend(*value);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    let headers =
        [("cookie", browser.cookie.as_str()), ("content-type", "multipart/form-data; boundary=limit")];
    send("POST", &format!("{}{path}", browser.server), &headers, &body)
}

fn picture(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, (x / 7 * y) as u8]))
}

/// A picture's file.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = vec![];
    picture(width, height).write_with_encoder(PngEncoder::new(&mut file)).unwrap();
    file
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = vec![];
    picture(width, height).write_with_encoder(JpegEncoder::new(&mut file)).unwrap();
    file
}

/// A file with its type and its bytes.
fn fetch(url: &str) -> (reqwest::blocking::Response, Vec<u8>) {
    let mut reply = client().get(url).send().unwrap();
    let mut bytes = vec![];
    reply.copy_to(&mut bytes).unwrap();
    (reply, bytes)
}

#[test]
fn a_store_s_colour_and_logo_are_on_its_checkout_and_on_its_refunds_alone() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    let before = page(&desk.server, &id);
    assert!(!before.contains("/theme/") && !before.contains("/logo/"), "{before}");
    let saved = desk.save(&[("colour", b"#FFD400"), ("logo", &png(900, 300))]);
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert!(saved.body.contains("The look is saved."), "{}", saved.body);
    assert!(
        saved.body.contains("On white your colour would be hard to read (1.2:1). Text uses"),
        "{}",
        saved.body
    );
    assert!(!saved.body.contains("On black"), "{}", saved.body);
    let html = page(&desk.server, &id);
    super::assert_nothing_inline(&html);
    let (style, theme) = (html.find("/assets/specie.css").unwrap(), html.find("/theme/ffd400.css").unwrap());
    assert!(style < theme, "the theme comes after what it changes");
    let logo = desk.logo().unwrap();
    assert!(
        html.contains(&format!("src=\"/logo/{logo}\" alt=\"Alder &amp; Finch Books\" width=\"")),
        "{html}"
    );

    let other = desk.server.practice_store("Another", &[]);
    let other = Shop::paired(&desk.server, &other, "other");
    let html = page(&desk.server, &order(&other, &json!({})));
    assert!(!html.contains("/theme/") && !html.contains("/logo/"), "{html}");

    // Settings that are saved elsewhere leave it as it is.
    let settings = format!("/stores/{}/settings", desk.store);
    let form = [
        ("name", "Alder"),
        ("currency", "USD"),
        ("speed", "high"),
        ("expiry", "15"),
        ("tolerance", "0"),
        ("monitoring", "60"),
        ("limit", "0.01"),
    ];
    assert!(desk.owner.fill(&settings, &settings, &form).body.contains("The settings are saved."));
    assert_eq!(desk.logo(), Some(logo.clone()));

    // The colour alone goes; then the logo.
    desk.save(&[("colour", b"")]);
    assert_eq!(desk.logo(), Some(logo.clone()));
    assert!(!page(&desk.server, &id).contains("/theme/"));
    desk.save(&[("colour", b""), ("remove", b"1")]);
    assert_eq!(desk.logo(), None);
    assert_eq!(get(&format!("{}/logo/{logo}", desk.server.url())).status, 404);
}

#[test]
fn a_logo_is_drawn_anew_and_served_as_nothing_but_a_picture() {
    let mut desk = Desk::open();
    let mut hidden = png(640, 480);
    hidden.extend(b"<script>alert(1)</script>");
    for (file, kind) in [(hidden, "image/"), (jpeg(2000, 500), "image/"), (png(8, 8), "image/png")] {
        let saved = desk.save(&[("colour", b""), ("logo", &file)]);
        assert_eq!(saved.status, 200, "{}", saved.body);
        let (reply, kept) = fetch(&format!("{}/logo/{}", desk.server.url(), desk.logo().unwrap()));
        let header =
            |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        assert!(header("content-type").starts_with(kind), "{:?}", reply.headers());
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert!(kept.len() <= 12 * 1024, "{}", kept.len());
        assert!(!String::from_utf8_lossy(&kept).contains("script"));
        let drawn = image::load_from_memory(&kept).unwrap();
        assert!(drawn.width() <= 320 && drawn.height() <= 120);
    }
}

#[test]
fn what_is_no_logo_is_refused_in_words_and_changes_nothing() {
    let mut desk = Desk::open();
    desk.save(&[("colour", b"#123456"), ("logo", &png(10, 10))]);
    let logo = desk.logo();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let cut = &png(100, 100)[..200];
    let heavy = vec![0x89; 1024 * 1024 + 1];
    let cases: [(&[u8], &[u8], u16, &str); 7] = [
        (b"#654321", svg, 400, "A logo is a PNG or a JPEG file."),
        (b"#654321", b"GIF89a", 400, "A logo is a PNG or a JPEG file."),
        (b"#654321", cut, 400, "cannot be read as a picture"),
        (b"#654321", &png(3001, 1), 400, "at most 3000 pixels"),
        (b"#654321", &heavy, 400, "larger than 1 MiB"),
        (b"green", b"", 400, "A colour is written #rrggbb"),
        (b"#12345\"}", b"", 400, "A colour is written #rrggbb"),
    ];
    for (colour, file, status, words) in cases {
        let refused = desk.save(&[("colour", colour), ("logo", file)]);
        assert_eq!(refused.status, status, "{words}: {}", refused.body);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        super::assert_nothing_inline(&refused.body);
        assert_eq!(desk.logo(), logo, "{words}");
        assert!(page(&desk.server, &order(&desk.shop, &json!({}))).contains("/theme/123456.css"), "{words}");
    }
    let much = desk.save(&[("colour", b""), ("logo", &vec![0; 3 * 1024 * 1024])]);
    assert_eq!(much.status, 413, "{}", much.body);
    // Not asked over the connection whose body nobody read to its end.
    assert_eq!(desk.server.sql().query("SELECT count(*) FROM logos", &[])[0].integer(0), 1);
}

#[test]
fn a_look_is_changed_by_its_store_s_owner_from_a_page_of_ours_alone() {
    let mut desk = Desk::open();
    desk.server.create_user("other@shop.example");
    let mut other = merchant(&desk.server, "other@shop.example");
    let foreign = csrf(&other.open("/account").body);
    let own = csrf(&desk.owner.open(&desk.path()).body);
    let path = desk.path();
    let form = |token: &str| {
        vec![("csrf".to_owned(), token.as_bytes().to_vec()), ("colour".to_owned(), b"#ff0000".to_vec())]
    };
    for (browser, token, status) in [
        (&Browser::new(desk.server.url()), &*own, 303),
        (&other, &foreign, 404),
        (&other, &own, 404),
        (&desk.owner, &foreign, 403),
        (&desk.owner, "", 403),
    ] {
        let fields = form(token);
        let fields: Vec<(&str, &[u8])> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        assert_eq!(upload(browser, &path, &fields).status, status, "{token}");
    }
    assert!(!page(&desk.server, &order(&desk.shop, &json!({}))).contains("/theme/"));
}

#[test]
fn many_logos_at_once_are_each_whole_and_one_of_them_stays() {
    let mut desk = Desk::open();
    let token = csrf(&desk.owner.open(&desk.path()).body);
    let (owner, path) = (&desk.owner, desk.path());
    thread::scope(|scope| {
        for side in 1..=10 {
            let (token, path) = (&token, &path);
            scope.spawn(move || {
                let file = png(side * 40, 100);
                let reply = upload(
                    owner,
                    path,
                    &[("csrf", token.as_bytes()), ("colour", b"#123456"), ("logo", &file)],
                );
                assert_eq!(reply.status, 303, "{}", reply.body);
            });
        }
    });
    let (reply, kept) = fetch(&format!("{}/logo/{}", desk.server.url(), desk.logo().unwrap()));
    assert_eq!(reply.status(), 200);
    assert!(image::load_from_memory(&kept).is_ok());
    assert_eq!(desk.server.sql().query("SELECT count(*) FROM logos", &[])[0].integer(0), 1);
}

#[test]
fn a_theme_is_the_stylesheet_of_one_colour_in_one_spelling() {
    let server = Server::start(EXE);
    for (name, status) in [
        ("ffd400.css", 200),
        ("sample-ffd400.css", 200),
        ("FFD400.css", 404),
        ("%23ffd400.css", 404),
        ("ffd400", 404),
        ("fff.css", 404),
        ("ffd40%7D.css", 404),
        ("sample-sample-ffd400.css", 404),
    ] {
        let reply = get(&format!("{}/theme/{name}", server.url()));
        assert_eq!(reply.status, status, "{name}");
        if status == 200 {
            assert_eq!(reply.header("content-type"), Some("text/css; charset=utf-8"));
            assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert!(reply.body.contains("--fill:#ffd400"), "{}", reply.body);
        }
    }
}
