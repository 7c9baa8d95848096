//! Claims: asking a buyer where a refund goes. The link is 128 bits that only this server can make, bound to
//! one refund; it asks once, and for a while. To change what was answered takes the merchant, who makes a
//! new link: the old one is dead then.

use bitcoin::{Address, ScriptBuf};
use specie_core::ids::{RefundId, StoreId};
use specie_core::invoice::RefundStanding;
use specie_core::time::Timestamp;
use specie_db::refunds::{self, Destination, RefundRecord};
use specie_db::{Reader, invoices, stores};

use super::audit::Deed;
use super::refund_view::{ClaimLink, RefundState, RefundView};
use super::refunds::{check_destination, script_of};
use super::view::InvoiceView;
use super::{App, AppError};
use crate::secret::{ServerKey, fingerprint};

/// What tells these links from other secrets of the server's key.
const PURPOSE: &str = "refund claim";
/// How long a buyer is asked.
const DAYS: i64 = 30;
/// A link has no more characters than this.
const MAX_TOKEN: usize = 22;

/// A link that asks.
pub(super) struct Link {
    token: String,
    ends_at: Timestamp,
}

impl Link {
    /// A link that asks from now on.
    pub(super) fn new(key: &ServerKey, id: RefundId, generation: u32, now: Timestamp) -> Self {
        Self::of(key, id, generation, now.plus_secs(DAYS * 24 * 60 * 60))
    }

    /// The link that was made before.
    pub(super) fn of(key: &ServerKey, id: RefundId, generation: u32, ends_at: Timestamp) -> Self {
        Self { token: key.link(PURPOSE, id.as_bytes(), generation), ends_at }
    }

    /// Where a refund goes: the script that is known, or whatever the link asks for.
    pub(super) fn destination(
        link: Option<&Self>,
        claim_generation: u32,
        script: Option<ScriptBuf>,
    ) -> Destination {
        Destination {
            script,
            claim: link.map(|link| fingerprint(&link.token)),
            claim_generation,
            claim_ends_at: link.map(|link| link.ends_at),
        }
    }

    pub(super) fn shown(self, server: &str) -> ClaimLink {
        ClaimLink { url: format!("{server}/refund/{}", self.token), ends_at: self.ends_at }
    }
}

/// A refund as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimView {
    /// The refund.
    pub refund: RefundView,
    /// The invoice.
    pub invoice: InvoiceView,
    /// An address can be given.
    pub asks: bool,
    /// It is too late for that.
    pub ended: bool,
    /// Until when it can be given; none once it was.
    pub ends_at: Option<Timestamp>,
}

impl App {
    /// The refund that a link is for.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if there is no such link, or another took its place.
    pub async fn claim(&self, token: &str) -> Result<ClaimView, AppError> {
        let (app, claim) = (self.clone(), claim_of(token)?);
        self.0.db.read(move |r| app.shown_claim(r, refunds::find_by_claim(r, claim)?)).await
    }

    /// What an answer to a link would be taken for: the refund, and the address as it is written. Nothing is
    /// changed.
    ///
    /// # Errors
    /// As [`answer_claim`](Self::answer_claim).
    pub async fn read_claim_answer(
        &self,
        token: &str,
        address: &str,
    ) -> Result<(ClaimView, String), AppError> {
        let (app, claim, address, now) = (self.clone(), claim_of(token)?, address.to_owned(), self.now());
        let read = self.0.db.read(move |r| {
            let record = refunds::find_by_claim(r, claim)?.ok_or(AppError::RefundNotFound)?;
            let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
            let network = app.network_of(&store.network)?;
            let script = script_of(&address, &network)?;
            match &record.script {
                Some(given) if *given != script => return Err(AppError::ClaimAnswered),
                None if !asks(&record, now) => return Err(AppError::ClaimEnded),
                None => check_destination(r, &store.network, Some(&script), record.refund.amount)?,
                Some(_) => {}
            }
            let address = Address::from_script(&script, network.params).map_err(|_| AppError::Address)?;
            Ok((app.shown_claim(r, Some(record))?, address.to_string()))
        });
        read.await
    }

    /// Says where a refund goes, as its buyer: once.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if there is no such link; [`AppError::ClaimEnded`] if it asks no more;
    /// [`AppError::ClaimAnswered`] if another address was given; [`AppError::Address`] if this is none.
    pub async fn answer_claim(&self, token: &str, address: &str) -> Result<ClaimView, AppError> {
        let (app, claim, address, now) = (self.clone(), claim_of(token)?, address.to_owned(), self.now());
        let answered = self.0.db.write("answer_claim", move |tx| {
            let found = refunds::find_by_claim(tx, claim)?.ok_or(AppError::RefundNotFound)?;
            let record = refunds::lock(tx, found.refund.id)?.ok_or(AppError::RefundNotFound)?;
            let store = stores::find(tx, record.store_id)?.ok_or(AppError::StoreNotFound)?;
            let script = script_of(&address, &app.network_of(&store.network)?)?;
            if record.script.as_ref().is_some_and(|given| *given != script) {
                return Err(AppError::ClaimAnswered);
            }
            // The merchant may have made a new link in between.
            if record.claim_generation != found.claim_generation {
                return Err(AppError::RefundNotFound);
            }
            let changed = record.script.is_none();
            if changed {
                if !asks(&record, now) {
                    return Err(AppError::ClaimEnded);
                }
                check_destination(tx, &store.network, Some(&script), record.refund.amount)?;
                let destination = Destination {
                    script: Some(script),
                    claim: Some(claim),
                    claim_generation: record.claim_generation,
                    claim_ends_at: record.claim_ends_at,
                };
                refunds::set_destination(tx, record.refund.id, &destination)?;
            }
            let record = refunds::find(tx, record.refund.id)?;
            Ok::<_, AppError>((app.shown_claim(tx, record)?, changed))
        });
        let (view, changed) = answered.await?;
        if changed {
            tracing::info!(refund = %view.refund.id, "a buyer said where a refund goes");
            self.0.outside.changed(view.invoice.id);
        }
        Ok(view)
    }

    /// Asks the buyer of a refund again, by a new link; what was answered before is forgotten.
    ///
    /// # Errors
    /// [`AppError::RefundNotFound`] if the store has none of that id; [`AppError::RefundBuilt`] if a
    /// transaction for it was built already: that is cancelled first.
    pub async fn ask_again(&self, store: StoreId, id: RefundId) -> Result<RefundView, AppError> {
        let now = self.now();
        self.redirect(Deed::RefundAskedAgain, (store, id), move |key, generation| {
            let link = Link::new(key, id, generation, now);
            Ok(Link::destination(Some(&link), generation, None))
        })
        .await
    }

    /// Says where a refund goes, as the merchant. The link that asked the buyer is dead then.
    ///
    /// # Errors
    /// As [`ask_again`](Self::ask_again); and [`AppError::Address`].
    pub async fn send_refund_to(
        &self,
        store: StoreId,
        id: RefundId,
        address: &str,
    ) -> Result<RefundView, AppError> {
        let network = self.network_of(&self.store(store).await?.network)?;
        let script = script_of(address, &network)?;
        let to =
            move |_: &ServerKey, generation| Ok(Link::destination(None, generation, Some(script.clone())));
        self.redirect(Deed::RefundAddressed, (store, id), to).await
    }

    async fn redirect(
        &self,
        deed: Deed,
        (store, id): (StoreId, RefundId),
        to: impl Fn(&ServerKey, u32) -> Result<Destination, AppError> + Send + 'static,
    ) -> Result<RefundView, AppError> {
        let app = self.clone();
        let noted = self.note(Some(store), deed, id.to_string());
        let redirected = self.0.db.write("redirect_refund", move |tx| {
            let record = refunds::lock(tx, id)?.filter(|record| record.store_id == store);
            let record = record.ok_or(AppError::RefundNotFound)?;
            if record.refund.standing != RefundStanding::Pending {
                return Err(AppError::RefundOver);
            }
            if record.spend_id.is_some() {
                return Err(AppError::RefundBuilt);
            }
            let destination = to(&app.0.key, record.claim_generation.saturating_add(1))?;
            let shop = stores::find(tx, store)?.ok_or(AppError::StoreNotFound)?;
            check_destination(tx, &shop.network, destination.script.as_ref(), record.refund.amount)?;
            refunds::set_destination(tx, id, &destination)?;
            noted.add(tx)?;
            let record = refunds::find(tx, id)?.ok_or(AppError::RefundNotFound)?;
            app.refund_view(tx, &record, &app.shown_network(&shop.network))
        });
        let view = redirected.await?;
        self.0.outside.changed(view.invoice_id);
        Ok(view)
    }

    fn shown_claim(&self, r: &Reader<'_>, record: Option<RefundRecord>) -> Result<ClaimView, AppError> {
        let record = record.ok_or(AppError::RefundNotFound)?;
        let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
        let invoice = invoices::find(r, record.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
        let refund = self.refund_view(r, &record, &self.shown_network(&store.network))?;
        let asks = asks(&record, self.now());
        let wanted = refund.state == RefundState::AddressWanted;
        Ok(ClaimView {
            invoice: self.view_now(&invoice, &store),
            ended: wanted && !asks,
            ends_at: record.claim_ends_at.filter(|_| wanted),
            asks,
            refund,
        })
    }
}

fn asks(record: &RefundRecord, now: Timestamp) -> bool {
    let pending = record.refund.standing == RefundStanding::Pending && record.script.is_none();
    pending && record.claim_ends_at.is_some_and(|ends_at| now < ends_at)
}

/// What a link is found by.
fn claim_of(token: &str) -> Result<[u8; 32], AppError> {
    if token.len() > MAX_TOKEN { Err(AppError::RefundNotFound) } else { Ok(fingerprint(token)) }
}
