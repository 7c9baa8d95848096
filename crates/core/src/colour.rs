//! Colours, and how well one is read on another: contrast as WCAG 2.2 defines it, in whole numbers.
//!
//! It knows of no page: which surfaces there are, the caller says. It must never judge taste.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The contrast that WCAG asks of text, in hundredths: 4.5 to 1.
pub const READABLE: u32 = 450;

/// How light each value of an sRGB channel is, in millionths of the lightest.
#[rustfmt::skip]
const LIGHT: [u64; 256] = [
    0, 304, 607, 911, 1_214, 1_518, 1_821, 2_125, 2_428, 2_732, 3_035, 3_347, 3_677, 4_025, 4_391, 4_777,
    5_182, 5_605, 6_049, 6_512, 6_995, 7_499, 8_023, 8_568, 9_134, 9_721, 10_330, 10_960, 11_612, 12_286,
    12_983, 13_702, 14_444, 15_209, 15_996, 16_807, 17_642, 18_500, 19_382, 20_289, 21_219, 22_174, 23_153,
    24_158, 25_187, 26_241, 27_321, 28_426, 29_557, 30_713, 31_896, 33_105, 34_340, 35_601, 36_889, 38_204,
    39_546, 40_915, 42_311, 43_735, 45_186, 46_665, 48_172, 49_707, 51_269, 52_861, 54_480, 56_128, 57_805,
    59_511, 61_246, 63_010, 64_803, 66_626, 68_478, 70_360, 72_272, 74_214, 76_185, 78_187, 80_220, 82_283,
    84_376, 86_500, 88_656, 90_842, 93_059, 95_307, 97_587, 99_899, 102_242, 104_616, 107_023, 109_462,
    111_932, 114_435, 116_971, 119_538, 122_139, 124_772, 127_438, 130_136, 132_868, 135_633, 138_432,
    141_263, 144_128, 147_027, 149_960, 152_926, 155_926, 158_961, 162_029, 165_132, 168_269, 171_441,
    174_647, 177_888, 181_164, 184_475, 187_821, 191_202, 194_618, 198_069, 201_556, 205_079, 208_637,
    212_231, 215_861, 219_526, 223_228, 226_966, 230_740, 234_551, 238_398, 242_281, 246_201, 250_158,
    254_152, 258_183, 262_251, 266_356, 270_498, 274_677, 278_894, 283_149, 287_441, 291_771, 296_138,
    300_544, 304_987, 309_469, 313_989, 318_547, 323_143, 327_778, 332_452, 337_164, 341_914, 346_704,
    351_533, 356_400, 361_307, 366_253, 371_238, 376_262, 381_326, 386_429, 391_572, 396_755, 401_978,
    407_240, 412_543, 417_885, 423_268, 428_690, 434_154, 439_657, 445_201, 450_786, 456_411, 462_077,
    467_784, 473_531, 479_320, 485_150, 491_021, 496_933, 502_886, 508_881, 514_918, 520_996, 527_115,
    533_276, 539_479, 545_724, 552_011, 558_340, 564_712, 571_125, 577_580, 584_078, 590_619, 597_202,
    603_827, 610_496, 617_207, 623_960, 630_757, 637_597, 644_480, 651_406, 658_375, 665_387, 672_443,
    679_542, 686_685, 693_872, 701_102, 708_376, 715_694, 723_055, 730_461, 737_910, 745_404, 752_942,
    760_525, 768_151, 775_822, 783_538, 791_298, 799_103, 806_952, 814_847, 822_786, 830_770, 838_799,
    846_873, 854_993, 863_157, 871_367, 879_622, 887_923, 896_269, 904_661, 913_099, 921_582, 930_111,
    938_686, 947_307, 955_973, 964_686, 973_445, 982_251, 991_102, 1_000_000,
];
/// What of a colour's luminance each channel is, in ten-thousandths.
const WEIGHTS: [u64; 3] = [2126, 7152, 722];
/// The light of the room: 0.05, in the unit of [`Colour::luminance`].
const FLARE: u64 = 500_000_000;
/// In how many steps a colour gets to black or white.
const STEPS: u16 = 64;

/// An opaque colour of sRGB, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Colour([u8; 3]);

/// The text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written #rrggbb, such as #0b6a4e")]
pub struct NoColour;

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// From red, green and blue.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// The six digits alone.
    #[must_use]
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// From 0, black, to 10,000,000,000, white.
    fn luminance(self) -> u64 {
        self.0.iter().zip(WEIGHTS).map(|(channel, weight)| LIGHT[usize::from(*channel)] * weight).sum()
    }

    /// The contrast to another colour, in hundredths, rounded down: from 100 for the same to 2100.
    #[must_use]
    pub fn contrast(self, other: Self) -> u32 {
        let (a, b) = (self.luminance() + FLARE, other.luminance() + FLARE);
        let (light, dark) = (a.max(b), a.min(b));
        u32::try_from(light * 100 / dark).unwrap_or(u32::MAX)
    }

    /// The least contrast to any of these, in hundredths; to none, the largest there is.
    #[must_use]
    pub fn contrast_on(self, surfaces: &[Self]) -> u32 {
        surfaces.iter().map(|surface| self.contrast(*surface)).min().unwrap_or(2100)
    }

    /// Black or white, whichever is read better on this colour. It is always [`READABLE`].
    #[must_use]
    pub fn text(self) -> Self {
        if self.contrast(Self::BLACK) > self.contrast(Self::WHITE) { Self::BLACK } else { Self::WHITE }
    }

    /// This many of 64 steps from here to another colour.
    #[must_use]
    pub fn towards(self, end: Self, steps: u16) -> Self {
        let steps = steps.min(STEPS);
        let mut mixed = self.0;
        for (channel, end) in mixed.iter_mut().zip(end.0) {
            let sum = u16::from(*channel) * (STEPS - steps) + u16::from(end) * steps;
            // A mean of two bytes is one.
            *channel = u8::try_from(sum / STEPS).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// The nearest to this colour on its way to `end` that is [`READABLE`] on all of these; `end` itself if none before it
    /// is.
    #[must_use]
    pub fn readable(self, surfaces: &[Self], end: Self) -> Self {
        let mut way = (0..STEPS).map(|steps| self.towards(end, steps));
        way.find(|colour| colour.contrast_on(surfaces) >= READABLE).unwrap_or(end)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

impl FromStr for Colour {
    type Err = NoColour;

    /// With the `#` or without it, in capitals or not.
    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoColour);
        }
        let channel = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).map_err(|_| NoColour);
        Ok(Self([channel(0)?, channel(2)?, channel(4)?]))
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl TryFrom<String> for Colour {
    type Error = NoColour;

    fn try_from(text: String) -> Result<Self, NoColour> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_as_wcag_has_it() {
        // As published, and as other tools compute it.
        for (a, b, hundredths) in [
            ("#000000", "#ffffff", 2100),
            ("#ffffff", "#ffffff", 100),
            ("#777777", "#ffffff", 447),
            ("#767676", "#ffffff", 454),
            ("#ff0000", "#ffffff", 399),
            ("#0000ff", "#ffffff", 859),
            ("#00ff00", "#000000", 1530),
            ("#ffff00", "#ffffff", 107),
            ("#0b6a4e", "#fcfdfc", 646),
        ] {
            let (a, b) = (colour(a), colour(b));
            assert_eq!(a.contrast(b), hundredths, "{a} {b}");
            assert_eq!(b.contrast(a), hundredths, "{a} {b}");
        }
    }

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        for (text, read) in [
            ("#0B6a4E", Some("#0b6a4e")),
            ("ffffff", Some("#ffffff")),
            ("", None),
            ("#fff", None),
            ("##ffffff", None),
            ("#fffffg", None),
            ("#fffffff", None),
            ("+fffff", None),
            ("red", None),
            ("ﬀffff", None),
            ("#0b6a4e;}", None),
        ] {
            assert_eq!(text.parse::<Colour>().ok().map(|c| c.to_string()).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn text_is_black_on_light_and_white_on_dark() {
        for (ground, text) in [
            ("#ffff00", Colour::BLACK),
            ("#f7931a", Colour::BLACK),
            ("#0b6a4e", Colour::WHITE),
            ("#808080", Colour::BLACK),
            ("#0000ff", Colour::WHITE),
        ] {
            assert_eq!(colour(ground).text(), text, "{ground}");
        }
    }

    #[test]
    fn what_is_readable_stays_and_what_is_not_changes_no_more_than_it_must() {
        let white = [Colour::WHITE];
        let fine = colour("#0b6a4e");
        assert_eq!(fine.readable(&white, Colour::BLACK), fine);
        let faint = colour("#ffd400");
        let changed = faint.readable(&white, Colour::BLACK);
        assert!((READABLE..500).contains(&changed.contrast(Colour::WHITE)), "{changed}");
    }

    proptest! {
        #[test]
        fn any_colour_can_be_read_and_written_on(channels: [u8; 3], ground: [u8; 3]) {
            let (colour, ground) = (Colour(channels), Colour(ground));
            prop_assert!(colour.contrast(colour.text()) >= READABLE);
            let end = ground.text();
            prop_assert!(colour.readable(&[ground], end).contrast(ground) >= READABLE);
            prop_assert_eq!(colour.to_string().parse(), Ok(colour));
        }
    }
}
