//! Every managed resource of the registry through its life, with the real CLI: create, clean plan,
//! refresh, import, a change of every attribute, unsetting each optional one, removal behind the
//! provider's back, destroy. All go through it together, each in an organization of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use emulator::{Config, Org};
use pulumiservice::cloud::{Seams, SystemClock, SystemRandom};
use pulumiservice::framework::identity;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::rules::Replaces;
use pulumiservice::framework::schema::{Attribute, Given, Nesting};
use pulumiservice::provider::PulumiService;
use serde_json::Value;

use crate::harness::*;
use crate::lives::{Argument, Does, LIVES, Life, text};

/// A life as far as it has gone.
struct Stage {
    life: &'static Life,
    ty: String,
    org: String,
    arguments: BTreeMap<&'static str, String>,
}

impl Stage {
    fn new(life: &'static Life) -> Self {
        let ty = format!("pulumiservice_{}", life.name);
        let org = life.name.replace('_', "-");
        let mut stage = Self { life, ty, org, arguments: BTreeMap::new() };
        stage.set(life.create);
        stage.move_to(stage.org.clone());
        stage
    }

    fn set(&mut self, arguments: &[Argument]) {
        let in_a_year = jiff::Timestamp::now().as_second() + 365 * 24 * 60 * 60;
        for (name, expression) in arguments {
            let expression = expression.replace("IN_A_YEAR", &in_a_year.to_string());
            self.arguments.insert(name, expression);
        }
    }

    fn move_to(&mut self, org: String) {
        if self.life.has_org {
            self.arguments.insert("org_name", format!("{org:?}"));
        }
        self.org = org;
    }

    fn other_org(&self) -> String {
        format!("{}-two", self.org)
    }

    fn hcl(&self) -> String {
        let given = self.arguments.iter().filter(|(_, expression)| !expression.is_empty());
        let lines: String = given.map(|(name, value)| format!("  {name} = {value}\n")).collect();
        format!("resource \"{}\" \"x\" {{\n{lines}}}\n", self.ty)
    }

    fn object(&self, project: &Project) -> Value {
        let state = project.state();
        let mut resources = state["resources"].as_array().unwrap().iter();
        let own = resources.find(|resource| resource["type"] == self.ty.as_str());
        own.map(|own| own["instances"][0]["attributes"].clone()).unwrap_or_default()
    }

    fn import(&self, object: &Value) -> String {
        let parts = self.life.import_id.split('/').map(|part| {
            let attribute = part.trim_matches(['{', '}']);
            identity::escaped(text(object, attribute))
        });
        let id = parts.collect::<Vec<_>>().join("/");
        format!("import {{\n  to = {}.x\n  id = {id:?}\n}}\n", self.ty)
    }
}

fn write(project: &Project, stages: &[Stage]) {
    project.write(&stages.iter().map(Stage::hcl).collect::<String>());
}

/// Applies, and tells what became of each type; those to which nothing was done are left out.
fn applied(project: &Project) -> BTreeMap<String, String> {
    let run = project.run(&["apply", "-json", "-input=false", "-auto-approve"]).succeeds();
    let stdout = run.stdout();
    let lines = stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
    let changes = lines.filter(|line: &Value| line["type"] == "planned_change");
    changes
        .map(|line| {
            let ty = text(&line["change"]["resource"], "resource_type").to_owned();
            (ty, text(&line["change"], "action").to_owned())
        })
        .collect()
}

/// Applies what is written, expects this of each, and nothing to do after it.
fn takes_a_step(project: &Project, stages: &[Stage], expected: &BTreeMap<String, Does>) {
    write(project, stages);
    let done = applied(project);
    let mut wrong = Vec::new();
    for stage in stages {
        let does = match done.get(&stage.ty).map(String::as_str) {
            Some("update") => Does::Updates,
            Some("replace") => Does::Replaces,
            None => Does::Nothing,
            Some(other) => panic!("{}: {other}", stage.ty),
        };
        let expected = expected.get(&stage.ty).copied().unwrap_or(Does::Nothing);
        if does != expected {
            wrong.push(format!("{does:?}, not {expected:?}:\n{}", stage.hcl()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    project.plan().is_clean();
}

/// The framework plans replacements by attributes of the object itself alone, and can't find an
/// element of a set again.
fn is_planned(what: &str, attribute: &Attribute) {
    let Some(nested) = &attribute.nested else { return };
    for inner in &nested.attributes {
        assert!(inner.rules.replaces == Replaces::Never, "{what}.{} replaces", inner.name);
        let found_again = nested.nesting != Nesting::Set || !inner.given.by_provider();
        assert!(found_again, "{what}.{} is computed in a set", inner.name);
        is_planned(&format!("{what}.{}", inner.name), inner);
    }
}

/// What the registry has is in the table, with all attributes, as they are declared.
fn the_table_is_whole() {
    let seams = Seams { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) };
    let provider = AnyProvider::new(Arc::new(PulumiService::new(Box::new(|_| None), seams)));
    let resources = &provider.registry.resources;
    assert_eq!(resources.len(), LIVES.len(), "one life for each");
    for resource in resources {
        let name = resource.names[0].trim_start_matches("pulumiservice_");
        let life = LIVES.iter().find(|life| life.name == name);
        let life = life.unwrap_or_else(|| panic!("{name} has no life in this table"));
        assert!(resource.can_import(), "{name}");
        for attribute in resource.schema.attributes() {
            let what = format!("{name}.{}", attribute.name);
            is_planned(&what, attribute);
            if !attribute.given.by_configuration() || attribute.name == "org_name" {
                continue;
            }
            let mut steps = life.steps.iter().filter_map(|(arguments, does)| {
                let own = arguments.iter().find(|(name, _)| *name == attribute.name);
                own.map(|(_, expression)| (*expression, *does))
            });
            assert!(steps.clone().any(|(to, _)| !to.is_empty()), "{what} is never changed");
            let unset = steps.clone().any(|(to, _)| to.is_empty());
            assert!(unset || attribute.given == Given::Required, "{what} is never unset");
            let declared = attribute.rules.replaces != Replaces::Always
                || steps.any(|(_, does)| does == Does::Replaces);
            assert!(declared, "{what} never replaces");
        }
    }
}

#[test]
fn every_resource_lives_its_life() {
    the_table_is_whole();
    // Import blocks are from this version on. One engine is enough for what resources do.
    let Some(engine) = engines().iter().find(|engine| engine.is_at_least((1, 5), (1, 7))) else {
        return;
    };
    let mut stages: Vec<Stage> = LIVES.iter().map(Stage::new).collect();
    let orgs = stages.iter().flat_map(|stage| {
        [stage.org.clone(), stage.other_org()].map(|name| {
            let mut org = Org::new(&name);
            (stage.life.before)(&mut org);
            org
        })
    });
    let orgs: Vec<Org> = orgs.collect();
    let names: Vec<String> = orgs.iter().map(|org| org.name.clone()).collect();
    let project = Project::with(engine, Config { orgs, ..Config::default() });

    // Create, plan, refresh.
    write(&project, &stages);
    let created = applied(&project);
    assert!(stages.iter().all(|stage| created[&stage.ty] == "create"), "{created:?}");
    project.plan().is_clean();
    let objects: Vec<Value> = stages.iter().map(|stage| stage.object(&project)).collect();
    project.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
    let refreshed: Vec<Value> = stages.iter().map(|stage| stage.object(&project)).collect();
    assert_eq!(objects, refreshed);

    // Import what was made, with nothing but the configuration.
    std::fs::remove_file(project.folder().join("terraform.tfstate")).unwrap();
    let blocks = stages.iter().zip(&objects).map(|(stage, object)| stage.import(object));
    project.file("import.tf", &blocks.collect::<String>());
    let imported = applied(&project);
    let harmless = |action: &String| action == "import";
    assert!(imported.values().all(harmless), "{imported:?}");
    std::fs::remove_file(project.folder().join("import.tf")).unwrap();
    project.plan().is_clean();
    let mut wrong = Vec::new();
    for (stage, before) in stages.iter().zip(&objects) {
        let after = stage.object(&project);
        let attributes = before.as_object().unwrap().keys();
        let differ: Vec<&String> =
            attributes.filter(|name| before[*name] != after[*name]).collect();
        if differ != stage.life.not_imported {
            wrong.push(format!("{}: {differ:?} differ: {after:#}", stage.ty));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // Change and unset everything, and move to another organization.
    for step in 0..LIVES.iter().map(|life| life.steps.len()).max().unwrap_or_default() {
        let mut expected = BTreeMap::new();
        for stage in &mut stages {
            if let Some((arguments, does)) = stage.life.steps.get(step) {
                stage.set(arguments);
                expected.insert(stage.ty.clone(), *does);
            }
        }
        takes_a_step(&project, &stages, &expected);
    }
    let with_org = stages.iter().filter(|stage| stage.life.has_org);
    let moved = with_org.map(|stage| (stage.ty.clone(), Does::Replaces)).collect();
    stages.iter_mut().for_each(|stage| stage.move_to(stage.other_org()));
    takes_a_step(&project, &stages, &moved);
    for stage in &mut stages {
        stage.arguments.remove("org_name");
    }
    takes_a_step(&project, &stages, &BTreeMap::new());

    // Removed behind the provider's back, everything is made anew. A token that is younger than
    // five minutes would not be taken for gone.
    project.cloud.clock().advance(600);
    stages.iter_mut().for_each(|stage| stage.move_to(stage.org.clone()));
    for stage in &mut stages {
        if let Some(remove) = stage.life.remove {
            remove(&project.cloud, &stage.org, &stage.object(&project));
            stage.set(stage.life.again);
        }
    }
    write(&project, &stages);
    let created = applied(&project);
    for stage in &stages {
        let expected = stage.life.remove.map(|_| "create");
        assert_eq!(created.get(&stage.ty).map(String::as_str), expected, "{}", stage.ty);
    }
    project.plan().is_clean();

    project.destroy();
    let left = names.iter().flat_map(|org| project.cloud.leftovers(org));
    assert_eq!(left.collect::<Vec<_>>(), [""; 0]);
    assert_eq!(project.cloud.breaches(), [""; 0]);
}
