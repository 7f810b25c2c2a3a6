//! The settings of an organization, by the names that its metadata has for them.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};

use super::{Client, Error, Text};

/// A setting.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// On or off.
    Bool(bool),
    /// A number, or a level.
    Number(i64),
    /// A word, or an id.
    Text(Text),
    /// What is on and what isn't, such as features.
    Flags(BTreeMap<String, bool>),
    /// Whatever else metadata holds.
    Other(IgnoredAny),
}

/// Settings by their names.
pub type OrganizationSettings = BTreeMap<String, Setting>;

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Setting::Bool(truth) => serializer.serialize_bool(*truth),
            Setting::Number(number) => serializer.serialize_i64(*number),
            Setting::Text(text) => text.serialize(serializer),
            Setting::Flags(flags) => flags.serialize(serializer),
            Setting::Other(_) => serializer.serialize_unit(),
        }
    }
}

impl Setting {
    /// Whether this is what the service has of a setting. What it leaves out is none.
    fn is_what(&self, found: Option<&Self>) -> bool {
        match (self, found) {
            (Setting::Number(0), None | Some(Setting::Other(_))) => true,
            (Setting::Text(text), None | Some(Setting::Other(_))) => text.is_empty(),
            (_, found) => found == Some(self),
        }
    }
}

impl Client {
    /// What an organization's metadata says, all settings that can be read included.
    pub async fn settings(&self, org: &str) -> Result<OrganizationSettings, Error> {
        self.requests().get(&["api", "orgs", org, "metadata"]).json().await
    }

    /// Changes the settings that are given, if any; what is there then is the answer. If that was
    /// lost, the metadata tells what came of it.
    pub async fn change_settings(
        &self,
        org: &str,
        settings: &OrganizationSettings,
    ) -> Result<OrganizationSettings, Error> {
        if settings.is_empty() {
            return self.settings(org).await;
        }
        let change: OrganizationSettings =
            settings.iter().map(|(name, value)| (changing(name), value.clone())).collect();
        match self.requests().patch(&["api", "orgs", org], &change).json().await {
            Err(error) if error.may_have_acted() => match self.settings(org).await {
                Ok(found) if settings.iter().all(|(name, to)| to.is_what(found.get(name))) => {
                    Ok(found)
                }
                _ => Err(error),
            },
            changed => changed,
        }
    }
}

/// The name that a setting has in a change: `setPreferredVCS` for `preferredVCS`.
fn changing(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    format!("set{}{}", first.map(String::from).unwrap_or_default(), letters.as_str())
}
