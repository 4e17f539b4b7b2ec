//! How AniList is asked: how fast, and what its answers mean. Its GraphQL errors may come with any HTTP
//! status, 200 included.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::AniListSettings;
use crate::outbound::classify::{common, shortened, told_to_wait};
use crate::outbound::{Answer, Fault, Lane, Pace};
use anilist_trakt_sync_core::domain::Service;

/// All requests to AniList.
pub const LANE: Lane = Lane::new("ani_list", Service::ANILIST, anilist);

/// The requests of AniList's sign-in, which are few and are not GraphQL.
pub(super) const SIGN_IN: Lane = Lane::new("ani_list_sign_in", Service::ANILIST, |answer, now| {
    match answer.status() {
        // A page with this status is not the service speaking, and calls no token dead.
        401 => Some(Fault::Blocked),
        _ => (!answer.is_success()).then(|| common(answer, now)),
    }
});

/// How fast AniList is asked.
pub fn paces(settings: &AniListSettings) -> Vec<(Lane, Pace)> {
    vec![(LANE, Pace::Window(settings.rate_per_minute, Duration::from_mins(1)))]
}

#[derive(Deserialize)]
struct GraphQl {
    #[serde(default)]
    errors: Option<Vec<GraphQlError>>,
    #[serde(default, rename = "data")]
    _data: IgnoredAny,
}

#[derive(Deserialize)]
struct GraphQlError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: Option<u16>,
}

fn anilist(answer: &Answer, now: Timestamp) -> Option<Fault> {
    let body: Option<GraphQl> = serde_json::from_slice(answer.body()).ok();
    let error = body.and_then(|body| body.errors).and_then(|errors| errors.into_iter().next());
    match error {
        Some(error) => Some(graphql(answer, &error, now)),
        None if answer.is_success() => None,
        None if answer.status() == 401 => Some(Fault::SignedOut),
        None => Some(common(answer, now)),
    }
}

fn graphql(answer: &Answer, error: &GraphQlError, now: Timestamp) -> Fault {
    // Without a status of its own an error under HTTP 200 is still a refusal.
    let outer = if answer.is_success() { 400 } else { answer.status() };
    match error.status.unwrap_or(outer) {
        401 => Fault::SignedOut,
        400 if error.message.to_ascii_lowercase().contains("invalid token") => Fault::SignedOut,
        403 => Fault::Blocked,
        404 => Fault::NotFound,
        429 => Fault::RateLimited { until: told_to_wait(answer, now) },
        status @ 500.. => Fault::Outage { status },
        status => Fault::Refused { status, message: shortened(&error.message) },
    }
}
