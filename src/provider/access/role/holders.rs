//! Who has a role that can't be deleted for it, and what can be done about that.

use super::Role;
use crate::cloud::{Client, Error, RoleHolders};
use crate::provider::access::object::Object;
use crate::provider::failure::described;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;

/// What a deletion came to, with a failure reported; if the role is in use, with who has it.
///
/// # Errors
/// The deletion failed.
pub async fn told(
    cx: &Context,
    client: &Client,
    role: &Role,
    deleted: Result<(), Error>,
) -> Result<(), Reported> {
    let error = match deleted {
        Err(error) if error.status() == Some(409) => error,
        deleted => return role.told(cx, "Deleting", deleted).await,
    };
    let (org, id, _) = role.names()?;
    let cause = in_use(&client.role_holders(org, id).await);
    let doing = format!("Deleting {}", role.called());
    Err(cx.error(said::ROLE, described(&doing, &error, |_| Some(cause.clone()))))
}

fn in_use(holders: &RoleHolders) -> String {
    let all = [
        ("teams", &holders.teams),
        ("members", &holders.members),
        ("tokens", &holders.tokens),
        ("roles that include it", &holders.roles),
    ];
    let named = all.iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| {
        let names: Vec<_> = names.iter().map(|name| format!("{:?}", name.to_string())).collect();
        format!("{what}: {}", names.join(", "))
    });
    let named = named.collect::<Vec<_>>().join("; ");
    let named = if named.is_empty() { "who it is can't be seen".to_owned() } else { named };
    format!(
        "The role is still in use ({named}). Give them another role, or destroy what gives it to \
         them in the same run; or set force_destroy = true and apply before the role goes, which \
         takes it from everybody, but not out of roles that include it."
    )
}
