//! A store at a glance: what it sold, what it has, what is under way, and whether all is well. Everything is read from
//! what is kept summed up, so that it costs the same however long the history is.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::ledger::Account;
use specie_core::money::Currency;
use specie_core::quote::Rate;
use specie_core::time::Timestamp;
use specie_db::invoices::{self, Filter};
use specie_db::summaries::{self, Sales};
use specie_db::{DbError, Reader, pairing, postings};

use super::summary::PENDING;
use super::view::InvoiceView;
use super::{App, AppError, Network, Store};

/// How many days are shown.
const DAYS: i64 = 30;
/// How many of the newest invoices are shown.
const NEWEST: u32 = 10;

/// A time that is told of, ending today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Today.
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    Month,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => DAYS,
        }
    }
}

/// What was sold in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// The currency.
    pub currency: Currency,
    /// Each of the last 30 days, the oldest first: its number since the epoch, and what was sold.
    pub days: Vec<(i64, Sales)>,
    /// Each [`Period`], in their order: what was sold in it, and in the same number of days before it.
    pub periods: [(Sales, Sales); 3],
}

/// What was earned, and neither lost nor given back, in satoshis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Now.
    pub now: i64,
    /// At the end of each of the last 30 days, the oldest first.
    pub days: Vec<(i64, i64)>,
}

/// Whether a store can sell, and what keeps it from that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The height that its chain was followed to; none, if it was not yet.
    pub height: Option<u32>,
    /// When it was last known to be followed to its tip.
    pub followed_at: Timestamp,
    /// Why the last look at it failed.
    pub trouble: Option<String>,
    /// The rate of the store's own currency; none, if there is none that is believed.
    pub rate: Option<Rate>,
}

/// A store at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// When it was looked at.
    pub at: Timestamp,
    /// What was sold in the last 60 days, in the store's own currency first.
    pub sold: Vec<Sold>,
    /// Satoshis that came and are not in the ledger.
    pub pending: i64,
    /// What was earned.
    pub balance: Balance,
    /// The newest invoices.
    pub newest: Vec<InvoiceView>,
    /// There is a wallet to be paid to; a practice store has its own.
    pub has_wallet: bool,
    /// A program was let in.
    pub is_paired: bool,
    /// Whether all is well.
    pub health: Health,
}

impl App {
    /// A store at a glance.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn overview(&self, store: &Store) -> Result<Overview, AppError> {
        let (id, own, now) = (store.id, store.currency, self.now());
        let today = now.day();
        let newest = Filter {
            statuses: vec![],
            order_id: None,
            item_code: None,
            archived: false,
            from: Timestamp::EPOCH,
            until: Timestamp::from_millis(i64::MAX),
            limit: NEWEST,
            offset: 0,
        };
        let read = self.0.db.read(move |r| {
            let sold = sold(own, today, summaries::sales_since(r, id, today - 2 * DAYS + 1)?);
            let totals = summaries::totals(r, id)?;
            let pending = totals.iter().find(|(name, _)| name == PENDING).map_or(0, |(_, value)| *value);
            let newest = invoices::list(r, id, &newest)?;
            let is_paired = !pairing::tokens_of_store(r, id)?.is_empty();
            Ok::<_, AppError>((sold, pending, balance(r, id, today)?, newest, is_paired))
        });
        let (sold, pending, balance, newest, is_paired) = read.await?;
        Ok(Overview {
            at: now,
            sold,
            pending,
            balance,
            newest: newest.iter().map(|record| self.view_now(record, store)).collect(),
            has_wallet: store.wallet_id.is_some() || store.network == Network::SANDBOX.name,
            is_paired: is_paired || self.has_api_key(id).await?,
            health: self.health(store).await,
        })
    }

    async fn health(&self, store: &Store) -> Health {
        let chain = self.chain_state(&store.network);
        Health {
            height: chain.locator.tip().map(|tip| tip.height),
            followed_at: chain.locator.synced_at,
            trouble: chain.trouble,
            rate: self.rate(Some(store), store.currency).await.ok(),
        }
    }
}

/// Sales by currency: the store's own first, even if there were none; then the others by their codes.
fn sold(own: Currency, today: i64, sales: Vec<(i64, Currency, Sales)>) -> Vec<Sold> {
    let mut by_currency = BTreeMap::from([(own.code(), (own, BTreeMap::new()))]);
    for (day, currency, sales) in sales.into_iter().filter(|(_, _, sales)| *sales != Sales::default()) {
        let (_, days) = by_currency.entry(currency.code()).or_insert((currency, BTreeMap::new()));
        days.insert(day, sales);
    }
    let mut all: Vec<Sold> =
        by_currency.into_values().map(|(currency, days)| Sold::of(currency, today, &days)).collect();
    all.sort_by_key(|sold| sold.currency != own);
    all
}

impl Sold {
    fn of(currency: Currency, today: i64, days: &BTreeMap<i64, Sales>) -> Self {
        let between = |from: i64, to: i64| {
            let nothing = Sales { amount: Decimal::ZERO, ..Sales::default() };
            days.range(from..=to).fold(nothing, |sum, (_, sales)| sum.plus(*sales))
        };
        let period = |period: Period| {
            let length = period.days();
            (between(today - length + 1, today), between(today - 2 * length + 1, today - length))
        };
        Self {
            currency,
            days: (today - DAYS + 1..=today)
                .map(|day| (day, days.get(&day).copied().unwrap_or_default()))
                .collect(),
            periods: Period::ALL.map(period),
        }
    }
}

/// What is there now, and each day's end before it: what changed on a day is taken back for the day before.
fn balance(r: &Reader<'_>, store: StoreId, today: i64) -> Result<Balance, DbError> {
    let accounts = Account::EARNINGS.map(|account| postings::balance(r, store, account));
    let now = -accounts.into_iter().sum::<Result<i64, _>>()?;
    let mut changes = BTreeMap::<i64, i64>::new();
    for change in postings::days(r, store, today - DAYS + 1, i64::MAX)? {
        if Account::EARNINGS.contains(&change.account) {
            *changes.entry(change.day).or_default() -= change.amount;
        }
    }
    let mut at_end = now - changes.range(today + 1..).map(|(_, change)| change).sum::<i64>();
    let mut days = Vec::new();
    for day in (today - DAYS + 1..=today).rev() {
        days.push((day, at_end));
        at_end -= changes.get(&day).copied().unwrap_or(0);
    }
    days.reverse();
    Ok(Balance { now, days })
}
