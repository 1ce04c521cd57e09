//! The loopback port that gets the answer of the browser (RFC 8252 §7.3).

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use oidc_runtime::for_client::Secret;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::callback::{Outcome, Verdict, judge};
use super::page;
use super::peer::Users;
use crate::error::Error;

/// How many connections are open at a time. Browsers open a few; others have to wait.
const MAX_CONNECTIONS: usize = 64;
/// How many connections of other users get an answer at a time, so that they take nobody's place.
const MAX_STRANGERS: usize = 2;
/// How long a connection has for its request, and in all.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// A code and a state are far smaller.
const MAX_HEADER_BYTES: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;
/// Before a connection is accepted again when that has failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long the browser has to read the last page.
const FAREWELL: Duration = Duration::from_secs(1);

/// A port of the loopback interface, on both versions of IP as far as the system has them.
pub(super) struct Listener {
    port: u16,
    sockets: Vec<TcpListener>,
    users: Users,
}

impl Listener {
    /// Takes the first of these ports that nobody has.
    pub(super) async fn bind(ports: &[u16]) -> Result<Self, Error> {
        for &port in ports {
            if let Some(listener) = Self::bind_port(port).await {
                return Ok(listener);
            }
        }
        Err(Error::NoFreePort(ports.to_vec()))
    }

    /// `localhost` may be either address: a port that somebody else has on one of them is not free.
    async fn bind_port(port: u16) -> Option<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let (port, first) = match first {
            Ok(socket) => (socket.local_addr().ok()?.port(), Some(socket)),
            Err(error) if is_taken(&error) => return None,
            Err(_) => (port, None),
        };
        let second = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(socket) => Some(socket),
            Err(error) if is_taken(&error) => return None,
            Err(_) => None,
        };
        let sockets: Vec<_> = first.into_iter().chain(second).collect();
        (!sockets.is_empty()).then(|| Self {
            port,
            sockets,
            users: Users::of_this_process(),
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Begins to listen for the answer to the sign-in with this state. Whatever else comes is refused.
    pub(super) fn listen(self, state: &Secret) -> Answers {
        let (sender, outcomes) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            port: self.port,
            state: state.clone(),
            sender,
            users: self.users,
            strangers: Semaphore::new(MAX_STRANGERS),
            refused_strangers: AtomicBool::new(false),
        });
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut servers = JoinSet::new();
        for socket in self.sockets {
            servers.spawn(serve(socket, Arc::clone(&slots), Arc::clone(&shared)));
        }
        Answers {
            outcomes,
            servers,
            shared,
        }
    }
}

/// What comes in.
pub(super) struct Answers {
    outcomes: mpsc::Receiver<Outcome>,
    servers: JoinSet<()>,
    shared: Arc<Shared>,
}

impl Answers {
    /// Waits for the answer. The port is free again when this returns.
    pub(super) async fn first(mut self, patience: Duration) -> Outcome {
        let outcome = timeout(patience, self.outcomes.recv()).await;
        self.outcomes.close();
        // The servers end when they have answered.
        let _ = timeout(FAREWELL, async {
            while self.servers.join_next().await.is_some() {}
        })
        .await;
        let outcome = outcome.ok().flatten();
        outcome.unwrap_or_else(|| Outcome::Refused(self.shared.nobody()))
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    )
}

struct Shared {
    port: u16,
    state: Secret,
    sender: mpsc::Sender<Outcome>,
    users: Users,
    strangers: Semaphore,
    /// Whether one came.
    refused_strangers: AtomicBool,
}

impl Shared {
    /// Why there is no answer.
    fn nobody(&self) -> Error {
        if self.refused_strangers.load(Ordering::Relaxed) {
            Error::unusable(
                "nobody signed in in time; a browser of another user of this machine was refused",
            )
        } else {
            Error::TimedOut
        }
    }

    fn respond(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let verdict = judge(
            request.method(),
            request.uri(),
            request.headers(),
            self.port,
            &self.state,
        );
        match verdict {
            Verdict::Foreign(status) => page::foreign(status),
            Verdict::Ends(outcome) => {
                let page = match outcome {
                    Outcome::Code(_) => page::completed(),
                    Outcome::Refused(_) => page::declined(),
                };
                // The first answer counts; a page that is loaded again looks the same.
                let _ = self.sender.try_send(outcome);
                page
            }
        }
    }
}

/// Accepts connections until the answer has come, and lets those that are open come to their end.
async fn serve(socket: TcpListener, slots: Arc<Semaphore>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Some((stream, slot)) = accept(&socket, &slots, &shared).await {
        while connections.try_join_next().is_some() {}
        let shared = Arc::clone(&shared);
        connections.spawn(timeout(
            CONNECTION_TIMEOUT,
            connection(stream, slot, shared),
        ));
    }
    drop(socket);
    while connections.join_next().await.is_some() {}
}

/// The next connection, unless the answer has come.
async fn accept(
    socket: &TcpListener,
    slots: &Arc<Semaphore>,
    shared: &Shared,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let next = async {
        loop {
            let slot = Arc::clone(slots).acquire_owned().await.ok()?;
            match socket.accept().await {
                Ok((stream, _)) => return Some((stream, slot)),
                // Such as too many open files.
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    };
    tokio::select! {
        accepted = next => accepted,
        () = shared.sender.closed() => None,
    }
}

async fn connection(stream: TcpStream, slot: OwnedSemaphorePermit, shared: Arc<Shared>) {
    match shared.users.visitor(&stream).await {
        Visitor::Allowed => answered(stream, |request| shared.respond(request)).await,
        Visitor::Gone => {}
        Visitor::Stranger => {
            drop(slot);
            tracing::warn!("a program of another user connected to the loopback port");
            shared.refused_strangers.store(true, Ordering::Relaxed);
            if let Ok(_slot) = shared.strangers.try_acquire() {
                answered(stream, |_| page::for_others()).await;
            }
        }
    }
}

/// Who connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "everybody counts as allowed there")
)]
pub(super) enum Visitor {
    Allowed,
    /// A program of another user.
    Stranger,
    /// Nobody any more.
    Gone,
}

async fn answered(
    stream: TcpStream,
    respond: impl Fn(&Request<Incoming>) -> Response<Full<Bytes>>,
) {
    let service = service_fn(|request| {
        let response = respond(&request);
        async move { Ok::<_, Infallible>(response) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the loopback port failed");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Whoever sees the arguments of the browser knows the state.
    #[tokio::test]
    async fn other_users_cannot_answer() {
        let mut listener = Listener::bind(&[0]).await.expect("a port");
        listener.users = Users::nobody();
        let address = format!("http://localhost:{}/callback", listener.port());
        let answers = listener.listen(&Secret::new("state"));
        let answer = reqwest::get(format!("{address}?code=c&state=state")).await;
        assert_eq!(answer.expect("an answer").status().as_u16(), 403);
        let outcome = answers.first(Duration::ZERO).await;
        assert!(
            matches!(&outcome, Outcome::Refused(Error::Unusable(why)) if why.contains("another user")),
        );
    }

    #[tokio::test]
    async fn this_user_can() {
        let listener = Listener::bind(&[0]).await.expect("a port");
        let address = format!("http://localhost:{}/callback", listener.port());
        let answers = listener.listen(&Secret::new("state"));
        let answer = reqwest::get(format!("{address}?code=c&state=state")).await;
        assert_eq!(answer.expect("an answer").status().as_u16(), 200);
        let outcome = answers.first(Duration::from_secs(10)).await;
        assert!(matches!(outcome, Outcome::Code(code) if code.expose() == "c"));
    }
}
