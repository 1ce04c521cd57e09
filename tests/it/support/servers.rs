//! Applications under test: the same handlers on both frameworks, each on a thread of its own.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::web::ServiceConfig;
use axum::Router;
use oidc::Oidc;
use reqwest::{Method, RequestBuilder};
use tokio::sync::oneshot;
use tracing::dispatcher;

use super::reply::Reply;

/// The routes of an application, for either framework; [`app!`] makes one.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) axum: fn(&Oidc) -> Router<Oidc>,
    pub(crate) actix: fn(&Oidc, &mut ServiceConfig),
}

/// Registers each handler with both frameworks, for `GET` requests of the path of its name.
macro_rules! app {
    ($($handler:ident),* $(,)?) => {
        $crate::support::servers::App {
            axum: |_| axum::Router::new()
                $(.route(concat!("/", stringify!($handler)), axum::routing::get($handler)))*,
            actix: |_, config| {
                $(config.route(
                    concat!("/", stringify!($handler)),
                    actix_web::web::get().to($handler),
                );)*
            },
        }
    };
}

/// An [`App`] of guarded handlers that respond with the user's subject: `name(rules)`.
macro_rules! guarded_app {
    ($($handler:ident($($rules:tt)*)),* $(,)?) => {{
        $(
            #[oidc::required($($rules)*)]
            async fn $handler(user: oidc::Principal) -> String {
                user.subject().to_owned()
            }
        )*
        $crate::support::servers::app!($($handler),*)
    }};
}

pub(crate) use {app, guarded_app};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Axum => "axum",
            Self::Actix => "actix-web",
        })
    }
}

/// An application on a free port; stops when dropped. It logs to where its test does.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) framework: Framework,
    pub(crate) address: SocketAddr,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    pub(crate) fn on(framework: Framework, app: App, oidc: Oidc) -> Self {
        match framework {
            Framework::Axum => Self::axum(app, oidc),
            Framework::Actix => Self::actix(app, oidc),
        }
    }

    pub(crate) fn axum(app: App, oidc: Oidc) -> Self {
        Self::axum_of(move || (app.axum)(&oidc).with_state(oidc))
    }

    pub(crate) fn actix(app: App, oidc: Oidc) -> Self {
        Self::actix_of(move |config| {
            config.app_data(oidc.clone());
            (app.actix)(&oidc, config);
        })
    }

    /// An application that forgot `app_data`.
    pub(crate) fn actix_without_client(app: App, oidc: Oidc) -> Self {
        Self::actix_of(move |config| (app.actix)(&oidc, config))
    }

    /// An application that brings its own clients.
    pub(crate) fn axum_of(router: impl FnOnce() -> Router + Send + 'static) -> Self {
        Self::start(Framework::Axum, move |listener, stopped| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(listener)?;
                tokio::select! {
                    ended = axum::serve(listener, router()) => ended,
                    _ = stopped => Ok(()),
                }
            })
        })
    }

    /// An application that brings its own clients.
    pub(crate) fn actix_of(
        configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        Self::start(Framework::Actix, move |listener, stopped| {
            let logs = dispatcher::get_default(Clone::clone);
            actix_web::rt::System::new().block_on(async move {
                let factory = move || {
                    // A worker calls this on its own thread, and logs there until it ends.
                    mem::forget(dispatcher::set_default(&logs));
                    actix_web::App::new().configure(&configure)
                };
                // Two, because state that is kept per worker would go unnoticed with one.
                let server = actix_web::HttpServer::new(factory).workers(2);
                let server = server.disable_signals().listen(listener)?.run();
                let handle = server.handle();
                let running = actix_web::rt::spawn(server);
                let _ = stopped.await;
                handle.stop(false).await;
                running.await.map_err(io::Error::other)?
            })
        })
    }

    fn start<F>(framework: Framework, serve: F) -> Self
    where
        F: FnOnce(TcpListener, oneshot::Receiver<Infallible>) -> io::Result<()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let (stop, stopped) = oneshot::channel();
        let logs = dispatcher::get_default(Clone::clone);
        let serve = move || dispatcher::with_default(&logs, || serve(listener, stopped));
        Self {
            framework,
            address,
            client: client(),
            stop: Some(stop),
            thread: Some(thread::spawn(serve)),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a `GET` request with this bearer token, or without one.
    pub(crate) async fn get<'t>(&self, path: &str, token: impl Into<Option<&'t str>>) -> Reply {
        let request = self.request(Method::GET, path);
        match token.into() {
            Some(token) => Reply::of(request.bearer_auth(token)).await,
            None => Reply::of(request).await,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            ended
                .expect("a server is stopped once")
                .expect("the server does not panic")
                .expect("the server serves");
        }
    }
}

/// Runs `test` against the application on each framework, each with a client of its own.
pub(crate) async fn for_both(app: App, oidc: impl Fn() -> Oidc, test: impl AsyncFn(&Server)) {
    for start in [Server::axum, Server::actix] {
        run(start(app, oidc()), &test).await;
    }
}

/// The same with applications that bring their own clients.
pub(crate) async fn for_both_of(
    router: impl FnOnce() -> Router + Send + 'static,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    test: impl AsyncFn(&Server),
) {
    run(Server::axum_of(router), &test).await;
    run(Server::actix_of(configure), &test).await;
}

async fn run(server: Server, test: &impl AsyncFn(&Server)) {
    let named = NameOnPanic(server.framework);
    test(&server).await;
    drop(named);
}

/// Reports which framework a failed assertion was about.
struct NameOnPanic(Framework);

impl Drop for NameOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the failure above is of {}", self.0);
        }
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        // actix-web closes idle connections after 5 s.
        .pool_idle_timeout(Duration::from_secs(2))
        .build()
        .expect("the client's settings are sound")
}
