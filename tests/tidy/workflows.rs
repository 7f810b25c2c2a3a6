//! What the workflows promise of themselves: inputs that can't change unseen, and no job with more
//! rights than it needs.

use crate::sources::{Source, below, file, none_of, root};

/// Actions of these may be in a job that has the right to write something.
const TRUSTED_WITH_RIGHTS: [&str; 3] = ["actions/", "github/", "ossf/scorecard-action"];

fn workflows() -> Vec<Source> {
    below(".github/workflows", ".yml")
}

/// What is not a comment, line for line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#'))
}

/// The text of each job, by its name.
fn jobs(workflow: &Source) -> Vec<(String, String)> {
    let (_, jobs) = workflow.text.split_once("\njobs:\n").expect("jobs");
    let mut found: Vec<(String, String)> = Vec::new();
    for line in lines(jobs) {
        let name = line.strip_prefix("  ").filter(|name| name.starts_with(|c| c != ' '));
        match (name, found.last_mut()) {
            (Some(name), _) => found.push((name.trim_end_matches(':').to_owned(), String::new())),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(!found.is_empty(), "{}: no jobs", workflow.path);
    found
}

/// What the workflow's lines of `uses:` name, with the comment behind.
fn used(text: &str) -> impl Iterator<Item = &str> {
    let key = |line| Option::or(str::strip_prefix(line, "- uses: "), line.strip_prefix("uses: "));
    lines(text).filter_map(move |line| key(line.trim()))
}

/// Whether this is `owner/action@<40 digits> # v1.2.3`.
fn is_pinned(action: &str) -> bool {
    let Some((_, pin)) = action.split_once('@') else { return false };
    let Some((commit, version)) = pin.split_once(" # v") else { return false };
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    commit.len() == 40
        && commit.chars().all(digit)
        && version.split('.').count() == 3
        && version.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[test]
fn actions_are_pinned_by_commit_with_the_version_beside() {
    assert!(is_pinned("actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"));
    for loose in [
        "actions/checkout@v7",
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "actions/checkout@3d3c42e5 # v7.0.1",
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7",
    ] {
        assert!(!is_pinned(loose), "{loose}");
    }
    let mut found = Vec::new();
    for workflow in workflows() {
        assert_eq!(used(&workflow.text).count(), workflow.text.matches("uses: ").count());
        let loose = used(&workflow.text).filter(|action| !is_pinned(action));
        found.extend(loose.map(|action| format!("{}: {action}", workflow.path)));
    }
    none_of(found, "not pinned");
}

#[test]
fn tools_have_a_version_and_where_their_registry_has_no_lock_a_hash() {
    let mut found = Vec::new();
    for workflow in workflows() {
        let joined = workflow.text.replace("\\\n", " ");
        for line in lines(&joined) {
            let cargo = line.contains("cargo install ")
                && !(line.contains('@') && line.contains("--locked"));
            let pip = line.contains("pip\" install") && !line.contains("--require-hashes");
            if cargo || pip || line.contains("@latest") {
                found.push(format!("{}: {}", workflow.path, line.trim()));
            }
        }
    }
    none_of(found, "not fixed");
    let requirements = file(".github/release/requirements.txt").text;
    for tool in ["cargo-zigbuild==", "ziglang=="] {
        assert!(requirements.contains(&format!("\n{tool}")), "{tool}");
    }
    assert!(requirements.contains("--hash=sha256:"));
}

#[test]
fn a_workflow_may_read_and_a_job_with_more_rights_runs_no_strangers_action() {
    let mut found = Vec::new();
    for workflow in workflows() {
        let (head, _) = workflow.text.split_once("\njobs:\n").expect("jobs");
        let rights = head.split("\npermissions:\n").nth(1).unwrap_or_default();
        let rights = rights.lines().take_while(|line| line.starts_with(' '));
        if !rights.eq(["  contents: read"]) {
            found.push(format!("{}: not only to read", workflow.path));
        }
        for (name, text) in jobs(&workflow) {
            if !text.contains(": write") {
                continue;
            }
            let strange = |action: &&str| {
                !TRUSTED_WITH_RIGHTS.iter().any(|trusted| action.starts_with(trusted))
            };
            let strangers = used(&text).filter(strange);
            found.extend(strangers.map(|action| format!("{}: {name}: {action}", workflow.path)));
        }
    }
    none_of(found, "has more rights than it needs");
}

#[test]
fn every_job_ends_and_leaves_no_credentials_behind() {
    let mut found = Vec::new();
    for workflow in workflows() {
        for (name, text) in jobs(&workflow) {
            let kept = text.matches("actions/checkout@").count()
                - text.matches("persist-credentials: false").count();
            if kept > 0 || !text.contains("    timeout-minutes: ") {
                found.push(format!("{}: {name}", workflow.path));
            }
        }
    }
    none_of(found, "without a timeout or persist-credentials: false");
}

#[test]
fn an_archive_is_signed_only_as_its_own_job_built_it() {
    let release = file(".github/workflows/release.yml");
    for shared in ["merge-multiple", "overwrite", "download-artifact", "pattern:"] {
        assert!(!release.text.contains(shared), "archives could be taken for others: {shared}");
    }
    for (name, text) in jobs(&release) {
        let builds = text.contains("cargo package-release");
        assert_eq!(builds, text.contains("actions/upload-artifact@"), "{name}");
        if builds {
            assert!(text.contains("name: ${{ env.PLATFORM }}\n"), "{name}: a name of its own");
            assert!(text.contains("path: dist/*_${{ env.PLATFORM }}.zip\n"), "{name}: one file");
            assert!(text.contains("    outputs:\n"), "{name}: its digest");
        }
        // Who builds vouches, unless a stranger's action is at work there.
        let stranger = text.contains("vmactions/");
        assert!(!builds || stranger != text.contains("actions/attest-build-provenance@"), "{name}");
        assert!(!text.contains("GPG_PRIVATE_KEY") || name == "release", "{name} has the key");
    }
    let (_, last) = jobs(&release).pop().expect("jobs");
    let order = ["cargo build", "take-archives", "GPG_PRIVATE_KEY", "--key", "gh release create"];
    let places: Vec<_> = order.iter().map(|step| last.find(step).expect(step)).collect();
    assert!(places.is_sorted(), "{order:?} are at {places:?}");
    assert!(last.contains("grep --fixed-strings \"$key\" SECURITY.md"), "a key that nobody knows");
}

#[test]
fn every_fuzz_target_runs_on_every_push_with_its_seeds_and_fixed_dependencies() {
    let workflow = file(".github/workflows/fuzz.yml");
    assert!(workflow.text.contains("  push:\n    branches: [main]\n"));
    let manifest = file("tests/fuzz/Cargo.toml").text;
    let mut targets = Vec::new();
    for binary in manifest.split("[[bin]]\n").skip(1) {
        let name = binary.strip_prefix("name = \"").and_then(|name| name.split_once('"'));
        targets.push(name.expect("a name").0);
    }
    for target in &targets {
        assert!(workflow.text.contains(&format!("\n          - {target}\n")), "{target}");
    }
    assert_eq!(below("tests/fuzz/fuzz_targets", ".rs").len(), targets.len());
    for reader in ["json", "msgpack", "token_list"] {
        // Some seeds are no text.
        let seed = root().join("tests/fuzz/corpus").join(reader).join("key-of-serde");
        let seed = String::from_utf8_lossy(&std::fs::read(seed).expect("a seed")).into_owned();
        assert!(seed.contains("$serde_json::private::Number"), "{reader}");
    }
    assert!(workflow.text.contains("--locked --format-version 1 --manifest-path tests/fuzz/"));
    assert!(file("tests/fuzz/Cargo.lock").text.contains("name = \"libfuzzer-sys\""));
    assert!(!file("tests/fuzz/.gitignore").text.contains("Cargo.lock"));
}

/// What the page on compatibility says, and what the tests run with on every push.
#[test]
fn the_first_engine_of_every_feature_is_tested_and_the_newest() {
    let test = file(".github/workflows/test.yml").text;
    let page = file("docs/guides/compatibility.md").text;
    // OpenTofu's newest is also the first with identities.
    let newest_tofu = "1.12";
    assert!(test.contains(&format!("# {newest_tofu}, the first one with identities,")));
    let wanted =
        [("terraform", "~1.0.0"), ("tofu", "~1.6.0"), ("terraform", "latest"), ("tofu", "latest")];
    let mut wanted = wanted.map(|(engine, version)| (engine, version.to_owned())).to_vec();
    assert!(page.contains("\nTerraform 1.0 and later, OpenTofu 1.6 and later:"));
    let (_, table) = page.split_once("\n| --- | --- | --- |\n").expect("a table");
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, _, terraform, tofu, _] = cells[..] else { panic!("{row}") };
        wanted.push(("terraform", format!("~{terraform}.0")));
        if ![newest_tofu, "not yet"].contains(&tofu) {
            wanted.push(("tofu", format!("~{tofu}.0")));
        }
    }
    let missing = wanted.into_iter().filter_map(|(engine, version)| {
        let line = format!("- {{ engine: {engine}, version: {version} }}\n");
        (!test.contains(&line)).then_some(line)
    });
    none_of(missing.collect(), "not tested");
}

#[test]
fn what_is_fixed_is_kept_current() {
    let dependabot = file(".github/dependabot.yml").text;
    for (kind, folder) in [
        ("cargo", "/"),
        ("cargo", "/tests/fuzz"),
        ("github-actions", "/"),
        ("gomod", "/tests/plugin-testing"),
        ("pip", "/.github/release"),
    ] {
        let wanted = format!("- package-ecosystem: {kind}\n    directory: {folder}\n");
        assert!(dependabot.contains(&wanted), "{wanted}");
    }
    let test = file(".github/workflows/test.yml").text;
    assert!(test.contains("  schedule:\n") && test.contains("EmbarkStudios/cargo-deny-action@"));
}
