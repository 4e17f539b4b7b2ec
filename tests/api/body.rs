//! Bodies that cannot be used.

use reqwest::Method;

use crate::service::Service;
use crate::shape::Answer;

const ROUTES: [&str; 3] = ["/api/manual-map", "/api/overrides", "/api/trakt-auth"];

async fn send(service: &Service, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    Answer::of(service.request(Method::POST, path).body(body)).await
}

#[tokio::test]
async fn a_body_that_is_not_a_json_object_is_refused_in_words() {
    let service = Service::small().await;
    for path in ROUTES {
        for body in ["", "not json", "{\"anilistId\": 1", "{'a': 1}", "\u{0}", "{} {}"] {
            let sentence = send(&service, path, body).await.refused(400, "bad_request");
            assert!(sentence.starts_with("the body is not JSON"), "{path} {body}: {sentence}");
        }
        for body in ["[]", "[{\"anilistId\": 1}]", "1", "\"text\"", "null", "true"] {
            let sentence = send(&service, path, body).await.refused(400, "bad_request");
            assert_eq!(sentence, "the body is not a JSON object", "{path} {body}");
        }
        assert_eq!(send(&service, path, vec![0xff, 0xfe]).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn a_body_of_two_megabytes_is_too_large_however_it_is_sent() {
    let service = Service::small().await;
    let large = "x".repeat(2_000_000);
    for path in ROUTES {
        let sentence = send(&service, path, large.clone()).await.refused(413, "too_large");
        assert_eq!(sentence, "the body is larger than 262144 bytes");
    }
    let chunked = "/api/manual-map".to_owned();
    let answer = raw(&service, &chunked, &large).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

/// Sends a body without saying how long it is.
async fn raw(service: &Service, path: &str, body: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = tokio::net::TcpStream::connect(&service.address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        body.len()
    );
    writing.write_all(head.as_bytes()).await.unwrap();
    // The service may stop listening as soon as it has seen too much.
    let sending = async { drop(writing.write_all(body.as_bytes()).await) };
    let mut answer = vec![0; 12];
    let ((), read) = tokio::join!(sending, reading.read_exact(&mut answer));
    read.unwrap();
    String::from_utf8(answer).unwrap() + " "
}

#[tokio::test]
async fn a_body_needs_no_content_type() {
    let service = Service::small().await;
    let body = r#"{"anilistId": 1, "traktId": 7}"#;
    assert_eq!(send(&service, "/api/manual-map", body).await.ok()["added"], 1);
}
