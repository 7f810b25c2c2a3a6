//! `cargo docs`: the pages in `docs/` that show schemas or examples, made from the templates in
//! `tests/tasks/templates/`. Pages that show neither are written in `docs/` itself.
//!
//! A line of a template that is nothing but a command in double braces is replaced:
//!
//! - `{{ file PATH }}` by a file of the repository, as a block of code;
//! - `{{ arguments NAME }}` by what a schema has: that of `provider`, or of a resource.

#[cfg(test)]
mod messages;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use pulumiservice::cloud::Seams;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::schema::{Attribute, Given, Schema};
use pulumiservice::framework::types::Type;
use pulumiservice::provider::PulumiService;

/// Writes every page.
pub fn run() -> anyhow::Result<()> {
    for page in pages()? {
        if let Some(folder) = page.path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&page.path, page.text)
            .with_context(|| format!("can't write {}", page.path.display()))?;
    }
    Ok(())
}

/// A page as it should be.
struct Page {
    path: PathBuf,
    text: String,
}

fn pages() -> anyhow::Result<Vec<Page>> {
    let provider = provider();
    let templates = root().join("tests/tasks/templates");
    let page = |template: PathBuf| {
        let path = root().join("docs").join(template.strip_prefix(&templates)?);
        let text = render(&provider, &fs::read_to_string(&template)?);
        let text = text.with_context(|| format!("in {}", template.display()))?;
        Ok(Page { path, text })
    };
    markdown(&templates)?.into_iter().map(page).collect()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The pages in a folder and in those in it, in a fixed order.
fn markdown(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(markdown(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

fn render(provider: &AnyProvider, template: &str) -> anyhow::Result<String> {
    let mut page = String::new();
    for line in template.lines() {
        let command = line.strip_prefix("{{ ").and_then(|line| line.strip_suffix(" }}"));
        match command.and_then(|command| command.split_once(' ')) {
            None => page += line,
            Some(("file", path)) => page += &code(path)?,
            Some(("arguments", name)) => page += &arguments(schema(provider, name)?),
            Some((command, _)) => bail!("there is no command {command:?}"),
        }
        page.push('\n');
    }
    Ok(page)
}

fn provider() -> AnyProvider {
    AnyProvider::new(Arc::new(PulumiService::new(Box::new(|_| None), Seams::system())))
}

fn schema<'p>(provider: &'p AnyProvider, name: &str) -> anyhow::Result<&'p Schema> {
    if name == "provider" {
        return Ok(&provider.schema);
    }
    let resource = provider.registry.resources.iter().find(|resource| resource.is_named(name));
    Ok(&resource.with_context(|| format!("there is no resource {name}"))?.schema)
}

fn code(path: &str) -> anyhow::Result<String> {
    let file = root().join(path);
    let text = fs::read_to_string(&file).with_context(|| format!("can't read {path}"))?;
    let language = match file.extension().and_then(|ending| ending.to_str()) {
        Some("tf" | "tofu" | "hcl") => "terraform",
        Some("sh") => "shell",
        Some("yml") => "yaml",
        _ => "text",
    };
    Ok(format!("```{language}\n{}\n```", text.trim_end()))
}

/// The attributes, in the schema's order, by who gives their values.
fn arguments(schema: &Schema) -> String {
    let sections: [(&str, &[Given]); 3] = [
        ("Required", &[Given::Required]),
        ("Optional", &[Given::Optional, Given::OptionalComputed]),
        ("Read-only", &[Given::Computed]),
    ];
    let mut text = String::new();
    for (title, given) in sections {
        let attributes = schema.attributes.iter().filter(|a| given.contains(&a.given));
        let items: String = attributes.map(item).collect();
        if !items.is_empty() {
            let _ = write!(text, "### {title}\n\n{items}\n");
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn item(attribute: &Attribute) -> String {
    let Attribute { name, ty, sensitive, .. } = attribute;
    let description = attribute.description();
    let sensitive = if *sensitive { ", sensitive" } else { "" };
    format!("- `{name}` ({}{sensitive}) {description}\n", type_name(ty))
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::List(item) => format!("list of {}", type_name(item)),
        Type::Set(item) => format!("set of {}", type_name(item)),
        Type::Map(item) => format!("map of {}", type_name(item)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
        Type::Dynamic => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_is_stale() {
        for Page { path, text } in pages().unwrap() {
            let present = fs::read_to_string(&path).unwrap_or_default();
            assert!(present == text, "{} is stale: run `cargo docs`", path.display());
        }
    }

    #[test]
    fn every_attribute_is_described_in_sentences() {
        let provider = provider();
        let resources = &provider.registry.resources;
        let schemas = resources.iter().map(|r| (r.names[0].as_str(), &r.schema));
        for (owner, schema) in schemas.chain([("provider", &provider.schema)]) {
            assert!(schema.description.ends_with('.'), "{owner}");
            for attribute in &schema.attributes {
                assert!(attribute.about.trim().ends_with('.'), "{owner}: {}", attribute.name);
            }
        }
    }

    #[test]
    fn every_resource_has_a_page_and_an_example() {
        let provider = provider();
        for resource in &provider.registry.resources {
            let name = &resource.names[0];
            let page = name.strip_prefix("pulumiservice_").unwrap();
            assert!(root().join(format!("docs/resources/{page}.md")).is_file(), "{name}");
            assert!(root().join(format!("examples/resources/{name}/resource.tf")).is_file());
        }
    }

    #[test]
    fn every_page_has_the_registrys_front_matter() {
        let mut paths = vec![root().join("docs/index.md")];
        paths.extend(markdown(&root().join("docs/guides")).unwrap());
        paths.extend(markdown(&root().join("docs/resources")).unwrap());
        for path in paths {
            let text = fs::read_to_string(&path).unwrap();
            let front = text.strip_prefix("---\n").and_then(|text| text.split("\n---\n").next());
            let front = front.unwrap_or_else(|| panic!("{} has none", path.display()));
            let keys: Vec<_> = front.lines().filter_map(|l| Some(l.split_once(':')?.0)).collect();
            assert_eq!(keys, ["page_title", "subcategory", "description"], "{}", path.display());
        }
    }

    #[test]
    fn every_link_to_a_heading_leads_to_one() {
        for path in markdown(&root().join("docs")).unwrap() {
            let text = fs::read_to_string(&path).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let Some((file, anchor)) = link.split_once('#') else { continue };
                let target = if file.is_empty() { path.clone() } else { path.with_file_name(file) };
                let text = fs::read_to_string(&target).unwrap_or_default();
                let found = text.lines().any(|line| anchor_of(line).as_deref() == Some(anchor));
                assert!(found, "{}: {link}", path.display());
            }
        }
    }

    /// What a heading is called in links.
    fn anchor_of(line: &str) -> Option<String> {
        let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
    }

    #[test]
    fn what_a_template_asks_for_must_be_there() {
        let provider = provider();
        assert_eq!(render(&provider, "a {{ b }}\n").unwrap(), "a {{ b }}\n");
        for wrong in ["{{ file no/such.tf }}", "{{ arguments no_such }}", "{{ no such }}"] {
            assert!(render(&provider, wrong).is_err(), "{wrong}");
        }
    }
}
