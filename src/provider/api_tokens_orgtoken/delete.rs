//! Destroy: revokes the token, or leaves it to its expiry where that was asked for.

use crate::cloud::Deleted;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::resource::Applied;
use crate::framework::value::Value;
use crate::provider::block::Session;
use crate::provider::durations::when;
use crate::provider::problems;

use super::model::Model;
use super::token_of;

/// Retires the token of the state.
pub async fn delete(session: &Session, prior: Value) -> Applied {
    let model = Model::from_value(&prior);
    let org = model.org_name.as_str().unwrap_or_default();
    let id = model.token_id.as_str().unwrap_or_default();
    let token = token_of(&model.name, org);
    let mut found = Diagnostics::new();
    let end = model.expires.as_i64().filter(|expires| *expires > 0);
    if let (Some(false), Some(expires)) = (model.delete_on_destroy.as_bool(), end) {
        if expires > session.now() {
            found.warning(
                "The token lives on",
                format!(
                    "As delete_on_destroy is false, {token} (id {id}) is dropped from the state \
                     but not revoked: it is valid until {}. To end it sooner, delete it in Pulumi \
                     Cloud.",
                    when(expires)
                ),
            );
        }
        return Applied::nothing(found);
    }
    let doing = format!("Deleting {token} (id {id})");
    let configuration = match session.configured() {
        Ok(configuration) => configuration,
        Err(diagnostics) => return Applied { state: prior, diagnostics },
    };
    let client = match configuration.needed_client(&doing) {
        Ok(client) => client,
        Err(diagnostics) => return Applied { state: prior, diagnostics },
    };
    match client.delete_org_token(org, id).await {
        Ok(Deleted::Now) => Applied::nothing(found),
        Ok(Deleted::AlreadyGone(said)) => {
            // A token that is gone is what was wanted. But an organization that can't be seen
            // answers the same way, and its tokens live on.
            if said.contains("Organization '") {
                found.warning(
                    "The token's organization was not found",
                    format!(
                        "{doing} was answered with: {said}. The token is taken to be gone, as it \
                         is where its organization was deleted. If the organization was renamed, \
                         or hidden from this access token, the token may live: delete it there."
                    ),
                );
            }
            Applied::nothing(found)
        }
        Err(error) => Applied {
            state: prior,
            diagnostics: problems::failed("Can't delete the organization token", &doing, &error),
        },
    }
}
