use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use axum::http::HeaderValue;
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};
use fluent_syntax::parser::parse;

use super::*;

/// What a message takes in, and the plural forms that it has, one set for each choice.
#[derive(Debug, Default, PartialEq)]
struct Shape {
    variables: BTreeSet<String>,
    choices: Vec<BTreeSet<String>>,
}

impl Shape {
    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.read_expression(expression);
            }
        }
    }

    fn read_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(inline),
            Expression::Select { selector, variants } => {
                self.read_inline(selector);
                let name = |key: &VariantKey<&str>| match key {
                    VariantKey::Identifier { name } => (*name).to_owned(),
                    VariantKey::NumberLiteral { value } => (*value).to_owned(),
                };
                self.choices.push(variants.iter().map(|variant| name(&variant.key)).collect());
                for variant in variants {
                    self.read(&variant.value);
                }
            }
        }
    }

    fn read_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.read_expression(expression),
            InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
                positional.iter().for_each(|argument| self.read_inline(argument));
            }
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            other => panic!("messages stand for themselves: {other:?}"),
        }
    }
}

/// Every message of a language.
fn messages(language: &Language) -> BTreeMap<String, Shape> {
    let resource =
        parse(language.messages).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", language.tag));
    let mut found = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let mut shape = Shape::default();
        shape.read(message.value.as_ref().expect("a message says something"));
        let twice = found.insert(message.id.name.to_owned(), shape);
        assert!(twice.is_none(), "{}: {} is there twice", language.tag, message.id.name);
    }
    found
}

/// The plural forms of whole numbers in a language (Unicode CLDR), besides `other`.
fn plurals(tag: &str) -> &'static [&'static str] {
    match tag {
        "ar" => &["zero", "one", "two", "few", "many"],
        "pl" => &["one", "few", "many"],
        "ja" | "zh" => &[],
        _ => &["one"],
    }
}

#[test]
fn every_language_has_every_message_with_all_that_it_takes_in() {
    let english = messages(&LANGUAGES[0]);
    for language in &LANGUAGES {
        let own = messages(language);
        let keys = |of: &BTreeMap<String, Shape>| of.keys().cloned().collect::<BTreeSet<_>>();
        let missing: Vec<_> = keys(&english).difference(&keys(&own)).cloned().collect();
        let added: Vec<_> = keys(&own).difference(&keys(&english)).cloned().collect();
        assert!(
            missing.is_empty() && added.is_empty(),
            "{}: without {missing:?}, with {added:?}",
            language.tag
        );
        for (key, shape) in &own {
            let wanted = &english[key];
            assert_eq!(shape.variables, wanted.variables, "{}: {key}", language.tag);
            if !plurals(language.tag).is_empty() {
                assert_eq!(shape.choices.len(), wanted.choices.len(), "{}: {key}", language.tag);
            }
            for choice in &shape.choices {
                let mut forms: BTreeSet<String> =
                    plurals(language.tag).iter().map(ToString::to_string).collect();
                forms.insert("other".to_owned());
                assert_eq!(*choice, forms, "{}: {key}", language.tag);
            }
        }
    }
}

#[test]
fn every_message_is_said_somewhere_and_nothing_is_said_that_is_none() {
    let mut source = String::new();
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"), &mut source);
    let english = messages(&LANGUAGES[0]);
    for key in english.keys() {
        assert!(source.contains(&format!("\"{key}\"")), "nobody says {key}");
    }
    for call in [".say(\"", ".tell(\""] {
        for rest in source.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(english.contains_key(key), "there is no message {key}");
        }
    }
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn each_number_of_confirmations_has_its_form() {
    let in_language = |tag: &str, n: u32| Words::best(tag).unwrap().tell("left-minutes", [("n", n.into())]);
    assert_eq!(in_language("en", 1), "1 minute");
    assert_eq!(in_language("en", 2), "2 minutes");
    assert_eq!(in_language("pl", 1), "1 minuta");
    assert_eq!(in_language("pl", 3), "3 minuty");
    assert_eq!(in_language("pl", 12), "12 minut");
    assert_eq!(in_language("de", 12), "12 Minuten");
    let arabic: BTreeSet<String> = [0, 1, 2, 3, 11, 100].map(|n| in_language("ar", n)).into();
    assert_eq!(arabic.len(), 6, "{arabic:?}");
}

#[test]
fn a_language_is_chosen_by_hand_then_by_the_browser_and_is_english_otherwise() {
    for (chosen, accepted, spoken) in [
        (None, None, "en"),
        (Some("de"), Some("fr"), "de"),
        (Some("xx"), Some("fr-CH, de;q=0.5"), "fr"),
        (None, Some("gsw, pt-BR;q=0.8, en"), "pt"),
        (None, Some("zh-Hant-TW"), "zh"),
        (None, Some("AR-eg"), "ar"),
        (None, Some("tlh"), "en"),
        (Some("../en"), Some("\"<script>"), "en"),
    ] {
        let asked = Pairs(chosen.map(|tag| ("lang".to_owned(), tag.to_owned())).into_iter().collect());
        let mut headers = HeaderMap::new();
        if let Some(accepted) = accepted {
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accepted).unwrap());
        }
        assert_eq!(Words::of(&asked, &headers).tag(), spoken, "{chosen:?}, {accepted:?}");
    }
}

#[test]
fn a_price_has_all_its_digits_in_every_language() {
    let price = |words: Words, amount: &str, currency: &str| {
        words.price(amount.parse().unwrap(), currency.parse().unwrap())
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    for language in &LANGUAGES {
        let words = Words::best(language.tag).unwrap();
        assert_eq!(words.language(), language);
        assert_eq!(digits(&price(words, "1234567.5", "USD")), "123456750", "{}", language.tag);
        assert_eq!(digits(&price(words, "1200", "JPY")), "1200", "{}", language.tag);
        assert_eq!(digits(&price(words, "0.00000001", "BTC")), "000000001", "{}", language.tag);
    }
    assert_eq!(price(Words::english(), "1234567.5", "USD"), "1,234,567.50");
    assert_eq!(price(Words::best("de").unwrap(), "1234567.5", "USD"), "1.234.567,50");
}

#[test]
fn a_moment_is_written_as_its_reader_does() {
    let at = Timestamp::from_millis(1_795_312_380_000);
    let html = Words::english().time(at).into_string();
    assert_eq!(html, "<time datetime=\"2026-11-22T01:53:00Z\"><bdi>22 Nov 2026, 01:53 UTC</bdi></time>");
    let german = Words::best("de").unwrap().time(at).into_string();
    assert!(german.contains("22.11.2026, 01:53 UTC"), "{german}");
}

#[test]
fn what_is_filled_in_stays_whole_where_the_sentence_runs_the_other_way() {
    let arabic = Words::best("ar").unwrap().tell("partial", [("amount", "0.0003".into())]);
    assert!(arabic.contains("\u{2068}0.0003\u{2069}"), "{arabic:?}");
    assert!(!Words::english().tell("partial", [("amount", "0.0003".into())]).contains('\u{2068}'));
}
