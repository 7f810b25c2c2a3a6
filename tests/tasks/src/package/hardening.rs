//! Whether an executable of Linux or FreeBSD is as hard to exploit as linkers can make it.

use anyhow::Result;
use object::Endianness;
use object::elf::{
    DF_1_NOW, DF_1_PIE, DF_BIND_NOW, DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1, ET_DYN, FileHeader64, PF_X,
    PT_GNU_RELRO, PT_GNU_STACK,
};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};

/// What an ELF file lacks of: a position that changes with every start (PIE), relocations that
/// can't be written to once it runs (RELRO, and BIND_NOW for all of them), and a stack that can't
/// be executed (NX).
///
/// # Errors
/// This is no ELF file of 64 bits.
pub fn missing(binary: &[u8]) -> Result<Vec<&'static str>> {
    let elf = FileHeader64::<Endianness>::parse(binary)?;
    let endian = elf.endian()?;
    let (mut relro, mut stack, mut now, mut pie) = (false, false, false, false);
    for segment in elf.program_headers(endian, binary)? {
        relro |= segment.p_type(endian) == PT_GNU_RELRO;
        stack |= segment.p_type(endian) == PT_GNU_STACK && (segment.p_flags(endian) & PF_X).0 == 0;
        for entry in segment.dynamic(endian, binary)?.unwrap_or_default() {
            let value = entry.d_val(endian);
            match entry.d_tag(endian) {
                DT_BIND_NOW => now = true,
                DT_FLAGS => now |= value & DF_BIND_NOW.0 != 0,
                DT_FLAGS_1 => {
                    now |= value & DF_1_NOW.0 != 0;
                    pie |= value & DF_1_PIE.0 != 0;
                }
                _ => {}
            }
        }
    }
    pie &= elf.e_type(endian) == ET_DYN;
    let found = [("PIE", pie), ("RELRO", relro), ("BIND_NOW", now), ("NX", stack)];
    Ok(found.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links a program of nothing with these arguments.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn linked(arguments: &[&str]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let (source, binary) = (folder.path().join("main.rs"), folder.path().join("main"));
        std::fs::write(&source, "fn main() {}").unwrap();
        let rustc = std::process::Command::new("rustc")
            .args(arguments)
            .arg("-o")
            .args([&binary, &source])
            .output()
            .unwrap();
        assert!(rustc.status.success(), "{}", String::from_utf8_lossy(&rustc.stderr));
        std::fs::read(binary).unwrap()
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn what_the_linker_was_told_to_leave_out_is_missed() {
        let nothing: [&str; 0] = [];
        assert_eq!(missing(&linked(&[])).unwrap(), nothing);
        assert_eq!(missing(&linked(&["-Crelocation-model=static"])).unwrap(), ["PIE"]);
        assert_eq!(missing(&linked(&["-Crelro-level=partial"])).unwrap(), ["BIND_NOW"]);
        assert_eq!(missing(&linked(&["-Crelro-level=off"])).unwrap(), ["RELRO", "BIND_NOW"]);
        assert_eq!(missing(&linked(&["-Clink-arg=-Wl,-z,execstack"])).unwrap(), ["NX"]);
    }

    #[test]
    fn what_is_no_elf_file_is_an_error() {
        assert!(missing(b"#!/bin/sh").is_err());
    }
}
