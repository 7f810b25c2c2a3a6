//! The provider's binary as a plugin, seen from its host: over its real socket, as a process.

#![cfg(unix)]

mod cli;
mod engines;
mod handshake;
mod harness;
mod lifecycle;
mod log;
#[allow(dead_code)]
#[path = "../acceptance/harness.rs"]
mod project;
mod services;
mod tls;
