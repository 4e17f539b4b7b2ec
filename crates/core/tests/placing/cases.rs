//! The cases that make placing hard, each with the trap beside it.

use anilist_trakt_sync_core::domain::{AiringStatus, Format, Reason, Show, Source, Verdict};
use anilist_trakt_sync_core::placing::claims::Rule;
use anilist_trakt_sync_core::placing::place::{ResolvedClaim, Shows, Target};

use super::scene::{
    FILM, SHOW, claim, decide_among, entry, film, only_show, place, place_film, placed, season,
    show, summary,
};

use Source::{Anibridge, Fribbs, Manual, Otaku};

fn titan() -> Show {
    show(&[
        (0, 1, 8, "2013-12-09"),
        (1, 1, 25, "2013-04-07"),
        (2, 1, 12, "2017-04-01"),
        (3, 1, 12, "2018-07-23"),
        (3, 13, 10, "2019-04-29"),
    ])
}

#[test]
fn a_plain_season_is_verified_by_its_date() {
    let entry = entry(Format::Tv, 12, "2017-04-01");
    assert_eq!(placed(&entry, &[season(Fribbs, 2, 0)], titan()), "verified S2E1…S2E12");
}

#[test]
fn a_later_cour_starts_after_its_offset() {
    let entry = entry(Format::Tv, 10, "2019-04-29");
    let claims = [season(Otaku, 3, 12), season(Fribbs, 3, 12)];
    assert_eq!(placed(&entry, &claims, titan()), "verified S3E13…S3E22");
}

#[test]
fn a_later_cour_is_found_by_its_date_when_the_sources_miss_it() {
    let entry = entry(Format::Tv, 10, "2019-04-29");
    let claims = [season(Otaku, 4, 0), season(Fribbs, 3, 0)];
    assert_eq!(placed(&entry, &claims, titan()), "likely S3E13…S3E22");
}

#[test]
fn two_sources_that_agree_on_the_rest_of_a_season_are_believed_against_its_dates() {
    let weekly = show(&[(3, 1, 22, "2018-07-23")]);
    let entry = entry(Format::Tv, 10, "2019-04-29");
    let both = [season(Anibridge, 3, 12), season(Fribbs, 3, 12)];
    assert_eq!(placed(&entry, &both, weekly.clone()), "likely S3E13…S3E22");
    assert_eq!(placed(&entry, &both[1..], weekly.clone()), "conflict");
    // Otaku has TheTVDB's numbers and Fribbs TMDB's, which agree here.
    let both = [season(Otaku, 3, 12), season(Fribbs, 3, 12)];
    assert_eq!(placed(&entry, &both, weekly), "likely S3E13…S3E22");
    // Where another season began that day it is another matter.
    let other = show(&[(3, 1, 22, "2018-07-23"), (4, 1, 12, "2019-04-29")]);
    assert_eq!(place(&entry, &both, other).placement, None);
}

#[test]
fn a_season_that_trakt_merged_into_another_is_found_by_its_date() {
    let merged = show(&[(1, 1, 24, "2020-10-03"), (1, 25, 23, "2023-07-06")]);
    let entry = entry(Format::Tv, 23, "2023-07-06");
    let claims = [season(Otaku, 2, 0), season(Fribbs, 2, 0)];
    assert_eq!(placed(&entry, &claims, merged), "likely S1E25…S1E47");
}

#[test]
fn a_date_a_day_off_is_the_same_broadcast() {
    let entry = entry(Format::Tv, 12, "2017-04-02");
    assert_eq!(placed(&entry, &[season(Fribbs, 2, 0)], titan()), "verified S2E1…S2E12");
}

#[test]
fn a_date_a_week_off_is_off_by_an_episode() {
    // An entry whose first episode is a special: from the second on the season is right.
    let with_episode_0 = show(&[(0, 2, 1, "2023-07-03"), (2, 1, 24, "2023-07-10")]);
    let entry = entry(Format::Tv, 13, "2023-07-03");
    let claims = [season(Otaku, 2, 0), season(Fribbs, 2, 0)];
    assert_eq!(placed(&entry, &claims, with_episode_0), "conflict");
}

#[test]
fn a_season_that_fits_exactly_may_be_some_weeks_off() {
    let streamed_early = show(&[(1, 1, 12, "2017-04-20")]);
    let entry = entry(Format::Tv, 12, "2017-04-01");
    assert_eq!(placed(&entry, &[season(Fribbs, 1, 0)], streamed_early), "likely S1E1…S1E12");
}

#[test]
fn absolute_numbers_inside_seasons_are_kept() {
    let long = show(&[(1, 1, 61, "1999-10-20"), (2, 62, 16, "2001-03-21")]);
    let mut entry = entry(Format::Tv, 0, "1999-10-20");
    entry.media.episodes = None;
    entry.progress = 62;
    let claims = [claim(Otaku, Rule::Continuous, Target::Show(SHOW)), only_show(Fribbs)];
    assert_eq!(placed(&entry, &claims, long), "verified S1E1…S2E62");
}

#[test]
fn a_long_show_without_a_season_is_counted_through() {
    let long = show(&[(1, 1, 39, "1989-04-26"), (2, 1, 35, "1990-03-01"), (3, 1, 33, "")]);
    let entry = entry(Format::Tv, 107, "1989-04-26");
    assert_eq!(placed(&entry, &[only_show(Fribbs)], long), "verified S1E1…S3E33");
}

#[test]
fn a_season_that_runs_out_is_only_continued_when_the_dates_agree() {
    let entry = entry(Format::Tv, 12, "2016");
    let short = show(&[(1, 1, 12, "2016-01-07"), (2, 1, 12, "2017-01-07")]);
    let decision = place(&entry, &[season(Fribbs, 1, 8)], short);
    assert_eq!((decision.placement, decision.reason), (None, Some(Reason::EpisodesMissing)));
}

#[test]
fn a_film_is_a_film_even_when_a_source_lists_it_as_a_special() {
    let entry = entry(Format::Movie, 1, "2013-12-16");
    let claims = [film(Otaku), season(Fribbs, 0, 1)];
    let of_year = |year, claims: &[ResolvedClaim]| {
        summary(&place_film(&entry, claims, titan(), year), &entry)
    };
    assert_eq!(of_year(2013, &claims), "likely film 11325");
    assert_eq!(of_year(2013, &[film(Anibridge), film(Fribbs)]), "verified film 11325");
    // A film of another year is another film, however many name it.
    assert_eq!(of_year(1942, &[film(Anibridge), film(Fribbs)]), "conflict");
    assert_eq!(of_year(1942, &claims), "likely S0E2");
}

#[test]
fn a_series_is_never_a_film() {
    let series = entry(Format::Tv, 153, "1986-02-26");
    let listed = show(&[(1, 1, 153, "1986-02-26")]);
    let claims = [film(Otaku), only_show(Fribbs)];
    assert_eq!(placed(&series, &claims, listed), "verified S1E1…S1E153");
}

#[test]
fn several_episodes_are_not_one_film() {
    let ova = entry(Format::Ova, 3, "2013-12-09");
    assert_eq!(place(&ova, &[film(Otaku)], titan()).verdict, Verdict::Conflict);
}

#[test]
fn a_special_goes_among_the_specials() {
    let ova = entry(Format::Ova, 3, "2013-12-09");
    assert_eq!(placed(&ova, &[season(Fribbs, 0, 0)], titan()), "verified S0E1…S0E3");
}

#[test]
fn a_special_is_not_taken_for_the_episode_of_that_day() {
    let special = entry(Format::Special, 1, "2017-04-08");
    assert_eq!(place(&special, &[only_show(Fribbs)], titan()).placement, None);
}

#[test]
fn a_series_does_not_belong_among_the_specials() {
    let series = entry(Format::Tv, 3, "2014-02-09");
    assert_eq!(place(&series, &[season(Fribbs, 0, 0)], titan()).placement, None);
    // Unless a source and the day say so.
    let series = entry(Format::Tv, 3, "2013-12-09");
    assert_eq!(placed(&series, &[season(Fribbs, 0, 0)], titan()), "likely S0E1…S0E3");
}

#[test]
fn sources_that_disagree_without_dates_to_go_by_are_a_conflict() {
    let undated = show(&[(3, 1, 51, ""), (5, 1, 51, "")]);
    let series = entry(Format::Tv, 51, "2011-04-04");
    let claims = [season(Otaku, 3, 0), season(Fribbs, 5, 0)];
    assert_eq!(placed(&series, &claims, undated.clone()), "conflict");
    assert_eq!(placed(&series, &claims[..1], undated), "likely S3E1…S3E51");
}

#[test]
fn dates_settle_what_the_sources_do_not() {
    let dated = show(&[(3, 1, 51, "2011-04-04"), (5, 1, 51, "2015-04-08")]);
    let series = entry(Format::Tv, 51, "2011-04-04");
    let claims = [season(Fribbs, 5, 0), season(Otaku, 3, 0)];
    assert_eq!(placed(&series, &claims, dated), "verified S3E1…S3E51");
}

#[test]
fn a_season_that_trakt_does_not_list_is_no_place() {
    let series = entry(Format::Tv, 12, "2017");
    let decision = place(&series, &[season(Manual, 7, 0)], show(&[(1, 1, 3, "2001-01-01")]));
    assert_eq!(decision.reason, Some(Reason::EpisodesMissing));
}

#[test]
fn a_persons_word_wins_over_dates_and_sources() {
    let series = entry(Format::Tv, 12, "2017-04-01");
    let claims = [season(Manual, 1, 3), season(Otaku, 2, 0)];
    assert_eq!(placed(&series, &claims, titan()), "verified S1E4…S1E15");
}

#[test]
fn a_show_that_airs_is_placed_as_far_as_it_is_listed() {
    let airing = show(&[(2, 1, 7, "2026-01-16")]);
    let mut watching = entry(Format::Tv, 10, "2026-01-16");
    watching.status = anilist_trakt_sync_core::domain::ListStatus::Current;
    watching.progress = 6;
    watching.media.airing.status = Some(AiringStatus::Releasing);
    assert_eq!(placed(&watching, &[season(Fribbs, 2, 0)], airing), "verified S2E1…S2E6");
}

#[test]
fn nobody_names_it_and_trakt_does_not_have_it_are_told_apart() {
    let series = entry(Format::Tv, 12, "2017");
    let nobody = decide_among(&series, &[], &Shows::new());
    assert_eq!(nobody.reason, Some(Reason::NoCandidate));
    let gone = decide_among(&series, &[only_show(Otaku)], &Shows::from([(SHOW, None)]));
    assert_eq!(gone.reason, Some(Reason::NotOnTrakt));
}

#[test]
fn every_candidate_is_kept_with_its_findings() {
    let entry = entry(Format::Tv, 10, "2019-04-29");
    let decision = place(&entry, &[season(Otaku, 4, 0), season(Fribbs, 3, 12)], titan());
    let named: Vec<_> = decision.judged.iter().map(|judged| judged.source.name()).collect();
    assert_eq!(named, ["otaku", "fribbs", "breakpoints", "air_dates"]);
    assert!(decision.judged.iter().all(|judged| !judged.findings.is_empty()));
    assert!(!decision.detail.is_empty());
    assert_ne!(Target::Movie(FILM), decision.judged[0].target);
}
