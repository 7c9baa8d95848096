//! The module `specie._native`: what the Python package lets the Rust client do.
//!
//! It hands over and decides nothing: keys and signatures, calls as JSON texts, signatures of webhooks. All that a
//! Python developer sees (names, types, errors) is Python, in `specie/`. Never here: a rule, or `unsafe` by hand.

mod connection;
mod failure;
mod keys;
mod runtime;
mod webhooks;

/// Not for use by itself: what is in here changes without notice.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::connection::{Connection, Pending};
    #[pymodule_export]
    use crate::failure::Failure;
    #[pymodule_export]
    use crate::keys::Key;
    #[pymodule_export]
    use crate::runtime::close;
    #[pymodule_export]
    use crate::webhooks::{check_btcpay_webhook, check_webhook, now, sign_webhook};
}
