//! Doing something about what needs attention, and back to the queue. It is done by what the invoice's own page does it
//! by; somebody may have been faster, or the chain: then there is nothing to do any more, and that is said.

use axum::extract::{Request, State};
use axum::response::Redirect;
use specie_core::ids::InvoiceId;
use specie_core::invoice::{Adjustment, Mark, Need};

use crate::app::AppError;
use crate::app::view::{Cause, Subject};
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::invoices::words::count;
use crate::http::dashboard::merchant::Owner;

/// Does it.
pub async fn remedy(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let cause = Cause::from_name(owner.param("cause")).ok_or_else(PageError::not_found)?;
    let subject = Subject::parse(cause, owner.param("subject")).ok_or_else(PageError::not_found)?;
    let done = match (owner.param("remedy"), subject) {
        ("aside", _) => put_aside(&web, &owner, subject, true).await,
        ("back", _) => put_aside(&web, &owner, subject, false).await,
        ("resend", Subject::Delivery(_)) => resend(&web, &owner, subject).await,
        ("accept", Subject::Invoice(id, Need::PaidPartial)) => {
            accept(&web, &owner, id, Adjustment::Partial).await
        }
        ("accept", Subject::Invoice(id, Need::PaidOver)) => accept(&web, &owner, id, Adjustment::Over).await,
        ("complete", Subject::Invoice(id, _)) => mark(&web, &owner, id, Mark::Complete).await,
        ("invalid", Subject::Invoice(id, _)) => mark(&web, &owner, id, Mark::Invalid).await,
        ("quote", Subject::Invoice(id, _)) => quote(&web, &owner, id).await,
        _ => return Err(PageError::not_found()),
    };
    let said = match done {
        Ok(said) => said,
        Err(AppError::NothingToSeeTo) => "It has been seen to already.".to_owned(),
        Err(AppError::Refused(refused)) => return Err(PageError::bad_request(sentence(refused))),
        Err(other) => return Err(other.into()),
    };
    owner.merchant.go(&owner.path("/attention"), said).await
}

async fn put_aside(web: &Web, owner: &Owner, subject: Subject, aside: bool) -> Result<String, AppError> {
    let (store, by) = (owner.store.id, owner.merchant.user.id.to_string());
    if aside {
        owner.app(web).put_aside(store, subject, &by).await?;
        return Ok("It is put aside. It comes up again if something new happens to it.".to_owned());
    }
    owner.app(web).take_back(store, subject, &by).await?;
    Ok("It is on the list again.".to_owned())
}

async fn resend(web: &Web, owner: &Owner, subject: Subject) -> Result<String, AppError> {
    Ok(match owner.app(web).resend_failing(owner.store.id, subject).await? {
        0 => "Nobody hears there any more: the webhook was deleted or switched off.".to_owned(),
        1 => "The notification is sent again.".to_owned(),
        number => format!("{} are sent again.", count(number as u64, "notification")),
    })
}

async fn accept(web: &Web, owner: &Owner, id: InvoiceId, what: Adjustment) -> Result<String, AppError> {
    owner.app(web).adjust(owner.store.id, id, what, true, None).await?;
    Ok(match what {
        Adjustment::Partial => "What came is accepted: the invoice is paid.",
        Adjustment::Over => "What came beyond the price is kept.",
    }
    .to_owned())
}

async fn mark(web: &Web, owner: &Owner, id: InvoiceId, mark: Mark) -> Result<String, AppError> {
    let by = owner.merchant.user.id.to_string();
    owner.app(web).mark(owner.store.id, id, mark, &by, None).await?;
    Ok(match mark {
        Mark::Complete => "The invoice is marked complete.",
        Mark::Invalid => "The invoice is marked invalid.",
    }
    .to_owned())
}

/// Whoever knows an invoice's id may renew it, so whose it is has to be looked at here.
async fn quote(web: &Web, owner: &Owner, id: InvoiceId) -> Result<String, AppError> {
    web.app().invoice(id, Some(owner.store.id)).await?;
    owner.app(web).renew_quote(id).await?;
    Ok("The buyer can pay again: send them the link of the invoice.".to_owned())
}
