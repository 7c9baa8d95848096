//! The small parts of pages: fields with their labels, hints and errors, choices, lists of facts,
//! tables. Every input has a label, and what is said about it is tied to it.

use maud::{Markup, Render, html};
use specie_core::money::Currency;

use crate::http::auth::CSRF_FIELD;

/// The field that every form has to carry.
#[must_use]
pub fn csrf_field(csrf: &str) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(csrf); }
}

/// The button that sends a form.
#[must_use]
pub fn submit(words: &str) -> Markup {
    html! { button class="btn main" { (words) } }
}

/// What was wrong with a form, by field; of the whole form under the empty name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Adds what is wrong with a field, as a sentence.
    pub fn add(&mut self, field: &'static str, words: impl Into<String>) {
        self.0.push((field, words.into()));
    }

    /// One problem.
    #[must_use]
    pub fn one(field: &'static str, words: impl Into<String>) -> Self {
        Self(vec![(field, words.into())])
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }

    /// Keeps what a reader made of a field, or the words for why it made nothing of it.
    pub fn keep<T>(&mut self, field: &'static str, read: Result<T, String>) -> Option<T> {
        read.map_err(|words| self.add(field, words)).ok()
    }
}

impl Render for Problems {
    /// All of them, above the form.
    fn render(&self) -> Markup {
        html! {
            @if !self.is_empty() {
                div class="notice bad" id="problems" role="alert" tabindex="-1" {
                    @for (field, words) in &self.0 {
                        p {
                            @if field.is_empty() { (words) } @else { a href={ "#" (field) } { (words) } }
                        }
                    }
                }
            }
        }
    }
}

/// A field of a form with its label.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: Kind<'a>,
    value: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    required: bool,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    list: Option<&'a str>,
    unit: Option<&'a str>,
}

#[derive(Debug, Clone)]
enum Kind<'a> {
    Input(&'a str),
    Area,
    Choice(Vec<(&'a str, &'a str)>),
}

/// A field to write a line into.
#[must_use]
pub fn field<'a>(name: &'a str, label: &'a str) -> Field<'a> {
    let kind = Kind::Input("text");
    Field {
        name,
        label,
        kind,
        value: "",
        hint: None,
        error: None,
        required: false,
        autocomplete: None,
        inputmode: None,
        list: None,
        unit: None,
    }
}

/// A field to write several lines into.
#[must_use]
pub fn area<'a>(name: &'a str, label: &'a str) -> Field<'a> {
    Field { kind: Kind::Area, ..field(name, label) }
}

/// A choice among values, each with its words.
#[must_use]
pub fn choice<'a>(name: &'a str, label: &'a str, options: &[(&'a str, &'a str)]) -> Field<'a> {
    Field { kind: Kind::Choice(options.to_vec()), ..field(name, label) }
}

impl<'a> Field<'a> {
    /// What it holds, or which value is chosen.
    #[must_use]
    pub fn value(self, value: &'a str) -> Self {
        Self { value, ..self }
    }

    /// The kind of an input: `email`, `password`, `url`, …
    #[must_use]
    pub fn kind(self, kind: &'a str) -> Self {
        Self { kind: Kind::Input(kind), ..self }
    }

    /// A word about it.
    #[must_use]
    pub fn hint(self, words: &'a str) -> Self {
        Self { hint: Some(words), ..self }
    }

    /// What is wrong with it, if anything is.
    #[must_use]
    pub fn problem(self, problems: &'a Problems) -> Self {
        Self { error: problems.of(self.name), ..self }
    }

    /// It must not stay empty.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What browsers may fill in.
    #[must_use]
    pub fn autocomplete(self, what: &'a str) -> Self {
        Self { autocomplete: Some(what), ..self }
    }

    /// Which keys a phone shows: `numeric`, `decimal`, …
    #[must_use]
    pub fn inputmode(self, mode: &'a str) -> Self {
        Self { inputmode: Some(mode), ..self }
    }

    /// The id of the list of what it may hold.
    #[must_use]
    pub fn list(self, id: &'a str) -> Self {
        Self { list: Some(id), ..self }
    }

    /// What it is counted in, written behind it.
    #[must_use]
    pub fn unit(self, words: &'a str) -> Self {
        Self { unit: Some(words), ..self }
    }

    fn control(&self) -> Markup {
        let (name, described) = (self.name, self.described());
        let invalid = self.error.map(|_| "true");
        html! {
            @match &self.kind {
                Kind::Input(kind) => {
                    input id=(name) name=(name) type=(kind) value=(self.value) required[self.required]
                        autocomplete=[self.autocomplete] inputmode=[self.inputmode] list=[self.list]
                        aria-invalid=[invalid] aria-describedby=[&described];
                }
                Kind::Area => {
                    textarea id=(name) name=(name) rows="4" required[self.required] spellcheck="false"
                        autocomplete=[self.autocomplete] aria-invalid=[invalid]
                        aria-describedby=[&described] { (self.value) }
                }
                Kind::Choice(options) => {
                    select id=(name) name=(name) aria-invalid=[invalid] aria-describedby=[&described] {
                        @for (value, words) in options {
                            option value=(value) selected[*value == self.value] { (words) }
                        }
                    }
                }
            }
        }
    }

    fn described(&self) -> Option<String> {
        let error = self.error.map(|_| format!("{}-error", self.name));
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let name = self.name;
        html! {
            p class="field" {
                label for=(name) { (self.label) }
                @match self.unit {
                    Some(unit) => span class="unit" { (self.control()) (unit) },
                    None => (self.control()),
                }
                @if let Some(words) = self.error { span class="error" id={ (name) "-error" } { (words) } }
                @if let Some(words) = self.hint { span class="hint" id={ (name) "-hint" } { (words) } }
            }
        }
    }
}

/// A box to tick. Sent as `1`, or not at all.
#[must_use]
pub fn tick(name: &str, label: &str, ticked: bool, hint: Option<&str>) -> Markup {
    check("checkbox", name, "1", label, ticked, hint)
}

/// One choice of several that exclude each other.
#[must_use]
pub fn radio(name: &str, value: &str, label: &str, chosen: bool, hint: Option<&str>) -> Markup {
    check("radio", name, value, label, chosen, hint)
}

fn check(kind: &str, name: &str, value: &str, label: &str, checked: bool, hint: Option<&str>) -> Markup {
    html! {
        label class="check" {
            input type=(kind) name=(name) value=(value) checked[checked];
            span { (label) }
            @if let Some(words) = hint { span class="hint" { (words) } }
        }
    }
}

/// What most do without, folded away; open if something within is wrong.
#[must_use]
pub fn fold(summary: &str, open: bool, fields: &Markup) -> Markup {
    html! {
        details class="fold" open[open] {
            summary { (summary) }
            div class="form" { (fields) }
        }
    }
}

/// Facts: each with its name.
#[must_use]
pub fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl class="ledger" {
            @for (name, fact) in rows {
                div { dt { (name) } dd { (fact) } }
            }
        }
    }
}

/// A table, which is cards on a phone: the first cell of a row is its title. A head `Actions` is
/// for those only who do not see what is below it.
#[must_use]
pub fn table(caption: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    let label = |i: usize| heads.get(i).filter(|head| i > 0 && **head != ACTIONS);
    html! {
        table class="list" {
            caption class="hush" { (caption) }
            thead {
                tr {
                    @for head in heads {
                        th scope="col" { @if *head == ACTIONS { span class="hush" { (head) } } @else { (head) } }
                    }
                }
            }
            tbody {
                @for row in rows {
                    tr { @for (i, cell) in row.iter().enumerate() { td data-label=[label(i)] { (cell) } } }
                }
            }
        }
    }
}

/// The head of the column that holds a row's buttons.
const ACTIONS: &str = "Actions";

/// The list of currencies that fields of id `currencies` offer; any other of ISO 4217 may be
/// written.
#[must_use]
pub fn currencies() -> Markup {
    const COMMON: [&str; 24] = [
        "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
        "BRL", "MXN", "ZAR", "INR", "SGD", "HKD", "KRW", "TRY", "BTC", "SATS",
    ];
    html! {
        datalist id="currencies" {
            @for code in COMMON {
                @if let Ok(currency) = code.parse::<Currency>() { option value=(code) { (currency.name()) } }
            }
        }
    }
}
