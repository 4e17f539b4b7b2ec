//! Passwords, hashed by argon2id (RFC 9106) with the parameters that OWASP recommends: 19 MiB, two passes.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::hub::error::{Error, Result};

/// How many are hashed at once. Each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// How many may wait for that. A guesser with many addresses takes no more memory.
const WAITING: usize = 64;

/// Of a password nobody has: an unknown name takes as long as a known one.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aXNoZXJlMTIzNA$J7a2gKzPFcV2xqGX5tUJ3JpWQbD3cF7cH2oQ4pV0m0A";

/// Hashes and checks passwords, a few at once.
#[derive(Debug, Clone)]
pub(super) struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let semaphore = |places| Arc::new(Semaphore::new(places));
        Self { running: semaphore(AT_ONCE), waiting: semaphore(AT_ONCE + WAITING) }
    }
}

impl Passwords {
    /// The hash to keep, with a salt of its own, in PHC's format.
    pub(super) async fn hash(&self, password: SecretString) -> Result<String> {
        let hashed = self.apart(move || {
            let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|cause| Error::Internal(cause.to_string()))
        });
        hashed.await?
    }

    /// Whether it is the password of this hash. Where there is none, it takes as long to say no.
    pub(super) async fn is(&self, password: SecretString, hash: Option<&str>) -> Result<bool> {
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        self.apart(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                let password = password.expose_secret().as_bytes();
                Argon2::default().verify_password(password, &hash).is_ok()
            })
        })
        .await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let _place = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        let gone = |_| Error::Internal("the place for hashing is gone".to_owned());
        let _turn = self.running.acquire().await.map_err(gone)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|cause| Error::Internal(format!("hashing a password broke off: {cause}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_its_own_and_no_others() {
        let passwords = Passwords::default();
        let hash = passwords.hash("demo1234".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(passwords.hash("demo1234".into()).await.unwrap(), hash, "each has its salt");
        assert!(passwords.is("demo1234".into(), Some(&hash)).await.unwrap());
        for wrong in ["demo12345", "Demo1234", "", "demo1234\0"] {
            assert!(!passwords.is(wrong.into(), Some(&hash)).await.unwrap(), "{wrong:?}");
        }
        assert!(!passwords.is("demo1234".into(), None).await.unwrap());
        assert!(!passwords.is("demo1234".into(), Some("not a hash")).await.unwrap());
    }

    #[test]
    fn nobodys_hash_is_as_dear_as_a_persons() {
        let hash = PasswordHash::new(NOBODYS).unwrap();
        let parameters = hash.params.to_string();
        assert_eq!((hash.algorithm.as_str(), parameters.as_str()), ("argon2id", "m=19456,t=2,p=1"));
    }
}
