//! `pulumiservice_api_tokens_orgtoken`: an access token of an organization.
//!
//! The service shows a token's value once, changes nothing, reads no single token and frees no
//! name; what follows from that is in the files beside this one: [`checks`] on what is written,
//! [`plan`] what it means, [`create`], [`observe`] (read and import) and [`mod@delete`] what is
//! done.

mod checks;
mod create;
mod delete;
mod model;
mod observe;
mod plan;
mod policy;
mod preview;

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::resource::{Applied, PlanRequest, PlanResponse, Resource};
use crate::framework::schema::Schema;
use crate::framework::value::Value;

use super::block::Session;
use model::Model;

/// The resource.
pub struct OrgToken {
    schema: Schema,
    session: Arc<Session>,
}

impl OrgToken {
    /// The resource, for the provider that `session` belongs to.
    pub fn new(session: Arc<Session>) -> Self {
        Self { schema: model::schema(), session }
    }
}

#[async_trait]
impl Resource for OrgToken {
    fn type_name(&self) -> &'static str {
        model::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        checks::configuration(&Model::from_value(config), self.session.now())
    }

    async fn plan(&self, request: PlanRequest<'_>) -> PlanResponse {
        preview::plan(&self.session, request).await
    }

    async fn create(&self, planned: Value) -> Applied {
        create::create(&self.session, Model::from_value(&planned)).await
    }

    async fn read(&self, state: Value) -> Applied {
        observe::read(&self.session, Model::from_value(&state)).await
    }

    async fn update(&self, prior: Value, planned: Value) -> Applied {
        // Whatever the service would have to know replaces the token, so this is the state's own
        // business.
        let prior = Model::from_value(&prior);
        let mut planned = Model::from_value(&planned);
        for (planned, prior) in [
            (&mut planned.expires, prior.expires),
            (&mut planned.expires_at, prior.expires_at),
            (&mut planned.org_name, prior.org_name),
        ] {
            if planned.is_unknown() {
                *planned = prior;
            }
        }
        Applied::state(planned.into_value())
    }

    async fn delete(&self, prior: Value) -> Applied {
        delete::delete(&self.session, prior).await
    }

    async fn import(&self, id: &str) -> Applied {
        observe::import(&self.session, id).await
    }

    fn upgrade(&self, state: Value) -> Value {
        let mut state = Model::from_value(&state);
        // State that was written before these attributes existed, or by hand.
        if state.description.is_null() {
            state.description = "".into();
        }
        if state.admin.is_null() {
            state.admin = false.into();
        }
        if state.expires.is_null() {
            state.expires = 0.into();
        }
        if state.expires_at.is_null() {
            state.expires_at = plan::expires_at(&state.expires);
        }
        if state.ready_for_rotation.is_null() {
            state.ready_for_rotation = false.into();
        }
        if state.delete_on_destroy.is_null() {
            state.delete_on_destroy = true.into();
        }
        state.into_value()
    }
}

/// `the token "ci" of the organization "acme"`, for sentences.
fn token_of(name: &Value, org: &str) -> String {
    match name.as_str() {
        Some(name) => format!("the token {name:?} of the organization {org:?}"),
        None => format!("a token of the organization {org:?}"),
    }
}
