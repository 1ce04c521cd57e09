//! Applications that people sign in to, and what a test does as a person.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use oidc_client::{Client, ClientBuilder, Clock, CodeFlow, DeviceFlow, MemoryStore};
use tokio::process::Command;
use tokio::runtime::Runtime;

use crate::support::either_provider::Provider;
use crate::support::install;
use crate::support::process::Server;
use crate::support::provider::PUBLIC_CLIENT;
use crate::support::user_agent::UserAgent;

/// Whose endpoints they are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// An example of this project.
    Ours(&'static str),
    /// The reference implementation, in this framework.
    Reference(&'static str),
}

pub(crate) const KINDS: [Kind; 4] = [
    Kind::Ours("contract_axum"),
    Kind::Ours("contract_actix"),
    Kind::Reference("fastapi"),
    Kind::Reference("flask"),
];

/// A running application, with the provider where its users sign in.
pub(crate) struct Application {
    pub(crate) name: String,
    /// As a person would give it to the client.
    pub(crate) address: String,
    pub(crate) provider: Arc<Provider>,
    server: Server,
}

impl Application {
    pub(crate) async fn start(kind: Kind, provider: &Arc<Provider>) -> Self {
        let discovery_url = provider.discovery_url();
        let (server, prefix) = match kind {
            Kind::Ours(example) => {
                let settings = [
                    ("OIDC_CLIENT_ID", PUBLIC_CLIENT),
                    ("OIDC_DISCOVERY_URL", &discovery_url),
                ];
                (Server::example(example, &settings).await, "/api/test")
            }
            Kind::Reference(framework) => {
                let mut command = Command::new(reference_python());
                command.arg(install::fixture("reference/server.py")).args([
                    framework,
                    &discovery_url,
                    PUBLIC_CLIENT,
                ]);
                (Server::start(&mut command).await, "/api")
            }
        };
        Self {
            name: format!("{kind:?} at {discovery_url}"),
            address: format!("{}{prefix}", server.url()),
            provider: Arc::clone(provider),
            server,
        }
    }

    /// Everything it printed.
    pub(crate) fn output(&self) -> String {
        self.server.output()
    }

    /// Ends it, so that its port refuses connections.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }

    /// The embedded provider.
    pub(crate) fn idp(&self) -> &oidc_devidp::TestIdp {
        match &*self.provider {
            Provider::Embedded(idp) => idp,
            Provider::Npm(_) => panic!("it is another provider"),
        }
    }

    pub(crate) fn client(&self, clock: &TestClock) -> ClientBuilder {
        Client::builder(&*self.address)
            .store(MemoryStore::default())
            .clock(clock.clone())
    }
}

/// The interpreter that has the reference server.
fn reference_python() -> PathBuf {
    install::python_with("reference-python", "reference/requirements.txt")
}

/// Runs a test with each application at each provider.
pub(crate) async fn everywhere(device_flow: bool, test: impl AsyncFn(&Application)) {
    for provider in Provider::both("s3cret", device_flow).await {
        let provider = Arc::new(provider);
        for kind in KINDS {
            let application = Application::start(kind, &provider).await;
            println!("{}", application.name);
            test(&application).await;
        }
    }
}

/// The same at the embedded provider only, which does what the test tells it to.
pub(crate) async fn at_embedded(test: impl AsyncFn(Application)) {
    for kind in KINDS {
        let provider = Provider::embedded("s3cret", true).await;
        let application = Application::start(kind, &Arc::new(provider)).await;
        println!("{}", application.name);
        test(application).await;
    }
}

/// The clock of the machine, but for a difference. Nobody has to sleep.
#[derive(Clone, Default)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn shift(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        let seconds = self.0.load(Ordering::Relaxed);
        let difference = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            SystemTime::now() - difference
        } else {
            SystemTime::now() + difference
        }
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(Duration::from_millis(20)))
    }
}

/// A person in front of a browser.
#[derive(Clone, Copy)]
pub(crate) enum Person {
    Approving(&'static str),
    Declining(&'static str),
}

impl Person {
    /// Works through the pages in a thread of its own, and returns when they are done.
    pub(crate) fn visit(self, url: &str) {
        let url = url.to_owned();
        let visit = move || {
            let agent = match self {
                Self::Approving(user) => UserAgent::approving(user),
                Self::Declining(user) => UserAgent::declining(user),
            };
            let runtime = Runtime::new().expect("a runtime starts");
            runtime.block_on(agent.visit(&url));
        };
        thread::spawn(visit).join().expect("the visit succeeds");
    }

    /// The same, but does not wait.
    pub(crate) fn visit_later(self, url: &str) {
        let url = url.to_owned();
        thread::spawn(move || self.visit(&url));
    }

    /// The code flow, in the browser of this person.
    pub(crate) fn code_flow(self) -> CodeFlow {
        CodeFlow::new()
            .ports([0])
            .show(|_| ())
            .open(move |url| self.visit(url))
    }

    /// The device flow, which this person completes before the program asks for the first time.
    pub(crate) fn device_flow(self) -> DeviceFlow {
        DeviceFlow::new().show(move |prompt| {
            let page = prompt.verification_uri_complete();
            self.visit(page.unwrap_or(prompt.verification_uri()));
        })
    }
}

pub(crate) const ALICE: Person = Person::Approving("alice");
