//! Listening, and ending in good order.

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::router::router;
use crate::app::App;

/// Serves until `ended`. Open requests and runs are brought to their next safe point.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    ended: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = Arc::clone(&app);
    let shutdown = async move {
        ended.await;
        tracing::info!("Stopping");
        stopping.stop().await;
    };
    axum::serve(listener, router(app)).with_graceful_shutdown(shutdown).await
}
