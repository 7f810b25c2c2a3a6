//! The provider's binary as a plugin, seen from its host: over its real socket, as a process.

#![cfg(unix)]

mod cli;
mod handshake;
mod harness;
mod lifecycle;
mod log;
mod services;
mod tls;
