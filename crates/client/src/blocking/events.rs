//! An invoice's events, one after the other.

use std::fmt;
use std::sync::Arc;

use super::Driver;
use crate::{Error, Invoice};

/// The states of an invoice, as [`Events`](crate::Events) has them: each call of `next` waits for one.
pub struct Events {
    pub(super) inner: crate::Events,
    pub(super) driver: Arc<Driver>,
}

impl Iterator for Events {
    type Item = Result<Invoice, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.driver.wait(self.inner.next())
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
