//! The practice chain. While its server runs it is acted on by commands, as an operator would;
//! otherwise by its file.

use bitcoin::{Amount, Block, Denomination, Transaction, Txid};
use serde_json::Value;
use specie_chain::{PayOptions, Reorg, Sandbox};
use specie_core::time::Timestamp;
use specie_testkit::server::{OWNER, Server};

use super::EXE;
use super::world::{Chain, Sale, World};

/// When things happen while the server is stopped: the server takes it for the time of its last look.
const MEANWHILE: Timestamp = Timestamp::EPOCH;
const FILE: &str = "sandbox.log";
const KEPT: &str = "sandbox.log.kept";

pub struct Practice;

/// The chain of a server that does not run.
fn open(server: &Server) -> Sandbox {
    Sandbox::open(Some(&server.data().join(FILE))).unwrap()
}

fn btc(amount: Amount) -> String {
    amount.to_string_in(Denomination::Bitcoin)
}

fn txid(answer: &Value) -> Txid {
    answer["txid"].as_str().unwrap().parse().unwrap()
}

impl Chain for Practice {
    const NETWORK: &str = "sandbox";

    fn open() -> (Self, Server, String) {
        let server = Server::start(EXE);
        server.create_user(OWNER);
        let store = server.practice_store("Alder & Finch Books", &[]);
        // As on a real chain: there is more below than any reorganisation takes away.
        server.mine(10);
        (Self, server, store)
    }

    fn read(&self, server: &Server) -> (Vec<Block>, Vec<Transaction>) {
        // A copy: the server has the file to itself.
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(FILE);
        std::fs::copy(server.data().join(FILE), &copy).unwrap();
        let sandbox = Sandbox::open(Some(&copy)).unwrap();
        (sandbox.blocks(), sandbox.mempool())
    }
}

impl World for Practice {
    fn pay(&mut self, server: &Server, sale: &Sale, amount: Amount) -> Txid {
        if server.is_running() {
            return txid(&server.run(&["sandbox", "pay", &sale.id, "--amount", &btc(amount)]));
        }
        open(server).pay(sale.script.clone(), amount, PayOptions::default(), MEANWHILE).unwrap()
    }

    fn replace(&mut self, server: &Server, old: Txid, sale: &Sale, amount: Amount) -> Txid {
        if server.is_running() {
            let words = ["sandbox", "replace", &old.to_string(), &sale.id, "--amount", &btc(amount)];
            return txid(&server.run(&words));
        }
        open(server).replace(old, vec![(sale.script.clone(), amount)], MEANWHILE).unwrap()
    }

    fn double_spend(&mut self, server: &Server, txid: Txid) {
        if server.is_running() {
            server.run(&["sandbox", "double-spend", &txid.to_string()]);
        } else {
            open(server).double_spend(txid, MEANWHILE).unwrap();
        }
    }

    fn mine(&mut self, server: &Server, blocks: u32) {
        if server.is_running() {
            server.mine(blocks);
        } else {
            open(server).mine(blocks, MEANWHILE).unwrap();
        }
    }

    fn reorg(&mut self, server: &Server, depth: u32, fate: Reorg) {
        if !server.is_running() {
            open(server).reorg(depth, fate, MEANWHILE).unwrap();
            return;
        }
        let fate = match fate {
            Reorg::Return => "return",
            Reorg::Vanish => "vanish",
            Reorg::Remine => "remine",
        };
        server.run(&["sandbox", "reorg", &depth.to_string(), "--fate", fate]);
    }

    fn evict(&mut self, server: &Server, txid: Txid) {
        if server.is_running() {
            server.run(&["sandbox", "evict", &txid.to_string()]);
        } else {
            open(server).evict(txid).unwrap();
        }
    }

    fn readmit(&mut self, _: Txid) {}

    fn forget_mempool(&mut self, server: &Server) {
        if server.is_running() {
            server.run(&["sandbox", "forget-mempool"]);
        } else {
            open(server).clear_mempool().unwrap();
        }
    }

    fn keep(&mut self, server: &Server) {
        std::fs::copy(server.data().join(FILE), server.data().join(KEPT)).unwrap();
    }

    fn restore(&mut self, server: &Server) {
        assert!(!server.is_running(), "it holds the file open");
        std::fs::rename(server.data().join(KEPT), server.data().join(FILE)).unwrap();
    }
}
