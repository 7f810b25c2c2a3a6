//! `duration_seconds`, `epoch` and `rfc3339`.

use jiff::Timestamp;

use crate::framework::duration::Duration;
use crate::framework::function::{FunctionEntry, FunctionError, function};
use crate::provider::instants;

/// How much of an argument a message shows.
const LONGEST_SHOWN: usize = 40;

/// `duration_seconds("90d")`.
pub fn duration_seconds() -> FunctionEntry {
    function(
        "duration_seconds",
        "Seconds of a length of time",
        "Counts the seconds of a length of time such as `90d` or `1d12h`, as `expire_after` and \
         `rotate_before` take it: whole numbers with the units `w`, `d`, `h`, `m` and `s`, the \
         largest first.",
        &[("duration", "The length of time, such as `90d`.")],
        |duration: Duration| Ok(duration.seconds()),
    )
}

/// `epoch("2027-01-01T00:00:00Z")`.
pub fn epoch() -> FunctionEntry {
    function(
        "epoch",
        "Unix seconds of an instant",
        "Gives the Unix seconds of an instant in RFC 3339, as `expires` takes them. Fractions of a \
         second are cut off.",
        &[("timestamp", "The instant, such as `2027-01-01T00:00:00Z`.")],
        |timestamp: String| match timestamp.parse::<Timestamp>() {
            Ok(instant) => Ok(instant.as_millisecond().div_euclid(1000)),
            Err(_) => {
                let shown: String = timestamp.chars().take(LONGEST_SHOWN).collect();
                let text = format!(
                    "{shown:?} is no instant in RFC 3339: date, time and offset are needed, such \
                     as \"2027-01-01T00:00:00Z\" or \"2027-01-01T01:00:00+01:00\"."
                );
                Err(FunctionError::at(0, text))
            }
        },
    )
}

/// `rfc3339(1798761600)`.
pub fn rfc3339() -> FunctionEntry {
    function(
        "rfc3339",
        "RFC 3339 of Unix seconds",
        "Writes an instant that is given in Unix seconds, as `expires` has it, in RFC 3339, in UTC. \
         `0` is 1970, though an `expires` of `0` is never.",
        &[("seconds", "The instant, in Unix seconds.")],
        |seconds: i64| {
            instants::rfc3339(seconds).ok_or_else(|| {
                let text = format!(
                    "{seconds} is an instant beyond the year 9999. Unix seconds are expected, not \
                     milliseconds."
                );
                FunctionError::at(0, text)
            })
        },
    )
}
