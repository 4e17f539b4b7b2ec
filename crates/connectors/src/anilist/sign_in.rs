//! How AniList signs people in: an authorization code for a token that lives for a year. There is no
//! refresh token, and there are no scopes (AniList's API guide, "Authorization Code Grant").

use reqwest::Url;

use super::service::SIGN_IN;
use crate::oauth::CodeFlow;
use crate::outbound::Outbound;

/// AniList's sign-in, at the address of its site.
pub fn sign_in(outbound: &Outbound, site: &Url) -> CodeFlow {
    let at = |path: &str| {
        let mut url = site.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/api/v2/oauth/{path}"));
        url
    };
    CodeFlow::new(outbound.clone(), SIGN_IN, at("authorize"), at("token"))
}
