//! The attributes that kinds of tokens have in common, in groups that each kind takes what it has
//! from.

use crate::provider::prelude::*;

use crate::provider::block::holds_token;

use super::recipient::{Recipients, is_secret};

/// The most characters (not bytes) that the service takes for a name.
pub const LONGEST_NAME: usize = 40;

/// How many characters of a generated name are random.
pub const SUFFIX: usize = 8;

/// The most days that a token may live. The service says two years, which have no day more unless a
/// 29 February is among them.
pub const LONGEST_LIFE: i64 = 730;

/// The same, as a sentence says it.
pub const LIVES_TWO_YEARS: &str = "a token lives at most two years";

/// The most characters of a prefix.
pub const LONGEST_PREFIX: usize = LONGEST_NAME - SUFFIX;

crate::attributes! {
    /// How a token is named.
    pub struct Naming {
        /// The token's name. A name can be used once: it stays taken for ever in the organization,
        /// across organization and team tokens, also after the token is deleted.
        name: Attr<String> = optional()
            .computed()
            .replaces()
            .length(1..=LONGEST_NAME)
            .no_secret(holds_token)
            .exactly_one_of(&["name", "name_prefix"]),
        /// Names the token with this prefix and 8 random characters (lower-case base32), so that it
        /// can be replaced at any time.
        name_prefix: Attr<String> = optional()
            .may_replace("unless the token's name begins with the new prefix")
            .length(1..=LONGEST_PREFIX)
            .no_secret(holds_token),
    }
}

crate::attributes! {
    /// The team that a token belongs to.
    pub struct OfTeam {
        /// The team.
        team_name: Attr<String> = required().replaces().plain_text(),
    }
}

crate::attributes! {
    /// What a token may do.
    pub struct RoleChoice {
        /// Whether the token gets the built-in Admin role; the older form of `role_id`.
        admin: Attr<bool> = optional().default(false).replaces(),
        /// The id of the role that the token gets; the data source `pulumiservice_api_roles` lists
        /// them.
        role_id: Attr<String> = optional()
            .computed()
            .otherwise("the organization's default role, for which this stays null")
            .replaces()
            .no_secret(holds_token),
    }
}

crate::attributes! {
    /// What every token has.
    pub struct Common {
        /// What the token is for, shown in Pulumi Cloud.
        description: Attr<String> = optional().default("").replaces(),
        /// When the token expires, in Unix seconds, at most two years (730 days) ahead. `0` is
        /// never. `provider::pulumiservice::epoch("2027-01-01T00:00:00Z")` gives the seconds of a
        /// date.
        expires: Attr<i64> = optional().default(0).replaces().excludes(&["expire_after"]),
        /// How long the token lives from its creation on, such as `90d` or `1d12h` (units `w`, `d`,
        /// `h`, `m`, `s`).
        expire_after: Attr<Duration> = optional()
            .may_replace("unless an imported token is given its first")
            .longer_than_zero()
            .at_most_days(LONGEST_LIFE, LIVES_TWO_YEARS),
        /// When the token expires, in RFC 3339; null is never.
        expires_at: Attr<String> = computed(),
        /// Sent to the organization's audit log when the token is created. Changing it alone calls
        /// nothing.
        reason: Attr<String> = optional(),
        /// Replaces the token from this long before its expiry on, such as `14d`: a refresh then
        /// sets `ready_for_rotation`, and the plan replaces. It has to be shorter than the token's
        /// life, and a token with a name of its own needs `name_prefix`. Changing it alone calls
        /// nothing.
        rotate_before: Attr<Duration> = optional().longer_than_zero(),
        /// Any values, to replace the token by. A token with a name of its own needs `name_prefix`
        /// for that.
        rotate_when_changed: Attr<Map<String>> =
            optional().may_replace("unless there was none before, or is none from now on"),
        /// Whether the token has expired or is within `rotate_before` of it, as of the last refresh.
        /// Always `false` without `rotate_before`.
        ready_for_rotation: Attr<bool> =
            computed().default(false).may_replace("if it was `true` and a new token can be made"),
        /// Whether destroying or replacing the resource revokes the token. `false` leaves it to its
        /// own expiry, which it must have. Changing it alone calls nothing.
        delete_on_destroy: Attr<bool> = optional().default(true),
        /// Keeps the value out of the state: it is encrypted for these public keys, each `age1…` or
        /// the base64 of 32 bytes of X25519, as GitHub's API gives it, and `token_value` stays null.
        /// Given to a token whose value is in the state, it encrypts that in place. After that
        /// recipients can be removed in place.
        encrypt_to: Attr<Recipients> = optional()
            .may_replace("once the value is gone and a recipient is new, or none is left")
            .no_secret(is_secret),
        /// The value for each of `encrypt_to`: armored text of `age` for `age1…`, otherwise the
        /// base64 of a sealed box, which is what `github_actions_secret` takes as
        /// `encrypted_value`. Null without `encrypt_to`, and after an import.
        encrypted_token_values: Attr<Map<String>> = computed().kept(),
        /// The secret. Null with `encrypt_to`, and after an import, as the service shows it only on
        /// creation.
        token_value: Attr<Secret> = computed().kept(),
        /// The id that the service gave the token.
        token_id: Attr<String> = computed().kept().no_secret(holds_token),
    }
}
