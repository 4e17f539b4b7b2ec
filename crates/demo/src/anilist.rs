//! AniList: it knows our own query documents by their operation's name, and refuses others with 501.
//!
//! There is no GraphQL engine here. That each document fits AniList's schema, and that each answer
//! has the fields that its document asks for, is what `tests/contracts.rs` checks.

mod answers;
mod saving;
pub(super) mod sign_in;
mod titles;

pub(crate) use self::saving::native;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::http::{Credential, Reply, Request};
use super::server::State;

/// A query that AniList refuses: the status is that of the answer too.
#[derive(Debug)]
struct Refusal {
    status: u16,
    message: String,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// The field that could not be answered is there, and null.
    fn reply(&self, operation: &str) -> Reply {
        let error = json!({
            "message": self.message, "status": self.status,
            "locations": [{"line": 1, "column": 1}],
        });
        let data = answers::root_field(operation).map(|field| json!({field: null}));
        Reply::json(self.status, &json!({"errors": [error], "data": data}))
    }
}

/// Whether the request carries the person's token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Person,
    Anyone,
}

/// The operation's name: `operationName` if sent, else the first one in the document.
pub(super) fn operation(request: &Request) -> Option<String> {
    let body = request.json()?;
    if let Some(name) = body["operationName"].as_str() {
        return Some(name.to_owned());
    }
    let mut words = body["query"]
        .as_str()?
        .split_whitespace()
        .skip_while(|word| !matches!(*word, "query" | "mutation"));
    let name = words.nth(1)?;
    Some(name.split(['(', '{']).next().unwrap_or(name).to_owned())
}

/// Answers one request below `/anilist`.
pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    if !request.path.is_empty() || request.method != "POST" {
        state.stats.unknown_routes.push(format!("AniList {} /{}", request.method, request.path));
        return Reply::html(404, "Not Found");
    }
    for name in ["user-agent", "referer"] {
        if request.header(name).is_none() {
            state.stats.header_violations.push(format!("AniList {name} missing"));
            return Reply::html(403, "Attention Required! | Cloudflare");
        }
    }
    let name = operation(request).unwrap_or_default();
    let reply = run(state, request, &name, now).unwrap_or_else(|refusal| refusal.reply(&name));
    reply.with("x-ratelimit-limit", "90").with("x-ratelimit-remaining", "89")
}

fn run(state: &mut State, request: &Request, name: &str, now: Timestamp) -> Result<Reply, Refusal> {
    let body = document(request).ok_or_else(|| {
        state.stats.body_violations.push("AniList body is not a JSON query".into());
        Refusal::new(400, "Syntax Error GraphQL (1:1) Unexpected <EOF>")
    })?;
    let caller = caller(state, request)?;
    let variables = &body["variables"];
    let data = if saving::changes(name) {
        saving::data(&mut state.world, name, variables, caller, now)
    } else {
        answers::data(&state.world, name, variables, caller, now)
    };
    if let Err(refusal) = &data
        && matches!(refusal.status, 400 | 501)
    {
        state.stats.body_violations.push(format!("AniList {name}: {}", refusal.message));
    }
    Ok(Reply::json(200, &json!({"data": data?})))
}

fn document(request: &Request) -> Option<Value> {
    let body = request.json().filter(|_| request.is_json())?;
    body["query"].is_string().then_some(body)
}

/// A token that is not good fails every query, public ones too.
fn caller(state: &mut State, request: &Request) -> Result<Caller, Refusal> {
    match request.credential() {
        Credential::Missing => Ok(Caller::Anyone),
        Credential::Bearer(token) if token == state.world.person.anilist_token => {
            Ok(Caller::Person)
        }
        Credential::Bearer(_) | Credential::Other => {
            state.stats.refused_tokens += 1;
            Err(Refusal::new(400, "Invalid token"))
        }
    }
}
