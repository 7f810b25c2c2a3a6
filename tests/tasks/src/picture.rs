//! `cargo demo-picture`: runs `cargo demo`, and writes what it prints to `docs/demo.txt` and, as a
//! picture of a terminal, to `docs/demo.svg`.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use tasks::CHECKOUT;

const HELP: &str = "\
Runs `cargo demo`, and records what it prints in docs/demo.txt and docs/demo.svg.

Usage: cargo demo-picture
";

/// Pixels.
const LINE_HEIGHT: usize = 18;
const CHARACTER_WIDTH: usize = 8;
const BAR_HEIGHT: usize = 32;
const MARGIN: usize = 16;

/// Characters, beyond which a terminal breaks a line.
const COLUMNS: usize = 108;

const BACKGROUND: &str = "#0d1117";
const BAR: &str = "#21262d";
const QUIET: &str = "#8b949e";
const PLAIN: &str = "#e6edf3";
const HEADING: &str = "#a5a0ff";
const ADDED: &str = "#56d364";
const REMOVED: &str = "#ff7b72";
const CHANGED: &str = "#e3b341";

/// Runs the demo and writes the files.
///
/// # Errors
/// The demo fails, prints a secret, or a file can't be written.
pub fn run(options: &[&str], mut out: impl Write) -> Result<()> {
    if !options.is_empty() {
        return Ok(write!(out, "{HELP}")?);
    }
    let demo = Command::new(env::var_os("CARGO").unwrap_or(OsString::from("cargo")))
        .arg("demo")
        .current_dir(CHECKOUT)
        .stderr(Stdio::inherit())
        .output()
        .context("can't run cargo demo")?;
    ensure!(demo.status.success(), "cargo demo fails: {}", demo.status);
    let text = String::from_utf8(demo.stdout).context("cargo demo prints what is no text")?;
    let text = format!("$ cargo demo\n\n{}\n", text.trim());
    ensure!(!has_token(&text), "cargo demo prints a token: nothing is written");
    for (name, content) in [("demo.txt", &text), ("demo.svg", &picture(&text))] {
        let path = Path::new(CHECKOUT).join("docs").join(name);
        fs::write(&path, content).with_context(|| format!("can't write {}", path.display()))?;
        writeln!(out, "Wrote docs/{name}")?;
    }
    Ok(())
}

/// Whether there is the value of a token, and not just how it starts.
fn has_token(text: &str) -> bool {
    text.match_indices("pul-").any(|(at, start)| {
        let rest = text[at + start.len()..].chars();
        rest.take_while(char::is_ascii_alphanumeric).count() > 8
    })
}

/// Draws the text as a terminal shows it.
fn picture(text: &str) -> String {
    let lines: Vec<_> = text.lines().flat_map(broken).collect();
    let width = 2 * MARGIN + COLUMNS * CHARACTER_WIDTH;
    let height = BAR_HEIGHT + 2 * MARGIN + lines.len() * LINE_HEIGHT;
    let middle = BAR_HEIGHT / 2;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"cargo demo in a terminal\">
<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>
<path d=\"M0 {BAR_HEIGHT}V8a8 8 0 0 1 8-8H{right}a8 8 0 0 1 8 8V{BAR_HEIGHT}z\" fill=\"{BAR}\"/>
<circle cx=\"20\" cy=\"{middle}\" r=\"6\" fill=\"{REMOVED}\"/>
<circle cx=\"40\" cy=\"{middle}\" r=\"6\" fill=\"{CHANGED}\"/>
<circle cx=\"60\" cy=\"{middle}\" r=\"6\" fill=\"{ADDED}\"/>
<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
font-size=\"13\" xml:space=\"preserve\">
<text x=\"{center}\" y=\"{title}\" text-anchor=\"middle\" fill=\"{QUIET}\">cargo demo</text>
",
        right = width - 8,
        center = width / 2,
        title = middle + 5,
    );
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let y = BAR_HEIGHT + MARGIN + (index + 1) * LINE_HEIGHT - 5;
        // The length keeps columns in their places, whichever font there is.
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" textLength=\"{}\" fill=\"{}\">{}</text>",
            line.chars().count() * CHARACTER_WIDTH,
            colour(line),
            escaped(line)
        );
    }
    svg + "</g>\n</svg>\n"
}

/// Breaks a line where a terminal would.
fn broken(line: &str) -> Vec<String> {
    let characters: Vec<_> = line.trim_end().chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    characters.chunks(COLUMNS).map(|part| part.iter().collect()).collect()
}

/// The colour that says what a line is.
fn colour(line: &str) -> &'static str {
    let start = line.trim_start();
    match start.chars().next() {
        Some('─' | '$') => HEADING,
        Some('+') => ADDED,
        // At the very start of a line it is a list's.
        Some('-') if start.len() < line.len() => REMOVED,
        Some('~') => CHANGED,
        Some('#') => QUIET,
        _ => PLAIN,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_and_a_masked_one_is_not() {
        assert!(has_token("token = pul-0123456789abcdef0123456789abcdef01234567\n"));
        assert!(!has_token("token = pul-1a…••••••••••••"));
        assert!(!has_token("pul-"));
    }

    #[test]
    fn text_stays_text() {
        let svg = picture("a < b && c > d\n");
        assert!(svg.contains(">a &lt; b &amp;&amp; c &gt; d</text>"), "{svg}");
    }

    #[test]
    fn long_lines_are_broken_and_all_are_seen() {
        let svg = picture(&format!("{}\n\nend\n", "x".repeat(COLUMNS + 1)));
        let lines = svg.matches("<text").count() - 1;
        assert_eq!(lines, 3);
        let height = BAR_HEIGHT + 2 * MARGIN + 4 * LINE_HEIGHT;
        assert!(svg.contains(&format!("height=\"{height}\"")), "{svg}");
    }
}
