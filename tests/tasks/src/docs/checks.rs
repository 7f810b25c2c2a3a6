//! What every page, and everything that has one, must have.

use std::collections::BTreeSet;
use std::fs;

use pulumiservice::framework::schema::Attribute;

use super::page::{self, Page};
use super::things::{self, Kind, Shape};
use super::{markdown, provider, root};

/// Fails with all that was found, so that one run is enough to mend it.
fn none_of(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn no_page_is_stale() {
    let mut found = Vec::new();
    for Page { path, text } in page::all(&provider()).unwrap() {
        if fs::read_to_string(&path).unwrap_or_default() != text {
            found.push(path.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    none_of(&found, "run `cargo docs`, as these are stale");
}

#[test]
fn every_page_is_of_something_that_the_provider_offers() {
    let provider = provider();
    let things = things::all(&provider);
    let known: BTreeSet<_> = things.iter().map(|thing| root().join(thing.page())).collect();
    let mut found = Vec::new();
    for folder in things.iter().map(|thing| thing.kind.folder()).collect::<BTreeSet<_>>() {
        let pages = markdown(&root().join("docs").join(folder)).unwrap_or_default();
        found.extend(pages.into_iter().filter(|path| !known.contains(path)));
    }
    assert!(found.is_empty(), "of nothing: {found:#?}");
}

#[test]
fn everything_is_described_in_sentences() {
    let provider = provider();
    let mut found = Vec::new();
    for thing in things::all(&provider) {
        let mut texts = vec![("itself".to_owned(), thing.about())];
        match thing.shape {
            Shape::Attributes(schema) => attributes(schema.attributes(), "", &mut texts),
            Shape::Function(function) => {
                assert!(!function.summary.is_empty(), "{}", function.name);
                let parameters = function.parameters.iter().chain(&function.variadic);
                texts.extend(parameters.map(|p| (p.name.to_owned(), p.description)));
            }
        }
        let bad = texts.into_iter().filter(|(_, text)| !text.trim().ends_with('.'));
        found.extend(bad.map(|(what, _)| format!("{}: {what}", thing.name)));
    }
    none_of(&found, "not described");
}

fn attributes<'a>(all: &'a [Attribute], within: &str, texts: &mut Vec<(String, &'a str)>) {
    for attribute in all {
        let path = format!("{within}{}", attribute.name);
        if let Some(nested) = &attribute.nested {
            attributes(&nested.attributes, &format!("{path}."), texts);
        }
        texts.push((path, attribute.about));
    }
}

#[test]
fn everything_has_an_example_and_every_example_is_of_something() {
    let provider = provider();
    let things = things::all(&provider);
    let mut missing = Vec::new();
    for thing in things.iter().filter(|thing| thing.spelling_of.is_none()) {
        let mut wanted = vec![thing.example()];
        if !thing.imported_by.is_empty() {
            let files = ["import.sh", "import-by-string-id.tf", "import-by-identity.tf"];
            wanted.extend(files.map(|file| format!("{}/{file}", thing.examples())));
        }
        wanted.retain(|path| !root().join(path).is_file());
        missing.extend(wanted);
    }
    none_of(&missing, "no such example");
    let known: BTreeSet<_> = things.iter().map(|thing| root().join(thing.examples())).collect();
    for folder in things.iter().filter(|thing| thing.kind != Kind::Provider) {
        let folder = root().join("examples").join(folder.kind.folder());
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(known.contains(&path), "of nothing: {}", path.display());
        }
    }
}

#[test]
fn every_resource_has_an_identity_and_can_be_imported() {
    let provider = provider();
    let resources = provider.registry.resources.iter();
    let found: Vec<_> = resources
        .filter(|resource| resource.parts.is_empty() || !resource.can_import())
        .map(|resource| resource.names[0].clone())
        .collect();
    none_of(&found, "without");
}

/// Resources of which the service lists none by organization.
const WITHOUT_LISTS: [&str; 5] = [
    "pulumiservice_api_auth_policy",
    "pulumiservice_api_organizationsettings",
    "pulumiservice_api_teams_environmentpermission",
    "pulumiservice_api_teams_role",
    "pulumiservice_api_teams_stackpermission",
];

#[test]
fn every_resource_has_a_list_unless_the_service_has_none() {
    let provider = provider();
    let resources = provider.registry.resources.iter();
    let without: BTreeSet<_> = resources
        .filter(|resource| resource.filter.is_none())
        .map(|resource| resource.names[0].as_str())
        .collect();
    assert_eq!(without, BTreeSet::from(WITHOUT_LISTS));
}

#[test]
fn every_page_has_the_front_matter_that_registries_want() {
    let folders = ["guides", "resources", "data-sources", "ephemeral-resources", "functions"]
        .into_iter()
        .chain(["list-resources", "actions"]);
    let mut paths = vec![root().join("docs/index.md")];
    paths.extend(folders.flat_map(|f| markdown(&root().join("docs").join(f)).unwrap_or_default()));
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let front = text.strip_prefix("---\n").and_then(|text| text.split("\n---\n").next());
        let front = front.unwrap_or_else(|| panic!("{} has none", path.display()));
        let keys: Vec<_> = front
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect();
        // The provider's own page is in no part of the menu.
        let filed = path.file_name().is_some_and(|name| name != "index.md");
        let wanted = ["page_title", "subcategory", "description"];
        let wanted: Vec<_> =
            wanted.into_iter().filter(|key| filed || *key != "subcategory").collect();
        assert_eq!(keys, wanted, "{}", path.display());
    }
}

#[test]
fn what_a_template_asks_for_must_be_there() {
    let provider = provider();
    let things = things::all(&provider);
    assert_eq!(page::render("a {{ b }}\n", None).unwrap(), "a {{ b }}\n");
    for wrong in ["{{ file no/such.tf }}", "{{ no such }}", "{{ nothing }}"] {
        assert!(page::render(wrong, Some(&things[0])).is_err(), "{wrong}");
    }
    assert!(page::render("{{ schema }}", None).is_err());
}
