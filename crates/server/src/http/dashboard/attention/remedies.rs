//! What can be done about what needs attention: the usual first, what is rarely meant folded away.

use maud::{Markup, html};
use specie_core::invoice::{Adjustment, Mark, Need, Renewal};

use crate::app::view::{AttentionAsked, AttentionView, InvoiceView, RefundState, RefundView, Subject};
use crate::http::pages::{Icon, icon};

/// The buttons and links of one; `own` is where its forms go.
pub fn all(one: &AttentionView, store: &str, own: &str, csrf: &Markup) -> Markup {
    let button = |remedy: &str, words: &str, class: &str| button((own, remedy), words, class, csrf);
    html! {
        div class="actions" {
            @if one.aside_at.is_some() {
                (button("back", "Take up again", ""))
            } @else {
                @match (&one.asked, one.subject) {
                    (AttentionAsked::Decide { accept, marks }, Subject::Invoice(_, need)) => {
                        (decisions(&one.invoice, need, *accept, marks, store, &button))
                    }
                    (AttentionAsked::Refund(refund), _) => (way_to(refund, store)),
                    (AttentionAsked::Endpoint { delivery, failing, .. }, _) => {
                        (button("resend", "Redeliver", ""))
                        @if let Some(invoice) = delivery.invoice {
                            a class="btn small plain" href={ (store) "/invoices/" (invoice) } {
                                @if *failing == 1 { "Its invoice" } @else { "The first invoice" }
                            }
                        }
                    }
                    (AttentionAsked::Decide { .. }, _) => {}
                }
                (button("aside", "Put aside", "plain"))
            }
        }
    }
}

type Button<'a> = &'a dyn Fn(&str, &str, &str) -> Markup;

fn decisions(
    view: &InvoiceView,
    need: Need,
    accept: Option<Adjustment>,
    marks: &[Mark],
    store: &str,
    button: Button<'_>,
) -> Markup {
    let late = need == Need::PaidLate && marks.contains(&Mark::Complete);
    // What is accepted late is marked complete; an overpaid invoice is one, whatever is decided.
    let others: Vec<Mark> = match need {
        Need::PaidOver => vec![],
        _ => marks.iter().copied().filter(|mark| !(late && *mark == Mark::Complete)).collect(),
    };
    html! {
        @match accept {
            Some(Adjustment::Partial) => (button("accept", "Accept what came", "")),
            Some(Adjustment::Over) => (button("accept", "Keep it", "")),
            None => {},
        }
        @if late { (button("complete", "Accept it", "")) }
        @match view.renewal {
            Some(Renewal::NewPrice) => (button("quote", "Ask again at today’s price", "")),
            Some(Renewal::MoreTime) => (button("quote", "Give more time", "")),
            None => {},
        }
        @if view.refundable > 0 {
            a class="btn small" href={ (store) "/invoices/" (view.id) "/refund" } { (icon(Icon::Again)) "Refund" }
        }
        @for mark in others {
            // What cannot be left to the chain again is asked about first.
            a class="btn small plain" href={ (store) "/invoices/" (view.id) "/mark/" (mark.status().name()) } {
                @match mark { Mark::Complete => "Mark complete …", Mark::Invalid => "Mark invalid …" }
            }
        }
    }
}

fn way_to(refund: &RefundView, store: &str) -> Markup {
    html! {
        @match (refund.state, refund.spend_id) {
            (RefundState::ToSign, Some(spend)) => {
                a class="btn small" href={ (store) "/payouts/" (spend) } { (icon(Icon::Key)) "Sign it" }
            }
            (RefundState::Ready, _) => a class="btn small" href={ (store) "/payouts" } { (icon(Icon::Payout)) "Pay it" },
            _ => a class="btn small" href={ (store) "/refunds/" (refund.id) } { (icon(Icon::Out)) "Link for the buyer" },
        }
    }
}

fn button((own, remedy): (&str, &str), words: &str, class: &str, csrf: &Markup) -> Markup {
    html! {
        form method="post" action={ (own) "/" (remedy) } {
            (csrf)
            button class={ "btn small " (class) } { (words) }
        }
    }
}
