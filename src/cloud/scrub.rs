//! Makes text from outside fit to be shown: readable, short, and without secrets.
//!
//! Services and the edges in front of them echo what they were sent, so that no text from outside
//! is shown before it has been through here. The secrets that are taken out are all that this
//! process has had in hand, whichever client of it had them.

use std::sync::{PoisonError, RwLock};

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use unicode_general_category::{GeneralCategory, get_general_category};

use super::Secret;

const REDACTED: &str = "[redacted]";
/// The most bytes of a text that are looked at.
const LONGEST_INPUT: usize = 64 << 10;
/// A secret that is cut off at the end of a text is taken out from this many bytes on.
const SHORTEST_STUMP: usize = 8;
/// `pul-` with at least this many token characters after it is taken for a Pulumi token.
const SHORTEST_TOKEN: usize = 12;
/// `pul-` with so many letters and digits on end is one.
const SURE_TOKEN: usize = 20;
/// What is shorter protects nothing, and without it no text could be read.
const SHORTEST_SECRET: usize = 4;
/// A secret of at least this many bytes is looked for inside of names too; a shorter one may be part
/// of one by chance.
const SHORTEST_PART: usize = 12;
/// What browsers leave as it is in a part of an address.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Every form in which a secret of this process may turn up, the longest first.
static KNOWN: RwLock<Vec<Secret>> = RwLock::new(Vec::new());

/// From now on this is taken out of texts from outside, in all encodings that it travels in, and
/// known by [`holds_secret`].
pub fn remember(secret: &Secret) {
    let raw = secret.expose();
    let decoded = percent_decode_str(raw).decode_utf8_lossy().into_owned();
    for plain in [raw, &decoded] {
        let encoded = utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string();
        add(encoded.to_ascii_lowercase());
        add(encoded);
        add(utf8_percent_encode(plain, UNRESERVED).to_string());
        add(BASE64.encode(plain.as_bytes()));
        add(BASE64_NOPAD.encode(plain.as_bytes()));
        add(BASE64URL_NOPAD.encode(plain.as_bytes()));
        add(plain.to_owned());
    }
}

fn add(text: String) {
    if text.len() < SHORTEST_SECRET {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.iter().any(|secret| secret.expose() == text) {
        let at = known.partition_point(|secret| secret.expose().len() > text.len());
        known.insert(at, Secret::new(text));
    }
}

/// Whether a text that others may see is a secret of this process, or has one in it.
pub fn holds_secret(text: &str) -> bool {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let short_enough = known.partition_point(|secret| secret.expose().len() > text.len());
    known[short_enough..]
        .iter()
        .map(Secret::expose)
        .any(|secret| text == secret || (secret.len() >= SHORTEST_PART && text.contains(secret)))
}

/// A readable line of at most so many characters without secrets, and without what may be one.
pub(super) fn line(text: &str, most: usize) -> String {
    let text = &text[..text.floor_char_boundary(LONGEST_INPUT)];
    let text =
        if text.trim_start().starts_with('<') { without_tags(text) } else { text.to_owned() };
    // What can't be seen goes before the search, so that it can't hide a secret from it.
    let visible: String = text.chars().filter(|c| is_shown(*c)).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(without_secrets(&line), most)
}

/// A text of at most so many characters, as it is but for what hides and for secrets. It may be
/// compared with what somebody wrote, so that what only may be a secret stays.
pub(super) fn kept(text: &str, most: usize) -> String {
    let text = &text[..text.floor_char_boundary(LONGEST_INPUT)];
    let joined: String = text.chars().filter(|c| is_shown(*c) || is_joiner(*c)).collect();
    let bare: String = joined.chars().filter(|c| !is_joiner(*c)).collect();
    let has_secret = looks_like_token(&bare) || holds_secret(&bare);
    shorten(if has_secret { without_secrets(&bare) } else { joined }, most)
}

/// Whether a text looks like an access token of the service, or has one in it: it has `pul-` with 20
/// letters and digits on end after it, as no name has by chance.
pub fn looks_like_token(text: &str) -> bool {
    text.split("pul-")
        .skip(1)
        .any(|rest| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= SURE_TOKEN)
}

/// The same text without secrets.
pub(super) fn without_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    for secret in KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter() {
        let secret = secret.expose();
        if text.contains(secret) {
            text = text.replace(secret, REDACTED);
        }
        if let Some(stump) = stump_of(secret, &text) {
            text.truncate(text.len() - stump);
            text.push_str(REDACTED);
        }
    }
    let text = redact_after(&text, "Basic ", SHORTEST_STUMP, |c| {
        c.is_ascii_alphanumeric() || "+/=_-".contains(c)
    });
    redact_after(&text, "pul-", SHORTEST_TOKEN, |c| {
        c.is_ascii_alphanumeric() || c == '_' || c == '-'
    })
}

/// White space is left to the layout; all else that can't be seen is hidden, and what has no
/// meaning outside somebody's own fonts with it.
fn is_shown(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, PrivateUse};
    let unseen = [Control, Format, PrivateUse, LineSeparator, ParagraphSeparator];
    c.is_ascii_graphic()
        || matches!(c, ' ' | '\n' | '\t')
        || !unseen.contains(&get_general_category(c))
}

/// What joins letters of some scripts, and the parts of pictures.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// How many bytes at the end of `text` are the beginning of `secret`, if a long text was cut.
fn stump_of(secret: &str, text: &str) -> Option<usize> {
    let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(secret.len()))..];
    // Most secrets are in no text, and there may be thousands of them.
    if !secret.get(..SHORTEST_STUMP).is_some_and(|head| tail.contains(head)) {
        return None;
    }
    (SHORTEST_STUMP..secret.len())
        .rev()
        .find(|&length| secret.is_char_boundary(length) && text.ends_with(&secret[..length]))
}

/// Takes out each `mark` together with a run of at least `shortest` such characters after it.
fn redact_after(text: &str, mark: &str, shortest: usize, of_run: fn(char) -> bool) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(mark) {
        let run = &rest[start + mark.len()..];
        let length = run.find(|c: char| !of_run(c)).unwrap_or(run.len());
        clean.push_str(&rest[..start]);
        let found = &rest[start..start + mark.len() + length];
        clean.push_str(if length >= shortest { REDACTED } else { found });
        rest = &run[length..];
    }
    clean.push_str(rest);
    clean
}

/// A page of HTML without its tags.
fn without_tags(page: &str) -> String {
    let mut inside = false;
    let mut text = String::with_capacity(page.len());
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

fn shorten(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        remember(&Secret::new("sesame-open%2Fplease"));
        remember(&Secret::new("abc"));
        remember(&Secret::new("ali:baba%40cave"));
        remember(&Secret::new("baba%40cave"));
        line(text, 100)
    }

    #[test]
    fn known_secrets_and_whatever_looks_like_a_token_are_taken_out() {
        assert_eq!(clean("bad sesame-open%2Fplease!"), "bad [redacted]!");
        assert_eq!(clean("'pul-0123456789abcdef' pul-ci abc"), "'[redacted]' pul-ci abc");
        assert_eq!(clean("pul-pul-0123456789abcdef."), "[redacted].");
        assert_eq!(clean("pul-0123\u{0}456789abcdef"), "[redacted]");
        assert_eq!(clean("pul-0123\u{200b}456789abcdef"), "[redacted]");
    }

    #[test]
    fn secrets_are_known_in_every_encoding_that_they_travel_in() {
        for encoded in [
            "sesame-open/please",
            "sesame%2Dopen%2Fplease",
            "sesame%2dopen%2fplease",
            &BASE64.encode(b"sesame-open/please"),
            "baba%40cave",
            "baba@cave",
            &BASE64.encode(b"ali:baba%40cave"),
            &BASE64.encode(b"ali:baba@cave"),
            "Basic c29tZWJvZHk6ZWxzZQ==",
        ] {
            assert_eq!(clean(&format!("({encoded})")), "([redacted])");
        }
    }

    #[test]
    fn a_name_with_a_secret_in_it_is_told() {
        for secret in ["other-sesame", "sesam-11"] {
            remember(&Secret::new(secret));
        }
        assert!(holds_secret("other-sesame") && holds_secret("an-other-sesame-1"));
        assert!(holds_secret("sesam-11"));
        for name in ["an-sesam-11", "other-sesam", "acme", ""] {
            assert!(!holds_secret(name), "{name}");
        }
    }

    #[test]
    fn a_secret_that_is_cut_off_is_taken_out_too() {
        assert_eq!(clean("you sent sesame-open%2Fp"), "you sent [redacted]");
        assert_eq!(clean("you sent sesame"), "you sent sesame");
        let long = format!("{}sesame-open%2Fplease", "x".repeat(91));
        assert!(!clean(&long).contains("sesame"));
    }

    #[test]
    fn a_page_loses_its_tags() {
        let page = "<!DOCTYPE html><html><title>502</title>\n<body><h1>Bad Gateway</h1>";
        assert_eq!(clean(page), "502 Bad Gateway");
        assert_eq!(clean("<"), "");
        assert_eq!(clean("a < b"), "a < b");
    }

    #[test]
    fn the_text_is_one_bounded_line_of_what_can_be_seen() {
        assert_eq!(clean(" a\n\tb\u{1b}[31m \u{2028}c"), "a b[31m c");
        assert_eq!(clean("\u{feff}a\u{202e}b\u{200d}c\u{e0041}d\u{f0000}e"), "abcde");
        assert_eq!(clean(&"ä".repeat(9_999)).chars().count(), 101);
        assert_eq!(clean(&"x".repeat(1 << 20)).len(), 100 + "…".len());
    }
}
