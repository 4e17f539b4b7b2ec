//! What somebody looks for: a title by its name, its id, or the address of its page.

use super::{Kind, RemoteId};
use crate::domain::{AnilistId, MalId};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sought {
    /// A name, or a part of one.
    Name(String),
    /// A number: an id at AniList, or a name such as `86`.
    Number(AnilistId, String),
    /// One work, and of which kind it is, where the address says so.
    Work(RemoteId, Option<Kind>),
}

/// The hosts of pages of titles, each with how its paths are read.
const HOSTS: [(&str, Reader); 3] =
    [("anilist.co", anilist), ("myanimelist.net", myanimelist), ("mangadex.org", mangadex)];

type Reader = fn(&str, &str) -> Option<Sought>;

impl Sought {
    /// Reads what somebody typed or pasted. An address that is of no title is taken for a name.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if let Some(id) = number(text) {
            return Self::Number(AnilistId(id), text.to_owned());
        }
        let work = uuid(text).map(|id| Self::Work(RemoteId::Mangadex(id), Some(Kind::Manga)));
        work.or_else(|| address(text)).unwrap_or_else(|| Self::Name(text.to_owned()))
    }
}

fn address(text: &str) -> Option<Sought> {
    let text =
        text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let (host, path) = text.split_once('/')?;
    let host = host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    let mut parts = path.split(['/', '?', '#']);
    let (kind, id) = (parts.next()?, parts.next()?);
    let (_, read) = HOSTS.iter().find(|(known, _)| *known == host)?;
    read(kind, id)
}

fn anilist(kind: &str, id: &str) -> Option<Sought> {
    let kind = Kind::of(kind)?;
    Some(Sought::Work(RemoteId::Anilist(AnilistId(number(id)?)), Some(kind)))
}

fn myanimelist(kind: &str, id: &str) -> Option<Sought> {
    let kind = Kind::of(kind)?;
    Some(Sought::Work(RemoteId::Mal(MalId(number(id)?)), Some(kind)))
}

fn mangadex(kind: &str, id: &str) -> Option<Sought> {
    let id = uuid(id).filter(|_| matches!(kind, "title" | "manga"))?;
    Some(Sought::Work(RemoteId::Mangadex(id), Some(Kind::Manga)))
}

fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|id| digits && *id > 0)
}

/// A UUID, in lower case.
fn uuid(text: &str) -> Option<String> {
    let hexadecimal = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let is_uuid = hexadecimal && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    is_uuid.then(|| text.to_ascii_lowercase())
}
