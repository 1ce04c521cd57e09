//! Signs out at the provider (OpenID Connect RP-Initiated Logout 1.0 §2).

use crate::answer::Response;
use crate::config::{Config, is_local_path};
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::redirect_uri::below;
use crate::request::RequestParts;

pub(super) async fn logout(
    call: &Call<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let query = Parameters::of_query(request.query());
    let config = call.oidc.config();
    let target = match query.get("post_logout_redirect_uri")? {
        Some(uri) => Some(Target::read(uri, config).ok_or(FlowError::RedirectNotAllowed)?),
        None => None,
    };
    let (hint, state) = (query.get("id_token_hint")?, query.get("state")?);
    let provider = call.oidc.relying_party().provider().await?;
    let Some(end_session) = &provider.metadata.end_session_endpoint else {
        return Ok(Response::redirect(
            target.map_or("/".to_owned(), Target::any),
        ));
    };
    let mut url = end_session.clone();
    url.query_pairs_mut()
        .append_pair("client_id", &config.client_id)
        .extend_pairs(
            target
                .and_then(Target::absolute)
                .map(|uri| ("post_logout_redirect_uri", uri)),
        )
        .extend_pairs(hint.map(|hint| ("id_token_hint", hint)))
        .extend_pairs(state.map(|state| ("state", state)));
    Ok(Response::redirect(url.into()))
}

/// Where the browser is sent after the sign-out.
#[derive(Debug, PartialEq)]
enum Target {
    Absolute(String),
    /// A path of an application without a configured public URL. It is not passed to the
    /// provider, which needs an absolute URI.
    Path(String),
}

impl Target {
    /// `None` if the URI is not allowed.
    fn read(uri: &str, config: &Config) -> Option<Self> {
        let base = config.public_url.as_ref();
        if is_local_path(uri) {
            return Some(match base {
                Some(base) => Self::Absolute(below(base, uri)),
                None => Self::Path(uri.to_owned()),
            });
        }
        let own = base.map(|base| base.as_str().trim_end_matches('/'));
        let own = own.filter(|own| uri.strip_suffix('/').unwrap_or(uri) == *own);
        let allowed = own.is_some() || config.redirects.allow(uri, None);
        allowed.then(|| Self::Absolute(uri.to_owned()))
    }

    fn any(self) -> String {
        match self {
            Self::Absolute(uri) | Self::Path(uri) => uri,
        }
    }

    fn absolute(self) -> Option<String> {
        match self {
            Self::Absolute(uri) => Some(uri),
            Self::Path(_) => None,
        }
    }
}
