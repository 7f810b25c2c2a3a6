//! The Pulumi Cloud client against the local service, from outside.

mod access;
mod creation;
mod deletion;
mod exchange;
mod interruption;
mod listing;
mod owners;
mod recorder;
mod retries;
mod secrets;
mod shutdown;
mod storm;
mod support;
mod teams;
mod transport;
