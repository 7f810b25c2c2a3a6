//! A port of the loopback interface, where there are no Unix sockets. Others on the machine can
//! reach it: mutual TLS is what keeps them out.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;
pub use tokio::net::TcpStream as Socket;

use super::super::{Lookup, set};
use super::ListenError;

/// The ports that the host allows.
#[derive(Clone, Debug)]
pub struct Place {
    first: u16,
    last: u16,
}

impl Place {
    /// Reads `PLUGIN_MIN_PORT` and `PLUGIN_MAX_PORT`; without them, the system chooses.
    ///
    /// # Errors
    /// A value that is not a port.
    pub fn read(lookup: Lookup) -> Result<Self, ListenError> {
        let port = |variable| match set(lookup, variable) {
            None => Ok(0),
            Some(value) => value.parse().map_err(|_| ListenError::Port { variable, value }),
        };
        Ok(Self { first: port("PLUGIN_MIN_PORT")?, last: port("PLUGIN_MAX_PORT")? })
    }
}

/// A bound port.
pub struct Listener {
    socket: TcpListener,
    address: String,
}

impl Listener {
    pub const NETWORK: &str = "tcp";

    /// Binds the first port of the range that is free, if TLS is going to keep others out.
    pub fn bind(place: &Place, mutual_tls: bool) -> Result<Self, ListenError> {
        if !mutual_tls {
            return Err(ListenError::Unprotected);
        }
        (place.first..=place.last)
            .find_map(|port| Self::bind_port(port).ok())
            .ok_or(ListenError::Ports { first: place.first, last: place.last })
    }

    fn bind_port(port: u16) -> io::Result<Self> {
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?.to_string();
        Ok(Self { socket: TcpListener::from_std(socket)?, address })
    }

    /// Where hosts connect to.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// The next connection.
    pub async fn accept(&self) -> io::Result<Socket> {
        let (stream, _) = self.socket.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_free_port_of_the_range_is_bound() {
        let taken = Listener::bind(&Place { first: 0, last: 0 }, true).unwrap();
        let first: u16 = taken.address().rsplit(':').next().unwrap().parse().unwrap();
        let last = first.saturating_add(20);
        let listener = Listener::bind(&Place { first, last }, true).unwrap();
        let bound: u16 = listener.address().rsplit(':').next().unwrap().parse().unwrap();
        assert!(first < bound && bound <= last, "{first} {bound} {last}");

        let full = Listener::bind(&Place { first, last: first }, true);
        assert!(matches!(full, Err(ListenError::Ports { .. })));
    }

    #[tokio::test]
    async fn without_the_hosts_certificate_no_port_is_opened() {
        let refused = Listener::bind(&Place { first: 0, last: 0 }, false);
        assert!(matches!(refused, Err(ListenError::Unprotected)));
    }

    #[test]
    fn a_bound_that_is_no_port_is_an_error() {
        let read = Place::read(&|name| (name == "PLUGIN_MAX_PORT").then(|| "70000".to_owned()));
        assert_eq!(read.unwrap_err().to_string(), "PLUGIN_MAX_PORT is not a port: \"70000\"");
    }
}
