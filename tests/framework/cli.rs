//! The toy provider in the real CLI: `plugin`, `protocol` and `framework` need nothing of Pulumi's.

use serde_json::{Value, json};

use crate::harness::{Engine, Project, each_engine};
use crate::inprocess::Served;
use crate::toy::Garden;

/// An engine with the provider of a garden.
struct Plot {
    project: Project,
    garden: Garden,
    _served: Served,
}

impl Plot {
    fn new(engine: &'static Engine) -> Self {
        let garden = Garden::default();
        let served = Served::at("example/garden", garden.clone());
        let mut project = Project::new(engine);
        project.set("TF_REATTACH_PROVIDERS", served.reattach.clone());
        Self { project, garden, _served: served }
    }

    fn write(&self, hcl: &str) {
        let preamble = "terraform {\n  required_providers {\n    garden = { source = \
                        \"example/garden\" }\n  }\n}\n";
        self.project.file("main.tf", &format!("{preamble}\n{hcl}\n"));
    }

    fn bed(&self, arguments: &str) {
        self.write(&format!("resource \"garden_bed\" \"b\" {{\n{arguments}\n}}"));
    }

    /// What the state has of the only bed.
    fn instance(&self) -> Value {
        let state = self.project.state();
        let mut resources = state["resources"].as_array().unwrap().iter();
        resources.find(|r| r["type"] == "garden_bed").unwrap()["instances"][0].clone()
    }

    fn beds(&self) -> Vec<String> {
        self.garden.0.lock().unwrap().keys().cloned().collect()
    }
}

const ROWS: &str = r#"
  name   = "rows"
  width  = 2
  plants = [{ kind = "bean" }, { kind = "pea", count = 3 }]
  sign   = { text = "keep off", sizes = [1, 2.5] }
"#;

#[test]
fn a_resource_lives_from_creation_to_destruction() {
    each_engine(|engine| {
        let plot = Plot::new(engine);
        let project = &plot.project;
        plot.bed(ROWS);
        project.plan().has_changes();
        project.apply().says_nothing_of("sesame");
        let instance = plot.instance();
        let bed = &instance["attributes"];
        assert_eq!(bed["soil"], "loam", "the default");
        assert_eq!(
            bed["plants"],
            json!([{"kind": "bean", "count": 1}, {"kind": "pea", "count": 3}])
        );
        assert_eq!(bed["sign"]["value"], json!({"text": "keep off", "sizes": [1, 2.5]}));
        assert_eq!(
            (&bed["dunged"], &bed["key"], &bed["id"]),
            (&0.into(), &"sesame".into(), &"rows".into())
        );
        assert_eq!(private(&instance), json!({"visits": "I"}));
        project.plan().is_clean();

        plot.bed(&format!("{ROWS}\n  soil = \"clay\""));
        project.plan().has_changes().says("1 to change").says_nothing_of("forces replacement");
        project.apply().says_nothing_of("sesame");
        let instance = plot.instance();
        assert_eq!(instance["attributes"]["soil"], "clay");
        assert_eq!(instance["attributes"]["key"], "sesame", "kept");
        assert_eq!(private(&instance), json!({"visits": "II"}));
        project.plan().is_clean();

        plot.bed(&ROWS.replace("rows", "lawn"));
        project
            .plan()
            .has_changes()
            .says("forces replacement")
            .says("1 to add, 0 to change, 1 to destroy");
        project.apply();
        assert_eq!(plot.beds(), ["lawn"]);

        plot.garden.0.lock().unwrap().clear();
        project.plan().has_changes().says("1 to add, 0 to change, 0 to destroy");
        project.apply();
        assert_eq!(plot.beds(), ["lawn"]);
        project.destroy();
        assert!(plot.beds().is_empty());
    });
}

fn private(instance: &Value) -> Value {
    let text = instance["private"].as_str().unwrap();
    serde_json::from_slice(&data_encoding::BASE64.decode(text.as_bytes()).unwrap()).unwrap()
}

#[test]
fn a_resource_is_imported_by_its_id() {
    each_engine(|engine| {
        let plot = Plot::new(engine);
        plot.bed(ROWS);
        plot.project.apply();
        let before = plot.instance()["attributes"].clone();
        plot.project.run(&["state", "rm", "garden_bed.b"]).succeeds();
        plot.project.run(&["import", "-no-color", "garden_bed.b", "rows"]).succeeds();
        assert_eq!(plot.instance()["attributes"], before);
        plot.project.plan().is_clean();
        plot.project.run(&["state", "rm", "garden_bed.b"]).succeeds();
        let missing = plot.project.run(&["import", "-no-color", "garden_bed.b", "none"]).fails();
        missing.says("There is no such object");
    });
}

#[test]
fn what_the_declaration_refuses_is_refused_while_planning() {
    each_engine(|engine| {
        let plot = Plot::new(engine);
        for (arguments, said) in [
            ("name = \"much-too-long\"\nwidth = 1", "name has the wrong length"),
            ("name = \"a\"", "width, or another attribute in its place, is missing"),
            ("name = \"a\"\nwidth = 1\narea = 1", "width excludes another attribute"),
            ("name = \"a\"\nwidth = 1.5", "width is not a whole number"),
            (
                "name = \"a\"\nwidth = 1\nplants = [{ kind = \"pea\", count = 100 }]",
                "plants[0].count is out of range",
            ),
        ] {
            plot.bed(arguments);
            plot.project.plan_fails().says(said);
        }
    });
}

#[test]
fn what_is_never_stored_reaches_the_provider() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 11), (1, 11)) {
            return;
        }
        let plot = Plot::new(engine);
        plot.bed(&format!("{ROWS}\n  dung = \"of a horse\""));
        plot.project.apply();
        assert_eq!(plot.instance()["attributes"]["dunged"], 1);
        assert!(!plot.project.state().to_string().contains("horse"));
        plot.project.plan().is_clean();
        plot.bed(&format!("{ROWS}\n  dung = \"of a cow\"\n  soil = \"clay\""));
        plot.project.apply();
        assert_eq!(plot.instance()["attributes"]["dunged"], 2);
    });
}

/// If an attribute's type is open, what is null or not known yet still has one.
#[test]
fn an_open_type_is_kept() {
    each_engine(|engine| {
        let plot = Plot::new(engine);
        plot.bed("name = \"rows\"\nwidth = 1\nsign = tostring(null)");
        plot.project.apply();
        plot.project.plan().is_clean();
        plot.bed("name = \"rows\"\nwidth = 2\nsign = tostring(null)");
        plot.project.apply();
        plot.project.plan().is_clean();
        if engine.has_terraform_data() {
            plot.write(
                "resource \"terraform_data\" \"t\" {\n  input = \"off\"\n}\nresource \
                 \"garden_bed\" \"b\" {\n  name = \"rows\"\n  width = 2\n  sign = \"keep \
                 ${terraform_data.t.output}\"\n}",
            );
            plot.project.apply();
            assert_eq!(plot.instance()["attributes"]["sign"]["value"], "keep off");
            plot.project.plan().is_clean();
        }
    });
}

#[test]
fn a_data_source_is_read() {
    each_engine(|engine| {
        let plot = Plot::new(engine);
        plot.bed(ROWS);
        plot.project.apply();
        let look = |name: &str| {
            plot.write(&format!(
                "resource \"garden_bed\" \"b\" {{\n{ROWS}\n}}\ndata \"garden_bed\" \"d\" {{\n  name \
                 = \"{name}\"\n}}\noutput \"soil\" {{\n  value = data.garden_bed.d.soil\n}}"
            ));
        };
        look("rows");
        plot.project.apply();
        assert_eq!(plot.project.state()["outputs"]["soil"]["value"], "loam");
        look("none");
        plot.project.plan_fails().says("There is no such object").says("Dig one first.");
    });
}

#[test]
fn a_function_is_called() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 8), (1, 7)) {
            return;
        }
        let plot = Plot::new(engine);
        let call = |feet: &str| {
            plot.write(&format!("output \"m\" {{\n  value = provider::garden::metres({feet})\n}}"));
        };
        call("10");
        plot.project.apply();
        assert_eq!(plot.project.state()["outputs"]["m"]["value"], 3);
        call("-1");
        plot.project.plan_fails().says("\"feet\"").says("It is negative.");
        call("1.5");
        plot.project.plan_fails().says("\"feet\"").says("It is 1.5. It must be a whole number.");
    });
}
