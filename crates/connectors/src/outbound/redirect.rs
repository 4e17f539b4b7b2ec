//! Where a request may be sent on to.
//!
//! A redirect that keeps its method carries the body along to whatever host it names, and Trakt's
//! sign-in has the app's secret and the refresh token in there. So no service is followed anywhere;
//! the hosts of mapping files are, as they are asked without a secret and GitHub answers so.

use reqwest::Url;
use reqwest::redirect::Policy;

use super::error::Fault;

/// Redirects of a mapping file. GitHub needs two.
const MOST: usize = 5;

/// For everything that carries a secret: no redirect is followed, and each is an answer.
pub(super) fn none() -> Policy {
    Policy::none()
}

/// For mapping files: a redirect that may not be followed is the answer.
pub(super) fn of_files() -> Policy {
    Policy::custom(|attempt| {
        if may_follow(attempt.previous(), attempt.url()) {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

/// Whoever listens in between could put any file in place of one that is sent on from HTTPS to HTTP.
fn may_follow(before: &[Url], next: &Url) -> bool {
    let was_safe = before.iter().any(|url| url.scheme() == "https");
    before.len() <= MOST && matches!((next.scheme(), was_safe), ("https", _) | ("http", false))
}

/// The fault of a status that sends a request on (RFC 9110, 15.4). 304 is none of them.
pub(super) fn fault(status: u16) -> Option<Fault> {
    matches!(status, 300..=303 | 307 | 308).then_some(Fault::Redirected { status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_followed_from_https_to_http_and_not_for_ever() {
        let url = |text: &&str| Url::parse(text).unwrap();
        let many = ["https://a.example"; MOST + 1];
        let table: [(&[&str], &str, bool); 8] = [
            (&["https://a.example"], "https://b.example", true),
            (&["http://a.example"], "https://b.example", true),
            (&["http://a.example"], "http://b.example", true),
            (&["https://a.example"], "http://a.example", false),
            (&["http://a.example", "https://b.example"], "http://c.example", false),
            (&["https://a.example", "https://b.example"], "http://c.example", false),
            (&many[1..], "https://b.example", true),
            (&many, "https://b.example", false),
        ];
        for (before, next, followed) in table {
            let chain: Vec<Url> = before.iter().map(url).collect();
            assert_eq!(may_follow(&chain, &url(&next)), followed, "{before:?} {next}");
        }
    }
}
