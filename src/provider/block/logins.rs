//! What `pulumi login` stored on this machine. Read only if nothing else says what is needed, and a
//! token is only ever given out for the service that it was stored for.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::cloud::{Address, Secret};
use crate::provider::files;

/// The file of `pulumi login`, read when it is first needed.
pub struct Logins {
    file: Option<PathBuf>,
    read: OnceCell<Result<Stored, String>>,
}

impl Logins {
    /// The file is in `$PULUMI_CREDENTIALS_PATH`, else in `$PULUMI_HOME`, else in `~/.pulumi`.
    pub fn new(lookup: &dyn Fn(&str) -> Option<String>) -> Self {
        Self { file: location(lookup), read: OnceCell::new() }
    }

    /// The file; `None` if there is no home folder.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What is stored: nothing if there is no file.
    ///
    /// # Errors
    /// The beginning of a sentence that says why the file can't be used. It never quotes the file.
    pub async fn stored(&self) -> Result<&Stored, &str> {
        let read = async || match &self.file {
            Some(file) => Stored::read(file).await,
            None => Ok(Stored::default()),
        };
        self.read.get_or_init(read).await.as_ref().map_err(String::as_str)
    }
}

fn location(lookup: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name| lookup(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("PULUMI_CREDENTIALS_PATH").or_else(|| set("PULUMI_HOME")).or_else(|| {
        let home = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
        Some(home.join(".pulumi"))
    })?;
    Some(folder.join("credentials.json"))
}

/// The stored logins.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stored {
    current: Option<String>,
    access_tokens: BTreeMap<String, Secret>,
    accounts: BTreeMap<String, Account>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Account {
    access_token: Option<Secret>,
}

impl Stored {
    async fn read(file: &Path) -> Result<Self, String> {
        let text = match files::read(file).await {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("{} can't be read: {error}", file.display())),
        };
        serde_json::from_slice(&text).map_err(|error| {
            format!(
                "{} is not what `pulumi login` writes (line {}, column {})",
                file.display(),
                error.line(),
                error.column()
            )
        })
    }

    /// The backend that the user is logged in to, which need not be a service.
    pub fn backend(&self) -> Option<&str> {
        self.current.as_deref().filter(|url| !url.is_empty())
    }

    /// The token that was stored for exactly this service.
    pub fn token(&self, service: &Address) -> Option<&Secret> {
        let is_for_it = |url: &str| url.parse().as_ref() == Ok(service);
        let direct = self.access_tokens.iter().filter(|(url, _)| is_for_it(url));
        let accounts = self.accounts.iter().filter(|(url, _)| is_for_it(url));
        direct
            .map(|(_, token)| token)
            .chain(accounts.filter_map(|(_, account)| account.access_token.as_ref()))
            .find(|token| !token.expose().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_only_for_its_own_service() {
        let stored: Stored = serde_json::from_str(
            r#"{"current": "https://api.pulumi.com", "new": 1,
                "accessTokens": {"https://api.pulumi.com": "pul-one", "s3://state": ""},
                "accounts": {"HTTPS://Pulumi.example.com:443/": {"accessToken": "pul-two"}}}"#,
        )
        .unwrap();
        assert_eq!(stored.backend(), Some("https://api.pulumi.com"));
        let token = |url: &str| stored.token(&url.parse().unwrap()).map(Secret::expose);
        assert_eq!(token("https://api.pulumi.com"), Some("pul-one"));
        assert_eq!(token("https://API.pulumi.com/"), Some("pul-one"));
        assert_eq!(token("https://pulumi.example.com"), Some("pul-two"));
        assert_eq!(token("https://api.pulumi.com.evil.example"), None);
        assert_eq!(token("https://api.pulumi.com/elsewhere"), None);
        assert_eq!(token("https://api.pulumi.com:8443"), None);
        assert_eq!(token("http://api.pulumi.com"), None);
    }

    #[test]
    fn the_folder_is_where_pulumi_looks() {
        let with = |names: &'static [(&'static str, &'static str)]| {
            location(&|wanted| {
                names.iter().find(|(name, _)| *name == wanted).map(|(_, v)| (*v).to_owned())
            })
        };
        let file = |folder: &str| Some(PathBuf::from(folder).join("credentials.json"));
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("HOME", "/h")]), file("/h/.pulumi"));
        assert_eq!(with(&[("HOME", "/h"), ("PULUMI_HOME", "/p")]), file("/p"));
        assert_eq!(with(&[("PULUMI_CREDENTIALS_PATH", "/c"), ("PULUMI_HOME", "/p")]), file("/c"));
        assert_eq!(with(&[("HOME", "/h"), ("PULUMI_HOME", "")]), file("/h/.pulumi"));
    }

    #[tokio::test]
    async fn a_broken_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials.json");
        std::fs::write(&file, r#"{"accessTokens": {"https://api.pulumi.com": pul-secret}}"#)
            .unwrap();
        let error = Stored::read(&file).await.unwrap_err();
        assert!(error.contains("credentials.json"), "{error}");
        assert!(!error.contains("pul-secret"), "{error}");
        let none = Stored::read(&folder.path().join("none.json")).await.unwrap();
        assert!(none.backend().is_none());
    }
}
