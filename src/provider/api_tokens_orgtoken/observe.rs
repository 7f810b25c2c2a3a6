//! Read and import: what the organization's list says of a token.

use crate::cloud::OrgToken as Listed;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::resource::Applied;
use crate::framework::value::Value;
use crate::provider::block::Session;
use crate::provider::problems;

use super::checks::duration;
use super::model::Model;
use super::{plan, token_of};

/// Refreshes a token of the state.
pub async fn read(session: &Session, mut state: Model) -> Applied {
    let org = state.org_name.as_str().unwrap_or_default().to_owned();
    let id = state.token_id.as_str().unwrap_or_default().to_owned();
    let token = token_of(&state.name, &org);
    let doing = format!("Reading {token}");
    let listed = match find(session, &org, &id, &doing).await {
        Ok(listed) => listed,
        Err(diagnostics) => return Applied { state: state.into_value(), diagnostics },
    };
    let Some(listed) = listed else {
        let mut found = Diagnostics::new();
        found.warning(
            "The token is gone",
            format!(
                "The organization no longer lists {token} (id {id}), not even on a second look, so \
                 somebody deleted it; it is dropped from the state. Its name stays taken: a new token needs another one."
            ),
        );
        return Applied::nothing(found);
    };
    observe(&mut state, &listed);
    if gives_admin_by_itself(session, &org, &state, &listed).await {
        state.admin = true.into();
    }
    state.ready_for_rotation = is_due(&state, session.now()).into();
    Applied::state(state.into_value())
}

/// Whether a token that asked neither for `admin` nor for a role has the admin role all the same,
/// and not because that is the organization's default.
async fn gives_admin_by_itself(
    session: &Session,
    org: &str,
    state: &Model,
    listed: &Listed,
) -> bool {
    let Some(role) = listed.role.as_ref().filter(|role| role.default_identifier == ADMIN) else {
        return false;
    };
    if asked_for_role(state) || state.admin.as_bool() == Some(true) {
        return false;
    }
    let Ok(configuration) = session.configured() else { return false };
    let Some(client) = configuration.client() else { return false };
    match client.organization_policy(org).await {
        Ok(policy) => policy.default_role_id.as_deref() != Some(&role.id),
        Err(_) => true,
    }
}

/// How the service marks the built-in admin role.
const ADMIN: &str = "admin";

fn asked_for_role(state: &Model) -> bool {
    state.role_id.as_str().is_some_and(|role| !role.is_empty())
}

/// Takes over what differs from what was asked for. What the service adds by itself is no drift.
fn observe(state: &mut Model, listed: &Listed) {
    state.name = listed.name.as_str().into();
    state.description = listed.description.as_str().into();
    state.expires = listed.expires.into();
    state.expires_at = plan::expires_at(&state.expires);
    // A token that asked for no role gets the organization's default one.
    // A list may leave the role out, which says nothing about it.
    let asked_for_role = asked_for_role(state);
    if let Some(role) = listed.role.as_ref().filter(|_| asked_for_role) {
        state.role_id = role.id.as_str().into();
    }
    // An admin role lists as `admin`, and `admin` lists as that role, whichever was asked for.
    let has_admin_role = listed.role.as_ref().is_some_and(|r| r.default_identifier == ADMIN);
    if !asked_for_role && !has_admin_role {
        state.admin = listed.admin.into();
    }
}

/// Whether a token has expired or is within `rotate_before` of it.
fn is_due(state: &Model, now: i64) -> bool {
    match (duration(&state.rotate_before), state.expires.as_i64()) {
        (Some(window), Some(expires)) if expires > 0 => now >= expires.saturating_sub(window),
        _ => false,
    }
}

/// Finds a token by the id that a user gave.
pub async fn import(session: &Session, id: &str) -> Applied {
    let Some(wanted) = ImportId::parse(id) else {
        return Applied::nothing(malformed(id));
    };
    let doing = format!("Importing {id:?}");
    let listed = match find(session, wanted.org, wanted.token_id, &doing).await {
        Ok(listed) => listed,
        Err(diagnostics) => return Applied::nothing(diagnostics),
    };
    let Some(listed) = listed else { return Applied::nothing(not_listed(&wanted)) };
    if wanted.name.is_some_and(|name| name != listed.name) {
        let mut found = Diagnostics::new();
        found.error(
            "The import id names another token",
            format!(
                "The token {} of the organization {:?} is named {:?}, not {:?}. Import it as \
                 {}/{}, if it is the one that you mean.",
                listed.id,
                wanted.org,
                listed.name,
                wanted.name.unwrap_or_default(),
                wanted.org,
                listed.id
            ),
        );
        return Applied::nothing(found);
    }
    let mut state = Model::from_value(&Value::Null);
    state.org_name = wanted.org.into();
    state.token_id = wanted.token_id.into();
    state.id = format!("{}/{}", wanted.org, wanted.token_id).into();
    state.role_id = listed.role.as_ref().map_or(Value::Null, |role| role.id.as_str().into());
    state.admin = listed.admin.into();
    state.delete_on_destroy = true.into();
    state.ready_for_rotation = false.into();
    observe(&mut state, &listed);
    let mut found = Diagnostics::new();
    found.warning(
        "The token's value can't be imported",
        format!(
            "The service shows a token's value only when it is created, so token_value of {} is \
             null. The token can be watched and retired from here, but who needs its value needs a \
             new token.",
            token_of(&state.name, wanted.org)
        ),
    );
    Applied { state: state.into_value(), diagnostics: found }
}

async fn find(
    session: &Session,
    org: &str,
    id: &str,
    doing: &str,
) -> Result<Option<Listed>, Diagnostics> {
    let configuration = session.configured()?;
    let client = configuration.needed_client(doing)?;
    // A plan wants it next, and needn't wait for one after the other.
    client.expect_organization_policy(org);
    let listed = client.org_token(org, id).await;
    listed.map_err(|e| problems::failed("Can't read the organization's tokens", doing, &e))
}

/// `org/token_id`, or Pulumi's older `org/name/token_id`, whose name may hold slashes.
#[derive(Debug, PartialEq, Eq)]
pub struct ImportId<'a> {
    org: &'a str,
    name: Option<&'a str>,
    token_id: &'a str,
}

impl<'a> ImportId<'a> {
    /// Reads an import id; `None` where it has neither form.
    pub fn parse(id: &'a str) -> Option<Self> {
        let (org, rest) = id.split_once('/')?;
        let (name, token_id) = match rest.rsplit_once('/') {
            Some((name, token_id)) => (Some(name), token_id),
            None => (None, rest),
        };
        let filled = |part: &str| !part.trim().is_empty();
        (filled(org) && filled(token_id) && name.is_none_or(filled)).then_some(Self {
            org,
            name,
            token_id,
        })
    }
}

const FORM: &str = "An import id is ORGANIZATION/TOKEN_ID, or Pulumi's older \
                    ORGANIZATION/NAME/TOKEN_ID, such as acme/5a3c7b1e-0000-4000-8000-0123456789ab.";

fn malformed(id: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.error("The import id has not the right form", format!("It is {id:?}. {FORM}"));
    found
}

fn not_listed(wanted: &ImportId<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.error(
        "There is no such token",
        format!(
            "The organization {:?} lists no token with the id {:?}. {FORM} The id is in the \
             answer to GET /api/orgs/{}/tokens?filter=all.",
            wanted.org, wanted.token_id, wanted.org
        ),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::ImportId;

    #[test]
    fn import_ids_are_taken_apart() {
        let parsed = |org, name, token_id| Some(ImportId { org, name, token_id });
        for (id, expected) in [
            ("acme/t1", parsed("acme", None, "t1")),
            ("acme/ci/t1", parsed("acme", Some("ci"), "t1")),
            ("acme/GitLab CI/CD/t1", parsed("acme", Some("GitLab CI/CD"), "t1")),
            ("", None),
            ("acme", None),
            ("acme/", None),
            ("/t1", None),
            ("acme//t1", None),
            ("acme/ci/", None),
            (" / ", None),
        ] {
            assert_eq!(ImportId::parse(id), expected, "{id:?}");
        }
    }
}
