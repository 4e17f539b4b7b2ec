//! How Kitsu signs people in: by e-mail address or profile name, and password. It has no other way, and registers no
//! apps. The access token lives for 30 days; a renewal gives another refresh token.

use reqwest::Url;

use super::client::base;
use super::service::SIGN_IN;
use crate::oauth::PasswordFlow;
use crate::outbound::Outbound;

/// Kitsu's sign-in, at the address of its site.
pub fn sign_in(outbound: &Outbound, site: &Url) -> PasswordFlow {
    PasswordFlow::new(outbound.clone(), SIGN_IN, format!("{}/api/oauth/token", base(site)))
}
