//! Wallets: connecting a watch-only key, and deriving scripts ahead of need.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bitcoin::bip32::{ChainCode, ChildNumber, Fingerprint, Xpub};
use bitcoin::secp256k1::PublicKey;
use bitcoin::{NetworkKind, ScriptBuf};
use specie_core::ids::WalletId;
use specie_core::script::{Keychain, WalletDescriptor};
use specie_db::wallets::{self, Wallet};
use specie_db::{DbError, Tx};

use super::{App, AppError};
use crate::entropy;

/// How many scripts are derived at a time.
const AHEAD: u32 = 64;

/// Scripts of each wallet, derived ahead, so that the writer only takes the next index.
#[derive(Default)]
pub(super) struct Windows(Mutex<HashMap<WalletId, Arc<Window>>>);

/// The scripts of one wallet that were derived ahead.
pub(super) struct Window {
    descriptor: WalletDescriptor,
    scripts: Mutex<BTreeMap<u32, ScriptBuf>>,
}

impl Window {
    /// The wallet itself.
    pub(super) fn descriptor(&self) -> &WalletDescriptor {
        &self.descriptor
    }

    /// The script of an index: taken from those derived ahead, or derived now.
    pub(super) fn script(&self, index: u32) -> Result<ScriptBuf, AppError> {
        if let Some(script) = self.scripts.lock().expect("no holder panics").get(&index) {
            return Ok(script.clone());
        }
        self.descriptor.script_at(Keychain::External, index).map_err(|_| AppError::WalletExhausted)
    }

    /// Derives on from an index that was just issued, and forgets what lies before it.
    pub(super) fn advance(&self, issued: u32) {
        let next = issued.saturating_add(1);
        let derived_to = {
            let mut scripts = self.scripts.lock().expect("no holder panics");
            // A little behind is kept for transactions that run again.
            *scripts = scripts.split_off(&issued.saturating_sub(AHEAD));
            scripts.last_key_value().map_or(next, |(last, _)| last + 1)
        };
        if derived_to.saturating_sub(next) >= AHEAD / 2 {
            return;
        }
        let range = derived_to.max(next)..next.saturating_add(AHEAD);
        if let Ok(derived) = self.descriptor.scripts(Keychain::External, range.clone()) {
            self.scripts.lock().expect("no holder panics").extend(range.zip(derived));
        }
    }
}

impl Windows {
    fn get(&self, id: WalletId) -> Option<Arc<Window>> {
        self.0.lock().expect("no holder panics").get(&id).cloned()
    }

    fn insert(&self, id: WalletId, descriptor: WalletDescriptor) -> Arc<Window> {
        let window = Arc::new(Window { descriptor, scripts: Mutex::default() });
        self.0.lock().expect("no holder panics").entry(id).or_insert(window).clone()
    }
}

impl App {
    /// The scripts of a wallet.
    pub(super) async fn window(&self, id: WalletId) -> Result<Arc<Window>, AppError> {
        if let Some(window) = self.0.wallets.get(id) {
            return Ok(window);
        }
        let wallet = self.0.db.read(move |r| wallets::find(r, id)).await?.ok_or(AppError::NoWallet)?;
        let descriptor: WalletDescriptor = wallet.descriptor.parse().map_err(|e| {
            AppError::Db(DbError::Corrupt {
                table: "wallets",
                row: id.to_string(),
                column: "descriptor",
                problem: format!("{e}"),
            })
        })?;
        let window = self.0.wallets.insert(id, descriptor);
        window.advance(wallet.next_index.saturating_sub(1));
        Ok(window)
    }
}

/// An extended public key whose private key nobody has ever had: a random point and a random
/// chain code. What is paid to it on the practice chain stays there.
pub(super) fn nobodys_key() -> String {
    let point = std::iter::repeat_with(|| {
        let mut compressed = [2; 33];
        compressed[1..].copy_from_slice(&entropy::bytes::<32>());
        PublicKey::from_slice(&compressed)
    });
    // Every second number is the x of a point.
    let public_key = point.flatten().next().expect("an endless series has a next");
    let key = Xpub {
        network: NetworkKind::Test,
        depth: 3,
        parent_fingerprint: Fingerprint::default(),
        child_number: ChildNumber::Hardened { index: 0 },
        public_key,
        chain_code: ChainCode::from(entropy::bytes::<32>()),
    };
    key.to_string()
}

/// Connects a wallet in a transaction: the known row of that descriptor, or a new one. Its next
/// index survives being connected again.
pub(super) fn connect(tx: &mut Tx<'_>, fresh: &Wallet) -> Result<WalletId, DbError> {
    if let Some(known) = wallets::find_by_identity(tx, &fresh.network, &fresh.identity)? {
        return Ok(known.id);
    }
    wallets::insert(tx, fresh)?;
    Ok(fresh.id)
}
