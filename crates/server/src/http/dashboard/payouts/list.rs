//! What waits to be paid, and the transactions that pay it, newest first.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::{InvoiceId, RefundId, SpendId};
use specie_core::time::Timestamp;

use super::fee::{Chosen, Purpose};
use super::words;
use crate::app::view::{InvoiceView, RefundState, RefundView, SpendState, SpendView};
use crate::app::{MAX_PAYEES, Permission};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::words::{count, pill, price, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, table};
use crate::http::dashboard::worth::Worth;
use crate::http::pages::{Icon, icon};
use crate::http::{Pairs, Web};

/// Transactions on a page.
const PAGE: usize = 20;
/// Refunds that are listed while they wait, the oldest first.
const WAITING: u32 = 500;

/// What was chosen on the page.
struct Typed {
    fee: Chosen,
    /// None: nobody has chosen yet, and all are ticked.
    refunds: Option<BTreeSet<RefundId>>,
}

/// The refunds that are not in a transaction, the oldest first, and the sales that they are of: a merchant knows
/// them by those.
#[derive(Default)]
struct Waiting {
    refunds: Vec<RefundView>,
    sales: BTreeMap<InvoiceId, InvoiceView>,
}

impl Waiting {
    async fn read(web: &Web, owner: &Owner) -> Result<Self, PageError> {
        let mut waiting = Self::default();
        for refund in web.app().pending_refunds(&owner.store, WAITING).await? {
            if !matches!(refund.state, RefundState::Ready | RefundState::AddressWanted) {
                continue;
            }
            let sale = refund.invoice_id;
            if let Entry::Vacant(unread) = waiting.sales.entry(sale) {
                unread.insert(web.app().invoice(sale, Some(owner.store.id)).await?);
            }
            waiting.refunds.push(refund);
        }
        Ok(waiting)
    }

    fn of(&self, state: RefundState) -> Vec<&RefundView> {
        self.refunds.iter().filter(|refund| refund.state == state).collect()
    }

    /// The sale that a refund is of: by the shop's name for it, or else by what it cost.
    fn sale(&self, owner: &Owner, refund: &RefundView) -> Markup {
        let sale = self.sales.get(&refund.invoice_id);
        let order = sale.and_then(|sale| sale.order.order_id.as_ref());
        html! {
            a href={ (owner.path("/invoices/")) (refund.invoice_id) } {
                @match (order, sale) {
                    (Some(order), _) => { "Order " (order) },
                    (None, Some(sale)) => { "Invoice of " (price(sale)) },
                    (None, None) => "Invoice",
                }
            }
            @if order.is_none() { small { code { (refund.invoice_id) } } }
        }
    }
}

/// The list.
pub async fn show(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Markup, PageError> {
    let typed = Typed { fee: Chosen::nothing(Purpose::Pay), refunds: None };
    page(&web, &owner, place(asked.get("before")), &typed, &Problems::default()).await
}

/// Builds a transaction of the refunds that were chosen, and shows it.
pub async fn build(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let refunds: BTreeSet<RefundId> = form.all("refund").filter_map(|id| id.parse().ok()).collect();
    let fee = Chosen::of(&form, Purpose::Pay);
    let (status, problems) = match fee.read(web.app().fees(&owner.store.network)) {
        Err(problems) => (StatusCode::BAD_REQUEST, problems),
        Ok(_) if refunds.is_empty() => {
            (StatusCode::BAD_REQUEST, Problems::one("refund", "Choose the refunds that are to be paid."))
        }
        Ok(choice) => {
            match owner.app(&web).pay_refunds(&owner.store, refunds.iter().copied().collect(), choice).await {
                Ok(view) => {
                    return Ok(Redirect::to(&owner.path(&format!("/payouts/{}", view.id))).into_response());
                }
                Err(error) => fee.refused(error)?,
            }
        }
    };
    let typed = Typed { fee, refunds: Some(refunds) };
    Ok((status, page(&web, &owner, None, &typed, &problems).await?).into_response())
}

/// From which transaction on older ones are listed: `1760000000000-ID`.
fn place(text: Option<&str>) -> Option<(Timestamp, SpendId)> {
    let (millis, id) = text?.split_once('-')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

async fn page(
    web: &Web,
    owner: &Owner,
    before: Option<(Timestamp, SpendId)>,
    typed: &Typed,
    problems: &Problems,
) -> Result<Markup, PageError> {
    let limit = u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1);
    // One more than is shown tells whether there are older ones.
    let mut spends = web.app().spends(&owner.store, before, limit).await?;
    let more = spends.len() > PAGE;
    spends.truncate(PAGE);
    let waiting = match before {
        None => Waiting::read(web, owner).await?,
        Some(_) => Waiting::default(),
    };
    let worth = Worth::today(web, &owner.store).await;
    let frame = owner.frame().await?;
    let empty = waiting.refunds.is_empty() && spends.is_empty();
    let body = html! {
        (problems)
        @if empty { (nothing(owner, before.is_some())) }
        @if owner.may(Permission::PayOut) { (to_pay(&frame, web, owner, &waiting, &worth, typed, problems)) }
        (wanted(owner, &waiting, &worth))
        @for (title, states) in GROUPS {
            @let group: Vec<&SpendView> = spends.iter().filter(|spend| states(spend.state)).collect();
            @if !group.is_empty() { (transactions(owner, title, &group, &worth)) }
        }
        (pager(owner, before.is_some(), spends.last().filter(|_| more)))
    };
    let coins = html! {
        a class="btn small" href=(owner.path("/wallet/coins")) { (icon(Icon::Wallet)) "Coins" }
    };
    Ok(frame.page_with("Payouts", Section::Store(&owner.store, Tab::Payouts), &coins, &body))
}

/// Under which heading a transaction stands.
type Group = (&'static str, fn(SpendState) -> bool);
const GROUPS: [Group; 4] = [
    ("To sign", |state| matches!(state, SpendState::ToSign)),
    ("On their way", |state| matches!(state, SpendState::Sent | SpendState::Rivalled)),
    ("Confirmed", |state| matches!(state, SpendState::Confirmed(_))),
    ("Cancelled or failed", |state| {
        matches!(state, SpendState::Cancelled | SpendState::Replaced | SpendState::Dead)
    }),
];

fn nothing(owner: &Owner, paged: bool) -> Markup {
    html! {
        section class="sheet empty" {
            (icon(Icon::Out))
            @if paged {
                h2 { "Nothing older" }
                p class="lead" { "These are all the transactions that were built here." }
                a class="btn" href=(owner.path("/payouts")) { "Newest payouts" }
            } @else {
                h2 { "Nothing to pay" }
                p class="lead" { "Refunds that you give appear here. You start one on the page of its invoice." }
                a class="btn" href=(owner.path("/invoices")) { "Invoices" }
            }
        }
    }
}

/// What can be paid, and the button that builds the transaction.
fn to_pay(
    frame: &Frame,
    web: &Web,
    owner: &Owner,
    waiting: &Waiting,
    worth: &Worth,
    typed: &Typed,
    problems: &Problems,
) -> Markup {
    let ready = waiting.of(RefundState::Ready);
    if ready.is_empty() {
        return html! {};
    }
    let fees = web.app().fees(&owner.store.network);
    let ticked = |i: usize, id: RefundId| typed.refunds.as_ref().map_or(i < MAX_PAYEES, |r| r.contains(&id));
    let sum: u64 = ready.iter().map(|refund| refund.amount).sum();
    let rows: Vec<Vec<Markup>> = ready.iter().enumerate().map(|(i, refund)| vec![
        html! {
            label class="check" {
                input type="checkbox" name="refund" value=(refund.id) checked[ticked(i, refund.id)]
                    aria-describedby={ "sale-" (refund.id) " to-" (refund.id) };
                (worth.amount(refund.amount))
            }
        },
        html! { span id={ "sale-" (refund.id) } { (waiting.sale(owner, refund)) } },
        html! { code id={ "to-" (refund.id) } { (refund.address.as_deref().unwrap_or_default()) } },
        html! { (time(refund.requested_at)) },
        html! { a class="btn small plain" href={ (owner.path("/refunds/")) (refund.id) } { "Refund" } },
    ]).collect();
    html! {
        form class="sheet form" id="refund" method="post" action=(owner.path("/payouts")) {
            (frame.csrf_field())
            h2 { "Ready to pay" }
            (table("Refunds that can be paid", &["Amount", "Sale", "To", "Asked", "Actions"], &rows))
            p class="hint" { (count(u64::try_from(ready.len()).unwrap_or(u64::MAX), "refund")) ", " (worth.amount(sum)) " in all." }
            (typed.fee.fields(fees, problems))
            p class="actions" { button class="btn main" { "Build the transaction" } }
            p class="hint" { "Nothing is sent by this. You see what will be signed, and sign it in your own wallet." }
        }
    }
}

/// What waits for its buyer.
fn wanted(owner: &Owner, waiting: &Waiting, worth: &Worth) -> Markup {
    let asked = waiting.of(RefundState::AddressWanted);
    if asked.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> = asked
        .iter()
        .map(|refund| {
            vec![
                html! { a href={ (owner.path("/refunds/")) (refund.id) } { (worth.amount(refund.amount)) } },
                html! { (waiting.sale(owner, refund)) },
                html! { (time(refund.requested_at)) },
                html! {
                    @match &refund.claim {
                        Some(claim) => (time(claim.ends_at)),
                        None => "—",
                    }
                },
            ]
        })
        .collect();
    html! {
        section class="sheet" {
            h2 { "Waiting for an address" }
            (table("Refunds whose buyers are asked", &["Amount", "Sale", "Asked", "Link ends"], &rows))
        }
    }
}

fn transactions(owner: &Owner, title: &str, group: &[&SpendView], worth: &Worth) -> Markup {
    let rows: Vec<Vec<Markup>> = group
        .iter()
        .map(|spend| {
            let (tone, shown, label) = words::state(spend);
            let paid: u64 = spend.payees.iter().map(|(_, sats)| sats).sum();
            vec![
                html! {
                    a class="go" href={ (owner.path("/payouts/")) (spend.id) } { (words::title(spend)) }
                },
                html! { span class="pills" { (pill(tone, shown, label)) } },
                html! { @if spend.payees.is_empty() { "To yourself" } @else { (worth.amount(paid)) } },
                html! { (spend.fee) " sat" },
                html! { (time(spend.created_at)) },
            ]
        })
        .collect();
    html! {
        section class="sheet" {
            h2 { (title) }
            (table(title, &["Transaction", "State", "Pays", "Fee", "Built"], &rows))
        }
    }
}

fn pager(owner: &Owner, paged: bool, last: Option<&SpendView>) -> Markup {
    html! {
        @if paged || last.is_some() {
            nav class="pager" aria-label="Pages" {
                @if paged {
                    a class="btn plain small" rel="prev" href=(owner.path("/payouts")) { (icon(Icon::Back)) "Newest" }
                } @else { span {} }
                @if let Some(last) = last {
                    @let older = format!("/payouts?before={}-{}", last.created_at.as_millis(), last.id);
                    a class="btn plain small" rel="next" href=(owner.path(&older)) { "Older" (icon(Icon::Next)) }
                } @else { span {} }
            }
        }
    }
}
