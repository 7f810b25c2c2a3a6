//! Links between the documents of the repository lead somewhere, also those to a heading. Those to
//! other sites are only looked at for their form, as no test goes there.

use std::collections::BTreeSet;

use crate::sources::{Source, below, file, none_of, root};

fn documents() -> Vec<Source> {
    let mut found = below("docs", ".md");
    found.extend(below("examples", ".md"));
    found.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(file));
    found
}

/// What a document's links lead to, outside of blocks of code.
fn targets(text: &str) -> Vec<String> {
    let prose = text.split("```").step_by(2);
    let links = prose.flat_map(|part| part.split("](").skip(1));
    let targets = links.filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains(' ')).map(str::to_owned).collect()
}

/// What can be linked to in a document.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| {
        let title = line.trim_start_matches('#').trim();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    });
    let named = prose.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    headings.chain(named.map(str::to_owned)).collect()
}

#[test]
fn no_link_between_documents_is_dead() {
    let mut found = Vec::new();
    for Source { path, text } in &documents() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(text).iter().filter(|target| !target.contains("://")) {
            let (to, anchor) = target.split_once('#').unwrap_or((target, ""));
            let place =
                if to.is_empty() { root().join(path) } else { root().join(folder).join(to) };
            let there = match anchor {
                "" => place.exists(),
                anchor => std::fs::read_to_string(&place)
                    .is_ok_and(|text| anchors(&text).contains(anchor)),
            };
            if !there {
                found.push(format!("{path} → {target}"));
            }
        }
    }
    none_of(found, "dead links");
}

#[test]
fn links_to_other_sites_are_encrypted_and_whole() {
    let mut found = Vec::new();
    for Source { path, text } in &documents() {
        for target in targets(text).iter().filter(|target| target.contains("://")) {
            let host = target.strip_prefix("https://").and_then(|rest| rest.split('/').next());
            if !host.is_some_and(|host| host.contains('.') && !host.contains("example")) {
                found.push(format!("{path} → {target}"));
            }
        }
    }
    none_of(found, "not a link to a site");
}

#[test]
fn a_heading_is_linked_to_by_its_words() {
    let found =
        anchors("# `api_url` can't be used\n```\n# no\n```\n<a id=\"nestedatt--oidc\"></a>\n");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["api_url-cant-be-used", "nestedatt--oidc"]);
    assert_eq!(targets("[a](b.md#c) `x`\n```\n[d](e)\n```\n[f](#g)"), ["b.md#c", "#g"]);
}
