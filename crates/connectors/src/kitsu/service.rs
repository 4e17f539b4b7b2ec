//! How Kitsu is asked: how fast, and what its statuses mean.

use std::time::Duration;

use jiff::Timestamp;

use super::KitsuSettings;
use super::error::words;
use crate::outbound::classify::common;
use crate::outbound::{Answer, Fault, Lane, Pace};
use anilist_trakt_sync_core::domain::Service;

/// How long Kitsu is left alone after a page of its edge, which has challenges for browsers at times.
const BLOCKED_FOR: Duration = Duration::from_mins(5);

/// All requests to Kitsu's JSON:API.
pub const LANE: Lane =
    Lane::new("kitsu", Service::KITSU, judge).left_alone_when_blocked(BLOCKED_FOR);

/// The requests of its sign-in.
pub(super) const SIGN_IN: Lane = Lane::new("kitsu_sign_in", Service::KITSU, |answer, now| {
    match answer.status() {
        // A page with this status is not the service speaking, and calls no token dead.
        401 => Some(Fault::Blocked),
        _ => (!answer.is_success()).then(|| common(answer, now)),
    }
});

/// Passwords tried in a minute: it allows 15 from an address (its `rack-attack.rb`).
const PASSWORDS: u32 = 12;

/// How fast Kitsu is asked: one request after the other, and fewer passwords than it allows.
pub fn paces(settings: &KitsuSettings) -> Vec<(Lane, Pace)> {
    let minute = Duration::from_mins(1);
    vec![
        (LANE, Pace::OneEach(minute / settings.rate_per_minute.max(1))),
        (SIGN_IN, Pace::Window(PASSWORDS, minute)),
    ]
}

/// Pages stand for an outage or a block at the edge, whatever their status; only Kitsu itself calls a token dead.
fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    match answer.status() {
        401 | 403 if answer.is_html() => Some(Fault::Blocked),
        _ if answer.is_success() => answer.is_html().then_some(Fault::Blocked),
        401 => Some(Fault::SignedOut),
        403 => Some(Fault::Refused { status: 403, message: words(answer.body()) }),
        // What deleting says at times of an entry that is gone.
        500 if words(answer.body()).contains("Couldn't find") => Some(Fault::NotFound),
        _ => Some(common(answer, now)),
    }
}
