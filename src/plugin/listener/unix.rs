//! A Unix socket in a folder of its own, which is what keeps others out: the socket's own mode is
//! set only after it is there, and some systems ignore it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::os::unix::net::SocketAddr;
use std::path::{self, Path, PathBuf};

use data_encoding::BASE32HEX_NOPAD;
use nix::unistd::Group;
use tokio::net::UnixListener;
pub use tokio::net::UnixStream as Socket;

use super::super::{Lookup, set};
use super::ListenError;

/// The folder that the socket's folder is made in, and who else may connect.
#[derive(Clone, Debug)]
pub struct Place {
    parent: PathBuf,
    group: Option<String>,
}

impl Place {
    /// Reads `PLUGIN_UNIX_SOCKET_DIR`, else `TMPDIR`, else `/tmp`; and `PLUGIN_UNIX_SOCKET_GROUP`,
    /// a group's name or number.
    ///
    /// # Errors
    /// None on Unix.
    pub fn read(lookup: Lookup) -> Result<Self, ListenError> {
        let parent = set(lookup, "PLUGIN_UNIX_SOCKET_DIR").or_else(|| set(lookup, "TMPDIR"));
        Ok(Self {
            parent: parent.map_or_else(|| PathBuf::from("/tmp"), PathBuf::from),
            group: set(lookup, "PLUGIN_UNIX_SOCKET_GROUP"),
        })
    }
}

/// A bound socket. Its file and folder are removed with it.
pub struct Listener {
    socket: UnixListener,
    folder: Folder,
}

impl Listener {
    pub const NETWORK: &str = "unix";

    /// Binds a socket that nobody but the user, and the group asked for, can reach at any moment.
    pub fn bind(place: &Place) -> Result<Self, ListenError> {
        let group = place.group.as_deref().map(group_id).transpose()?;
        let folder = Folder::create(&place.parent)?;
        let path = folder.socket();
        if SocketAddr::from_pathname(&path).is_err() {
            return Err(ListenError::TooLong { path });
        }
        let socket = UnixListener::bind(&path)
            .and_then(|socket| share(&path, group, 0o600, 0o660).map(|()| socket))
            .map_err(|error| ListenError::Socket { path, error })?;
        // Last, since until now the folder kept everyone out. The group may enter, and see nothing
        // but what it was told.
        share(&folder.0, group, 0o700, 0o710)
            .map_err(|error| ListenError::Folder { path: folder.0.clone(), error })?;
        Ok(Self { socket, folder })
    }

    /// Where hosts connect to.
    pub fn address(&self) -> String {
        self.folder.socket().display().to_string()
    }

    /// The next connection.
    pub async fn accept(&self) -> io::Result<Socket> {
        Ok(self.socket.accept().await?.0)
    }
}

/// Gives a file to the group with the one mode, or to nobody else with the other.
fn share(path: &Path, group: Option<u32>, alone: u32, shared: u32) -> io::Result<()> {
    if group.is_some() {
        chown(path, None, group)?;
    }
    fs::set_permissions(path, Permissions::from_mode(group.map_or(alone, |_| shared)))
}

fn group_id(group: &str) -> Result<u32, ListenError> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    match Group::from_name(group) {
        Ok(Some(found)) => Ok(found.gid.as_raw()),
        _ => Err(ListenError::Group(group.to_owned())),
    }
}

/// A fresh folder for one socket, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn create(parent: &Path) -> Result<Self, ListenError> {
        let failed = |path: &Path, error| ListenError::Folder { path: path.to_owned(), error };
        // A debugger's host may run in another working directory.
        let parent = path::absolute(parent).map_err(|error| failed(parent, error))?;
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|error| failed(&parent, io::Error::other(error)))?;
        let name = BASE32HEX_NOPAD.encode(&random).to_lowercase();
        let folder = parent.join(format!("plugin-{name}"));
        // Fails if something is there already, so nobody can have prepared it.
        DirBuilder::new().mode(0o700).create(&folder).map_err(|error| failed(&folder, error))?;
        Ok(Self(folder))
    }

    fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Where the host removed its PLUGIN_UNIX_SOCKET_DIR first, there is nothing left to do.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(parent: &Path, group: Option<&str>) -> Result<Listener, ListenError> {
        Listener::bind(&Place { parent: parent.to_owned(), group: group.map(str::to_owned) })
    }

    #[test]
    fn the_folder_is_chosen_by_the_host_then_by_the_user() {
        let read = |variables: &'static [(&str, &str)]| {
            let lookup = move |name: &str| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.to_string())
            };
            Place::read(&lookup).unwrap().parent
        };
        assert_eq!(read(&[]), Path::new("/tmp"));
        assert_eq!(read(&[("TMPDIR", "/a")]), Path::new("/a"));
        assert_eq!(read(&[("TMPDIR", "/a"), ("PLUGIN_UNIX_SOCKET_DIR", "/b")]), Path::new("/b"));
    }

    #[tokio::test]
    async fn nothing_is_left_behind_where_binding_fails() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(100));
        fs::create_dir(&long).unwrap();
        let error = bind(&long, None).err().unwrap();
        assert!(matches!(error, ListenError::TooLong { .. }), "{error}");
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);

        let error = bind(parent.path(), Some("no-such-group")).err().unwrap();
        assert!(matches!(error, ListenError::Group(_)), "{error}");
        let error = bind(&parent.path().join("absent"), None).err().unwrap();
        assert!(matches!(error, ListenError::Folder { .. }), "{error}");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn socket_and_folder_go_with_the_listener() {
        let parent = tempfile::tempdir().unwrap();
        let listener = bind(parent.path(), None).unwrap();
        assert!(Path::new(&listener.address()).starts_with(parent.path()));
        drop(listener);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
