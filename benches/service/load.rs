//! Many readers at once.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// Readers, each on a connection of its own that it keeps.
const READERS: usize = 8;

/// For how long they read.
const TIME: Duration = Duration::from_secs(2);

/// How reading went.
pub(crate) struct Load {
    pub(crate) requests_per_second: f64,
    pub(crate) median: Duration,
    /// 99 of 100 answers came within this.
    pub(crate) slowest_of_100: Duration,
    /// The size of an answer's body.
    pub(crate) bytes: usize,
}

/// Reads a path over and over.
pub(crate) fn under_load(address: &str, path: &str) -> Load {
    let began = Instant::now();
    let readers = thread::scope(|scope| {
        let readers: Vec<_> =
            (0..READERS).map(|_| scope.spawn(|| read(address, path, began + TIME))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    let elapsed = began.elapsed();
    let bytes = readers[0].1;
    let mut times: Vec<Duration> = readers.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    Load {
        requests_per_second: f64::from(u32::try_from(times.len()).unwrap()) / elapsed.as_secs_f64(),
        median: times[times.len() / 2],
        slowest_of_100: times[times.len() * 99 / 100],
        bytes,
    }
}

fn read(address: &str, path: &str, until: Instant) -> (Vec<Duration>, usize) {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let (mut times, mut bytes) = (Vec::new(), 0);
    while Instant::now() < until {
        let began = Instant::now();
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        bytes = answer(&mut stream, path);
        times.push(began.elapsed());
    }
    (times, bytes)
}

/// Reads one answer to its end, and gives the length of its body.
fn answer(stream: &mut BufReader<TcpStream>, path: &str) -> usize {
    let (mut length, mut line) = (None, String::new());
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = Some(value.parse().unwrap());
        }
        assert!(!line.starts_with("http/") || line.contains(" 200 "), "{path}: {line}");
        if line.is_empty() {
            break;
        }
    }
    let length: usize = length.unwrap_or_else(|| panic!("{path} does not tell its length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    length
}
