//! What of an example an answer lacks.

use serde_json::Value;

use super::Answered;

/// Fields that have more than one type, as BitPay's and BTCPay's own answers have them.
const UNIONS: [(&str, &[&str]); 4] = [
    ("exceptionStatus", &["false", "text"]),
    // Of a protocol that no wallet speaks any more.
    ("BIP72", &["text", "null"]),
    ("BIP72b", &["text", "null"]),
    ("BIP73", &["text", "null"]),
];

/// Everything that the example has and the answer has not: headers, fields, types, and the values of
/// the fields that the file names under `same`.
pub fn lacks(file: &Value, example: &Value, answer: &Answered) -> Vec<String> {
    let same: Vec<&str> = file["same"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut found = Vec::new();
    for (name, value) in example["headers"].as_object().into_iter().flatten() {
        let told = answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if told != value.as_str() {
            found.push(format!("the header {name} is {told:?} instead of {value}"));
        }
    }
    let comparison = Comparison { same };
    comparison.value("", "it", &example["body"], &answer.body, &mut found);
    found
}

struct Comparison<'a> {
    same: Vec<&'a str>,
}

impl Comparison<'_> {
    /// `name` is that of the field, and `at` where it is.
    fn value(&self, name: &str, at: &str, example: &Value, answer: &Value, found: &mut Vec<String>) {
        if self.same.contains(&name) && example != answer && !is_equal_number(example, answer) {
            found.push(format!("{at} is {answer} instead of {example}"));
        }
        match (example, answer) {
            (Value::Object(fields), Value::Object(told)) => {
                for (name, example) in fields {
                    match told.get(name) {
                        Some(answer) => self.value(name, &format!("{at}.{name}"), example, answer, found),
                        None => found.push(format!("{at} has no {name}: {answer}")),
                    }
                }
            }
            (Value::Array(examples), Value::Array(told)) => self.list(name, at, examples, told, found),
            _ if is_like(name, example, answer) => {}
            _ => found.push(format!("{at} is {answer}, and {example} in the document")),
        }
    }

    /// Of an example's elements each has to be there, and each element has to be like one of them.
    fn list(&self, name: &str, at: &str, examples: &[Value], told: &[Value], found: &mut Vec<String>) {
        let lacks = |example: &Value, answer: &Value| {
            let mut found = Vec::new();
            self.value(name, at, example, answer, &mut found);
            found
        };
        for (which, example) in examples.iter().enumerate() {
            let like = |answer: &Value| lacks(example, answer).is_empty();
            if !self.same.contains(&name) && !told.iter().any(like) {
                let why = told.first().map_or(vec![], |answer| lacks(example, answer));
                found.push(format!("{at} has none like number {which} of the document: {why:?}"));
            }
        }
        for answer in told.iter().filter(|_| !examples.is_empty()) {
            if !examples.iter().any(|example| lacks(example, answer).is_empty()) {
                found.push(format!("{at} has one like none of the document: {answer}"));
            }
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "truth",
        // Milliseconds have no digits behind the point, whoever reads them.
        Value::Number(number) if number.as_i64().is_some_and(|ms| ms > 1_000_000_000_000) => "time",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn is_like(name: &str, example: &Value, answer: &Value) -> bool {
    match UNIONS.iter().find(|(field, _)| *field == name) {
        Some((_, kinds)) => {
            kinds.contains(&if *answer == Value::Bool(false) { "false" } else { kind(answer) })
        }
        // Where the document shows nothing, nothing is compared.
        None => example.is_null() || kind(example) == kind(answer),
    }
}

fn is_equal_number(example: &Value, answer: &Value) -> bool {
    matches!((example.as_f64(), answer.as_f64()), (Some(one), Some(other)) if one.to_bits() == other.to_bits())
}

#[test]
fn a_field_that_is_missing_or_of_another_type_is_found() {
    use serde_json::json;
    let example = json!({ "body": {
        "id": "", "price": 1, "at": 1_411_506_491_781_i64, "exceptionStatus": false,
        "list": [{ "a": 1 }, { "a": 1, "b": "" }], "word": "new",
    } });
    let good = json!({
        "id": "x", "price": 2.5, "at": 1_700_000_000_000_i64, "exceptionStatus": "paidOver",
        "list": [{ "a": 2 }, { "a": 3, "b": "c" }], "word": "new", "more": null,
    });
    let file = json!({ "same": ["word"] });
    let found = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        lacks(&file, &example, &Answered::with(200, body)).join("; ")
    };
    assert_eq!(found(&|_| {}), "");
    type Change = (&'static str, fn(&mut Value));
    let changes: [Change; 9] = [
        ("it has no id", |body| drop(body.as_object_mut().unwrap().remove("id"))),
        ("it.price is \"1\"", |body| body["price"] = "1".into()),
        ("it.price is null", |body| body["price"] = Value::Null),
        ("it.at is 1.5", |body| body["at"] = json!(1.5)),
        ("it.exceptionStatus is true", |body| body["exceptionStatus"] = true.into()),
        ("it.word is \"paid\"", |body| body["word"] = "paid".into()),
        ("it.list has none like number 1", |body| body["list"] = json!([{ "a": 1 }])),
        ("it.list has one like none", |body| body["list"][0] = json!({ "b": "" })),
        ("it.list is {}", |body| body["list"] = json!({})),
    ];
    for (words, change) in changes {
        assert!(found(&change).contains(words), "{words}: {}", found(&change));
    }
}
