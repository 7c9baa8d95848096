//! A real node, in regtest or on a signet of its own, for tests: started on loopback with ports that
//! the system chose, in a folder of its own, killed and removed when dropped (also if the test panics).
//!
//! Every call blocks, over a plain socket, so that it can be used inside and outside an async
//! runtime. The payer's wallet signs but does not broadcast by itself (`walletbroadcast=0`), so
//! that what was made to leave the mempool does not come back on its own.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::{Amount, Network, ScriptBuf, Transaction, Txid};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a node may take to start, stop or answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ten mature coinbases of 50 BTC, so that payments need not depend on each other.
const FUNDING_BLOCKS: u32 = 110;

/// A node, its data and a funded wallet named "payer".
#[derive(Debug)]
pub struct RegtestNode {
    folder: TempDir,
    child: Option<Child>,
    rpc_port: u16,
    p2p_port: u16,
    zmq_port: u16,
    /// The wallet exists.
    funded: bool,
    chain: &'static str,
    more: Vec<String>,
    asked: Cell<u64>,
}

/// The node's executable: `BITCOIND_EXE`, or the one in the cache folder.
#[expect(clippy::disallowed_methods, reason = "the test kit may read the environment")]
fn executable() -> PathBuf {
    if let Some(path) = std::env::var_os("BITCOIND_EXE") {
        return path.into();
    }
    let cache = crate::cache::folder();
    let path = cache.join("node").join("bitcoind");
    assert!(
        path.exists(),
        "no node at {}: run `cargo xtask check`, which installs one, or set BITCOIND_EXE",
        path.display()
    );
    path
}

#[expect(clippy::disallowed_methods, reason = "the test kit waits for real processes")]
fn deadline() -> impl Fn() -> bool {
    let start = Instant::now();
    move || start.elapsed() > PATIENCE
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let late = deadline();
    while !done() {
        assert!(!late(), "waited {PATIENCE:?} for {what}");
        sleep(Duration::from_millis(20));
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

impl RegtestNode {
    /// Starts a node with an empty chain, creates the wallet, and mines blocks to it until ten coinbases are mature
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// As [`start`](Self::start), with further arguments, which hold for every later start too.
    #[must_use]
    pub fn start_with(more: &[&str]) -> Self {
        let mut node = Self::start_on("regtest", more);
        node.rpc("createwallet", json!(["payer"]));
        node.funded = true;
        node.mine(FUNDING_BLOCKS);
        node
    }

    /// Starts a node with an empty chain and no wallet.
    #[must_use]
    pub fn start_empty() -> Self {
        Self::start_on("regtest", &[])
    }

    /// Starts a node on a signet of its own, whose blocks anyone may make, with an empty chain and no
    /// wallet. There, unlike in regtest, a node without a block of today is downloading the chain.
    #[must_use]
    pub fn start_signet() -> Self {
        Self::start_on("signet", &["-signetchallenge=51"])
    }

    fn start_on(chain: &'static str, more: &[&str]) -> Self {
        // Another process may take a free port before the node does: then try others.
        for _ in 0..5 {
            let mut node = Self {
                folder: tempfile::Builder::new().prefix("specie-node").tempdir().expect("a folder"),
                child: None,
                rpc_port: free_port(),
                p2p_port: free_port(),
                zmq_port: free_port(),
                funded: false,
                chain,
                more: more.iter().map(|arg| (*arg).to_owned()).collect(),
                asked: Cell::new(0),
            };
            if node.launch(true) {
                return node;
            }
        }
        panic!("the node does not start");
    }

    /// Starts the process and waits until it answers. False if it ended instead.
    fn launch(&mut self, keep_mempool: bool) -> bool {
        let zmq = format!("tcp://127.0.0.1:{}", self.zmq_port);
        let child = Command::new(executable())
            .arg(format!("-datadir={}", self.folder.path().display()))
            .arg(format!("-chain={}", self.chain))
            .args(["-server", "-listen=1", "-dnsseed=0", "-fixedseeds=0"])
            .args(["-listenonion=0", "-txindex=1", "-fallbackfee=0.0001", "-walletbroadcast=0"])
            .args(["-rest", "-blockfilterindex=1", "-peerblockfilters=1"])
            .args(["-whitelist=noban@127.0.0.1", "-rpcallowip=127.0.0.1", "-printtoconsole=0"])
            .args(["-rpcbind=127.0.0.1", "-dbcache=8"])
            .arg(format!("-rpcport={}", self.rpc_port))
            .arg(format!("-bind=127.0.0.1:{}", self.p2p_port))
            .arg(format!("-persistmempool={}", u8::from(keep_mempool)))
            .args(["rawblock", "rawtx", "sequence"].map(|topic| format!("-zmqpub{topic}={zmq}")))
            .args(&self.more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the node's executable runs");
        self.child = Some(child);
        let late = deadline();
        loop {
            let child = self.child.as_mut().expect("just started");
            if child.try_wait().expect("the node's state").is_some() {
                return false;
            }
            if self.try_rpc("getblockcount", &json!([])).is_ok() {
                return true;
            }
            assert!(!late(), "waited {PATIENCE:?} for the node to start");
            sleep(Duration::from_millis(20));
        }
    }

    /// Stops the node in an orderly way; its data stays.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        self.rpc("stop", json!([]));
        wait_for("the node to stop", || child.try_wait().expect("the node's state").is_some());
    }

    /// Stops and starts the node on the same ports. `keep_mempool`: whether the mempool survives.
    pub fn restart(&mut self, keep_mempool: bool) {
        // The old process saves its mempool as it was told at its own start; drop the file.
        self.stop();
        if !keep_mempool {
            let _ = std::fs::remove_file(self.data().join("mempool.dat"));
        }
        assert!(self.launch(keep_mempool), "the node does not start again");
        if self.funded {
            self.rpc("loadwallet", json!(["payer"]));
        }
    }

    /// The JSON-RPC address.
    #[must_use]
    pub fn rpc_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.rpc_port)
    }

    /// The ZMQ address, which publishes rawblock, rawtx and sequence.
    #[must_use]
    pub fn zmq_url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.zmq_port)
    }

    /// Where a peer can connect.
    #[must_use]
    pub fn p2p_address(&self) -> String {
        format!("127.0.0.1:{}", self.p2p_port)
    }

    /// The file with the credentials, which each start writes anew.
    #[must_use]
    pub fn cookie_file(&self) -> PathBuf {
        self.data().join(".cookie")
    }

    /// Stops the node, and starts it again without a block: it has to get the chain anew.
    ///
    /// # Panics
    /// If it does not start, or has a wallet, whose coins would be in no block.
    pub fn start_over(&mut self) {
        assert!(!self.funded, "its wallet would know blocks that it does not");
        self.stop();
        for lost in ["blocks", "chainstate", "indexes"] {
            std::fs::remove_dir_all(self.data().join(lost)).expect("it had a chain");
        }
        assert!(self.launch(false), "the node does not start again");
    }

    /// The chain's name, the same to the node and to the server.
    #[must_use]
    pub fn chain(&self) -> &'static str {
        self.chain
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join(self.chain)
    }

    /// Calls a method and returns its result; panics with the node's words if it refuses.
    pub fn rpc(&self, method: &str, params: Value) -> Value {
        match self.try_rpc(method, &params) {
            Ok(result) => result,
            Err(error) => panic!("{method} {params}: {error}"),
        }
    }

    /// Calls a method and returns its result, or why there is none.
    ///
    /// # Errors
    /// What the connection or the node said.
    pub fn try_rpc(&self, method: &str, params: &Value) -> Result<Value, String> {
        self.asked.set(self.asked.get() + 1);
        let request = json!({"id": self.asked.get(), "method": method, "params": params});
        let answer = self.post(&request.to_string()).map_err(|error| error.to_string())?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("an answer without an end")?;
        let mut reply: Value = serde_json::from_str(body).map_err(|error| format!("{error}: {body}"))?;
        match reply["error"].take() {
            Value::Null => Ok(reply["result"].take()),
            error => Err(error.to_string()),
        }
    }

    fn post(&self, body: &str) -> std::io::Result<String> {
        let cookie = std::fs::read_to_string(self.cookie_file())?;
        let mut socket = TcpStream::connect(("127.0.0.1", self.rpc_port))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let credentials = BASE64_STANDARD.encode(cookie.trim_end());
        write!(
            socket,
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {credentials}\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// A new address of the payer's wallet.
    #[must_use]
    pub fn new_address(&self) -> String {
        text(&self.rpc("getnewaddress", json!([])))
    }

    /// Mines blocks with the mempool's transactions, to an address never used before (or two
    /// branches could begin with the same block); returns their hashes, lowest first.
    pub fn mine(&self, count: u32) -> Vec<String> {
        let hashes = self.rpc("generatetoaddress", json!([count, self.new_address()]));
        hashes.as_array().expect("a list of hashes").iter().map(text).collect()
    }

    /// Mines one block with exactly these transactions (ids, or raw in hexadecimal); returns its
    /// hash.
    pub fn mine_exactly(&self, transactions: &[String]) -> String {
        text(&self.rpc("generateblock", json!([self.new_address(), transactions]))["hash"])
    }

    /// Pays an amount to an address; not replaceable by its own signal.
    pub fn send(&self, address: &str, amount: Amount) -> Txid {
        self.pay(&[(script_of(address), amount)], false)
    }

    /// Pays an amount to an address; signals replacement (BIP 125).
    pub fn send_replaceable(&self, address: &str, amount: Amount) -> Txid {
        self.pay(&[(script_of(address), amount)], true)
    }

    /// Pays these outputs, in this order, with one transaction.
    pub fn pay(&self, outputs: &[(ScriptBuf, Amount)], replaceable: bool) -> Txid {
        let outputs: Vec<_> = outputs
            .iter()
            .map(|(script_pubkey, value)| bitcoin::TxOut {
                value: *value,
                script_pubkey: script_pubkey.clone(),
            })
            .collect();
        let change = outputs.len();
        let tx = Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input: Vec::new(),
            output: outputs,
        };
        // Without inputs the encoding is ambiguous: spelled out here, in the form before segwit.
        let mut bytes = tx.version.0.to_le_bytes().to_vec();
        bytes.push(0);
        bytes.extend(bitcoin::consensus::serialize(&tx.output));
        bytes.extend(bitcoin::consensus::serialize(&tx.lock_time));
        let hex = bitcoin::hex::DisplayHex::to_lower_hex_string(bytes.as_slice());
        let options = json!({"replaceable": replaceable, "changePosition": change});
        let funded = self.rpc("fundrawtransaction", json!([hex, options, false]));
        self.sign_and_send(&text(&funded["hex"]))
    }

    /// Signs a raw transaction with the payer's wallet and sends it.
    pub fn sign_and_send(&self, hex: &str) -> Txid {
        let signed = self.rpc("signrawtransactionwithwallet", json!([hex]));
        assert_eq!(signed["complete"], true, "{signed}");
        let txid = self.rpc("sendrawtransaction", json!([signed["hex"], 0]));
        text(&txid).parse().expect("a transaction id")
    }

    /// Raises the fee of a wallet's transaction with a new version; returns the new id.
    pub fn bumpfee(&self, txid: Txid) -> Txid {
        let bumped = self.rpc("bumpfee", json!([txid]));
        let new = text(&bumped["txid"]);
        let hex = text(&self.rpc("gettransaction", json!([new]))["hex"]);
        self.rpc("sendrawtransaction", json!([hex, 0]));
        new.parse().expect("a transaction id")
    }

    /// Spends the inputs of a wallet transaction to an address of the payer's own, at a higher fee:
    /// whoever was paid by it is not.
    pub fn spend_elsewhere(&self, txid: Txid) -> Txid {
        let paid = self.transaction(txid);
        let inputs = paid.input.iter().map(|input| {
            let spent = input.previous_output;
            json!({ "txid": spent.txid, "vout": spent.vout, "sequence": 0xffff_fffd_u32 })
        });
        let total: Amount = paid.output.iter().map(|output| output.value).sum();
        let back = (total - Amount::from_sat(20_000)).to_string_in(bitcoin::Denomination::Bitcoin);
        let outputs = json!([{ self.new_address(): back }]);
        let hex = self.rpc("createrawtransaction", json!([inputs.collect::<Vec<_>>(), outputs]));
        self.sign_and_send(&text(&hex))
    }

    /// A transaction of the mempool or the chain.
    pub fn transaction(&self, txid: Txid) -> Transaction {
        let hex = text(&self.rpc("getrawtransaction", json!([txid, false])));
        bitcoin::consensus::encode::deserialize_hex(&hex).expect("a transaction")
    }

    /// Takes a block, and those above it, off the best chain.
    pub fn invalidate_block(&self, hash: &str) {
        self.rpc("invalidateblock", json!([hash]));
    }

    /// Lets an invalidated block back.
    pub fn reconsider_block(&self, hash: &str) {
        self.rpc("reconsiderblock", json!([hash]));
    }
}

impl Drop for RegtestNode {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// The script of a regtest address.
#[must_use]
pub fn script_of(address: &str) -> ScriptBuf {
    let address: bitcoin::Address<_> = address.parse().expect("an address");
    address.require_network(Network::Regtest).expect("a regtest address").script_pubkey()
}
