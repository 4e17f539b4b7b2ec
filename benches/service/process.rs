//! The started service.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The program that is measured.
#[expect(clippy::disallowed_methods, reason = "this is no part of the service")]
pub(crate) fn program() -> String {
    std::env::var("PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_anilist-trakt-sync").to_owned())
}

/// A running service that has answered once. It is killed when dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
}

/// Memory of a process in MB of 1,000,000 bytes.
pub(crate) struct Memory {
    /// What it has in memory, the program's own code included.
    pub(crate) resident: f64,
    /// What of that belongs to it alone.
    pub(crate) own: f64,
    /// The most it ever had.
    pub(crate) peak: f64,
}

impl Service {
    /// Starts it and waits for its first answer.
    pub(crate) fn start(settings: &[(String, String)], folder: &Path) -> Self {
        let mut command = Command::new(program());
        command.env_clear().current_dir(folder).env("PORT", "0").env("DATA_DIR", folder);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, address) = line.split_once("Listening on http://")?;
            Some(address.split('"').next().unwrap().to_owned())
        });
        // A process whose lines nobody reads stops at some time.
        std::thread::spawn(move || lines.for_each(drop));
        let service = Self { child, address: told.unwrap() };
        service.get("/healthz");
        service
    }

    /// Fetches all mapping files.
    pub(crate) fn refresh(&self) {
        for name in ["otaku", "fribbs", "anibridge"] {
            self.post(&format!("/api/refresh-{name}"));
        }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str) -> String {
        self.ask("POST", path, "")
    }

    /// Asks with a body of JSON, or with none.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{kind}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        answer
    }

    /// Its memory now.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
            Some(kibibytes * 1024.0 / 1e6)
        };
        Some(Memory { resident: of("VmRSS:")?, own: of("RssAnon:")?, peak: of("VmHWM:")? })
    }

    /// What it has had written to the disk, in bytes. Nothing is where the folder is in memory.
    pub(crate) fn written(&self) -> Option<u64> {
        let io = std::fs::read_to_string(format!("/proc/{}/io", self.child.id())).ok()?;
        io.lines().find_map(|line| line.strip_prefix("write_bytes: "))?.parse().ok()
    }

    /// The processor time it has used.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // After the name in brackets; the 14th and 15th fields count hundredths of a second, as
        // `proc_pid_stat(5)` says of every common build of Linux.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
