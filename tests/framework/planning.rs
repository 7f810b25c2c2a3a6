//! What the rules of a declaration plan, without an author's help.

use pulumiservice::attributes;
use pulumiservice::framework::plan::{Planned, plan};
use pulumiservice::framework::prelude::*;
use pulumiservice::framework::types::Type;

attributes! {
    /// A part.
    pub struct Part {
        /// Its name.
        name: Attr<String> = required(),
        /// Its size.
        size: Attr<i64> = optional().default(1),
        /// What the provider says of it.
        made: Attr<String> = computed().kept(),
    }
}

attributes! {
    /// An attribute for each rule.
    pub struct Thing {
        /// Replaces.
        name: Attr<String> = required().replaces(),
        /// Has a default.
        mode: Attr<String> = optional().default("slow"),
        /// Given by either, anew with each change.
        either: Attr<String> = optional().computed(),
        /// Given by either, and kept.
        kept: Attr<String> = optional().computed().kept(),
        /// Two texts can mean the same.
        life: Attr<Duration> = optional().replaces(),
        /// The provider's, anew with each change.
        counter: Attr<i64> = computed(),
        /// The provider's, for good.
        mark: Attr<Secret> = computed().kept(),
        /// Never stored.
        pass: Attr<String> = optional().write_only(),
        /// Objects in order.
        parts: Attr<List<Part>> = optional(),
        /// Objects by key.
        by_key: Attr<Map<Part>> = optional(),
        /// One object.
        one: Attr<Part> = optional(),
        /// Objects without order, of any type.
        any: Attr<Value> = optional(),
    }
}

fn nothing<T: Attributes>() -> T {
    T::from_value(&Value::Null).unwrap()
}

fn config(change: impl FnOnce(&mut Thing)) -> Thing {
    let mut thing = Thing { name: "x".into(), ..nothing() };
    change(&mut thing);
    thing
}

/// As the engine proposes it: the configuration, and the prior state's values in the place of what
/// the provider may give.
fn planned(prior: Option<&Thing>, config: &Thing) -> (Thing, Vec<&'static str>) {
    let schema = Thing::schema();
    let prior = prior.cloned().map(Thing::into_value).unwrap_or_default();
    let config = config.clone().into_value();
    let proposed = schema.attributes().iter().map(|attribute| {
        let given = config.attribute(attribute.name);
        let keeps = given.is_null() && attribute.given.by_provider();
        (attribute.name, if keeps { prior.attribute(attribute.name) } else { given }.clone())
    });
    let Planned { value, replaces } = plan(&schema, &prior, &Value::object(proposed), &config);
    let thing = Thing::from_value(&value).unwrap();
    (thing, replaces.iter().map(|name| name.as_str()).collect())
}

fn life(text: &str) -> Attr<Duration> {
    Duration::parse(text).unwrap().into()
}

fn part(name: &str, size: Attr<i64>, made: Attr<String>) -> Attr<Part> {
    Attr::Known(Part { name: name.into(), size, made })
}

/// What `config` came to, with the provider's own attributes filled in.
fn applied(config: &Thing) -> Thing {
    let (mut thing, _) = planned(None, config);
    thing.either = thing.either.unless_unknown("by the provider".into());
    thing.kept = thing.kept.unless_unknown("by the provider".into());
    thing.counter = 1.into();
    thing.mark = Secret::new("mark").into();
    thing
}

#[test]
fn every_attribute_knows_its_place() {
    let schema = Thing::schema();
    let Type::Object(types) = schema.object() else { panic!("no object") };
    let found = schema.attributes().iter().map(|attribute| types.names()[attribute.place].as_str());
    let names: Vec<_> = schema.attributes().iter().map(|attribute| attribute.name).collect();
    assert_eq!(found.collect::<Vec<_>>(), names);
    assert_ne!(names, types.names(), "declared in another order");
    // All that is written has the type's own list of names.
    let Value::Object(written) = Thing::default().into_value() else { panic!("no object") };
    assert!(std::ptr::eq(written.names(), types.names()));
}

#[test]
fn a_new_object_has_its_defaults_and_waits_for_what_the_provider_gives() {
    let (thing, replaces) = planned(None, &config(|t| t.pass = "secret".into()));
    assert!(replaces.is_empty());
    assert!(thing.name.is("x") && thing.mode.is("slow"));
    assert!(thing.either.is_unknown() && thing.kept.is_unknown());
    assert!(thing.counter.is_unknown() && thing.mark.is_unknown());
    assert!(thing.pass.is_null(), "never stored");
    assert!(thing.life.is_null() && thing.parts.is_null() && thing.any.is_null());
}

#[test]
fn what_is_configured_is_planned() {
    let given = config(|t| {
        t.mode = Attr::Unknown;
        t.either = "mine".into();
        t.kept = "mine".into();
        t.life = life("90d");
    });
    let (thing, _) = planned(None, &given);
    assert!(thing.mode.is_unknown(), "no default for what will be known");
    assert!(thing.either.is("mine") && thing.kept.is("mine") && thing.life == life("90d"));
}

#[test]
fn the_same_configuration_plans_the_same_object() {
    let full = config(|t| {
        t.life = life("1d");
        t.pass = "secret".into();
        t.parts = vec![part("a", Attr::Null, Attr::Null)].into();
        t.one = part("b", 2.into(), Attr::Null);
        t.any = Attr::Known(Value::Dynamic(Box::new((bool::ty(), true.into()))));
    });
    for given in [config(|_| ()), full] {
        let mut state = applied(&given);
        let made = |part: &mut Attr<Part>| {
            if let Attr::Known(part) = part {
                part.made = "made".into();
            }
        };
        made(&mut state.one);
        if let Attr::Known(parts) = &mut state.parts {
            parts.iter_mut().for_each(made);
        }
        let (thing, replaces) = planned(Some(&state), &given);
        assert!(thing == state && replaces.is_empty());
    }
}

#[test]
fn a_change_makes_the_providers_part_unknown_unless_it_is_kept() {
    let state = applied(&config(|_| ()));
    let (thing, replaces) = planned(Some(&state), &config(|t| t.mode = "fast".into()));
    assert!(replaces.is_empty() && thing.mode.is("fast"));
    assert!(thing.either.is_unknown() && thing.counter.is_unknown());
    assert!(thing.kept.is("by the provider") && thing.mark == state.mark);
}

#[test]
fn what_is_no_longer_configured_falls_back() {
    let state = applied(&config(|t| {
        t.mode = "fast".into();
        t.either = "mine".into();
        t.kept = "mine".into();
        t.life = life("1d");
    }));
    let (thing, replaces) = planned(Some(&state), &config(|_| ()));
    assert!(thing.mode.is("slow") && thing.life.is_null());
    assert!(thing.either.is_unknown() && thing.kept.is("mine"));
    assert_eq!(replaces, ["life"]);
}

#[test]
fn what_replaces_replaces_if_its_meaning_changes_or_is_not_known() {
    let state = applied(&config(|t| t.life = life("90d")));
    let replaces = |name: Attr<String>, life: Attr<Duration>| {
        let given = config(|t| {
            t.name = name;
            t.life = life;
        });
        planned(Some(&state), &given).1
    };
    assert_eq!(replaces("y".into(), life("90d")), ["name"]);
    assert_eq!(replaces(Attr::Unknown, life("90d")), ["name"]);
    assert_eq!(replaces("x".into(), life("91d")), ["life"]);
    assert_eq!(replaces("y".into(), Attr::Unknown), ["name", "life"]);
    assert!(replaces("x".into(), life("2160h")).is_empty(), "other words for the same");
    let (thing, _) = planned(Some(&state), &config(|t| t.life = life("2160h")));
    assert!(thing.life == life("2160h"), "planned as it is written");
}

#[test]
fn parts_are_planned_by_their_own_rules() {
    let new = || part("a", Attr::Null, Attr::Null);
    let given = config(|t| {
        t.parts = vec![new(), Attr::Unknown].into();
        t.by_key = Attr::Known(Map::from([("k".to_owned(), new())]));
        t.one = new();
    });
    let (thing, _) = planned(None, &given);
    let filled = part("a", 1.into(), Attr::Unknown);
    assert!(thing.parts == vec![filled.clone(), Attr::Unknown].into());
    assert!(thing.by_key == Attr::Known(Map::from([("k".to_owned(), filled.clone())])));
    assert!(thing.one == filled);

    let mut state = applied(&given);
    let known = part("a", 1.into(), "made".into());
    state.parts = vec![known.clone()].into();
    state.by_key = Attr::Known(Map::from([("k".to_owned(), known.clone())]));
    state.one = known.clone();
    let more = config(|t| {
        t.parts = vec![new(), part("b", 2.into(), Attr::Null)].into();
        t.by_key = Attr::Known(Map::from([("k".to_owned(), new()), ("l".to_owned(), new())]));
        t.one = part("c", Attr::Null, Attr::Null);
    });
    let (thing, _) = planned(Some(&state), &more);
    let other = part("b", 2.into(), Attr::Unknown);
    assert!(thing.parts == vec![known.clone(), other].into(), "an element is kept by its place");
    let by_key = Map::from([("k".to_owned(), known), ("l".to_owned(), filled)]);
    assert!(thing.by_key == Attr::Known(by_key), "and by its key");
    assert!(thing.one == part("c", 1.into(), "made".into()));
}

#[test]
fn the_documentation_says_what_the_rules_do() {
    let attributes = Thing::attributes();
    let description =
        |name: Name| attributes.iter().find(|a| a.name == name.as_str()).unwrap().description();
    assert_eq!(description(Thing::mode), "Has a default. Default: `\"slow\"`.");
    assert_eq!(description(Thing::name), "Replaces. Changing it replaces the object.");
    let parts = attributes.iter().find(|a| a.name == "parts").unwrap();
    let nested = parts.nested.as_ref().unwrap();
    assert_eq!(nested.attributes[1].description(), "Its size. Default: `1`.");
    let mark = attributes.iter().find(|a| a.name == "mark").unwrap();
    assert!(mark.sensitive, "by its type");
}
