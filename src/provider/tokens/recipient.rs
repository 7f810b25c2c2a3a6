//! For whom a token's value can be encrypted.

use age::x25519;
use crypto_box::aead::OsRng;
use crypto_box::{KEY_SIZE, PublicKey};
use data_encoding::BASE64;

use crate::framework::prelude::*;
use crate::framework::types::Type;
use crate::provider::messages::tokens as said;

/// A public key, as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    written: String,
    key: Key,
}

#[derive(Clone, PartialEq, Eq)]
enum Key {
    /// `age1…`: what is encrypted is an armored file of age.
    Age(x25519::Recipient),
    /// 32 bytes of X25519 in base64: what is encrypted is a sealed box of libsodium in base64, as
    /// GitHub's API takes secrets.
    Box(PublicKey),
}

impl Recipient {
    /// The key as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Encrypts a text. The same text comes out differently each time.
    ///
    /// # Errors
    /// The library can't, and says why.
    pub fn encrypt(&self, text: &str) -> Result<String, String> {
        match &self.key {
            Key::Age(key) => {
                age::encrypt_and_armor(key, text.as_bytes()).map_err(|error| error.to_string())
            }
            Key::Box(key) => {
                let sealed = key.seal(&mut OsRng, text.as_bytes());
                sealed.map(|sealed| BASE64.encode(&sealed)).map_err(|error| error.to_string())
            }
        }
    }

    fn parse(written: &str) -> Option<Key> {
        if let Ok(key) = written.parse() {
            return Some(Key::Age(key));
        }
        let bytes = BASE64.decode(written.as_bytes()).ok()?;
        <[u8; KEY_SIZE]>::try_from(bytes).ok().map(|bytes| Key::Box(PublicKey::from(bytes)))
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.written)
    }
}

impl AttributeType for Recipient {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let written = String::read(value)?;
        match Self::parse(&written) {
            Some(key) => Ok(Self { written, key }),
            // A private key may have been written here, so that it is not shown.
            None => Err(Invalid::new(
                said::RECIPIENT,
                "A recipient is a public key: age1… as age-keygen prints it, or the base64 of 32 \
                 bytes as GitHub's API gives it (the key of github_actions_public_key).",
            )),
        }
    }

    fn write(self) -> Value {
        self.written.into()
    }
}

/// Whether a text is age's form of a private key, which has no business in a configuration.
pub fn is_private_key(text: &str) -> bool {
    text.trim_start().to_ascii_uppercase().starts_with("AGE-SECRET-KEY-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(text: &str) -> Result<Recipient, Invalid> {
        Recipient::read(text.into())
    }

    #[test]
    fn only_the_holder_of_the_private_key_reads_it() {
        let key = crypto_box::SecretKey::generate(&mut OsRng);
        let sealed = recipient(&BASE64.encode(key.public_key().as_bytes())).unwrap();
        let sealed = BASE64.decode(sealed.encrypt("value").unwrap().as_bytes()).unwrap();
        assert_eq!(key.unseal(&sealed).unwrap(), b"value");

        let key = x25519::Identity::generate();
        let armored = recipient(&key.to_public().to_string()).unwrap().encrypt("value").unwrap();
        assert!(armored.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
        assert_eq!(age::decrypt(&key, armored.as_bytes()).unwrap(), b"value");
    }

    #[test]
    fn what_is_no_public_key_is_refused_and_not_shown() {
        let private = x25519::Identity::generate();
        let private = age::secrecy::ExposeSecret::expose_secret(&private.to_string()).to_owned();
        assert!(is_private_key(&private) && is_private_key(" age-secret-key-1"));
        let short = BASE64.encode(&[7; 31]);
        let unpadded = BASE64.encode(&[7; 32]).trim_end_matches('=').to_owned();
        for text in [&private, "", "age1", "ssh-ed25519 AAAA", &short, &unpadded] {
            let refused = recipient(text).expect_err(text);
            assert!(text.is_empty() || text == "age1" || !refused.detail.contains(text), "{text}");
        }
    }
}
