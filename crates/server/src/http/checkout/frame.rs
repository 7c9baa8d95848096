//! What is around every page that buyers see: the practice band, the way out of a shop's frame, and the choice of a
//! language.

use maud::{Markup, html};

use crate::app::view::InvoiceView;
use crate::http::l10n::Words;
use crate::http::pages;
use crate::http::pieces::languages;
use crate::http::{Pairs, brand};

/// A buyer's page around its `main`.
pub struct Frame<'a> {
    /// The language.
    pub words: Words,
    /// The title of the window.
    pub title: &'a str,
    /// What was asked for: kept when another language is chosen.
    pub asked: &'a Pairs,
    /// The invoice that it is about.
    pub view: &'a InvoiceView,
    /// The page follows what happens by itself.
    pub live: bool,
}

impl Frame<'_> {
    /// The whole page. `head` comes last in its head.
    pub fn around(&self, head: &Markup, main: &Markup) -> Markup {
        let words = self.words;
        let head = html! {
            meta name="robots" content="noindex, nofollow";
            (brand::head(self.view))
            (head)
        };
        pages::page_in(
            words,
            self.title,
            &head,
            &html! {
                @if self.view.sandbox {
                    aside class="practice" {
                        strong { (words.say("page-practice")) } " · " (words.say("page-practice-words"))
                    }
                }
                (pages::close_button(words))
                (main)
                (pages::foot_with(words, self.live, &self.languages()))
            },
        )
    }

    fn languages(&self) -> Markup {
        languages(self.words, self.asked)
    }
}

/// Whether the page is in a frame of a shop's.
pub fn is_modal(asked: &Pairs) -> bool {
    asked.get("view") == Some("modal")
}
