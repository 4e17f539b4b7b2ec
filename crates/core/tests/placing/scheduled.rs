//! The day of each episode, by AniList's schedule.

use anilist_trakt_sync_core::domain::{Entry, Episode, Format, Show, Source};
use anilist_trakt_sync_core::placing::decision::Decision;
use anilist_trakt_sync_core::placing::place::{Case, Facts, ResolvedClaim, decide};
use jiff::Span;
use jiff::civil::Date;

use super::scene::{SHOW, ended, entry, only_show, range, season, show, slots_of};

use Source::Fribbs;

/// Weekly days, with so many more from these numbers on.
fn weekly(first: &str, count: u32, breaks: &[(u32, i64)]) -> Vec<Date> {
    let first: Date = first.parse().unwrap();
    let day = |number: u32| {
        let more: i64 = breaks.iter().filter(|(at, _)| *at <= number).map(|(_, days)| days).sum();
        first.checked_add(Span::new().days(i64::from(number - 1) * 7 + more)).unwrap()
    };
    (1..=count).map(day).collect()
}

fn by_days(entry: &Entry, claims: &[ResolvedClaim], show: Show, days: Vec<Date>) -> Decision {
    let facts = Facts { days, ..Facts::default() };
    decide(&Case { entry, claims, facts: &facts }, &[(SHOW, Some(show))].into())
}

fn without(show: &Show, numbers: &[u32]) -> Show {
    let kept = |episode: &&Episode| !numbers.contains(&episode.slot.number);
    Show::new(show.id, show.episodes().iter().filter(kept).cloned().collect())
}

#[test]
fn a_recap_inside_a_season_is_left_out() {
    let season_of_13 = || show(&[(1, 1, 13, "2024-01-06")]);
    let series = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-30");
    let days = weekly("2024-01-06", 12, &[(7, 7)]);
    let found = by_days(&series, &[season(Fribbs, 1, 0)], season_of_13(), days.clone());
    assert_eq!(
        slots_of(&found, 12),
        "S1E1 S1E2 S1E3 S1E4 S1E5 S1E6 S1E8 S1E9 S1E10 S1E11 S1E12 S1E13"
    );
    // Days in a weekly row all say the same: where nobody names the beginning, shorts beside the
    // season may have them too.
    let found = by_days(&series, &[only_show(Fribbs)], season_of_13(), days.clone());
    assert_eq!(found.placement, None);
    // Against what an editor wrote by hand, days are a doubt and no more.
    let found = by_days(&series, &[range(12, 1, 1)], season_of_13(), days);
    assert_eq!(found.placement, None);
}

#[test]
fn an_episode_that_is_not_listed_leaves_a_gap() {
    let listed = || {
        let all = without(&show(&[(1, 1, 13, "2024-01-06")]), &[6]);
        let renumbered = (1..).zip(all.episodes()).map(|(number, episode)| {
            let mut episode = episode.clone();
            episode.slot.number = number;
            episode
        });
        Show::new(SHOW, renumbered.collect())
    };
    let series = ended(&entry(Format::Tv, 13, "2024-01-06"), "2024-03-30");
    let days = weekly("2024-01-06", 13, &[]);
    let found = by_days(&series, &[season(Fribbs, 1, 0)], listed(), days);
    assert_eq!(slots_of(&found, 8), "S1E1 S1E2 S1E3 S1E4 S1E5 - S1E6 S1E7");
    assert_eq!(slots_of(&found, 13).split(' ').next_back(), Some("S1E12"));
}

#[test]
fn what_trakt_lists_of_a_finished_series_is_sure_where_the_days_agree() {
    let series = ended(&entry(Format::Tv, 13, "2024-01-06"), "2024-03-30");
    let listed = || show(&[(1, 1, 8, "2024-01-06")]);
    let claims = [season(Fribbs, 1, 0)];
    let found = by_days(&series, &claims, listed(), weekly("2024-01-06", 13, &[]));
    assert_eq!(slots_of(&found, 9), "S1E1 S1E2 S1E3 S1E4 S1E5 S1E6 S1E7 S1E8 -");
    // Halves of what Trakt counts as one do not air on its days.
    let shorts = ended(&entry(Format::Ona, 23, "2024-01-06"), "2024-03-23");
    let days: Vec<_> =
        weekly("2024-01-06", 12, &[]).into_iter().flat_map(|day| [day, day]).collect();
    let found = by_days(&shorts, &claims, show(&[(1, 1, 12, "2024-01-06")]), days);
    assert_eq!(found.placement, None);
}

#[test]
fn few_days_and_a_schedule_that_begins_late_tell_nothing() {
    let series = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-30");
    let season_of_13 = || show(&[(1, 1, 13, "2024-01-06")]);
    for days in [weekly("2024-01-06", 2, &[]), weekly("2024-01-20", 12, &[])] {
        let found = by_days(&series, &[season(Fribbs, 1, 0)], season_of_13(), days);
        assert_eq!(found.placement, None);
    }
}

#[test]
fn a_day_late_everywhere_is_the_same_schedule() {
    let series = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-30");
    let days = weekly("2024-01-07", 12, &[(7, 7)]);
    let found = by_days(&series, &[season(Fribbs, 1, 0)], show(&[(1, 1, 13, "2024-01-06")]), days);
    assert_eq!(slots_of(&found, 7), "S1E1 S1E2 S1E3 S1E4 S1E5 S1E6 S1E8");
}

#[test]
fn a_schedule_that_ends_early_says_nothing_of_what_follows() {
    // The entry's last day, which it does not reach, contradicts the place.
    let series = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-30");
    let found = by_days(
        &series,
        &[season(Fribbs, 1, 0)],
        show(&[(1, 1, 13, "2024-01-06")]),
        weekly("2024-01-06", 5, &[]),
    );
    assert_eq!(slots_of(&found, 7), "S1E1 S1E2 S1E3 S1E4 S1E5 - -");
}

#[test]
fn days_alone_number_no_part_of_a_run() {
    let shorts = ended(&entry(Format::Tv, 8, "2024-01-20"), "2024-03-09");
    let days = weekly("2024-01-20", 8, &[]);
    let found = by_days(&shorts, &[only_show(Fribbs)], show(&[(1, 1, 24, "2024-01-06")]), days);
    assert_eq!(found.placement, None);
}

#[test]
fn a_schedule_takes_no_every_second_segment_and_leaves_no_season_in_its_midst() {
    let series = entry(Format::Tv, 12, "2024-01-06");
    let twice: Vec<Episode> = show(&[(1, 1, 12, "2024-01-06")])
        .episodes()
        .iter()
        .flat_map(|one| {
            [1, 0].map(|first| {
                let mut half = one.clone();
                half.slot.number = one.slot.number * 2 - first;
                half
            })
        })
        .collect();
    let days = || weekly("2024-01-06", 12, &[]);
    let found = by_days(&series, &[season(Fribbs, 1, 0)], Show::new(SHOW, twice), days());
    assert_eq!(found.placement, None);
    // The second season has shorts that are shown on the same days.
    let beside =
        show(&[(1, 1, 4, "2024-01-06"), (1, 5, 8, "2024-02-17"), (2, 1, 12, "2024-01-06")]);
    let found = by_days(&series, &[only_show(Fribbs)], beside, days());
    assert!(!slots_of(&found, 12).contains("S2"), "{}", slots_of(&found, 12));
}
