//! The zip that the registries want. The same files make the same bytes, whoever packs them, where
//! and when.

use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Packs the binary under this name, after what goes beside it, by name and content.
///
/// # Errors
/// The binary can't be read.
pub fn pack(beside: &[(&str, Vec<u8>)], binary: &Path, name: &str) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in beside {
        add(&mut zip, name, content, 0o644)?;
    }
    let content =
        std::fs::read(binary).with_context(|| format!("can't read {}", binary.display()))?;
    add(&mut zip, name, &content, 0o755)?;
    Ok(zip.finish()?.into_inner())
}

fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8], mode: u32) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        // The earliest time a zip can hold; neither the clock's nor the file's.
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(mode);
    zip.start_file(name, options)?;
    zip.write_all(content)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::io::Read;
    use std::time::{Duration, UNIX_EPOCH};

    use zip::ZipArchive;

    use super::*;

    /// The archive of a binary that was touched at this second.
    fn packed(touched: u64) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        std::fs::write(&binary, "runs").unwrap();
        let time = FileTimes::new().set_modified(UNIX_EPOCH + Duration::from_secs(touched));
        File::options().write(true).open(&binary).unwrap().set_times(time).unwrap();
        let beside = [("LICENSE", b"may".to_vec()), ("README.md", b"reads".to_vec())];
        pack(&beside, &binary, "provider_v1").unwrap()
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        assert_eq!(packed(1_000_000_000), packed(1_700_000_000));
    }

    #[test]
    fn the_binary_may_run_and_the_rest_is_beside_it() {
        let mut zip = ZipArchive::new(Cursor::new(packed(0))).unwrap();
        let mut found = Vec::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            found.push((name, file.unix_mode().unwrap() & 0o777, text));
        }
        let wanted = [("LICENSE", 0o644, "may"), ("README.md", 0o644, "reads")];
        let wanted = wanted.into_iter().chain([("provider_v1", 0o755, "runs")]);
        let wanted: Vec<_> =
            wanted.map(|(name, mode, text)| (name.to_owned(), mode, text.to_owned())).collect();
        assert_eq!(found, wanted);
    }
}
