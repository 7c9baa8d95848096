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

use super::{Route, Who};

pub(super) use fee::{Chosen, Purpose};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/payouts", Who::Owner).get(list::show).post(list::build),
        Route::at("/stores/{store}/payouts/{spend}", Who::Owner).get(spend::show),
        Route::at("/stores/{store}/payouts/{spend}/psbt", Who::Owner).gets_file(files::binary),
        Route::at("/stores/{store}/payouts/{spend}/psbt.txt", Who::Owner).gets_file(files::text),
        Route::at("/stores/{store}/payouts/{spend}/qr.svg", Who::Owner).gets_file(files::moving_qr),
        Route::at("/stores/{store}/payouts/{spend}/sign", Who::Owner)
            .post(sign::take.layer(DefaultBodyLimit::max(sign::MAX_BODY))),
        Route::at("/stores/{store}/payouts/{spend}/practise", Who::Owner).post(sign::practise),
        Route::at("/stores/{store}/payouts/{spend}/cancel", Who::Owner).post(spend::cancel),
        Route::at("/stores/{store}/payouts/{spend}/bump", Who::Owner).post(spend::bump),
    ]
}
