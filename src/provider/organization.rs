//! The organization that something belongs to: the one that it names, or the provider's.

use crate::framework::prelude::*;
use crate::framework::resource::{Plan, decide};
use crate::provider::block::Configured;
use crate::provider::messages::provider as said;
use crate::provider::plain_text::PlainText;

/// What it usually means that an organization is not found.
pub const NOT_FOUND: &str = "Usually the organization's name is misspelt (it is the one in the \
                             address of its page), or the access token's user is not a member.";

/// Which organization it is if none is given.
pub const THE_PROVIDERS: &str = "the provider's `org_name`";

crate::attributes! {
    /// The organization that an object belongs to.
    pub struct Organization {
        /// The organization.
        org_name: Attr<String> =
            optional().computed().otherwise(THE_PROVIDERS).replaces().plain_text(),
    }
}

crate::attributes! {
    /// Which organization is asked.
    pub struct InOrganization {
        /// The organization.
        org_name: Attr<String> = optional().otherwise(THE_PROVIDERS).plain_text(),
    }
}

crate::attributes! {
    /// Which organization is asked, with the answer saying which it was.
    pub struct Asked {
        /// The organization.
        org_name: Attr<String> = optional().computed().otherwise(THE_PROVIDERS).plain_text(),
    }
}

impl Asked {
    /// This one was asked.
    pub fn of(org: String) -> Self {
        Self { org_name: org.into() }
    }
}

/// What the organization will be: what the configuration gives, else what the provider gives, else
/// what the object has.
pub fn planned(
    given: &Attr<String>,
    default: &Attr<String>,
    before: &Attr<String>,
) -> Attr<String> {
    match (given, default) {
        (Attr::Null, Attr::Null | Attr::Unknown) if !before.is_null() => before.clone(),
        (given, default) => given.clone().or(default.clone()),
    }
}

/// Plans the organization, when everything else is planned. Another one needs another object.
///
/// # Errors
/// There is no access token, nobody gives an organization, or what is changed may turn out to be
/// replaced.
pub fn plan<T: Clone + PartialEq>(
    cx: &Context,
    plan: &mut Plan<T>,
    org_name: impl Fn(&mut T) -> &mut Attr<String>,
) -> Result<(), Reported> {
    let configuration = cx.configuration()?;
    configuration.has_access(cx, "Planning")?;
    let (given, default) = (org_name(&mut plan.config).clone(), &configuration.default_org);
    let before = plan.prior.as_mut().map(|prior| org_name(prior).clone()).unwrap_or_default();
    let org = planned(&given, default, &before);
    if org.is_null() {
        return Err(none(cx));
    }
    decide(&mut plan.replaces, Organization::org_name, !before.is_null() && org != before);
    *org_name(&mut plan.planned) = org;
    if !before.is_null() && is_open(&given, default) {
        let changes = plan.prior.as_ref() != Some(&plan.planned);
        if keeps_open(org_name(&mut plan.planned), &mut plan.replaces, changes) {
            return Err(undecided(cx));
        }
    }
    Ok(())
}

/// Whether the organization that stays for now may turn out to be another one.
pub fn is_open(given: &Attr<String>, default: &Attr<String>) -> bool {
    given.is_null() && default.is_unknown()
}

/// Plans an organization that is open: what is replaced anyway goes where it turns out to belong.
/// True if the object is to be changed, of which nobody can tell whether it has to be replaced: the
/// second plan must not contradict the first.
pub fn keeps_open(planned: &mut Attr<String>, replaces: &mut Vec<Name>, changes: bool) -> bool {
    if replaces.is_empty() {
        return changes;
    }
    *planned = Attr::Unknown;
    decide(replaces, Organization::org_name, true);
    false
}

/// Says that a change has to wait for the provider's organization.
pub fn undecided(cx: &Context) -> Reported {
    cx.not_yet(
        Deferral::Provider,
        said::UNDECIDED,
        "The provider's org_name depends on something that will only be known after apply. If it \
         turned out to be another one, the object would have to be replaced instead of changed. \
         Apply that first, with -target, or give an org_name here that is known while planning. To \
         destroy the object all the same, run destroy with -refresh=false.",
    )
}

/// The organization that is asked: the one that is named, else the provider's.
///
/// # Errors
/// There is none, or it is not known yet; the call is put off if the engine takes that.
pub fn asked(cx: &Context, org_name: &Attr<String>) -> Result<String, Reported> {
    match org_name.clone().or(cx.configuration()?.default_org.clone()) {
        Attr::Known(org) => Ok(org),
        Attr::Unknown => Err(cx.not_yet(
            Deferral::Provider,
            said::NOT_KNOWN_YET,
            "The organization, or the provider's org_name in its place, depends on something that \
             will only be known after apply. Apply that first, with -target, or give an org_name \
             here that is known while planning.",
        )),
        Attr::Null => Err(none(cx)),
    }
}

/// Says that nobody gives an organization.
pub fn none(cx: &Context) -> Reported {
    cx.error_at(
        Organization::org_name,
        said::NO_ORGANIZATION,
        "Give an org_name, here or to the provider, or set the environment variable PULUMI_ORG.",
    )
}
