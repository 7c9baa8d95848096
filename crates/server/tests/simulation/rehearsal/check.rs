//! What has to be true: at every moment, and when all is quiet. Worked out from the chain as it was
//! and from what the shops were answered, by none of the program's own rules.

use std::collections::BTreeMap;

use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, ScriptBuf, Txid};
use specie_core::chain::inputs;
use specie_core::invoice::Notifications;
use specie_core::time::Timestamp;
use specie_db::{Fate, Param};
use specie_testkit::reference::{Deal, Paid, Past, verdict};

use super::endpoint::Endpoints;
use super::journal::{Answer, Journal, Request};
use super::log::{Log, Reached, hex};
use super::world::World;

/// How long after anything happened the program may not have noticed, in milliseconds: two periods of
/// its look at the chain, and a rest after a failed one.
pub const NOTICED: i64 = 4_500;
/// Confirmations at which a payment is final.
const FINAL: u32 = 6;

/// A payment as it is stored.
struct Stored {
    outpoint: OutPoint,
    sats: u64,
    standing: String,
    height: Option<u32>,
    first_seen: Timestamp,
}

/// All that is checked, and what it remembers.
pub struct Check {
    pub log: Log,
    fate: Fate,
    journal: Journal,
}

impl Check {
    pub fn new(fate: Fate, journal: Journal) -> Self {
        Self { log: Log::default(), fate, journal }
    }

    /// What has to be true at every moment.
    pub fn step(&mut self, world: &World, endpoints: &Endpoints) -> Result<(), String> {
        if let Some(broken) = self.journal.broken().or_else(|| endpoints.broken()) {
            return Err(broken);
        }
        let requests = self.requests();
        let reached = self.log.read(&self.fate, |id| switches(&self.fate, id))?;
        for reached in reached {
            if let Some((request, answer)) = requests.get(&reached.invoice) {
                not_early(world, &reached, request, answer)?;
            }
        }
        Ok(())
    }

    /// All that happened and was told, in order, without the ids that are drawn anew each time.
    pub fn written(&self) -> Vec<String> {
        let asked = "SELECT at, event FROM events UNION ALL
            SELECT * FROM (SELECT created_at, notice || attempts FROM deliveries ORDER BY number)";
        let rows = self.fate.rows(asked, &[]).expect("an answer");
        rows.into_iter().map(|row| format!("{row:?}")).collect()
    }

    /// Answered requests by their invoice.
    fn requests(&self) -> BTreeMap<Vec<u8>, (Request, Answer)> {
        let requests = self.journal.requests().into_iter();
        requests
            .filter_map(|request| {
                let answer = request.answer.clone()?;
                Some((answer.id.as_bytes().to_vec(), (request, answer)))
            })
            .collect()
    }

    /// Whatever was answered is there, as it was answered.
    pub fn acknowledged(&self) -> Result<(), String> {
        for (id, (request, answer)) in self.requests() {
            let asked = "SELECT q.due, q.expires_at, m.script FROM quotes q JOIN payment_methods m
                ON m.invoice_id = q.invoice_id WHERE q.invoice_id = ?1";
            let found = self.fate.rows(asked, &[Param::Blob(id)]).expect("an answer");
            let expected = [
                Param::Int(i64::try_from(answer.due).expect("a small price")),
                Param::Int(answer.expires_at.as_millis()),
                Param::Blob(answer.script.to_bytes()),
            ];
            if found != [expected] {
                return Err(format!("INV-8: {} was answered {answer:?}, stored is {found:?}", request.key));
            }
        }
        let twice = "SELECT count(*) FROM scripts s JOIN wallets w ON w.id = s.wallet_id
            WHERE s.wallet_index >= w.next_index";
        match self.fate.rows(twice, &[]).expect("an answer").as_slice() {
            [row] if row[..] == [Param::Int(0)] => Ok(()),
            _ => Err("INV-7: an index was shown that may be issued again".to_owned()),
        }
    }

    /// Every posting has two sides, each balance is what they add up to, and what came for a complete
    /// invoice is in its store's wallet.
    pub fn booked(&self) -> Result<(), String> {
        let summed = "SELECT store_id, account, sum(amount) FROM (
                SELECT store_id, to_account AS account, amount FROM postings
                UNION ALL SELECT store_id, from_account, -amount FROM postings
            ) GROUP BY store_id, account ORDER BY store_id, account";
        let kept = "SELECT store_id, account, amount FROM balances ORDER BY store_id, account";
        let [summed, kept] = [summed, kept].map(|sql| self.fate.rows(sql, &[]).expect("an answer"));
        if summed != kept {
            return Err(format!("INV-2: the postings add up to {summed:?}, the balances are {kept:?}"));
        }
        let unbooked = "SELECT id FROM invoices WHERE status = 'complete' AND (
                SELECT coalesce(sum(CASE WHEN to_account = 'wallet' THEN amount WHEN from_account = 'wallet'
                    THEN -amount ELSE 0 END), 0) FROM postings WHERE invoice_id = invoices.id
            ) <> (SELECT coalesce(sum(amount), 0) FROM payments WHERE invoice_id = invoices.id AND standing <> 'lost')";
        match self.fate.rows(unbooked, &[]).expect("an answer").first() {
            None => Ok(()),
            Some(id) => Err(format!("INV-2: not all that came for the complete invoice {id:?} is booked")),
        }
    }

    /// What has to be true when the program had the time to notice everything. `last`: nothing is
    /// missing, and every payment is final.
    pub fn quiet(&self, world: &World, now: Timestamp, last: bool) -> Result<(), String> {
        for (id, (request, answer)) in self.requests() {
            let stored = self.payments(&id);
            let there = world.now().outputs.get(&answer.script).cloned().unwrap_or_default();
            conserved(world, &stored, &there).map_err(|what| format!("INV-1: {}: {what}", request.key))?;
            let missing = stored.iter().any(|payment| payment.standing == "missing");
            if missing && last {
                return Err(format!("INV-9: a payment of {} is missing in the end", request.key));
            }
            let edges = [answer.expires_at, answer.monitoring_ends_at];
            if missing || edges.iter().any(|edge| now.millis_since(*edge).abs() < NOTICED) {
                continue;
            }
            self.judged(world, now, &request, &answer, &stored, &there)?;
        }
        Ok(())
    }

    fn payments(&self, invoice: &[u8]) -> Vec<Stored> {
        let asked = "SELECT txid, vout, amount, standing, block_height, first_seen FROM payments
            WHERE invoice_id = ?1 ORDER BY seq";
        let rows = self.fate.rows(asked, &[Param::Blob(invoice.to_vec())]).expect("an answer");
        let rows = rows.into_iter().map(|row| match <[Param; 6]>::try_from(row) {
            Ok(
                [
                    Param::Blob(txid),
                    Param::Int(vout),
                    Param::Int(sats),
                    Param::Text(standing),
                    height,
                    Param::Int(first_seen),
                ],
            ) => Stored {
                outpoint: OutPoint {
                    txid: Txid::from_slice(&txid).expect("an id"),
                    vout: u32::try_from(vout).expect("a number"),
                },
                sats: u64::try_from(sats).expect("an amount"),
                standing,
                height: match height {
                    Param::Int(height) => u32::try_from(height).ok(),
                    _ => None,
                },
                first_seen: Timestamp::from_millis(first_seen),
            },
            other => panic!("{other:?} is no payment"),
        });
        rows.collect()
    }

    /// The verdict follows from what is there: between what is as deep as it is now, and what is as
    /// deep as it ever was.
    fn judged(
        &self,
        world: &World,
        now: Timestamp,
        request: &Request,
        answer: &Answer,
        stored: &[Stored],
        there: &[Paid],
    ) -> Result<(), String> {
        let id = answer.id.as_bytes().to_vec();
        let told = self.log.invoices.get(&id).ok_or_else(|| format!("{} has no log", request.key))?;
        let (least, most) = request.confirmations();
        let deal = |confirmations| Deal { due: answer.due, min_due: answer.due, confirmations };
        let deepest: Vec<Paid> = there
            .iter()
            .map(|paid| Paid { confirmations: world.deepest(paid.outpoint).unwrap_or(0), ..*paid })
            .collect();
        // Whether a version lends its time depends on what replaced it, of which the reference knows only the inputs.
        let past = |lends| Past {
            expired: now >= answer.expires_at,
            given_up: now >= answer.monitoring_ends_at,
            ever_confirmed: told.ever_confirmed,
            in_time: in_time(world, stored, there, answer.expires_at, lends),
        };
        let own = verdict(there, deal(most), past(false));
        if (told.status.as_str(), told.flag.as_str()) == own {
            return Ok(());
        }
        let past = past(true);
        let low = verdict(there, deal(most), past);
        let high = verdict(&deepest, deal(least), past);
        let found = (told.status.as_str(), told.flag.as_str());
        let between = rank(low.0) <= rank(found.0) && rank(found.0) <= rank(high.0);
        if found == low || found == high || (between && rank(found.0).is_some() && found.1 == high.1) {
            return Ok(());
        }
        Err(format!(
            "INV-9: {} is {found:?}, and should be {low:?} or {high:?}: {past:?}, {request:?}, there {there:?}",
            request.key
        ))
    }

    /// When all is over: every delivery was heard, each shop's in order, and the last one told of what
    /// is stored.
    pub fn delivered(&self, endpoints: &Endpoints) -> Result<(), String> {
        let heard = endpoints.heard();
        let asked = "SELECT id, invoice_id, state, number FROM deliveries ORDER BY number";
        let mut last_place = BTreeMap::new();
        let mut last_told = BTreeMap::new();
        for row in self.fate.rows(asked, &[]).expect("an answer") {
            let Ok([Param::Blob(id), Param::Blob(invoice), Param::Text(state), Param::Int(_)]) =
                <[Param; 4]>::try_from(row)
            else {
                panic!("no delivery");
            };
            let Some(place) = heard.iter().position(|heard| heard.delivery == id) else {
                return Err(format!("INV-11: delivery {} is {state} and was never heard", hex(&id)));
            };
            if state != "done" {
                return Err(format!("INV-11: delivery {} is {state} in the end", hex(&id)));
            }
            if last_place.insert(invoice.clone(), place).is_some_and(|before| before > place) {
                let invoice = hex(&invoice);
                return Err(format!("INV-12: the shop of invoice {invoice} heard a later delivery first"));
            }
            last_told.insert(invoice, heard[place].status.clone());
        }
        for (id, (request, _)) in self.requests() {
            let status = &self.log.invoices[&id].status;
            let all = request.notifications != Notifications::Confirmation;
            let told = last_told.get(&id);
            if all && status != "new" && told != Some(status) {
                return Err(format!("INV-12: {} is {status}, its shop was last told {told:?}", request.key));
            }
        }
        Ok(())
    }
}

/// How far a payment has come.
fn rank(status: &str) -> Option<usize> {
    ["paid", "confirmed", "complete"].iter().position(|known| *known == status)
}

/// What a shop asked to be told, as it is stored: of invoices too whose answer was lost.
fn switches(fate: &Fate, invoice: &[u8]) -> Notifications {
    let asked = "SELECT order_details FROM invoices WHERE id = ?1";
    let rows = fate.rows(asked, &[Param::Blob(invoice.to_vec())]).expect("an answer");
    let [row] = rows.as_slice() else { panic!("an event of no invoice") };
    let Param::Text(order) = &row[0] else { panic!("no order") };
    let order: specie_core::invoice::Order = serde_json::from_str(order).expect("an order");
    order.notifications
}

/// Nothing is confirmed, or complete, before what was there at that moment was so deep.
fn not_early(world: &World, reached: &Reached, request: &Request, answer: &Answer) -> Result<(), String> {
    let needed = match reached.status.as_str() {
        "confirmed" => request.confirmations().0,
        "complete" => FINAL,
        _ => return Ok(()),
    };
    // A payment that was so deep once stays so until it is lost.
    let deep = |paid: &&Paid| world.deepest(paid.outpoint).is_some_and(|deepest| deepest >= needed);
    let enough = world.at(reached.at).any(|epoch| {
        let there = epoch.outputs.get(&answer.script).map_or(&[][..], Vec::as_slice);
        there.iter().filter(deep).map(|paid| paid.sats).sum::<u64>() >= answer.due
    });
    if enough || absent_but_deep(world, &answer.script, needed) >= answer.due {
        return Ok(());
    }
    Err(format!("INV-3: {} is {} too early: {request:?}, {answer:?}", request.key, reached.status))
}

/// What was so deep once, wherever it is now: a payment that is nowhere counts until it is lost.
fn absent_but_deep(world: &World, script: &ScriptBuf, needed: u32) -> u64 {
    let ever = world.ever().flat_map(|epoch| epoch.outputs.get(script)).flatten();
    let deep = ever.filter(|paid| world.deepest(paid.outpoint).is_some_and(|deepest| deepest >= needed));
    deep.map(|paid| (paid.outpoint, paid.sats)).collect::<BTreeMap<_, _>>().values().sum()
}

/// Each output that is there is counted once, where it is; what is counted as there, is.
fn conserved(world: &World, stored: &[Stored], there: &[Paid]) -> Result<(), String> {
    let tip = world.sandbox.tip().height;
    let counted = stored.iter().filter(|p| ["mempool", "block"].contains(&p.standing.as_str()));
    let mut counted: Vec<_> = counted.map(|p| (p.outpoint, p.sats, p.height)).collect();
    let height = |paid: &Paid| (paid.confirmations > 0).then(|| tip + 1 - paid.confirmations);
    let mut present: Vec<_> = there.iter().map(|p| (p.outpoint, p.sats, height(p))).collect();
    counted.sort();
    present.sort();
    if counted == present {
        return Ok(());
    }
    let stored: Vec<_> = stored.iter().map(|p| (p.outpoint, p.sats, &p.standing, p.height)).collect();
    Err(format!("there is {present:?}, stored is {stored:?}"))
}

/// Satoshis of what is there that were first seen in time, a fee bump being seen when its first version was, if that one
/// `lends` its time. What the program says it saw when has to fit what happened.
fn in_time(world: &World, stored: &[Stored], there: &[Paid], expires_at: Timestamp, lends: bool) -> u64 {
    let spends = |txid: Txid| -> Vec<OutPoint> {
        world.sandbox.transaction(txid).iter().flat_map(|tx| inputs(tx).collect::<Vec<_>>()).collect()
    };
    let seen = |paid: &Paid| {
        let own = spends(paid.outpoint.txid);
        let versions = stored.iter().filter(|p| {
            p.outpoint.txid == paid.outpoint.txid
                || lends && spends(p.outpoint.txid).iter().any(|input| own.contains(input))
        });
        versions.map(|p| p.first_seen).min()
    };
    there.iter().filter(|p| seen(p).is_some_and(|seen| seen < expires_at)).map(|p| p.sats).sum()
}

impl Check {
    /// Nothing is dated before it was there, or after it was noticed.
    pub fn dated(&self, world: &World, now: Timestamp) -> Result<(), String> {
        for (id, (request, _)) in self.requests() {
            for payment in self.payments(&id) {
                let Some(entered) = world.entered(payment.outpoint.txid) else { continue };
                // Blocks and nodes tell whole seconds.
                if payment.first_seen.millis_since(entered) < -1_000 || payment.first_seen > now {
                    let (seen, key) = (payment.first_seen, &request.key);
                    return Err(format!(
                        "a payment of {key} is dated {seen:?}, and was there at {entered:?}"
                    ));
                }
            }
        }
        Ok(())
    }
}
