//! Numbers of any size and precision, kept without loss.
//!
//! Terraform calculates with 512-bit floating point and sends what doesn't
//! fit a 64-bit integer or float as decimal text. A number here is therefore
//! a decimal: exact, canonical (equal numbers are equal values, however they
//! were written) and never expanded to more digits than it was given. There
//! is no arithmetic, since a provider only passes on and compares.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::num::IntErrorKind;

/// The highest power of ten. Beyond it Terraform's own numbers, whose binary
/// exponent has 32 bits, turn to infinity or zero.
const MAX_MAGNITUDE: i64 = 646_456_993;

/// How many zeros are written out before exponent notation takes over. Every
/// 64-bit float stays below. Terraform writes all zeros but reads both, and a
/// short text such as `1e600000000` must not become a long one.
const MAX_ZEROS: usize = 400;

/// The most decimal digits that an exact 64-bit float needs.
const MAX_FLOAT_DIGITS: usize = 767;

/// A number of any size and precision, or one of the two infinities.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

/// Each number has exactly one of these forms, the first that can hold it.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Integer(i64),
    Decimal(Box<Decimal>),
    Infinite { negative: bool },
}

/// ±0.DIGITS × 10^magnitude, where the digits neither start nor end with 0.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Decimal {
    negative: bool,
    magnitude: i64,
    digits: String,
}

/// Text that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumberError {
    /// It isn't written as a number.
    #[error("a number is required")]
    Malformed,
    /// Its exponent is beyond what Terraform can hold.
    #[error("the number's exponent is out of range")]
    OutOfRange,
}

impl Number {
    /// Reads a decimal, with or without sign, fraction and exponent, or `Inf`.
    ///
    /// # Errors
    ///
    /// Text that is no number, and exponents that Terraform can't hold.
    pub fn parse(text: &str) -> Result<Self, ParseNumberError> {
        if let Ok(integer) = text.parse() {
            return Ok(Self(Repr::Integer(integer)));
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if unsigned == "Inf" || unsigned == "inf" {
            return Ok(Self(Repr::Infinite { negative }));
        }
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseNumberError::Malformed);
        }
        let digits = all.trim_start_matches('0');
        let leading_zeros = all.len() - digits.len();
        let magnitude = exponent
            .saturating_add_unsigned(whole.len() as u64)
            .saturating_sub_unsigned(leading_zeros as u64);
        Self::canonical(negative, digits.trim_end_matches('0'), magnitude)
    }

    fn canonical(negative: bool, digits: &str, magnitude: i64) -> Result<Self, ParseNumberError> {
        if digits.is_empty() {
            return Ok(Self(Repr::Integer(0)));
        }
        if magnitude.unsigned_abs() > MAX_MAGNITUDE.unsigned_abs() {
            return Err(ParseNumberError::OutOfRange);
        }
        let decimal = Decimal { negative, magnitude, digits: digits.to_owned() };
        if decimal.is_integer()
            && magnitude <= 19
            && let Ok(integer) = decimal.to_string().parse()
        {
            return Ok(Self(Repr::Integer(integer)));
        }
        Ok(Self(Repr::Decimal(Box::new(decimal))))
    }

    /// A 64-bit float at its exact binary value, which has up to 767 digits;
    /// `None` for what is not a number.
    pub(super) fn from_f64(float: f64) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        if float.is_infinite() {
            let negative = float < 0.0;
            return Some(Self(Repr::Infinite { negative }));
        }
        Self::parse(&format!("{float:.*e}", MAX_FLOAT_DIGITS - 1)).ok()
    }

    /// The number as a 64-bit float, if that is exact.
    pub(super) fn as_f64(&self) -> Option<f64> {
        let float = match &self.0 {
            // Up to 53 bits every integer is a float.
            Repr::Integer(integer) => {
                return (integer.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS)
                    .then_some(*integer as f64);
            }
            Repr::Infinite { negative: false } => return Some(f64::INFINITY),
            Repr::Infinite { negative: true } => return Some(f64::NEG_INFINITY),
            // The last digit of a binary fraction is always a 5.
            Repr::Decimal(decimal)
                if decimal.digits.len() > MAX_FLOAT_DIGITS
                    || !(decimal.is_integer() || decimal.digits.ends_with('5')) =>
            {
                return None;
            }
            Repr::Decimal(decimal) => decimal.to_string().parse().ok()?,
        };
        (Self::from_f64(float).as_ref() == Some(self)).then_some(float)
    }

    /// The number as a 64-bit integer, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            _ => None,
        }
    }

    /// Whether the number is whole, of whatever size.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Integer(_) => true,
            Repr::Decimal(decimal) => decimal.is_integer(),
            Repr::Infinite { .. } => false,
        }
    }

    /// Whether the number is neither of the infinities.
    pub fn is_finite(&self) -> bool {
        !matches!(self.0, Repr::Infinite { .. })
    }

    /// Sign, magnitude and digits, for comparison.
    fn parts(&self) -> (i64, i64, Cow<'_, str>) {
        let sign = |negative| if negative { -1 } else { 1 };
        match &self.0 {
            Repr::Integer(integer) => {
                let digits = integer.unsigned_abs().to_string();
                let magnitude = digits.len() as i64;
                let digits = digits.trim_end_matches('0').to_owned();
                (integer.signum(), magnitude, Cow::Owned(digits))
            }
            Repr::Decimal(decimal) => {
                (sign(decimal.negative), decimal.magnitude, Cow::Borrowed(&decimal.digits))
            }
            Repr::Infinite { negative } => (sign(*negative), i64::MAX, Cow::Borrowed("")),
        }
    }
}

fn parse_exponent(text: &str) -> Result<i64, ParseNumberError> {
    text.parse::<i64>().map_err(|error| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => ParseNumberError::OutOfRange,
        _ => ParseNumberError::Malformed,
    })
}

impl Decimal {
    fn is_integer(&self) -> bool {
        usize::try_from(self.magnitude).is_ok_and(|whole| self.digits.len() <= whole)
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Integer(integer))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        match i64::try_from(integer) {
            Ok(integer) => Self::from(integer),
            Err(_) => {
                let digits = integer.to_string();
                Self(Repr::Decimal(Box::new(Decimal {
                    negative: false,
                    magnitude: digits.len() as i64,
                    digits: digits.trim_end_matches('0').to_owned(),
                })))
            }
        }
    }
}

/// By numeric value.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Integer(a), Repr::Integer(b)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let (sign, magnitude, digits) = self.parts();
        let (other_sign, other_magnitude, other_digits) = other.parts();
        sign.cmp(&other_sign).then_with(|| {
            let further = magnitude.cmp(&other_magnitude).then_with(|| digits.cmp(&other_digits));
            if sign < 0 { further.reverse() } else { further }
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Plain decimal, as Terraform writes it; with an exponent if more than
/// 400 zeros would have to be written out.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Integer(integer) => integer.fmt(f),
            Repr::Decimal(decimal) => decimal.fmt(f),
            Repr::Infinite { negative: false } => f.write_str("Inf"),
            Repr::Infinite { negative: true } => f.write_str("-Inf"),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.as_str();
        let sign = if self.negative { "-" } else { "" };
        let whole = usize::try_from(self.magnitude).unwrap_or(0);
        let small = usize::try_from(-self.magnitude).unwrap_or(0);
        if small > MAX_ZEROS || whole.saturating_sub(digits.len()) > MAX_ZEROS {
            let (first, others) = digits.split_at(1);
            let point = if others.is_empty() { "" } else { "." };
            write!(f, "{sign}{first}{point}{others}e{}", self.magnitude - 1)
        } else if self.magnitude <= 0 {
            write!(f, "{sign}0.{}{digits}", "0".repeat(small))
        } else if whole >= digits.len() {
            write!(f, "{sign}{digits}{}", "0".repeat(whole - digits.len()))
        } else {
            let (whole, fraction) = digits.split_at(whole);
            write!(f, "{sign}{whole}.{fraction}")
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn equal_numbers_are_equal_however_written() {
        for (written, plain) in [
            ("1", "1"),
            ("1.0", "1"),
            ("1e0", "1"),
            ("+1", "1"),
            ("0.1e1", "1"),
            ("10E-1", "1"),
            ("00012", "12"),
            ("-0", "0"),
            ("-0.000", "0"),
            ("0e99", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("3.00", "3"),
            ("-12.50", "-12.5"),
            ("1e-7", "0.0000001"),
            ("123456789012345678901234567890.0", "123456789012345678901234567890"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"),
            ("-9223372036854775808.0", "-9223372036854775808"),
            ("-9223372036854775809", "-9223372036854775809"),
            ("1844674407370955161.5e1", "18446744073709551615"),
            ("Inf", "Inf"),
            ("-inf", "-Inf"),
        ] {
            assert_eq!(number(written).to_string(), plain);
            assert_eq!(number(written), number(plain), "{written}");
        }
        assert_eq!(number("5e0"), Number::from(5_i64));
        assert_eq!(number("18446744073709551610"), Number::from(18_446_744_073_709_551_610_u64));
        assert_eq!(number("100"), Number::from(100_u64));
    }

    #[test]
    fn huge_exponents_cost_nothing() {
        assert_eq!(number("1e100").to_string(), format!("1{}", "0".repeat(100)));
        assert_eq!(number("1e400").to_string().len(), 401);
        assert_eq!(number("15e500").to_string(), "1.5e501");
        assert_eq!(number("-1e600000000").to_string(), "-1e600000000");
        assert_eq!(number("1e-600000000").to_string(), "1e-600000000");
        assert_eq!(number("1e600000000"), number("10e599999999"));
        let written_out = format!("1{}", "0".repeat(5000));
        assert_eq!(number(&written_out), number("1e5000"));
        for text in [
            "1e999999999",
            "1e-999999999",
            "1e9223372036854775807",
            "1e99999999999999999999",
            "-1e-99999999999999999999",
        ] {
            assert_eq!(Number::parse(text), Err(ParseNumberError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn an_exponent_at_the_end_of_all_numbers_is_refused() {
        for text in ["0.01e-9223372036854775808", "1e9223372036854775807", "1e-9223372036854775808"]
        {
            assert_eq!(Number::parse(text), Err(ParseNumberError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", " 1", "1 ", "-", "+", ".", "e5", "1e", "1e+", "1e1.5", "1.2.3", "0x10", "1_000",
            "1p4", "--1", "infinity", "NaN", "１",
        ] {
            assert_eq!(Number::parse(text), Err(ParseNumberError::Malformed), "{text}");
        }
    }

    #[test]
    fn floats_are_taken_at_their_exact_value() {
        assert_eq!(
            Number::from_f64(0.1),
            Some(number("0.1000000000000000055511151231257827021181583404541015625"))
        );
        assert_eq!(number("0.1").as_f64(), None);
        for float in
            [0.5, -0.25, 0.1, 1e300, f64::MAX, f64::MIN_POSITIVE, 5e-324, 4_503_599_627_370_497.5]
        {
            let exact = Number::from_f64(float).expect("a number");
            assert_eq!(exact.as_f64(), Some(float));
            assert_eq!(number(&exact.to_string()), exact);
        }
        assert_eq!(Number::from_f64(-0.0), Some(Number::from(0_i64)));
        assert_eq!(Number::from_f64(3.0), Some(Number::from(3_i64)));
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::NEG_INFINITY), Some(number("-Inf")));
        assert_eq!(number("-Inf").as_f64(), Some(f64::NEG_INFINITY));
        assert_eq!(number("1e600000000").as_f64(), None);
        assert_eq!(number("5e-600000000").as_f64(), None);
    }

    #[test]
    fn questions_are_answered_for_every_form() {
        assert_eq!(number("12.0").as_i64(), Some(12));
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("1.5").as_i64(), None);
        assert!(number("1e30").is_integer());
        assert!(!number("1e-30").is_integer());
        assert!(!number("Inf").is_integer());
        assert!(!number("Inf").is_finite());
    }

    #[test]
    fn the_order_is_numeric() {
        let ascending = [
            "-Inf",
            "-1e600000000",
            "-1e30",
            "-9223372036854775808",
            "-10",
            "-9.5",
            "-9",
            "-0.5",
            "-1e-9",
            "0",
            "1e-600000000",
            "1e-9",
            "0.25",
            "0.5",
            "0.51",
            "9",
            "9.5",
            "10",
            "9223372036854775807",
            "9223372036854775808",
            "1e30",
            "Inf",
        ];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
            assert!(number(pair[1]) > number(pair[0]), "{pair:?}");
        }
    }
}
