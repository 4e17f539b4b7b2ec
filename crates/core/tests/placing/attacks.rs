//! What an attack on the model found: places that looked right and were not.

use anilist_trakt_sync_core::domain::{Episode, Film, Format, Show, Source};
use anilist_trakt_sync_core::placing::claims::Around;
use anilist_trakt_sync_core::placing::place::{Beside, Facts};

use super::scene::{
    FILM, SHOW, entry, film, only_show, place, range, season, show, slots, watched, with,
};

use Source::Fribbs;

#[test]
fn minis_that_a_source_puts_where_the_series_is_are_not_the_series() {
    let series = || show(&[(1, 1, 12, "2024-01-06")]);
    let mut shared = season(Fribbs, 1, 0);
    shared.claim.around = Around { is_shared: true, is_first_taken: true, ..Around::default() };
    let mut taken = only_show(Fribbs);
    taken.claim.around = Around { is_first_taken: true, ..Around::default() };
    for format in [Format::Ona, Format::TvShort, Format::Ova, Format::Special] {
        let minis = entry(format, 12, "2024-01-06");
        for claim in [&shared, &taken] {
            let claims = std::slice::from_ref(claim);
            assert_eq!(place(&minis, claims, series()).placement, None, "{format:?}");
        }
    }
    // Beside a work of the show nothing begins it, whoever says so.
    let facts = Facts { beside: [(SHOW, Beside::Here)].into(), ..Facts::default() };
    for claims in [vec![season(Fribbs, 1, 0)], vec![season(Fribbs, 1, 0), range(12, 1, 1)]] {
        let beside = with(&entry(Format::Tv, 12, "2024-01-06"), &claims, series(), &facts);
        assert!(!beside.contains("S1E1"), "{beside}");
    }
    // A show of its own beside a work of another show is its own.
    let facts = Facts { beside: [(SHOW, Beside::Elsewhere)].into(), ..Facts::default() };
    let own =
        with(&entry(Format::Ona, 12, "2024-01-06"), &[season(Fribbs, 1, 0)], series(), &facts);
    assert_eq!(own, "verified S1E1…S1E12");
}

#[test]
fn a_season_with_a_hole_is_counted_by_its_numbers() {
    let listed: Vec<Episode> = show(&[(1, 1, 13, "2024-01-06")])
        .episodes()
        .iter()
        .filter(|episode| episode.slot.number != 6)
        .cloned()
        .collect();
    let holed = || Show::new(SHOW, listed.clone());
    let series = watched(&entry(Format::Tv, 13, "2024-01-06"), 8);
    for claim in [season(Fribbs, 1, 0), range(13, 1, 1)] {
        let found = slots(&series, &[claim], holed(), 8);
        assert_eq!(found, "S1E1 S1E2 S1E3 S1E4 S1E5 - S1E7 S1E8");
    }
    let mut unknown = series.clone();
    unknown.media.episodes = None;
    let found = slots(&unknown, &[season(Fribbs, 1, 0)], holed(), 8);
    assert_eq!(found, "S1E1 S1E2 S1E3 S1E4 S1E5 - S1E7 S1E8");
    let named = slots(&series, &[only_show(Fribbs)], holed(), 8);
    assert!(!named.contains("S1E9"), "{named}");
}

#[test]
fn a_leftover_of_the_next_season_is_not_a_continuation() {
    for (listed, surplus) in [(1, 1), (2, 2), (3, 3), (12, 1), (12, 3)] {
        let next = show(&[(1, 1, 12, "2024-01-06"), (2, 1, listed, "2024-03-30")]);
        let long = entry(Format::Tv, 12 + surplus, "2024-01-06");
        for claim in [season(Fribbs, 1, 0), only_show(Fribbs)] {
            let placed = place(&long, &[claim], next.clone()).placement;
            assert_eq!(placed.and_then(|placed| placed.item(13)), None, "{listed} {surplus}");
        }
    }
}

#[test]
fn parts_of_a_special_that_do_not_rise_are_not_its_parts() {
    let listed = show(&[(0, 1, 1, "2022-08-01"), (0, 2, 1, "2023-05-20"), (0, 3, 1, "2022-09-22")]);
    let ova = entry(Format::Ova, 2, "2023-05-20");
    assert_eq!(slots(&ova, &[season(Fribbs, 0, 1)], listed, 2), "S0E2 -");
    // Another special is nearer to the day.
    let near = show(&[(0, 5, 1, "2023-05-18"), (0, 6, 1, "2023-05-20")]);
    let one = entry(Format::Ova, 1, "2023-05-20");
    assert_eq!(slots(&one, &[season(Fribbs, 0, 0)], near, 1), "-");
}

#[test]
fn a_film_of_another_day_or_part_is_another_film() {
    let none = || Show::new(SHOW, Vec::new());
    let with_film = |title: &str, released: &str| Facts {
        films: [(
            FILM,
            Some(Film {
                title: Some(title.into()),
                year: released[..4].parse().ok(),
                released: released.parse().ok(),
                ..Film::default()
            }),
        )]
        .into(),
        ..Facts::default()
    };
    let work = entry(Format::Movie, 1, "2024-01-05");
    for (title, released) in [
        ("A Western Comedy", "2024-11-20"),
        ("Shingeki", "2025-11-20"),
        ("Shingeki 2", "2024-01-20"),
    ] {
        let found = with(&work, &[film(Fribbs)], none(), &with_film(title, released));
        assert!(!found.contains("film"), "{title} of {released}: {found}");
    }
    let right = with(&work, &[film(Fribbs)], none(), &with_film("Attack", "2024-01-05"));
    assert_eq!(right, "verified film 11325");
}
