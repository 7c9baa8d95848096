//! Handing a transaction to the node again, and reading its answer from facts.
//!
//! Refusals are worded differently by every version of every node, and "inputs missing or spent"
//! does not say which. So a refusal is never read: the node is asked what became of each input.
//! "Conflict" is said only if an input is certainly spent by something else.

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{BlockHash, OutPoint, Transaction, Txid};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use specie_core::chain::Broadcast;

use super::rpc::Rpc;
use crate::SourceError;
use crate::receipts::inputs;

/// The node's code for a transaction whose outputs are on the chain already.
const RPC_VERIFY_ALREADY_IN_CHAIN: i64 = -27;

pub(super) async fn broadcast(rpc: &Rpc, tx: &Transaction) -> Result<Broadcast, SourceError> {
    let txid = tx.compute_txid();
    if in_mempool(rpc, txid).await? {
        return Ok(Broadcast::Known);
    }
    // No fee is too high here: whether to pay it was the payer's choice.
    let params = json!([serialize_hex(tx), 0]);
    let refusal = match rpc.ask::<IgnoredAny>("sendrawtransaction", params).await? {
        Ok(_) => return Ok(Broadcast::Accepted),
        Err(refusal) => refusal,
    };
    // Anything may have happened since the first question.
    if refusal.code == RPC_VERIFY_ALREADY_IN_CHAIN || standing(rpc, txid).await?.is_some() {
        return Ok(Broadcast::Known);
    }
    for input in inputs(tx) {
        if is_spent(rpc, input).await? {
            return Ok(Broadcast::Conflict);
        }
    }
    Ok(Broadcast::Rejected(refusal.message))
}

/// Whether the output certainly existed and is spent, in the mempool or on the chain. The
/// transaction in question is in neither, so something else spends it.
async fn is_spent(rpc: &Rpc, output: OutPoint) -> Result<bool, SourceError> {
    if unspent(rpc, output, true).await? {
        return Ok(false);
    }
    // Unspent on the chain alone: the mempool spends it. Otherwise spent on the chain, or made
    // and spent in the mempool, or never there: certain only if the node has the parent.
    let is_known = unspent(rpc, output, false).await? || has_output(rpc, output).await?;
    // The parent may have come only since the first question: then nothing spends it.
    Ok(is_known && !unspent(rpc, output, true).await?)
}

async fn unspent(rpc: &Rpc, output: OutPoint, mempool: bool) -> Result<bool, SourceError> {
    // Null for an output that is spent or unknown; its amount, a JSON number, is not looked at.
    let params = json!([output.txid, output.vout, mempool]);
    let answer = rpc.ask::<Option<IgnoredAny>>("gettxout", params).await?;
    Ok(matches!(answer, Ok(Some(_))))
}

/// Whether a transaction that stands has this output.
async fn has_output(rpc: &Rpc, output: OutPoint) -> Result<bool, SourceError> {
    let Some(tx) = standing(rpc, output.txid).await? else { return Ok(false) };
    Ok(usize::try_from(output.vout).is_ok_and(|vout| vout < tx.output.len()))
}

async fn in_mempool(rpc: &Rpc, txid: Txid) -> Result<bool, SourceError> {
    Ok(rpc.ask::<IgnoredAny>("getmempoolentry", json!([txid])).await?.is_ok())
}

/// What is read of a verbose `getrawtransaction`.
#[derive(Deserialize)]
struct Shown {
    hex: String,
    blockhash: Option<BlockHash>,
    #[serde(default)]
    confirmations: i64,
}

/// The transaction, if it is in the mempool or (with an index) on the best chain. An index shows those
/// of stale blocks too: they stand nowhere.
async fn standing(rpc: &Rpc, txid: Txid) -> Result<Option<Transaction>, SourceError> {
    let method = "getrawtransaction";
    let Ok(shown) = rpc.ask::<Shown>(method, json!([txid, true])).await? else { return Ok(None) };
    if shown.blockhash.is_some() && shown.confirmations < 1 {
        return Ok(None);
    }
    super::decode(method, &shown.hex).map(Some)
}
