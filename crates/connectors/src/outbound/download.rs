//! Files too large to be held in memory.

use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::ETAG;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use super::answer::{broken, first_byte, is_html_type};
use super::client::Outbound;
use super::error::{Fault, ProviderError};
use super::lane::Lane;
use super::request::Request;
use anilist_trakt_sync_core::domain::Service;

/// A dataset file is 5 to 20 MB; this is enough for a slow line.
const TIMEOUT: Duration = Duration::from_mins(2);

/// What a conditional download gives.
#[derive(Debug)]
pub enum Download {
    /// The file is still the one with this `ETag`.
    Unchanged,
    /// A new file.
    File {
        /// Where it is kept until this is dropped.
        file: NamedTempFile,
        /// Its `ETag`, for the next time.
        etag: Option<String>,
    },
}

impl Outbound {
    /// Downloads a file of up to `limit_bytes` to a temporary file, following redirects.
    ///
    /// With an `etag` the host is asked for the file only if it has another. An empty file, or a
    /// page in place of the file, is an error.
    pub async fn download(
        &self,
        service: Service,
        url: &str,
        etag: Option<&str>,
        limit_bytes: u64,
    ) -> Result<Download, ProviderError> {
        let lane = Lane::of(service);
        let mut request = Request::get(lane, url)?.timeout(TIMEOUT).limit(limit_bytes);
        if let Some(etag) = etag {
            request = request.private_header("if-none-match", etag)?.expecting(&[304]);
        }
        self.repeat(&request, || self.fetch(&request)).await
    }

    async fn fetch(&self, request: &Request) -> Result<Download, Fault> {
        let response = self.open(request).await?;
        if response.status() != StatusCode::OK {
            // There is little of a body where no file is.
            return match self.read(request, response, 1 << 20).await?.status() {
                304 => Ok(Download::Unchanged),
                status => Err(unexpected(&format!("status {status} in place of the file"))),
            };
        }
        let etag = response.headers().get(ETAG).and_then(|tag| Some(tag.to_str().ok()?.to_owned()));
        let saved = save(response, request.limit).await;
        self.learn(request, saved.as_ref().err());
        Ok(Download::File { file: saved?, etag })
    }
}

/// Writes the body to a temporary file.
async fn save(mut response: reqwest::Response, limit: u64) -> Result<NamedTempFile, Fault> {
    if is_html_type(response.headers()) {
        return Err(unexpected("an HTML page in place of the file"));
    }
    if response.content_length().is_some_and(|announced| announced > limit) {
        return Err(Fault::TooLarge { limit });
    }
    let file = NamedTempFile::new().map_err(|cause| local(&cause))?;
    let mut writer = tokio::fs::File::from_std(file.reopen().map_err(|cause| local(&cause))?);
    let (mut length, mut first) = (0, None);
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        length += chunk.len() as u64;
        if length > limit {
            return Err(Fault::TooLarge { limit });
        }
        first = first.or_else(|| first_byte(&chunk));
        if first == Some(b'<') {
            return Err(unexpected("an HTML page in place of the file"));
        }
        writer.write_all(&chunk).await.map_err(|cause| local(&cause))?;
    }
    if first.is_none() {
        return Err(unexpected("an empty file in place of the data"));
    }
    writer.flush().await.map_err(|cause| local(&cause))?;
    Ok(file)
}

fn unexpected(detail: &str) -> Fault {
    Fault::UnexpectedBody { detail: detail.to_owned() }
}

fn local(cause: &io::Error) -> Fault {
    Fault::Local { cause: format!("the downloaded file cannot be saved: {cause}") }
}
