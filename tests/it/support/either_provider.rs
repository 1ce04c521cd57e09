//! The same clients at a provider of third parties, and at the one that comes with this project.

use oidc_devidp::{Client, DevIdp, Tamper, TestIdp};

use super::provider::{CONFIDENTIAL_CLIENT, NpmProvider, Options, PUBLIC_CLIENT};

/// With [`PUBLIC_CLIENT`] and [`CONFIDENTIAL_CLIENT`], and the users `alice` and `bob`.
pub(crate) enum Provider {
    Npm(NpmProvider),
    Embedded(TestIdp),
}

impl Provider {
    pub(crate) async fn both(secret: &'static str, device_flow: bool) -> [Self; 2] {
        [
            Self::npm(secret, device_flow).await,
            Self::embedded(secret, device_flow).await,
        ]
    }

    async fn npm(client_secret: &'static str, device_flow: bool) -> Self {
        let options = Options {
            client_secret,
            device_flow,
            ..Options::default()
        };
        Self::Npm(NpmProvider::start(&options).await)
    }

    pub(crate) async fn embedded(secret: &str, device_flow: bool) -> Self {
        let client = |name| Client::new(name).any_loopback_redirect();
        // Whoever polls need not wait.
        let builder = DevIdp::builder()
            .configure(|config| config.device_interval = 0)
            .client(client(PUBLIC_CLIENT))
            .client(client(CONFIDENTIAL_CLIENT).secret(secret));
        let idp = TestIdp::start_with(builder).await;
        if !device_flow {
            idp.tamper(Tamper::NoDeviceEndpoint);
        }
        Self::Embedded(idp)
    }

    pub(crate) fn discovery_url(&self) -> String {
        match self {
            Self::Npm(provider) => provider.discovery_url(),
            Self::Embedded(provider) => provider.discovery_url(),
        }
    }
}
