//! The Pulumi Cloud client against the local service, from outside.

mod creation;
mod deletion;
mod interruption;
mod listing;
mod retries;
mod secrets;
mod storm;
mod support;
mod transport;
