//! What is signed for who signed in: JSON Web Tokens (RFC 7519) by HMAC-SHA-256.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::hub::error::{Error, Result};

/// What a token is for. What is signed for anything else is none of these.
const SESSION: &str = "session";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The name of who signed in; empty for who has the service's own token.
    pub sub: String,
    /// When it ends, in Unix seconds.
    pub exp: i64,
    /// When it was made, in Unix seconds.
    pub iat: i64,
    /// Always `session`.
    pub typ: String,
    /// The session's number of chance.
    pub jti: String,
    /// The version of the credentials it was made with.
    pub ver: u32,
}

impl Claims {
    /// Of somebody who signs in now, until `end`.
    pub(super) fn new(sub: String, ver: u32, jti: String, now: Timestamp, end: Timestamp) -> Self {
        let typ = SESSION.to_owned();
        Self { sub, exp: end.as_second(), iat: now.as_second(), typ, jti, ver }
    }
}

/// Signs tokens and checks them.
pub(super) struct Key {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    pub(super) fn new(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        Self { signing: EncodingKey::from_secret(bytes), checking: DecodingKey::from_secret(bytes) }
    }

    pub(super) fn sign(&self, claims: &Claims) -> Result<String> {
        encode(&Header::new(Algorithm::HS256), claims, &self.signing)
            .map_err(|cause| Error::Internal(format!("a token could not be signed: {cause}")))
    }

    /// What a token says that this key signed for a session and that has not ended.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // By the service's own clock, below.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &self.checking, &validation).ok()?.claims;
        (claims.typ == SESSION && now.as_second() < claims.exp).then_some(claims)
    }
}

/// A text of chance with 256 bits, in base64url.
pub(crate) fn chance() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes_of_chance::<32>()?))
}

/// The same with 384 bits, which has 64 characters.
pub(super) fn long_chance() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes_of_chance::<48>()?))
}

/// Bytes that nobody can guess.
pub(super) fn bytes_of_chance<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)
        .map_err(|_| Error::Internal("there is no chance to be had".to_owned()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-28T12:00:00Z".parse().unwrap()
    }

    fn claims() -> Claims {
        let end = noon() + jiff::SignedDuration::from_hours(24);
        Claims::new("mika".to_owned(), 1, "abc".to_owned(), noon(), end)
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_ends() {
        let key = Key::new(&"secret".into());
        let token = key.sign(&claims()).unwrap();
        assert_eq!(key.check(&token, noon()), Some(claims()));
        assert_eq!(key.check(&token, noon() + jiff::SignedDuration::from_hours(24)), None);
    }

    #[test]
    fn what_another_key_signed_or_nobody_is_no_token() {
        let key = Key::new(&"secret".into());
        let token = key.sign(&claims()).unwrap();
        let other = Key::new(&"another".into()).sign(&claims()).unwrap();
        let [head, body, mark] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("{token}")
        };
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
        let larger = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS384","typ":"JWT"}"#);
        let changed = BASE64_URL_SAFE_NO_PAD.encode(
            serde_json::to_string(&Claims { sub: "admin".to_owned(), ..claims() }).unwrap(),
        );
        for bad in [
            other,
            unsigned,
            format!("{larger}.{body}.{mark}"),
            format!("{head}.{changed}.{mark}"),
            format!("{head}.{body}"),
            String::new(),
            "...".to_owned(),
        ] {
            assert_eq!(key.check(&bad, noon()), None, "{bad}");
        }
    }

    #[test]
    fn what_was_signed_for_something_else_is_no_session() {
        let key = Key::new(&"secret".into());
        let state = key.sign(&Claims { typ: "state".to_owned(), ..claims() }).unwrap();
        assert_eq!(key.check(&state, noon()), None);
    }
}
