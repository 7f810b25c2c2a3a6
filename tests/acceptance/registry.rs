//! Every managed resource of the registry through its life, with the real CLI: create, clean plan,
//! refresh, import, a change of every attribute, unsetting each optional one, removal behind the
//! provider's back, destroy. All of them go together, each in an organization of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use emulator::{Config, Emulator, Member, Org};
use pulumiservice::cloud::{Seams, SystemClock, SystemRandom};
use pulumiservice::framework::identity;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::schema::Attribute;
use pulumiservice::provider::PulumiService;
use serde_json::Value;

use crate::harness::*;

/// What a step is expected to do to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Nothing,
    Updates,
    Replaces,
}

/// An argument and its expression in HCL; an empty one leaves the argument out.
type Argument = (&'static str, &'static str);

/// The life of one resource. Its organization is added by itself, if it takes one.
struct Life {
    /// Its name in HCL, without `pulumiservice_api_`.
    name: &'static str,
    /// The organization, as it is before the first step.
    before: fn(&mut Org),
    /// The arguments of its creation.
    create: &'static [Argument],
    /// What is changed, one step after the other.
    steps: &'static [(&'static [Argument], Does)],
    /// The import id, with attributes in braces.
    import_id: &'static str,
    /// The attributes that an import can't give, and no later apply takes in.
    not_imported: &'static [&'static str],
    /// Removes the object of these attributes behind the provider's back.
    remove: fn(&Emulator, &str, &Value),
}

const LIVES: &[Life] = &[
    Life {
        name: "tokens_orgtoken",
        before: |_| {},
        create: &[("name", "\"first\"")],
        steps: TOKEN_STEPS,
        import_id: "{org_name}/{token_id}",
        not_imported: TOKEN_NOT_IMPORTED,
        remove: |cloud, org, token| cloud.delete(org, text(token, "token_id")),
    },
];
