//! The zip that the registries want. The same files make the same bytes, whoever packs them, where
//! and when.

use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// What goes beside the binary, where the checkout has it.
const BESIDE: [&str; 3] = ["CHANGELOG.md", "LICENSE", "README.md"];

/// Packs the binary under this name, with what goes beside it from the checkout.
///
/// # Errors
/// A file can't be read.
pub fn pack(checkout: &Path, binary: &Path, name: &str) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in BESIDE.map(|file| checkout.join(file)) {
        if let Some(name) = file.file_name().filter(|_| file.exists()) {
            add(&mut zip, &name.to_string_lossy(), &file, 0o644)?;
        }
    }
    add(&mut zip, name, binary, 0o755)?;
    Ok(zip.finish()?.into_inner())
}

fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, file: &Path, mode: u32) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        // The earliest time a zip can hold; neither the clock's nor the file's.
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(mode);
    let bytes = std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
    zip.start_file(name, options)?;
    zip.write_all(&bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::io::Read;
    use std::time::{Duration, UNIX_EPOCH};

    use zip::ZipArchive;

    use super::*;

    fn folder(touched: u64) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("LICENSE", "may"), ("README.md", "reads"), ("built", "runs")] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let time = FileTimes::new().set_modified(UNIX_EPOCH + Duration::from_secs(touched));
            File::options().write(true).open(&path).unwrap().set_times(time).unwrap();
        }
        folder
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let [one, other] = [1_000_000_000, 1_700_000_000].map(|touched| {
            let folder = folder(touched);
            pack(folder.path(), &folder.path().join("built"), "provider_v1").unwrap()
        });
        assert_eq!(one, other);
    }

    #[test]
    fn the_binary_may_run_and_the_rest_is_beside_it() {
        let folder = folder(0);
        let bytes = pack(folder.path(), &folder.path().join("built"), "provider_v1").unwrap();
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
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
