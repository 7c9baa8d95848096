//! What the node says a transaction should pay.
//!
//! The node writes a rate as a JSON number of bitcoins for a thousand virtual bytes. It is read from that
//! number's text, never as a floating-point number, and rounded up. A node that was started lately, or
//! whose chain has no payments, has no estimate: then what is less urgent will do, and in the end what it
//! relays at all. An absurd estimate is cut.

use bitcoin::amount::ParseAmountError;
use bitcoin::{Amount, Denomination, FeeRate};
use serde::Deserialize;
use serde_json::{Number, Value, json};
use specie_core::chain::FeeRates;

use super::rpc::{Refusal, Rpc, malformed};
use crate::SourceError;

const ESTIMATE: &str = "estimatesmartfee";
const POOL: &str = "getmempoolinfo";

/// Within how many blocks: fast, normal, slow.
const TARGETS: [u32; 3] = [2, 6, 144];

/// No rate is higher.
const MOST: FeeRate = FeeRate::from_sat_per_vb_u32(1_000);

/// What is read of an estimate. There is none, but errors, where the node knows too little.
#[derive(Deserialize)]
struct Estimate {
    feerate: Option<Number>,
}

/// What is read of `getmempoolinfo`: the least that is taken in now, and ever.
#[derive(Deserialize)]
struct Pool {
    mempoolminfee: Number,
    minrelaytxfee: Option<Number>,
}

pub(super) async fn fees(rpc: &Rpc) -> Result<FeeRates, SourceError> {
    // What is sent can be bumped, so the node need not be careful.
    let estimates = TARGETS.map(|blocks| (ESTIMATE, json!([blocks, "economical"])));
    let calls = estimates.into_iter().chain([(POOL, json!([]))]).collect();
    let mut answers = rpc.batch_of::<Value>(calls).await?;
    let pool = answers.pop().ok_or_else(|| malformed(POOL, "no answer"))?;
    let floor = floor(pool.map_err(|refusal| refusal.into_error(POOL))?)?;
    let estimates = answers.into_iter().map(estimate).collect::<Result<Vec<_>, _>>()?;
    Ok(rates(&estimates, floor))
}

/// The least that is relayed now.
fn floor(pool: Value) -> Result<FeeRate, SourceError> {
    let pool: Pool = serde_json::from_value(pool).map_err(|error| malformed(POOL, &error.to_string()))?;
    let least = rate(POOL, &pool.mempoolminfee)?;
    let ever = pool.minrelaytxfee.map(|number| rate(POOL, &number)).transpose()?;
    Ok(least.max(ever.unwrap_or(least)))
}

/// An estimate, if the node has one. One that refuses has its estimates switched off.
fn estimate(answer: Result<Value, Refusal>) -> Result<Option<FeeRate>, SourceError> {
    let Ok(answer) = answer else { return Ok(None) };
    let Estimate { feerate } =
        serde_json::from_value(answer).map_err(|error| malformed(ESTIMATE, &error.to_string()))?;
    feerate.map(|number| rate(ESTIMATE, &number)).transpose()
}

/// Bitcoins for a thousand virtual bytes, which are four thousand weight units.
fn rate(method: &'static str, number: &Number) -> Result<FeeRate, SourceError> {
    match Amount::from_str_in(&number.to_string(), Denomination::Bitcoin) {
        Ok(amount) => Ok(FeeRate::from_sat_per_kwu(amount.to_sat().div_ceil(4))),
        Err(ParseAmountError::OutOfRange(error)) if error.is_above_max() => Ok(MOST),
        Err(error) => Err(malformed(method, &format!("{number} is no rate: {error}"))),
    }
}

/// The rates from what is known of them, the most urgent first: each at least the next one.
fn rates(estimates: &[Option<FeeRate>], floor: FeeRate) -> FeeRates {
    let mut least = floor.min(MOST);
    let floor = least;
    let mut rates = estimates.iter().rev().map(|estimate| {
        least = estimate.map_or(least, |rate| rate.min(MOST)).max(least);
        least
    });
    let mut next = || rates.next().unwrap_or(floor);
    let (slow, normal, fast) = (next(), next(), next());
    FeeRates { fast, normal, slow, floor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<u64> {
        let number = serde_json::from_str(text).ok()?;
        rate("x", &number).ok().map(FeeRate::to_sat_per_kwu)
    }

    #[test]
    fn a_rate_is_read_to_the_last_digit_and_rounded_up() {
        assert_eq!(read("0.00001000"), Some(250));
        assert_eq!(read("0.00001001"), Some(251));
        assert_eq!(read("0.00000001"), Some(1));
        assert_eq!(read("0.00000000"), Some(0));
        assert_eq!(read("0.00000100"), Some(25));
        assert_eq!(read("0.01234567"), Some(308_642));
        assert_eq!(read("1"), Some(25_000_000));
        assert_eq!(read("184467440738"), Some(MOST.to_sat_per_kwu()), "more than there is a number for");
    }

    #[test]
    fn what_is_no_rate_is_none() {
        let much = format!("0.{}1", "0".repeat(60));
        for garbage in ["-1", "-0.00001000", "1e-5", "0.000000001", "\"0.1\"", "null", "[]", "{}", "", &much]
        {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn a_node_without_an_estimate_or_a_floor_is_told_from_one_that_answers_rubbish() {
        let none = json!({"errors": ["Insufficient data or no feerate found"], "blocks": 2});
        assert_eq!(estimate(Ok(none)), Ok(None));
        assert_eq!(estimate(Ok(json!({"feerate": null}))), Ok(None));
        let refusal = serde_json::from_value(json!({"code": -32603, "message": "disabled"})).unwrap();
        assert_eq!(estimate(Err(refusal)), Ok(None));
        for rubbish in [json!(1), json!("0.1"), json!({"feerate": "0.1"}), json!({"feerate": -1})] {
            assert!(estimate(Ok(rubbish.clone())).is_err(), "{rubbish}");
        }
        for rubbish in [json!({}), json!({"minrelaytxfee": 1}), json!({"mempoolminfee": -1}), json!(null)] {
            assert!(floor(rubbish.clone()).is_err(), "{rubbish}");
        }
        let either = |text| floor(serde_json::from_str(text).unwrap()).unwrap().to_sat_per_kwu();
        assert_eq!(either(r#"{"mempoolminfee": 0.00001000}"#), 250);
        assert_eq!(either(r#"{"mempoolminfee": 0.00001000, "minrelaytxfee": 0.00002000}"#), 500);
        assert_eq!(either(r#"{"mempoolminfee": 0.00003000, "minrelaytxfee": 0.00002000}"#), 750);
    }

    #[test]
    fn each_rate_is_at_least_the_next_one_and_none_is_absurd() {
        let of = |estimates: [Option<u64>; 3], floor: u64| {
            let estimates = estimates.map(|rate| rate.map(FeeRate::from_sat_per_kwu));
            let FeeRates { fast, normal, slow, floor } = rates(&estimates, FeeRate::from_sat_per_kwu(floor));
            [fast, normal, slow, floor].map(FeeRate::to_sat_per_kwu)
        };
        assert_eq!(of([Some(900), Some(700), Some(500)], 250), [900, 700, 500, 250]);
        assert_eq!(of([None, Some(700), Some(500)], 250), [700, 700, 500, 250]);
        assert_eq!(of([None, None, Some(500)], 250), [500, 500, 500, 250]);
        assert_eq!(of([None, None, None], 250), [250; 4]);
        assert_eq!(of([Some(900), None, None], 250), [900, 250, 250, 250]);
        assert_eq!(of([Some(100), Some(700), Some(200)], 250), [700, 700, 250, 250], "in any order");
        assert_eq!(of([Some(u64::MAX), Some(250_001), Some(1)], 0), [250_000, 250_000, 1, 0]);
        assert_eq!(of([None, None, Some(1)], u64::MAX), [250_000; 4]);
    }
}
