//! The organization that an object belongs to: the resource's own, or the provider's.

use crate::framework::prelude::*;
use crate::framework::resource::Plan;
use crate::provider::messages::provider as said;

const NAME: Name = Name::new("org_name");

/// Plans the organization: what the configuration gives, else what the provider gives, else what
/// the object has. Another one needs another object.
pub fn plan<T: Clone>(
    cx: &Context,
    plan: &mut Plan<T>,
    org_name: impl Fn(&mut T) -> &mut Attr<String>,
) -> Result<(), Reported> {
    let configuration = cx.configuration()?;
    configuration.has_access(cx, "Planning")?;
    let default = configuration.default_org.planned();
    let given = org_name(&mut plan.config).clone();
    let before = plan.prior.as_mut().map(|prior| org_name(prior).clone()).unwrap_or_default();
    let org = match (given, default) {
        (Attr::Null, Attr::Null | Attr::Unknown) if !before.is_null() => before.clone(),
        (given, default) => given.or(default),
    };
    if org.is_null() {
        return Err(none(cx));
    }
    plan.replaces.retain(|name| *name != NAME);
    if !before.is_null() && org != before {
        plan.replaces.push(NAME);
    }
    *org_name(&mut plan.planned) = org;
    Ok(())
}

/// The organization that a data source or a list asks about: its own, else the provider's.
pub fn asked(cx: &Context, org_name: &Attr<String>) -> Result<String, Reported> {
    let named = org_name.clone().or(cx.configuration()?.default_org.planned());
    match named {
        Attr::Known(org) => Ok(org),
        Attr::Unknown => Err(cx.not_yet(
            Deferral::Provider,
            said::NOT_KNOWN_YET,
            "The organization will only be known after apply. Give an org_name that is known \
             while planning.",
        )),
        Attr::Null => Err(none(cx)),
    }
}

fn none(cx: &Context) -> Reported {
    cx.error_at(
        NAME,
        said::NO_ORGANIZATION,
        "Give an org_name, here or to the provider, or set the environment variable PULUMI_ORG.",
    )
}
