//! What goes wrong in the real world, kind by kind: dates and counts as noisy as they are, extras,
//! films, season 0, and copies that agree with each other.

use anilist_trakt_sync_core::domain::{
    AnilistId, Episode, Film, Format, ScheduledEpisode, Show, Slot, Source, TraktEpisodeId,
    TraktMovieId, Verdict,
};
use anilist_trakt_sync_core::placing::claims::{Around, Rule};
use anilist_trakt_sync_core::placing::place::{
    Beside, Case, Facts, Neighbour, ResolvedClaim, Shows, Target, decide,
};
use anilist_trakt_sync_core::placing::prequels::Ahead;

use super::scene::{
    FILM, SHOW, claim, ended, entry, film, only_show, place, placed, range, season, show, slots,
    watched, with,
};

use Source::{Anibridge, Fribbs, Otaku, Saved};

// 1: a day alone does not outvote a source.

#[test]
fn a_day_in_a_weekly_row_is_no_place_against_a_source() {
    let weekly = || show(&[(1, 1, 36, "2024-01-06")]);
    for early in ["2024-03-23", "2024-03-24", "2024-04-06"] {
        let cour = entry(Format::Tv, 12, early);
        let one = placed(&cour, &[season(Fribbs, 1, 12)], weekly());
        assert!(!one.contains("S1E12…") && !one.contains("S1E14…"), "{early}: {one}");
        let two = [season(Fribbs, 1, 12), range(12, 1, 13)];
        assert_eq!(placed(&cour, &two, weekly()), "likely S1E13…S1E24", "{early}");
    }
}

#[test]
fn a_day_alone_is_no_place_without_a_beginning_and_a_count() {
    let weekly = || show(&[(1, 1, 36, "2024-01-06")]);
    for count in [5, 12] {
        let cour = entry(Format::Tv, count, "2024-03-30");
        assert_eq!(place(&cour, &[only_show(Fribbs)], weekly()).placement, None, "{count}");
    }
    // After a break, to the season's end.
    let parted = show(&[(1, 1, 12, "2024-01-06"), (1, 13, 12, "2024-07-06")]);
    let cour = entry(Format::Tv, 12, "2024-07-06");
    assert_eq!(placed(&cour, &[only_show(Fribbs)], parted), "likely S1E13…S1E24");
}

// 2: one episode too many.

#[test]
fn one_episode_too_many_never_runs_into_the_next_season() {
    for next in ["2024-04-06", "2024-07-06", "2025-01-05", ""] {
        let two = || show(&[(1, 1, 12, "2024-01-06"), (2, 1, 12, next)]);
        for surplus in 1..=2 {
            let long = entry(Format::Tv, 12 + surplus, "2024-01-06");
            for claims in [vec![season(Fribbs, 1, 0)], vec![season(Fribbs, 1, 0), range(12, 1, 1)]]
            {
                let placed = place(&long, &claims, two()).placement;
                let last = placed.and_then(|placed| placed.item(13));
                assert_eq!(last, None, "{surplus} more, next season {next:?}");
            }
        }
    }
}

#[test]
fn what_is_one_too_many_for_the_next_work_waits() {
    let merged = || show(&[(1, 1, 12, "2024-01-06"), (1, 13, 12, "2024-07-06")]);
    let mut first = season(Fribbs, 1, 0);
    first.claim.around = Around { room: Some(12), ..Around::default() };
    let long = entry(Format::Tv, 13, "2024-01-06");
    let last = |claims: &[ResolvedClaim]| {
        slots(&long, claims, merged(), 13).split(' ').next_back().unwrap().to_owned()
    };
    assert_eq!(last(std::slice::from_ref(&first)), "-");
    // Unless it is written episode by episode.
    assert_eq!(last(&[first, range(13, 1, 1)]), "S1E13");
}

#[test]
fn dates_that_run_on_or_a_whole_show_reach_over_a_season() {
    let yearly = show(&[(2010, 1, 39, "2010-04-04"), (2011, 1, 52, "2011-01-02")]);
    let mut airing = watched(&entry(Format::Tv, 80, "2010-04-04"), 80);
    airing.media.episodes = None;
    assert_eq!(placed(&airing, &[only_show(Fribbs)], yearly), "likely S2010E1…S2011E41");
    let whole = entry(Format::Tv, 51, "2010-04-04");
    let parted = show(&[(1, 1, 26, "2010-04-04"), (2, 1, 25, "2011-06-05")]);
    assert_eq!(placed(&whole, &[only_show(Fribbs)], parted), "verified S1E1…S2E25");
}

// 3: extras.

#[test]
fn an_extra_is_never_counted_from_the_first_episode_of_its_show() {
    let series = || show(&[(1, 1, 12, "2016-04-04")]);
    let extra = |format, count, start| entry(format, count, start);
    // Minis of the premiere's very day, as many as the season has.
    let said = claim(Anibridge, Rule::Specials, Target::Show(SHOW));
    for format in [Format::Ona, Format::TvShort, Format::Ova, Format::Special] {
        let minis = extra(format, 12, "2016-04-04");
        let claims = [said.clone(), only_show(Fribbs)];
        assert_eq!(place(&minis, &claims, series()).placement, None, "{format:?}");
        let facts = Facts { beside: [(SHOW, Beside::Here)].into(), ..Facts::default() };
        let related = with(&minis, &[only_show(Fribbs)], series(), &facts);
        assert!(!related.contains("S1E1"), "{format:?}: {related}");
    }
    let special = extra(Format::Special, 1, "2016-04-09");
    assert_eq!(place(&special, &[only_show(Fribbs)], series()).placement, None);
    // An OVA that is a show of its own, by day and count.
    let own = extra(Format::Ova, 12, "2016-04-04");
    assert_eq!(placed(&own, &[only_show(Fribbs)], series()), "likely S1E1…S1E12");
}

#[test]
fn what_a_source_has_among_the_specials_is_looked_for_there_by_its_day() {
    let both = show(&[(0, 1, 11, "2016-04-08"), (1, 1, 25, "2016-04-04")]);
    let minis = entry(Format::Ona, 11, "2016-04-08");
    let said = claim(Anibridge, Rule::Specials, Target::Show(SHOW));
    assert_eq!(placed(&minis, &[said], both), "likely S0E1…S0E11");
}

// 4: films.

fn films(years: &[i16]) -> (Vec<ResolvedClaim>, Facts) {
    let ids = (1..).map(TraktMovieId).take(years.len());
    let claims = ids.clone().map(|id| claim(Fribbs, Rule::Film, Target::Movie(id))).collect();
    let film = |year: &i16| Some(Film { year: Some(*year), ..Film::default() });
    (claims, Facts { films: ids.zip(years.iter().map(film)).collect(), ..Facts::default() })
}

#[test]
fn a_film_needs_its_year_or_its_title() {
    let work = entry(Format::Movie, 1, "2016-07-23");
    let none = || Show::new(SHOW, Vec::new());
    for (year, expected) in [(2016, "likely film 1"), (2014, "unmapped"), (1942, "unmapped")] {
        let (claims, facts) = films(&[year]);
        assert_eq!(with(&work, &claims, none(), &facts).replace("conflict", "unmapped"), expected);
    }
    let title = |title: &str| Facts {
        films: [(FILM, Some(Film { title: Some(title.into()), ..Film::default() }))].into(),
        ..Facts::default()
    };
    assert_eq!(with(&work, &[film(Fribbs)], none(), &title("Shingeki")), "likely film 11325");
    let other = with(&work, &[film(Fribbs)], none(), &title("Andy Hardy"));
    assert!(!other.contains("film"), "{other}");
    // Nobody has looked, or Trakt has no such film.
    assert_eq!(place(&work, &[film(Fribbs), film(Otaku)], none()).placement, None);
    let gone = Facts { films: [(FILM, None)].into(), ..Facts::default() };
    assert!(!with(&work, &[film(Anibridge), film(Otaku)], none(), &gone).contains("film"));
}

#[test]
fn of_several_films_of_a_row_the_one_of_that_year_is_it() {
    let second = entry(Format::Movie, 1, "2019-01-12");
    let none = || Show::new(SHOW, Vec::new());
    let (claims, facts) = films(&[2017, 2019, 2021]);
    assert_eq!(with(&second, &claims, none(), &facts), "likely film 2");
    // Two of one year, and no day to tell them apart.
    let (claims, facts) = films(&[2019, 2019]);
    assert_eq!(with(&second, &claims, none(), &facts), "conflict");
    let (claims, mut facts) = films(&[2019, 2019]);
    for (id, released) in [(1, "2019-01-12"), (2, "2019-08-30")] {
        let film = facts.films.get_mut(&TraktMovieId(id)).unwrap().as_mut().unwrap();
        film.released = Some(released.parse().unwrap());
    }
    assert_eq!(with(&second, &claims, none(), &facts), "verified film 1");
}

#[test]
fn what_was_saved_before_confirms_nothing() {
    let work = entry(Format::Movie, 1, "2016-07-23");
    let none = || Show::new(SHOW, Vec::new());
    let (_, facts) = films(&[]);
    let saved = claim(Saved, Rule::Film, Target::Movie(FILM));
    for claims in [vec![film(Fribbs)], vec![film(Fribbs), saved.clone()], vec![saved]] {
        assert!(!with(&work, &claims, none(), &facts).contains("film"));
    }
}

#[test]
fn a_film_in_several_parts_takes_a_source_that_says_so() {
    let parts = entry(Format::Movie, 4, "2022-12-17");
    let none = || Show::new(SHOW, Vec::new());
    let of_year = Facts {
        films: [(FILM, Some(Film { year: Some(2022), ..Film::default() }))].into(),
        ..Facts::default()
    };
    let said = claim(Anibridge, Rule::FilmInParts { parts: 4 }, Target::Movie(FILM));
    let all = with(&parts, &[said.clone(), film(Otaku)], none(), &of_year);
    assert_eq!(all, "verified nowhere…film 11325");
    assert!(!with(&parts, &[film(Otaku), film(Fribbs)], none(), &of_year).contains("film"));
    let other = claim(Anibridge, Rule::FilmInParts { parts: 3 }, Target::Movie(FILM));
    assert!(!with(&parts, &[other], none(), &of_year).contains("film"));
}

// 5 and 12: episode 0, and placements that are cut off.

#[test]
fn a_season_that_begins_a_week_late_is_not_the_entry_with_an_episode_0() {
    for (listed, count) in [(12, 13), (8, 13), (6, 0)] {
        let mut series = watched(&entry(Format::Tv, count, "2025-09-26"), 5);
        series.media.episodes = (count > 0).then_some(count);
        let airing = show(&[(0, 1, 1, "2025-09-26"), (1, 1, listed, "2025-10-03")]);
        let found = slots(&series, &[season(Fribbs, 1, 0)], airing, 5);
        assert!(!found.starts_with("S1E1"), "{listed} of {count}: {found}");
    }
    let without = show(&[(1, 1, 12, "2025-10-03")]);
    let series = ended(&entry(Format::Tv, 13, "2025-09-26"), "2025-12-19");
    assert_eq!(place(&series, &[season(Fribbs, 1, 0)], without).placement, None);
}

#[test]
fn a_season_is_counted_from_1_unless_count_or_day_says_0() {
    let zero = |first: &str| {
        let season: Vec<Episode> = show(&[(1, 1, 13, "2023-12-30")])
            .episodes()
            .iter()
            .map(|episode| Episode {
                slot: Slot { season: 1, number: episode.slot.number - 1 },
                id: TraktEpisodeId(u64::from(episode.slot.number)),
                ..episode.clone()
            })
            .collect();
        let mut listed = season;
        listed[0].first_aired = first.parse().ok();
        Show::new(SHOW, listed)
    };
    let claims = [season(Fribbs, 1, 0)];
    let twelve = entry(Format::Tv, 12, "2024-01-06");
    for aired in ["2024-01-05T15:00:00Z", "2023-07-14T15:00:00Z", "unknown"] {
        assert_eq!(placed(&twelve, &claims, zero(aired)), "verified S1E1…S1E12", "{aired}");
    }
    let counted = entry(Format::Tv, 13, "2023-12-30");
    let aired = "2023-12-30T15:00:00Z";
    assert_eq!(placed(&counted, &claims, zero(aired)), "verified S1E0…S1E12");
}

#[test]
fn what_is_finished_and_cut_off_is_no_season() {
    let shorts = watched(&entry(Format::Ona, 23, "2022-04-01"), 10);
    let shorts = ended(&shorts, "2022-06-17");
    let broadcasts = show(&[(1, 1, 12, "2022-04-01")]);
    assert_eq!(place(&shorts, &[season(Fribbs, 1, 0)], broadcasts).placement, None);
}

// 6: more than the first day.

#[test]
fn an_end_that_is_not_the_last_placed_is_not_believed() {
    let season_of_13 = || show(&[(1, 1, 13, "2024-01-06")]);
    let recap = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-30");
    assert_eq!(place(&recap, &[season(Fribbs, 1, 0)], season_of_13()).placement, None);
    let plain = ended(&entry(Format::Tv, 12, "2024-01-06"), "2024-03-23");
    assert_eq!(placed(&plain, &[season(Fribbs, 1, 0)], season_of_13()), "verified S1E1…S1E12");
}

#[test]
fn the_next_episode_to_come_tells_which_ones_were() {
    let listed = || show(&[(1, 1, 12, "2026-10-03")]);
    let airing = |episode, at: &str| {
        let mut entry = watched(&entry(Format::Tv, 12, "2026-10-03"), 4);
        entry.media.airing.next = Some(ScheduledEpisode { episode, airs_at: at.parse().unwrap() });
        entry
    };
    let claims = [season(Fribbs, 1, 0)];
    let right = airing(8, "2026-11-21T15:00:00Z");
    assert_eq!(placed(&right, &claims, listed()), "verified S1E1…S1E4");
    // The eighth comes three weeks after Trakt's eighth: they are not the same.
    let other = airing(8, "2026-12-12T15:00:00Z");
    assert_ne!(place(&other, &claims, listed()).verdict, Verdict::Verified);
}

#[test]
fn two_segments_a_day_are_not_two_episodes() {
    let halves: Vec<Episode> = show(&[(1, 1, 40, "1992-04-13")])
        .episodes()
        .iter()
        .zip(0_u32..)
        .map(|(episode, index)| {
            let weeks = jiff::Span::new().hours(i64::from(index / 2) * 7 * 24);
            let first = "1992-04-13T10:00:00Z".parse::<jiff::Timestamp>().unwrap();
            Episode { first_aired: first.checked_add(weeks).ok(), ..episode.clone() }
        })
        .collect();
    let mut series = watched(&entry(Format::Tv, 1, "1992-04-13"), 30);
    series.media.episodes = None;
    for claims in [vec![only_show(Fribbs)], vec![season(Fribbs, 1, 0)]] {
        assert_eq!(place(&series, &claims, Show::new(SHOW, halves.clone())).placement, None);
    }
}

// 7: season 0.

#[test]
fn copies_that_agree_on_a_special_without_a_day_are_not_believed() {
    let undated = || show(&[(0, 1, 9, ""), (1, 1, 12, "2022-10-01")]);
    let ova = entry(Format::Ova, 2, "2023-05-20");
    let copies = [season(Otaku, 0, 4), season(Fribbs, 0, 4)];
    assert_eq!(place(&ova, &copies, undated()).placement, None);
    assert_eq!(place(&ova, &[range(2, 0, 5)], undated()).placement, None);
    let two = [range(2, 0, 5), season(Fribbs, 0, 4)];
    assert_eq!(placed(&ova, &two, undated()), "likely S0E5…S0E6");
}

#[test]
fn parts_of_an_ova_need_room_for_nothing_else() {
    let parts = show(&[(0, 1, 1, "2022-08-01"), (0, 2, 1, "2023-05-20"), (0, 3, 1, "2023-06-03")]);
    let episodes = parts.episodes().to_vec();
    let more = show(&[(0, 4, 1, "2023-07-22"), (1, 1, 12, "2022-10-01")]).episodes().to_vec();
    let ova = entry(Format::Ova, 2, "2023-05-20");
    let crowded = Show::new(SHOW, [episodes.clone(), more].concat());
    assert_eq!(place(&ova, &[only_show(Fribbs)], crowded).placement, None);
    let alone = Show::new(SHOW, episodes);
    assert_eq!(placed(&ova, &[only_show(Fribbs)], alone), "likely S0E2…S0E3");
}

// 9: what is listed is placed.

#[test]
fn what_is_not_listed_yet_holds_back_nothing_else() {
    for (listed, progress) in [(3, 3), (7, 8), (1, 2)] {
        let airing = watched(&entry(Format::Tv, 12, "2026-10-03"), progress);
        let found =
            slots(&airing, &[season(Fribbs, 1, 0)], show(&[(1, 1, listed, "2026-10-03")]), 12);
        let expected: Vec<String> = (1..=12)
            .map(|abs| if abs <= listed { format!("S1E{abs}") } else { "-".to_owned() })
            .collect();
        assert_eq!(found, expected.join(" "));
    }
    let long = ended(&entry(Format::Tv, 13, "2024-01-06"), "2024-03-30");
    let claims = [range(12, 1, 1), season(Fribbs, 1, 0)];
    let found = slots(&long, &claims, show(&[(1, 1, 12, "2024-01-06")]), 13);
    assert!(found.starts_with("S1E1 S1E2") && found.ends_with("S1E12 -"), "{found}");
}

// 10: what continues a work of the show.

#[test]
fn what_continues_a_work_of_the_show_does_not_begin_it() {
    let undated = || show(&[(1, 1, 50, ""), (2, 1, 50, "")]);
    let sequel = entry(Format::Tv, 50, "2004-10-09");
    let mirrored = [season(Fribbs, 1, 0), season(Otaku, 1, 0)];
    let facts = |ahead| Facts { before: [(SHOW, ahead)].into(), ..Facts::default() };
    let after = with(&sequel, &mirrored, undated(), &facts(Ahead::Episodes(50)));
    assert_eq!(after, "likely S2E1…S2E50");
    let unknown = with(&sequel, &mirrored, undated(), &facts(Ahead::Unknown));
    assert!(!unknown.contains("S1E1"), "{unknown}");
    let first = with(&sequel, &mirrored, undated(), &facts(Ahead::Episodes(0)));
    assert_eq!(first, "likely S1E1…S1E50");
}

#[test]
fn a_source_that_puts_two_works_in_one_place_names_neither() {
    let undated = || show(&[(1, 1, 50, ""), (2, 1, 12, "")]);
    let mut mirrored = season(Fribbs, 1, 0);
    mirrored.claim.around = Around { is_shared: true, ..Around::default() };
    let sequel = entry(Format::Tv, 12, "2004-10-09");
    assert_eq!(place(&sequel, &[mirrored, season(Otaku, 1, 0)], undated()).placement, None);
}

// Neighbours.

fn neighbour(id: u32, first: u32, placed: u32, count: u32) -> Neighbour {
    let first = Slot { season: 1, number: first };
    Neighbour { entry: AnilistId(id), show: SHOW, first, placed, count }
}

#[test]
fn works_that_follow_each_other_by_day_and_number_confirm_each_other() {
    let weekly = || show(&[(1, 1, 36, "2024-01-06")]);
    let middle = entry(Format::Tv, 12, "2024-03-30");
    let beside = |neighbours: Vec<Neighbour>| Facts { neighbours, ..Facts::default() };
    let both = beside(vec![neighbour(1, 1, 12, 12), neighbour(2, 25, 12, 12)]);
    let claims = [only_show(Fribbs)];
    assert_eq!(with(&middle, &claims, weekly(), &both), "likely S1E13…S1E24");
    let last = entry(Format::Tv, 12, "2024-06-22");
    let before = beside(vec![neighbour(1, 13, 12, 12)]);
    assert_eq!(with(&last, &claims, weekly(), &before), "likely S1E25…S1E36");
    // A week early on AniList: it is found where the one before it still goes on.
    let early = entry(Format::Tv, 12, "2024-06-15");
    assert_eq!(with(&early, &claims, weekly(), &before), "unmapped");
}

#[test]
fn where_another_entry_goes_on_by_its_number_of_episodes_nothing_begins() {
    let weekly = show(&[(1, 1, 18, "2017-01-07")]);
    let later = entry(Format::Tv, 6, "2017-03-25");
    let claims = [range(6, 1, 12), season(Fribbs, 1, 11)];
    let facts = Facts { neighbours: vec![neighbour(1, 1, 11, 12)], ..Facts::default() };
    assert_eq!(placed(&later, &claims, weekly.clone()), "verified S1E12…S1E17");
    let doubted = with(&later, &claims, weekly, &facts);
    assert!(!doubted.starts_with("verified"), "{doubted}");
}

#[test]
fn nothing_known_is_nothing_placed() {
    let series = entry(Format::Tv, 12, "2024-01-06");
    let decision =
        decide(&Case { entry: &series, claims: &[], facts: &Facts::default() }, &Shows::new());
    assert_eq!((decision.verdict, decision.placement), (Verdict::Unmapped, None));
}
