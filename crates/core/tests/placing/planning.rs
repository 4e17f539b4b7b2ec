//! Facts about the plan: pure, deterministic, and empty once it was applied.

use std::sync::Arc;

use anilist_trakt_sync_core::domain::{
    AnilistId, Entry, Format, History, Item, Override, Play, Reason, Slot, Source, TraktShowId,
    WatchedAt,
};
use anilist_trakt_sync_core::placing::place::{Case, Facts, Shows, decide};
use anilist_trakt_sync_core::plan::dates::{Calendar, WatchLog};
use anilist_trakt_sync_core::plan::{
    Action, Held, Inputs, OnTrakt, Plan, Rewatches, There, Title, plan,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::scene::{SHOW, entry, season, show};

/// Everything a plan depends on, to be changed by a test.
struct Desk {
    titles: Vec<Title>,
    shows: Shows,
    overrides: Vec<Override>,
    watched: History,
    there: There,
    held: Held,
    untaken: Vec<Play>,
    rewatches: Rewatches,
    max_plays: usize,
}

fn now() -> Timestamp {
    "2026-11-21T08:00:30Z".parse().unwrap()
}

impl Desk {
    /// Two seasons of twelve, each with its entry: AniList 1 and 2.
    fn new() -> Self {
        let listed = show(&[(1, 1, 12, "2014-04-06"), (2, 1, 12, "2015-10-04")]);
        let shows = Shows::from([(SHOW, Some(listed))]);
        let mut desk = Self {
            titles: Vec::new(),
            shows,
            overrides: Vec::new(),
            watched: History::default(),
            there: There::default(),
            held: Held::default(),
            untaken: Vec::new(),
            rewatches: Rewatches::Off,
            max_plays: 1000,
        };
        desk.add(1, "2014-04-06", 1);
        desk.add(2, "2015-10-04", 2);
        desk
    }

    fn add(&mut self, id: u32, start: &str, number: u16) {
        let mut entry = entry(Format::Tv, 12, start);
        entry.media.id = AnilistId(id);
        let decision = decide(
            &Case {
                entry: &entry,
                claims: &[season(Source::Fribbs, number, 0)],
                facts: &Facts::default(),
            },
            &self.shows,
        );
        let decision = Some(Arc::new(decision));
        self.titles.push(Title { decision, ..Title::new(Arc::new(entry)) });
    }

    fn entry(&mut self, index: usize) -> &mut Entry {
        Arc::make_mut(&mut self.titles[index].entry)
    }

    fn plan(&self) -> Plan {
        let calendar = Calendar { zone: TimeZone::UTC, now: now() };
        let titles: Vec<&Title> = self.titles.iter().collect();
        let (history, untaken) = (Some(&self.watched), self.untaken.as_slice());
        let trakt = OnTrakt { history, there: &self.there, held: &self.held, untaken };
        plan(&Inputs {
            titles: &titles,
            shows: &self.shows,
            overrides: &self.overrides,
            trakt,
            rewatches: self.rewatches,
            posts_private: false,
            log: &WatchLog::default(),
            calendar: &calendar,
            max_plays: self.max_plays,
        })
    }

    fn settle(&mut self, id: u32, last_abs: u32) {
        for title in self.titles.iter_mut().filter(|title| title.id() == AnilistId(id)) {
            title.settled.last_abs = last_abs;
        }
    }
}

fn slots(plan: &Plan) -> Vec<String> {
    let name = |item| match item {
        Item::Episode { slot, .. } => Slot::to_string(&slot),
        Item::Movie { movie } => format!("film {movie}"),
    };
    plan.plays().map(|play| name(play.item)).collect()
}

fn episode(season: u16, number: u32) -> Item {
    Item::Episode { show: SHOW, slot: Slot { season, number } }
}

#[test]
fn everything_watched_is_posted_once_in_order() {
    let plan = Desk::new().plan();
    let expected: Vec<_> = (1..=2)
        .flat_map(|season| (1..=12).map(move |number| format!("S{season}E{number}")))
        .collect();
    assert_eq!(slots(&plan), expected);
    assert!(plan.plays().all(|play| play.episode_id.is_some()));
    assert!(plan.is_complete());
}

#[test]
fn a_show_that_nobody_looked_at_is_not_a_show_without_episodes() {
    let mut desk = Desk::new();
    desk.shows.clear();
    let plan = desk.plan();
    assert_eq!((plan.plays().count(), plan.undecided()), (0, 2));
    assert!(plan.titles.iter().all(|title| title.waiting.is_none()), "nobody is told anything");
    assert!(!plan.is_complete());
}

#[test]
fn a_show_that_is_needed_for_nothing_need_not_be_looked_at() {
    let mut desk = Desk::new();
    desk.shows.clear();
    desk.settle(1, 12);
    desk.settle(2, 12);
    assert_eq!(desk.plan().undecided(), 0);
}

#[test]
fn a_correction_to_a_show_that_nobody_looked_at_leaves_its_title_for_later() {
    let mut desk = Desk::new();
    let trakt_id = TraktShowId(999);
    let anilist_id = Some(AnilistId(1));
    desk.overrides.push(Override { trakt_id, abs: 3, season: 1, episode: 1, anilist_id });
    let undecided = |desk: &Desk| desk.plan().titles[0].is_undecided();
    assert!(undecided(&desk));
    desk.shows.insert(trakt_id, None);
    let plan = desk.plan();
    let waiting = plan.titles[0].waiting.clone().unwrap();
    assert_eq!((waiting.reason, waiting.episodes), (Reason::EpisodesMissing, vec![3]));
    assert_eq!(waiting.detail, "Trakt has no show with this number: 999");
}

#[test]
fn what_trakt_has_is_not_posted_whoever_put_it_there() {
    let mut desk = Desk::new();
    desk.watched.add(episode(1, 5));
    let plan = desk.plan();
    assert_eq!(plan.plays().count(), 23);
    assert_eq!(plan.titles[0].already(), 1);
    assert!(!slots(&plan).contains(&"S1E5".to_owned()));
}

#[test]
fn what_may_still_land_is_neither_posted_nor_settled() {
    let mut desk = Desk::new();
    let sent: Vec<Play> = desk.plan().plays().filter(|play| play.abs == 5).cloned().collect();
    desk.held.plays(now(), sent.iter());
    desk.rewatches = Rewatches::Post;
    desk.entry(0).repeat = 1;
    let plan = desk.plan();
    // Of the rewatch, too, the fifth is left for later.
    assert_eq!((plan.plays().count(), plan.held(), plan.left_out), (22 + 11, 3, 0));
    assert!(plan.plays().all(|play| play.abs != 5));
    assert!(!plan.is_complete());
    assert_eq!(plan.titles[0].settled_through(|_| true), 4);
    // The title is another show now, and still it may land where it was sent.
    desk.titles[0].decision = desk.titles[1].decision.clone();
    desk.titles.truncate(1);
    assert!(desk.plan().plays().all(|play| play.abs != 5));
}

#[test]
fn what_trakt_passed_over_waits_and_another_time_of_it_does_not() {
    let mut desk = Desk::new();
    desk.untaken = desk.plan().plays().filter(|play| play.abs == 5).take(1).cloned().collect();
    let plan = desk.plan();
    let waiting = plan.titles[0].waiting.as_ref().unwrap();
    assert_eq!((waiting.reason, &waiting.episodes), (Reason::RefusedByTrakt, &vec![5]));
    assert_eq!(plan.titles[1].waiting, None);
    desk.untaken[0].rewatch = 1;
    assert_eq!(desk.plan().plays().count(), 24);
}

#[test]
fn what_was_settled_before_is_not_looked_at_again() {
    let mut desk = Desk::new();
    desk.settle(1, 12);
    desk.settle(2, 10);
    assert_eq!(slots(&desk.plan()), ["S2E11", "S2E12"]);
}

#[test]
fn a_lowered_progress_takes_nothing_back() {
    let mut desk = Desk::new();
    desk.titles.truncate(1);
    desk.entry(0).progress = 3;
    desk.settle(1, 9);
    let plan = desk.plan();
    assert_eq!(plan.plays().count(), 0);
    assert_eq!(plan.titles[0].settled_through(|_| true), 9);
}

#[test]
fn plays_beyond_the_limit_are_left_for_the_next_run() {
    let mut desk = Desk::new();
    desk.max_plays = 15;
    let plan = desk.plan();
    assert_eq!((plan.plays().count(), plan.left_out), (15, 9));
    assert!(!plan.is_complete());
    assert_eq!(plan.titles[1].settled_through(|_| true), 3);
}

#[test]
fn an_episode_is_claimed_by_one_entry_only() {
    let mut desk = Desk::new();
    desk.add(3, "2015-10-04", 2);
    let plan = desk.plan();
    assert_eq!(plan.plays().count(), 24);
    let third = plan.titles[2].waiting.as_ref().unwrap();
    assert_eq!(third.reason, Reason::Conflict);
    assert!(third.detail.contains("AniList 2"), "{}", third.detail);
}

#[test]
fn an_entry_that_could_not_be_looked_up_is_left_as_it_is() {
    let mut desk = Desk::new();
    desk.titles[1].decision = None;
    let plan = desk.plan();
    assert_eq!(plan.undecided(), 1);
    assert!(!plan.is_complete());
    assert_eq!(plan.titles[1].waiting, None);
}

#[test]
fn a_correction_moves_one_episode_of_its_entry_and_no_other() {
    let mut desk = Desk::new();
    desk.titles.truncate(1);
    let correction =
        |anilist_id| Override { trakt_id: SHOW, abs: 1, season: 2, episode: 7, anilist_id };
    desk.overrides = vec![correction(Some(AnilistId(1)))];
    assert_eq!(slots(&desk.plan())[..2], ["S2E7", "S1E2"]);
    desk.overrides = vec![correction(Some(AnilistId(99)))];
    assert_eq!(slots(&desk.plan())[0], "S1E1");
    desk.overrides = vec![correction(None)];
    assert_eq!(slots(&desk.plan())[0], "S2E7");
}

#[test]
fn a_correction_to_an_episode_trakt_does_not_list_waits() {
    let mut desk = Desk::new();
    desk.titles.truncate(1);
    let wrong = Override {
        trakt_id: TraktShowId(SHOW.0),
        abs: 3,
        season: 2,
        episode: 70,
        anilist_id: None,
    };
    desk.overrides = vec![wrong];
    let plan = desk.plan();
    assert_eq!(plan.plays().count(), 11);
    assert_eq!(plan.titles[0].waiting.as_ref().unwrap().episodes, [3]);
    assert_eq!(plan.titles[0].settled_through(|_| true), 12);
}

#[test]
fn a_completed_entry_without_a_date_is_posted_as_unknown() {
    assert!(Desk::new().plan().plays().all(|play| play.watched_at == WatchedAt::Unknown));
}

#[test]
fn what_was_just_taken_is_there_for_every_entry_and_under_every_number() {
    let mut desk = Desk::new();
    let posted = desk.plan();
    let fifth = posted.plays().find(|play| play.abs == 5).unwrap();
    // Another entry posted it, where its season had another number.
    let elsewhere = Item::Episode { show: SHOW, slot: Slot { season: 9, number: 9 } };
    desk.there.add(&Play { anilist_id: AnilistId(99), item: elsewhere, ..fifth.clone() });
    let plan = desk.plan();
    assert_eq!(plan.plays().count(), posted.plays().count() - 1);
    assert!(plan.plays().all(|play| play.episode_id != fifth.episode_id));
    assert_eq!((plan.titles[0].already(), plan.held()), (1, 0));
}

#[test]
fn a_refused_play_does_not_hide_the_ones_before_it() {
    let desk = Desk::new();
    let plan = desk.plan();
    let until_7 = |play: &Play| play.abs < 7;
    assert_eq!(plan.titles[0].settled_through(until_7), 6);
}

proptest! {
    #[test]
    fn planning_after_applying_is_empty(
        progress in 0_u32..=12,
        settled in 0_u32..=12,
        had in prop::collection::vec((1_u16..=2, 1_u32..=12), 0..10),
        max_plays in 1_usize..30,
    ) {
        let mut desk = Desk::new();
        desk.entry(0).progress = progress;
        desk.settle(1, settled);
        desk.max_plays = max_plays;
        for (season, number) in had {
            desk.watched.add(episode(season, number));
        }
        let mut runs = 0;
        loop {
            let plan = desk.plan();
            prop_assert_eq!(&plan, &desk.plan(), "the same inputs give the same plan");
            for play in plan.plays() {
                prop_assert!(!desk.watched.contains(&play.item), "{:?} was there", play.item);
                desk.watched.add(play.item);
            }
            for title in &plan.titles {
                desk.settle(title.title.id().0, title.settled_through(|_| true));
            }
            if plan.left_out == 0 {
                break;
            }
            runs += 1;
            prop_assert!(runs < 30);
        }
        let again = desk.plan();
        prop_assert_eq!(again.plays().count(), 0);
        prop_assert!(again.titles.iter().all(|t| t.steps.iter().all(|s| s.action == Action::Already) ));
    }
}
