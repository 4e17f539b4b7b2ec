//! How much may still be asked of each service.

use std::time::Duration;

use jiff::Timestamp;

use super::client::Outbound;
use super::lane::Lane;
use anilist_trakt_sync_core::domain::Service;

/// How much of one kind of requests may go out just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The name of the lane.
    pub lane: &'static str,
    /// Whom it leads to.
    pub service: Service,
    /// How many requests go out in a window.
    pub limit: usize,
    /// How long a window is.
    pub window: Duration,
    /// How many of them are left. Where each person has a limit, of who has the fewest left.
    pub left: usize,
    /// How many the service itself says are left, where it does (`X-RateLimit-Remaining`).
    pub told: Option<u64>,
    /// Before when nothing goes out, because the service asked to wait or keeps failing.
    pub closed_until: Option<Timestamp>,
}

impl Outbound {
    /// What is left of each limit that this process keeps.
    pub fn budgets(&self) -> Vec<Budget> {
        self.paces()
            .iter()
            .filter_map(|(lane, pace)| Some(self.budget(*lane, pace.limit()?)))
            .collect()
    }

    fn budget(&self, lane: Lane, (limit, window): (usize, Duration)) -> Budget {
        let gates = self.gates_of(lane);
        let left = gates.iter().filter_map(|gate| gate.left()).min().unwrap_or(limit);
        let told = gates.iter().filter_map(|gate| gate.told()).min();
        let closed = gates.iter().filter_map(|gate| gate.closed()?.retry_at());
        let (service, closed_until) = (lane.service(), closed.max());
        Budget { lane: lane.name(), service, limit, window, left, told, closed_until }
    }
}
