//! Wallets: connecting a watch-only key, and deriving scripts ahead of need.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bitcoin::bip32::{ChainCode, ChildNumber, Fingerprint, Xpub};
use bitcoin::secp256k1::PublicKey;
use bitcoin::{NetworkKind, ScriptBuf};
use specie_core::ids::{StoreId, UserId, WalletId};
use specie_core::script::{Keychain, Said, ScriptKind, WalletDescriptor, WalletKey};
use specie_core::time::Timestamp;
use specie_db::wallets::{self, Wallet};
use specie_db::{DbError, Reader, Tx, leads, scripts, stores};

use super::audit::{Deed, change};
use super::{App, AppError, Network, Store, wallet_file};
use crate::entropy;

/// How many addresses a merchant may pass over when a used wallet is connected.
const MOST_AHEAD: u32 = 10_000;
/// How many scripts are derived ahead: more than wait for a commit.
const AHEAD: u32 = 512;
/// How many are derived at a time, which nobody else who works on this thread should notice.
const AT_A_TIME: u32 = 32;

/// Scripts of each wallet, derived ahead, so that the writer only takes the next index.
#[derive(Default)]
pub(super) struct Windows(Mutex<HashMap<WalletId, Arc<Window>>>);

/// The scripts of one wallet that were derived ahead.
pub(super) struct Window {
    descriptor: WalletDescriptor,
    scripts: Mutex<BTreeMap<u32, ScriptBuf>>,
    /// Whoever holds this derives; the others need not.
    deriving: Mutex<()>,
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
        let Ok(_alone) = self.deriving.try_lock() else { return };
        let next = issued.saturating_add(1);
        let derived_to = {
            let mut scripts = self.scripts.lock().expect("no holder panics");
            // A little behind is kept for transactions that run again.
            if scripts.first_key_value().is_some_and(|(first, _)| first.saturating_add(2 * AHEAD) < issued) {
                *scripts = scripts.split_off(&issued.saturating_sub(AHEAD));
            }
            scripts.last_key_value().map_or(next, |(last, _)| last + 1).max(next)
        };
        if derived_to - next >= AHEAD {
            return;
        }
        let range = derived_to..derived_to.saturating_add(AT_A_TIME);
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
        let window = Arc::new(Window { descriptor, scripts: Mutex::default(), deriving: Mutex::default() });
        self.0.lock().expect("no holder panics").entry(id).or_insert(window).clone()
    }
}

/// A key of a wallet, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletKeyView {
    /// The master key's fingerprint, and the path from there; none if they were never said.
    pub origin: Option<(String, String)>,
}

/// A wallet, as it is shown to its merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletView {
    /// The type of its scripts.
    pub kind: ScriptKind,
    /// How many of its keys have to sign.
    pub threshold: usize,
    /// Its keys.
    pub keys: Vec<WalletKeyView>,
    /// The index of the next address.
    pub next_index: u32,
    /// Other stores are paid into it as well.
    pub shared: bool,
    /// Its canonical descriptor, which shows every address of it.
    pub descriptor: String,
    /// Its addresses at some indexes.
    pub addresses: Vec<(u32, String)>,
}

impl WalletView {
    fn new(wallet: &WalletDescriptor, next_index: u32, shared: bool) -> Self {
        let key = |key: &WalletKey| WalletKeyView {
            origin: key.origin().map(|(master, path)| (master.to_string(), format!("m/{path}"))),
        };
        Self {
            kind: wallet.kind(),
            threshold: wallet.threshold(),
            keys: wallet.keys().iter().map(key).collect(),
            next_index,
            shared,
            descriptor: wallet.to_string(),
            addresses: Vec::new(),
        }
    }
}

impl App {
    /// What a store would be paid into: the wallet that was pasted, with its first addresses, for
    /// the merchant to compare. Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Wallet`] if it is none, which never carries what was pasted;
    /// [`AppError::WalletInUse`] if a store of another merchant is paid into it.
    pub async fn preview_wallet(
        &self,
        store: &Store,
        pasted: &str,
        said: &Said,
        next_index: u32,
    ) -> Result<WalletView, AppError> {
        let network = self.network_of(&store.network)?;
        let key = wallet_file::key_in(pasted, said.kind)?;
        let wallet = WalletDescriptor::parse_with(&key, network.params, said)?;
        let (id, owner) = (store.id, store.owner_id);
        let (name, identity) = (network.name, wallet.identity().to_owned());
        let first = first_script(&wallet)?;
        let known = self.0.db.read(move |r| {
            check_owner(r, name, &identity, &first, owner)?;
            match wallets::find_by_identity(r, name, &identity)? {
                Some(known) => Ok(Some((serves_another(r, known.id, Some(id))?, known.next_index))),
                None => Ok::<_, AppError>(None),
            }
        });
        let (shared, known_next) = known.await?.unwrap_or((false, 0));
        check_ahead(known_next, next_index)?;
        let next_index = next_index.max(known_next);
        // The first three; and the next one, which the wallet shows if it was in use before.
        let mut indexes: Vec<u32> = (0..3).collect();
        indexes.extend((next_index > 2).then_some(next_index));
        let mut view = WalletView::new(&wallet, next_index, shared);
        for index in indexes {
            let address = wallet.address_at(Keychain::External, index, network.params);
            view.addresses.push((index, address.map_err(|_| AppError::WalletExhausted)?.to_string()));
        }
        Ok(view)
    }

    /// Connects a wallet to a store, in place of the one that it has. Invoices that were made
    /// before stay with their addresses.
    ///
    /// # Errors
    /// [`AppError::Wallet`] if it is none; [`AppError::WalletInUse`] if it serves another store and
    /// `share` does not say that it may, or the store of another merchant.
    pub async fn connect_wallet(
        &self,
        store: &Store,
        descriptor: &str,
        share: bool,
        next_index: u32,
    ) -> Result<(), AppError> {
        let network = self.network_of(&store.network)?;
        let wallet = WalletDescriptor::parse(descriptor.trim(), network.params)?;
        if wallet.script_at(Keychain::External, next_index).is_err() {
            return Err(AppError::WalletExhausted);
        }
        let (fresh, id, owner) = (fresh(&wallet, network.name, self.now()), store.id, store.owner_id);
        let first = first_script(&wallet)?;
        let noted = self.note(Some(store.id), Deed::WalletConnected, network.name);
        let connected = self.0.db.write("connect_wallet", move |tx| {
            leads::one_at_a_time(tx, "wallets")?;
            check_owner(tx, &fresh.network, &fresh.identity, &first, owner)?;
            let known = wallets::find_by_identity(tx, &fresh.network, &fresh.identity)?;
            check_ahead(known.map_or(0, |known| known.next_index), next_index)?;
            let wallet = connect(tx, &fresh, Some(id), share, next_index)?;
            if !stores::set_wallet(tx, id, wallet)? {
                return Err(AppError::StoreNotFound);
            }
            Ok(noted.add_with(tx, vec![change("next_index", None, Some(next_index.to_string()))])?)
        });
        connected.await
    }

    /// The wallet that a store is paid into, if it has one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn wallet_of(&self, store: &Store) -> Result<Option<WalletView>, AppError> {
        let Some(id) = store.wallet_id else { return Ok(None) };
        let store = store.id;
        let found = self.0.db.read(move |r| {
            let shared = serves_another(r, id, Some(store))?;
            Ok::<_, DbError>(wallets::find(r, id)?.map(|wallet| (wallet, shared)))
        });
        let Some((wallet, shared)) = found.await? else { return Ok(None) };
        Ok(Some(WalletView::new(&parsed(&wallet)?, wallet.next_index, shared)))
    }

    pub(super) fn network_of(&self, network: &str) -> Result<Network, AppError> {
        self.network(network).cloned().ok_or_else(|| AppError::NetworkNotFollowed(network.to_owned()))
    }

    /// The scripts of a wallet.
    pub(super) async fn window(&self, id: WalletId) -> Result<Arc<Window>, AppError> {
        if let Some(window) = self.0.wallets.get(id) {
            return Ok(window);
        }
        let wallet = self.0.db.read(move |r| wallets::find(r, id)).await?.ok_or(AppError::NoWallet)?;
        let window = self.0.wallets.insert(id, parsed(&wallet)?);
        window.advance(wallet.next_index.saturating_sub(1));
        Ok(window)
    }
}

pub(super) fn parsed(wallet: &Wallet) -> Result<WalletDescriptor, AppError> {
    wallet.descriptor.parse().map_err(|e| {
        AppError::Db(DbError::Corrupt {
            table: "wallets",
            row: wallet.id.to_string(),
            column: "descriptor",
            problem: format!("{e}"),
        })
    })
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

/// A wallet that was never connected.
pub(super) fn fresh(descriptor: &WalletDescriptor, network: &str, now: Timestamp) -> Wallet {
    Wallet {
        id: WalletId::from_bytes(entropy::bytes()),
        network: network.to_owned(),
        identity: descriptor.identity().to_owned(),
        descriptor: descriptor.to_string(),
        next_index: 0,
        next_change: 0,
        created_at: now,
    }
}

/// Connects a wallet in a transaction, to `store` or to one that is just being made: the known row
/// of that wallet, or a new one. Its next index survives being connected again, and never goes back.
pub(super) fn connect(
    tx: &mut Tx<'_>,
    fresh: &Wallet,
    store: Option<StoreId>,
    share: bool,
    next_index: u32,
) -> Result<WalletId, AppError> {
    leads::one_at_a_time(tx, "wallets")?;
    let known = wallets::find_by_identity(tx, &fresh.network, &fresh.identity)?;
    let id = match known {
        None => {
            wallets::insert(tx, fresh)?;
            fresh.id
        }
        Some(known) => {
            if !share && serves_another(tx, known.id, store)? {
                return Err(AppError::WalletInUse);
            }
            // Where the key comes from may be said the second time only.
            if fresh.descriptor.contains('[') && fresh.descriptor != known.descriptor {
                wallets::set_descriptor(tx, known.id, &fresh.descriptor)?;
            }
            known.id
        }
    };
    let wallet = wallets::lock(tx, id)?.ok_or(AppError::NoWallet)?;
    wallets::skip_to(tx, &wallet, next_index)?;
    Ok(id)
}

/// Refuses a wallet that a store of another merchant is paid into, by this name or by another under
/// which it has the same scripts: whoever knows its public key could else take its addresses, or all
/// of them by naming the last as the next. One that another merchant was paid into before, and left, holds
/// coins and orders that are nobody else's to see.
fn check_owner(
    reader: &Reader<'_>,
    network: &str,
    identity: &str,
    first: &ScriptBuf,
    owner: UserId,
) -> Result<(), AppError> {
    let by_name = wallets::find_by_identity(reader, network, identity)?.map(|known| known.id);
    let by_script = scripts::issued(reader, network, first)?.map(|issued| issued.wallet_id);
    let known = [by_name, by_script];
    let mut stores = stores::every(reader)?.into_iter();
    let of_another = |store: Store| {
        store.owner_id != owner && store.wallet_id.is_some() && known.contains(&store.wallet_id)
    };
    let mut before = vec![];
    for id in known.into_iter().flatten() {
        before.extend(wallets::first_owner(reader, id)?);
    }
    let left = before.iter().any(|first| *first != owner);
    if left || stores.any(of_another) { Err(AppError::WalletInUse) } else { Ok(()) }
}

/// A slip in the next index is for ever, and no wallet looks that far.
fn check_ahead(known_next: u32, next: u32) -> Result<(), AppError> {
    if next > known_next.saturating_add(MOST_AHEAD) {
        return Err(AppError::InvalidSetting("no more than 10,000 addresses are passed over at once"));
    }
    Ok(())
}

fn first_script(wallet: &WalletDescriptor) -> Result<ScriptBuf, AppError> {
    wallet.script_at(Keychain::External, 0).map_err(|_| AppError::WalletExhausted)
}

/// Whether another store is paid into a wallet.
fn serves_another(reader: &Reader<'_>, id: WalletId, store: Option<StoreId>) -> Result<bool, DbError> {
    Ok(stores::every(reader)?.iter().any(|other| other.wallet_id == Some(id) && Some(other.id) != store))
}
