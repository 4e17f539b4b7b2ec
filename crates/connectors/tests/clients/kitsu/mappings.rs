use anilist_trakt_sync_connectors::kitsu::{Mapped, Site};
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Kind, Origin};
use anilist_trakt_sync_demo::world::{Kitsu, KitsuWork};

use super::Bench;

/// 45 works, each with ids elsewhere that are a hundred times its own. Two of them share one, and an episode and a
/// manga carry the same number.
fn many() -> Kitsu {
    let work = |id| {
        KitsuWork::new(Kind::Anime, id, &format!("Number {id}"), Some(12))
            .mapped("myanimelist/anime", id * 100)
            .mapped("anilist/anime", id * 100 + 1)
            .mapped("anidb", id)
    };
    let works = (1..=45).fold(Kitsu::default(), |kitsu, id| kitsu.with(work(id)));
    works
        .with(KitsuWork::new(Kind::Anime, 50, "Second Half", None).mapped("myanimelist/anime", 100))
        .with(KitsuWork::new(Kind::Manga, 1, "Number 1", None).mapped("myanimelist/anime", 200))
}

#[tokio::test]
async fn works_are_found_by_many_ids_of_others_at_once() {
    let bench = Bench::start(many()).await;
    let ids: Vec<u32> = (1..=45).map(|id| id * 100).collect();
    let site = Site::Myanimelist;
    let mut mapped = bench.client.mapped(&bench.owner, Kind::Anime, site, &ids).await.unwrap();
    mapped.sort();
    assert_eq!(mapped.len(), 46);
    let shared: Vec<u32> =
        mapped.iter().filter(|row| row.external == 100).map(|row| row.work).collect();
    assert_eq!(shared, [1, 50], "whether a pair is one to one is for who asks");
    let of_two: Vec<&Mapped> = mapped.iter().filter(|row| row.external == 200).collect();
    assert_eq!(of_two, [&Mapped { external: 200, work: 2 }], "a manga is no anime");
    assert_eq!(bench.count(), 4, "three times twenty, and one that does not fit in its page");
    let none = bench.client.mapped(&bench.owner, Kind::Manga, Site::Anilist, &[1]).await.unwrap();
    assert_eq!(none, []);
}

#[tokio::test]
async fn many_works_are_read_at_once_with_their_ids_elsewhere() {
    let bench = Bench::start(many()).await;
    let ids: Vec<u32> = (1..=45).chain([999]).collect();
    let found = bench.client.works(&bench.owner, Kind::Anime, &ids).await.unwrap();
    assert_eq!((found.len(), bench.count()), (45, 3));
    let one = found.iter().find(|found| found.work.ids.kitsu == Some(7)).unwrap();
    assert_eq!(
        (one.kind, one.origin, one.work.title.as_str()),
        (Kind::Anime, Origin::Kitsu, "Number 7")
    );
    assert_eq!((one.work.ids.mal, one.work.ids.anilist), (Some(MalId(700)), Some(AnilistId(701))));
}

#[tokio::test]
async fn works_are_found_by_name() {
    let bench = Bench::start(many()).await;
    let found = bench.client.search(&bench.owner, Kind::Anime, "second half").await.unwrap();
    let ids: Vec<_> = found.iter().map(|found| found.work.ids.kitsu).collect();
    assert_eq!(ids, [Some(50)]);
}
