//! Which glibc a Linux binary needs: the newest version that a symbol of it asks for.

use std::fmt;

use anyhow::{Context, Result};
use object::Endianness;
use object::elf::FileHeader64;
use object::read::elf::FileHeader;

/// A version of glibc.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Glibc(pub u32, pub u32);

/// The newest that a release may need: every distribution of the last five years has it.
pub const OLDEST_SERVED: Glibc = Glibc(2, 31);

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Glibc {
    /// Reads what an ELF file asks for; none if it is static.
    ///
    /// # Errors
    /// This is no ELF file of 64 bits.
    pub fn needed_by(binary: &[u8]) -> Result<Option<Self>> {
        let elf = FileHeader64::<Endianness>::parse(binary)?;
        let endian = elf.endian()?;
        let sections = elf.sections(endian, binary)?;
        let Some((mut files, link)) = sections.gnu_verneed(endian, binary)? else {
            return Ok(None);
        };
        let strings = sections.strings(endian, binary, link)?;
        let mut newest = None;
        while let Some((_, mut versions)) = files.next()? {
            while let Some(version) = versions.next()? {
                let name = version.name(endian, strings)?;
                if let Some(version) = name.strip_prefix(b"GLIBC_") {
                    newest = newest.max(Some(Self::parse(&String::from_utf8_lossy(version))?));
                }
            }
        }
        Ok(newest)
    }

    /// Reads `2.31` or `2.2.5`, whose last part no two releases differ in.
    fn parse(version: &str) -> Result<Self> {
        let mut parts = version.split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Some(Self(major, minor)),
            _ => None,
        }
        .with_context(|| format!("GLIBC_{version} is no version of glibc"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Glibc::parse("2.2.5").unwrap() < OLDEST_SERVED);
        assert!(Glibc::parse("2.4").unwrap() < OLDEST_SERVED);
        assert!(Glibc::parse("2.34").unwrap() > OLDEST_SERVED);
        assert!(Glibc::parse("PRIVATE").is_err());
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn this_very_binary_needs_some_glibc() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(Glibc::needed_by(&own).unwrap().unwrap() >= Glibc(2, 17));
    }

    #[test]
    fn what_is_no_elf_file_is_an_error() {
        assert!(Glibc::needed_by(b"#!/bin/sh").is_err());
    }
}
