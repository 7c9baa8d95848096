//! Commands to the practice chain.

use bitcoin::{Amount, Denomination, Txid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use specie_core::ids::InvoiceId;

use super::{bad, plain};
use crate::app::{App, Fate, Play, Played, Practice, Scenario, confirming_blocks};
use crate::http::ApiError;

/// Most blocks that are mined at once.
const MAX_BLOCKS: u32 = 1000;

/// What is to happen on the practice chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum PracticeWords {
    /// Pays an invoice.
    Pay {
        /// The invoice.
        invoice: String,
        /// Bitcoin; none: what is missing.
        amount: Option<String>,
    },
    /// Mines blocks.
    Mine {
        /// How many.
        blocks: u32,
    },
    /// Replaces a payment that is in no block.
    Replace {
        /// The transaction that goes.
        txid: String,
        /// The invoice that the other one pays.
        invoice: String,
        /// Bitcoin; none: what is missing.
        amount: Option<String>,
    },
    /// Spends what a transaction spends to someone else.
    DoubleSpend {
        /// The transaction that goes.
        txid: String,
    },
    /// Takes a transaction out of the mempool.
    Evict {
        /// The transaction.
        txid: String,
    },
    /// Replaces the highest blocks by a longer branch.
    Reorganise {
        /// How many.
        depth: u32,
        /// What becomes of their payments: `return`, `vanish` or `remine`.
        fate: String,
    },
    /// Empties the mempool.
    ForgetMempool,
    /// Makes what has to be there before something happens to an invoice.
    Prepare {
        /// The scenario, by its name.
        scenario: String,
        /// The invoice, by its id or its number.
        invoice: String,
    },
    /// Makes something happen to an invoice, with all that has to be there before.
    Trigger {
        /// The scenario, by its name.
        scenario: String,
        /// The invoice, by its id or its number.
        invoice: String,
    },
}

/// Lets it happen, and answers with the transaction that was made and the height of the chain.
pub(super) async fn execute(app: &App, words: PracticeWords) -> Result<Value, ApiError> {
    let practised = match words {
        PracticeWords::Pay { invoice, amount } => app.practice_pay(id(&invoice)?, btc(amount)?).await,
        PracticeWords::Replace { txid, invoice, amount } => {
            app.practice_replace(transaction(&txid)?, id(&invoice)?, btc(amount)?).await
        }
        PracticeWords::Mine { blocks } => app.practise(Practice::Mine { blocks: some(blocks, "mined")? }),
        PracticeWords::DoubleSpend { txid } => {
            app.practise(Practice::DoubleSpend { txid: transaction(&txid)? })
        }
        PracticeWords::Evict { txid } => app.practise(Practice::Evict { txid: transaction(&txid)? }),
        PracticeWords::Reorganise { depth, fate } => {
            let depth = some(depth, "replaced")?;
            app.practise(Practice::Reorganise { depth, fate: self::fate(&fate)? })
        }
        PracticeWords::ForgetMempool => app.practise(Practice::ForgetMempool),
        PracticeWords::Prepare { scenario, invoice } => {
            let (id, scenario) = (plain(app.invoice_named(&invoice).await)?, self::scenario(&scenario)?);
            let prepared = plain(app.prepare_play(id, scenario).await)?;
            return Ok(told(id, scenario, &[prepared]));
        }
        PracticeWords::Trigger { scenario, invoice } => {
            return trigger(app, self::scenario(&scenario)?, &invoice).await;
        }
    };
    let practised = plain(practised)?;
    Ok(match practised.txid {
        Some(txid) => json!({ "txid": txid.to_string() }),
        None => json!({ "height": practised.height }),
    })
}

/// First what has to be there before, so that whoever follows the chain sees it, and then what is wanted.
async fn trigger(app: &App, scenario: Scenario, invoice: &str) -> Result<Value, ApiError> {
    let id = plain(app.invoice_named(invoice).await)?;
    let prepared = plain(app.prepare_play(id, scenario).await)?;
    let view = plain(app.seen(id, &prepared).await)?;
    let blocks = (scenario == Scenario::Mine).then(|| confirming_blocks(&view));
    let played = plain(app.play(id, Play { blocks, ..Play::of(scenario) }).await)?;
    // Whoever triggers something next is not answered by what was before this.
    plain(app.seen(id, &played).await)?;
    Ok(told(id, scenario, &[prepared, played]))
}

fn told(id: InvoiceId, scenario: Scenario, played: &[Played]) -> Value {
    let txids: Vec<String> = played.iter().flat_map(|one| &one.made).map(ToString::to_string).collect();
    let height = played.iter().map(|one| one.height).max();
    json!({ "invoice": id.to_string(), "scenario": scenario.name(), "txids": txids, "height": height })
}

fn scenario(name: &str) -> Result<Scenario, ApiError> {
    Scenario::from_name(name).ok_or_else(|| bad("there is no such scenario"))
}

fn id(text: &str) -> Result<InvoiceId, ApiError> {
    text.parse().map_err(|_| bad("not an invoice id"))
}

fn transaction(text: &str) -> Result<Txid, ApiError> {
    text.parse().map_err(|_| bad("not a transaction id"))
}

fn btc(text: Option<String>) -> Result<Option<Amount>, ApiError> {
    let amount = text.map(|btc| Amount::from_str_in(&btc, Denomination::Bitcoin));
    amount.transpose().map_err(|e| bad(&format!("not an amount of bitcoin: {e}")))
}

fn some(blocks: u32, done: &str) -> Result<u32, ApiError> {
    let fits = (1..=MAX_BLOCKS).contains(&blocks);
    fits.then_some(blocks).ok_or_else(|| bad(&format!("from 1 to 1,000 blocks are {done} at once")))
}

fn fate(text: &str) -> Result<Fate, ApiError> {
    match text {
        "return" => Ok(Fate::Return),
        "vanish" => Ok(Fate::Vanish),
        "remine" => Ok(Fate::Remine),
        _ => Err(bad("a fate is return, vanish or remine")),
    }
}
