//! Create: one request for a token, under another name where a generated one can't be had.

use data_encoding::BASE32_NOPAD;

use crate::cloud::{Client, CreateError, CreatedToken, NewOrgToken, Random};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::resource::Applied;
use crate::framework::value::Value;
use crate::provider::block::Session;
use crate::provider::problems;

use super::checks::{self, SUFFIX, duration};
use super::model::Model;
use super::{plan, token_of};

/// How many names are drawn before giving up. With 32⁸ of them for each prefix, a second is
/// hardly ever needed.
const DRAWS: usize = 5;

/// Makes the planned token. The state has its value, or there is no such token.
pub async fn create(session: &Session, mut planned: Model) -> Applied {
    let configuration = match session.configured() {
        Ok(configuration) => configuration,
        Err(diagnostics) => return Applied::nothing(diagnostics),
    };
    let token = token_of(&planned.name, planned.org_name.as_str().unwrap_or_default());
    let client = match configuration.needed_client(&format!("Creating {token}")) {
        Ok(client) => client,
        Err(diagnostics) => return Applied::nothing(diagnostics),
    };
    // A life that is counted by a clock ahead of the service's could end later than allowed.
    let now =
        client.service_time().map_or(session.now(), |then| session.now().min(then.as_second()));
    let mut found = checks::configuration(&planned, now);
    complete(&mut planned, now);
    found.extend(checks::creation(&planned, now));
    let Some(org) = planned.org_name.as_str().map(str::to_owned) else {
        found.error("No organization is given", "The plan names no organization.");
        return Applied::nothing(found);
    };
    if found.has_error() {
        return Applied::nothing(found);
    }
    // What validation warned of has been shown already.
    let mut found = Diagnostics::new();
    let generated = planned.name.is_unknown();
    for _ in 0..DRAWS {
        if generated {
            planned.name = draw(&planned.name_prefix, session.random()).into();
        }
        match send(client, &org, &planned).await {
            Ok(created) => {
                planned.id = format!("{org}/{}", created.id).into();
                planned.token_value = created.value.expose().into();
                planned.token_id = created.id.into();
                return Applied { state: planned.into_value(), diagnostics: found };
            }
            // Nobody else's token has a name that was only just drawn; where one is found under it
            // after a lost answer, it is better looked at.
            Err(CreateError::NameTaken { holder: None, .. }) if generated => {}
            Err(CreateError::Revoked { id, cause }) if generated => found.warning(
                "A token was revoked, as its value was lost",
                format!(
                    "Creating {} came to nothing: {cause}. The token had been made, with the id \
                     {id}, but nobody has its value; it has been revoked, and another one is \
                     made under a new name.",
                    token_of(&planned.name, &org)
                ),
            ),
            Err(error) => {
                found.extend(not_created(&planned, &org, &error));
                return Applied::nothing(found);
            }
        }
    }
    found.error_at(
        Path::attribute("name_prefix"),
        "No name could be found for the token",
        format!(
            "{DRAWS} names with the prefix {:?} were tried in the organization {org:?}, and none \
             led to a token. None is left behind. Try again, or use another prefix.",
            planned.name_prefix.as_str().unwrap_or_default()
        ),
    );
    Applied::nothing(found)
}

/// Fills in what only the moment of creation tells.
fn complete(planned: &mut Model, now: i64) {
    if planned.expires.is_unknown() {
        let life = duration(&planned.expire_after).unwrap_or(0);
        planned.expires = if life > 0 { now.saturating_add(life) } else { 0 }.into();
    }
    planned.expires_at = plan::expires_at(&planned.expires);
}

async fn send(client: &Client, org: &str, planned: &Model) -> Result<CreatedToken, CreateError> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let token = NewOrgToken {
        name: text(&planned.name),
        description: text(&planned.description),
        expires: planned.expires.as_i64().unwrap_or(0),
        admin: planned.admin.as_bool().unwrap_or(false),
        role_id: planned.role_id.as_str().filter(|role| !role.is_empty()).map(str::to_owned),
    };
    client.create_org_token(org, &token, planned.reason.as_str()).await
}

/// A name of its own: the prefix and lower-case base32.
fn draw(prefix: &Value, random: &dyn Random) -> String {
    let mut bytes = [0; SUFFIX * 5 / 8];
    random.fill(&mut bytes);
    let suffix = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
    format!("{}{suffix}", prefix.as_str().unwrap_or_default())
}

fn not_created(planned: &Model, org: &str, error: &CreateError) -> Diagnostics {
    let doing = format!("Creating {}", token_of(&planned.name, org));
    let mut found = Diagnostics::new();
    match error {
        CreateError::NotSent(cause) => found.error(
            "The organization token was not created",
            format!("{} Nothing was created.", problems::described(&doing, cause)),
        ),
        CreateError::Refused(cause) => {
            found.error("Can't create the organization token", problems::described(&doing, cause));
        }
        CreateError::NameTaken { cause, holder: None } => found.error_at(
            Path::attribute("name"),
            "The token's name is taken",
            problems::described(&doing, cause),
        ),
        CreateError::NameTaken { .. } => found.error_at(
            Path::attribute("name"),
            "The token's name is taken",
            format!(
                "{doing} failed: {error}. If nobody holds that token's value, delete it. Choose \
                 another name, or use name_prefix; or import that token."
            ),
        ),
        CreateError::Revoked { .. } => found.error_at(
            Path::attribute("name"),
            "The token was made, but its value was lost",
            format!(
                "{doing} failed: {error}. Choose another name, or use name_prefix, under which \
                 such a creation is repeated by itself."
            ),
        ),
        CreateError::Unresolved { .. } => found.error(
            "Whether the token was created is not known",
            format!("{doing} failed: {error}"),
        ),
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Random for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.copy_from_slice(&[0x00, 0x44, 0x32, 0x14, 0xc7]);
        }
    }

    #[test]
    fn a_drawn_name_is_the_prefix_and_eight_characters_of_base32() {
        assert_eq!(draw(&"ci-".into(), &Fixed), "ci-abcdefgh");
    }
}
