//! Signing in at an identity provider by OpenID Connect: the authorization code flow with PKCE.
//!
//! Whom the provider knows, `accounts` finds or welcomes; this is the protocol alone.

#[cfg(feature = "oidc")]
mod client;
#[cfg(not(feature = "oidc"))]
#[path = "oidc/without.rs"]
mod client;

use reqwest::Url;
use secrecy::SecretString;

pub use self::client::Oidc;

/// Whether this program was built with it.
pub const IS_BUILT: bool = cfg!(feature = "oidc");

/// As which app the provider is asked.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// `OIDC_ISSUER`: the provider, as it names itself in what it signs, to the letter.
    pub issuer: String,
    /// The same as an address.
    pub url: Url,
    /// `OIDC_CLIENT_ID`: the app's id.
    pub client_id: String,
    /// `OIDC_CLIENT_SECRET`: the app's secret; a public app has none.
    pub client_secret: Option<SecretString>,
}
