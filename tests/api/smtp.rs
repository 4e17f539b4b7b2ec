//! A mail server for one test.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;

/// Who may send.
const LOGIN: &str = "\0sync\0pass:word/1";

/// How it treats who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes mail of who knows the password.
    Takes,
    /// Says what it was sent when it does not take it.
    Repeats,
    /// Says nothing at all.
    Hangs,
    /// Takes the whole mail, and never says so.
    HangsAtTheEnd,
}

/// A mail that it took.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Head and body, without the dots of the transport.
    pub(crate) text: String,
}

impl Mail {
    /// The code in it: the line that stands alone and has eight letters and digits.
    pub(crate) fn code(&self) -> String {
        let is_code = |line: &&str| {
            line.len() == 8 && line.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        self.text.lines().find(is_code).expect(&self.text).to_owned()
    }
}

/// The server; it ends with the test.
pub(crate) struct Smtp {
    port: u16,
    mails: Receiver<Mail>,
}

impl Smtp {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, mails) = mpsc::channel(10);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, manner, sender.clone()));
            }
        });
        Self { port, mails }
    }

    /// `SMTP_URL` with this password, as it is written in an address.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("smtp://sync:{password}@127.0.0.1:{}", self.port)
    }

    /// `SMTP_URL` with the right password.
    pub(crate) fn right_url(&self) -> String {
        self.url("pass%3Aword%2F1")
    }

    pub(crate) async fn next(&mut self) -> Mail {
        timeout(Duration::from_secs(10), self.mails.recv()).await.expect("no mail came").unwrap()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.mails.is_empty()
    }
}

/// A connection: EHLO, AUTH PLAIN, MAIL, RCPT, DATA, QUIT (RFC 5321, RFC 4954).
async fn serve(stream: TcpStream, manner: Manner, mails: Sender<Mail>) -> Option<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    if manner == Manner::Hangs {
        while lines.next_line().await.ok()?.is_some() {}
        return None;
    }
    writing.write_all(b"220 mail.example.org ESMTP\r\n").await.ok()?;
    let mut mail = Mail { from: String::new(), to: Vec::new(), text: String::new() };
    let mut is_known = false;
    while let Some(line) = lines.next_line().await.ok()? {
        let (word, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
        let answer = match word.to_ascii_uppercase().as_str() {
            "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN LOGIN".to_owned(),
            "AUTH" => {
                let sent = BASE64_STANDARD.decode(rest.trim_start_matches("PLAIN ")).unwrap();
                is_known = sent == LOGIN.as_bytes();
                match is_known {
                    true => "235 2.7.0 welcome".to_owned(),
                    false if manner == Manner::Repeats => format!("535 5.7.8 not good: {rest}"),
                    false => "535 5.7.8 wrong user or password".to_owned(),
                }
            }
            "MAIL" | "RCPT" | "DATA" if !is_known => "530 5.7.0 sign in first".to_owned(),
            "MAIL" => {
                mail.from = address(rest);
                "250 2.1.0 fine".to_owned()
            }
            "RCPT" => {
                mail.to.push(address(rest));
                "250 2.1.5 fine".to_owned()
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await.ok()?;
                mail.text.clear();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    mail.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.text.push_str("\r\n");
                }
                match manner {
                    Manner::HangsAtTheEnd => continue,
                    Manner::Repeats => format!("554 5.7.1 not this: {}", mail.code()),
                    Manner::Takes | Manner::Hangs => {
                        let taken = Mail {
                            text: mail.text.clone(),
                            to: mail.to.clone(),
                            from: mail.from.clone(),
                        };
                        mails.send(taken).await.ok()?;
                        "250 2.0.0 taken".to_owned()
                    }
                }
            }
            "QUIT" => "221 2.0.0 bye".to_owned(),
            other => format!("500 5.5.1 no such command: {other}"),
        };
        writing.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}

/// `FROM:<a@b> …` without the brackets and what is around them.
fn address(rest: &str) -> String {
    let inner = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address).to_owned()
}
