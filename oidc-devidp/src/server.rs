//! The listener, on a thread and a runtime of its own, so that it serves tests of any framework
//! and dies with its handle.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use axum::{Router, http};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time;
use tower::ServiceExt;

use crate::endpoint::Endpoint;
use crate::fault::Fault;
use crate::host;
use crate::provider::{self, Provider};

/// A running server; stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: StdListener, provider: Arc<Provider>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let run = move || run(&runtime, listener, provider, stopped);
        let thread = thread::Builder::new()
            .name("oidc-devidp".to_owned())
            .spawn(run)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // It can only fail by a panic on that thread, which has been printed already.
            let _ = thread.join();
        }
    }
}

/// Binds, and waits a moment for an address that an earlier server is just leaving.
pub(crate) fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let mut attempts = 20;
    loop {
        match StdListener::bind(address) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts > 0 => {
                attempts -= 1;
                thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

fn run(
    runtime: &Runtime,
    listener: StdListener,
    provider: Arc<Provider>,
    stopped: oneshot::Receiver<Infallible>,
) {
    runtime.block_on(async {
        let accepting = async {
            match TcpListener::from_std(listener) {
                Ok(listener) => accept(listener, provider).await,
                Err(error) => tracing::error!(%error, "the development provider cannot listen"),
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = stopped => {}
        }
    });
}

async fn accept(listener: TcpListener, provider: Arc<Provider>) {
    let router = provider::router(Arc::clone(&provider));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, router.clone(), Arc::clone(&provider)));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, router: Router, provider: Arc<Provider>) {
    let service = service_fn(move |request: http::Request<Incoming>| {
        respond(
            request.map(Body::new),
            router.clone(),
            Arc::clone(&provider),
        )
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// An error closes the connection without a response.
async fn respond(
    request: Request,
    router: Router,
    provider: Arc<Provider>,
) -> io::Result<Response> {
    if let Err(error) = host::check(&request, &provider.issuer) {
        return Ok(error.response(&provider.issuer));
    }
    // Scripts in browsers send preflights by themselves, which are no requests of the application.
    let endpoint = Endpoint::at(request.uri().path(), &provider.path)
        .filter(|_| request.method() != Method::OPTIONS);
    let Some((endpoint, active)) =
        endpoint.and_then(|endpoint| Some((endpoint, provider.controls.hit(endpoint)?)))
    else {
        let Ok(response) = router.oneshot(request).await;
        return Ok(response);
    };
    if active.fault == Fault::Hold {
        provider.controls.end_of(endpoint, &active).await;
    }
    if let Some(response) = active.fault.clone().response().await {
        return response;
    }
    let Ok(response) = router.oneshot(request).await;
    if active.fault == Fault::HoldResponse {
        provider.controls.end_of(endpoint, &active).await;
    }
    Ok(response)
}
