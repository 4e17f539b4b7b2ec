//! Whose list is asked for.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Whose list is asked for, and by what right: a token, or a name where the list is public. The token
/// wins over the name.
#[derive(Debug, Clone, Default)]
pub struct ListOwner {
    /// A token of the list's owner.
    pub token: Option<SecretString>,
    /// The owner's name on AniList.
    pub username: Option<String>,
}

impl ListOwner {
    /// Whoever this token is of.
    pub fn of(token: &SecretString) -> Self {
        Self { token: Some(token.clone()), username: None }
    }

    /// Whether anybody's list is meant at all.
    pub fn is_known(&self) -> bool {
        self.token.is_some() || self.username.is_some()
    }

    /// Changes when another token or name is given, and tells nothing about the token.
    pub fn identity(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.token.as_ref().map(ExposeSecret::expose_secret).hash(&mut hasher);
        self.username.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// When the token ends, read from the token itself and not verified. None without a token, or
    /// when it is not a JWT.
    pub fn token_expiry(&self) -> Option<Timestamp> {
        expiry(self.token.as_ref()?.expose_secret())
    }
}

#[derive(Deserialize)]
struct Claims {
    /// Seconds; some issuers write a fraction.
    exp: f64,
}

fn expiry(token: &str) -> Option<Timestamp> {
    let payload = token.split('.').nth(1)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    let since_epoch = jiff::SignedDuration::try_from_secs_f64(claims.exp).ok()?;
    Timestamp::from_duration(since_epoch).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_token_says_when_it_ends() {
        let end = Some("2027-05-01T00:00:00Z".parse().unwrap());
        assert_eq!(expiry(&token(r#"{"exp":1809129600,"sub":"1"}"#)), end);
        assert_eq!(expiry(&token(r#"{"exp":1809129600.0}"#)), end);
    }

    #[test]
    fn a_token_that_is_no_jwt_ends_at_no_known_time() {
        let odd =
            [String::new(), "abc".into(), "a.b.c".into(), token("{}"), token(r#"{"exp":1e300}"#)];
        for text in odd {
            assert_eq!(expiry(&text), None, "{text}");
        }
    }
}
