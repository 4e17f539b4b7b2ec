//! Days, which Kitsu keeps as instants.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use anilist_trakt_sync_core::domain::FuzzyDate;

/// The day that an instant stands for.
///
/// Programs write days as midnight (taiga, `MALSync`) or noon (this one) in UTC. Any other time of day is when Kitsu filled
/// the date by itself, or its site did: that is a day where the person is.
pub(super) fn day(instant: Timestamp, zone: &TimeZone) -> FuzzyDate {
    let written = instant.to_zoned(TimeZone::UTC);
    let is_day =
        instant.as_second().rem_euclid(HALF_A_DAY) == 0 && instant.subsec_nanosecond() == 0;
    let day = if is_day { written.date() } else { instant.to_zoned(zone.clone()).date() };
    FuzzyDate { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
}

const HALF_A_DAY: i64 = 12 * 60 * 60;

/// A day as it is written: noon in UTC, which is the same day everywhere but in the far east of the date line.
pub(super) fn instant(day: Date) -> String {
    format!("{day}T12:00:00.000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_was_written_is_that_day_everywhere_and_a_moment_is_the_day_where_it_was() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let day = |text: &str| day(text.parse().unwrap(), &zone).to_string();
        assert_eq!(day("2021-05-03T00:00:00.000Z"), "2021-05-03");
        assert_eq!(day("2021-05-03T12:00:00.000Z"), "2021-05-03");
        assert_eq!(day("2021-05-03T12:00:00.500Z"), "2021-05-03");
        assert_eq!(day("2021-05-03T16:00:00.000Z"), "2021-05-04");
        assert_eq!(day("2021-05-03T00:30:00.000+09:00"), "2021-05-03");
        assert_eq!(day("1969-12-31T12:00:00Z"), "1969-12-31");
    }

    #[test]
    fn a_day_is_read_as_it_was_written() {
        let zone = TimeZone::get("Pacific/Kiritimati").unwrap();
        let written = instant(jiff::civil::date(2026, 2, 28));
        assert_eq!(written, "2026-02-28T12:00:00.000Z");
        assert_eq!(day(written.parse().unwrap(), &zone).to_string(), "2026-02-28");
    }
}
