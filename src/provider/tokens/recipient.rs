//! For whom a token's value can be encrypted.

use age::x25519;
use crypto_box::aead::OsRng;
use crypto_box::{KEY_SIZE, PublicKey};
use curve25519_dalek::MontgomeryPoint;
use data_encoding::BASE64;

use crate::framework::types::Type;
use crate::provider::block::holds_token;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

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

    /// The key, if it is one, and written as keys are: the state goes by what was written.
    fn parse(written: &str) -> Option<Key> {
        if let Ok(key) = written.parse::<x25519::Recipient>() {
            let (_, bytes) = bech32::decode(written).ok()?;
            return (key.to_string() == written && is_safe(&bytes)).then_some(Key::Age(key));
        }
        let bytes = BASE64.decode(written.as_bytes()).ok()?;
        is_safe(&bytes).then(|| PublicKey::from_slice(&bytes).ok().map(Key::Box)).flatten()
    }
}

/// Whether these bytes are a key that keeps a secret: with a few others, zero among them, everybody
/// comes to the same shared secret (RFC 7748, section 6.1).
fn is_safe(bytes: &[u8]) -> bool {
    let Ok(bytes) = <[u8; KEY_SIZE]>::try_from(bytes) else { return false };
    // The topmost bit counts for nothing, so that a key could be written in two ways.
    let is_canonical = bytes[KEY_SIZE - 1] < 0x80;
    is_canonical && MontgomeryPoint(bytes).mul_clamped([1; 32]).0 != [0; KEY_SIZE]
}

/// Those who can read a value, one at least. Who wants it encrypted for nobody gives no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients(Set<Recipient>);

impl Recipients {
    /// Each of them.
    ///
    /// # Errors
    /// Not all of them are known yet.
    pub fn all(&self) -> Result<Vec<&Recipient>, NotKnownYet> {
        self.0.0.iter().filter_map(|one| one.value().transpose()).collect()
    }
}

impl AttributeType for Recipients {
    fn ty() -> Type {
        Set::<Recipient>::ty()
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let read = Set::<Recipient>::read(value)?;
        if read.0.is_empty() || read.0.iter().any(Attr::is_null) {
            // Otherwise a variable that is null would put the value itself into the state.
            return Err(Invalid::new(
                said::NO_RECIPIENT,
                "encrypt_to names nobody, or has a null among its keys. If the value is meant to be \
                 in the state itself, leave encrypt_to out, or make it null as a whole.",
            ));
        }
        Ok(Self(read))
    }

    fn write(self) -> Value {
        self.0.write()
    }

    fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
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

/// Whether a text holds a secret that has no business among public keys.
pub fn is_secret(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let is_private = ["AGE-SECRET-KEY-", "PRIVATE KEY"].iter().any(|mark| upper.contains(mark));
    is_private || holds_token(text)
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
        assert!(is_secret(&private) && is_secret("# created: 2027\n age-secret-key-1"));
        let short = BASE64.encode(&[7; 31]);
        let unpadded = BASE64.encode(&[7; 32]).trim_end_matches('=').to_owned();
        // With these everybody comes to the same secret: zero, one, and one with the bit that
        // counts for nothing.
        let (mut one, mut odd) = ([0; 32], [0; 32]);
        (one[0], odd[0], odd[31]) = (1, 9, 0x80);
        let weak = [[0; 32], one, odd].map(|bytes| BASE64.encode(&bytes));
        let hrp = bech32::Hrp::parse("age").unwrap();
        let zero = bech32::encode::<bech32::Bech32>(hrp, &[0; 32]).unwrap();
        let upper = x25519::Identity::generate().to_public().to_string().to_uppercase();
        let weak = weak.iter().chain([&zero, &upper]).map(String::as_str);
        let others = [&private, "", "age1", "ssh-ed25519 AAAA", &short, &unpadded];
        for text in others.into_iter().chain(weak) {
            let refused = recipient(text).expect_err(text);
            assert!(text.is_empty() || text == "age1" || !refused.detail.contains(text), "{text}");
        }
    }
}
