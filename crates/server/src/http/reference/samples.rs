//! Examples of each operation in shell, JavaScript, PHP and Python: generated from what the document
//! says of it, with the server's own address.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// How a caller says who they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Credentials {
    Token,
    Signed {
        or_key: bool,
    },
    /// A legacy key alone: what signs reads no bare list, and deletes nothing.
    Key,
    Nothing,
}

/// What an example sends.
struct Example<'a> {
    method: String,
    /// The path and the query.
    target: String,
    server: &'a str,
    body: Option<Value>,
    /// The body is a form, and no JSON.
    form: bool,
    credentials: Credentials,
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Adds `x-codeSamples` to each operation of a document.
pub fn add(document: &mut Value, server: &str) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item.iter_mut().filter(|(_, one)| one["responses"].is_object()) {
            let example = Example {
                method: method.to_uppercase(),
                target: target(path, operation),
                server,
                body: body(operation, &schemas),
                form: operation["requestBody"]["content"][FORM].is_object(),
                credentials: credentials(method, operation),
            };
            operation["x-codeSamples"] = example.all();
        }
    }
}

/// The path with its examples filled in, and what the query has to have.
fn target(path: &str, operation: &Value) -> String {
    let mut target = path.to_owned();
    let mut query = String::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let shown = match &parameter["example"] {
            Value::Null => name.to_uppercase(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match parameter["in"].as_str() {
            Some("path") => target = target.replace(&format!("{{{name}}}"), &shown),
            Some("query") if parameter["required"] == true => {
                let _ = write!(query, "{}{name}={shown}", if query.is_empty() { '?' } else { '&' });
            }
            _ => {}
        }
    }
    target + &query
}

/// The first example of a body; else the fields that have one.
fn body(operation: &Value, schemas: &Value) -> Option<Value> {
    let content = &operation["requestBody"]["content"];
    let content = content.get("application/json").or(content.get(FORM))?.as_object()?;
    let first = content.get("examples").and_then(Value::as_object).and_then(|all| all.values().next());
    if let Some(example) = first {
        return Some(example["value"].clone());
    }
    let schema = content.get("schema")?;
    let named = schema["$ref"]
        .as_str()
        .or_else(|| schema["oneOf"].as_array()?.iter().find_map(|one| one["$ref"].as_str()));
    let schema = named.map_or(schema, |name| &schemas[name.rsplit('/').next().unwrap_or_default()]);
    let shown = schema["properties"].as_object()?.iter().filter_map(|(name, field)| {
        let example = field.get("example").or_else(|| field["examples"].get(0))?;
        Some((name.clone(), example.clone()))
    });
    Some(Value::Object(shown.collect::<Map<_, _>>()))
}

fn credentials(method: &str, operation: &Value) -> Credentials {
    let accepted = operation["security"].as_array().map_or(&[][..], Vec::as_slice);
    // The first is how most would ask.
    let first = |name: &str| accepted.first().is_some_and(|one| one.get(name).is_some());
    let or_key = accepted.iter().any(|one| one.get("legacyKey").is_some());
    let is_bare = operation["responses"]["200"]["content"]["application/json"]["schema"]["type"] == "array";
    match (first("token"), first("identity")) {
        (true, _) => Credentials::Token,
        (_, true) if is_bare || method == "delete" => Credentials::Key,
        (_, true) => Credentials::Signed { or_key },
        _ => Credentials::Nothing,
    }
}

impl Example<'_> {
    fn all(&self) -> Value {
        json!([
            { "lang": "bash", "label": "Shell", "source": self.shell() },
            { "lang": "javascript", "label": "JavaScript", "source": self.javascript() },
            { "lang": "php", "label": "PHP", "source": self.php() },
            { "lang": "python", "label": "Python", "source": self.python() },
        ])
    }

    fn url(&self) -> String {
        format!("{}{}", self.server, self.target)
    }

    /// The fields of a form, as it is sent.
    fn encoded(body: &Value) -> String {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = body.as_object().into_iter().flatten().map(|(name, value)| (name, text(value)));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    fn shell(&self) -> String {
        let mut shown = match self.credentials {
            Credentials::Signed { or_key: true } => {
                "# With a store's legacy API key; clients sign instead.\n".to_owned()
            }
            Credentials::Signed { or_key: false } => {
                "# SIGNATURE is over the URL directly followed by the body: a client makes it.\n".to_owned()
            }
            Credentials::Token | Credentials::Key | Credentials::Nothing => String::new(),
        };
        let _ = write!(shown, "curl -s '{}'", self.url());
        if self.method != "GET" {
            let _ = write!(shown, " \\\n  -X {}", self.method);
        }
        shown += match self.credentials {
            Credentials::Token => " \\\n  -H \"Authorization: Bearer $TOKEN\"",
            Credentials::Signed { or_key: true } | Credentials::Key => " \\\n  -u \"$KEY:\"",
            Credentials::Signed { or_key: false } => {
                " \\\n  -H \"X-Identity: $PUBLIC_KEY\" -H \"X-Signature: $SIGNATURE\""
            }
            Credentials::Nothing => "",
        };
        match &self.body {
            Some(body) if self.form => {
                let _ = write!(shown, " \\\n  -d '{}'", Self::encoded(body));
            }
            Some(body) => {
                let _ = write!(shown, " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
            }
            None => {}
        }
        shown
    }

    fn javascript(&self) -> String {
        if let Credentials::Signed { .. } = self.credentials {
            let path = self.target.trim_start_matches('/');
            let (verb, body) = match &self.body {
                Some(body) => ("post", format!(", {body}")),
                None if self.method == "GET" => ("get", String::new()),
                None => ("post", ", {}".to_owned()),
            };
            return format!(
                "// npm install btcpay: it signs with the key that was paired\n\
                 const btcpay = require('btcpay')\n\
                 const keys = btcpay.crypto.load_keypair(Buffer.from(PRIVATE_KEY, 'hex'))\n\
                 const client = new btcpay.BTCPayClient('{}', keys, {{ merchant: TOKEN }})\n\
                 client.signed_{verb}_request('/{path}'{body}).then(console.log)",
                self.server
            );
        }
        let mut headers = Vec::new();
        match self.credentials {
            Credentials::Token => headers.push("Authorization: `Bearer ${token}`"),
            Credentials::Key => headers.push("Authorization: 'Basic ' + btoa(key + ':')"),
            Credentials::Signed { .. } | Credentials::Nothing => {}
        }
        if self.body.is_some() && !self.form {
            headers.push("'Content-Type': 'application/json'");
        }
        let mut shown =
            format!("const response = await fetch('{}', {{\n  method: '{}',\n", self.url(), self.method);
        if !headers.is_empty() {
            let _ = writeln!(shown, "  headers: {{ {} }},", headers.join(", "));
        }
        if let Some(body) = &self.body {
            let made = if self.form { "new URLSearchParams" } else { "JSON.stringify" };
            let _ = writeln!(shown, "  body: {made}({body}),");
        }
        shown + "})\nconsole.log(await response.json())"
    }

    fn php(&self) -> String {
        let mut headers = Vec::new();
        let mut before = "";
        match self.credentials {
            Credentials::Token => headers.push("'Authorization: Bearer ' . $token"),
            Credentials::Signed { or_key: true } => {
                before = "// With a store's legacy API key; btcpayserver/btcpay-php-client signs instead.\n";
                headers.push("'Authorization: Basic ' . base64_encode($key)");
            }
            Credentials::Signed { or_key: false } => {
                before = "// $signature is over the URL directly followed by the body: btcpayserver/btcpay-php-client makes it.\n";
                headers.extend(["'X-Identity: ' . $publicKey", "'X-Signature: ' . $signature"]);
            }
            Credentials::Key => headers.push("'Authorization: Basic ' . base64_encode($key)"),
            Credentials::Nothing => {}
        }
        if self.body.is_some() {
            headers.push(match self.form {
                true => "'Content-Type: application/x-www-form-urlencoded'",
                false => "'Content-Type: application/json'",
            });
        }
        let mut shown = format!(
            "<?php\n{before}$context = stream_context_create(['http' => [\n    'method' => '{}',\n    'ignore_errors' => true,\n",
            self.method
        );
        if !headers.is_empty() {
            let _ = writeln!(shown, "    'header' => [{}],", headers.join(", "));
        }
        if let Some(body) = &self.body {
            let made = if self.form { "http_build_query" } else { "json_encode" };
            let _ = writeln!(shown, "    'content' => {made}({}),", literal(body, &PHP));
        }
        let _ = write!(
            shown,
            "]]);\nprint_r(json_decode(file_get_contents('{}', false, $context), true));",
            self.url()
        );
        shown
    }

    fn python(&self) -> String {
        if let Credentials::Signed { .. } = self.credentials {
            let (verb, body) = match &self.body {
                Some(body) => ("post", format!(", {}", literal(body, &PYTHON))),
                None if self.method == "GET" => ("get", String::new()),
                None => ("post", ", {}".to_owned()),
            };
            return format!(
                "# pip install btcpay-python: it signs with the key that was paired\n\
                 from btcpay import BTCPayClient\n\n\
                 client = BTCPayClient.create_client(host='{}', code=PAIRING_CODE)  # once: keep the client\n\
                 print(client._signed_{verb}_request('{}'{body}))",
                self.server, self.target
            );
        }
        let mut shown = format!(
            "import requests\n\nresponse = requests.{}(\n    '{}',\n",
            self.method.to_lowercase(),
            self.url()
        );
        match self.credentials {
            Credentials::Token => shown += "    headers={'Authorization': f'Bearer {token}'},\n",
            Credentials::Key => shown += "    auth=(key, ''),\n",
            Credentials::Signed { .. } | Credentials::Nothing => {}
        }
        if let Some(body) = &self.body {
            let name = if self.form { "data" } else { "json" };
            let _ = writeln!(shown, "    {name}={},", literal(body, &PYTHON));
        }
        shown + ")\nprint(response.json())"
    }
}

/// How a language writes values that are no JSON there.
struct Language {
    object: [&'static str; 2],
    is: &'static str,
    words: [&'static str; 3],
}

const PYTHON: Language = Language { object: ["{", "}"], is: ": ", words: ["None", "True", "False"] };
const PHP: Language = Language { object: ["[", "]"], is: " => ", words: ["null", "true", "false"] };

/// A value as a language writes it.
fn literal(value: &Value, language: &Language) -> String {
    match value {
        Value::Null => language.words[0].to_owned(),
        Value::Bool(true) => language.words[1].to_owned(),
        Value::Bool(false) => language.words[2].to_owned(),
        Value::Number(number) => number.to_string(),
        // No example has a quote or a backslash in it.
        Value::String(text) => format!("'{text}'"),
        Value::Array(list) => {
            format!("[{}]", list.iter().map(|one| literal(one, language)).collect::<Vec<_>>().join(", "))
        }
        // PHP takes an empty array for a list.
        Value::Object(map) if map.is_empty() && language.is == " => " => "new stdClass()".to_owned(),
        Value::Object(map) => {
            let fields =
                map.iter().map(|(key, one)| format!("'{key}'{}{}", language.is, literal(one, language)));
            let [open, close] = language.object;
            format!("{open}{}{close}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}
