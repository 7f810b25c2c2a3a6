//! A Terraform and OpenTofu provider for Pulumi Cloud access tokens.

pub mod cloud;
pub mod framework;
pub mod plugin;
pub mod protocol;
pub mod provider;
