//! Lists of a store's invoices for people: a page from a place on, by any filter, and the places that the pages beside it
//! begin at. Made meanwhile or not, no invoice moves from one page to another.

use specie_db::invoices::{self, Cut, Place, Wanted};

use super::view::InvoiceView;
use super::{App, AppError, Store};

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Browsed {
    /// Newest first.
    pub invoices: Vec<InvoiceView>,
    /// The place that the page of newer ones ends before, if there may be any.
    pub newer: Option<Place>,
    /// The place that the page of older ones begins after, if there are any.
    pub older: Option<Place>,
}

impl App {
    /// A page of a store's invoices, at most so many. A page that would reach beyond the newest is the newest page.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn browse_invoices(
        &self,
        store: &Store,
        wanted: Wanted,
        cut: Cut,
        limit: u32,
    ) -> Result<Browsed, AppError> {
        let id = store.id;
        // One more than is shown says whether there is a page beside this one.
        let (most, asked) = (limit as usize, limit.saturating_add(1));
        let read = self.0.db.read(move |r| {
            let found = invoices::browse(r, id, &wanted, cut, asked)?;
            match cut {
                Cut::NewerThan(_) if found.len() <= most => {
                    Ok((invoices::browse(r, id, &wanted, Cut::Newest, asked)?, Cut::Newest))
                }
                _ => Ok::<_, AppError>((found, cut)),
            }
        });
        let (mut found, cut) = read.await?;
        let more = found.len() > most;
        match cut {
            Cut::NewerThan(_) => drop(found.drain(..found.len().saturating_sub(most))),
            Cut::Newest | Cut::OlderThan(_) => found.truncate(most),
        }
        let (first, last) = (found.first().map(Place::of), found.last().map(Place::of));
        let (newer, older) = match cut {
            Cut::Newest => (None, last.filter(|_| more)),
            Cut::OlderThan(place) => (Some(first.unwrap_or(place)), last.filter(|_| more)),
            Cut::NewerThan(_) => (first, last),
        };
        Ok(Browsed {
            invoices: found.iter().map(|record| self.view_now(record, store)).collect(),
            newer,
            older,
        })
    }
}
