//! A real `redis-server` for the tests: on free loopback ports, in a folder of its own, and ended
//! with the process that started it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::{Client, Connection, FromRedisValue};
use tempfile::TempDir;

/// What every server of the tests asks for.
pub(crate) const PASSWORD: &str = "s3cret";

/// Ends the server when this process is gone, however it went: its end of the pipe closes then. What is
/// named in `LITTER` goes with it.
const KEEPER: &str = r#""$@" >/dev/null 2>&1 & server=$!; cat >/dev/null; kill -9 $server 2>/dev/null; wait
[ -z "$LITTER" ] || rm -r "$LITTER""#;

/// A server. It ends when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    options: Vec<String>,
    folder: TempDir,
    /// Whether nobody drops it, so that its folder has to go with the process.
    stays: bool,
    keeper: Option<Child>,
}

/// Whether a server can be started. Where none is installed the tests that need it are skipped,
/// but never in CI.
pub(crate) fn is_installed() -> bool {
    let found = Command::new("redis-server").arg("--version").output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "redis-server is needed in CI");
    if !found {
        eprintln!("skipped: redis-server is not on the PATH");
    }
    found
}

impl Server {
    /// Starts a server with further options.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_to(false, options)
    }

    /// Starts one that runs as long as this process.
    pub(crate) fn start_to_stay() -> Self {
        Self::start_to(true, &[])
    }

    fn start_to(stays: bool, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificates(folder.path());
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { port: 0, tls_port: 0, options, folder, stays, keeper: None };
        for _ in 0..5 {
            // Somebody else may take a port before the server does.
            (server.port, server.tls_port) = (free_port(), free_port());
            if server.run() {
                return server;
            }
        }
        panic!("no redis-server came up");
    }

    /// The certificate authority of its TLS port, PEM.
    pub(crate) fn authority(&self) -> Vec<u8> {
        std::fs::read(self.authority_file()).unwrap()
    }

    pub(crate) fn authority_file(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    pub(crate) fn tls_url(&self) -> String {
        format!("rediss://:{PASSWORD}@localhost:{}", self.tls_port)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    /// Starts it again, on the same ports and with what it had saved.
    pub(crate) fn revive(&mut self) {
        assert!(self.run(), "the server does not come up again");
    }

    /// Asks it something of its own.
    pub(crate) fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query(&mut self.connection()).unwrap()
    }

    pub(crate) fn connection(&self) -> Connection {
        self.connect().unwrap()
    }

    fn connect(&self) -> redis::RedisResult<Connection> {
        Client::open(self.url())?.get_connection()
    }

    fn run(&mut self) -> bool {
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let (port, tls_port) = (self.port.to_string(), self.tls_port.to_string());
        let (folder, certificate, key) =
            (self.folder.path().display().to_string(), file("server.crt"), file("server.key"));
        let fixed = [
            ["--bind", "127.0.0.1"],
            ["--port", &port],
            ["--tls-port", &tls_port],
            ["--tls-cert-file", &certificate],
            ["--tls-key-file", &key],
            ["--tls-auth-clients", "no"],
            ["--requirepass", PASSWORD],
            ["--dir", &folder],
            ["--save", ""],
        ];
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER, "keeper", "redis-server"]).args(fixed.as_flattened());
        shell.env("LITTER", if self.stays { &folder } else { "" });
        self.keeper = Some(shell.args(&self.options).stdin(Stdio::piped()).spawn().unwrap());
        self.is_up(&folder)
    }

    /// Waits until it answers, and makes sure that it is this one.
    fn is_up(&self, folder: &str) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if let Ok(mut connection) = self.connect() {
                let asked: redis::RedisResult<(String, String)> =
                    redis::cmd("CONFIG").arg(&["GET", "dir"]).query(&mut connection);
                match asked {
                    Ok((_, found)) => return found == folder,
                    // It is loading what it had saved.
                    Err(_) => continue,
                }
            }
            std::thread::yield_now();
        }
        false
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// An authority, and a certificate it signed for `localhost`.
fn make_certificates(folder: &Path) {
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.crt -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign",
    );
    openssl(
        folder,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    );
    openssl(
        folder,
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt",
    );
}

fn openssl(folder: &Path, arguments: &str) {
    let output =
        Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
