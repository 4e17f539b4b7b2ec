//! Fetching a picture within bounds.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;

use super::{Picture, PictureKind};
use crate::outbound::classify::common;
use crate::outbound::{Answer, Fault, Lane, Outbound, ProviderError, Request, Retry};
use anilist_trakt_sync_core::domain::Service;

/// No cover is larger, in bytes: AniList's largest have half a megabyte.
const LARGEST: u64 = 5 << 20;

/// A host that pictures are fetched from.
#[derive(Debug, Clone)]
pub struct PictureHost {
    /// The name of its lane: one that is away holds up no other.
    pub lane: &'static str,
    /// Where its pictures are.
    pub base: Url,
}

/// What fetching pictures takes.
#[derive(Debug, Clone)]
pub struct PictureSettings {
    /// The hosts that are asked, and no other.
    pub hosts: Vec<PictureHost>,
    /// Whether pictures that this program draws itself are among them.
    pub takes_drawn: bool,
    /// How long one may take, to its last byte.
    pub timeout: Duration,
}

/// The hosts of pictures.
#[derive(Debug, Clone)]
pub struct Pictures {
    outbound: Outbound,
    settings: PictureSettings,
}

impl Pictures {
    /// A client of these hosts.
    pub fn new(outbound: Outbound, settings: PictureSettings) -> Self {
        Self { outbound, settings }
    }

    /// The address, if it is at one of the hosts.
    pub fn known(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        self.host(&url).is_some().then_some(url)
    }

    fn host(&self, url: &Url) -> Option<&PictureHost> {
        let is_plain = url.username().is_empty() && url.password().is_none();
        self.settings.hosts.iter().filter(|_| is_plain).find(|host| is_below(url, &host.base))
    }

    /// Fetches a picture. An address at no known host, and what is none or not whole, is an error; no
    /// redirect is followed.
    pub async fn fetch(&self, url: &Url) -> Result<Picture, ProviderError> {
        let host = self.host(url).ok_or_else(|| Fault::NotFound.at(Service::PICTURES))?;
        let lane = Lane::new(host.lane, Service::PICTURES, judge);
        let request = Request::get(lane, url.as_str())?
            .header("accept", "image/avif,image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1")
            .retry(Retry::Never)
            .timeout(self.settings.timeout)
            .limit(LARGEST);
        let answer = self.outbound.send(&request).await?;
        self.picture(answer.body()).ok_or_else(|| {
            let detail = "what came is no picture, or not a whole one".to_owned();
            Fault::UnexpectedBody { detail }.at(Service::PICTURES)
        })
    }

    /// The picture that these bytes are.
    pub fn picture(&self, bytes: &[u8]) -> Option<Picture> {
        let kind = PictureKind::of(bytes)?;
        let is_taken = kind != PictureKind::Drawn || self.settings.takes_drawn;
        (is_taken && kind.is_whole(bytes)).then(|| Picture { kind, bytes: bytes.to_vec() })
    }
}

fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    (answer.status() != 200).then(|| match answer.status() {
        404 | 410 => Fault::NotFound,
        _ => common(answer, now),
    })
}

fn is_below(url: &Url, base: &Url) -> bool {
    let folder = base.path().trim_end_matches('/');
    let below = url.path().strip_prefix(folder);
    url.origin() == base.origin() && below.is_some_and(|path| path.starts_with('/'))
}
