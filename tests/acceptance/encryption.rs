//! `encrypt_to`: the state holds a token's value for its recipients only.

use std::collections::BTreeMap;

use age::x25519::Identity;
use crypto_box::SecretKey;
use crypto_box::aead::OsRng;
use data_encoding::BASE64;
use serde_json::Value;

use crate::harness::{Project, each_engine, one_engine};
use crate::stored::holders;

/// Somebody with a key of each form.
struct Keys {
    age: Identity,
    sealed: SecretKey,
}

impl Keys {
    fn new() -> Self {
        Self { age: Identity::generate(), sealed: SecretKey::generate(&mut OsRng) }
    }

    fn age(&self) -> String {
        self.age.to_public().to_string()
    }

    fn sealed(&self) -> String {
        BASE64.encode(self.sealed.public_key().as_bytes())
    }

    /// What can be read of a token's values, by recipient.
    fn read(&self, token: &Value) -> BTreeMap<String, String> {
        let values = token["encrypted_token_values"].as_object().unwrap();
        let read = |key: &str, value: &str| match key.starts_with("age1") {
            true => age::decrypt(&self.age, value.as_bytes()).unwrap(),
            false => self.sealed.unseal(&BASE64.decode(value.as_bytes()).unwrap()).unwrap(),
        };
        let text = |(key, value): (&String, &Value)| {
            (key.clone(), String::from_utf8(read(key, value.as_str().unwrap())).unwrap())
        };
        values.iter().map(text).collect()
    }
}

fn list(keys: &[String]) -> String {
    format!("encrypt_to = {keys:?}")
}

/// That no file of the project holds a token's value.
fn holds_no_value(project: &Project) {
    assert_eq!(holders(project, &values(project)), [""; 0]);
}

/// The values of all tokens that there ever were.
fn values(project: &Project) -> Vec<String> {
    project.cloud.tokens("acme").into_iter().map(|token| token.value).collect()
}

#[test]
fn a_value_is_encrypted_for_each_recipient_and_stored_nowhere_else() {
    each_engine(|engine| {
        let (project, keys) = (Project::new(engine), Keys::new());
        let both = list(&[keys.age(), keys.sealed()]);
        project.token(&format!("name_prefix = \"ci-\"\n{both}"));
        project.run(&["plan", "-input=false", "-out=saved.tfplan"]).succeeds();
        project.run(&["apply", "-input=false", "saved.tfplan"]).succeeds();
        project.plan().is_clean();
        let token = project.only_token();
        assert!(token["token_value"].is_null());
        let value = project.cloud.live("acme")[0].value.clone();
        let expected = [keys.age(), keys.sealed()].map(|key| (key, value.clone()));
        assert_eq!(keys.read(&token), BTreeMap::from(expected));
        // A plan that was made when there was a value to hold.
        project.run(&["plan", "-destroy", "-input=false", "-out=after.tfplan"]).succeeds();
        holds_no_value(&project);

        // The order means nothing, and a recipient less is a recipient less.
        project.token(&format!("name_prefix = \"ci-\"\n{}", list(&[keys.sealed(), keys.age()])));
        project.plan().is_clean();
        project.token(&format!("name_prefix = \"ci-\"\n{}", list(&[keys.sealed()])));
        project.plan().has_changes().says("updated in-place");
        project.apply();
        project.plan().is_clean();
        assert_eq!(keys.read(&project.only_token()), BTreeMap::from([(keys.sealed(), value)]));
        assert_eq!(project.cloud.tokens("acme").len(), 1);

        // The value is gone, so that whoever comes later, or nobody, gets that of another token.
        project.token(&format!("name_prefix = \"ci-\"\n{both}"));
        project.plan().has_changes().says("forces replacement");
        project.apply();
        project.plan().is_clean();
        assert_eq!(keys.read(&project.only_token()).len(), 2);
        holds_no_value(&project);
        project.token("name_prefix = \"ci-\"");
        project.plan().has_changes().says("forces replacement");
        project.apply();
        project.plan().is_clean();
        let token = project.only_token();
        assert_eq!(token["token_value"], project.cloud.live("acme")[0].value.as_str());
        assert!(token["encrypted_token_values"].is_null());
        assert_eq!(project.cloud.live("acme").len(), 1);
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn a_value_that_is_in_the_state_is_encrypted_in_place() {
    each_engine(|engine| {
        let (project, keys) = (Project::new(engine), Keys::new());
        project.token("name = \"ci\"");
        project.apply();
        project.token(&format!("name = \"ci\"\n{}", list(&[keys.age()])));
        let plan = project.run(&["plan", "-no-color", "-input=false", "-out=in-place.tfplan"]);
        let plan = plan.succeeds();
        plan.says("updated in-place").says("The token's value was in the state");
        plan.says("backups").says("the file of this plan").says("rotate the token");
        project.run(&["apply", "-input=false", "in-place.tfplan"]).succeeds();
        project.plan().is_clean();
        let token = project.only_token();
        assert!(token["token_value"].is_null());
        let value = project.cloud.live("acme")[0].value.clone();
        assert_eq!(keys.read(&token), BTreeMap::from([(keys.age(), value.clone())]));
        // As the warning says, and nowhere else.
        let left = ["in-place.tfplan", "terraform.tfstate.backup"];
        assert_eq!(holders(&project, &values(&project)), left);

        // With a name of its own it can't be replaced, and so is refused.
        project.token("name = \"ci\"");
        project.plan_fails().says("encrypt_to").says("name_prefix");
        project.token(&format!("name = \"ci\"\n{}", list(&[keys.sealed()])));
        project.plan_fails().says("encrypt_to").says("name_prefix");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn recipients_that_are_known_late_are_taken_as_they_come() {
    one_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let (project, keys) = (Project::new(engine), Keys::new());
        let late = |key: &str| {
            let key = format!("resource \"terraform_data\" \"key\" {{ input = {key:?} }}");
            let token = "resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {\n  org_name = \
                         \"acme\"\n  name_prefix = \"ci-\"\n  encrypt_to = \
                         [terraform_data.key.output]\n}";
            project.write(&format!("{key}\n{token}"));
        };
        late(&keys.age());
        project.apply();
        project.plan().is_clean();
        holds_no_value(&project);
        // Another key: that it is another one shows only while applying.
        late(&keys.sealed());
        let plan = project.plan();
        plan.has_changes()
            .says("forces replacement")
            .says("replaced for values that are not known");
        project.apply();
        project.plan().is_clean();
        holds_no_value(&project);
        assert!(keys.read(&project.only_token()).contains_key(&keys.sealed()));
    });
}

#[test]
fn nobody_is_no_recipient() {
    one_engine(|engine| {
        let project = Project::new(engine);
        for nobody in ["[]", "[null]"] {
            project.token(&format!("name = \"ci\"\n encrypt_to = {nobody}"));
            project.plan_fails().says("There is nobody to encrypt for");
        }
        if !engine.has_terraform_data() {
            return;
        }
        let late = "resource \"terraform_data\" \"key\" {\n  input = timestamp() == \"\" ? \"a\" : \
                    null\n}";
        project.write(&format!(
            "{late}\nresource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n  org_name = \
             \"acme\"\n  name = \"ci\"\n  encrypt_to = [terraform_data.key.output]\n}}"
        ));
        project.apply_fails().says("There is nobody to encrypt for");
        assert!(project.cloud.tokens("acme").is_empty());
        project.token("name = \"ci\"\n encrypt_to = null");
        project.apply();
        assert!(!project.only_token()["token_value"].is_null());
    });
}

#[test]
fn an_imported_token_has_nothing_to_encrypt() {
    one_engine(|engine| {
        let (project, keys) = (Project::new(engine), Keys::new());
        project.token("name = \"ci\"");
        project.apply();
        let id = format!("acme/{}", project.only_token()["token_id"].as_str().unwrap());
        let address = "pulumiservice_api_tokens_orgtoken.t";
        project.run(&["state", "rm", address]).succeeds();
        project.token(&format!("name = \"ci\"\n{}", list(&[keys.age()])));
        project.run(&["import", "-no-color", address, &id]).succeeds();
        project.plan().has_changes().says("updated in-place").says("There is no value to encrypt");
        project.apply();
        project.plan().is_clean();
        assert!(project.only_token()["encrypted_token_values"].is_null());
        assert_eq!(project.cloud.tokens("acme").len(), 1);
    });
}

#[test]
fn what_is_no_public_key_is_refused_and_a_private_one_is_not_shown() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"\n encrypt_to = [\"age1nobody\"]");
        project.plan_fails().says("A recipient is no public key").says("encrypt_to");
        let private = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
        project.token(&format!("name = \"ci\"\n encrypt_to = [{private:?}]"));
        project.plan_fails().says("A secret is in the wrong place").says_nothing_of(private);
        assert!(project.cloud.tokens("acme").is_empty());
    });
}
