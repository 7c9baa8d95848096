//! How often strangers may knock.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

const PAIRING_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const ANONYMOUS_INVOICES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// Limits per address.
pub struct Limits {
    /// Unsigned `POST /tokens`: pairing codes are short.
    pub pairing: DefaultKeyedRateLimiter<IpAddr>,
    /// Log-ins, successful or not.
    pub logins: DefaultKeyedRateLimiter<IpAddr>,
    /// Invoices made without credentials.
    pub anonymous_invoices: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pairing: RateLimiter::keyed(Quota::per_minute(PAIRING_PER_MINUTE)),
            logins: RateLimiter::keyed(Quota::per_minute(LOGINS_PER_MINUTE)),
            anonymous_invoices: RateLimiter::keyed(Quota::per_minute(ANONYMOUS_INVOICES_PER_MINUTE)),
        }
    }
}

impl Limits {
    /// Forgets the addresses that have been quiet, so that strangers cannot fill the memory.
    pub fn forget_the_quiet(&self) {
        for limiter in [&self.pairing, &self.logins, &self.anonymous_invoices] {
            limiter.retain_recent();
        }
    }
}
