//! Listening, and ending in good order.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use super::router::router;
use crate::app::App;

/// How long a client may take to send the head of a request. A connection that is kept open
/// without one is closed after as long.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The largest head of a request, in bytes: the address and all headers.
const LARGEST_HEAD: usize = 32 * 1024;
/// Connections at a time. More wait in the listener's queue.
const MOST_CONNECTIONS: usize = 1024;
/// The pause after a connection could not be accepted, for want of file handles most often.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `ended`. Open requests and runs are brought to their next safe point.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    ended: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let server = Server::new(router(Arc::clone(&app)));
    let mut ended = pin!(ended);
    loop {
        tokio::select! {
            () = &mut ended => break,
            accepted = server.accept(&listener) => server.answer(accepted),
        }
    }
    drop(listener);
    tracing::info!("Stopping");
    tokio::join!(app.stop(), server.graceful.shutdown());
    Ok(())
}

struct Server {
    router: Router,
    http: http1::Builder,
    graceful: GracefulShutdown,
    slots: Arc<Semaphore>,
}

/// A connection with its place among the [`MOST_CONNECTIONS`].
type Accepted = (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>);

impl Server {
    fn new(router: Router) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(LARGEST_HEAD);
        let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        Self { router, http, graceful: GracefulShutdown::new(), slots }
    }

    async fn accept(&self, listener: &TcpListener) -> Accepted {
        // The semaphore is never closed.
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, slot),
                Err(cause) => {
                    tracing::warn!(%cause, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn answer(&self, (stream, peer, slot): Accepted) {
        // Small answers and events leave at once; one that cannot be told so is only slower.
        drop(stream.set_nodelay(true));
        let connection = serve_one(&self.http, self.router.clone(), stream, peer, &self.graceful);
        tokio::spawn(async move {
            connection.await;
            drop(slot);
        });
    }
}

fn serve_one(
    http: &http1::Builder,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let watcher: Watcher = graceful.watcher();
    async move {
        // A client that goes away or sends what is not HTTP is no concern of ours.
        drop(watcher.watch(connection).await);
    }
}
