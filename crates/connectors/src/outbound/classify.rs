//! What a status and body mean, as far as that is the same everywhere. What is a service's own, its
//! lane says.

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Answer;
use super::error::Fault;
use super::lane::Lane;
use super::{redirect, retry};

/// The longest part of a service's own words that is passed on.
const LONGEST_MESSAGE: usize = 200;

/// The fault an answer stands for, or none when it is what was asked for.
pub(super) fn fault(
    lane: Lane,
    answer: &Answer,
    expected: &[u16],
    now: Timestamp,
) -> Option<Fault> {
    if expected.contains(&answer.status()) && !answer.is_html() {
        return None;
    }
    if let Some(fault) = redirect::fault(answer.status()) {
        return Some(fault);
    }
    lane.judge(answer, now)
}

/// What statuses mean everywhere.
pub fn common(answer: &Answer, now: Timestamp) -> Fault {
    match answer.status() {
        403 => Fault::Blocked,
        404 if !answer.is_html() => Fault::NotFound,
        429 => Fault::RateLimited { until: told_to_wait(answer, now) },
        status @ (408 | 500..) => Fault::Outage { status },
        status => Fault::Refused { status, message: message(answer) },
    }
}

/// Until when a refused request asks to wait.
pub fn told_to_wait(answer: &Answer, now: Timestamp) -> Timestamp {
    answer.retry_after(now).unwrap_or_else(|| retry::default_block(now))
}

/// What a service says about its refusal, in its own words.
fn message(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let said = ["error_description", "error", "status_message", "message"]
        .iter()
        .find_map(|name| body.get(name)?.as_str())
        .map(shortened);
    // Trakt's validation gives a list.
    said.or_else(|| body.get("errors").map(|errors| shortened(&errors.to_string())))
        .unwrap_or_else(|| format!("status {}", answer.status()))
}

/// A service's own words, as far as they are passed on.
pub fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_MESSAGE).collect()
}
