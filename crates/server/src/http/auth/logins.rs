//! How fast passwords may be tried at one account, from however many addresses.
//!
//! Nobody is locked out: who comes too soon waits, for seconds, and is asked to try again if it would take
//! longer. An address from which the account was logged into before is no stranger to it, and does not wait
//! for strangers; what may be tried from one address is limited elsewhere. Whether there is such an account
//! makes no difference here.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::limits::{LOOKS, network};
use crate::secret;

/// How many strangers may try an account at once, and then in a minute.
const STRANGERS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// How long somebody waits who comes too soon.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many addresses an account is at home at, and how many there are of all accounts.
const HOMES_OF_ONE: usize = 8;
const HOMES: usize = 1000;

type Account = [u8; 32];

/// Who tries to log in where.
pub struct Logins {
    strangers: DefaultKeyedRateLimiter<Account>,
    /// Where somebody logged in, the latest last.
    homes: Mutex<VecDeque<(Account, IpAddr)>>,
    looks: AtomicUsize,
}

impl Default for Logins {
    fn default() -> Self {
        Self::with(Quota::per_minute(STRANGERS_PER_MINUTE))
    }
}

impl Logins {
    fn with(strangers: Quota) -> Self {
        Self { strangers: RateLimiter::keyed(strangers), homes: Mutex::default(), looks: AtomicUsize::new(0) }
    }

    /// Waits until it is this one's turn to try; false: that would be too long.
    pub async fn turn(&self, email: &str, from: IpAddr) -> bool {
        let account = account(email);
        if self.homes().contains(&(account, network(from))) {
            return true;
        }
        // Accounts that have been quiet are forgotten, so that strangers cannot fill the memory.
        if self.looks.fetch_add(1, Ordering::Relaxed) % LOOKS == LOOKS - 1 {
            self.strangers.retain_recent();
        }
        let mut patience = PATIENCE;
        while let Err(not_yet) = self.strangers.check_key(&account) {
            let wait = not_yet.wait_time_from(DefaultClock::default().now()).max(Duration::from_millis(1));
            let Some(left) = patience.checked_sub(wait) else { return false };
            patience = left;
            tokio::time::sleep(wait).await;
        }
        true
    }

    /// Somebody logged in from there.
    pub fn welcome(&self, email: &str, from: IpAddr) {
        let home = (account(email), network(from));
        let mut homes = self.homes();
        homes.retain(|known| *known != home);
        homes.push_back(home);
        let mut of_this = homes.iter().rev().filter(|(account, _)| *account == home.0);
        let too_many = of_this.nth(HOMES_OF_ONE).copied();
        homes.retain(|known| Some(*known) != too_many);
        if homes.len() > HOMES {
            homes.pop_front();
        }
    }

    fn homes(&self) -> std::sync::MutexGuard<'_, VecDeque<(Account, IpAddr)>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address as it is compared, whatever somebody typed and however long.
fn account(email: &str) -> Account {
    secret::fingerprint(&email.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "owner@shop.example";

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_at_many_addresses_are_slowed_down_and_the_owner_at_home_is_not() {
        let logins = Logins::default();
        logins.welcome(OWNER, address(1));
        #[expect(clippy::disallowed_methods, reason = "how long somebody waits is what is tested")]
        let began = tokio::time::Instant::now();
        for n in 0..u8::try_from(STRANGERS_PER_MINUTE.get()).unwrap() {
            assert!(logins.turn(OWNER, address(100 + n)).await);
        }
        assert!(began.elapsed().is_zero());
        assert!(!logins.turn(" Owner@SHOP.example ", address(99)).await, "however it is written");
        assert!((5..=10).contains(&began.elapsed().as_secs()), "after a wait: {:?}", began.elapsed());
        let waited = began.elapsed();
        assert!(logins.turn(OWNER, address(1)).await);
        assert!(logins.turn("other@shop.example", address(99)).await);
        assert_eq!(began.elapsed(), waited, "neither has to wait");
    }

    #[tokio::test]
    async fn whoever_waits_gets_a_turn() {
        let burst = NonZeroU32::new(2).unwrap();
        let logins = Logins::with(Quota::with_period(Duration::from_millis(20)).unwrap().allow_burst(burst));
        for n in 0..6 {
            assert!(logins.turn(OWNER, address(n)).await, "{n}");
        }
    }

    #[tokio::test]
    async fn an_account_has_few_homes_and_its_own_alone() {
        let logins = Logins::default();
        logins.welcome("other@shop.example", address(0));
        for n in 1..=9 {
            logins.welcome(OWNER, address(n));
        }
        logins.welcome(OWNER, address(2));
        let homes: Vec<_> = logins.homes().iter().map(|(_, home)| *home).collect();
        assert_eq!(homes, [0, 3, 4, 5, 6, 7, 8, 9, 2].map(address));
        for n in 0..2000 {
            logins.welcome(&format!("{n}@shop.example"), address(0));
        }
        assert_eq!(logins.homes().len(), HOMES);
    }
}
