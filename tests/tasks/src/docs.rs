//! `cargo docs`: the pages in `docs/` that show declarations or examples, in the form that the
//! registries' users know from other providers.
//!
//! There is a page for each thing that the registry of the provider lists, so that a new thing needs
//! nothing here. A template in `tests/tasks/templates/` is for what takes prose of its own; pages
//! that show neither a declaration nor an example are written in `docs/` itself.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `things` | what there are pages of |
//! | `page` | templates, and what stands in the place of their commands |
//! | `schema` | attributes, as a page shows them |
//! | `checks`, `messages` | what every page and every thing must have |

#[cfg(test)]
mod checks;
#[cfg(test)]
mod messages;
mod page;
mod schema;
mod things;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use pulumiservice::cloud::Seams;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::provider::PulumiService;

use page::Page;

/// Writes every page.
pub fn run() -> anyhow::Result<()> {
    for Page { path, text } in page::all(&provider())? {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(())
}

fn provider() -> AnyProvider {
    AnyProvider::new(Arc::new(PulumiService::new(Box::new(|_| None), Seams::system())))
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
