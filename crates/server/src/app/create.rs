//! Making an invoice: one transaction, no network I/O.

use specie_core::ids::{InvoiceId, StoreId, WalletId};
use specie_core::invoice::{Asked, Invoice, NewInvoice, Terms, open, open_later};
use specie_core::quote::{self, Rate};
use specie_core::time::Timestamp;
use specie_db::invoices::{self, InvoiceRecord};
use specie_db::{Lane, Tx, events, postings, stores, wallets};

use super::deliveries::Writing;
use super::idempotency::{Answered, Idempotency, once};
use super::issue::{Taking, issue};
use super::view::{InvoiceFilter, InvoicePage, InvoiceView, Place, Showing};
use super::wallets::Window;
use super::{App, AppError, Grant, Network, Store};
use crate::entropy::{self, IdSeed};

/// The least time to pay that a shop may ask for, in seconds.
pub const MIN_EXPIRY_SECS: i64 = 30;

/// The most time to pay that a shop may ask for, in seconds.
const MAX_EXPIRY_SECS: i64 = 366 * 24 * 60 * 60;

/// All that is decided before the transaction begins.
struct Draft {
    id: InvoiceId,
    store: Store,
    network: Network,
    new: NewInvoice,
    rate: Option<Rate>,
    terms: Terms,
    /// The wallet whose next address it takes; none if nothing is asked, or it is issued later.
    wallet: Option<(WalletId, std::sync::Arc<Window>)>,
    seed: IdSeed,
    server: String,
    tip_height: u32,
    now: Timestamp,
}

/// What the transaction led to.
struct Created {
    made: Answered<InvoiceView>,
    /// What was taken of the wallet; none if nothing is asked, if it is issued later, or if this is
    /// the answer given to the same request before.
    issued: Option<Taking>,
}

impl App {
    /// Makes an invoice in a store. The same request made again gets the same answer.
    ///
    /// # Errors
    /// [`AppError`]: no rate, no wallet, an expiry too near, a price of zero, a chain that could
    /// not be followed yet; or a database that cannot write.
    pub async fn create_invoice(
        &self,
        store: Store,
        new: NewInvoice,
        idempotency: Option<Idempotency>,
    ) -> Result<InvoiceView, AppError> {
        Ok(self.create_or_repeat(store, new, idempotency).await?.answer)
    }

    /// As [`create_invoice`](Self::create_invoice), and says whether the answer is one given before.
    ///
    /// # Errors
    /// As [`create_invoice`](Self::create_invoice).
    pub async fn create_or_repeat(
        &self,
        store: Store,
        new: NewInvoice,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<InvoiceView>, AppError> {
        let draft = match self.draft(store, new).await {
            Ok(draft) => draft,
            // There may be no rate any more, or the time that was asked for is over.
            Err(error) => return self.answered_or(idempotency, error).await,
        };
        let (network, wallet, app) = (draft.network.name, draft.wallet.clone(), self.clone());
        let making = self.clone();
        // Those that take an index of the same wallet wait for each other, and for nobody else.
        let lane = wallet.as_ref().map_or(Lane::Common, |(id, _)| Lane::Wallet(*id));
        let created = self.0.db.write_then(
            lane,
            "create_invoice",
            move |tx| {
                // Before the key: a batch may have the wallet already, and all take the two in one order.
                if let (Some((id, _)), true) = (&draft.wallet, idempotency.as_ref().is_some_and(|w| w.strict))
                {
                    wallets::lock(tx, *id)?;
                }
                let mut issued = None;
                let made = once(tx, idempotency.as_ref(), draft.now, |tx| {
                    let (view, taking) = insert(&making, tx, &draft)?;
                    issued = taking;
                    Ok(view)
                })?;
                Ok::<_, AppError>(Created { made, issued })
            },
            // With the commit, not with the answer: a client that hangs up must not leave behind
            // an address that nobody watches.
            move |created: &Created| {
                if let Some(taking) = &created.issued {
                    app.0.outside.issued(network, &taking.script);
                }
                app.0.outside.deliveries_written();
            },
        );
        let created: Created = created.await?;
        if let (Some(taking), Some((_, window))) = (created.issued, wallet) {
            window.advance(taking.index);
        }
        Ok(created.made)
    }

    async fn draft(&self, store: Store, new: NewInvoice) -> Result<Draft, AppError> {
        let now = self.now();
        let network = self
            .network(&store.network)
            .cloned()
            .ok_or_else(|| AppError::NetworkNotFollowed(store.network.clone()))?;
        let free = new.price().is_some_and(|price| price.amount.is_zero());
        if free && !store.settings.allow_zero_price {
            return Err(AppError::ZeroPrice);
        }
        let chain = self.chain_state(network.name);
        if !free && chain.locator.blocks.is_empty() {
            return Err(AppError::ChainNotFollowed(network.name));
        }
        let rate = if free { None } else { Some(self.rate(Some(&store), new.currency()).await?) };
        let asked = match (new.price(), &rate) {
            (Some(price), Some(rate)) => {
                let due = quote::due(price, rate)?;
                Asked::exactly(due, store.settings.tolerance)
            }
            (None, _) => Asked::Anything,
            (Some(_), None) => Asked::Nothing,
        };
        let expires_at = new.expires_at().unwrap_or_else(|| now.plus_secs(store.settings.expiry_secs));
        if expires_at < now.plus_secs(MIN_EXPIRY_SECS) {
            return Err(AppError::ExpiresTooSoon);
        }
        if expires_at > now.plus_secs(MAX_EXPIRY_SECS) {
            return Err(AppError::ExpiresTooLate);
        }
        let terms = Terms::new(
            asked,
            new.speed().unwrap_or(store.settings.speed),
            store.settings.unconfirmed_limit,
            now,
            expires_at,
            expires_at.plus_secs(store.settings.monitoring_secs),
        )?;
        let wallet = match store.wallet_id {
            _ if free => None,
            Some(_) if new.issued_later() => None,
            Some(wallet) => Some((wallet, self.window(wallet).await?)),
            None => return Err(AppError::NoWallet),
        };
        let id = InvoiceId::from_bytes(entropy::id(now));
        Ok(Draft {
            id,
            tip_height: self.chain_state(network.name).shown_height,
            store,
            network,
            new,
            rate,
            terms,
            wallet,
            seed: IdSeed::new(now),
            server: self.public_url(),
            now,
        })
    }

    /// The invoice of that id as it is now; only of one store, if that is given.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none, or it is another store's.
    pub async fn invoice(&self, id: InvoiceId, of_store: Option<StoreId>) -> Result<InvoiceView, AppError> {
        let (record, store) = self.find_invoice(id, of_store).await?;
        Ok(self.view_now(&record, &store))
    }

    pub(super) async fn find_invoice(
        &self,
        id: InvoiceId,
        of_store: Option<StoreId>,
    ) -> Result<(InvoiceRecord, Store), AppError> {
        let found = self.0.db.read(move |r| invoices::find(r, id)).await?;
        let record = found.filter(|record| of_store.is_none_or(|store| store == record.store_id));
        let record = record.ok_or(AppError::InvoiceNotFound)?;
        let (store, kept) = (record.store_id, &self.0.kept.stores);
        let store = self.0.db.read_kept(kept, store, move |r| specie_db::stores::find(r, store)).await?;
        Ok((record, store.ok_or(AppError::StoreNotFound)?))
    }

    /// The invoice of that id as it is now, and how much has happened to it.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none.
    pub async fn invoice_as_of(&self, id: InvoiceId) -> Result<(InvoiceView, i64), AppError> {
        let (record, store) = self.find_invoice(id, None).await?;
        Ok((self.view_now(&record, &store), record.event_count))
    }

    /// A store's invoices, newest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn list_invoices(
        &self,
        store: &Store,
        filter: InvoiceFilter,
    ) -> Result<Vec<InvoiceView>, AppError> {
        let id = store.id;
        let found = self.0.db.read(move |r| invoices::list(r, id, &filter)).await?;
        Ok(found.iter().map(|record| self.view_now(record, store)).collect())
    }

    /// A page of a store's invoices, newest first, and the place after it if more follows.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn invoice_page(
        &self,
        store: &Store,
        wanted: InvoicePage,
    ) -> Result<(Vec<InvoiceView>, Option<Place>), AppError> {
        let (id, limit) = (store.id, wanted.limit as usize);
        // One more than is wanted says whether more follows.
        let wanted = InvoicePage { limit: wanted.limit.saturating_add(1), ..wanted };
        let mut found = self.0.db.read(move |r| invoices::page(r, id, &wanted)).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(Place::of);
        Ok((found.iter().map(|record| self.view_now(record, store)).collect(), next))
    }

    /// The invoice of that number, if a token may look at it.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if there is none, [`AppError::NotAllowed`] if it is not the
    /// token's to look at.
    pub async fn invoice_by_number(&self, grant: &Grant, number: i64) -> Result<InvoiceView, AppError> {
        let read = self.0.db.read(move |r| {
            let record = invoices::find_by_number(r, number)?.ok_or(AppError::InvoiceNotFound)?;
            let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
            Ok::<_, AppError>((record, store))
        });
        let (record, store) = read.await?;
        if grant.reads(&store) { Ok(self.view_now(&record, &store)) } else { Err(AppError::NotAllowed) }
    }

    pub(super) fn view_now(&self, record: &InvoiceRecord, store: &Store) -> InvoiceView {
        self.view(record, &record.invoice, store, self.chain_state(&record.network).shown_height)
    }

    pub(super) fn view(
        &self,
        record: &InvoiceRecord,
        invoice: &Invoice,
        store: &Store,
        tip: u32,
    ) -> InvoiceView {
        let network = self.shown_network(&record.network);
        let server = self.public_url();
        let showing = Showing { server: &server, tip_height: tip, now: self.now() };
        InvoiceView::new(record, invoice, store, &network, showing)
    }

    /// The network of that name, if payments can be seen on it.
    ///
    /// # Errors
    /// [`AppError::NetworkNotFollowed`], or [`AppError::ChainNotFollowed`] if it never was.
    pub(super) fn followed_network(&self, name: &str) -> Result<Network, AppError> {
        let network = self.network(name).ok_or_else(|| AppError::NetworkNotFollowed(name.to_owned()))?;
        match self.chain_state(network.name).locator.blocks.is_empty() {
            true => Err(AppError::ChainNotFollowed(network.name)),
            false => Ok(network.clone()),
        }
    }

    /// An invoice may be older than the present configuration: its network is shown all the same.
    pub(super) fn shown_network(&self, name: &str) -> Network {
        self.network(name).cloned().unwrap_or_else(|| Network::live(name).unwrap_or(Network::SANDBOX))
    }
}

/// Writes it down, and says what it took of the wallet.
fn insert(app: &App, tx: &mut Tx<'_>, draft: &Draft) -> Result<(InvoiceView, Option<Taking>), AppError> {
    let terms = draft.terms.clone();
    let opened = if draft.new.issued_later() { open_later(terms) } else { open(terms) };
    let taking = match &draft.wallet {
        Some((wallet, window)) => Some(issue(tx, draft.network.name, draft.id, *wallet, window)?),
        None => None,
    };
    let record = InvoiceRecord {
        id: draft.id,
        // The database gives it one.
        number: 0,
        store_id: draft.store.id,
        network: draft.network.name.to_owned(),
        price: draft.new.price().map(|price| price.amount),
        currency: draft.new.currency(),
        rate: draft.rate.clone(),
        on_chain: taking.as_ref().map(Taking::on_chain),
        order: draft.new.order().clone(),
        event_count: i64::try_from(opened.events.len()).unwrap_or(i64::MAX),
        archived: false,
        invoice: opened.invoice.clone(),
    };
    let record = InvoiceRecord { number: invoices::insert(tx, &record)?, ..record };
    events::append(tx, draft.id, 0, &opened.events, draft.now)?;
    let (store, invoice, event_count) = (record.store_id, record.id, record.event_count);
    let cause = postings::Cause { store, invoice, event_count, at: draft.now };
    postings::append(tx, &cause, &opened.postings)?;
    let view = InvoiceView::new(
        &record,
        &record.invoice,
        &draft.store,
        &draft.network,
        Showing { server: &draft.server, tip_height: draft.tip_height, now: draft.now },
    );
    let writing = Writing { view: &view, events: &opened.events, seed: &draft.seed, now: draft.now };
    app.write_deliveries(tx, &writing)?;
    Ok((view, taking))
}
