//! Clients that take everything there is: connections, answers, and the time at the end.
//!
//! The clock of the timers is wound on; the sockets are real.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::service::Service;

/// Loopback is no proxy here, and has the share of a stranger.
#[cfg(target_os = "linux")]
const NO_PROXY: (&str, &str) = ("TRUSTED_PROXIES", "192.0.2.1");
/// What a stranger may have at a time.
#[cfg(target_os = "linux")]
const SHARE: usize = 128;
/// Requests at once: their answers are more than the system keeps for a client that does not read.
const MANY: usize = 400;

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// A client that asks for far more than fits on the way.
async fn greedy(address: &str) -> TcpStream {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(request("/openapi.json").repeat(MANY).as_bytes()).await.unwrap();
    client
}

/// How much an answer has with its head, and all of them.
async fn whole(service: &Service) -> usize {
    let mut client = TcpStream::connect(&service.address).await.unwrap();
    let last = request("/openapi.json").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    client.write_all(last.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    // The head of the last one says that the connection closes.
    (answer.len() - "connection: close\r\n".len()) * MANY
}

/// Everything that still comes.
async fn rest(client: &mut TcpStream) -> usize {
    let (mut all, mut part) = (0, vec![0; 1 << 20]);
    while let Ok(length @ 1..) = client.read(&mut part).await {
        all += length;
    }
    all
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_cut_off() {
    let service = Service::small().await;
    let whole = whole(&service).await;
    let mut client = greedy(&service.address).await;
    tokio::time::pause();
    sleep(Duration::from_secs(31)).await;
    let got = rest(&mut client).await;
    assert!(got < whole, "{got} of {whole} bytes: all of it was kept for the client");
}

#[tokio::test]
async fn a_client_that_takes_a_byte_now_and_then_is_cut_off() {
    let service = Service::small().await;
    let whole = whole(&service).await;
    let mut client = greedy(&service.address).await;
    tokio::time::pause();
    let mut byte = [0];
    for _ in 0..35 {
        client.read_exact(&mut byte).await.unwrap();
        sleep(Duration::from_secs(1)).await;
    }
    assert!(rest(&mut client).await < whole);
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_its_whole_answer() {
    let service = Service::small().await;
    let whole = whole(&service).await;
    let mut client = greedy(&service.address).await;
    tokio::time::pause();
    let (mut got, mut part) = (0, vec![0; whole / 20]);
    let began = Instant::now();
    while got < whole {
        let length = client.read(&mut part).await.unwrap();
        assert!(length > 0, "cut off after {got} of {whole} bytes");
        got += length;
        sleep(Duration::from_secs(5)).await;
    }
    assert!(began.elapsed() > Duration::from_mins(1));
}

#[tokio::test]
async fn a_listener_who_reads_is_never_cut_off() {
    let service = Service::small().await;
    let mut client = TcpStream::connect(&service.address).await.unwrap();
    client.write_all(request("/api/events").as_bytes()).await.unwrap();
    let mut part = vec![0; 1 << 16];
    tokio::time::pause();
    let began = Instant::now();
    while began.elapsed() < Duration::from_hours(24) {
        assert!(client.read(&mut part).await.unwrap() > 0, "after {:?}", began.elapsed());
    }
}

/// A connection from an address of this machine.
#[cfg(target_os = "linux")]
async fn from(address: &str, service: &Service) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
    socket.connect(service.address.parse().unwrap()).await.unwrap()
}

/// What is answered to one request; nothing, when the connection is closed instead.
#[cfg(target_os = "linux")]
async fn answered(mut client: TcpStream, path: &str) -> String {
    let asked = request(path).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    drop(client.write_all(asked.as_bytes()).await);
    let mut answer = Vec::new();
    drop(client.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Connections from one address that say nothing, each accepted.
#[cfg(target_os = "linux")]
async fn silent(count: usize, address: &str, service: &Service) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(from(address, service).await);
    }
    held
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_address_has_its_share_and_health_is_answered_beyond_it() {
    let service = Service::with(&[NO_PROXY]).await;
    let held = silent(SHARE, "127.0.0.1", &service).await;
    // More than are kept for health, so that the silent ones among those have to make room.
    let more = silent(100, "127.0.0.1", &service).await;
    for _ in 0..3 {
        for path in ["/healthz", "/readyz"] {
            let answer = answered(from("127.0.0.1", &service).await, path).await;
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{path}: {answer}");
        }
        let refused = answered(from("127.0.0.1", &service).await, "/api/status").await;
        assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
        assert!(
            refused.contains("\"code\":\"busy\"") && refused.contains("retry-after: 1"),
            "{refused}"
        );
        let other = answered(from("127.0.0.2", &service).await, "/api/status").await;
        assert!(other.starts_with("HTTP/1.1 200 OK"), "another address: {other}");
    }
    drop((held, more));
    // The service sees that they are gone as soon as it looks at them.
    loop {
        let answer = answered(from("127.0.0.1", &service).await, "/api/status").await;
        if answer.starts_with("HTTP/1.1 200 OK") {
            break;
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_proxy_has_a_larger_share_than_a_stranger() {
    let service = Service::with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let _held = silent(2 * SHARE - 1, "127.0.0.1", &service).await;
    let last = answered(from("127.0.0.1", &service).await, "/sync").await;
    assert!(last.starts_with("HTTP/1.1 200 OK"), "{last}");
    let _one_more = silent(1, "127.0.0.1", &service).await;
    let beyond = answered(from("127.0.0.1", &service).await, "/sync").await;
    assert!(beyond.starts_with("HTTP/1.1 503 "), "{beyond}");
}

#[tokio::test]
async fn connections_that_do_not_end_do_not_hold_up_the_end() {
    let (end, ended) = oneshot::channel::<()>();
    let mut service = Service::until_told(ended).await;
    let mut unread = greedy(&service.address).await;
    let mut half = TcpStream::connect(&service.address).await.unwrap();
    half.write_all(
        b"POST /api/manual-map HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    )
    .await
    .unwrap();
    let mut head = TcpStream::connect(&service.address).await.unwrap();
    head.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").await.unwrap();
    tokio::time::pause();
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    end.send(()).unwrap();
    service.ended().await;
    let took = began.elapsed();
    assert!(took <= Duration::from_secs(10), "{took:?}");
    for client in [&mut unread, &mut half, &mut head] {
        rest(client).await;
    }
    assert!(TcpStream::connect(&service.address).await.is_err());
}
