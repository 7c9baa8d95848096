//! Stores: made with a wallet, found by id or by legacy key.

use bitcoin::ScriptBuf;
use specie_core::ids::{StoreId, UserId, WalletId};
use specie_core::money::Currency;
use specie_core::script::WalletDescriptor;
use specie_db::stores;
use specie_db::wallets::Wallet;

use super::{App, AppError, Network, Settings, Store, wallets};
use crate::{entropy, secret};

const MAX_NAME_CHARS: usize = 120;

/// What a store is made of.
#[derive(Debug, Clone)]
pub struct NewStore {
    /// Whose it is.
    pub owner_id: UserId,
    /// Its name.
    pub name: String,
    /// The currency of a price that names none.
    pub currency: Currency,
    /// Where it is paid.
    pub network: Network,
    /// What the merchant pasted as a wallet: extended public key or descriptor. A practice store
    /// may do without: then its coins belong to nobody.
    pub wallet: Option<String>,
    /// The wallet may serve another store already.
    pub share_wallet: bool,
    /// Settings.
    pub settings: Settings,
}

impl App {
    /// Makes a store with its wallet.
    ///
    /// # Errors
    /// [`AppError`] if the name is empty or too long, the wallet cannot be used, or it serves
    /// another store and sharing was not asked for.
    pub async fn create_store(&self, new: NewStore) -> Result<Store, AppError> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
            return Err(AppError::InvalidName);
        }
        let pasted = match new.wallet {
            Some(pasted) => pasted,
            None if new.network.is_sandbox() => wallets::nobodys_key(),
            None => return Err(AppError::NoWallet),
        };
        let wallet = WalletDescriptor::parse(pasted.trim(), new.network.params)?;
        let now = self.now();
        let wallet = Wallet {
            id: WalletId::from_bytes(entropy::bytes()),
            network: new.network.name.to_owned(),
            identity: wallet.identity().to_owned(),
            descriptor: wallet.to_string(),
            next_index: 0,
            created_at: now,
        };
        let store = Store {
            id: StoreId::from_bytes(entropy::bytes()),
            owner_id: new.owner_id,
            name,
            network: new.network.name.to_owned(),
            wallet_id: None,
            currency: new.currency,
            settings: new.settings,
            created_at: now,
        };
        let share = new.share_wallet;
        self.0
            .db
            .write("create_store", move |tx| {
                let id = wallets::connect(tx, &wallet)?;
                let taken = stores::every(tx)?.iter().any(|other| other.wallet_id == Some(id));
                if taken && !share {
                    return Err(AppError::WalletInUse);
                }
                let store = Store { wallet_id: Some(id), ..store.clone() };
                stores::insert(tx, &store)?;
                Ok(store)
            })
            .await
    }

    /// The store of that id.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is none.
    pub async fn store(&self, id: StoreId) -> Result<Store, AppError> {
        self.0.db.read(move |r| stores::find(r, id)?.ok_or(AppError::StoreNotFound)).await
    }

    /// All stores, or those of one owner, oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn stores(&self, owner: Option<UserId>) -> Result<Vec<Store>, AppError> {
        let found = self.0.db.read(move |r| match owner {
            Some(owner) => stores::of_owner(r, owner),
            None => stores::every(r),
        });
        Ok(found.await?)
    }

    /// The store of a legacy API key, if there is one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn store_of_api_key(&self, key: &str) -> Result<Option<Store>, AppError> {
        let hash = secret::fingerprint(key);
        Ok(self.0.db.read(move |r| stores::find_by_api_key(r, hash)).await?)
    }

    /// Makes a new legacy API key for a store. The former one is void; only a hash is kept.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn renew_api_key(&self, store: StoreId) -> Result<String, AppError> {
        let key = entropy::api_key();
        let hash = secret::fingerprint(&key);
        let set = self.0.db.write("renew_api_key", move |tx| stores::set_api_key(tx, store, Some(hash)));
        if set.await.map_err(|e: specie_db::DbError| AppError::Db(e))? {
            Ok(key)
        } else {
            Err(AppError::StoreNotFound)
        }
    }

    /// Pays an invoice of a practice store; `amount` none: what is missing.
    ///
    /// # Errors
    /// [`AppError`] if it is no practice invoice, asks for nothing, or the chain refuses.
    pub async fn practice_pay(
        &self,
        invoice: specie_core::ids::InvoiceId,
        amount: Option<bitcoin::Amount>,
    ) -> Result<String, AppError> {
        let view = self.invoice(invoice, None).await?;
        let address = view.address.filter(|_| view.sandbox).ok_or(AppError::NotPractice)?;
        let address =
            address.parse::<bitcoin::Address<_>>().map_err(|e| AppError::Practice(e.to_string()))?;
        let script: ScriptBuf = address.assume_checked().script_pubkey();
        let missing = bitcoin::Amount::from_sat(view.remaining);
        if amount == Some(bitcoin::Amount::ZERO) {
            return Err(AppError::Practice("an amount is above zero".to_owned()));
        }
        let amount = amount.or((missing > bitcoin::Amount::ZERO).then_some(missing));
        let amount =
            amount.ok_or_else(|| AppError::Practice("nothing is missing: name an amount".to_owned()))?;
        self.0.outside.practice_pay(&script, amount, self.now()).map_err(AppError::Practice)
    }

    /// Mines blocks on the practice chain. Returns the new height.
    ///
    /// # Errors
    /// [`AppError::Practice`] if it cannot be written.
    pub fn practice_mine(&self, blocks: u32) -> Result<u32, AppError> {
        self.0.outside.practice_mine(blocks, self.now()).map_err(AppError::Practice)
    }
}
