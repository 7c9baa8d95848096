//! How often strangers may knock, and how often the server knocks at others' doors for somebody.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use specie_core::ids::StoreId;

const PAIRING_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const API_SESSIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const WRONG_TOKENS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
const APPLICATIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const ANONYMOUS_INVOICES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const BUTTONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(4).expect("not zero");
const BUTTONS_AT_ONCE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const STRANGERS_OF_STORE_PER_HOUR: NonZeroU32 = NonZeroU32::new(600).expect("not zero");
const CLAIMS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
const RENEWALS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const OPENINGS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const PRACTICE_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const WEBHOOK_TESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const NOTIFICATIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// How many looks there are between two clearings of the tables.
pub(super) const LOOKS: usize = 1024;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// `POST /tokens`: pairing codes are short.
    Pairing,
    /// `POST /sessions`.
    ApiSession,
    /// Log-ins, successful or not.
    LogIn,
    /// Requests with a token that is none.
    WrongToken,
    /// Applications for an account.
    Application,
    /// Invoices made without credentials.
    AnonymousInvoice,
    /// Pay buttons pressed, and links of theirs followed.
    Button,
    /// Addresses that buyers give for refunds.
    Claim,
    /// Invoices that buyers go on with.
    Renewal,
    /// Invoices that buyers have an address issued for.
    Opening,
    /// Scenarios that strangers play on practice invoices.
    Practice,
}

/// Limits per address, and of buttons, tests and repeated notifications per store; of IPv6 per network of 64
/// bits, since whoever has one address there has all of them.
pub struct Limits {
    pairing: DefaultKeyedRateLimiter<IpAddr>,
    api_sessions: DefaultKeyedRateLimiter<IpAddr>,
    logins: DefaultKeyedRateLimiter<IpAddr>,
    wrong_tokens: DefaultKeyedRateLimiter<IpAddr>,
    applications: DefaultKeyedRateLimiter<IpAddr>,
    anonymous_invoices: DefaultKeyedRateLimiter<IpAddr>,
    buttons: DefaultKeyedRateLimiter<IpAddr>,
    strangers_of_stores: DefaultKeyedRateLimiter<StoreId>,
    signed_buttons_of_stores: DefaultKeyedRateLimiter<StoreId>,
    claims: DefaultKeyedRateLimiter<IpAddr>,
    renewals: DefaultKeyedRateLimiter<IpAddr>,
    openings: DefaultKeyedRateLimiter<IpAddr>,
    practice: DefaultKeyedRateLimiter<IpAddr>,
    webhook_tests: DefaultKeyedRateLimiter<StoreId>,
    notifications: DefaultKeyedRateLimiter<StoreId>,
    looks: AtomicUsize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pairing: RateLimiter::keyed(Quota::per_minute(PAIRING_PER_MINUTE)),
            api_sessions: RateLimiter::keyed(Quota::per_minute(API_SESSIONS_PER_MINUTE)),
            logins: RateLimiter::keyed(Quota::per_minute(LOGINS_PER_MINUTE)),
            wrong_tokens: RateLimiter::keyed(Quota::per_minute(WRONG_TOKENS_PER_MINUTE)),
            applications: RateLimiter::keyed(Quota::per_minute(APPLICATIONS_PER_MINUTE)),
            anonymous_invoices: RateLimiter::keyed(Quota::per_minute(ANONYMOUS_INVOICES_PER_MINUTE)),
            buttons: RateLimiter::keyed(Quota::per_minute(BUTTONS_PER_MINUTE).allow_burst(BUTTONS_AT_ONCE)),
            strangers_of_stores: RateLimiter::keyed(Quota::per_hour(STRANGERS_OF_STORE_PER_HOUR)),
            signed_buttons_of_stores: RateLimiter::keyed(Quota::per_hour(STRANGERS_OF_STORE_PER_HOUR)),
            claims: RateLimiter::keyed(Quota::per_minute(CLAIMS_PER_MINUTE)),
            renewals: RateLimiter::keyed(Quota::per_minute(RENEWALS_PER_MINUTE)),
            openings: RateLimiter::keyed(Quota::per_minute(OPENINGS_PER_MINUTE)),
            practice: RateLimiter::keyed(Quota::per_minute(PRACTICE_PER_MINUTE)),
            webhook_tests: RateLimiter::keyed(Quota::per_minute(WEBHOOK_TESTS_PER_MINUTE)),
            notifications: RateLimiter::keyed(Quota::per_minute(NOTIFICATIONS_PER_MINUTE)),
            looks: AtomicUsize::new(0),
        }
    }
}

impl Limits {
    /// Whether an address may do this once more.
    pub fn allow(&self, what: Limited, from: IpAddr) -> bool {
        let limiter = match what {
            Limited::Pairing => &self.pairing,
            Limited::ApiSession => &self.api_sessions,
            Limited::LogIn => &self.logins,
            Limited::WrongToken => &self.wrong_tokens,
            Limited::Application => &self.applications,
            Limited::AnonymousInvoice => &self.anonymous_invoices,
            Limited::Button => &self.buttons,
            Limited::Claim => &self.claims,
            Limited::Renewal => &self.renewals,
            Limited::Opening => &self.openings,
            Limited::Practice => &self.practice,
        };
        // Addresses that have been quiet are forgotten, so that strangers cannot fill the memory.
        if self.looks.fetch_add(1, Ordering::Relaxed) % LOOKS == LOOKS - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&network(from)).is_ok()
    }

    /// Whether one more invoice of a store may be made by somebody whom it does not know, whoever that is.
    pub fn allow_strangers(&self, store: StoreId) -> bool {
        self.strangers_of_stores.retain_recent();
        self.strangers_of_stores.check_key(&store).is_ok()
    }

    /// The same by a button that the store signed: strangers use up nothing of these.
    pub fn allow_signed_button(&self, store: StoreId) -> bool {
        self.signed_buttons_of_stores.retain_recent();
        self.signed_buttons_of_stores.check_key(&store).is_ok()
    }

    /// Whether a store may have one more test sent: wherever it goes, somebody has to answer it.
    pub fn allow_webhook_test(&self, store: StoreId) -> bool {
        self.webhook_tests.retain_recent();
        self.webhook_tests.check_key(&store).is_ok()
    }

    /// Whether a store may have one more invoice told of again, to all who hear of it.
    pub fn allow_notification(&self, store: StoreId) -> bool {
        self.notifications.retain_recent();
        self.notifications.check_key(&store).is_ok()
    }
}

/// Whom an address stands for.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let limits = Limits::default();
        let allowed = |host: u16| {
            limits.allow(Limited::LogIn, IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 0, 0, 0, host)))
        };
        let passed = (0..30).filter(|host| allowed(*host)).count();
        assert_eq!(passed, LOGINS_PER_MINUTE.get() as usize);
        assert!(limits.allow(Limited::LogIn, IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 8, 0, 0, 0, 1))));
        assert!(limits.allow(Limited::Pairing, IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 0, 0, 0, 1))));
    }

    #[test]
    fn strangers_of_a_store_have_their_hour_whoever_they_are_and_signed_buttons_one_of_their_own() {
        let limits = Limits::default();
        let [one, other] = [1, 2].map(|byte| StoreId::from_bytes([byte; 16]));
        let passed = (0..1000).filter(|_| limits.allow_strangers(one)).count();
        assert_eq!(passed, STRANGERS_OF_STORE_PER_HOUR.get() as usize);
        assert!(limits.allow_strangers(other) && limits.allow_signed_button(one));
    }
}
