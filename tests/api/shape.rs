//! Answers, and the forms that `docs/API.md` promises for them.

use jiff::Timestamp;
use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::description::hold_to_description;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Every answer of every test is held to the description of the API.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Self { status, headers, text: response.text().await.unwrap() };
        hold_to_description(&method, &path, &answer);
        answer
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of a successful answer, which is JSON and good for this moment only.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        assert_eq!(self.header("cache-control"), "no-store");
        self.json()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{}", self.text);
        serde_json::from_str(&self.text).expect(&self.text)
    }

    /// The sentence of an error, which comes in the one form that errors have.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        let body = self.json();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{body}");
        has(&body, &[("error", Text), ("code", Text), ("hint", Text)]);
        assert!(!body["hint"].as_str().unwrap().is_empty(), "{body}");
        assert_eq!(self.header("cache-control"), "no-store");
        body["error"].as_str().unwrap().to_owned()
    }
}

/// What a documented field holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Is {
    Number,
    Text,
    Time,
    Flag,
    List,
    Object,
    Null,
    NumberOrNull,
    TextOrNull,
    TimeOrNull,
}

pub(crate) use Is::{
    Flag, List, Null, Number, NumberOrNull, Object, Text, TextOrNull, Time, TimeOrNull,
};

/// Every one of these fields is there and holds what it should.
#[track_caller]
pub(crate) fn has(value: &Value, fields: &[(&str, Is)]) {
    for (name, is) in fields {
        let field = value.get(*name);
        assert!(field.is_some_and(|field| holds(field, *is)), "{name} is not {is:?} in {value}");
    }
}

fn holds(value: &Value, is: Is) -> bool {
    match is {
        Number => value.is_u64(),
        Text => value.is_string(),
        Time => value
            .as_str()
            .is_some_and(|text| text.ends_with('Z') && text.parse::<Timestamp>().is_ok()),
        Flag => value.is_boolean(),
        List => value.is_array(),
        Object => value.is_object(),
        Null => value.is_null(),
        NumberOrNull => value.is_null() || holds(value, Number),
        TextOrNull => value.is_null() || holds(value, Text),
        TimeOrNull => value.is_null() || holds(value, Time),
    }
}

/// The items of a list that is not empty.
#[track_caller]
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value[name].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(!items.is_empty(), "{name} is empty in {value}");
    items
}
