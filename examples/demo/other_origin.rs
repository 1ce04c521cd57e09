//! A page of another origin, whose form tries to use the session.
//!
//! Another port is another origin, but of the same site: browsers send the cookie along.

use std::io;

use axum::Router;
use axum::response::Html;
use tokio::net::TcpListener;

/// Serves the page on a free port, and gives its origin.
pub(super) async fn serve(application: &str) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let page = include_str!("../page/other_origin.html").replace("{application}", application);
    let app = Router::new().fallback(|| async { Html(page) });
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(origin)
}
