//! Durations as Go writes them.

/// The normal form of a duration, `1h30m0s`; `None` for a text that is none.
pub fn normal(text: &str) -> Option<String> {
    let total = nanoseconds(text)?;
    let (seconds, fraction) = (total / 1_000_000_000, total % 1_000_000_000);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let mut written = String::new();
    if hours > 0 {
        written.push_str(&format!("{hours}h"));
    }
    if hours > 0 || minutes > 0 {
        written.push_str(&format!("{minutes}m"));
    }
    written.push_str(&(seconds % 60).to_string());
    if fraction > 0 {
        written.push_str(format!(".{fraction:09}").trim_end_matches('0'));
    }
    written.push('s');
    Some(written)
}

fn nanoseconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit = rest[number..].find(|c: char| c.is_ascii_digit() || c == '.');
        let end = unit.map_or(rest.len(), |at| number + at);
        let scale: u64 = match &rest[number..end] {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        let (whole, decimals) = rest[..number].split_once('.').unwrap_or((&rest[..number], ""));
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        total = total.checked_add(whole.checked_mul(scale)?)?;
        let mut part = scale;
        for digit in decimals.chars() {
            part /= 10;
            total = total.checked_add(part * u64::from(digit.to_digit(10)?))?;
        }
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_normal_form() {
        for (text, expected) in [
            ("1h30m", "1h30m0s"),
            ("90m", "1h30m0s"),
            ("1.5h", "1h30m0s"),
            ("5400s", "1h30m0s"),
            ("90s", "1m30s"),
            ("1500ms", "1.5s"),
            ("24h", "24h0m0s"),
        ] {
            assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "1", "h", "1d", "one hour", ".h", "1..5h"] {
            assert_eq!(normal(text), None, "{text}");
        }
    }
}
