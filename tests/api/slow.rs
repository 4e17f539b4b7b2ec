//! Clients that take their time. The clock of the timers is wound on; the sockets are real.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::service::Service;

/// What the service answers to a client that sends this and then waits, and after how long.
async fn answer_to(sent: &str) -> (String, u64) {
    let service = Service::small().await;
    let mut client = TcpStream::connect(&service.address).await.unwrap();
    client.write_all(sent.as_bytes()).await.unwrap();
    // From here on nothing happens any more but timers, and those come at once.
    tokio::time::pause();
    let began = Instant::now();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    (answer, began.elapsed().as_secs())
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let (answer, seconds) = answer_to("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await;
    assert_eq!((answer.as_str(), seconds), ("", 15));
}

#[tokio::test]
async fn a_connection_that_sends_nothing_is_closed() {
    let (answer, seconds) = answer_to("").await;
    assert_eq!((answer.as_str(), seconds), ("", 15));
}

#[tokio::test]
async fn a_connection_that_is_kept_open_without_a_request_is_closed() {
    let (answer, seconds) = answer_to("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(seconds, 15);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_told_and_cut_off() {
    let sent =
        "POST /api/manual-map HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"anilist";
    let (answer, seconds) = answer_to(sent).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"too_slow\""), "{answer}");
    assert!((30..=60).contains(&seconds), "{seconds}");
}
