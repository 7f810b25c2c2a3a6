//! Taking over a role that exists. Built-in ones can't be managed.

use super::Role;
use crate::framework::resource::Import;
use crate::framework::resource::said::NOT_FOUND;
use crate::provider::access::object::Object;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;

const BUILT_IN: &str = "it can't be changed. Read it with the data source pulumiservice_api_role.";

impl Import for Role {
    async fn import(cx: &Context, wanted: Self) -> Result<Self, Reported> {
        let client = wanted.client(cx, "Importing")?;
        let (org, role, purpose) = wanted.names()?;
        let found = client.role_record(org, role, purpose).await;
        match wanted.told(cx, "Importing", found).await? {
            Some(found) if found.default_identifier.is_empty() => Ok(wanted.observed(&found)),
            Some(_) => {
                Err(cx.error(said::ROLE, format!("{} is built in: {BUILT_IN}", wanted.called())))
            }
            None => Err(cx.error(NOT_FOUND, format!("There isn't {}.", wanted.called()))),
        }
    }
}
