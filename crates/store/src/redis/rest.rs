//! Upstash's REST protocol: <https://upstash.com/docs/redis/features/restapi>.
//!
//! Commands go as JSON to `/pipeline`. With `Upstash-Encoding: base64` every text of an answer is
//! base64, except a bare `OK`. A command that fails is an `{"error"}` among the answers; a request
//! that fails as a whole is one `{"error"}` with a status of its own.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::PATIENCE;
use super::command::{Command, Repeat, Reply};
use super::fault::{refused, unreachable};
use crate::{Result, StoreError};

/// The largest answer that is read, well above the largest that is asked for.
const MAX_ANSWER: usize = 16 << 20;

/// Sent back with the next request, so that a replica that is behind does not answer it.
const SYNC_TOKEN: HeaderName = HeaderName::from_static("upstash-sync-token");

/// A REST endpoint and its token.
#[derive(Debug)]
pub(super) struct Rest {
    client: reqwest::Client,
    pipeline: Url,
    token: SecretString,
    /// What the last answer said it knows. Held for an instant.
    seen: Mutex<Option<HeaderValue>>,
}

/// One element of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Element {
    Result(Value),
    Error(String),
}

/// The answer to a request that failed as a whole.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Rest {
    /// Prepares requests to the endpoint; none is sent yet.
    pub(super) fn new(client: reqwest::Client, url: &Url, token: SecretString) -> Result<Self> {
        let unusable = |cause: String| StoreError::Unavailable(cause);
        let mut pipeline = url.clone();
        pipeline
            .path_segments_mut()
            .map_err(|()| unusable("KV_REST_API_URL is no address of a server".to_owned()))?
            .pop_if_empty()
            .push("pipeline");
        Ok(Self { client, pipeline, token, seen: Mutex::new(None) })
    }

    pub(super) async fn send(&self, commands: &[Command], repeat: Repeat) -> Result<Vec<Reply>> {
        let words: Vec<&[String]> = commands.iter().map(|Command(words)| &words[..]).collect();
        let body = serde_json::to_vec(&words).map_err(|error| refused(&error.to_string()))?;
        let mut answer = self.post(body.clone()).await;
        // Nothing was sent when no connection came about.
        if let Err(error) = &answer
            && (error.is_connect() || (repeat == Repeat::Safe && !error.is_timeout()))
        {
            answer = self.post(body).await;
        }
        let (status, body) = answer.map_err(|error| self.explain(error))?;
        let replies = read(status, &body)?;
        if replies.len() == commands.len() {
            Ok(replies)
        } else {
            Err(refused(&format!("{} answers to {} commands", replies.len(), commands.len())))
        }
    }

    async fn post(&self, body: Vec<u8>) -> reqwest::Result<(u16, Vec<u8>)> {
        let mut request = self
            .client
            .post(self.pipeline.clone())
            .timeout(PATIENCE)
            .bearer_auth(self.token.expose_secret())
            .header("content-type", "application/json")
            .header("upstash-encoding", "base64")
            .body(body);
        if let Some(seen) = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            request = request.header(SYNC_TOKEN, seen);
        }
        let mut response = request.send().await?;
        if let Some(token) = response.headers().get(SYNC_TOKEN) {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                break;
            }
        }
        Ok((response.status().as_u16(), body))
    }

    fn explain(&self, error: reqwest::Error) -> StoreError {
        let address = self.pipeline.host_str().unwrap_or("the configured address").to_owned();
        if error.is_timeout() {
            let cause = format!("no answer within {} seconds", PATIENCE.as_secs());
            return unreachable(&cause, &address);
        }
        let error = error.without_url();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        unreachable(&cause.to_string(), &address)
    }
}

fn read(status: u16, body: &[u8]) -> Result<Vec<Reply>> {
    if let Ok(elements) = serde_json::from_slice::<Vec<Element>>(body) {
        return elements.into_iter().map(element).collect();
    }
    match (status, serde_json::from_slice::<Refusal>(body)) {
        (401, _) => Err(refused("WRONGPASS the REST token is not accepted")),
        (300..=399, _) => Err(refused(&format!(
            "the address sends requests on to another one, which is not followed, status {status}"
        ))),
        (_, Ok(refusal)) => Err(refused(&refusal.error)),
        (_, Err(_)) => Err(refused(&format!("an answer of an unknown form, status {status}"))),
    }
}

fn element(element: Element) -> Result<Reply> {
    match element {
        Element::Result(value) => reply(value),
        Element::Error(words) => Err(refused(&words)),
    }
}

fn reply(value: Value) -> Result<Reply> {
    Ok(match value {
        Value::Null => Reply::Nil,
        Value::Number(number) => {
            Reply::Number(number.as_i64().ok_or_else(|| unreadable("a number"))?)
        }
        Value::String(text) if text == "OK" => Reply::Done,
        Value::String(text) => {
            let bytes = BASE64_STANDARD.decode(text).map_err(|_| unreadable("a text"))?;
            Reply::Text(String::from_utf8(bytes).map_err(|_| unreadable("a text"))?)
        }
        Value::Array(items) => Reply::List(items.into_iter().map(reply).collect::<Result<_>>()?),
        Value::Bool(_) | Value::Object(_) => return Err(unreadable("an answer")),
    })
}

fn unreadable(what: &str) -> StoreError {
    refused(&format!("{what} of an unknown form"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_base64_and_a_bare_ok_is_not() {
        let body = br#"[{"result":"OK"},{"result":"w6k="},{"result":null},{"result":[7,"T0s="]}]"#;
        let expected = [
            Reply::Done,
            Reply::Text("é".into()),
            Reply::Nil,
            Reply::List(vec![Reply::Number(7), Reply::Text("OK".into())]),
        ];
        assert_eq!(read(200, body).unwrap(), expected);
    }

    #[test]
    fn a_refusal_of_one_command_or_of_all_is_an_error() {
        let table: [(u16, &[u8], &str); 6] = [
            (200, br#"[{"result":"OK"},{"error":"ERR syntax error"}]"#, "ERR syntax error"),
            (400, br#"{"error":"ERR max request size exceeded"}"#, "no request this large"),
            (401, br#"{"error":"Unauthorized"}"#, "token is not accepted"),
            (401, b"no", "token is not accepted"),
            (502, b"<html>", "status 502"),
            (307, b"", "not followed, status 307"),
        ];
        for (status, body, expected) in table {
            let sentence = read(status, body).unwrap_err().to_string();
            assert!(sentence.contains(expected), "{expected}: {sentence}");
        }
    }
}
