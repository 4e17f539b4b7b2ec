//! Where the titles of the sample list belong.

use anilist_trakt_sync::demo::world::{Mapping, Numbers, TraktShow};
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{AnilistId, Item, Override, Placement, Service, TraktShowId};
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::placing::decision::Decision;
use anilist_trakt_sync::store::Write;
use anilist_trakt_sync::sync::single::locate;

use crate::bench::{Bench, episodes, start_of_test};
use crate::worlds::{current, media, one_series};

async fn sample() -> Bench {
    Bench::start(World::sample(start_of_test())).await
}

async fn decide(bench: &Bench, title: u32) -> Decision {
    locate(&bench.person, AnilistId(title)).await.unwrap().decision
}

fn shown(placement: Option<&Placement>, abs: u32) -> String {
    match placement.and_then(|placement| placement.item(abs)) {
        Some(Item::Episode { show, slot }) => format!("{show} {slot}"),
        Some(Item::Movie { movie }) => format!("film {movie}"),
        None => "nowhere".to_owned(),
    }
}

#[tokio::test]
async fn the_cases_worth_knowing_are_placed_right() {
    let table = [
        (21, 1, "37696 S1E1", "One Piece"),
        (21, 62, "37696 S2E62", "One Piece keeps absolute numbers inside its seasons"),
        (21, 892, "37696 S21E892", "One Piece"),
        (21, 1100, "37696 S22E1100", "One Piece"),
        (11061, 63, "64409 S2E63", "Hunter x Hunter goes on counting"),
        (11061, 148, "64409 S3E148", "Hunter x Hunter"),
        (104_578, 1, "1420 S3E13", "Attack on Titan S3 Part 2"),
        (104_578, 10, "1420 S3E22", "Attack on Titan S3 Part 2"),
        (110_277, 16, "1420 S4E16", "Attack on Titan Final Season"),
        (131_681, 1, "1420 S4E17", "Attack on Titan Final Season Part 2"),
        (146_984, 1, "1420 S0E36", "Attack on Titan Final Chapters"),
        (108_632, 1, "104310 S1E26", "Re:Zero S2, of which one source is off by one"),
        (145_064, 1, "158594 S1E25", "JUJUTSU KAISEN S2 is merged into season 1"),
        (145_064, 23, "158594 S1E47", "JUJUTSU KAISEN S2"),
        (166_531, 1, "196091 S1E12", "Oshi no Ko S2 is merged"),
        (142_838, 1, "190742 S1E13", "SPY×FAMILY Cour 2"),
        (142_838, 13, "190742 S1E25", "SPY×FAMILY Cour 2"),
        (127_720, 1, "156460 S1E12", "Mushoku Tensei Cour 2"),
        (6811, 1, "60942 S2E1", "InuYasha: sources say season 8"),
        (5, 1, "film 6398", "Cowboy Bebop's film"),
        (32, 1, "film 11325", "The End of Evangelion is a film, not a special"),
        (199, 1, "film 97", "Spirited Away, whose numbers a show has too"),
        (104_157, 1, "film 423004", "a film that one source calls a special"),
        (112_151, 1, "film 474745", "Mugen Train, the film"),
        (129_874, 1, "131598 S2E1", "Mugen Train, the series"),
        (16498, 25, "1420 S1E25", "a show whose numbers a film has too"),
    ];
    let bench = sample().await;
    for (title, abs, expected, name) in table {
        let placed = decide(&bench, title).await.placement;
        assert_eq!(shown(placed.as_ref(), abs), expected, "{name}, episode {abs}");
    }
}

#[tokio::test]
async fn a_title_with_an_episode_0_is_not_off_by_one() {
    let bench = sample().await;
    let placed = decide(&bench, 146_065).await.placement;
    let shown = [1, 2, 13].map(|abs| shown(placed.as_ref(), abs));
    assert_eq!(shown, ["156460 S0E2", "156460 S2E1", "156460 S2E12"]);
}

#[tokio::test]
async fn looking_at_a_title_posts_nothing_and_is_remembered() {
    let bench = sample().await;
    decide(&bench, 21).await;
    bench.requests();
    decide(&bench, 21).await;
    assert_eq!(bench.requests(), ["Entry"]);
    assert_eq!(bench.demo.stats().history_posts, 0);
    assert_eq!(bench.last_abs(21).await, None);
}

#[tokio::test]
async fn a_title_that_is_nowhere_on_anilist_is_an_error() {
    let bench = sample().await;
    let error = locate(&bench.person, AnilistId(123_456_789)).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn every_play_of_the_sample_list_is_on_a_listed_episode_once() {
    let bench = sample().await;
    let before = bench.history().len();
    let report = bench.full().await;
    assert_eq!(report.state, "complete");
    let history = bench.history();
    let mut single = history.clone();
    single.dedup();
    assert_eq!(single.len(), history.len());
    assert_eq!(report.counts["synced"], history.len() - before);
    assert_eq!(bench.demo.stats().not_found, 0);
    let waiting: Vec<u32> = bench.waiting().await.into_iter().map(|(title, _)| title).collect();
    assert_eq!(waiting, [9_000_100]);
}

#[tokio::test]
async fn a_correction_moves_one_episode() {
    let special = TraktShow::new(50, "Specials", 2020, Numbers::PerSeason).undated_season(0, 2);
    let bench = Bench::start(one_series(4).with_show(special)).await;
    let correction = |abs, episode, anilist_id: Option<AnilistId>| Override {
        trakt_id: TraktShowId(if anilist_id == Some(AnilistId(1)) { 50 } else { 1 }),
        abs,
        season: u16::from(anilist_id.is_none()),
        episode,
        anilist_id,
    };
    // One for the entry, onto another show; one for the show; one for somebody else's entry.
    bench.write(Write::Override(correction(2, 1, Some(AnilistId(1))))).await;
    bench.write(Write::Override(correction(3, 12, None))).await;
    bench.write(Write::Override(correction(4, 2, Some(AnilistId(99))))).await;
    bench.full().await;
    assert_eq!(bench.history(), ["1 S1E1", "1 S1E4", "1 S1E12", "50 S0E1"]);
    assert_eq!(bench.full().await.counts["found"], 0);
}

/// Two seasons of one show that the sources name without a season, and Trakt has no dates of.
fn undated_sequel() -> World {
    let (first, second) = (media(1, Some(12)), media(2, Some(10)));
    let show = TraktShow::new(1, "Title 1", 2020, Numbers::PerSeason)
        .ids(10, 100, "tt0000001")
        .undated_season(1, 12)
        .undated_season(2, 10);
    World::default()
        .with_mapping(Mapping::to_season(&first, &show, None, 0))
        .with_mapping(Mapping::to_season(&second, &show, None, 0))
        .with_media(first, None)
        .with_media(second, Some(current(2, 3)))
        .with_show(show)
}

#[tokio::test]
async fn a_sequel_that_no_source_gives_a_season_is_counted_on_after_what_it_continues() {
    let world = undated_sequel().with_prequel(AnilistId(2), AnilistId(1));
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 2, 1..=3));
    bench.watch(2, 4);
    bench.requests();
    bench.full().await;
    assert!(!bench.requests().contains(&"Relations".to_owned()), "it is remembered");
    assert_eq!(bench.history(), episodes(1, 2, 1..=4));
}

#[tokio::test]
async fn an_entry_that_continues_nothing_is_counted_from_the_first_episode() {
    let bench = Bench::start(undated_sequel()).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
}

#[tokio::test]
async fn an_entry_after_works_of_an_unknown_length_waits() {
    let mut world = undated_sequel().with_prequel(AnilistId(2), AnilistId(1));
    world.media.get_mut(&AnilistId(1)).unwrap().episodes = None;
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0]);
    assert_eq!(bench.waiting().await, [(2, vec![])]);
}

#[tokio::test]
async fn an_entry_whose_prequels_cannot_be_read_is_left_for_the_next_run() {
    let world = undated_sequel().with_prequel(AnilistId(2), AnilistId(1));
    let bench = Bench::start(world).await;
    let busy = Action::Status { status: 500, headers: Vec::new(), body: String::new() };
    bench.demo.fail(Fault::new(Service::ANILIST, busy).path("Relations").times(u32::MAX));
    let report = bench.full().await;
    assert_eq!(report.state, "partial");
    assert_eq!(bench.waiting().await, []);
    bench.demo.heal();
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 2, 1..=3));
}

#[tokio::test]
async fn a_title_that_waits_looks_at_its_show_every_few_hours_and_asks_nobody_else() {
    let mut world = undated_sequel().with_prequel(AnilistId(2), AnilistId(1));
    world.media.get_mut(&AnilistId(1)).unwrap().episodes = None;
    let other = Mapping::silent(&media(9, Some(12))).range("tmdb_show:90:s1", "1-12", "1-12");
    let bench = Bench::start(world.with_mapping(other)).await;
    bench.full().await;
    bench.requests();
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.requests(), ["ChangedEntries"]);
    bench.hours_pass(7);
    bench.full().await;
    assert_eq!(bench.requests(), ["ChangedEntries", "GET /shows/{id}/seasons"]);
    assert_eq!(bench.waiting().await, [(2, vec![])]);
    bench.demo.world(|world, _| {
        world.media.get_mut(&AnilistId(1)).unwrap().episodes = Some(12);
    });
    bench.hours_pass(24);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 2, 1..=3));
}
