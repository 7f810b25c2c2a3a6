//! The organization that an object belongs to: the resource's own, or the provider's.

use crate::framework::prelude::*;
use crate::framework::resource::Plan;
use crate::provider::messages::provider as said;

/// Plans the organization: what the configuration gives, else what the provider gives, else what
/// the object has. Another one needs another object.
pub fn plan<T: Clone>(
    cx: &Context,
    plan: &mut Plan<T>,
    org_name: impl Fn(&mut T) -> &mut Attr<String>,
) -> Result<(), Reported> {
    const NAME: Name = Name::new("org_name");
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
        return Err(cx.error_at(
            NAME,
            said::NO_ORGANIZATION,
            "Give the resource an org_name, or the provider, or set the environment variable \
             PULUMI_ORG.",
        ));
    }
    plan.replaces.retain(|name| *name != NAME);
    if !before.is_null() && org != before {
        plan.replaces.push(NAME);
    }
    *org_name(&mut plan.planned) = org;
    Ok(())
}
