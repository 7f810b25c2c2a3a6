//! The Pulumi Cloud client.
