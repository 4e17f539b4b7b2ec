//! When a request may be sent again.

use std::time::Duration;

use backon::ExponentialBuilder;
use jiff::Timestamp;

use super::error::Fault;
use super::gate::ahead;

/// The longest wait that a service may ask for and that is still slept.
const LONGEST_SLEEP: Duration = Duration::from_secs(3);
/// The longest wait that is believed.
const LONGEST_BLOCK: Duration = Duration::from_hours(24);
/// What to wait when a service says "too many requests" and not how long: AniList's own block
/// lasts a minute, and Trakt's window for writes is shorter.
const DEFAULT_BLOCK: Duration = Duration::from_mins(1);

/// Three tries in all, further and further apart.
pub(super) fn backoff(first: Duration) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(first)
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(2)
        .with_jitter()
}

/// How long to wait before a repeat after this fault, or none when it is not to be repeated.
///
/// `delay` is what the back-off would wait. A request that timed out has used its time up.
pub(super) fn delay(
    fault: &Fault,
    delay: Duration,
    now: Timestamp,
    patience: Duration,
) -> Option<Duration> {
    match fault {
        Fault::Outage { .. } | Fault::Unreachable { .. } | Fault::BrokenOff { .. } => Some(delay),
        Fault::RateLimited { until } => {
            let wait = ahead(now, *until);
            (wait <= LONGEST_SLEEP.min(patience)).then(|| wait.max(delay))
        }
        _ => None,
    }
}

/// The time a `Retry-After` header names: a number of seconds or an HTTP date (RFC 9110, 10.2.3).
pub(super) fn parse_retry_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    let until = match text.parse::<u32>() {
        Ok(seconds) => now + Duration::from_secs(seconds.into()),
        Err(_) => jiff::fmt::rfc2822::parse(text).ok()?.timestamp(),
    };
    Some(until.clamp(now, now + LONGEST_BLOCK))
}

/// When to try again after a refusal that does not say.
pub(super) fn default_block(now: Timestamp) -> Timestamp {
    now + DEFAULT_BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let table = [
            ("120", Some("2026-11-01T12:02:00Z")),
            (" 0 ", Some("2026-11-01T12:00:00Z")),
            ("Sun, 01 Nov 2026 12:00:30 GMT", Some("2026-11-01T12:00:30Z")),
            ("Sun, 01 Nov 2020 12:00:30 GMT", Some("2026-11-01T12:00:00Z")),
            ("4000000000", Some("2026-11-02T12:00:00Z")),
            ("soon", None),
            ("-5", None),
            ("", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|time| time.parse::<Timestamp>().unwrap());
            assert_eq!(parse_retry_after(text, now()), expected, "{text:?}");
        }
    }

    #[test]
    fn only_outages_and_short_waits_are_repeated() {
        let (short, patience) = (Duration::from_millis(250), Duration::from_secs(5));
        let wait = |fault| delay(&fault, short, now(), patience);
        let limited = |seconds| Fault::RateLimited { until: now() + Duration::from_secs(seconds) };
        assert_eq!(wait(Fault::Outage { status: 503 }), Some(short));
        assert_eq!(wait(Fault::Unreachable { cause: String::new() }), Some(short));
        assert_eq!(wait(limited(0)), Some(short));
        assert_eq!(wait(limited(3)), Some(Duration::from_secs(3)));
        assert_eq!(wait(limited(4)), None);
        assert_eq!(wait(Fault::TimedOut), None);
        assert_eq!(wait(Fault::SignedOut), None);
        assert_eq!(wait(Fault::BreakerOpen { until: now() }), None);
    }

    #[test]
    fn a_caller_without_patience_does_not_wait_for_a_repeat() {
        let fault = Fault::RateLimited { until: now() + Duration::from_secs(1) };
        assert_eq!(delay(&fault, Duration::ZERO, now(), Duration::ZERO), None);
    }
}
