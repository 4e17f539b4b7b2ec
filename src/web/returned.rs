//! The page on which a browser arrives that another service sends back.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::assets::text;
use crate::domain::Service;
use crate::hub::error::Error;

/// What came of a sign-in elsewhere.
pub(super) enum Outcome<'a> {
    /// The person is connected, as somebody.
    Connected(&'a str),
    /// They are not.
    Failed(&'a Error),
}

/// The page that says so, tells the page where it began, and leads back to it.
pub(super) fn page(service: Service, outcome: &Outcome<'_>, status: StatusCode) -> Response {
    let (word, title, message) = match outcome {
        Outcome::Connected(name) => {
            let title = format!("Connected to {service}");
            ("connected", title, format!("You are signed in as {name}."))
        }
        Outcome::Failed(error) => {
            let message = format!("{}. Next: {}.", begun(&error.sentence()), error.hint());
            ("failed", format!("Not connected to {service}"), message)
        }
    };
    let (frame, main) = (text("door.html"), text("pages/returned.html"));
    let html = frame
        .unwrap_or_default()
        .replace("{name}", "returned")
        .replace("{main}", main.unwrap_or_default().trim_end())
        .replace("{outcome}", word)
        .replace("{title}", &title)
        .replace("{message}", &escaped(&message));
    (status, Html(html)).into_response()
}

/// A sentence as it begins on a page; in an answer it may stand after a colon.
fn begun(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text as it stands in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_say_is_text_on_the_page() {
        let shown = escaped("<img src=x onerror='a'> & \"b\"");
        assert_eq!(shown, "&lt;img src=x onerror=&#39;a&#39;&gt; &amp; &quot;b&quot;");
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(begun("élan is over"), "Élan is over");
        assert_eq!(begun(""), "");
    }
}
