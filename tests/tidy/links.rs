//! Links between the documents of the repository lead somewhere.

use crate::sources::{Source, below, file, none_of, root};

#[test]
fn no_link_between_documents_is_dead() {
    let mut documents = below("docs", ".md");
    documents.push(file("README.md"));
    let mut found = Vec::new();
    for Source { path, text } in &documents {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split('#').next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.contains(' ');
            if !outside && !root().join(folder).join(target).exists() {
                found.push(format!("{path} → {target}"));
            }
        }
    }
    none_of(found, "dead links");
}
