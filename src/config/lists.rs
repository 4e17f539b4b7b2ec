//! When lists are synced by themselves.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::Reader;
use crate::hub::schedule::{ListSchedule, Schedule};

const SCHEDULE: &str = "LISTS_SCHEDULE";

impl Reader<'_> {
    pub(super) fn auto(&mut self) -> ListSchedule {
        let ListSchedule { schedule: usual, push_delay } = ListSchedule::default();
        let usual_ms = u64::try_from(push_delay.as_millis()).unwrap_or_default();
        let push_delay = self.number("PUSH_DELAY_MS", usual_ms, 0..=600_000);
        let schedule = self.text(SCHEDULE).map_or(usual.clone(), str::to_owned);
        let is_read = Schedule::parse(&schedule, TimeZone::UTC).is_some();
        if !is_read {
            let hint = "write minute, hour, day, month and weekday, such as */30 * * * *";
            self.report(SCHEDULE, format!("is no schedule that ever comes: {schedule}"), hint);
        }
        let schedule = if is_read { schedule } else { usual };
        ListSchedule { schedule, push_delay: Duration::from_millis(push_delay) }
    }
}
