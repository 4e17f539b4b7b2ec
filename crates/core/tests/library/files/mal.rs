//! `MyAnimeList`'s XML, as the site and others write it.

use std::io::Write as _;

use anilist_trakt_sync_core::library::files::{Format, Unreadable};
use anilist_trakt_sync_core::library::{Kind, Origin, Status};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{file, only, reason, told, unreadable};

fn list(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>
         <!-- an export -->
         <myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>{entries}</myanimelist>"
    )
}

fn anime(cells: &str) -> String {
    list(&format!(
        "<anime><series_animedb_id>1</series_animedb_id>
           <series_title><![CDATA[Cowboy Bebop]]></series_title>{cells}</anime>"
    ))
}

#[test]
fn an_entry_of_the_site_is_read_whole() {
    let new = only(list(
        "<anime>
           <series_animedb_id>52991</series_animedb_id>
           <series_title><![CDATA[Sousou no Frieren]]></series_title>
           <series_type>TV</series_type><series_episodes>28</series_episodes>
           <my_id>0</my_id><my_watched_episodes>12</my_watched_episodes>
           <my_start_date>2023-09-29</my_start_date><my_finish_date>0000-00-00</my_finish_date>
           <my_rated></my_rated><my_score>9</my_score><my_storage></my_storage>
           <my_storage_value>0.00</my_storage_value><my_status>Watching</my_status>
           <my_comments><![CDATA[so <quiet> & slow]]></my_comments>
           <my_times_watched>2</my_times_watched><my_rewatch_value></my_rewatch_value>
           <my_priority>LOW</my_priority><my_tags><![CDATA[elves, 2023]]></my_tags>
           <my_rewatching>0</my_rewatching><my_rewatching_ep>0</my_rewatching_ep>
           <my_discuss>1</my_discuss><my_sns>default</my_sns>
           <update_on_import>0</update_on_import>
         </anime>",
    ));
    assert_eq!((new.kind, new.origin), (Kind::Anime, Origin::Myanimelist));
    assert_eq!((new.work.title.as_str(), new.work.max_progress), ("Sousou no Frieren", Some(28)));
    assert_eq!(new.work.ids.mal.map(|id| id.0), Some(52_991));
    assert_eq!(new.work.format.as_deref(), Some("tv"));
    let entry = new.entry;
    assert_eq!((entry.status, entry.progress, entry.score), (Status::Current, 12, Some(90)));
    assert_eq!(
        (entry.started.to_string(), entry.finished.to_string()),
        ("2023-09-29".into(), String::new())
    );
    assert_eq!((entry.repeats, entry.repeating), (2, false));
    assert_eq!(entry.notes.as_deref(), Some("so <quiet> & slow\nTags: elves, 2023"));
}

#[test]
fn a_manga_has_chapters_and_volumes() {
    let new = only(list(
        "<manga><manga_mangadb_id>2</manga_mangadb_id><manga_title>Berserk &amp; &#39;more&#39;</manga_title>
           <manga_volumes>0</manga_volumes><manga_chapters>0</manga_chapters>
           <my_read_volumes>40</my_read_volumes><my_read_chapters>350</my_read_chapters>
           <my_times_read>1</my_times_read><my_status>Reading</my_status>
           <my_rereading>NO</my_rereading></manga>",
    ));
    assert_eq!((new.kind, new.work.title.as_str()), (Kind::Manga, "Berserk & 'more'"));
    assert_eq!((new.work.max_progress, new.work.max_volumes), (None, None), "0 is not known");
    assert_eq!((new.entry.progress, new.entry.progress_volumes, new.entry.repeats), (350, 40, 1));
}

#[test]
fn a_status_is_a_word_or_a_number() {
    for (word, status) in [
        ("1", Status::Current),
        ("2", Status::Completed),
        ("3", Status::OnHold),
        ("4", Status::Dropped),
        ("6", Status::Planning),
        ("Plan to Watch", Status::Planning),
        ("On-Hold", Status::OnHold),
        ("onhold", Status::OnHold),
        ("plantowatch", Status::Planning),
    ] {
        let new = only(anime(&format!("<my_status>{word}</my_status>")));
        assert_eq!(new.entry.status, status, "{word}");
    }
    let odd = file(anime("<my_status>5</my_status>"));
    assert_eq!(reason(&odd.rows[0]), "\"5\" is no value that this field can have: status");
    assert_eq!((odd.rows[0].number, odd.rows[0].title.as_str()), (1, "Cowboy Bebop"));
}

#[test]
fn a_date_may_lack_any_part() {
    for (date, read) in [
        ("0000-00-00", ""),
        ("", ""),
        ("2021-00-00", "2021"),
        ("2021-05-00", "2021-05"),
        ("2021-05-03", "2021-05-03"),
        ("2021-00-03", "2021"),
        ("0000-05-03", ""),
    ] {
        let new = only(anime(&format!("<my_start_date>{date}</my_start_date>")));
        assert_eq!(new.entry.started.to_string(), read, "{date}");
    }
    for odd in ["2021-13-01", "2021-02-30", "yesterday"] {
        let file = file(anime(&format!("<my_finish_date>{odd}</my_finish_date>")));
        assert!(reason(&file.rows[0]).ends_with(": finished"), "{odd}");
    }
}

#[test]
fn a_score_is_of_ten_and_0_is_none() {
    for (score, read) in [("0", None), ("", None), ("1", Some(10)), ("10", Some(100))] {
        let new = only(anime(&format!("<my_score>{score}</my_score>")));
        assert_eq!(new.entry.score, read, "{score}");
    }
    for odd in ["11", "-1", "8.5", "good"] {
        let file = file(anime(&format!("<my_score>{odd}</my_score>")));
        assert!(reason(&file.rows[0]).ends_with(": score"), "{odd}");
    }
}

#[test]
fn how_often_is_unknown_at_255() {
    assert_eq!(only(anime("<my_times_watched>255</my_times_watched>")).entry.repeats, 0);
    assert_eq!(only(anime("<my_times_watched>3</my_times_watched>")).entry.repeats, 3);
}

#[test]
fn what_is_watched_again_is_current() {
    let again = only(anime(
        "<my_status>Completed</my_status><my_watched_episodes>26</my_watched_episodes>
         <my_rewatching>1</my_rewatching><my_rewatching_ep>4</my_rewatching_ep>",
    ));
    let entry = again.entry;
    assert_eq!((entry.status, entry.repeating, entry.progress), (Status::Current, true, 4));
    let row = "<manga><manga_mangadb_id>2</manga_mangadb_id><manga_title>Berserk</manga_title>
               <my_status>2</my_status><my_read_chapters>7</my_read_chapters>";
    for flag in ["my_rereading", "my_rereadingg"] {
        for yes in ["1", "YES"] {
            let new = only(list(&format!("{row}<{flag}>{yes}</{flag}></manga>")));
            assert_eq!((new.entry.repeating, new.entry.progress), (true, 7), "{flag} {yes}");
        }
    }
    let held = only(anime("<my_status>3</my_status><my_rewatching>1</my_rewatching>"));
    assert_eq!((held.entry.status, held.entry.repeating), (Status::OnHold, true));
}

#[test]
fn a_name_that_no_document_has_stays_as_it_is() {
    let new = only(anime("<my_comments>a&nbsp;b &lt;c&gt;</my_comments>"));
    assert_eq!(new.entry.notes.as_deref(), Some("a&nbsp;b <c>"));
}

#[test]
fn one_odd_entry_loses_no_other() {
    let mut bytes = list(
        "<anime><series_animedb_id>1</series_animedb_id><series_title>One</series_title></anime>
        <anime><series_animedb_id>2</series_animedb_id><series_title>T#o</series_title></anime>
        <anime><series_animedb_id>3</series_animedb_id></anime>
        <anime/>
        <anime><series_animedb_id>4</series_animedb_id><series_title>Four</series_title></anime>",
    )
    .into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'#').unwrap();
    bytes[at] = 0xff;
    let file = file(&bytes);
    assert_eq!(file.format, Format::MalXml);
    let ids = file.rows.iter().filter_map(|row| row.said.as_ref().ok()?.new.work.ids.mal);
    assert_eq!(ids.map(|id| id.0).collect::<Vec<_>>(), [1, 3, 4], "the third is known by its id");
    assert_eq!(reason(&file.rows[1]), "series_title is not written in UTF-8");
    assert_eq!(reason(&file.rows[3]), "this is missing: title");
    assert_eq!(told(&file.rows[4]).new.work.title, "Four");
}

#[test]
fn a_packed_file_is_read_like_a_plain_one_and_told_by_its_content() {
    let plain = anime("<my_status>2</my_status>");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(only(&packed), only(&plain));
    let broken = unreadable(&packed[..packed.len() - 9]);
    assert!(matches!(broken, Unreadable::Broken(_)), "{broken}");
}

#[test]
fn nothing_that_a_file_declares_is_followed() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">
        <!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">]><myanimelist><anime>&lol2;</anime></myanimelist>";
    let outside = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><myanimelist/>";
    for text in [laughs, outside] {
        assert_eq!(unreadable(text), Unreadable::Doctype);
    }
}

#[test]
fn what_breaks_off_or_is_no_list_is_refused() {
    let whole = anime("<my_score>8</my_score>");
    assert!(matches!(unreadable(&whole[..whole.len() - 20]), Unreadable::Broken(_)));
    assert_eq!(unreadable("<html><body>Sign in</body></html>"), Unreadable::Unknown);
    let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><myanimelist></myanimelist>";
    assert_eq!(unreadable(latin), Unreadable::Encoding);
    assert_eq!(unreadable(b"\xff\xfe<\0m\0"), Unreadable::Encoding);
    assert!(file("\u{feff}<myanimelist></myanimelist>").rows.is_empty());
}
