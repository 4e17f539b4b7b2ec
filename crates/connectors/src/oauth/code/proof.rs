//! The proof that whoever brings a code back is who asked for it (RFC 7636).

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use secrecy::{ExposeSecret as _, SecretString};

/// So many random bytes are written with 64 characters.
const BYTES: u32 = 48;

/// A code verifier: 43 to 128 letters, digits and `-._~`. It is as secret as the code it goes with.
#[derive(Debug, Clone)]
pub struct Proof(SecretString);

/// The text is no code verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code verifier has 43 to 128 letters, digits, dots, dashes, underscores and tildes")]
pub struct InvalidProof;

impl Proof {
    /// A new one of 64 random characters.
    pub fn random() -> Self {
        let (_, verifier) = PkceCodeChallenge::new_random_sha256_len(BYTES);
        Self(SecretString::from(verifier.into_secret()))
    }

    /// The one that was kept as text.
    pub fn read(text: &str) -> Result<Self, InvalidProof> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_one = (43..=128).contains(&text.len()) && text.bytes().all(is_plain);
        is_one.then(|| Self(SecretString::from(text.to_owned()))).ok_or(InvalidProof)
    }

    /// The text, to be kept until the code comes.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// The verifier itself as the challenge: `MyAnimeList` knows no other method.
    pub(super) fn plain_challenge(&self) -> PkceCodeChallenge {
        PkceCodeChallenge::from_code_verifier_plain(&self.verifier())
    }

    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.0.expose_secret().to_owned())
    }
}
