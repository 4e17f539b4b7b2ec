//! A started program, spoken to over HTTP.

use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anilist-trakt-sync");

/// A running service. It is killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: UnboundedReceiver<String>,
    seen: Vec<String>,
    pub(crate) address: String,
}

#[expect(clippy::disallowed_methods, reason = "the caller of the service is not part of it")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

async fn ask(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A page as a browser gets it.
pub(crate) async fn page(address: &str) -> String {
    let request = client().get(address).header("user-agent", "browser");
    request.send().await.unwrap().text().await.unwrap()
}

/// The lines of a process, read as they come: one that nobody reads stops writing, and with it
/// everything else that it does.
fn drained(output: ChildStderr) -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Process {
    /// Starts it in a folder of its own with just these settings, and waits until it listens.
    pub(crate) async fn start(
        settings: &[(String, String)],
        folder: &TempDir,
        arguments: &[&str],
    ) -> Self {
        Self::start_as(PROGRAM.as_ref(), settings, folder, arguments).await
    }

    /// The same by a program that becomes it.
    pub(crate) async fn start_as(
        program: &std::path::Path,
        settings: &[(String, String)],
        folder: &TempDir,
        arguments: &[&str],
    ) -> Self {
        let mut command = tokio::process::Command::new(program);
        command.args(arguments).env_clear().current_dir(folder.path()).env("PORT", "0");
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = drained(child.stderr.take().unwrap());
        let mut seen = Vec::new();
        loop {
            let line = lines.recv().await.unwrap_or_else(|| panic!("{seen:?}"));
            seen.push(line.clone());
            if let Some((_, address)) = line.split_once("Listening on ") {
                let address = address.split('"').next().unwrap().to_owned();
                return Self { child, lines, seen, address };
            }
        }
    }

    /// Starts it with no setting in this folder and ends it as a power cut does, after this time.
    pub(crate) async fn start_and_kill(folder: &TempDir, after: std::time::Duration) {
        let mut command = tokio::process::Command::new(PROGRAM);
        command.env_clear().current_dir(folder.path()).env("PORT", "0");
        let mut child = command.stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        tokio::time::sleep(after).await;
        child.kill().await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        ask(client().get(format!("{}{path}", self.address))).await
    }

    pub(crate) async fn post(&self, path: &str) -> (u16, Value) {
        ask(client().post(format!("{}{path}", self.address))).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> (u16, Value) {
        ask(client().post(format!("{}{path}", self.address)).json(body)).await
    }

    /// A request that is not sent yet.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        client().request(method.parse().unwrap(), format!("{}{path}", self.address))
    }

    /// Waits until a run goes on.
    pub(crate) async fn wait_until_running(&self) {
        while self.get("/api/status").await.1["running"].is_null() {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until it writes this.
    pub(crate) async fn wait_for_line(&mut self, wanted: &str) {
        while !self.seen.iter().any(|line| line.contains(wanted)) {
            let line = self.lines.recv().await;
            self.seen.push(line.unwrap_or_else(|| panic!("no {wanted} in {:?}", self.seen)));
        }
    }

    /// Asks without waiting for the answer.
    pub(crate) fn begin_get(&self, path: &str) -> JoinHandle<reqwest::Result<reqwest::Response>> {
        tokio::spawn(client().get(format!("{}{path}", self.address)).send())
    }

    /// Posts without waiting for the answer.
    pub(crate) fn begin(&self, path: &str) -> JoinHandle<reqwest::Result<reqwest::Response>> {
        tokio::spawn(client().post(format!("{}{path}", self.address)).send())
    }

    /// Its number.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Ends it as a power cut does.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Sends what a supervisor sends, and gives the exit code.
    pub(crate) async fn terminate(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.child.wait().await.unwrap().code()
    }

    /// Ends it and gives everything it wrote.
    pub(crate) async fn end(mut self) -> Vec<String> {
        self.signal("-TERM");
        while let Some(line) = self.lines.recv().await {
            self.seen.push(line);
        }
        std::mem::take(&mut self.seen)
    }

    /// Sends what a terminal sends when it is closed.
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

/// Runs it with just these settings until it ends, and gives its exit code and what it wrote.
pub(crate) fn run_to_end(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.env_clear().current_dir(folder.path()).envs(settings.iter().copied());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// What a command that ended wrote.
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command with just these settings in a folder until it ends.
pub(crate) async fn run(
    settings: &[(String, String)],
    folder: &std::path::Path,
    arguments: &[&str],
) -> Output {
    Output::of(command(settings, folder, arguments).output().await.unwrap())
}

/// The same for a command that reads this.
pub(crate) async fn run_with(
    settings: &[(String, String)],
    folder: &std::path::Path,
    arguments: &[&str],
    input: &str,
) -> Output {
    let mut command = command(settings, folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut writing = child.stdin.take().unwrap();
    // Who reads nothing has closed it.
    drop(writing.write_all(input.as_bytes()).await);
    drop(writing);
    Output::of(child.wait_with_output().await.unwrap())
}

fn command(
    settings: &[(String, String)],
    folder: &std::path::Path,
    arguments: &[&str],
) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(PROGRAM);
    command.args(arguments).env_clear().current_dir(folder);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

impl Output {
    fn of(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
