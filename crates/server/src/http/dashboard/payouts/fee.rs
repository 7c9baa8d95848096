//! What a transaction pays the network: chosen by how fast it has to be, or as a rate. No floats: a rate has
//! three decimals at most, and is rounded up.

use axum::http::StatusCode;
use bitcoin::FeeRate;
use maud::{Markup, html};
use specie_core::chain::FeeRates;
use specie_core::money::parse_decimal;

use super::words::thousandths;
use crate::app::{AppError, BuildError, FeeChoice};
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::parts::{Problems, field, radio};
use crate::http::form::Form;

/// The highest rate that is read, in thousandths of a satoshi per vbyte.
const MOST: u64 = 10_000_000;

/// What a transaction is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To pay refunds.
    Pay,
    /// To pay them faster than an earlier version does.
    Faster,
    /// To put coins together.
    Gather,
}

impl Purpose {
    /// The speed that is chosen until somebody chooses another.
    const fn speed(self) -> &'static str {
        match self {
            Self::Pay => "normal",
            Self::Faster => "fast",
            Self::Gather => "slow",
        }
    }

    /// What a fee is compared with.
    const fn whole(self) -> &'static str {
        match self {
            Self::Pay | Self::Faster => "what is paid",
            Self::Gather => "what is moved",
        }
    }
}

/// What was chosen, as it was sent.
#[derive(Debug, Clone)]
pub struct Chosen {
    purpose: Purpose,
    speed: String,
    rate: String,
    whatever: bool,
}

impl Chosen {
    /// Before anybody chose.
    pub fn nothing(purpose: Purpose) -> Self {
        Self { purpose, speed: purpose.speed().to_owned(), rate: String::new(), whatever: false }
    }

    /// As a form has it.
    pub fn of(form: &Form, purpose: Purpose) -> Self {
        let sent = form.get("speed");
        Self {
            purpose,
            speed: if sent.is_empty() { purpose.speed() } else { sent }.to_owned(),
            rate: form.get("rate").trim().to_owned(),
            whatever: form.get("whatever") == "yes",
        }
    }

    /// What is asked of the application.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self, fees: Option<FeeRates>) -> Result<FeeChoice, Problems> {
        if self.speed != "own" && !self.rate.is_empty() {
            // Nobody knows which of the two was meant, and one of them costs more.
            let words = "Choose “Your own rate” to pay this rate, or empty the field.";
            return Err(Problems::one("rate", words));
        }
        let unknown = || Problems::one("speed", "The node says no fee rate at the moment. Set one yourself.");
        let rate = match self.speed.as_str() {
            "fast" => fees.ok_or_else(unknown)?.fast,
            "normal" => fees.ok_or_else(unknown)?.normal,
            "slow" => fees.ok_or_else(unknown)?.slow,
            "own" => own(&self.rate).ok_or_else(|| {
                Problems::one(
                    "rate",
                    "A fee rate is a number of sat/vB above zero, such as 2.5, with three decimals at most.",
                )
            })?,
            _ => return Err(Problems::one("speed", "Choose how fast it has to be.")),
        };
        Ok(FeeChoice { rate: Some(rate), whatever_it_takes: self.whatever })
    }

    /// The fields.
    pub fn fields(&self, fees: Option<FeeRates>, problems: &Problems) -> Markup {
        let chosen = |speed: &str| self.speed == speed && (fees.is_some() || speed == "own");
        let each = |rate: FeeRate, words: &str| format!("{words} · {} sat/vB", shown(rate));
        let too_much = self.whatever || problems.of("whatever").is_some();
        html! {
            fieldset id="speed" {
                legend { "Fee for the network" }
                @match fees {
                    Some(fees) => {
                        (radio("speed", "fast", "Fast", chosen("fast"), Some(&each(fees.fast, "One of the next two blocks"))))
                        (radio("speed", "normal", "Normal", chosen("normal"), Some(&each(fees.normal, "About an hour"))))
                        (radio("speed", "slow", "Slow", chosen("slow"), Some(&each(fees.slow, "About a day"))))
                    },
                    None => p class="notice" { "The node says no fee rate at the moment. Set one yourself." },
                }
                (radio("speed", "own", "Your own rate", chosen("own") || fees.is_none(), None))
                div class="within" {
                    @let floor = fees.map(|fees| format!("Nodes pass on nothing below {} sat/vB now.", shown(fees.floor)));
                    @let rate = field("rate", "Fee rate").unit("sat/vB").inputmode("decimal").autocomplete("off")
                        .value(&self.rate).problem(problems);
                    @match &floor { Some(words) => (rate.hint(words)), None => (rate) }
                }
            }
            @if too_much {
                div id="whatever" {
                    label class="check" {
                        input type="checkbox" name="whatever" value="yes" checked[self.whatever];
                        span { "Pay this fee all the same" }
                        span class="hint" { "It is more than a tenth of " (self.purpose.whole()) "." }
                    }
                }
            }
        }
    }

    /// Why nothing is built: said in the form, so that nothing that was chosen is lost.
    ///
    /// # Errors
    /// What is no matter of the form.
    pub fn refused(&self, error: AppError) -> Result<(StatusCode, Problems), PageError> {
        let (field, words) = match &error {
            AppError::NoFeeRate => ("speed", sentence(&error)),
            AppError::NotPayable(_) => ("refund", sentence(&error)),
            AppError::Build(BuildError::FeeAbovePercent { fee, percent }) => (
                "whatever",
                format!(
                    "The fee of {} sat is more than {percent} % of {}. Choose a slower one, or tick that you pay \
                     it all the same.",
                    fee.to_sat(),
                    self.purpose.whole()
                ),
            ),
            AppError::Build(BuildError::FeeAboveCap { .. }) => ("rate", sentence(&error)),
            AppError::Build(BuildError::NotEnough { .. } | BuildError::NoCoins) => (
                "",
                format!(
                    "{} Coins are free six confirmations after they came, and change after one.",
                    sentence(&error)
                ),
            ),
            _ => ("", sentence(&error)),
        };
        match PageError::from(error) {
            PageError::Notice { status, .. } if status != StatusCode::NOT_FOUND => {
                Ok((status, Problems::one(field, words)))
            }
            other => Err(other),
        }
    }
}

/// A rate as people write it.
fn own(text: &str) -> Option<FeeRate> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let rate = parse_decimal(text).ok().filter(|_| plain)?.checked_mul(1000.into())?.normalize();
    let millis = Some(rate).filter(|rate| rate.scale() == 0).and_then(|rate| u64::try_from(rate).ok())?;
    // A vbyte is four weight units: rounded up, so that it is never less than was asked.
    (1..=MOST).contains(&millis).then(|| FeeRate::from_sat_per_kwu(millis.div_ceil(4)))
}

/// A rate in sat/vB.
fn shown(rate: FeeRate) -> String {
    thousandths(rate.to_sat_per_kwu().saturating_mul(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_to_the_thousandth_and_never_rounded_down() {
        for (text, kwu) in [
            ("1", Some(250)),
            ("2.5", Some(625)),
            ("0.001", Some(1)),
            ("1.001", Some(251)),
            ("10000", Some(2_500_000)),
            ("1.0001", None),
            ("0", None),
            ("-1", None),
            ("10000.001", None),
            ("", None),
            ("1e3", None),
            ("NaN", None),
        ] {
            assert_eq!(own(text).map(FeeRate::to_sat_per_kwu), kwu, "{text}");
        }
        assert_eq!(shown(FeeRate::from_sat_per_kwu(625)), "2.5");
    }
}
