//! The samples of `docs/api/webhooks.md`, as they stand there: each verifies real deliveries, by both
//! secrets after a replacement, and nothing else.

#[expect(clippy::unwrap_used, reason = "what fails there fails the test")]
#[path = "pages/browser.rs"]
mod browser;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use specie_testkit::http::send;
use specie_testkit::receiver::{Heard, Receiver};
use specie_testkit::server::{OWNER, Server};

/// A server with a webhook that heard something, and the secrets that signed it, the newest first.
struct Heirs {
    heard: Heard,
    secrets: [String; 2],
}

impl Heirs {
    fn new() -> Self {
        let (server, _) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
        let page = "/account/api-tokens";
        let made = browser::merchant(&server, OWNER).fill(page, page, &[("name", "Samples")]).body;
        let token =
            made.split_once("id=\"apitoken\">").expect("a token").1.split('<').next().expect("a token");
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let post = |path: &str, body: &Value| -> Value {
            let url = format!("{}/api/v1/stores/1{path}", server.url());
            send("POST", &url, &headers, body.to_string().as_bytes()).json()["data"].clone()
        };
        let receiver = Receiver::start();
        let secret = |answer: &Value| answer["secret"].as_str().expect("a secret").to_owned();
        let old = secret(&post("/webhooks", &json!({ "url": receiver.url("/hook") })));
        let new = secret(&post("/webhooks/1/rotate-secret", &json!({})));
        post("/invoices", &json!({ "amount": 20, "currency": "USD", "description": "Grüner Tee 茶" }));
        Self { heard: receiver.wait_for(1).remove(0), secrets: [new, old] }
    }

    fn header(&self) -> &str {
        let found = self.heard.headers.iter().find(|(name, _)| name == "specie-signature");
        &found.expect("a signature").1
    }

    /// What is put before a verifier, each with whether it is genuine.
    fn cases(&self) -> Vec<(Value, bool)> {
        let [new, old] = &self.secrets;
        let (header, body) = (self.header(), self.heard.body.as_str());
        let case = |secret: &str, header: &str, body: &str| json!([secret, header, body]);
        let (time, signatures) = header.split_once(',').expect("a time and signatures");
        let seconds: i64 = time.strip_prefix("t=").expect("a time").parse().expect("seconds");
        let later = format!("t={},{signatures}", seconds + 1);
        let short = &header[..header.len() - 2];
        let upside = format!("{signatures},{time}");
        vec![
            (case(new, header, body), true),
            (case(old, header, body), true),
            (case(new, &upside, body), true),
            (case("whsec_other", header, body), false),
            (case("", header, body), false),
            (case(new, header, &format!("{body} ")), false),
            (case(new, header, &body.replacen("20", "21", 1)), false),
            (case(new, &later, body), false),
            (case(old, short, body), false),
            (case(new, &header.replace("v1=", "v0="), body), false),
            (case(new, time, body), false),
            (case(new, "", body), false),
            (case(new, "v1", body), false),
            (case(new, "t=,v1=", body), false),
            (case(new, "t=é,v1=é", body), false),
        ]
    }
}

/// The sample of a language, as the document has it.
fn sample(language: &str) -> String {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/webhooks.md");
    let document = std::fs::read_to_string(document).expect("the document is there");
    let fence = format!("```{language}\n");
    let sample = document.split_once(&fence).unwrap_or_else(|| panic!("no sample in {language}")).1;
    sample.split("```").next().expect("an end").to_owned()
}

/// Lets a sample judge every case, with what reads them and prints its judgements behind it; and all of
/// them once more, as if none of them could be recent.
fn judge(interpreter: &str, language: &str, kind: &str, rest: &str) {
    let heirs = Heirs::new();
    let cases = heirs.cases();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("sample.{kind}"));
    std::fs::write(&file, format!("{}\n{rest}", sample(language))).expect("a file");
    for (tolerance, recent) in [(300, true), (-1, false)] {
        let asked: Vec<&Value> = cases.iter().map(|(case, _)| case).collect();
        let mut child = Command::new(interpreter)
            .arg(&file)
            .arg(tolerance.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{interpreter}: {e}"));
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(json!(asked).to_string().as_bytes()).expect("the sample listens");
        drop(stdin);
        let ran = child.wait_with_output().expect("it ends");
        let judged: Vec<bool> =
            serde_json::from_slice(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {language}: {ran:?}"));
        let expected: Vec<bool> = cases.iter().map(|(_, genuine)| *genuine && recent).collect();
        for ((case, judged), expected) in asked.iter().zip(&judged).zip(&expected) {
            assert_eq!(judged, expected, "{language}: {case}");
        }
        assert_eq!(judged.len(), expected.len(), "{language}");
    }
}

#[test]
fn the_python_sample_tells_what_is_genuine() {
    let rest = "
import json, sys
cases = json.load(sys.stdin)
print(json.dumps([is_genuine(secret, header, body.encode(), int(sys.argv[1])) for secret, header, body in cases]))
";
    judge("python3", "python", "py", rest);
}

#[test]
fn the_node_sample_tells_what_is_genuine() {
    let rest = "
const cases = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const judged = cases.map(([secret, header, body]) => isGenuine(secret, header, Buffer.from(body), Number(process.argv[2])))
console.log(JSON.stringify(judged))
";
    judge("node", "js", "js", rest);
}

#[test]
fn the_php_sample_tells_what_is_genuine() {
    let rest = "
$judged = [];
foreach (json_decode(stream_get_contents(STDIN)) as [$secret, $header, $body]) {
    $judged[] = is_genuine($secret, $header, $body, (int) $argv[1]);
}
echo json_encode($judged);
";
    judge("php", "php", "php", rest);
}
