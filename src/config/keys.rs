//! The keys that stored secrets are sealed with.

use super::Reader;
use crate::store::vault::{Key, Vault};

impl Reader<'_> {
    /// The keys in `ENCRYPTION_KEY`, with commas between: the first seals, the others only open.
    /// Its value is never told.
    pub(super) fn vault(&mut self) -> Vault {
        let Some(text) = self.text("ENCRYPTION_KEY") else { return Vault::default() };
        let keys: Vec<Option<Key>> = text.split(',').map(|key| Key::parse(key.trim())).collect();
        if let Some(at) = keys.iter().position(Option::is_none) {
            let count = keys.len();
            self.report(
                "ENCRYPTION_KEY",
                format!("has a key that is not 32 bytes in hexadecimal digits or base64: number {} of {count}", at + 1),
                "make one with `openssl rand -hex 32`; after a comma, list the old ones",
            );
        }
        Vault::new(keys.into_iter().flatten().collect())
    }
}
