//! A Bitcoin Core or Knots node, of any version, pruned or not, over JSON-RPC.
//!
//! Blocks and transactions are read in Bitcoin's own encoding, so that no amount ever comes from
//! JSON, but fee rates, from their text. The node is trusted to follow the rules of its network, and is asked at every sync which
//! network that is, whether it has caught up, and how old its tip is: if it cannot be relied on,
//! the sync fails and nothing is reported.

mod broadcast;
mod fees;
mod hints;
mod rpc;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bitcoin::block::Header;
use bitcoin::consensus::Decodable;
use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::constants::genesis_block;
use bitcoin::hex::FromHex;
use bitcoin::{BlockHash, Network, OutPoint, Transaction, Txid};
use serde::Deserialize;
use serde_json::{Value, json};
use specie_core::chain::{BlockRef, Broadcast, FeeRates, Locator, Update};
use specie_core::time::Timestamp;
use tokio::sync::Notify;

use crate::follow::{Follower, View};
use crate::raw::RawBlock;
use crate::{Capabilities, SourceError, Watch};
use hints::Hints;
pub use rpc::{Auth, Password};
use rpc::{Refusal, Rpc, malformed};

/// How old the best block may be on the main network. Blocks come every ten minutes; one gap in
/// 160,000 is longer than two hours, about one in three years.
const STALE_SECS: i64 = 2 * 60 * 60;

/// The same on test networks, where blocks can be a matter of someone's mood.
const STALE_TEST_SECS: i64 = 24 * 60 * 60;

/// Codes of the node (`rpc/protocol.h`).
const RPC_MISC_ERROR: i64 = -1;
const RPC_INVALID_ADDRESS_OR_KEY: i64 = -5;
const RPC_INVALID_PARAMETER: i64 = -8;
const RPC_METHOD_NOT_FOUND: i64 = -32601;

/// Where the node is and how to talk to it.
#[derive(Debug, Clone)]
pub struct BitcoindConfig {
    /// Its JSON-RPC address: `http://127.0.0.1:8332`.
    pub url: String,
    /// How to log in.
    pub auth: Auth,
    /// An address where it publishes blocks or transactions: `tcp://127.0.0.1:28332`.
    pub zmq: Option<String>,
    /// The network it must be on.
    pub network: Network,
    /// How long a change may go unnoticed without ZMQ; 2 s is usual.
    pub poll: Duration,
}

/// A node. A cheap handle: clones share everything.
#[derive(Debug, Clone)]
pub struct Bitcoind {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    node: Node,
    follower: Follower,
    changed: Arc<Notify>,
    zmq: Option<String>,
    poll: Duration,
    hints: OnceLock<Hints>,
}

/// The node as a chain to read.
#[derive(Debug)]
struct Node {
    rpc: Rpc,
    network: Network,
    /// The genesis block was compared since the node was last lost.
    recognised: AtomicBool,
    prunes: AtomicBool,
}

/// One answer of `gettxspendingprevout`.
#[derive(Deserialize)]
struct Prevout {
    txid: Txid,
    vout: u32,
    spendingtxid: Option<Txid>,
}

/// The fields read from `getblockchaininfo`.
#[derive(Deserialize)]
struct ChainInfo {
    chain: String,
    blocks: u32,
    #[serde(default)]
    headers: u32,
    bestblockhash: BlockHash,
    #[serde(default)]
    initialblockdownload: bool,
    #[serde(default)]
    pruned: bool,
}

impl Bitcoind {
    /// A node that nobody has talked to yet. The process must have installed its default rustls
    /// provider before.
    #[must_use]
    pub fn new(config: BitcoindConfig) -> Self {
        let node = Node {
            rpc: Rpc::new(config.url, config.auth),
            network: config.network,
            recognised: AtomicBool::new(false),
            prunes: AtomicBool::new(false),
        };
        let shared = Shared {
            node,
            follower: Follower::default(),
            changed: Arc::default(),
            zmq: config.zmq,
            poll: config.poll,
            hints: OnceLock::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    pub(crate) fn watch(&self, watches: impl IntoIterator<Item = Watch>) {
        if self.shared.follower.watch(watches) {
            self.shared.changed.notify_one();
        }
    }

    pub(crate) fn restart(&self, watches: impl IntoIterator<Item = Watch>) {
        self.shared.follower.restart(watches);
        self.shared.changed.notify_one();
    }

    pub(crate) async fn changed(&self) {
        let shared = &self.shared;
        let start = || Hints::start(shared.zmq.clone(), shared.poll, &shared.changed);
        shared.hints.get_or_init(start);
        shared.changed.notified().await;
    }

    pub(crate) async fn sync(&self, locator: &Locator, now: Timestamp) -> Result<Update, SourceError> {
        let node = &self.shared.node;
        let update = self.shared.follower.sync(node, locator, now).await;
        if matches!(update, Err(SourceError::Unreachable { .. } | SourceError::Unauthorized)) {
            // Another node may answer at this address next time.
            node.recognised.store(false, Ordering::Relaxed);
        }
        update
    }

    pub(crate) async fn broadcast(&self, tx: &Transaction) -> Result<Broadcast, SourceError> {
        if self.shared.follower.is_mined(tx) {
            return Ok(Broadcast::Known);
        }
        broadcast::broadcast(&self.shared.node.rpc, tx).await
    }

    pub(crate) async fn fees(&self) -> Result<FeeRates, SourceError> {
        fees::fees(&self.shared.node.rpc).await
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let prunes = self.shared.node.prunes.load(Ordering::Relaxed);
        Capabilities { sees_mempool: true, can_rescan: !prunes }
    }
}

impl Node {
    /// Fails unless this is the right network.
    async fn recognise(&self, chain: &str) -> Result<(), SourceError> {
        let expected = self.network.to_core_arg();
        let wrong = |found: String| SourceError::WrongNetwork { expected: expected.into(), found };
        if chain != expected {
            return Err(wrong(chain.to_owned()));
        }
        if !self.recognised.load(Ordering::Relaxed) {
            let genesis: BlockHash = self.rpc.call("getblockhash", json!([0])).await?;
            if genesis != genesis_block(self.network).block_hash() {
                return Err(wrong(format!("a chain that begins with {genesis}")));
            }
            self.recognised.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Fails unless the node has caught up with its network.
    async fn caught_up(&self, info: &ChainInfo, now: Timestamp) -> Result<(), SourceError> {
        let limit = match self.network {
            Network::Regtest => return Ok(()),
            Network::Bitcoin => STALE_SECS,
            _ => STALE_TEST_SECS,
        };
        if info.initialblockdownload {
            let (blocks, headers) = (info.blocks, info.headers);
            return Err(SourceError::InitialDownload { blocks, headers });
        }
        let method = "getblockheader";
        let hex: String = self.rpc.call(method, json!([info.bestblockhash, false])).await?;
        let header: Header = decode(method, &hex)?;
        let age_secs = now.as_secs().saturating_sub(i64::from(header.time));
        if age_secs > limit {
            return Err(SourceError::StaleTip { age_secs });
        }
        Ok(())
    }
}

impl View for Node {
    async fn tip(&self, now: Timestamp) -> Result<BlockRef, SourceError> {
        let info: ChainInfo = self.rpc.call("getblockchaininfo", json!([])).await?;
        self.recognise(&info.chain).await?;
        self.prunes.store(info.pruned, Ordering::Relaxed);
        self.caught_up(&info, now).await?;
        Ok(BlockRef { height: info.blocks, hash: info.bestblockhash })
    }

    async fn hash_at(&self, height: u32) -> Result<Option<BlockHash>, SourceError> {
        let method = "getblockhash";
        match self.rpc.ask(method, json!([height])).await? {
            Ok(hash) => Ok(Some(hash)),
            Err(refusal) if refusal.code == RPC_INVALID_PARAMETER => Ok(None),
            Err(refusal) => Err(refusal.into_error(method)),
        }
    }

    async fn block(&self, at: BlockRef) -> Result<RawBlock, SourceError> {
        let method = "getblock";
        let BlockRef { height, hash } = at;
        let hex: String = match self.rpc.ask(method, json!([hash, 0])).await? {
            Ok(hex) => hex,
            Err(no) if matches!(no.code, RPC_MISC_ERROR | RPC_INVALID_ADDRESS_OR_KEY) => {
                return Err(SourceError::BlockUnavailable { height, hash });
            }
            Err(refusal) => return Err(refusal.into_error(method)),
        };
        let bytes = Vec::<u8>::from_hex(&hex).map_err(|error| malformed(method, &error.to_string()))?;
        let block = RawBlock::new(bytes).map_err(|error| malformed(method, &error.to_string()))?;
        if block.header.block_hash() != hash {
            return Err(malformed(method, "not the block that was asked for"));
        }
        Ok(block)
    }

    async fn mempool(&self) -> Result<Vec<Txid>, SourceError> {
        self.rpc.call("getrawmempool", json!([])).await
    }

    async fn transactions(&self, wanted: &[Txid]) -> Result<Vec<Transaction>, SourceError> {
        let method = "getrawtransaction";
        let params = wanted.iter().map(|txid| json!([txid, false]));
        let answers: Vec<Result<String, _>> = self.rpc.batch(method, params).await?;
        let mut transactions = Vec::with_capacity(answers.len());
        for answer in answers {
            match answer {
                Ok(hex) => transactions.push(decode(method, &hex)?),
                // It left the mempool after it was listed.
                Err(refusal) if refusal.code == RPC_INVALID_ADDRESS_OR_KEY => {}
                Err(refusal) => return Err(refusal.into_error(method)),
            }
        }
        Ok(transactions)
    }

    async fn entered(&self, wanted: &[Txid]) -> Result<Vec<Option<Timestamp>>, SourceError> {
        let method = "getmempoolentry";
        let params = wanted.iter().map(|txid| json!([txid]));
        let answers: Vec<Result<Value, _>> = self.rpc.batch(method, params).await?;
        let time = |answer: Result<Value, Refusal>| match answer {
            // Whole seconds, rounded down by the node: less than one too early, never too late.
            Ok(entry) => Ok(entry["time"].as_i64().map(Timestamp::from_secs)),
            // It left the mempool after it was read.
            Err(refusal) if refusal.code == RPC_INVALID_ADDRESS_OR_KEY => Ok(None),
            Err(refusal) => Err(refusal.into_error(method)),
        };
        answers.into_iter().map(time).collect()
    }

    async fn spenders(&self, outputs: &[OutPoint]) -> Result<Vec<Option<Txid>>, SourceError> {
        let method = "gettxspendingprevout";
        let named = |output: &OutPoint| json!({ "txid": output.txid, "vout": output.vout });
        let params = json!([outputs.iter().map(named).collect::<Vec<_>>()]);
        let answers: Vec<Prevout> = match self.rpc.ask(method, params).await? {
            Ok(answers) => answers,
            // A node before 24.0: a spend that was read too early is seen when it is in a block.
            Err(refusal) if refusal.code == RPC_METHOD_NOT_FOUND => return Ok(vec![None; outputs.len()]),
            Err(refusal) => return Err(refusal.into_error(method)),
        };
        let asked = answers.iter().map(|answer| OutPoint { txid: answer.txid, vout: answer.vout });
        if !asked.eq(outputs.iter().copied()) {
            return Err(malformed(method, "not one answer for each output"));
        }
        Ok(answers.into_iter().map(|answer| answer.spendingtxid).collect())
    }
}

fn decode<T: Decodable>(method: &'static str, hex: &str) -> Result<T, SourceError> {
    deserialize_hex(hex).map_err(|error| malformed(method, &error.to_string()))
}
