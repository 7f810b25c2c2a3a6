//! Makes what the service said fit to be shown: readable, short, and without secrets.
//!
//! Services and the edges in front of them echo what they were sent, so that no text from outside
//! is shown before it has been through here.

use super::Secret;

const REDACTED: &str = "[redacted]";
/// The longest text that is shown, in characters.
const LONGEST: usize = 500;
/// A secret that is cut off at the end of a text is taken out from this many bytes on.
const SHORTEST_STUMP: usize = 8;
/// `pul-` with at least this many token characters after it is taken for a Pulumi token.
const SHORTEST_TOKEN: usize = 12;

/// Takes secrets out of texts.
#[derive(Debug)]
pub(super) struct Scrubber {
    secrets: Vec<Secret>,
}

impl Scrubber {
    /// Will take out these secrets, and whatever looks like a Pulumi token.
    pub(super) fn new(secrets: impl IntoIterator<Item = Secret>) -> Scrubber {
        let secrets = secrets.into_iter().filter(|secret| !secret.expose().is_empty()).collect();
        Scrubber { secrets }
    }

    /// One readable line of at most [`LONGEST`] characters without secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        let readable =
            if text.trim_start().starts_with('<') { html_text(text) } else { text.to_owned() };
        // Control characters go before the search, so that they can't hide a secret from it.
        let line = one_line(&readable);
        shorten(&self.without_secrets(&line))
    }

    /// The same text without secrets.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            let secret = secret.expose();
            text = text.replace(secret, REDACTED);
            if let Some(stump) = stump_of(secret, &text) {
                text.truncate(text.len() - stump);
                text.push_str(REDACTED);
            }
        }
        without_tokens(&text)
    }
}

/// How many bytes at the end of `text` are the beginning of `secret`, where a long text was cut.
fn stump_of(secret: &str, text: &str) -> Option<usize> {
    (SHORTEST_STUMP..secret.len())
        .rev()
        .find(|&length| secret.is_char_boundary(length) && text.ends_with(&secret[..length]))
}

fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("pul-") {
        let run = &rest[start + 4..];
        let length = run.find(|c: char| !is_token_character(c)).unwrap_or(run.len());
        clean.push_str(&rest[..start]);
        clean.push_str(if length >= SHORTEST_TOKEN {
            REDACTED
        } else {
            &rest[start..][..4 + length]
        });
        rest = &run[length..];
    }
    clean.push_str(rest);
    clean
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn one_line(text: &str) -> String {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !c.is_control()).collect())
        .collect();
    words.join(" ")
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a person would read of an HTML page.
fn html_text(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let tag = &rest[start + 1..];
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let end = match name.as_str() {
            "script" | "style" if !tag.starts_with('/') => format!("</{name}"),
            _ if tag.starts_with("!--") => "-->".to_owned(),
            _ => ">".to_owned(),
        };
        // Tags inside a line don't separate words.
        if !matches!(name.as_str(), "a" | "b" | "code" | "em" | "i" | "mark" | "span" | "strong") {
            text.push(' ');
        }
        rest = match find_ignoring_case(tag, &end) {
            Some(at) => &tag[at + if end == ">" || end == "-->" { end.len() } else { 0 }..],
            None => "",
        };
    }
    text.push_str(rest);
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

fn find_ignoring_case(text: &str, ascii: &str) -> Option<usize> {
    text.as_bytes()
        .windows(ascii.len())
        .position(|part| part.eq_ignore_ascii_case(ascii.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        Scrubber::new([Secret::new("sesame-open-please"), Secret::new("")]).clean(text)
    }

    #[test]
    fn known_secrets_and_whatever_looks_like_a_token_are_taken_out() {
        assert_eq!(clean("bad sesame-open-please!"), "bad [redacted]!");
        assert_eq!(clean("'pul-0123456789abcdef' pul-ci"), "'[redacted]' pul-ci");
        assert_eq!(clean("pul-pul-0123456789abcdef."), "[redacted].");
        assert_eq!(clean("pul-0123\u{0}456789abcdef"), "[redacted]");
    }

    #[test]
    fn a_secret_that_is_cut_off_is_taken_out_too() {
        assert_eq!(clean("you sent sesame-open-p"), "you sent [redacted]");
        assert_eq!(clean("you sent sesame"), "you sent sesame");
        let long = format!("{}sesame-open-please", "x".repeat(LONGEST - 9));
        assert!(!clean(&long).contains("sesame"));
    }

    #[test]
    fn a_page_is_reduced_to_what_it_says() {
        let page = "<!DOCTYPE html><html><head><style>a>b{}</style><title>502</title></head>\
                    <!-- a > b --><body><h1>Bad&nbsp;<b>Gate</b>way</h1>\n<SCRIPT>if (a<b) {}</Script>\
                    <p>sesame-<i>open</i>-please &amp; more";
        assert_eq!(clean(page), "502 Bad Gateway [redacted] & more");
        assert_eq!(clean("<"), "");
        assert_eq!(clean("<script>never ends"), "");
        assert_eq!(clean("a < b"), "a < b");
    }

    #[test]
    fn the_text_is_one_bounded_line() {
        assert_eq!(clean(" a\n\tb\u{1b}[31m "), "a b[31m");
        assert_eq!(clean(&"ä".repeat(9_999)).chars().count(), LONGEST + 1);
    }
}
