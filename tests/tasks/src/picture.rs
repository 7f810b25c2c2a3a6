//! `cargo demo-picture`: runs `cargo demo`, and writes the heart of what it prints to
//! `docs/demo.svg`, as a picture of a terminal: a plan, its apply, and a plan that is clean.

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
Runs `cargo demo`, and draws a plan, its apply and a second plan as docs/demo.svg.

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
    ensure!(!has_token(&text), "cargo demo prints a token: nothing is written");
    let path = Path::new(CHECKOUT).join("docs/demo.svg");
    fs::write(&path, picture(&heart(&text)?))
        .with_context(|| format!("can't write {}", path.display()))?;
    Ok(writeln!(out, "Wrote docs/demo.svg")?)
}

/// What the picture shows: of each step the lines that say what comes of it. The rest, such as the
/// warnings of the development override, says nothing about the provider.
fn heart(text: &str) -> Result<String> {
    let steps: Vec<&str> = text.split("── ").collect();
    let step = |heading: &str, last: bool| {
        let mut found =
            steps.iter().filter(|step| step.lines().next().is_some_and(|l| l.contains(heading)));
        let step = if last { found.next_back() } else { found.next() };
        step.with_context(|| format!("cargo demo has no step {heading:?}"))
    };
    let between = |step: &str, first: &str, last: &str| {
        let lines = step.lines().skip_while(|line| !line.trim_start().starts_with(first));
        let mut lines: Vec<&str> = lines.collect();
        let end = lines.iter().position(|line| line.starts_with(last));
        lines.truncate(end.map_or(0, |end| end + 1));
        ensure!(!lines.is_empty(), "cargo demo prints nothing from {first:?} to {last:?}");
        Ok(lines.join("\n"))
    };
    let plan = between(step(" plan", false)?, "# pulumiservice", "Plan: ")?;
    let apply = between(step(" apply", false)?, "pulumiservice", "Apply complete!")?;
    let token = between(step("The token", false)?, "output ci_token", "output ci_token")?;
    let clean = between(step(" plan", true)?, "No changes.", "No changes.")?;
    let apply = apply.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    Ok(format!(
        "$ terraform plan\n\n{plan}\n\n$ terraform apply -auto-approve\n\n{apply}\n\n{token}\n\n\
         $ terraform plan\n\n{clean}\n"
    ))
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
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"A plan, its apply and a clean plan\">
<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>
<path d=\"M0 {BAR_HEIGHT}V8a8 8 0 0 1 8-8H{right}a8 8 0 0 1 8 8V{BAR_HEIGHT}z\" fill=\"{BAR}\"/>
<circle cx=\"20\" cy=\"{middle}\" r=\"6\" fill=\"{REMOVED}\"/>
<circle cx=\"40\" cy=\"{middle}\" r=\"6\" fill=\"{CHANGED}\"/>
<circle cx=\"60\" cy=\"{middle}\" r=\"6\" fill=\"{ADDED}\"/>
<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
font-size=\"13\" xml:space=\"preserve\">
<text x=\"{center}\" y=\"{title}\" text-anchor=\"middle\" fill=\"{QUIET}\">one token</text>
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
    fn the_picture_shows_what_was_planned_made_and_found_in_place() {
        let text = "── $ terraform plan\n\nWarnings:\n\n  # pulumiservice_x.ci will be created\n\
                    Plan: 1 to add\n\nNote: more\n── $ terraform apply\n\n  # pulumiservice_x.ci \
                    will be created\npulumiservice_x.ci: Creating...\n\nApply complete!\n── The \
                    token\n\noutput ci_token = pul-1a…\n\nIt is.\n── $ terraform plan\n\nNo \
                    changes. Good.\n\nMore.\n";
        let shown = heart(text).unwrap();
        assert_eq!(
            shown.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
            [
                "$ terraform plan",
                "  # pulumiservice_x.ci will be created",
                "Plan: 1 to add",
                "$ terraform apply -auto-approve",
                "pulumiservice_x.ci: Creating...",
                "Apply complete!",
                "output ci_token = pul-1a…",
                "$ terraform plan",
                "No changes. Good.",
            ]
        );
        assert!(heart("── $ terraform plan\n").is_err());
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
