//! Suggestions: what is asked, what comes first, and that only real places are offered.

use anilist_trakt_sync_core::domain::{
    Entry, Format, Item, MediaType, Placement, SearchHit, Show, Slot, Source, Titles, TraktMovieId,
    TraktShowId,
};
use anilist_trakt_sync_core::placing::claims::Rule;
use anilist_trakt_sync_core::placing::place::{ResolvedClaim, Shows, Target};
use anilist_trakt_sync_core::placing::suggest::hits::{
    MOST_SEARCHES, MOST_SHOWS, questions, worth_a_look,
};
use anilist_trakt_sync_core::placing::suggest::{MOST, Suggestion, suggestions};
use proptest::prelude::*;

use super::properties::shows;
use super::scene::{FILM, SHOW, claim, decide_among, entry, film, season, show};

fn named(format: Format, episodes: u32, start: &str, title: &str) -> Entry {
    let mut entry = entry(format, episodes, start);
    entry.media.titles = Titles { romaji: None, english: Some(title.to_owned()) };
    entry
}

fn hit(kind: MediaType, trakt_id: u64, title: &str, year: i16) -> SearchHit {
    let title = title.to_owned();
    SearchHit { kind, trakt_id, title, year: Some(year), tmdb: None, imdb: None, tvdb: None }
}

fn show_hit(title: &str, year: i16) -> SearchHit {
    hit(MediaType::Show, SHOW.0, title, year)
}

fn suggest(
    entry: &Entry,
    claims: &[ResolvedClaim],
    hits: &[SearchHit],
    show: Show,
) -> Vec<Suggestion> {
    let shows = Shows::from([(show.id, Some(show))]);
    suggestions(entry, &decide_among(entry, claims, &shows), hits, &shows)
}

/// `anibridge S3E13…S3E22`, `search film 5`, `search show`.
fn short(all: &[Suggestion]) -> Vec<String> {
    let one = |s: &Suggestion| {
        let origin = s.origin.name();
        match (s.kind, s.first, s.last) {
            (MediaType::Movie, ..) => format!("{origin} film {}", s.trakt_id),
            (MediaType::Show, Some(first), Some(last)) => format!("{origin} {first}…{last}"),
            (MediaType::Show, ..) => format!("{origin} show"),
        }
    };
    all.iter().map(one).collect()
}

/// `show X 2019` for a search of shows of that year.
fn asked(format: Format, start: &str, english: &str, romaji: &str) -> Vec<String> {
    let mut entry = named(format, 12, start, english);
    entry.media.titles.romaji = Some(romaji.to_owned());
    let all = questions(&entry.media);
    assert!(all.len() <= MOST_SEARCHES, "{all:?}");
    let kind = |kind| if kind == MediaType::Show { "show" } else { "film" };
    let year = |year: Option<i16>| year.map_or(String::new(), |year| format!(" {year}"));
    all.iter().map(|q| format!("{} {}{}", kind(q.kind), q.text, year(q.year))).collect()
}

#[test]
fn a_first_season_is_searched_in_its_year_and_a_sequel_by_its_base_title() {
    assert_eq!(
        asked(Format::Tv, "2016-04-03", "My Hero Academia", "Boku no Hero Academia"),
        ["show My Hero Academia 2016", "show Boku no Hero Academia 2016", "show My Hero Academia"]
    );
    assert_eq!(
        asked(Format::Tv, "2017-04-01", "My Hero Academia Season 2", "Boku no Hero Academia 2"),
        [
            "show My Hero Academia",
            "show Boku no Hero Academia",
            "show My Hero Academia Season 2",
            "show Boku no Hero Academia 2"
        ]
    );
}

#[test]
fn a_film_is_searched_among_films_first_and_a_special_among_shows() {
    assert_eq!(
        asked(Format::Movie, "1997-07-19", "Eva: The End", "Eva: Magokoro"),
        ["film Eva The End 1997", "film Eva Magokoro 1997", "film Eva", "show Eva"]
    );
    assert_eq!(
        asked(Format::Ova, "2019", "Eva OVA", "Eva OVA"),
        ["show Eva", "show Eva OVA", "film Eva OVA 2019"]
    );
}

#[test]
fn a_title_without_words_is_not_searched() {
    let mut entry = named(Format::Tv, 12, "2019", " ");
    assert!(questions(&entry.media).is_empty());
    entry.media.titles.english = None;
    assert!(questions(&entry.media).is_empty());
}

#[test]
fn the_best_shows_are_looked_at_and_none_that_began_too_late() {
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya Season 2");
    let found = |id, title, year| hit(MediaType::Show, id, title, year);
    let hits = [
        found(1, "Something Else", 2004),
        found(2, "Kaguya", 2023),
        found(3, "Kaguya and Her Friends", 2010),
        found(4, "Kaguya", 2001),
        found(5, "Kaguya", 2018),
        found(5, "Kaguya", 2018),
        found(6, "Kaguya Again", 2012),
        hit(MediaType::Movie, 7, "Kaguya", 2018),
    ];
    let ids: Vec<u64> = worth_a_look(&entry.media, &hits).iter().map(|id| id.0).collect();
    assert_eq!(ids, [5, 4, 6]);
    assert_eq!(ids.len(), MOST_SHOWS);
}

#[test]
fn a_sequel_is_placed_in_its_show_by_date_or_else_by_number() {
    let dated = [(1, 1, 12, "2018-01-06"), (2, 1, 12, "2019-01-05")];
    let merged = [(1, 1, 12, "2018-01-06"), (1, 13, 12, "2019-01-05")];
    let undated = [(1, 1, 12, ""), (2, 1, 12, "")];
    let one_season = [(1, 1, 24, "")];
    for (title, seasons, expected) in [
        ("Kaguya Season 2", &dated[..], "search S2E1…S2E12"),
        ("Kaguya: The Final Season", &dated, "search S2E1…S2E12"),
        ("Kaguya 2nd Season", &merged, "search S1E13…S1E24"),
        ("Kaguya II", &undated, "search S2E1…S2E12"),
        ("Kaguya Part 2", &one_season, "search S1E13…S1E24"),
        ("Kaguya: The Final Season", &undated, "search show"),
    ] {
        let entry = named(Format::Tv, 12, "2019-01-05", title);
        let all = suggest(&entry, &[], &[show_hit("Kaguya", 2018)], show(seasons));
        assert_eq!(short(&all)[0], expected, "{title}");
    }
}

#[test]
fn a_season_that_aired_at_another_time_is_no_choice_beside_the_one_of_that_day() {
    let runs = [(1, 1, 12, "2018-01-06"), (1, 13, 12, "2019-01-05"), (2, 1, 12, "2021-01-02")];
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya Season 2");
    let all = suggest(&entry, &[], &[show_hit("Kaguya", 2018)], show(&runs));
    assert_eq!(short(&all), ["search S1E13…S1E24"]);
}

#[test]
fn what_the_sources_propose_comes_before_what_was_found() {
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya Season 2");
    let seasons = [(1, 1, 12, ""), (2, 1, 12, ""), (3, 1, 12, "")];
    let claims = [season(Source::Otaku, 1, 0), season(Source::Fribbs, 3, 0)];
    let all = suggest(&entry, &claims, &[show_hit("Kaguya", 2018)], show(&seasons));
    let expected = ["otaku S1E1…S1E12", "fribbs S3E1…S3E12", "search S2E1…S2E12"];
    assert_eq!(short(&all), expected);
    assert_eq!(
        all[0].because,
        "Otaku and counting from the first episode say S1E1 to S1E12; nothing speaks against it"
    );
    assert_eq!(all[0].title.as_deref(), Some("Kaguya"), "the search tells the title");
}

#[test]
fn the_same_title_of_the_same_year_comes_before_a_source_that_is_contradicted() {
    let entry = named(Format::Movie, 1, "2019-01-05", "Kaguya");
    let special = [(0, 1, 1, "2012-03-01")];
    let claims = [season(Source::Fribbs, 0, 0)];
    let hits = [
        show_hit("Kaguya", 2010),
        hit(MediaType::Movie, 5, "Kaguya", 2019),
        hit(MediaType::Movie, 6, "Kaguya", 2001),
    ];
    let all = suggest(&entry, &claims, &hits, show(&special));
    assert_eq!(short(&all), ["search film 5", "fribbs S0E1…S0E1", "search film 6"]);
    assert_eq!(all[0].because, "Trakt's film of the same title and year");
    let expected = "Fribbs says S0E1; its air date differs: \
        aired 2012-03-01, the entry began 2019-01-05";
    assert_eq!(all[1].because, expected);
}

#[test]
fn a_film_prefers_films_and_a_series_is_never_offered_one() {
    let hits = [show_hit("Kaguya", 2019), hit(MediaType::Movie, 5, "Kaguya", 2019)];
    let runs = [(0, 1, 1, "2019-01-05"), (1, 1, 12, "2019-01-05")];
    let film = named(Format::Movie, 1, "2019-01-05", "Kaguya");
    assert_eq!(
        short(&suggest(&film, &[], &hits, show(&runs))),
        ["search film 5", "search S0E1…S0E1"]
    );
    let series = named(Format::Tv, 12, "2019-01-05", "Kaguya");
    assert_eq!(short(&suggest(&series, &[], &hits, show(&runs))), ["search S1E1…S1E12"]);
}

#[test]
fn the_same_place_is_suggested_once() {
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya");
    let runs = [(1, 1, 12, "2019-01-05")];
    let claims = [season(Source::Anibridge, 1, 0), season(Source::Fribbs, 1, 0)];
    let hits = [show_hit("Kaguya", 2019), show_hit("Kaguya", 2019)];
    let all = suggest(&entry, &claims, &hits, show(&runs));
    assert_eq!(short(&all), ["anibridge S1E1…S1E12"]);
    assert_eq!((all[0].season, all[0].offset, all[0].episodes), (Some(1), Some(0), 12));
    let films = [film(Source::Otaku), film(Source::Fribbs)];
    let film_entry = named(Format::Movie, 1, "2019", "Kaguya");
    let found = [hit(MediaType::Movie, FILM.0, "Kaguya", 2019)];
    let all = suggest(&film_entry, &films, &found, show(&runs));
    assert_eq!(short(&all), [format!("otaku film {FILM}")]);
}

#[test]
fn what_no_season_and_offset_can_say_has_no_body_to_accept_it() {
    let entry = named(Format::Tv, 3, "2019-01-05", "Kaguya");
    let ranges = vec![(1, Some(1), 0, 2).into(), (2, Some(3), 1, 1).into()];
    let claims = [claim(Source::Anibridge, Rule::Ranges(ranges), Target::Show(SHOW))];
    let all = suggest(&entry, &claims, &[], show(&[(0, 1, 2, ""), (1, 1, 12, "")]));
    let crossing = &all[0];
    assert_eq!(short(&all)[0], "anibridge S0E2…S1E2");
    assert_eq!((&crossing.map, crossing.season, crossing.offset), (&None, None, None));
    assert!(crossing.because.ends_with("it takes overrides"), "{}", crossing.because);
}

#[test]
fn a_show_that_counts_on_is_offered_whole_while_it_airs() {
    let mut entry = named(Format::Tv, 0, "1999-10-20", "One Piece");
    entry.media.episodes = None;
    entry.progress = 70;
    let runs = [(1, 1, 61, "1999-10-20"), (2, 62, 16, "2001-03-21")];
    let all = suggest(&entry, &[], &[show_hit("One Piece", 1999)], show(&runs));
    assert_eq!(short(&all)[0], "search S1E1…S2E77");
    let map = all[0].map.as_ref().unwrap();
    assert_eq!((map.trakt_id, map.season, map.offset), (SHOW.0, None, None));
}

#[test]
fn a_show_of_another_name_is_offered_when_a_run_of_it_began_that_day() {
    let hits = [show_hit("Love Is War", 2018)];
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya 2nd Season");
    let later = [(1, 1, 12, "2018-01-06"), (1, 13, 12, "2019-01-05")];
    assert_eq!(short(&suggest(&entry, &[], &hits, show(&later))), ["search S1E13…S1E24"]);
    let weekly = [(1, 1, 52, "2018-10-06")];
    assert!(suggest(&entry, &[], &hits, show(&weekly)).is_empty(), "one of many Saturdays");
}

#[test]
fn of_hits_with_the_same_title_the_one_of_the_nearest_year_comes_first() {
    let entry = named(Format::Movie, 1, "2019-01-05", "Kaguya");
    let film = |id, year| hit(MediaType::Movie, id, "Kaguya", year);
    let hits = [film(5, 2001), film(6, 2018), film(7, 2010)];
    let all = suggest(&entry, &[], &hits, show(&[]));
    assert_eq!(short(&all), ["search film 6", "search film 7", "search film 5"]);
}

#[test]
fn a_found_show_whose_episodes_could_not_be_read_is_offered_by_its_name() {
    let entry = named(Format::Tv, 12, "2019-01-05", "Kaguya");
    let hits = [show_hit("Kaguya", 2019), hit(MediaType::Show, 9, "Kaguya", 2018)];
    let shows = Shows::from([(TraktShowId(9), None)]);
    let all = suggestions(&entry, &decide_among(&entry, &[], &shows), &hits, &shows);
    assert_eq!(short(&all), ["search show"], "a show without episodes is none");
    assert_eq!((all[0].trakt_id, &all[0].map), (SHOW.0, &None));
}

#[test]
fn hits_of_another_title_are_offered_only_when_nothing_else_was_found() {
    let entry = named(Format::Movie, 1, "2019-01-05", "Kaguya");
    let strangers: Vec<_> =
        (10..15).map(|id| hit(MediaType::Movie, id, "Princess", 2019)).collect();
    let runs = [(1, 1, 12, "")];
    let alone = suggest(&entry, &[], &strangers, show(&runs));
    assert_eq!(short(&alone), ["search film 10", "search film 11"]);
    let known = [strangers, vec![hit(MediaType::Movie, 5, "Kaguya", 2018)]].concat();
    assert_eq!(short(&suggest(&entry, &[], &known, show(&runs))), ["search film 5"]);
}

/// The claim that accepting a suggestion comes to.
fn accepted(suggestion: &Suggestion) -> Option<ResolvedClaim> {
    let map = suggestion.map.as_ref()?;
    let (rule, target) = match (map.kind, map.season) {
        (MediaType::Movie, _) => (Rule::Film, Target::Movie(TraktMovieId(map.trakt_id))),
        (MediaType::Show, Some(season)) => {
            (Rule::Season { season, offset: map.offset.unwrap_or(0) }, Target::Show(SHOW))
        }
        (MediaType::Show, None) => (Rule::Unspecified, Target::Show(SHOW)),
    };
    Some(claim(Source::Manual, rule, target))
}

fn ends(placement: &Placement) -> (Option<Slot>, Option<Slot>, u32) {
    let slot = |abs| match placement.item(abs)? {
        Item::Episode { slot, .. } => Some(slot),
        Item::Movie { .. } => None,
    };
    (slot(1), slot(placement.len()), placement.len())
}

fn ranges() -> impl Strategy<Value = Rule> {
    (1_u32..20, 0_u16..4, 1_u32..20, 0_u16..4, 1_u32..20).prop_map(|(cut, s1, e1, s2, e2)| {
        Rule::Ranges(vec![(1, Some(cut), s1, e1).into(), (cut + 1, None, s2, e2).into()])
    })
}

proptest! {
    #[test]
    fn a_suggestion_is_listed_and_accepting_it_gives_just_what_was_shown(
        show in shows(),
        format in prop::sample::select(
            vec![Format::Tv, Format::Ova, Format::Movie, Format::Special, Format::Ona]),
        count in 0_u32..60,
        begins in prop::sample::select(vec!["2014-04-06", "2015-10-04", "2019", ""]),
        title in prop::sample::select(vec![
            "Shingeki", "Shingeki Season 2", "Shingeki Part 2", "Shingeki II", "Shingeki: Kan"]),
        seasons in prop::collection::vec((0_u16..6, 0_u32..30), 0..3),
        ranges in prop::option::of(ranges()),
        years in prop::collection::vec(2013_i16..2020, 0..3),
    ) {
        let mut entry = named(format, count, begins, title);
        entry.media.episodes = (count > 0).then_some(count);
        let sources = [Source::Otaku, Source::Fribbs, Source::Saved];
        let mut claims: Vec<_> = sources.into_iter().zip(seasons)
            .map(|(source, (number, offset))| season(source, number, offset)).collect();
        claims.extend(ranges.map(|rule| claim(Source::Anibridge, rule, Target::Show(SHOW))));
        let hits: Vec<_> = years.iter().flat_map(|&year| [
            show_hit("Shingeki", year), hit(MediaType::Movie, 5, "Shingeki", year),
        ]).collect();
        let shows = Shows::from([(SHOW, Some(show.clone()))]);
        let all = suggestions(&entry, &decide_among(&entry, &claims, &shows), &hits, &shows);
        prop_assert!(all.len() <= MOST);
        for suggestion in &all {
            for slot in suggestion.first.into_iter().chain(suggestion.last) {
                prop_assert!(show.episode(slot).is_some(), "{} is not listed", slot);
            }
            let Some(manual) = accepted(suggestion) else { continue };
            let decision = decide_among(&entry, &[manual], &shows);
            let placement = decision.placement.expect("accepting it places it");
            let shown = (suggestion.first, suggestion.last, suggestion.episodes);
            prop_assert_eq!(ends(&placement), shown);
        }
        let places: Vec<_> =
            all.iter().map(|s| (s.kind, s.trakt_id, s.first, s.last, s.episodes, &s.map)).collect();
        for (index, place) in places.iter().enumerate() {
            prop_assert!(place.5.is_none() || !places[..index].contains(place), "{:?}", place);
        }
    }
}
