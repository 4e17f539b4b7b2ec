//! What is looked for, and what an item takes over of what a source tells.

use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Item, Kind, Names, Origin, RemoteId, Sought, Work};

use crate::samples::{item, three};

/// Frieren as AniList might tell of it a year later.
fn frieren() -> Found {
    let mut work = Work::titled("Frieren: Beyond Journey's End");
    work.names.english = Some("Frieren: Beyond Journey's End".to_owned());
    work.names.romaji = Some("Sousou no Frieren".to_owned());
    work.ids.anilist = Some(AnilistId(154_587));
    work.max_progress = Some(29);
    work.format = Some("tv".to_owned());
    work.year = Some(2023);
    work.episode_minutes = Some(24);
    Found { kind: Kind::Anime, origin: Origin::Anilist, work }
}

fn mine() -> Item {
    item(&three(), 1).clone()
}

#[test]
fn what_the_source_tells_is_taken_over_and_what_it_does_not_know_stays() {
    let before = mine();
    let mut item = before.clone();
    frieren().renew(&mut item);
    assert_eq!(item.entry, before.entry);
    assert_eq!(item.work.max_progress, Some(29));
    assert_eq!((item.work.format.as_deref(), item.work.year), (Some("tv"), Some(2023)));
    assert_eq!(item.work.episode_minutes, Some(24));
    assert_eq!(item.work.ids, before.work.ids, "MyAnimeList's id is kept");
    assert_eq!(item.work.names.native, before.work.names.native);
}

#[test]
fn a_title_of_the_source_follows_it_and_one_of_the_persons_own_stays() {
    let renewed = |title: &str| {
        let mut item = mine();
        item.work.title = title.to_owned();
        frieren().renew(&mut item);
        item.work.title
    };
    assert_eq!(renewed("Sousou no Frieren"), "Frieren: Beyond Journey's End");
    assert_eq!(renewed("葬送のフリーレン"), "Frieren: Beyond Journey's End");
    assert_eq!(renewed("the elf one"), "the elf one");
}

#[test]
fn a_maximum_that_a_person_set_is_never_overwritten() {
    let mut item = mine();
    (item.work.max_progress, item.work.max_progress_by_hand) = (Some(40), true);
    assert!(frieren().fill_maximum(&mut item));
    assert_eq!(item.work.max_progress, Some(40));
    let mut unknown = frieren();
    unknown.work.max_progress = None;
    item.work.max_progress_by_hand = false;
    unknown.renew(&mut item);
    assert_eq!(item.work.max_progress, Some(40), "what the source does not know stays");
}

#[test]
fn a_pasted_address_or_id_is_one_work() {
    let anilist = |id, kind| Sought::Work(RemoteId::Anilist(AnilistId(id)), Some(kind));
    let uuid = "32d76d19-8a05-4db0-9fc2-e0b0648fe9d0";
    let mangadex = Sought::Work(RemoteId::Mangadex(uuid.to_owned()), Some(Kind::Manga));
    let mal = Sought::Work(RemoteId::Mal(MalId(13)), Some(Kind::Manga));
    let table = [
        ("https://anilist.co/anime/21/ONE-PIECE/", anilist(21, Kind::Anime)),
        ("anilist.co/manga/30013", anilist(30_013, Kind::Manga)),
        ("http://www.AniList.co/anime/21?tab=1", anilist(21, Kind::Anime)),
        ("https://myanimelist.net/manga/13/One_Piece", mal),
        ("https://mangadex.org/title/32D76D19-8a05-4db0-9fc2-e0b0648fe9d0/solo", mangadex.clone()),
        (uuid, mangadex),
        (" 86 ", Sought::Number(AnilistId(86), "86".to_owned())),
    ];
    for (text, expected) in table {
        assert_eq!(Sought::read(text), expected, "{text}");
    }
}

#[test]
fn everything_else_is_a_name() {
    for text in [
        "One Piece",
        "Fate/Zero",
        "0",
        "-1",
        "99999999999",
        "https://anilist.co/user/mika",
        "https://anilist.co/anime/x",
        "https://anilist.co.example/anime/21",
        "https://mangadex.org/title/21",
        "",
    ] {
        assert_eq!(Sought::read(text), Sought::Name(text.to_owned()), "{text}");
    }
}

#[test]
fn an_id_is_that_of_the_source_that_tells() {
    let mut found = frieren();
    assert_eq!(found.id().as_deref(), Some("154587"));
    found.origin = Origin::Mangadex;
    assert_eq!(found.id(), None);
    let kept = found.work.ids.without(|id| matches!(id, RemoteId::Anilist(_)));
    assert!(kept.is_empty());
    assert_eq!(Names::default().all().count(), 0);
}
