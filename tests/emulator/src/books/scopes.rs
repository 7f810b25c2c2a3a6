//! The scopes that roles give.

use serde_json::{Value, json};

use super::{Asked, Books, Refusal};
use crate::contract;

impl Books {
    /// The scopes that there are, by the type of resource that they are for.
    pub fn scopes(&self, by: &Asked, org: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("role:read")?;
        let known = contract::scopes();
        let all: Vec<&str> = known
            .iter()
            .chain(&org.new_scopes)
            .map(String::as_str)
            .filter(|s| !s.is_empty())
            .collect();
        let groups = |prefix: &str| -> Vec<Value> {
            GROUPS
                .iter()
                .filter_map(|(start, name)| {
                    let of_group = all
                        .iter()
                        .filter(|scope| scope.starts_with(prefix) && group_of(scope) == *start);
                    let scopes: Vec<Value> = of_group
                        .map(|scope| {
                            let description = format!("May {}", scope.replace(':', " "));
                            json!({"name": scope, "metadata": {"description": description}})
                        })
                        .collect();
                    (!scopes.is_empty()).then(|| json!({"name": name, "scopes": scopes}))
                })
                .collect()
        };
        Ok(json!({
            "global": groups(""),
            "stack": groups("stack"),
            "environment": groups("environment"),
            "insights-account": groups("insights_account"),
        }))
    }
}

/// The groups of scopes, by what the names of their scopes begin with.
const GROUPS: [(&str, &str); 9] = [
    ("stack", "Stacks"),
    ("environment", "Environments"),
    ("insights_account", "Accounts"),
    ("team", "Teams"),
    ("role", "Roles"),
    ("org_token", "Organization access tokens"),
    ("org_member", "Membership"),
    ("oidc_issuers", "OIDC"),
    ("", "Organization"),
];

fn group_of(scope: &str) -> &'static str {
    let group = GROUPS.iter().find(|(start, _)| scope.starts_with(start));
    group.map_or("", |(start, _)| start)
}
