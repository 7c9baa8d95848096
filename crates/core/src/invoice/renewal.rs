//! Renewal: how a buyer goes on once the time for paying is over. Where nothing came, by a new price; where a part
//! came in time, by more time for the rest. The invoice, its order and its address stay, so late money still counts.
//!
//! A price is an option on the rate for as long as it holds, and each of these rules keeps it from being more:
//! where something is left to be priced, it is priced at the day's rate; the old rate is given again only to whoever
//! had paid a good part of it in time, soon, and once.

use bitcoin::Amount;
use serde::{Deserialize, Serialize};

use super::assess::{Flag, Status};
use super::event::Event;
use super::payments::{sights, sum};
use super::step::{Moment, Refused};
use super::terms::{Asked, Terms};
use super::{Invoice, Payment};
use crate::time::Timestamp;

/// How many quotes an invoice has at most: each is a row.
pub const MAX_QUOTES: u32 = 20;
/// How long after expiry the rest may be asked for at the old rate, in seconds: time to look at the page, and too
/// little to wait for another rate.
pub const GRACE_SECS: i64 = 60 * 60;
/// Which part of the price has to have come in time for that: one in four. Less would be an option on the rest for
/// next to nothing.
const GOOD_PART: u64 = 4;

/// How a buyer may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// Nothing came: the whole is priced anew.
    NewPrice,
    /// A part came in time: the rest may come at the same rate. Or any amount is welcome, and nothing came.
    MoreTime,
}

/// Why an invoice is not renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewed {
    /// It can be paid, or was, or a decision stands.
    #[error("the invoice has not expired")]
    NotExpired,
    /// The merchant decides what becomes of it.
    #[error("the full amount came late")]
    PaidLate,
    /// Something is to be given back, or was to be once.
    #[error("a refund of the invoice was asked")]
    RefundAsked,
    /// Neither money that came after expiry buys time at the old rate, nor a satoshi: whoever watched the rate could
    /// send one.
    #[error("too little of the price came in time")]
    PartLate,
    /// Whoever waits longer waits for another rate.
    #[error("the time in which more could be asked for is over")]
    AskedLate,
    /// Else a small part of the price would hold the rate for ever.
    #[error("the invoice was given more time before")]
    Extended,
    /// Nobody promised to look for payments for longer.
    #[error("the invoice's payments are not waited for any more")]
    Unwatched,
    /// There is an end to it.
    #[error("the invoice had {MAX_QUOTES} quotes already")]
    TooOften,
    /// The new terms change more than they may, or go back in time.
    #[error("the new terms do not renew the invoice's own")]
    OtherTerms,
}

impl Invoice {
    /// How its buyer may go on at this time of the clock. Whether it has expired is not asked of the clock: that was
    /// pronounced, as of a sync.
    ///
    /// # Errors
    /// [`NotRenewed`] says why not.
    pub fn renewal(&self, at: Timestamp) -> Result<Renewal, NotRenewed> {
        if self.verdict.status() != Status::Expired {
            return Err(NotRenewed::NotExpired);
        }
        if !self.refunds.is_empty() {
            return Err(NotRenewed::RefundAsked);
        }
        if at >= self.terms.monitoring_ends_at() {
            return Err(NotRenewed::Unwatched);
        }
        if self.requotes.saturating_add(1) >= MAX_QUOTES {
            return Err(NotRenewed::TooOften);
        }
        match self.terms.asked() {
            Asked::Anything if self.received() == Amount::ZERO => Ok(Renewal::MoreTime),
            _ if self.received() == Amount::ZERO => Ok(Renewal::NewPrice),
            _ if self.verdict.flag() != Flag::PaidPartial => Err(NotRenewed::PaidLate),
            _ if self.extended => Err(NotRenewed::Extended),
            _ if !self.came_in_time() => Err(NotRenewed::PartLate),
            _ if at >= self.terms.expires_at().plus_secs(GRACE_SECS) => Err(NotRenewed::AskedLate),
            _ => Ok(Renewal::MoreTime),
        }
    }

    /// Whether a good part of the price was seen before expiry, and counts.
    fn came_in_time(&self) -> bool {
        let seen_at = sights(&self.payments);
        let in_time = |p: &&Payment| p.is_live() && seen_at[&p.outpoint.txid] < self.terms.expires_at();
        let came = sum(self.payments.iter().filter(in_time)).to_sat();
        let due = self.terms.due().map_or(0, Amount::to_sat);
        came > 0 && came >= due.div_ceil(GOOD_PART)
    }
}

/// Takes new terms in. Terms that were taken before are taken still.
pub(super) fn requote(
    invoice: &mut Invoice,
    terms: &Terms,
    at: Timestamp,
    moment: Moment,
    events: &mut Vec<Event>,
) -> Result<(), Refused> {
    if invoice.terms == *terms {
        return Ok(());
    }
    let renewal = invoice.renewal(at).map_err(Refused::Renewal)?;
    if !renews(&invoice.terms, terms, renewal) || terms.expires_at() <= at.max(moment.synced_at) {
        return Err(Refused::Renewal(NotRenewed::OtherTerms));
    }
    invoice.extended |= invoice.received() > Amount::ZERO;
    invoice.requotes = invoice.requotes.saturating_add(1);
    invoice.terms = terms.clone();
    events.push(Event::Requoted { due: terms.due(), expires_at: terms.expires_at() });
    Ok(())
}

/// Whether terms differ from those before as a renewal may make them: the price only where all of it is asked anew,
/// and the times only forward, so that what came in time stays in time.
fn renews(before: &Terms, after: &Terms, renewal: Renewal) -> bool {
    let (expires_at, monitoring_ends_at) = (after.expires_at(), after.monitoring_ends_at());
    let priced = matches!((before.asked(), after.asked()), (Asked::Exactly { .. }, Asked::Exactly { .. }));
    before.requoted(after.asked(), expires_at, monitoring_ends_at).as_ref() == Ok(after)
        && expires_at > before.expires_at()
        && monitoring_ends_at >= before.monitoring_ends_at()
        && (before.asked() == after.asked() || priced && renewal == Renewal::NewPrice)
}
