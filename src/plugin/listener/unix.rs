//! A Unix socket in a folder of its own, which is what keeps others out: the socket's own mode is
//! set only after it is there, and some systems ignore it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::net::SocketAddr;
use std::path::{self, Path, PathBuf};

use data_encoding::BASE32HEX_NOPAD;
use nix::unistd::{Group, geteuid};
use tokio::net::UnixListener;
pub use tokio::net::UnixStream as Socket;

use super::super::{Lookup, set};
use super::ListenError;

/// Folders that systems have for what lives as long as a process. Their paths are short.
const USUAL: [&str; 2] = ["/tmp", "/var/tmp"];

/// The folders that the socket's folder may be made in, and who else may connect.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that was asked for.
    parent: PathBuf,
    /// Those that are tried, in this order, if that one can't be used.
    others: Vec<PathBuf>,
    group: Option<String>,
}

impl Place {
    /// Reads `PLUGIN_UNIX_SOCKET_DIR`; else `TMPDIR`, `XDG_RUNTIME_DIR` and what is usual, in this
    /// order; and `PLUGIN_UNIX_SOCKET_GROUP`, a group's name or number.
    ///
    /// # Errors
    /// None on Unix.
    pub fn read(lookup: Lookup) -> Result<Self, ListenError> {
        let group = set(lookup, "PLUGIN_UNIX_SOCKET_GROUP");
        if let Some(parent) = set(lookup, "PLUGIN_UNIX_SOCKET_DIR") {
            // The host may see this folder alone.
            return Ok(Self { parent: parent.into(), others: Vec::new(), group });
        }
        let parent = set(lookup, "TMPDIR").map_or_else(|| USUAL[0].into(), PathBuf::from);
        let others = set(lookup, "XDG_RUNTIME_DIR").into_iter().map(PathBuf::from);
        let others = others.chain(USUAL.map(PathBuf::from)).collect();
        Ok(Self { parent, others, group })
    }
}

/// A bound socket. Its file and folder are removed with it.
pub struct Listener {
    socket: UnixListener,
    folder: Folder,
}

impl Listener {
    pub const NETWORK: &str = "unix";

    /// Binds a socket that nobody but the user, and the group asked for, can reach at any moment,
    /// with TLS or without it.
    pub fn bind(place: &Place, _mutual_tls: bool) -> Result<Self, ListenError> {
        let group = place.group.as_deref().map(group_id).transpose()?;
        // If none of them can be used, what is wrong with the one asked for is what helps.
        Self::bind_in(&place.parent, group).or_else(|error| {
            let mut others = place.others.iter();
            others.find_map(|parent| Self::bind_in(parent, group).ok()).ok_or(error)
        })
    }

    fn bind_in(parent: &Path, group: Option<u32>) -> Result<Self, ListenError> {
        let folder = Folder::create(parent)?;
        let path = folder.socket();
        // The handshake's line can't hold any path.
        let fits_the_line = path.to_str().is_some_and(|path| !path.contains(['|', '\n', '\r']));
        if !fits_the_line || SocketAddr::from_pathname(&path).is_err() {
            return Err(ListenError::Path { path });
        }
        let socket = UnixListener::bind(&path)
            .and_then(|socket| set_access(&path, group, 0o600, 0o660).map(|()| socket))
            .map_err(|error| ListenError::Socket { path, error })?;
        // Last, since until now the folder kept everyone out. The group may enter, and see nothing
        // but what it was told.
        set_access(&folder.0, group, 0o700, 0o710)
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
fn set_access(path: &Path, group: Option<u32>, alone: u32, shared: u32) -> io::Result<()> {
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
    /// Makes a folder that nobody else can enter. Systems limit a socket's path to about a hundred
    /// bytes, so its part of it is short.
    fn create(parent: &Path) -> Result<Self, ListenError> {
        let failed = |path: &Path, error| ListenError::Folder { path: path.to_owned(), error };
        // A debugger's host may run in another working directory.
        let parent = path::absolute(parent).map_err(|error| failed(parent, error))?;
        let mut random = [0; 5];
        getrandom::fill(&mut random).map_err(|error| failed(&parent, io::Error::other(error)))?;
        let path = parent.join(format!("tf{}", BASE32HEX_NOPAD.encode(&random).to_lowercase()));
        // Fails if something is there already, so nobody can have prepared it.
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| failed(&path, error))?;
        let folder = Self(path);
        match folder.is_private() {
            Ok(true) => Ok(folder),
            Ok(false) => Err(ListenError::Open { path: folder.0.clone() }),
            Err(error) => Err(failed(&folder.0, error)),
        }
    }

    /// Whether only the user can enter. Some file systems know neither owner nor mode.
    fn is_private(&self) -> io::Result<bool> {
        // The umask may have taken some of the user's own.
        fs::set_permissions(&self.0, Permissions::from_mode(0o700))?;
        let found = fs::symlink_metadata(&self.0)?;
        Ok(found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o777 == 0o700)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("s")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If the host removed its PLUGIN_UNIX_SOCKET_DIR first, there is nothing left to do.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(parent: &Path, group: Option<&str>) -> Result<Listener, ListenError> {
        let group = group.map(str::to_owned);
        let place = Place { parent: parent.to_owned(), others: Vec::new(), group };
        Listener::bind(&place, false)
    }

    #[test]
    fn the_folder_is_chosen_by_the_host_then_by_the_user() {
        let read = |variables: &'static [(&str, &str)]| {
            let lookup = move |name: &str| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.to_string())
            };
            let Place { parent, others, .. } = Place::read(&lookup).unwrap();
            let all = [vec![parent], others].concat();
            all.iter().map(|parent| parent.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(read(&[]), ["/tmp", "/tmp", "/var/tmp"]);
        let users = read(&[("TMPDIR", "/a"), ("XDG_RUNTIME_DIR", "/b")]);
        assert_eq!(users, ["/a", "/b", "/tmp", "/var/tmp"]);
        assert_eq!(read(&[("TMPDIR", "/a"), ("PLUGIN_UNIX_SOCKET_DIR", "/c")]), ["/c"]);
    }

    #[tokio::test]
    async fn nothing_is_left_behind_if_binding_fails() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(100));
        fs::create_dir(&long).unwrap();
        let error = bind(&long, None).err().unwrap();
        assert!(matches!(error, ListenError::Path { .. }), "{error}");
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);

        let error = bind(parent.path(), Some("no-such-group")).err().unwrap();
        assert!(matches!(error, ListenError::Group(_)), "{error}");
        let error = bind(&parent.path().join("absent"), None).err().unwrap();
        assert!(matches!(error, ListenError::Folder { .. }), "{error}");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn what_can_not_be_used_is_passed_over() {
        let parent = tempfile::tempdir().unwrap();
        let (absent, bar) = (parent.path().join("absent"), parent.path().join("a|b"));
        let good = parent.path().join("good");
        fs::create_dir(&bar).unwrap();
        fs::create_dir(&good).unwrap();
        let place = |others: &[&PathBuf]| Place {
            parent: absent.clone(),
            others: others.iter().map(|parent| parent.to_path_buf()).collect(),
            group: None,
        };
        let listener = Listener::bind(&place(&[&bar, &good]), false).unwrap();
        assert!(Path::new(&listener.address()).starts_with(&good));
        assert_eq!(fs::read_dir(&bar).unwrap().count(), 0);
        // The error is about the one that was asked for.
        let error = Listener::bind(&place(&[&bar]), false).err().unwrap();
        assert!(error.to_string().contains("absent"), "{error}");
    }

    #[tokio::test]
    async fn a_path_of_90_bytes_leaves_room_for_the_socket() {
        // The least of what systems allow is 104 bytes with the one that ends the path; Linux has
        // 108, and other plugins' sockets take 17 more than their folder.
        let parent = tempfile::tempdir().unwrap();
        let length = parent.path().as_os_str().len();
        let long = parent.path().join("x".repeat(90 - length - 1));
        fs::create_dir(&long).unwrap();
        let listener = bind(&long, None).unwrap();
        assert!(listener.address().len() <= 103, "{}", listener.address());
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
