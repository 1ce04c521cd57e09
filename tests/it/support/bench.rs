//! A provider for one test, and applications configured for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use oidc::Oidc;
use oidc_devidp::{DevIdp, TestIdp};

/// A provider, and the clock of it and of its applications.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) idp: TestIdp,
    ahead_millis: Arc<AtomicU64>,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with(DevIdp::builder()).await
    }

    pub(crate) async fn with(idp: oidc_devidp::Builder) -> Self {
        Self {
            idp: TestIdp::start_with(idp).await,
            ahead_millis: Arc::default(),
        }
    }

    /// The configuration of an application for this provider.
    pub(crate) fn builder(&self) -> oidc::OidcBuilder {
        self.with_clock(SystemTime::now)
    }

    /// The same with a clock that only [`advance`](Self::advance) moves, so that the time that the
    /// test takes does not count.
    pub(crate) fn steady_builder(&self) -> oidc::OidcBuilder {
        let start = SystemTime::now();
        self.with_clock(move || start)
    }

    fn with_clock(
        &self,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> oidc::OidcBuilder {
        let ahead = Arc::clone(&self.ahead_millis);
        Oidc::builder()
            .client_id(self.idp.client_id())
            .discovery_url(self.idp.discovery_url())
            .clock(move || clock() + Duration::from_millis(ahead.load(Ordering::SeqCst)))
    }

    pub(crate) fn oidc(&self) -> Oidc {
        self.builder().build().expect("the configuration is sound")
    }

    pub(crate) fn steady_oidc(&self) -> Oidc {
        let builder = self.steady_builder();
        builder.build().expect("the configuration is sound")
    }

    /// Moves the time of the providers and of the applications.
    pub(crate) fn advance(&self, by: Duration) {
        self.idp.advance(by);
        for (_, other) in self.idp.others() {
            other.advance(by);
        }
        let millis = u64::try_from(by.as_millis()).expect("a test does not take ages");
        self.ahead_millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// A genuine token of alice.
    pub(crate) fn good_token(&self) -> String {
        self.idp.token().mint()
    }
}
