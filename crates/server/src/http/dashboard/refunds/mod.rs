//! The pages of a store's refunds: offering one, and what became of it. Where the buyer says their address is
//! the checkout's; what pays refunds are the payouts' pages.

mod detail;
mod offer;
pub(super) mod words;

use maud::{Markup, html};

use super::Route;
use super::Who::May;
use super::invoices::words::{pill, time};
use super::worth::Worth;
use crate::app::Permission;
use crate::app::view::RefundOffer;
use crate::http::pages::{Icon, icon};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/invoices/{invoice}/refund", May(Permission::Refund))
            .get(offer::show)
            .post(offer::submit),
        Route::at("/stores/{store}/refunds/{refund}", May(Permission::SeeMoney)).get(detail::show),
        Route::at("/stores/{store}/refunds/{refund}/cancel", May(Permission::Refund)).post(detail::cancel),
        Route::at("/stores/{store}/refunds/{refund}/ask", May(Permission::Refund)).post(detail::ask),
        Route::at("/stores/{store}/refunds/{refund}/address", May(Permission::Refund)).post(detail::send_to),
    ]
}

/// What was given back of an invoice, and the way to give back more. Nothing where neither can be.
pub(super) fn section(offer: &RefundOffer, store: &str, path: &str) -> Markup {
    if offer.whole == 0 && offer.refunds.is_empty() {
        return html! {};
    }
    let worth = Worth::at(offer.invoice.rate.as_ref());
    html! {
        section class="sheet" id="refunds" {
            h2 { "Refunds" }
            @if !offer.refunds.is_empty() {
                ul class="deliveries" {
                    @for refund in &offer.refunds {
                        @let (tone, shown, label) = words::state(refund.state);
                        li {
                            p class="row" {
                                a href={ (store) "/refunds/" (refund.id) } { (worth.amount(refund.amount)) }
                                (pill(tone, shown, label))
                            }
                            small { "Asked " (time(refund.requested_at)) }
                        }
                    }
                }
            }
            @if offer.whole > 0 {
                p { "Up to " (worth.amount(offer.whole)) " can be given back." }
                p class="actions" {
                    a class="btn small" href={ (path) "/refund" } { (icon(Icon::Again)) "Refund" }
                }
            }
        }
    }
}
