//! Sends a browser to the provider (OpenID Connect Core §3.1.2.1).

use url::Url;

use super::Call;
use super::cookie::Binding;
use super::error::FlowError;
use super::grant::endpoint;
use super::parameters::Parameters;
use super::pkce::challenge;
use super::random::random;
use super::reply::Reply;
use super::state::SignIn;
use crate::config::{is_scope_list, with_openid};
use crate::request::RequestParts;

/// Longer addresses and scopes fit in no state.
const MAX_REDIRECT_BYTES: usize = 1024;
const MAX_SCOPE_BYTES: usize = 1024;

pub(super) async fn login(call: &Call<'_>, request: &RequestParts<'_>) -> Result<Reply, FlowError> {
    let asked = Asked::read(call, &Parameters::of_query(request.query()))?;
    let provider = call.provider().await?;
    let authorization = endpoint(provider.metadata.authorization_endpoint.as_ref())?;

    let binding = if asked.is_ours {
        Some(Binding::new(&asked.redirect_uri)?)
    } else {
        None
    };
    let sign_in = SignIn {
        redirect_uri: asked.redirect_uri,
        verifier: random()?,
        nonce: random()?,
        scope: asked.scope,
        issued_at: call.now(),
        browser: binding.as_ref().map(|binding| binding.hash.clone()),
    };
    let vault = call.oidc.vault();
    let state = vault.seal(&sign_in).map_err(|_| FlowError::NoRandomness)?;

    let client_id = &call.oidc.config().client_id;
    let location = location(authorization, client_id, &sign_in, &state, asked.prompt);
    let mut reply = Reply::redirect(location);
    if let Some(binding) = binding {
        reply.set("set-cookie", binding.set_cookie);
    }
    Ok(reply)
}

/// What a request asks for.
struct Asked {
    redirect_uri: String,
    /// The callback is this application's, so the browser that comes back there can be told
    /// from others.
    is_ours: bool,
    scope: String,
    prompt: Option<&'static str>,
}

impl Asked {
    fn read(call: &Call<'_>, query: &Parameters) -> Result<Self, FlowError> {
        let config = call.oidc.config();
        let redirect_uri = query.required("redirect_uri")?;
        let callback_path = call.route.callback_path(call.path);
        if redirect_uri.len() > MAX_REDIRECT_BYTES || !call.allows_redirect(redirect_uri) {
            return Err(FlowError::RedirectNotAllowed);
        }
        let scope = read_scope(query)?.unwrap_or(&config.scopes);
        Ok(Self {
            // Whatever the host: behind a proxy the application may not know its own.
            is_ours: callback_path.is_some_and(|path| has_path(redirect_uri, &path)),
            redirect_uri: redirect_uri.to_owned(),
            scope: with_offline_access(scope, read_flag(query, "offline_access")?),
            prompt: read_prompt(query)?,
        })
    }
}

fn has_path(redirect_uri: &str, path: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| url.path().ends_with(path))
}

fn read_scope(query: &Parameters) -> Result<Option<&str>, FlowError> {
    match query.get("scope")? {
        Some(scope) if scope.len() > MAX_SCOPE_BYTES || !is_scope_list(scope) => {
            Err(FlowError::request("`scope` is not a list of scopes"))
        }
        scope => Ok(scope),
    }
}

fn read_flag(query: &Parameters, name: &'static str) -> Result<Option<bool>, FlowError> {
    match query.get(name)? {
        None => Ok(None),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(FlowError::request(format!("`{name}` is true or false"))),
    }
}

/// `none` is what clients of py-oidc-auth say when they want nothing particular; it is not the
/// `none` of OpenID Connect, so it is not sent.
fn read_prompt(query: &Parameters) -> Result<Option<&'static str>, FlowError> {
    match query.get("prompt")? {
        None | Some("none") => Ok(None),
        Some("login") => Ok(Some("login")),
        Some("consent") => Ok(Some("consent")),
        Some("select_account") => Ok(Some("select_account")),
        Some(_) => Err(FlowError::request(
            "`prompt` is none, login, consent or select_account",
        )),
    }
}

/// The scopes of a sign-in. Without a word from the request they stay as configured.
pub(super) fn with_offline_access(scopes: &str, wanted: Option<bool>) -> String {
    let mut scopes: Vec<_> = scopes.split(' ').collect();
    if wanted.is_some() {
        scopes.retain(|scope| *scope != OFFLINE_ACCESS);
    }
    if wanted == Some(true) {
        scopes.push(OFFLINE_ACCESS);
    }
    with_openid(&scopes.join(" "))
}

const OFFLINE_ACCESS: &str = "offline_access";

fn location(
    authorization: &Url,
    client_id: &str,
    sign_in: &SignIn,
    state: &str,
    prompt: Option<&str>,
) -> String {
    let mut url = authorization.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", &sign_in.redirect_uri)
        .append_pair("scope", &sign_in.scope)
        .append_pair("state", state)
        .append_pair("nonce", &sign_in.nonce)
        .append_pair("code_challenge", &challenge(&sign_in.verifier))
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(prompt.map(|prompt| ("prompt", prompt)));
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_decides_about_offline_access() {
        for (configured, wanted, scope) in [
            ("openid profile", None, "openid profile"),
            ("openid offline_access", None, "openid offline_access"),
            (
                "openid profile",
                Some(true),
                "openid profile offline_access",
            ),
            (
                "offline_access email",
                Some(true),
                "openid email offline_access",
            ),
            ("openid offline_access", Some(false), "openid"),
            ("", Some(false), "openid"),
        ] {
            assert_eq!(
                with_offline_access(configured, wanted),
                scope,
                "{configured} {wanted:?}"
            );
        }
    }

    #[test]
    fn the_callback_is_known_by_its_path() {
        let path = "/api/auth/v2/callback";
        assert!(has_path("http://127.0.0.1:8000/api/auth/v2/callback", path));
        assert!(has_path(
            "https://app.example/proxied/api/auth/v2/callback?a=b",
            path
        ));
        assert!(!has_path("http://localhost:53100/callback", path));
        assert!(!has_path("app:/api/auth/v2/callback/x", path));
    }
}
