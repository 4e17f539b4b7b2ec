//! What specials are called.

use anilist_trakt_sync_core::domain::{Entry, Format, Show, Source};

use super::scene::{entry, only_show, place, placed, range, season, show, titled};

use Source::{Fribbs, Otaku};

const UNDATED: &str = "";

fn called(format: Format, episodes: u32, title: &str, start: &str) -> Entry {
    let mut entry = entry(format, episodes, start);
    entry.media.titles.romaji = None;
    entry.media.titles.english = Some(title.into());
    entry
}

/// Weekly or undated specials of these titles, and a season.
fn specials(titles: &[&str], first: &'static str) -> Show {
    let count = u32::try_from(titles.len()).unwrap();
    titled(&show(&[(0, 1, count, first), (1, 1, 12, "2013-04-07")]), titles)
}

fn attack(title: &str, episodes: u32) -> Entry {
    called(Format::Ova, episodes, title, "2014-12-09")
}

#[test]
fn a_source_and_a_title_are_enough_for_a_special_without_a_day() {
    let titles = ["Ilse's Notebook", "A Sudden Visitor", "No Regrets"];
    let listed = || specials(&titles, UNDATED);
    for title in ["Attack on Titan: No Regrets", "No Regrets", "Attack on Titan - No Regrets OVA"] {
        let ova = attack(title, 1);
        assert_eq!(placed(&ova, &[season(Fribbs, 0, 2)], listed()), "likely S0E3", "{title}");
        // The title alone is no more than a hint.
        assert_eq!(place(&ova, &[only_show(Fribbs)], listed()).placement, None, "{title}");
    }
}

#[test]
fn a_special_that_bears_another_works_title_is_not_believed() {
    let listed = || specials(&["Ilse's Notebook", "No Regrets", "A Sudden Visitor"], UNDATED);
    let ova = attack("Attack on Titan: No Regrets", 1);
    let copies = [season(Fribbs, 0, 2), season(Otaku, 0, 2)];
    assert_eq!(place(&ova, &copies, listed()).placement, None);
    assert_eq!(place(&ova, &[range(1, 0, 3), season(Fribbs, 0, 2)], listed()).placement, None);
}

#[test]
fn a_title_and_a_day_find_a_special_that_nobody_names() {
    let titles = ["Ilse's Notebook", "No Regrets", "A Sudden Visitor"];
    let listed = || specials(&titles, "2014-12-02");
    let ova = attack("Attack on Titan: No Regrets", 1);
    assert_eq!(placed(&ova, &[only_show(Fribbs)], listed()), "likely S0E2");
    // Renumbered since the source was written.
    assert_eq!(placed(&ova, &[season(Fribbs, 0, 6)], listed()), "likely S0E2");
}

#[test]
fn the_parts_of_a_work_are_told_by_their_numbers() {
    let titles = ["Interview", "No Regrets Part 1", "Lost Girls (1)", "No Regrets Part 2"];
    let listed = || specials(&titles, UNDATED);
    let ova = attack("Attack on Titan: No Regrets", 2);
    let found = place(&ova, &[range(2, 0, 2)], listed()).placement;
    // AniBridge has them in a row, and one in between is another work's.
    assert_eq!(found.map(|placement| placement.len()), Some(1));
    let in_a_row = ["Interview", "No Regrets Part 1", "No Regrets Part 2", "Lost Girls (1)"];
    let listed = || specials(&in_a_row, UNDATED);
    assert_eq!(placed(&ova, &[season(Fribbs, 0, 1)], listed()), "likely S0E2…S0E3");
    let second = attack("Attack on Titan: No Regrets Part 2", 1);
    assert_eq!(placed(&second, &[season(Fribbs, 0, 2)], listed()), "likely S0E3");
    assert_eq!(place(&second, &[season(Fribbs, 0, 1)], listed()).placement, None);
}

#[test]
fn what_any_special_may_be_called_says_nothing() {
    for title in ["Special", "OVA 1", "Special Episode", "Episode 3", "Recap"] {
        let ova = attack(&format!("Attack on Titan: {title}"), 1);
        let listed = specials(&["Other", "Other two", title], UNDATED);
        assert_eq!(place(&ova, &[season(Fribbs, 0, 2)], listed).placement, None, "{title}");
    }
}

#[test]
fn what_advertises_a_work_is_not_the_work() {
    let ova = called(Format::Ova, 1, "Maid in the Spring", "2022-01-19");
    let dated = |title| specials(&[title], "2022-01-19");
    let claims = [season(Fribbs, 0, 0)];
    assert_eq!(placed(&ova, &claims, dated("Maids at Work")), "verified S0E1");
    for title in ["Promotion Video 1", "Maid PV", "Trailer", "Cast Interview"] {
        assert_eq!(place(&ova, &claims, dated(title)).placement, None, "{title}");
    }
    let trailer = called(Format::Special, 1, "Maid in the Spring PV", "2022-01-19");
    assert_eq!(placed(&trailer, &claims, dated("Maid PV")), "verified S0E1");
}

#[test]
fn another_part_another_year_and_another_label_are_another_special() {
    for (own, theirs) in [
        ("Attack on Titan: No Regrets 2", "No Regrets"),
        ("Attack on Titan: Jump Festa 2010", "Jump Festa 2008"),
        ("Attack on Titan OVA 2", "Attack on Titan OVA 1"),
        ("Attack on Titan Special", "Attack on Titan OVA"),
        ("Attack on Titan 2nd Season: Picture Drama", "Picture Drama"),
        ("Attack on Titan: No Regrets", "Trailer: No Regrets"),
    ] {
        let listed = specials(&["Other", "Another", theirs], UNDATED);
        let ova = attack(own, 1);
        assert_eq!(place(&ova, &[season(Fribbs, 0, 2)], listed).placement, None, "{own}");
    }
}

#[test]
fn advertisements_are_no_works_however_well_they_fit() {
    let previews: Vec<String> = (1..=12).map(|n| format!("Next Episode Preview {n}")).collect();
    let previews: Vec<&str> = previews.iter().map(String::as_str).collect();
    let minis = called(Format::Ona, 12, "Wind Town Mini", "2013-04-07");
    let listed = specials(&previews, "2013-04-07");
    assert_eq!(place(&minis, &[season(Fribbs, 0, 0)], listed).placement, None);
}
