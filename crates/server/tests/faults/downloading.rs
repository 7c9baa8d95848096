//! A node that downloads the chain anew, as one does whose data was lost. It has to be on a network
//! where the node itself says so: in regtest every node thinks now and then that it still downloads,
//! and the server does not ask there. This one is a signet of its own, whose blocks anyone may make.

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Address, Block, Network, Transaction};
use serde_json::json;
use specie_testkit::node::RegtestNode;
use specie_testkit::server::Server;
use specie_testkit::wallet::account_key;

use super::EXE;
use super::reading::Reading;
use super::scene::Scene;
use super::world::{Chain, Sale};

/// Whom nobody here knows.
const STRANGER: &str = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
/// A block takes five million attempts, more or less.
const ATTEMPTS: u32 = 1_000_000_000;

pub struct Signet {
    node: RegtestNode,
    reading: Reading,
}

impl Signet {
    fn mine(&self, address: &str) {
        self.node.rpc("generatetoaddress", json!([1, address, ATTEMPTS]));
    }

    /// A block whose reward is what the buyer pays with.
    fn pay(&self, sale: &Sale) {
        let address = Address::from_script(&sale.script, Network::Signet).unwrap();
        self.mine(&address.to_string());
    }

    fn submit(&self, block: &Block) {
        self.node.rpc("submitblock", json!([serialize_hex(block)]));
    }
}

impl Chain for Signet {
    const NETWORK: &str = "signet";

    fn open() -> (Self, Server, String) {
        let signet = Self { node: RegtestNode::start_signet(), reading: Reading::default() };
        // With a block of today the node is no longer downloading.
        signet.mine(STRANGER);
        let server = Server::on_node(EXE, &signet.node);
        let store = server.real_store("Alder & Finch Books", &account_key("shop"));
        (signet, server, store)
    }

    fn read(&self, _: &Server) -> (Vec<Block>, Vec<Transaction>) {
        self.reading.whole(&self.node)
    }
}

pub fn downloads_anew(mut scene: Scene<Signet>) {
    let sale = scene.sale();
    scene.world.pay(&sale);
    let before = scene.until_deep(&sale, 1);
    assert_eq!((&*before.status, &*before.exception), ("paid", "paidOver"), "a reward is not confirmed yet");
    let (blocks, _) = scene.world.read(&scene.server);
    scene.fault(|signet, _| signet.node.start_over());
    scene.until_trouble("the node is still downloading the chain (0 of 0 blocks)");
    assert_eq!(scene.shown(&sale), before, "nothing is taken back");
    let other = scene.sale();
    // What it has got of the chain is of today, and less than was followed.
    scene.fault(|signet, _| signet.submit(&blocks[1]));
    scene.until_trouble("the best block is 1, and 2 was followed");
    assert_eq!(scene.shown(&sale), before);
    scene.fault(|signet, _| {
        signet.submit(&blocks[2]);
        signet.pay(&other);
    });
    scene.until(&other, "paid");
    scene.until_deep(&sale, 2);
    scene.close();
}
