//! Pages from templates.
//!
//! A line of a template that is nothing but a command in double braces is replaced. In every
//! template:
//!
//! - `{{ file PATH }}` by a file of the repository, as a block of code.
//!
//! In the template of a thing, which is what it is called after, also:
//!
//! - `{{ title }}` by what stands at the top of its page;
//! - `{{ about }}` by what its declaration says that it is for;
//! - `{{ example }}` by its example;
//! - `{{ schema }}` by its attributes, or a function's signature;
//! - `{{ import }}` by the ways to import it, if there are any.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use pulumiservice::framework::provider::AnyProvider;

use super::schema;
use super::things::{self, Kind, PROVIDER, Shape, Thing};
use super::{markdown, root};

/// The page of a thing that has no template of its own.
const GENERAL: &str =
    "{{ title }}\n\n{{ about }}\n\n{{ example }}\n\n{{ schema }}\n\n{{ import }}\n";

/// The ways to import something: the file that shows it, and what is said of it.
const IMPORTS: [(&str, &str); 3] = [
    (
        "import-by-identity.tf",
        "With an `import` block and the identity (Terraform 1.12 or later, OpenTofu 1.12 or later):",
    ),
    (
        "import-by-string-id.tf",
        "With an `import` block and the id (Terraform 1.5 or later, OpenTofu 1.6 or later):",
    ),
    ("import.sh", "On the command line:"),
];

/// A page as it should be.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// Every page that is made.
pub fn all(provider: &AnyProvider) -> anyhow::Result<Vec<Page>> {
    let things = things::all(provider);
    let templates = root().join("tests/tasks/templates");
    let mut pages = Vec::new();
    let mut own = markdown(&templates)?;
    for thing in &things {
        let template = root().join(thing.template());
        let text = match own.iter().position(|path| *path == template) {
            Some(index) => fs::read_to_string(own.remove(index))?,
            None => GENERAL.to_owned(),
        };
        let page = match thing.spelling_of {
            Some(first) => other_spelling(thing, first),
            None => render(&text, Some(thing)).with_context(|| thing.page())?,
        };
        pages.push(Page { path: root().join(thing.page()), text: page });
    }
    // What is left are guides.
    for template in own {
        let path = root().join("docs").join(template.strip_prefix(&templates)?);
        let text = render(&fs::read_to_string(&template)?, None);
        pages.push(Page { path, text: text.with_context(|| template.display().to_string())? });
    }
    Ok(pages)
}

/// Puts what is asked for in the place of a template's commands.
pub fn render(template: &str, thing: Option<&Thing>) -> anyhow::Result<String> {
    let mut page = String::new();
    for line in template.lines() {
        let command = line.strip_prefix("{{ ").and_then(|line| line.strip_suffix(" }}"));
        match command.map(|command| command.split_once(' ').unwrap_or((command, ""))) {
            None => page += line,
            Some(("file", path)) => page += &code(path)?,
            Some((command, "")) => {
                let thing = thing.with_context(|| format!("no thing for {command:?}"))?;
                page += &part(command, thing)?;
            }
            Some((command, _)) => bail!("there is no command {command:?}"),
        }
        page.push('\n');
    }
    Ok(page.trim_end().to_owned() + "\n")
}

fn part(command: &str, thing: &Thing) -> anyhow::Result<String> {
    Ok(match (command, &thing.shape) {
        ("title", _) => title(thing),
        ("about", _) => thing.about().to_owned(),
        ("example", _) => format!("## Example Usage\n\n{}", code(&thing.example())?),
        ("schema", Shape::Attributes(attributes)) => schema::schema(attributes),
        ("schema", Shape::Function(function)) => schema::signature(function),
        ("import", _) => import(thing)?,
        _ => bail!("there is no command {command:?}"),
    })
}

fn title(thing: &Thing) -> String {
    let (name, kind) = (thing.name, thing.kind.title());
    let summary = match thing.shape {
        Shape::Function(function) => function.summary.to_owned(),
        Shape::Attributes(_) => first_sentence(thing.about()),
    };
    match thing.kind {
        // A registry files the provider's own page nowhere.
        Kind::Provider => {
            front(&format!("{name} {kind}"), None, &summary) + &format!("\n# {name} {kind}")
        }
        Kind::Function => {
            front(&format!("{name} {kind} - {PROVIDER}"), Some(""), &summary)
                + &format!("\n# {kind}: {name}")
        }
        _ => {
            front(&format!("{name} {kind} - {PROVIDER}"), Some(thing.subcategory()), &summary)
                + &format!("\n# {name} ({kind})")
        }
    }
}

fn front(title: &str, subcategory: Option<&str>, description: &str) -> String {
    let subcategory = subcategory.map_or(String::new(), |s| format!("subcategory: \"{s}\"\n"));
    format!("---\npage_title: \"{title}\"\n{subcategory}description: |-\n  {description}\n---\n")
}

/// The first sentence of Markdown, as plain text in one line.
fn first_sentence(markdown: &str) -> String {
    let paragraph = markdown.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "");
    match line.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => line,
    }
}

fn other_spelling(thing: &Thing, first: &str) -> String {
    let page = first.trim_start_matches(PROVIDER).trim_start_matches('_');
    let moved = match thing.kind {
        Kind::Resource => {
            "\n\nA [`moved` block](https://developer.hashicorp.com/terraform/language/block/moved) leads \
             from one to the other."
        }
        _ => "",
    };
    format!(
        "{}\n\nAnother spelling of [`{first}`]({page}.md), which has the same attributes.{moved}\n",
        title(thing)
    )
}

fn import(thing: &Thing) -> anyhow::Result<String> {
    let Shape::Attributes(attributes) = thing.shape else { return Ok(String::new()) };
    if thing.imported_by.is_empty() {
        return Ok(String::new());
    }
    let mut text = "## Import".to_owned();
    for (file, said) in IMPORTS {
        let path = format!("{}/{file}", thing.examples());
        if !root().join(&path).exists() {
            continue;
        }
        text += &format!("\n\n{said}\n\n{}", code(&path)?);
        if file.contains("identity") {
            text += &format!("\n\n{}", schema::identity(thing.imported_by, attributes));
        }
    }
    Ok(text)
}

fn code(path: &str) -> anyhow::Result<String> {
    let file = root().join(path);
    let text = fs::read_to_string(&file).with_context(|| format!("can't read {path}"))?;
    let language = match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("tf" | "tofu" | "hcl") => "terraform",
        Some("sh") => "shell",
        Some("yml" | "yaml") => "yaml",
        _ => "text",
    };
    Ok(format!("```{language}\n{}\n```", text.trim_end()))
}
