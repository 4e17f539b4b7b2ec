//! What services answer to a code or a refresh token, read more leniently than the `oauth2` crate does by itself.

use std::fmt;
use std::time::Duration;

use oauth2::basic::{BasicErrorResponseType, BasicTokenType};
use oauth2::{AccessToken, ErrorResponse, RefreshToken, Scope, TokenResponse};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

use super::Given;
use crate::outbound::classify::shortened;
use crate::outbound::{Fault, or_none};
use secrecy::SecretString;

/// Tokens. Only these must be readable: a pair that is not taken is lost where its refresh token was used up.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Told {
    access_token: AccessToken,
    #[serde(default = "bearer", deserialize_with = "bearer_at_least")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "or_none")]
    expires_in: Option<Number>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

fn bearer_at_least<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BasicTokenType, D::Error> {
    Ok(or_none(deserializer)?.unwrap_or(BasicTokenType::Bearer))
}

impl TokenResponse for Told {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.expires_in.as_ref()?.as_f64()?).ok()
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl Told {
    pub(super) fn into_given(self) -> Given {
        let secret = |text: &str| SecretString::from(text.to_owned());
        Given {
            access_token: secret(self.access_token.secret()),
            refresh_token: self.refresh_token.as_ref().map(|token| secret(token.secret())),
            life: self.expires_in(),
        }
    }
}

/// A refusal (RFC 6749, 5.2). Some services say why in `message` instead of `error_description`.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Said {
    error: BasicErrorResponseType,
    #[serde(default, deserialize_with = "or_none")]
    error_description: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    message: Option<String>,
}

impl ErrorResponse for Said {}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl Said {
    fn words(&self) -> &str {
        let said = self.error_description.as_deref().or(self.message.as_deref());
        said.unwrap_or_else(|| self.error.as_ref())
    }

    /// What a refused code means.
    pub(super) fn fault(&self) -> Fault {
        match self.error {
            BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                Fault::AppGone
            }
            _ => Fault::Refused { status: 400, message: shortened(self.words()) },
        }
    }

    /// What a refused refresh token means. `MyAnimeList` calls a dead one an invalid request, and says in words what of
    /// it is invalid.
    pub(super) fn refresh_fault(&self) -> Fault {
        let names_token = || self.words().to_ascii_lowercase().contains("refresh token");
        match self.error {
            BasicErrorResponseType::InvalidGrant => Fault::SignedOut,
            BasicErrorResponseType::InvalidRequest if names_token() => Fault::SignedOut,
            _ => self.fault(),
        }
    }
}
