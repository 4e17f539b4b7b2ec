//! A connection whose other end has to take what is sent to it.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long a client may take for [`STEP`] of an answer, once the system takes no more for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// In bytes. Less than this in that time is no progress: a client that takes a byte now and then
/// would hold an answer for ever.
const STEP: usize = 64 * 1024;

/// A TCP connection that fails once its other end has stopped reading. One that has nothing to be
/// sent may be silent for as long as it likes.
#[derive(Debug)]
pub(super) struct Paced {
    stream: TcpStream,
    waiting: Option<Waiting>,
}

/// Since the system took no more, for this step.
#[derive(Debug)]
struct Waiting {
    ends: Pin<Box<Sleep>>,
    taken: usize,
}

impl Paced {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, waiting: None }
    }

    /// Passes on how a write went, unless the client has been too slow for it.
    fn judged(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match (&written, &mut self.waiting) {
            (Poll::Ready(Ok(bytes)), Some(waiting)) if waiting.taken + bytes < STEP => {
                waiting.taken += bytes;
            }
            (Poll::Ready(_), waiting) => *waiting = None,
            (Poll::Pending, waiting) => {
                let waiting = waiting.get_or_insert_with(Waiting::begin);
                ready!(waiting.ends.as_mut().poll(context));
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        }
        written
    }
}

impl Waiting {
    fn begin() -> Self {
        Self { ends: Box::pin(sleep(PATIENCE)), taken: 0 }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.judged(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.judged(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// It is called once everything was taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
