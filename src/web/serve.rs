//! Listening, and ending in good order.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::access::HEALTH;
use super::pace::Paced;
use super::places::{Peer, Places, Spare};
use super::router::router;
use super::settings::{Networks, WebSettings};
use crate::hub::error::Error;
use crate::hub::people::People;

/// How long a client may take to send the head of a request. A connection that is kept open
/// without one is closed after as long.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The same for a connection that has no place.
const SPARE_HEAD_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a connection that has no place may last.
const SPARE_LIFE: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes: the address and all headers.
const LARGEST_HEAD: usize = 32 * 1024;
/// The pause after a connection could not be accepted, for want of file handles most often.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long open connections have at the end. Docker kills what has not ended after ten seconds.
const LAST_ANSWERS: Duration = Duration::from_secs(8);

/// Serves until `ended`. Runs are brought to their next safe point; requests that are answered
/// then have a few seconds to end.
pub async fn serve(
    people: Arc<People>,
    settings: WebSettings,
    listener: TcpListener,
    ended: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let mut server = Server::new(&people, settings);
    let mut ended = pin!(ended);
    loop {
        tokio::select! {
            () = &mut ended => break,
            (stream, peer) = accept(&listener) => server.answer(stream, peer),
        }
    }
    drop(listener);
    tracing::info!("Stopping");
    tokio::join!(people.services().stop(), server.end());
    Ok(())
}

/// The next connection. Every one is taken at once, as one that waits could ask for health.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(cause) => {
                tracing::warn!(%cause, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

struct Server {
    router: Router,
    proxies: Networks,
    graceful: GracefulShutdown,
    /// Ends what is still open.
    cut: CancellationToken,
    places: Places,
    spare: Spare,
}

impl Server {
    fn new(people: &Arc<People>, settings: WebSettings) -> Self {
        Self {
            proxies: settings.access.trusted_proxies.clone(),
            router: router(Arc::clone(people), settings),
            graceful: GracefulShutdown::new(),
            cut: CancellationToken::new(),
            places: Places::default(),
            spare: Spare::default(),
        }
    }

    fn answer(&mut self, stream: TcpStream, peer: SocketAddr) {
        // Small answers and events leave at once; one that cannot be told so is only slower.
        drop(stream.set_nodelay(true));
        let kind = if self.proxies.contain(peer.ip()) { Peer::Proxy } else { Peer::Other };
        if let Some(place) = self.places.take(peer.ip(), kind) {
            let connection = self.connection(stream, peer, Kind::Placed);
            tokio::spawn(async move {
                connection.await;
                drop(place);
            });
        } else {
            let connection = self.connection(stream, peer, Kind::Spare);
            let connection = tokio::spawn(timeout(SPARE_LIFE, connection));
            self.spare.add(connection.abort_handle());
        }
    }

    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        kind: Kind,
    ) -> impl Future<Output = ()> + Send + use<> {
        let router = self.router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            answer(router.clone(), request, kind)
        });
        let stream = TokioIo::new(Paced::new(stream));
        let connection = kind.http().serve_connection(stream, service);
        let (watched, cut) = (self.graceful.watch(connection), self.cut.clone());
        async move {
            // A client that goes away or sends what is not HTTP is no concern of ours.
            drop(cut.run_until_cancelled_owned(watched).await);
        }
    }

    /// Lets what is answered end, and cuts off what does not.
    async fn end(self) {
        if timeout(LAST_ANSWERS, self.graceful.shutdown()).await.is_err() {
            tracing::warn!("Connections were cut off that were still open");
        }
        self.cut.cancel();
    }
}

/// What a connection may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It has a place, and may ask for everything.
    Placed,
    /// It has none, and may ask once whether the service is well.
    Spare,
}

impl Kind {
    fn http(self) -> http1::Builder {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).max_buf_size(LARGEST_HEAD);
        match self {
            Self::Placed => http.header_read_timeout(HEAD_TIMEOUT),
            Self::Spare => http.header_read_timeout(SPARE_HEAD_TIMEOUT).keep_alive(false),
        };
        http
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    kind: Kind,
) -> Result<Response, Infallible> {
    if kind == Kind::Spare && !HEALTH.contains(&request.uri().path()) {
        return Ok(Error::Busy.into_response());
    }
    router.oneshot(request).await
}
