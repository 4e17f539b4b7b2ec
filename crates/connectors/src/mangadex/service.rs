//! How MangaDex is asked: how fast, and what its statuses mean. Whoever goes on after a 429 is banned,
//! which is a 403 with a page (<https://api.mangadex.org/docs/2-limitations/>).

use std::time::Duration;

use jiff::Timestamp;

use super::MangaDexSettings;
use crate::outbound::classify::{common, told_to_wait};
use crate::outbound::{Answer, Fault, Lane, Pace};
use anilist_trakt_sync_core::domain::Service;

/// How long MangaDex is left alone after a 403. How long a ban lasts is told nowhere, and going on makes it
/// longer.
const BANNED_FOR: Duration = Duration::from_mins(30);

/// All requests to MangaDex.
pub const LANE: Lane =
    Lane::new("mangadex", Service::MANGADEX, judge).left_alone_when_blocked(BANNED_FOR);

/// The longest wait that is believed.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How fast MangaDex is asked: one request after the other, as it counts by the second.
pub fn paces(settings: &MangaDexSettings) -> Vec<(Lane, Pace)> {
    let interval = Duration::from_secs(1) / settings.rate_per_second.max(1);
    vec![(LANE, Pace::OneEach(interval))]
}

fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    match answer.status() {
        _ if answer.is_success() => None,
        429 => Some(Fault::RateLimited { until: allowed_again(answer, now) }),
        _ => Some(common(answer, now)),
    }
}

/// `X-RateLimit-Retry-After` is a time in Unix seconds.
fn allowed_again(answer: &Answer, now: Timestamp) -> Timestamp {
    let told = answer.header("x-ratelimit-retry-after").and_then(|text| text.trim().parse().ok());
    let until = told.and_then(|seconds| Timestamp::from_second(seconds).ok());
    until.map_or_else(|| told_to_wait(answer, now), |until| until.clamp(now, now + LONGEST_WAIT))
}
