//! Every message of the provider's own, as the troubleshooting page lists them.

use crate::framework::diagnostics::{Message, messages};

messages! {
    /// What is said of the provider as a whole.
    pub mod provider {
        NOT_KNOWN_YET = "The provider's configuration is not known yet";
        NO_ORGANIZATION = "No organization is given";
        WRONG_CREDENTIALS = "The service doesn't take the access token";
        NO_SUCH_ORGANIZATION = "There is no such organization, or it can't be seen";
        UNDECIDED = "Whether the object is to be replaced is not known yet";
        NOT_REACHED = "The service could not be asked while planning";
    }
}

messages! {
    /// What is said of the `provider` block.
    pub mod block {
        API_URL = "api_url can't be used";
        ADDRESS = "The service's address can't be used";
        ADDRESS_PASSED_OVER = "A setting for the service's address is no web address";
        NO_TOKEN = "The access token is malformed";
        TOKEN_MISSING = "There is no access token for Pulumi Cloud";
        TOKEN_AS_ORGANIZATION = "An access token stands in place of the organization's name";
        LOGINS = "What pulumi login stored can't be read";
        CERTIFICATES = "{attribute} can't be used";
        SYSTEM_CERTIFICATES = "The system's certificates can't be read";
        PROXY = "The proxy can't be used";
    }
}

messages! {
    /// What is said of the exchange of a CI system's id token.
    pub mod exchange {
        NO_ORGANIZATION = "The exchange needs an organization";
        NO_ID_TOKEN = "There is no id token to exchange";
        TWO_ID_TOKENS = "There are two id tokens";
        EXCHANGE = "The id token could not be exchanged";
    }
}

messages! {
    /// What is said of tokens.
    pub mod tokens {
        EXPIRES = "{attribute} is not an instant that a token can expire at";
        WINDOW_TOO_LONG = "rotate_before must be shorter than the token's life";
        REPLACED_AT_EVERY_PLAN = "The token would be replaced at every plan";
        EXPIRY_PASSED = "The expiry is in the past";
        NEVER_DELETED = "A token that never expires must be deleted on destroy";
        NEVER_ROTATES = "The token never expires, so it never rotates";
        NEVER_EXPIRES = "The token never expires";
        NAME_TAKEN = "The token's name is taken";
        SAME_NAME = "The token can't be replaced under the same name";
        FIXED_NAME = "A token with a fixed name can't rotate";
        REPLACED_FOR_UNKNOWN = "A token is replaced for values that are not known yet";
        OLD_REVOKED_FIRST = "The old token is revoked before its new name is tried";
        NO_NAME_FOUND = "No name could be found for the token";
        DUE = "The token is due for rotation";
        EXPIRY_IS_FIXED = "The token is due for rotation, but its expiry is fixed";
        EXPIRED = "The token has expired";
        NOT_REVOKED = "The token stays valid";
        OLD_STILL_REVOKED = "The old token is still revoked";
        POLICY_REFUSES = "The organization's policy doesn't allow such a token";
        POLICY_VIOLATED = "The token violates the organization's policy";
        NO_SUCH_ROLE = "There is no such role";
        ADMIN_BESIDE_ROLE = "admin and role_id contradict each other";
        NOT_CREATED = "The token was not created";
        CANT_CREATE = "Can't create the token";
        VALUE_LOST = "The token was made, but its value was lost";
        REVOKED_VALUE_LOST = "A token was revoked, as its value was lost";
        UNRESOLVED = "Whether the token was created is not known";
        CANT_LIST = "The token can be created, but not read again";
        CANT_CHECK_NAME = "Can't find out whether the token's name is free";
        CANT_READ = "Can't read the tokens";
        CANT_DELETE = "Can't delete the token";
        OTHER_USER = "The token belongs to another user";
        GONE = "The token is gone";
        NOT_LISTED_YET = "The token is not listed yet";
        NOT_THERE = "There is nothing to revoke";
        NO_SUCH_TOKEN = "There is no such token";
        OTHER_TOKEN = "The import id names another token";
        VALUE_NOT_IMPORTED = "The token's value can't be imported";
        RECIPIENT = "A recipient is no public key";
        NO_RECIPIENT = "There is nobody to encrypt for";
        NOT_ENCRYPTED = "The token's value can't be encrypted";
        NOTHING_TO_ENCRYPT = "There is no value to encrypt";
        VALUE_WAS_STORED = "The token's value was in the state";
    }
}

messages! {
    /// What is said of teams, members, roles, issuers, policies and settings.
    pub mod access {
        EXISTS = "The object exists already";
        TEAM = "The call about a team failed";
        ROLE = "The call about a role failed";
        DETAILS = "details is no tree of permissions";
        UNKNOWN_SCOPE = "The service doesn't list this scope";
        NOT_CLEARED = "{attribute} can't be cleared";
        SETTINGS = "The call about an organization's settings failed";
        SETTINGS_STAY = "An organization's settings stay as they are";
        LIFE_LIMITED = "Tokens that live longer are refused from then on";
        ISSUER = "The call about an OIDC issuer failed";
        THUMBPRINT = "A thumbprint is malformed";
        POLICY = "The call about the policy of an OIDC issuer failed";
        POLICY_ENTRY = "An entry of the policy can't be used";
        POLICY_OPEN = "An entry of the policy may let in too much";
        MEMBER = "The call about a member failed";
        NO_SUCH_ROLE = "There is not exactly one such role";
        NO_ROLE = "Neither role nor role_id is left";
        NO_SUCH_MEMBER = "There is no such member";
        CURRENT_USER = "Whose the access token is can't be told";
        TEAM_MEMBER = "The call about a member of a team failed";
        TEAM_MEMBERS_UNKNOWN = "The team's members can't be told at present";
        TEAM_ROLE = "The call about the role of a team failed";
        STACK_PERMISSION = "The call about a team's permission on a stack failed";
        ENVIRONMENT_PERMISSION = "The call about a team's permission on an environment failed";
    }
}

/// Every message of this room.
pub fn all() -> impl Iterator<Item = Message> {
    [provider::ALL, block::ALL, exchange::ALL, tokens::ALL, access::ALL]
        .into_iter()
        .flatten()
        .copied()
}
