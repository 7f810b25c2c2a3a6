//! Files that a user named. What was named may be no file, have no end, or be on a mount that
//! doesn't answer; none of it may keep the provider waiting.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use crate::cloud::within;

/// The longest that a file may take to be read.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest file that is read. Bundles of all public authorities have some 250 KiB.
const LONGEST: u64 = 4 << 20;

/// Reads a regular file of a sensible size in a sensible time.
///
/// # Errors
/// It can't be, for a reason that a sentence can end in.
pub async fn read(file: &Path) -> io::Result<Vec<u8>> {
    let file = file.to_owned();
    within(TIMEOUT, move || read_blocking(&file)).await?
}

/// Checks a file, or with `folder` a folder, that somebody else is going to read without limits.
///
/// # Errors
/// As [`read`]'s.
pub async fn check(path: &Path, folder: bool) -> io::Result<()> {
    let path = path.to_owned();
    within(TIMEOUT, move || {
        let metadata = fs::metadata(path)?;
        if folder && metadata.is_dir() { Ok(()) } else { check_file(&metadata) }
    })
    .await?
}

fn read_blocking(file: &Path) -> io::Result<Vec<u8>> {
    // Looked at before it is opened: opening a FIFO waits for a writer, and opening a device may
    // do anything.
    check_file(&fs::metadata(file)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits());
    }
    let opened = options.open(file)?;
    // What has that name may have been replaced since.
    let metadata = opened.metadata()?;
    check_file(&metadata)?;
    let mut content = Vec::with_capacity(metadata.len() as usize);
    opened.take(LONGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST { Err(too_long()) } else { Ok(content) }
}

fn check_file(metadata: &Metadata) -> io::Result<()> {
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    if metadata.len() > LONGEST { Err(too_long()) } else { Ok(()) }
}

fn too_long() -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it is longer than {} MiB", LONGEST >> 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn regular_files_of_a_sensible_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "text").unwrap();
        assert_eq!(read(&file).await.unwrap(), b"text");
        check(&file, false).await.unwrap();
        check(folder.path(), true).await.unwrap();

        let refused = |result: io::Result<Vec<u8>>| result.unwrap_err().kind();
        assert_eq!(refused(read(folder.path()).await), ErrorKind::InvalidInput);
        assert_eq!(refused(read(&folder.path().join("none")).await), ErrorKind::NotFound);
        fs::File::options().write(true).open(&file).unwrap().set_len(LONGEST + 1).unwrap();
        assert_eq!(refused(read(&file).await), ErrorKind::FileTooLarge);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_has_no_end_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        for path in [&*fifo, Path::new("/dev/zero")] {
            assert_eq!(read(path).await.unwrap_err().kind(), ErrorKind::InvalidInput);
            assert_eq!(check(path, false).await.unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}
