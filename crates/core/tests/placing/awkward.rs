//! Further cases worth knowing: what shows, entries and sources do at their oddest.

use anilist_trakt_sync_core::domain::{
    Episode, Format, Reason, Show, Slot, Source, TraktEpisodeId, Verdict,
};
use anilist_trakt_sync_core::placing::claims::Rule;
use anilist_trakt_sync_core::placing::datasets::anibridge::Range;
use anilist_trakt_sync_core::placing::place::{ResolvedClaim, Target};
use anilist_trakt_sync_core::placing::prequels::Ahead;

use super::scene::{
    SHOW, claim, entry, film, only_show, place, place_after, placed, season, show, summary,
};

use Source::{Anibridge, Fribbs, Manual, Otaku};

/// AniBridge's word: each range as (first, last, season, number).
fn ranges(ranges: &[(u32, u32, u16, u32)]) -> ResolvedClaim {
    let range = |&(first, last, season, number): &(u32, u32, u16, u32)| Range {
        first,
        last: Some(last),
        start: Slot { season, number },
    };
    let rule = Rule::Ranges(ranges.iter().map(range).collect());
    claim(Anibridge, rule, Target::Show(SHOW))
}

/// Dragon Ball Z: long and old, yet its seasons restart.
fn dragon_ball_z() -> Show {
    show(&[(1, 1, 39, "1989-04-26"), (2, 1, 35, "1990-03-21"), (3, 1, 33, "1991-01-09")])
}

#[test]
fn a_long_old_show_whose_seasons_restart_is_counted_through() {
    let whole = entry(Format::Tv, 107, "1989-04-26");
    let decision = place(&whole, &[only_show(Otaku)], dragon_ball_z());
    assert_eq!(
        decision.placement.as_ref().unwrap().item(52).unwrap().to_string(),
        "S2E13 of show 1420"
    );
    assert_eq!(summary(&decision, &whole), "verified S1E1…S3E33");
}

#[test]
fn a_range_that_maps_a_series_to_one_film_is_never_believed() {
    let series = entry(Format::Tv, 153, "1986-02-26");
    let listed = show(&[(1, 1, 153, "1986-02-26")]);
    assert_eq!(placed(&series, &[film(Anibridge)], listed.clone()), "conflict");
    let both = [film(Anibridge), season(Otaku, 1, 0)];
    assert_eq!(placed(&series, &both, listed), "verified S1E1…S1E153");
}

#[test]
fn sources_that_disagree_wait_unless_the_live_show_settles_it() {
    let series = entry(Format::Tv, 51, "2011-04-04");
    let claims = [season(Otaku, 3, 0), season(Fribbs, 5, 0)];
    let undated = show(&[(3, 1, 51, ""), (5, 1, 51, "")]);
    assert_eq!(placed(&series, &claims, undated), "conflict");
    let dated = show(&[(3, 1, 50, "2010-04-05"), (5, 1, 51, "2011-04-04")]);
    assert_eq!(placed(&series, &claims, dated), "verified S5E1…S5E51");
}

/// Mushoku Tensei II as Trakt has it: the episode 0 is a special, the season begins a week later.
fn with_episode_0() -> Show {
    show(&[
        (0, 1, 1, "2022-03-16"),
        (0, 2, 1, "2023-07-02"),
        (1, 1, 23, "2021-01-11"),
        (2, 1, 12, "2023-07-09"),
    ])
}

#[test]
fn a_series_with_an_episode_0_is_not_off_by_one() {
    let series = entry(Format::Tv, 13, "2023-07-02");
    let by_hand = ranges(&[(1, 1, 0, 2), (2, 13, 2, 1)]);
    let sources = [season(Otaku, 2, 0), season(Fribbs, 2, 0)];
    assert_eq!(placed(&series, &sources, with_episode_0()), "likely S0E2…S2E12");
    let all = [&[by_hand][..], &sources].concat();
    assert_eq!(placed(&series, &all, with_episode_0()), "verified S0E2…S2E12");
    let without_special = entry(Format::Tv, 12, "2023-07-09");
    assert_eq!(placed(&without_special, &sources, with_episode_0()), "verified S2E1…S2E12");
}

#[test]
fn one_entry_over_several_seasons_goes_where_the_ranges_say() {
    let three =
        show(&[(1, 1, 12, "2014-04-06"), (2, 1, 13, "2014-07-06"), (4, 1, 11, "2014-10-05")]);
    let whole = entry(Format::Tv, 36, "2014-04-06");
    let claims = [ranges(&[(1, 12, 1, 1), (13, 25, 2, 1), (26, 36, 4, 1)])];
    assert_eq!(placed(&whole, &claims, three), "verified S1E1…S4E11");
}

#[test]
fn a_bundle_of_extras_keeps_the_holes_between_them() {
    let specials = show(&[(0, 1, 9, "2014-12-17"), (1, 1, 12, "2014-04-06")]);
    let bundle = entry(Format::Ova, 3, "2014-12-24");
    let decision = place(&bundle, &[ranges(&[(1, 2, 0, 2), (3, 3, 0, 7)])], specials);
    let placement = decision.placement.unwrap();
    let shown = [1, 2, 3].map(|abs| placement.item(abs).unwrap().to_string());
    assert_eq!(shown, ["S0E2 of show 1420", "S0E3 of show 1420", "S0E7 of show 1420"]);
}

#[test]
fn ranges_that_meet_on_one_episode_place_nothing() {
    let series = entry(Format::Tv, 4, "2015");
    let claims = [ranges(&[(1, 2, 1, 3), (3, 4, 1, 2)])];
    assert_eq!(placed(&series, &claims, show(&[(1, 1, 12, "2014-04-06")])), "conflict");
}

#[test]
fn a_film_in_several_parts_is_no_film_of_one_part() {
    let parts = entry(Format::Movie, 3, "2014-12-24");
    assert_eq!(
        placed(&parts, &[film(Otaku), film(Fribbs)], show(&[(1, 1, 12, "2014-04-06")])),
        "conflict"
    );
    let specials = show(&[(0, 1, 3, "2014-12-24"), (1, 1, 12, "2014-04-06")]);
    let claims = [film(Otaku), season(Fribbs, 0, 0)];
    assert_eq!(placed(&parts, &claims, specials), "verified S0E1…S0E3");
}

/// A show whose seasons have these numbers, in order, from a date.
fn numbered(season: u16, numbers: &[u32], date: &'static str) -> Show {
    let listed = show(&[(season, 1, u32::try_from(numbers.len()).unwrap(), date)]);
    let renumbered = listed.episodes().iter().zip(numbers).map(|(episode, &number)| Episode {
        slot: Slot { season, number },
        id: TraktEpisodeId(u64::from(number) + 1),
        ..episode.clone()
    });
    Show::new(SHOW, renumbered.collect())
}

#[test]
fn a_season_that_begins_at_0_or_has_holes_is_taken_as_it_is_listed() {
    let series = entry(Format::Tv, 4, "2014-04-06");
    let from_0 = numbered(1, &[0, 1, 2, 3], "2014-04-06");
    assert_eq!(placed(&series, &[season(Fribbs, 1, 0)], from_0), "verified S1E0…S1E3");
    let holes = numbered(1, &[1, 2, 5, 9], "2014-04-06");
    let decision = place(&series, &[season(Fribbs, 1, 0)], holes);
    assert_eq!(decision.placement.unwrap().item(3).unwrap().to_string(), "S1E5 of show 1420");
}

#[test]
fn seasons_numbered_by_year_are_seasons() {
    let by_year = show(&[(2013, 1, 50, "2013-01-06"), (2014, 1, 50, "2014-01-05")]);
    let series = entry(Format::Tv, 50, "2014-01-05");
    assert_eq!(placed(&series, &[only_show(Otaku)], by_year), "likely S2014E1…S2014E50");
}

#[test]
fn a_start_a_day_before_trakts_is_the_same_broadcast() {
    // Late in the evening in Japan: AniList's day is the one before Trakt's.
    let series = entry(Format::Tv, 12, "2014-04-05");
    let listed = show(&[(1, 1, 12, "2014-04-06")]);
    assert_eq!(placed(&series, &[season(Fribbs, 1, 0)], listed), "verified S1E1…S1E12");
}

#[test]
fn a_year_alone_proves_nothing_and_only_a_wrong_one_speaks_against_a_place() {
    let listed = show(&[(1, 1, 12, "2014-04-06")]);
    let right = entry(Format::Tv, 12, "2014");
    assert_eq!(placed(&right, &[season(Fribbs, 1, 0)], listed.clone()), "likely S1E1…S1E12");
    let wrong = entry(Format::Tv, 12, "2019");
    assert_eq!(placed(&wrong, &[season(Fribbs, 1, 0)], listed), "conflict");
}

#[test]
fn an_entry_longer_than_the_show_waits() {
    let series = entry(Format::Tv, 24, "2014-04-06");
    let listed = show(&[(1, 1, 12, "2014-04-06")]);
    let decision = place(&series, &[season(Fribbs, 1, 0)], listed);
    assert_eq!(decision.reason, Some(Reason::EpisodesMissing));
}

#[test]
fn an_offset_beyond_the_season_is_no_place() {
    let series = entry(Format::Tv, 12, "2017");
    let listed = show(&[(1, 1, 12, "")]);
    let decision = place(&series, &[season(Fribbs, 1, 40)], listed);
    assert_eq!((decision.placement, decision.reason), (None, Some(Reason::EpisodesMissing)));
}

#[test]
fn the_persons_word_is_obeyed_even_where_the_show_is_shorter() {
    let series = entry(Format::Tv, 24, "2014-04-06");
    let decision = place(&series, &[season(Manual, 1, 0)], show(&[(1, 1, 12, "2014-04-06")]));
    assert_eq!((decision.verdict, decision.placement.unwrap().len()), (Verdict::Verified, 12));
}

/// A work of ten episodes of which nobody knows more than the show, and Trakt no dates.
fn counted(numbers_go_on: bool, ahead: Option<Ahead>) -> String {
    let second = if numbers_go_on { 13 } else { 1 };
    let undated = show(&[(1, 1, 12, ""), (2, second, 10, "")]);
    let sequel = entry(Format::Tv, 10, "2019-04-29");
    summary(&place_after(&sequel, &[only_show(Otaku)], undated, ahead), &sequel)
}

#[test]
fn what_comes_before_tells_where_counting_begins() {
    assert_eq!(counted(false, Some(Ahead::Episodes(12))), "likely S2E1…S2E10");
    assert_eq!(counted(true, Some(Ahead::Episodes(12))), "likely S2E13…S2E22");
    for other in [Ahead::Episodes(0), Ahead::Unknown, Ahead::Episodes(500)] {
        assert_eq!(counted(false, Some(other)), "unmapped", "{other:?}");
    }
    // What continues nothing is the first season where that has as many episodes.
    let first = entry(Format::Tv, 12, "2019-04-29");
    let undated = || show(&[(1, 1, 12, ""), (2, 1, 10, "")]);
    let ahead = |ahead| place_after(&first, &[only_show(Otaku)], undated(), Some(ahead));
    assert_eq!(summary(&ahead(Ahead::Episodes(0)), &first), "likely S1E1…S1E12");
    assert_eq!(summary(&ahead(Ahead::Unknown), &first), "unmapped");
}
