//! The list as a file for spreadsheets: every invoice of the filter, in the list's order, a line each. It is read and sent
//! piece by piece, so that its length costs no memory.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use rust_decimal::Decimal;
use specie_core::money::Currency;
use specie_core::time::Timestamp;

use super::filter::Filter;
use super::words::btc;
use crate::app::view::{Cut, InvoiceView, InvoicesWanted, Store};
use crate::dialect::csv::line;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::merchant::Owner;
use crate::http::{ApiError, Pairs, Web};

/// Invoices that are read at a time.
const PIECE: u32 = 200;

const COLUMNS: [&str; 18] = [
    "invoice",
    "created_at",
    "expires_at",
    "status",
    "exception",
    "archived",
    "price",
    "currency",
    "due_btc",
    "paid_btc",
    "btc_rate",
    "order_id",
    "item",
    "item_code",
    "buyer_name",
    "buyer_email",
    "address",
    "transactions",
];

/// What is still to be written.
struct Rest {
    web: Web,
    store: Store,
    wanted: InvoicesWanted,
    /// Where the next piece begins; none: all is written.
    cut: Option<Cut>,
}

/// The file.
pub async fn file(State(web): State<Web>, owner: Owner, query: Pairs) -> Result<Response, PageError> {
    let wanted = Filter::of(query.all()).wanted();
    let wanted =
        wanted.map_err(|_| PageError::bad_request("This filter makes no sense. Go back to the list."))?;
    let today = iso(web.app().now()).split('T').next().unwrap_or_default().to_owned();
    let name = format!("attachment; filename=\"invoices-{}-{today}.csv\"", owner.store.number);
    let mut rest = Rest { web, store: owner.store, wanted, cut: Some(Cut::Newest) };
    // The first piece is read before anything is answered: what fails then is told.
    let mut first = String::new();
    line(&mut first, COLUMNS);
    first.push_str(&rest.next().await?);
    let others = stream::try_unfold(rest, |mut rest| async move {
        if rest.cut.is_none() {
            return Ok::<_, std::io::Error>(None);
        }
        let piece = rest.next().await.map_err(|_| std::io::Error::other("the list could not be read on"))?;
        Ok(Some((piece, rest)))
    });
    let whole = futures_util::StreamExt::chain(stream::iter([Ok(first)]), others);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

impl Rest {
    /// The lines of the next piece.
    async fn next(&mut self) -> Result<String, PageError> {
        let Some(cut) = self.cut else { return Ok(String::new()) };
        let _one_of_few = self.web.lists().acquire().await.map_err(|_| ApiError::internal())?;
        let read = self.web.app().browse_invoices(&self.store, self.wanted.clone(), cut, PIECE).await?;
        self.cut = read.older.map(Cut::OlderThan);
        let mut lines = String::new();
        for view in &read.invoices {
            let cells = cells(view);
            line(&mut lines, cells.iter().map(String::as_str));
        }
        Ok(lines)
    }
}

fn cells(view: &InvoiceView) -> [String; 18] {
    let (order, buyer) = (&view.order, &view.order.buyer);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let paid: Vec<&str> = view.live_payments().map(|payment| payment.txid.as_str()).collect();
    [
        view.id.to_string(),
        iso(view.created_at),
        iso(view.expires_at),
        view.status.name().to_owned(),
        view.flag.name().to_owned(),
        view.archived.to_string(),
        view.price.map(|price| plain(price, view.currency)).unwrap_or_default(),
        view.currency.code().to_owned(),
        view.due.map(btc).unwrap_or_default(),
        btc(view.paid),
        view.rate.as_ref().map(|rate| plain(rate.per_btc, rate.currency)).unwrap_or_default(),
        text(&order.order_id),
        text(&order.item_desc),
        text(&order.item_code),
        text(&buyer.name),
        text(&buyer.email),
        text(&view.address),
        paid.join(" "),
    ]
}

/// An amount with at least its currency's digits, and nothing between them but a point.
fn plain(amount: Decimal, currency: Currency) -> String {
    let digits = currency.decimals().max(amount.normalize().scale());
    format!("{amount:.*}", digits as usize)
}

fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(|_| String::new(), |at| at.to_string())
}
