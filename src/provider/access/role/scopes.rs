//! Whether the service has the scopes that a permission tree names.

use super::Role;
use super::grammar::each_scope;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;

/// Warns of scopes that the service doesn't list for the role's type of resource. New ones may
/// come, so that none is refused here.
pub async fn warn_of_unknown(cx: &Context, role: &Role) -> Result<(), Reported> {
    let (Attr::Known(tree), Attr::Known(org), Attr::Known(resource_type)) =
        (&role.details, &role.organization.org_name, &role.resource_type)
    else {
        return Ok(());
    };
    let configuration = cx.configuration()?;
    let Some(client) = configuration.client() else { return Ok(()) };
    let listed = match client.scopes(org).await {
        Ok(listed) => listed,
        Err(error) => {
            log::debug!("the scopes are not known: {error}");
            return Ok(());
        }
    };
    let Some(known) = listed.get(resource_type).filter(|known| !known.is_empty()) else {
        return Ok(());
    };
    let mut unknown = Vec::new();
    each_scope(&tree.0, &mut |scope| {
        if !known.keys().any(|known| *known == scope) && !unknown.contains(&scope.to_owned()) {
            unknown.push(scope.to_owned());
        }
    });
    for scope in unknown {
        let nearest = known.keys().min_by_key(|known| distance(known.raw(), &scope));
        let nearest = nearest.map(|known| format!(" The nearest is {:?}.", known.to_string()));
        cx.warning_at(
            Role::details,
            said::UNKNOWN_SCOPE,
            format!(
                "The service lists no scope {scope:?} for the resource type {resource_type:?}.{}",
                nearest.unwrap_or_default()
            ),
        );
    }
    Ok(())
}

/// How many letters have to change to get from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
