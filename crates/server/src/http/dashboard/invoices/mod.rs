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

use super::Route;
use super::Who::May;
use crate::app::Permission;

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/invoices", May(Permission::SeeInvoices)).get(list::show),
        Route::at("/stores/{store}/invoices.csv", May(Permission::SeeMoney)).gets_file(csv::file),
        Route::at("/stores/{store}/invoices/archive", May(Permission::Decide)).post(bulk::archive),
        Route::at("/stores/{store}/invoices/views", May(Permission::SeeInvoices)).post(views::save),
        Route::at("/stores/{store}/invoices/views/delete", May(Permission::SeeInvoices)).post(views::delete),
        Route::at("/stores/{store}/invoices/create", May(Permission::MakeInvoices))
            .get(create::form)
            .post(create::submit),
        Route::at("/stores/{store}/invoices/{invoice}", May(Permission::SeeInvoices)).get(detail::show),
        Route::at("/stores/{store}/invoices/{invoice}/deliveries/{delivery}/resend", May(Permission::Decide))
            .post(deliveries::resend),
        Route::at("/stores/{store}/invoices/{invoice}/mark/{mark}", May(Permission::Decide))
            .get(decide::ask_mark)
            .post(decide::make_mark),
        Route::at("/stores/{store}/invoices/{invoice}/archive", May(Permission::Decide))
            .post(decide::archive),
        Route::at("/stores/{store}/invoices/{invoice}/unarchive", May(Permission::Decide))
            .post(decide::unarchive),
        Route::at("/stores/{store}/invoices/{invoice}/practice", May(Permission::Practise))
            .post(practice::play),
    ]
}
