//! Create: one request for a token, under another name if a generated one can't be had.

use data_encoding::BASE32_NOPAD;

use crate::cloud::{CreateError, CreatedToken, NewToken, Random};
use crate::framework::attribute_type::Secret;
use crate::provider::instants::expires_at;
use crate::provider::messages::{provider, tokens as said};
use crate::provider::prelude::*;
use crate::provider::texts::text;

use super::attributes::{Naming, SUFFIX};
use super::token::Token;
use super::words::described;
use super::{checks, encryption, not_created, origin};

/// How many names are drawn before giving up. With 32⁸ of them for each prefix, a second is
/// hardly ever needed.
const DRAWS: usize = 5;

/// Makes the planned token. The state has its value, or there is no such token.
pub async fn create(cx: &Context, mut planned: Token) -> Result<Token, Reported> {
    let configuration = cx.configuration()?;
    let doing = format!("Creating {}", planned.title());
    let client = configuration.needed_client(cx, &doing)?;
    // A life that is counted by a clock ahead of the service's could end later than allowed.
    let here = configuration.now();
    let now = client.service_time().map_or(here, |then| here.min(then.as_second()));
    checks::configuration(cx, &planned);
    complete(&mut planned, now)?;
    checks::new_token(cx, &planned, now);
    let Some(owner) = planned.owner() else {
        return Err(cx.error(provider::NO_ORGANIZATION, "The plan names no organization."));
    };
    cx.ended()?;
    let generated = planned.naming.name.is_unknown();
    let prefix = planned.naming.name_prefix.clone();
    let prefix = text(&prefix)?;
    // Asked before, so that nothing comes between a token and its value.
    origin::note_user(cx, client, planned.kind).await.map_err(|error| {
        let asking = format!("{doing} needs to know whose it will be, and asking for that");
        cx.error(said::NOT_CREATED, described(planned.kind, &asking, &error))
    })?;
    for _ in 0..DRAWS {
        if generated {
            planned.naming.name = draw(prefix, configuration.random()).into();
        }
        let token = new_token(&planned, generated)?;
        match client.create_token(&owner, &token, planned.common.reason.text()?).await {
            Ok(CreatedToken { id, value, created, .. }) => {
                encryption::store(cx, &mut planned, &Secret::new(value.expose()));
                planned.common.token_id = id.into();
                origin::note_made(cx, &planned, created);
                return Ok(planned);
            }
            // Nobody else's token has a name that was only just drawn, but no list shows ours.
            Err(CreateError::NameTaken { holder: None, cause }) if generated => {
                let detail = format!(
                    "Creating {} failed, though its name was only just drawn: {cause}. If something \
                     in front of the service sent the request twice, there may be a token of that \
                     name that nobody holds: look for it, and delete it. Another name is tried.",
                    planned.title()
                );
                cx.warning(said::UNRESOLVED, detail);
            }
            Err(CreateError::Revoked { id, cause }) if generated => {
                let detail = format!(
                    "Creating {} came to nothing: {cause}. The token {id} had been made, but nobody \
                     has its value; it has been revoked, and another one is made under a new name.",
                    planned.title()
                );
                cx.warning(said::REVOKED_VALUE_LOST, detail);
            }
            Err(error) => return Err(not_created::report(cx, &planned, &error)),
        }
    }
    let detail = format!(
        "{DRAWS} names with the prefix {prefix:?} were tried for {owner}, and none led to a token. \
         Try again, or use another prefix."
    );
    Err(cx.error_at(Naming::name_prefix, said::NO_NAME_FOUND, detail))
}

/// Fills in what only the moment of creation tells.
fn complete(planned: &mut Token, now: i64) -> Result<(), NotKnownYet> {
    let common = &mut planned.common;
    if common.expires.is_unknown() {
        let life = common.expire_after.seconds()?;
        common.expires = life.map_or(0, |life| now.saturating_add(life)).into();
    }
    common.expires_at = expires_at(&common.expires);
    Ok(())
}

fn new_token(planned: &Token, name_is_drawn: bool) -> Result<NewToken, NotKnownYet> {
    let role_id = planned.role.role_id.text()?;
    Ok(NewToken {
        name: planned.naming.name.text()?.map(str::to_owned),
        name_is_drawn,
        description: text(&planned.common.description)?.to_owned(),
        expires: planned.common.expires.copied()?.unwrap_or_default(),
        admin: planned.role.admin.copied()?.unwrap_or(false),
        role_id: role_id.filter(|role| !role.is_empty()).map(str::to_owned),
    })
}

/// A name of its own: the prefix and lower-case base32.
fn draw(prefix: &str, random: &dyn Random) -> String {
    let mut bytes = [0; SUFFIX * 5 / 8];
    random.fill(&mut bytes);
    let suffix = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
    format!("{}{suffix}", prefix)
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
        assert_eq!(draw("ci-", &Fixed), "ci-abcdefgh");
    }
}
