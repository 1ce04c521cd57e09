//! Web servers of this process.

use std::future::IntoFuture as _;

use axum::Router;
use tokio::net::TcpListener;

/// Serves the router until the test ends; returns its origin.
pub(crate) async fn site(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(axum::serve(listener, router).into_future());
    format!("http://{address}")
}
