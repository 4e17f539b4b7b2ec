//! What a file may cost: one that is too large, too deep or takes too long is refused early.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anilist_trakt_sync_core::library::files::{File, LIMITS, Limits, Unreadable, read};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::reason;

fn read_with(bytes: impl AsRef<[u8]>, change: fn(&mut Limits)) -> Result<File, Unreadable> {
    let mut limits = LIMITS;
    change(&mut limits);
    read(bytes.as_ref(), &limits)
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

const THREE: [&str; 3] = [
    r#"[{"title": "a", "type": "anime"}, {"title": "b", "type": "anime"}, {"title": "c", "type": "anime"}]"#,
    "title,type\na,anime\nb,anime\nc,anime\n",
    "<myanimelist><anime><series_title>a</series_title></anime><anime/><manga></manga></myanimelist>",
];

#[test]
fn a_file_has_so_many_bytes_at_most() {
    assert!(read_with("[1]", |limits| limits.file = 3).is_ok());
    assert_eq!(read_with("[12]", |limits| limits.file = 3).unwrap_err(), Unreadable::Large(3));
}

#[test]
fn so_many_bytes_come_out_of_a_packed_file_at_most() {
    let allowed = |limits: &mut Limits| limits.unpacked = 1000;
    let spaces = |count: usize| packed(format!("{}[]", " ".repeat(count)).as_bytes());
    assert!(read_with(spaces(998), allowed).is_ok());
    let more = read_with(spaces(999), allowed).unwrap_err();
    assert_eq!(more, Unreadable::Unpacked(1000));
    assert!(more.is_too_large());
    let bomb = packed(&vec![b' '; (128 << 20) + 1]);
    assert!(bomb.len() < 200_000);
    assert_eq!(read(&bomb, &LIMITS).unwrap_err(), Unreadable::Unpacked(128 << 20));
    let twice = packed(&packed(b"[]"));
    assert_eq!(read(&twice, &LIMITS).unwrap_err(), Unreadable::Unknown, "it is unpacked once");
}

#[test]
fn a_file_has_so_many_rows_at_most_and_those_that_cannot_be_read_count() {
    for text in THREE {
        assert_eq!(read_with(text, |limits| limits.rows = 3).unwrap().rows.len(), 3, "{text}");
        let more = read_with(text, |limits| limits.rows = 2).unwrap_err();
        assert_eq!(more, Unreadable::Rows(2), "{text}");
    }
    let nothing = format!("[{}]", vec!["0"; 100_001].join(","));
    assert_eq!(read(nothing.as_bytes(), &LIMITS).unwrap_err(), Unreadable::Rows(100_000));
}

#[test]
fn nothing_nests_deeper_than_allowed() {
    let json = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let xml = |depth: usize| format!("<myanimelist>{}", "<x>".repeat(depth - 1));
    for text in [json(33), json(100_000), xml(33), xml(1_000_000)] {
        assert_eq!(read(text.as_bytes(), &LIMITS).unwrap_err(), Unreadable::Depth(32));
    }
    let in_text = format!(r#"[{{"title": "{}\"[[", "type": "anime"}}]"#, "[".repeat(40));
    assert!(read(in_text.as_bytes(), &LIMITS).unwrap().rows[0].said.is_ok(), "brackets in a text");
    let around = format!("{}{}", r#"{"data":"#.repeat(12), "}".repeat(12));
    assert!(read(around.as_bytes(), &LIMITS).is_err());
}

#[test]
fn a_row_that_is_too_long_is_not_read_and_loses_no_other() {
    let long = "x".repeat(70_000);
    let texts = [
        format!(r#"[{{"title": "{long}", "type": "anime"}}, {{"title": "b", "type": "anime"}}]"#),
        format!("title,type\n{long},anime\nb,anime\n"),
        format!(
            "<myanimelist><anime><series_title>{long}</series_title></anime>
                 <anime><series_title>b</series_title></anime></myanimelist>"
        ),
    ];
    for text in texts {
        let file = read(text.as_bytes(), &LIMITS).unwrap();
        assert_eq!(reason(&file.rows[0]), "the row has more bytes than 65536");
        assert!(file.rows[1].said.is_ok());
    }
}

#[test]
fn a_row_that_never_ends_refuses_the_table() {
    let open = format!("title,type\n\"{}", "x,\n".repeat(1 << 20));
    let wide = format!("title,type\n{}", ",".repeat(2 << 20));
    for text in [open, wide] {
        let refused = read(text.as_bytes(), &LIMITS).unwrap_err().to_string();
        assert!(refused.contains("a row has more bytes than"), "{refused}");
    }
}

#[test]
fn reading_ends_in_time() {
    let packed = packed(b"[]");
    for bytes in THREE.map(str::as_bytes).into_iter().chain([packed.as_slice()]) {
        let late = read_with(bytes, |limits| limits.time = Duration::ZERO).unwrap_err();
        assert_eq!(late, Unreadable::Time);
    }
}

#[test]
fn what_is_allowed_is_read_within_the_time_it_may_take() {
    let row = |id: u32| format!(r#"{{"title": "same", "type": "anime", "notes": "{id}"}}"#);
    let json = format!("[{}]", (0..100_000).map(row).collect::<Vec<_>>().join(","));
    let began = Instant::now();
    let file = read(json.as_bytes(), &LIMITS).unwrap();
    assert_eq!(file.rows.len(), 100_000);
    assert!(began.elapsed() < LIMITS.time, "{:?}", began.elapsed());
}
