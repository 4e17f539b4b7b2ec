//! A year of the person's days: evenings after work, long weekends, weeks away, and weeks of little else.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::super::dice::Dice;
use super::super::world::Evening;

/// How many days before today it goes back.
const DAYS: u32 = 364;

/// The days up to yesterday on which there is always something, so that a streak goes on.
const STREAK: u32 = 9;

/// Weeks, counted back from this one, in which nothing is watched.
const AWAY: [u32; 3] = [17, 18, 41];

/// Where the dice begin.
const SEED: u64 = 20_260;

/// All days up to yesterday on which there was something, in order. Today is the person's own.
pub(super) fn days(today: Date) -> Vec<Evening> {
    let mut dice = Dice(SEED);
    let mut mood = 0;
    let all = (1..=DAYS).rev().filter_map(|back| {
        if back % 7 == 0 {
            mood = dice.below(4);
        }
        let day = today.checked_sub(i64::from(back).days()).ok()?;
        let (episodes, chapters) = if AWAY.contains(&(back / 7)) {
            (0, dice.below(2) * dice.below(3))
        } else {
            evening(&mut dice, day, mood)
        };
        let least = u32::from(back <= STREAK && chapters == 0);
        let episodes = episodes.max(least);
        (episodes + chapters > 0).then_some(Evening { day, episodes, chapters })
    });
    all.collect()
}

/// Episodes and chapters of a day; more at the weekend, and in a week that is given to it.
fn evening(dice: &mut Dice, day: Date, mood: u32) -> (u32, u32) {
    let is_weekend = matches!(day.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday);
    let (likely, most) = if is_weekend { (8, 4 + mood) } else { (4 + mood, 2 + mood / 2) };
    let mut now_and_then = |likely: u32, most: u32| {
        let count = 1 + dice.below(most);
        if dice.below(10) < likely { count } else { 0 }
    };
    (now_and_then(likely, most), now_and_then(likely / 2, 2 * most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_has_full_and_empty_days_and_ends_with_a_streak() {
        let today = date(2026, 11, 21);
        let days = days(today);
        assert!((200..330).contains(&days.len()), "{}", days.len());
        assert!(days.is_sorted_by(|one, other| one.day < other.day));
        assert!(days.iter().all(|read| read.episodes <= 8 && read.chapters <= 16));
        let last: Vec<Date> = days.iter().rev().take(9).map(|read| read.day).collect();
        assert_eq!((last[0], last[8]), (date(2026, 11, 20), date(2026, 11, 12)));
        assert_eq!(days, super::days(today));
    }
}
