//! The sign-in endpoints. They decide everything; the adapters only translate.

mod callback;
mod cookie;
mod device;
mod error;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzzing;
mod grant;
mod id_token;
mod login;
mod logout;
mod parameters;
mod pkce;
mod provider_text;
mod random;
mod redeem;
mod redirect_uri;
mod refusal;
mod reply;
mod routes;
mod state;
mod token;
mod token_response;
mod userinfo;
mod userinfo_body;

use std::sync::Arc;

use url::Url;

use crate::clock::UnixSeconds;
use crate::gate::Request;
use crate::oidc::Oidc;
use crate::provider::Snapshot;
use crate::request::RequestParts;
use error::FlowError;
pub(crate) use reply::Reply;
pub(crate) use routes::{Endpoint, Route};
pub use routes::{RoutePaths, Routes};
pub(crate) use state::Vault;

/// The largest form that is read; codes and tokens are far smaller.
pub(crate) const MAX_FORM_BYTES: usize = 64 * 1024;

/// A request to an endpoint.
pub(crate) struct Call<'c> {
    pub(crate) oidc: &'c Oidc,
    pub(crate) route: Route,
    /// The whole path, with what the routes are nested in.
    pub(crate) path: &'c str,
    /// The authority of the request's target, which HTTP/2 has instead of a `Host` field
    /// (RFC 9113 §8.3.1).
    pub(crate) authority: Option<&'c str>,
    /// The body, if [`Route::reads_body`]; `None` if it is larger than [`MAX_FORM_BYTES`].
    pub(crate) body: Option<&'c [u8]>,
}

/// Answers a request to one of the endpoints.
pub(crate) async fn answer(call: Call<'_>, request: &mut impl Request) -> Reply {
    let endpoint = call.route.endpoint;
    let outcome = match request.parts().method() {
        method if method == endpoint.method() => call.run(request).await,
        "POST" if endpoint == Endpoint::Callback => Err(FlowError::FormPost),
        _ => Err(FlowError::MethodNotAllowed(endpoint.method())),
    };
    outcome.unwrap_or_else(|error| error.answer(endpoint.name()))
}

impl Call<'_> {
    async fn run(&self, request: &mut impl Request) -> Result<Reply, FlowError> {
        match self.route.endpoint {
            Endpoint::Login => login::login(self, &request.parts()).await,
            Endpoint::Callback => callback::callback(self, &request.parts()).await,
            Endpoint::Token => token::token(self, &request.parts()).await,
            Endpoint::Device => device::device(self).await,
            Endpoint::Logout => logout::logout(self, &request.parts()).await,
            Endpoint::Userinfo => userinfo::userinfo(self, request).await,
        }
    }

    async fn provider(&self) -> Result<Arc<Snapshot>, FlowError> {
        let provider = self.oidc.provider();
        let ready = provider.ready().await;
        ready.map_err(|_| FlowError::Unavailable(provider.retry_after()))
    }

    fn now(&self) -> UnixSeconds {
        self.oidc.config().clock.unix_seconds()
    }
}

/// The values of all `Cookie` fields; HTTP/2 may split them (RFC 9113 §8.2.3).
fn cookies<'r>(request: &RequestParts<'r>) -> impl Iterator<Item = &'r [u8]> {
    request.fields("cookie")
}

/// A path of the application below its public address.
fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}
