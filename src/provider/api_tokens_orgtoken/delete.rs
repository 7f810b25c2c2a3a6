//! Destroy: revokes the token, or leaves it to its expiry where that was asked for.

use crate::cloud::{Owner, RevokeError};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::resource::Applied;
use crate::framework::value::Value;
use crate::provider::durations::when;
use crate::provider::problems;
use crate::provider::session::Session;

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
    let diagnostics = match client.revoke(&Owner::organization(org), id, None).await {
        Ok(_) => return Applied::nothing(found),
        Err(RevokeError::Failed(error)) => {
            problems::failed("Can't delete the organization token", &doing, &error)
        }
        Err(error) => {
            found.error("Can't delete the organization token", not_proven(&doing, &error));
            found
        }
    };
    Applied { state: prior, diagnostics }
}

/// Why the answer to a deletion doesn't prove it, and what to do.
fn not_proven(doing: &str, error: &RevokeError) -> String {
    let cause = error.cause();
    let why = match error {
        RevokeError::Failed(_) => return problems::described(doing, cause),
        RevokeError::StillListed { .. } => {
            "The organization still lists the token, so the answer is not the service's or was \
             not true. See what stands between here and the service, and try again."
        }
        RevokeError::NotListed { .. } => {
            "The answer to the deletion doesn't prove it, and without the organization's list \
             there is no knowing whether the token lives. Try again."
        }
        RevokeError::OrganizationHidden { .. } => {
            "The organization was not found: it was deleted, or renamed, or it is hidden from this \
             access token; in the latter cases the token lives. Use an access token that can see \
             it. If the organization is really gone, take the token out of the state with \
             `terraform state rm` or `tofu state rm`."
        }
        RevokeError::TooYoung { .. } => {
            "The organization doesn't list the token, but it is only minutes old, and lists may \
             lag behind. Try again in some minutes."
        }
    };
    format!("{doing} failed: {cause}. {why} The token stays in the state.")
}
