//! The body of a scenario: what is made to happen to a practice invoice.

use bitcoin::{Amount, Denomination};
use rust_decimal::Decimal;
use serde_json::Value;
use utoipa::ToSchema;

use super::Problems;
use super::request::{Fields, Refused};
use crate::app::view::{MAX_BLOCKS, Play, Scenario};

/// The body of a scenario.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, so that all that is wrong is named")]
pub struct NewPanelPractice {
    /// `pay`, `underpay`, `overpay`, `pay_late` (the time for paying ends, and then it is paid), `replace` (the same
    /// payment for a higher fee), `double_spend`, `mine`, `reorg` (its payments wait for a block again), `reorg_vanish`
    /// (they are gone) or `expire`.
    #[schema(example = "mine")]
    scenario: String,
    /// Bitcoin, for what pays; by default what makes sense.
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, maximum = 1000)]
    amount: Option<Decimal>,
    /// Blocks that are mined, one by default, or replaced, by default all since its payments.
    #[schema(minimum = 1, maximum = 100, example = 6)]
    blocks: Option<u32>,
}

/// What is to happen.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn practice(body: &[u8]) -> Result<Play, Refused> {
    let fields = Fields::read(body)?;
    let mut problems = Problems::default();
    let scenario = problems.keep("scenario", scenario(&fields));
    let amount = problems.keep("amount", amount(&fields));
    let blocks = problems.keep("blocks", blocks(&fields));
    match (scenario, amount, blocks) {
        (Some(scenario), Some(amount), Some(blocks)) => {
            named(scenario, amount.is_some(), blocks.is_some(), &mut problems);
            let play = Play { amount, blocks, ..Play::of(scenario) };
            if problems.is_empty() { Ok(play) } else { Err(Refused::Invalid(problems)) }
        }
        _ => Err(Refused::Invalid(problems)),
    }
}

/// What is said of something else than the scenario does.
fn named(scenario: Scenario, amount: bool, blocks: bool, problems: &mut Problems) {
    let name = scenario.name();
    if amount && !scenario.pays() {
        problems.add("amount", &format!("must not be there: nothing is paid by {name}"));
    }
    if blocks && !scenario.makes_blocks() {
        problems.add("blocks", &format!("must not be there: no block comes of {name}"));
    }
}

fn scenario(fields: &Fields) -> Result<Scenario, String> {
    let name = fields.text("scenario")?.ok_or("is required")?;
    let names = || Scenario::ALL.map(Scenario::name).join(", ");
    Scenario::from_name(&name).ok_or_else(|| format!("must be one of {}", names()))
}

/// Bitcoin, exactly as it is written: nothing is rounded.
fn amount(fields: &Fields) -> Result<Option<Amount>, String> {
    let text = match fields.get("amount") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err("must be a number".to_owned()),
    };
    let exact = specie_core::money::parse_decimal(&text).map_err(|_| "must be a number".to_owned())?;
    let exact = exact.normalize().to_string();
    let amount = Amount::from_str_in(&exact, Denomination::Bitcoin).ok();
    let amount = amount.filter(|amount| *amount > Amount::ZERO && *amount <= Amount::from_int_btc(1_000));
    let words = "must be above 0 and at most 1000 bitcoin, with at most 8 decimal places";
    amount.map(Some).ok_or_else(|| words.to_owned())
}

fn blocks(fields: &Fields) -> Result<Option<u32>, String> {
    let blocks = match fields.get("blocks") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let blocks = blocks.and_then(|blocks| u32::try_from(blocks).ok()).ok_or("must be an integer")?;
    let fits = (1..=MAX_BLOCKS).contains(&blocks);
    fits.then_some(Some(blocks)).ok_or_else(|| format!("must be between 1 and {MAX_BLOCKS}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_read_exactly() {
        let sats = |sats| Some(Amount::from_sat(sats));
        for (body, scenario, amount, blocks) in [
            (r#"{"scenario":"pay"}"#, Scenario::Pay, None, None),
            (r#"{"scenario":"pay","amount":0.0004,"blocks":null}"#, Scenario::Pay, sats(40_000), None),
            (r#"{"scenario":"overpay","amount":"1000.00"}"#, Scenario::Overpay, sats(100_000_000_000), None),
            (r#"{"scenario":"pay_late","amount":1e-8}"#, Scenario::PayLate, sats(1), None),
            (r#"{"scenario":"mine","blocks":6}"#, Scenario::Mine, None, Some(6)),
            (r#"{"scenario":"reorg_vanish","blocks":"2"}"#, Scenario::Vanish, None, Some(2)),
        ] {
            let play = Play { amount, blocks, ..Play::of(scenario) };
            assert_eq!(practice(body.as_bytes()), Ok(play), "{body}");
        }
    }

    #[test]
    fn every_bad_field_is_named_with_what_it_has_to_be() {
        let range =
            "The amount field must be above 0 and at most 1000 bitcoin, with at most 8 decimal places.";
        let names =
            "pay, underpay, overpay, pay_late, replace, double_spend, mine, reorg, reorg_vanish, expire";
        for (body, errors) in [
            ("{}", json!({ "scenario": ["The scenario field is required."] })),
            (
                r#"{"scenario":"Pay","amount":0}"#,
                json!({ "scenario": [format!("The scenario field must be one of {names}.")], "amount": [range] }),
            ),
            (r#"{"scenario":"pay","amount":1000.00000001}"#, json!({ "amount": [range] })),
            (r#"{"scenario":"pay","amount":0.000000001}"#, json!({ "amount": [range] })),
            (
                r#"{"scenario":"pay","amount":[]}"#,
                json!({ "amount": ["The amount field must be a number."] }),
            ),
            (
                r#"{"scenario":"mine","blocks":0}"#,
                json!({ "blocks": ["The blocks field must be between 1 and 100."] }),
            ),
            (
                r#"{"scenario":"mine","blocks":1.5}"#,
                json!({ "blocks": ["The blocks field must be an integer."] }),
            ),
            (
                r#"{"scenario":"expire","amount":1,"blocks":1}"#,
                json!({
                    "amount": ["The amount field must not be there: nothing is paid by expire."],
                    "blocks": ["The blocks field must not be there: no block comes of expire."],
                }),
            ),
        ] {
            let Err(Refused::Invalid(problems)) = practice(body.as_bytes()) else { panic!("{body}") };
            assert_eq!(serde_json::to_value(problems.told()).unwrap()["errors"], errors, "{body}");
        }
    }
}
