//! How `MyAnimeList` signs people in: an authorization code with a proof that is its own challenge (method `plain`). The
//! access token lives for an hour, the refresh token for a month, and both are new after each renewal
//! (<https://myanimelist.net/apiconfig/references/authorization>).

use reqwest::Url;

use super::service::SIGN_IN;
use crate::oauth::CodeFlow;
use crate::outbound::Outbound;

/// `MyAnimeList`'s sign-in, at the address of its site. It takes no code without a [`Proof`](crate::oauth::Proof).
pub fn sign_in(outbound: &Outbound, site: &Url) -> CodeFlow {
    let at = |path: &str| {
        let mut url = site.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/v1/oauth2/{path}"));
        url
    };
    CodeFlow::new(outbound.clone(), SIGN_IN, at("authorize"), at("token"))
}
