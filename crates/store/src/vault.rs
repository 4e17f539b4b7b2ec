//! Secrets as the store keeps them: sealed with `ENCRYPTION_KEY`, where there is one.
//!
//! A sealed text is `sealed:1:<key id>:<base64url of nonce, ciphertext and tag>`: AES-256-GCM
//! with a nonce of chance for each text (NIST SP 800-38D), and the name of the record as associated
//! data, so that one record cannot stand in for another. The first key seals; every one opens.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// What a sealed text begins with. No token does.
const MARK: &str = "sealed:1:";

/// The length of a key, in bytes.
const KEY_LEN: usize = 32;

/// A key of `ENCRYPTION_KEY`.
#[derive(Clone)]
pub struct Key {
    id: String,
    bytes: Arc<SecretBox<[u8; KEY_LEN]>>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.id).finish()
    }
}

impl Key {
    /// A key as people write it: 32 bytes as 64 hexadecimal digits or in base64.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = from_hex(text).or_else(|| BASE64_STANDARD.decode(text).ok())?;
        Some(Self::new(bytes.try_into().ok()?))
    }

    fn new(bytes: [u8; KEY_LEN]) -> Self {
        let hash = digest(&SHA256, &[b"anilist-trakt-sync key id".as_slice(), &bytes].concat());
        let id = hash.as_ref().iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte));
        let id = format!("{id:08x}");
        Self { id, bytes: Arc::new(SecretBox::new(Box::new(bytes))) }
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, VaultError> {
        RandomizedNonceKey::new(&AES_256_GCM, self.bytes.expose_secret())
            .map_err(|_| VaultError::Failed)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len() == 2 * KEY_LEN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    is_hex.then(|| (0..text.len()).step_by(2).map(byte).collect())?
}

/// A stored secret that cannot be read, or one that cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with a key that is not listed.
    #[error("it is encrypted with a key that ENCRYPTION_KEY does not list: {0}")]
    UnknownKey(String),
    /// It is cut off, was changed, or belongs to another record.
    #[error("it is encrypted and damaged")]
    Damaged,
    /// The cipher failed; it only does without chance to draw from.
    #[error("it cannot be encrypted")]
    Failed,
}

/// A secret that was read.
#[derive(Debug)]
pub struct Opened {
    /// The secret.
    pub secret: SecretString,
    /// Whether it is stored as it would be today; if not, it should be sealed anew.
    pub is_current: bool,
}

/// Seals and opens secrets.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    keys: Vec<Key>,
}

impl Vault {
    /// The first key seals. Without any, secrets are stored as they are.
    pub fn new(keys: Vec<Key>) -> Self {
        Self { keys }
    }

    /// Whether secrets are sealed.
    pub fn seals(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The secret as it is stored in the record of this name.
    pub fn seal(&self, record: &str, secret: &SecretString) -> Result<String, VaultError> {
        let Some(key) = self.keys.first() else { return Ok(secret.expose_secret().to_owned()) };
        let mut text = secret.expose_secret().as_bytes().to_vec();
        let nonce = key.cipher()?.seal_in_place_append_tag(Aad::from(record), &mut text);
        let nonce = nonce.map_err(|_| VaultError::Failed)?;
        let sealed = BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &text].concat());
        Ok(format!("{MARK}{}:{sealed}", key.id))
    }

    /// The secret that is stored in the record of this name.
    pub fn open(&self, record: &str, stored: &str) -> Result<Opened, VaultError> {
        let Some(sealed) = stored.strip_prefix(MARK) else {
            return Ok(Opened { secret: stored.into(), is_current: !self.seals() });
        };
        let (id, sealed) = sealed.split_once(':').ok_or(VaultError::Damaged)?;
        let at = self.keys.iter().position(|key| key.id == id);
        let at = at.ok_or_else(|| VaultError::UnknownKey(shown(id)))?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| VaultError::Damaged)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN).ok_or(VaultError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Damaged)?;
        let (cipher, mut text) = (self.keys[at].cipher()?, text.to_vec());
        let opened = cipher.open_in_place(nonce, Aad::from(record), &mut text);
        let opened = opened.map_err(|_| VaultError::Damaged)?;
        let secret = std::str::from_utf8(opened).map_err(|_| VaultError::Damaged)?;
        Ok(Opened { secret: secret.into(), is_current: at == 0 })
    }
}

/// A stored id, which may be anything.
fn shown(id: &str) -> String {
    id.chars().filter(char::is_ascii_graphic).take(8).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vault(keys: &[u8]) -> Vault {
        Vault::new(keys.iter().map(|byte| Key::new([*byte; KEY_LEN])).collect())
    }

    fn opened(vault: &Vault, stored: &str) -> (String, bool) {
        let opened = vault.open("record", stored).unwrap();
        (opened.secret.expose_secret().to_owned(), opened.is_current)
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_is_never_the_same_twice(text in ".{0,200}") {
            let (vault, secret) = (vault(&[1]), SecretString::from(text.clone()));
            let one = vault.seal("record", &secret).unwrap();
            let two = vault.seal("record", &secret).unwrap();
            prop_assert_ne!(&one, &two);
            prop_assert_eq!(opened(&vault, &one), (text.clone(), true));
            prop_assert_eq!(opened(&vault, &two), (text, true));
        }

        #[test]
        fn a_changed_text_does_not_open(at in 0_usize..60, with in "[A-Za-z0-9_-]") {
            let vault = vault(&[1]);
            let stored = vault.seal("record", &"a-secret-of-some-length".into()).unwrap();
            let begin = MARK.len() + 9;
            let mut changed = stored.clone();
            changed.replace_range(begin + at..=begin + at, &with);
            prop_assume!(changed != stored);
            prop_assert_eq!(vault.open("record", &changed).unwrap_err(), VaultError::Damaged);
        }
    }

    #[test]
    fn without_a_key_a_secret_is_stored_as_it_is() {
        let vault = Vault::default();
        assert_eq!(vault.seal("record", &"plain".into()).unwrap(), "plain");
        assert_eq!(opened(&vault, "plain"), ("plain".to_owned(), true));
    }

    #[test]
    fn what_was_stored_before_there_was_a_key_is_to_be_sealed() {
        assert_eq!(opened(&vault(&[1]), "plain"), ("plain".to_owned(), false));
    }

    #[test]
    fn an_old_key_opens_and_the_new_one_seals() {
        let stored = vault(&[1]).seal("record", &"text".into()).unwrap();
        assert_eq!(opened(&vault(&[2, 1]), &stored), ("text".to_owned(), false));
        let sealed = vault(&[2, 1]).seal("record", &"text".into()).unwrap();
        assert_eq!(opened(&vault(&[2]), &sealed), ("text".to_owned(), true));
        let unknown = vault(&[2]).open("record", &stored).unwrap_err();
        assert!(matches!(unknown, VaultError::UnknownKey(id) if id.len() == 8));
    }

    #[test]
    fn a_sealed_text_is_good_for_its_own_record_only() {
        let stored = vault(&[1]).seal("record", &"text".into()).unwrap();
        assert_eq!(vault(&[1]).open("other", &stored).unwrap_err(), VaultError::Damaged);
    }

    #[test]
    fn broken_texts_are_refused() {
        for bad in ["", "x", "00000000", "00000000:", "00000000:AA", "é:AA"] {
            vault(&[1]).open("record", &format!("{MARK}{bad}")).unwrap_err();
        }
        let id = &vault(&[1]).keys[0].id;
        for bad in ["", "AA", "AAAAAAAAAAAAAAAA", "*"] {
            let stored = format!("{MARK}{id}:{bad}");
            assert_eq!(vault(&[1]).open("record", &stored).unwrap_err(), VaultError::Damaged);
        }
    }

    #[test]
    fn a_key_is_32_bytes_in_hexadecimal_digits_or_base64() {
        let hex = "0f".repeat(32);
        let base64 = BASE64_STANDARD.encode([0x0f; 32]);
        assert_eq!(Key::parse(&hex).unwrap().id, Key::parse(&base64).unwrap().id);
        for bad in ["", "hush", &hex[..62], &BASE64_STANDARD.encode([1; 31])] {
            assert!(Key::parse(bad).is_none(), "{bad}");
        }
        assert!(!format!("{:?}", Key::parse(&hex)).contains("0f0f"));
    }
}
