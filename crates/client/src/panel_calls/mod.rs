//! Every call of the panel's API, as a [`Call`] to be sent by a [`Panel`](crate::Panel), whose methods
//! they are as well.

mod invoices;
mod stores;
mod webhooks;

pub use invoices::*;
pub use stores::*;
pub use webhooks::*;

use crate::{Call, Method};

fn panel<T, const N: usize>(method: Method, path: [&str; N]) -> Call<T> {
    Call::new(method, ["api", "v1"].into_iter().chain(path))
}
