//! A token that GitHub Actions gets and nobody else: the state has it in encrypted form only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crypto_box::SecretKey;
use crypto_box::aead::OsRng;
use data_encoding::BASE64;
use pulumiservice::attributes;
use pulumiservice::framework::data_source::{DataSource, data_source};
use pulumiservice::framework::resource::{Resource, resource};
use pulumiservice::framework::{prelude::*, provider::Provider, registry::Registry};

use crate::attached::Attached;
use crate::harness::each_engine;
use crate::inprocess::Served;

/// A stand-in for GitHub and its provider: one repository's key, and what was stored, in order.
#[derive(Clone)]
pub struct GitHub {
    key: SecretKey,
    stored: Arc<Mutex<BTreeMap<String, Vec<String>>>>,
}

impl GitHub {
    pub fn new() -> Self {
        Self { key: SecretKey::generate(&mut OsRng), stored: Arc::default() }
    }

    /// For an engine: the provider, until it is dropped.
    pub fn serve(&self) -> Served {
        Served::at("integrations/github", self.clone())
    }

    /// What a workflow reads, the newest last.
    fn secrets(&self, name: &str) -> Vec<String> {
        let stored = self.stored.lock().unwrap();
        let read = |sealed: &String| {
            let sealed = BASE64.decode(sealed.as_bytes()).unwrap();
            String::from_utf8(self.key.unseal(&sealed).unwrap()).unwrap()
        };
        stored.get(name).into_iter().flatten().map(read).collect()
    }
}

attributes! {
    /// GitHub.
    pub struct Block {
        /// Whose repositories.
        owner: Attr<String> = optional(),
    }
}

attributes! {
    /// A repository's public key.
    pub struct PublicKey {
        /// The repository.
        repository: Attr<String> = required(),
        /// The key.
        key: Attr<String> = computed(),
        /// Its id.
        key_id: Attr<String> = computed(),
    }
}

impl DataSource for PublicKey {
    const NAME: &'static str = "actions_public_key";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let key = cx.provider::<GitHub>()?.key.public_key();
        config.key = BASE64.encode(key.as_bytes()).into();
        config.key_id = "1".into();
        Ok(config)
    }
}

attributes! {
    /// A secret of a repository's workflows.
    pub struct ActionsSecret {
        /// The repository.
        repository: Attr<String> = required().replaces(),
        /// The secret's name.
        secret_name: Attr<String> = required().replaces(),
        /// The secret, encrypted for the repository.
        encrypted_value: Attr<String> = required(),
    }
}

impl ActionsSecret {
    fn store(self, cx: &Context) -> Result<Self, Reported> {
        let (name, value) = (self.secret_name.text()?, self.encrypted_value.text()?);
        let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
        let github = cx.provider::<GitHub>()?;
        github.stored.lock().unwrap().entry(name.to_owned()).or_default().push(value.to_owned());
        Ok(self)
    }
}

impl Resource for ActionsSecret {
    const NAME: &'static str = "actions_secret";

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        planned.store(cx)
    }

    async fn read(_: &Context, state: Self) -> Result<Option<Self>, Reported> {
        Ok(Some(state))
    }

    async fn update(cx: &Context, _: Self, planned: Self) -> Result<Self, Reported> {
        planned.store(cx)
    }

    async fn delete(_: &Context, _: Self) -> Result<(), Reported> {
        Ok(())
    }
}

impl Provider for GitHub {
    type Block = Block;
    type Configured = Self;

    fn registry(&self) -> Registry {
        Registry::new("github")
            .resource(resource::<ActionsSecret>())
            .data_source(data_source::<PublicKey>())
    }

    fn unconfigured(&self) -> Self {
        self.clone()
    }

    async fn configure(&self, _: &Context, _: Block, _: &str) -> Result<Self, Reported> {
        Ok(self.clone())
    }

    fn stop(&self) {}
}

#[test]
fn github_gets_each_rotated_token_and_no_state_or_plan_does() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 4), (1, 6)) {
            return;
        }
        let github = GitHub::new();
        let served = github.serve();
        let example = Attached::beside(engine, "rotation/github-secret", &[&served]);
        let apply = || {
            example.run(&["plan", "-input=false", "-out=saved.tfplan"]).succeeds();
            example.run(&["apply", "-input=false", "saved.tfplan"]).succeeds();
            let secrets = github.secrets("PULUMI_ACCESS_TOKEN");
            assert_eq!(example.valid(), secrets.last().cloned().into_iter().collect::<Vec<_>>());
            for file in ["terraform.tfstate", "terraform.tfstate.backup", "saved.tfplan"] {
                let bytes = std::fs::read(example.folder().join(file)).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes);
                assert!(secrets.iter().all(|secret| !text.contains(secret)), "{file}");
            }
            let plan = example.run(&["show", "-json", "saved.tfplan"]).succeeds().stdout();
            assert!(secrets.iter().all(|secret| !plan.contains(secret)), "{plan}");
            secrets.len()
        };
        assert_eq!(apply(), 1);
        example.plan().is_clean();
        example.days_pass(60);
        example.plan().has_changes().says("The token is due for rotation");
        assert_eq!(apply(), 2);
        example.plan().is_clean();
        assert!(example.only_token()["token_value"].is_null());
    });
}
