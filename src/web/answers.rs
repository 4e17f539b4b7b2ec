//! The forms that many answers share, for the handlers and for the description of the API.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// A list with its length.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// How many.
    pub(super) count: usize,
    /// In the order that the route says.
    pub(super) items: Vec<T>,
}

impl<T> List<T> {
    pub(super) fn of(items: Vec<T>) -> Self {
        Self { count: items.len(), items }
    }
}

/// It was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Done {
    /// Always true: what was not done is answered as an error.
    success: bool,
}

impl Done {
    pub(super) const YES: Self = Self { success: true };
}

/// Why something was not done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Failure {
    /// One sentence for a person.
    pub(super) error: String,
    /// The same, on the routes of accounts, library and lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// Its name for programs.
    pub(super) code: &'static str,
    /// The next step.
    pub(super) hint: &'static str,
    /// With `run_in_progress`: since when the other run goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<jiff::Timestamp>,
    /// With `in_library`: the item that is this title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_id: Option<u64>,
}

/// Answers of a route that takes something in its path or query.
pub(super) struct BadInput;
/// Answers of a route that takes a body.
pub(super) struct BadBody;
/// Answers of a route that takes fields, each of which can be wrong.
pub(super) struct Invalid;
/// Answers of a route that names one thing.
pub(super) struct Missing;
/// Answers of a route that something else may stand against.
pub(super) struct Refused;
/// Answers of a route that asks other services.
pub(super) struct Elsewhere;
/// Answers of what a browser keeps.
pub(super) struct Kept;
/// Answers that every route may give.
pub(super) struct Anywhere;

type Responses = BTreeMap<String, RefOr<Response>>;

fn failures<const N: usize>(statuses: [(u16, &str); N]) -> Responses {
    let schema = || Ref::from_schema_name("Failure");
    let content = || ContentBuilder::new().schema(Some(schema())).build();
    let response = |what| {
        let response = ResponseBuilder::new().description(what);
        RefOr::T(response.content("application/json", content()).build())
    };
    statuses.map(|(status, what)| (status.to_string(), response(what))).into()
}

impl IntoResponses for BadInput {
    fn responses() -> Responses {
        failures([(400, "What was sent cannot be used; the sentence says what, and why.")])
    }
}

impl IntoResponses for BadBody {
    fn responses() -> Responses {
        failures([
            (400, "The body is not JSON, or a field cannot be used; the sentence names it."),
            (408, "The body did not arrive in time."),
            (413, "The body is larger than any that is needed."),
            (422, "A field has a value that it cannot have; the sentence says why."),
        ])
    }
}

impl IntoResponses for Invalid {
    fn responses() -> Responses {
        failures([(
            422,
            "A field has a value that it cannot have; the sentence ends with its name.",
        )])
    }
}

impl IntoResponses for Missing {
    fn responses() -> Responses {
        failures([(404, "There is no such thing.")])
    }
}

impl IntoResponses for Refused {
    fn responses() -> Responses {
        failures([(409, "Not now: another run goes on, or something has to be decided first.")])
    }
}

impl IntoResponses for Elsewhere {
    fn responses() -> Responses {
        failures([(
            502,
            "Another service did not do what was asked, or does not take the sign-in.",
        )])
    }
}

impl IntoResponses for Kept {
    fn responses() -> Responses {
        let response = |what| RefOr::T(ResponseBuilder::new().description(what).build());
        [
            ("303", "A page, where nobody has signed in: the way to the sign-in."),
            ("304", "It has not changed since the one that the browser has."),
        ]
        .map(|(status, what)| (status.to_owned(), response(what)))
        .into()
    }
}

impl IntoResponses for Anywhere {
    fn responses() -> Responses {
        failures([
            (401, "The token is missing or wrong, where APP_TOKEN is set."),
            (403, "A browser asks from another site, or under a name that is not this machine's."),
            (414, "The address is longer than any route has."),
            (
                429,
                "The token is wrong, and too many wrong ones came before, from this address or from all together.",
            ),
            (500, "A fault of the service; its log has the cause."),
            (
                503,
                "The store, or another service that has to be asked, cannot be asked now; or too many connections are open.",
            ),
        ])
    }
}
