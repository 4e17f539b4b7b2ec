//! The demo's world: real titles under their real ids, and one person's list.
//!
//! Air dates are those of each run's first episode; the rest follow weekly. Two pairs of a show and
//! a film share their numbers on purpose, and what the datasets say is at times wrong, as it is in
//! the published files.

#![expect(clippy::unreadable_literal, reason = "ids are written as the services write them")]

mod airing;
mod days;
mod elsewhere;
mod list;
mod manga;
mod reading;
mod shows;
mod titles;

use jiff::Timestamp;
use jiff::civil::Date;

use super::world::{Evening, World};

impl World {
    /// About 50 titles to watch and 30 to read, with the person's latest activity hours before `now`.
    pub fn sample(now: Timestamp) -> Self {
        let world = manga::manga(shows::catalogue(Self::default()));
        let world = list::history(list::activities(list::titles(world, now), now), now);
        let world = airing::schedules(reading::list(world, now), now);
        elsewhere::lists(world, now)
    }

    /// What the person of [`Self::sample`] watched and read in the year before `today`, by day.
    pub fn sample_days(today: Date) -> Vec<Evening> {
        days::days(today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anilist_trakt_sync_core::domain::{
        AnilistId, FuzzyDate, Item, ListStatus, Slot, TraktMovieId, TraktShowId,
    };

    fn sample() -> World {
        World::sample("2026-11-21T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn every_entry_and_activity_is_about_a_known_title() {
        let world = sample();
        assert!(world.list.iter().all(|entry| world.media.contains_key(&entry.media)));
        assert!(world.activities.iter().all(|one| world.media.contains_key(&one.media)));
        assert!(world.list.len() >= 40, "{}", world.list.len());
    }

    #[test]
    fn thirty_titles_are_read_in_every_way_and_a_few_are_left_to_be_found() {
        let world = sample();
        let known = world.manga.iter().filter(|manga| manga.anilist.is_some());
        assert_eq!((world.manga_list.len(), known.count()), (30, 34));
        let count = |wanted| world.manga_list.iter().filter(|one| one.status == wanted).count();
        let all = [
            ListStatus::Completed,
            ListStatus::Current,
            ListStatus::Planning,
            ListStatus::Paused,
            ListStatus::Dropped,
            ListStatus::Repeating,
        ];
        assert!(all.iter().all(|status| count(*status) > 0));
        let whole =
            |date: FuzzyDate| (date.year.is_some(), date.month.is_some(), date.day().is_some());
        for precision in [(true, true, true), (true, true, false), (true, false, false)] {
            assert!(world.manga_list.iter().any(|entry| whole(entry.started_at) == precision));
        }
    }

    #[test]
    fn every_title_but_one_stands_in_a_dataset_and_that_one_is_on_trakt_by_name() {
        let world = sample();
        let named = |id: &AnilistId| world.mappings.iter().any(|row| row.anilist == *id);
        let unnamed: Vec<_> = world.media.values().filter(|media| !named(&media.id)).collect();
        assert_eq!(unnamed.len(), 1);
        let title = unnamed[0].titles.display();
        assert!(world.catalogue.shows().any(|show| show.title == title));
    }

    #[test]
    fn something_airs_on_every_day_of_the_week_to_come() {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let world = sample();
        let hours = |at: Timestamp| at.duration_since(start).as_hours();
        let all = world.schedules.values().flatten().map(|one| hours(one.airs_at) / 24);
        let days: std::collections::BTreeSet<i64> = all.filter(|day| *day < 7).collect();
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
        for (id, schedule) in &world.schedules {
            let entry = world.list.iter().find(|entry| entry.media == *id).unwrap();
            assert!(schedule[0].episode > entry.progress, "{id}: it was watched before it aired");
        }
    }

    #[test]
    fn an_entrys_last_change_is_its_last_activity() {
        let world = sample();
        let recent = world.activities.iter().rev().take(10);
        for activity in recent {
            let of_entry = world.activities.iter().filter(|one| one.media == activity.media);
            let entry = world.list.iter().find(|entry| entry.media == activity.media).unwrap();
            let last = of_entry.map(|one| one.created_at).max();
            assert_eq!(Some(entry.updated_at), last, "{}", entry.media);
        }
    }

    #[test]
    fn one_piece_keeps_counting_across_seasons() {
        let world = sample();
        let show = world.catalogue.show(TraktShowId(37696)).unwrap();
        for (season, number) in [(2, 62), (21, 892), (22, 1089)] {
            let first = &show.episodes.season(season)[0];
            assert_eq!((first.slot.number, first.number_abs), (number, Some(number)));
        }
        assert_eq!(world.media[&AnilistId(21)].episodes, None);
    }

    #[test]
    fn a_second_cour_begins_on_the_day_its_entry_says() {
        let world = sample();
        for (entry, show, season, number) in
            [(104578, 1420, 3, 13), (145064, 158594, 1, 25), (142838, 190742, 1, 13)]
        {
            let show = world.catalogue.show(TraktShowId(show)).unwrap();
            let episode = show.episodes.episode(Slot { season, number }).unwrap();
            let day = world.media[&AnilistId(entry)].start_date.day().unwrap();
            assert!(episode.first_aired.unwrap().to_string().starts_with(&day.to_string()));
        }
    }

    #[test]
    fn a_show_and_a_film_share_their_numbers() {
        let world = sample();
        let show = world.catalogue.show(TraktShowId(1420)).unwrap();
        let film = world.catalogue.movie(TraktMovieId(1420)).unwrap();
        assert_eq!(show.tmdb.unwrap().0, film.tmdb.unwrap().0);
    }

    #[test]
    fn trakt_has_a_little_history_already() {
        let world = sample();
        let plays: Vec<_> = world.history.all().collect();
        assert!((20..200).contains(&plays.len()), "{}", plays.len());
        for play in plays {
            if let Item::Episode { show, slot } = play.item {
                assert!(world.catalogue.show(show).unwrap().episodes.episode(slot).is_some());
            }
        }
    }
}
