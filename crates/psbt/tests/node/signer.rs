//! A node that has keys and no chain: a stand-in for a hardware wallet.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::Psbt;
use serde_json::json;
use specie_core::script::ScriptKind;
use specie_testkit::node::RegtestNode;

use crate::wallet::descriptor_with_key;

pub struct Signer {
    node: RegtestNode,
}

impl Signer {
    pub fn new() -> Self {
        Self { node: RegtestNode::start_empty() }
    }

    /// From now on it is the wallet that has one of the test words' keys, and knows the others' public ones.
    pub fn use_keys(&self, kind: ScriptKind, which: usize) {
        for loaded in self.node.rpc("listwallets", json!([])).as_array().expect("a list") {
            self.node.rpc("unloadwallet", json!([loaded]));
        }
        let name = format!("{kind:?} {which}");
        self.node.rpc("createwallet", json!([name, false, true]));
        let one = |path: &str, internal: bool| {
            let text = descriptor_with_key(kind, which, path);
            let checksum = self.node.rpc("getdescriptorinfo", json!([text]))["checksum"].clone();
            let checked = format!("{text}#{}", checksum.as_str().expect("a checksum"));
            json!({"desc": checked, "timestamp": "now", "active": false, "internal": internal, "range": [0, 20]})
        };
        let imported = self.node.rpc("importdescriptors", json!([[one("/0/*", false), one("/1/*", true)]]));
        let all = imported.as_array().expect("a list").iter().all(|one| one["success"] == true);
        assert!(all, "{imported}");
    }

    /// What it gives back: the PSBT as it signed it, the same finished, and if it can the transaction.
    pub fn signed(&self, psbt: &Psbt) -> Vec<String> {
        let text = BASE64_STANDARD.encode(psbt.serialize());
        let process =
            |finish: bool| self.node.rpc("walletprocesspsbt", json!([text, true, "DEFAULT", true, finish]));
        let (signed, finished) = (process(false), process(true));
        let texts = [&signed["psbt"], &finished["psbt"], &finished["hex"]];
        texts.into_iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }
}
