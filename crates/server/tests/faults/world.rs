//! Chains, and what can be done to them: the two sides of a fault are a [`World`], in which it happens,
//! and a server that finds out. Nothing here knows what the server should make of it.

use bitcoin::{Amount, Block, ScriptBuf, Transaction, Txid};
use specie_chain::Reorg;
use specie_testkit::server::Server;

/// An invoice as its buyer sees it.
#[derive(Debug, Clone)]
pub struct Sale {
    pub id: String,
    pub script: ScriptBuf,
    pub due: Amount,
}

/// A chain that a server follows.
pub trait Chain: Sized {
    /// Its name in `specie status`.
    const NETWORK: &str;
    /// A new chain, a server that follows it, and a store that is paid on it.
    fn open() -> (Self, Server, String);
    /// Every block of the best chain from the first on, and the whole mempool.
    fn read(&self, server: &Server) -> (Vec<Block>, Vec<Transaction>);
}

/// One to which things can be done, whether or not the server runs.
pub trait World: Chain {
    fn pay(&mut self, server: &Server, sale: &Sale, amount: Amount) -> Txid;
    /// The same coins pay this amount of this sale instead.
    fn replace(&mut self, server: &Server, txid: Txid, sale: &Sale, amount: Amount) -> Txid;
    /// The same coins go to somebody whom nobody here knows.
    fn double_spend(&mut self, server: &Server, txid: Txid);
    fn mine(&mut self, server: &Server, blocks: u32);
    fn reorg(&mut self, server: &Server, depth: u32, fate: Reorg);
    /// Out of the mempool; a real node refuses it from then on, as one whose mempool is full.
    fn evict(&mut self, server: &Server, txid: Txid);
    /// The node takes it again.
    fn readmit(&mut self, txid: Txid);
    fn forget_mempool(&mut self, server: &Server);
    /// Puts the chain aside as it is.
    fn keep(&mut self, server: &Server);
    /// Puts back what was kept. The server of a practice chain must not run.
    fn restore(&mut self, server: &Server);
}
