//! Pieces of buyers' pages that the page of all parts shows as well. They are given what they show, and ask nobody.

use maud::{Markup, html};

use super::Pairs;
use super::l10n::{LANGUAGES, Words};
use super::pages::{Icon, icon};

/// How long before its end the price is counted down, in seconds: nobody is hurried before.
pub const COUNTDOWN_SECS: i64 = 5 * 60;

/// A label, and what it is.
pub fn row(label: &str, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

/// The choice of a language; what else was asked for stays.
pub(crate) fn languages(words: Words, asked: &Pairs) -> Markup {
    let kept = asked.all().iter().filter(|(name, _)| name != "lang");
    html! {
        form class="languages" method="get" {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            label for="lang" { (icon(Icon::Language)) span class="hush" { (words.say("page-language")) } }
            select id="lang" name="lang" {
                @for language in &LANGUAGES {
                    option value=(language.tag) lang=(language.tag)
                        selected[language == words.language()] { (language.name) }
                }
            }
            button class="quiet" { (words.say("page-language-change")) }
        }
    }
}

/// How long the price holds: `left` seconds; of an invoice for any amount (`top_up`), how long it can be paid. Unless it
/// is almost over, only whoever opens the details is told when.
pub fn countdown(words: Words, left: i64, top_up: bool) -> Markup {
    let minutes = u32::try_from(left.div_euclid(60)).unwrap_or(u32::MAX);
    let holds = match minutes {
        0 => words.say("left-seconds"),
        n if n < 120 => words.tell("left-minutes", [("n", n.into())]),
        n => words.tell("left-hours", [("n", (n / 60).into())]),
    };
    let say = |n: u32| words.tell("say-minutes", [("n", n.into())]);
    html! {
        p class="hold" hidden[left > COUNTDOWN_SECS] data-from=(COUNTDOWN_SECS) {
            (words.say(if top_up { "hold-top-up" } else { "hold" })) " "
            b role="timer" aria-live="off" data-say5=(say(5)) data-say1=(say(1)) { (holds) }
        }
    }
}
