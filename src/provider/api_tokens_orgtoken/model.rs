//! The resource's schema, and one object of it with a field for each attribute.

use std::collections::BTreeMap;

use crate::framework::schema::Given::{Computed, Optional, OptionalComputed};
use crate::framework::schema::{Attribute, Schema};
use crate::framework::types::Type;
use crate::framework::value::Value;

/// The resource's name in HCL.
pub const TYPE_NAME: &str = "pulumiservice_api_tokens_orgtoken";

/// The attributes, in the order of the documentation.
pub fn schema() -> Schema {
    let string = || Type::String;
    let attribute = Attribute::new;
    Schema::new(
        0,
        "An access token of a Pulumi Cloud organization.\n\nThe service shows a token's value \
         once, when it is created; from then on only the state holds it. It can't change a token, \
         so every change but that of a few attributes of Terraform's own replaces it. And it \
         never frees a name, so a replacement needs another one: give `name_prefix` and every \
         token gets a name of its own.",
        vec![
            attribute(
                "name",
                string(),
                OptionalComputed,
                "The token's name, 1 to 40 characters. A name can be used once: it stays taken \
                 for ever in the organization, across organization and team tokens, also after \
                 the token is deleted. Exactly one of `name` and `name_prefix` is given. \
                 Changing it replaces the token.",
            ),
            attribute(
                "name_prefix",
                string(),
                Optional,
                "Names the token with this prefix, 1 to 32 characters, and 8 random ones \
                 (lower-case base32), so that it can be replaced at any time. A change replaces \
                 the token unless its name begins with the new prefix.",
            ),
            attribute(
                "org_name",
                string(),
                OptionalComputed,
                "The organization. Default: the provider's `org_name`. Changing it replaces the \
                 token.",
            ),
            attribute(
                "description",
                string(),
                OptionalComputed,
                "What the token is for, shown in Pulumi Cloud. Default: `\"\"`. Changing it \
                 replaces the token.",
            ),
            attribute(
                "admin",
                Type::Bool,
                OptionalComputed,
                "Whether the token gets the built-in Admin role; the older form of `role_id`. \
                 Default: `false`. Changing it replaces the token.",
            ),
            attribute(
                "expires",
                Type::Number,
                OptionalComputed,
                "When the token expires, in Unix seconds, at most two years (730 days) ahead. \
                 `0`, the default, is never. At most one of `expires` and `expire_after` is \
                 given. Changing it replaces the token.",
            ),
            attribute(
                "expire_after",
                string(),
                Optional,
                "How long the token lives from its creation on, such as `90d` or `1d12h` (units \
                 `w`, `d`, `h`, `m`, `s`), at most two years (`730d`). Changing it replaces the \
                 token; giving it to an imported token doesn't.",
            ),
            attribute(
                "expires_at",
                string(),
                Computed,
                "When the token expires, in RFC 3339; null is never.",
            ),
            attribute(
                "role_id",
                string(),
                OptionalComputed,
                "The id of the role that the token gets. Without one the organization's default \
                 member role applies and this stays null. Changing it replaces the token.",
            ),
            attribute(
                "reason",
                string(),
                Optional,
                "Sent to the organization's audit log when the token is created. Changing it \
                 alone calls nothing.",
            ),
            attribute(
                "rotate_before",
                string(),
                Optional,
                "Replaces the token from this long before its expiry on, such as `14d`: a refresh \
                 then sets `ready_for_rotation`, and the plan replaces. Needs `name_prefix`, and \
                 has to be shorter than the token's life. Changing it alone calls nothing.",
            ),
            attribute(
                "rotate_when_changed",
                Type::Map(Box::new(string())),
                Optional,
                "Any values; when one changes, the token is replaced. Needs `name_prefix` for \
                 that. The first map on a token that had none replaces nothing.",
            ),
            attribute(
                "ready_for_rotation",
                Type::Bool,
                Computed,
                "Whether the token has expired or is within `rotate_before` of it, as of the last \
                 refresh. Always `false` without `rotate_before`.",
            ),
            attribute(
                "delete_on_destroy",
                Type::Bool,
                OptionalComputed,
                "Whether destroying or replacing the resource revokes the token. `false` leaves \
                 it to its own expiry, which it must have. Default: `true`. Changing it alone \
                 calls nothing.",
            ),
            attribute(
                "token_value",
                string(),
                Computed,
                "The secret. Null after an import, as the service shows it only on creation.",
            )
            .sensitive(),
            attribute("token_id", string(), Computed, "The id that the service gave the token."),
            attribute("id", string(), Computed, "`{org_name}/{token_id}`."),
        ],
    )
}

macro_rules! model {
    ($($field:ident),* $(,)?) => {
        /// One object of the resource: configuration, state or plan.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Model {
            $(pub $field: Value,)*
        }

        impl Model {
            /// The object in `value`; what it lacks is null.
            pub fn from_value(value: &Value) -> Self {
                Self { $($field: value.attribute(stringify!($field)).clone(),)* }
            }

            /// The object as a value of the schema.
            pub fn into_value(self) -> Value {
                Value::Object(BTreeMap::from([
                    $((stringify!($field).to_owned(), self.$field),)*
                ]))
            }
        }
    };
}

model!(
    admin,
    delete_on_destroy,
    description,
    expire_after,
    expires,
    expires_at,
    id,
    name,
    name_prefix,
    org_name,
    ready_for_rotation,
    reason,
    role_id,
    rotate_before,
    rotate_when_changed,
    token_id,
    token_value,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_the_schemas_attributes_and_no_others() {
        let nothing = Model::from_value(&Value::Null).into_value();
        let Value::Object(fields) = nothing else { panic!("not an object") };
        let schema = schema();
        let Type::Object(attributes) = schema.object() else { panic!("not an object") };
        assert!(fields.keys().eq(attributes.keys()));
    }
}
