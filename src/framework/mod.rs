//! Terraform’s ideas, pure.
