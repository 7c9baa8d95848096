//! The pages of a store's invoices: the list, a new one, and all there is to know about one.

mod bulk;
mod create;
mod csv;
mod decide;
pub(super) mod deliveries;
mod detail;
mod filter;
mod list;
mod practice;
mod timeline;
mod views;
pub(super) mod words;

use super::{Route, Who};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/invoices", Who::Owner).get(list::show),
        Route::at("/stores/{store}/invoices.csv", Who::Owner).gets_file(csv::file),
        Route::at("/stores/{store}/invoices/archive", Who::Owner).post(bulk::archive),
        Route::at("/stores/{store}/invoices/views", Who::Owner).post(views::save),
        Route::at("/stores/{store}/invoices/views/delete", Who::Owner).post(views::delete),
        Route::at("/stores/{store}/invoices/create", Who::Owner).get(create::form).post(create::submit),
        Route::at("/stores/{store}/invoices/{invoice}", Who::Owner).get(detail::show),
        Route::at("/stores/{store}/invoices/{invoice}/deliveries/{delivery}/resend", Who::Owner)
            .post(deliveries::resend),
        Route::at("/stores/{store}/invoices/{invoice}/mark/{mark}", Who::Owner)
            .get(decide::ask_mark)
            .post(decide::make_mark),
        Route::at("/stores/{store}/invoices/{invoice}/archive", Who::Owner).post(decide::archive),
        Route::at("/stores/{store}/invoices/{invoice}/unarchive", Who::Owner).post(decide::unarchive),
        Route::at("/stores/{store}/invoices/{invoice}/pay", Who::Owner).post(practice::pay),
        Route::at("/stores/{store}/invoices/{invoice}/mine", Who::Owner).post(practice::mine),
    ]
}
