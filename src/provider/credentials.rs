//! What `pulumi login` stored on this machine. Read only where nothing else says what is needed,
//! and a token is only ever given out for the backend that it was stored for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cloud::Secret;

/// Where `pulumi login` keeps its file: `$PULUMI_CREDENTIALS_PATH`, else `$PULUMI_HOME`, else
/// `~/.pulumi`. `None` where there is no home.
pub fn location(lookup: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
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
pub struct Credentials {
    current: Option<String>,
    access_tokens: BTreeMap<String, Secret>,
    accounts: BTreeMap<String, Account>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Account {
    access_token: Option<Secret>,
}

impl Credentials {
    /// Reads the file; none stored where there is no file.
    ///
    /// # Errors
    /// A sentence that says why the file can't be used. It never quotes the file.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = match std::fs::read(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
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

    /// The backend that the user is logged in to, unless that is storage for stacks.
    pub fn backend(&self) -> Option<&str> {
        self.current.as_deref().filter(|url| !url.is_empty() && !is_storage(url))
    }

    /// The token that was stored for exactly this backend.
    pub fn token(&self, api_url: &str) -> Option<Secret> {
        let wanted = api_url.trim_end_matches('/');
        let stored = |url: &String| url.trim_end_matches('/') == wanted;
        let direct = self.access_tokens.iter().filter(|(url, _)| stored(url)).map(|(_, t)| t);
        let account = self.accounts.iter().filter(|(url, _)| stored(url));
        direct
            .chain(account.filter_map(|(_, account)| account.access_token.as_ref()))
            .find(|token| !token.expose().is_empty())
            .cloned()
    }
}

/// Whether a backend is a bucket or a folder, rather than a service that has tokens.
pub fn is_storage(url: &str) -> bool {
    ["s3://", "gs://", "azblob://", "file://"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(json: &str) -> Credentials {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_token_is_only_for_its_own_backend() {
        let stored = credentials(
            r#"{"current": "https://api.pulumi.com",
                "accessTokens": {"https://api.pulumi.com": "pul-one"},
                "accounts": {"https://pulumi.example.com": {"accessToken": "pul-two"}}}"#,
        );
        let token = |url| stored.token(url).map(|token| token.expose().to_owned());
        assert_eq!(token("https://api.pulumi.com").as_deref(), Some("pul-one"));
        assert_eq!(token("https://api.pulumi.com/").as_deref(), Some("pul-one"));
        assert_eq!(token("https://pulumi.example.com").as_deref(), Some("pul-two"));
        assert_eq!(token("https://api.pulumi.com.evil.example"), None);
        assert_eq!(token("http://api.pulumi.com"), None);
    }

    #[test]
    fn a_bucket_is_no_backend() {
        assert_eq!(credentials(r#"{"current": "s3://state"}"#).backend(), None);
        assert_eq!(
            credentials(r#"{"current": "https://api.pulumi.com", "new": 1}"#).backend(),
            Some("https://api.pulumi.com")
        );
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

    #[test]
    fn a_broken_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials.json");
        std::fs::write(&file, r#"{"accessTokens": {"https://api.pulumi.com": pul-secret}}"#)
            .unwrap();
        let error = Credentials::read(&file).unwrap_err();
        assert!(error.contains("credentials.json"), "{error}");
        assert!(!error.contains("pul-secret"), "{error}");
        assert!(Credentials::read(&folder.path().join("none.json")).unwrap().backend().is_none());
    }
}
