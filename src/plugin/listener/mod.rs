//! Where the server listens: a Unix socket that only its user can reach, or, on Windows, a port of
//! the loopback interface.

#[cfg(any(not(unix), test))]
#[cfg_attr(unix, allow(dead_code))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

#[cfg(not(unix))]
pub use tcp::{Listener, Place, Socket};
#[cfg(unix)]
pub use unix::{Listener, Place, Socket};

/// Why the server can't listen.
#[derive(Debug, Error)]
pub enum ListenError {
    /// The folder for the socket can't be made or opened to the group.
    #[error("can't make the folder {} for the plugin's socket: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Others can enter the folder for the socket, although it was made for the user alone.
    #[error(
        "the folder {} is open to other users, because its file system keeps no owners or modes",
        path.display()
    )]
    Open {
        /// The folder.
        path: PathBuf,
    },
    /// The path doesn't fit the system's socket addresses, or the handshake's line.
    #[error(
        "{} is too long for the path of a Unix socket, or has characters that it can't have: set \
         TMPDIR (or PLUGIN_UNIX_SOCKET_DIR) to a folder with a shorter path", path.display()
    )]
    Path {
        /// The socket.
        path: PathBuf,
    },
    /// The socket can't be made or given to the group.
    #[error("can't listen on the Unix socket {}: {error}", path.display())]
    Socket {
        /// The socket.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// PLUGIN_UNIX_SOCKET_GROUP is neither the name of a group nor a number.
    #[error("PLUGIN_UNIX_SOCKET_GROUP names a group that isn't there: {0:?}")]
    Group(String),
    /// A bound of the port range isn't a port.
    #[error("{variable} is not a port: {value:?}")]
    Port {
        /// The variable that holds it.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// Anybody on the machine could connect.
    #[error(
        "this system has no Unix sockets, and through a port of the loopback interface anybody on \
         this machine could use the provider's credentials. Only Terraform or OpenTofu can start \
         it here, without TF_DISABLE_PLUGIN_TLS; --debug doesn't work"
    )]
    Unprotected,
    /// No port of the range is free.
    #[error("no port from {first} to {last} is free on the loopback interface")]
    Ports {
        /// `PLUGIN_MIN_PORT`.
        first: u16,
        /// `PLUGIN_MAX_PORT`.
        last: u16,
    },
}
