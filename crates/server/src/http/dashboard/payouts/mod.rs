//! The pages of payouts: what waits to be paid, the transactions that pay it, and how they are signed
//! elsewhere. Nothing here can sign.

mod fee;
mod files;
mod list;
mod qr;
mod sign;
mod spend;
pub(super) mod words;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;

use super::Route;
use super::Who::May;
use crate::app::Permission;

pub(super) use fee::{Chosen, Purpose};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/payouts", May(Permission::SeeMoney))
            .get(list::show)
            .post_by(Permission::PayOut, list::build),
        Route::at("/stores/{store}/payouts/{spend}", May(Permission::SeeMoney)).get(spend::show),
        Route::at("/stores/{store}/payouts/{spend}/psbt", May(Permission::PayOut)).gets_file(files::binary),
        Route::at("/stores/{store}/payouts/{spend}/psbt.txt", May(Permission::PayOut)).gets_file(files::text),
        Route::at("/stores/{store}/payouts/{spend}/qr.svg", May(Permission::PayOut))
            .gets_file(files::moving_qr),
        Route::at("/stores/{store}/payouts/{spend}/sign", May(Permission::PayOut))
            .post(sign::take.layer(DefaultBodyLimit::max(sign::MAX_BODY))),
        Route::at("/stores/{store}/payouts/{spend}/practise", May(Permission::PayOut)).post(sign::practise),
        Route::at("/stores/{store}/payouts/{spend}/cancel", May(Permission::PayOut)).post(spend::cancel),
        Route::at("/stores/{store}/payouts/{spend}/bump", May(Permission::PayOut)).post(spend::bump),
    ]
}
