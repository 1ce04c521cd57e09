//! Sends a browser to the provider (OpenID Connect Core §3.1.2.1).

use url::Url;

use super::cookie::Binding;
use super::error::FlowError;
use super::grant::endpoint;
use super::parameters::Parameters;
use super::pkce::{Proof, is_challenge};
use super::random::random;
use super::reply::Reply;
use super::state::SignIn;
use super::{Call, cookies};
use crate::config::{Config, is_scope_list, parse_bool, with_openid};
use crate::request::RequestParts;

/// Longer addresses and scopes fit in no state.
const MAX_REDIRECT_BYTES: usize = 1024;
const MAX_SCOPE_BYTES: usize = 1024;

pub(super) async fn login(call: &Call<'_>, request: &RequestParts<'_>) -> Result<Reply, FlowError> {
    let asked = LoginRequest::read(call, &Parameters::of_query(request.query()))?;
    let provider = call.provider().await?;
    let authorization = endpoint(provider.metadata.authorization_endpoint.as_ref())?;

    let binding = if call.returns_here(&asked.redirect_uri, request) {
        Some(Binding::new(&asked.redirect_uri, cookies(request))?)
    } else {
        None
    };
    let sign_in = SignIn {
        redirect_uri: asked.redirect_uri,
        proof: match asked.challenge {
            Some(challenge) => Proof::Challenge(challenge),
            None => Proof::Verifier(random()?),
        },
        nonce: random()?,
        scope: asked.scope,
        issued_at: call.now(),
        browser: binding.as_ref().map(|binding| binding.hash.clone()),
    };
    let vault = call.oidc.vault();
    let state = vault.seal(&sign_in).map_err(|_| FlowError::NoRandomness)?;

    let config = call.oidc.config();
    let location = location(authorization, config, &sign_in, &state, asked.prompt);
    let mut reply = Reply::redirect(location);
    for cookie in binding.into_iter().flat_map(|binding| binding.set_cookies) {
        reply.set("set-cookie", cookie);
    }
    Ok(reply)
}

/// What a request asks for.
struct LoginRequest {
    redirect_uri: String,
    scope: String,
    prompt: Option<&'static str>,
    /// Of a client that keeps its verifier.
    challenge: Option<String>,
}

impl LoginRequest {
    fn read(call: &Call<'_>, query: &Parameters) -> Result<Self, FlowError> {
        let config = call.oidc.config();
        let redirect_uri = query.required("redirect_uri")?;
        if redirect_uri.len() > MAX_REDIRECT_BYTES || !call.allows_redirect(redirect_uri) {
            return Err(FlowError::RedirectNotAllowed);
        }
        let scope = read_scope(query)?.unwrap_or(&config.scopes);
        let challenge = read_challenge(query)?;
        if challenge.is_some() && call.is_callback(redirect_uri) {
            return Err(FlowError::request(
                "`code_challenge` needs a redirect URI of the client: the callback has no verifier",
            ));
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            scope: with_offline_access(scope, read_flag(query, "offline_access")?),
            prompt: read_prompt(query)?,
            challenge: challenge.map(str::to_owned),
        })
    }
}

/// Blank means no scope of its own.
fn read_scope(query: &Parameters) -> Result<Option<&str>, FlowError> {
    match query.get("scope")? {
        Some(scope) if scope.len() > MAX_SCOPE_BYTES || !is_scope_list(scope) => {
            Err(FlowError::request("`scope` is not a list of scopes"))
        }
        scope => Ok(scope.filter(|scope| !scope.trim().is_empty())),
    }
}

fn read_flag(query: &Parameters, name: &'static str) -> Result<Option<bool>, FlowError> {
    let Some(value) = query.get(name)? else {
        return Ok(None);
    };
    let flag = parse_bool(value);
    flag.map(Some)
        .ok_or_else(|| FlowError::request(format!("`{name}` must be true or false")))
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

/// RFC 7636 §4.3. A method left out would mean `plain`, which protects nothing.
fn read_challenge(query: &Parameters) -> Result<Option<&str>, FlowError> {
    let challenge = query.get("code_challenge")?;
    match (challenge, query.get("code_challenge_method")?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(FlowError::request("`code_challenge` is missing")),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => Ok(Some(challenge)),
        (Some(_), Some("S256")) => Err(FlowError::request(
            "`code_challenge` is not a SHA-256 hash in base64url",
        )),
        (Some(_), _) => Err(FlowError::request("`code_challenge_method` must be S256")),
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

pub(super) fn asks_for_offline_access(scopes: &str) -> bool {
    scopes.split(' ').any(|scope| scope == OFFLINE_ACCESS)
}

fn location(
    authorization: &Url,
    config: &Config,
    sign_in: &SignIn,
    state: &str,
    prompt: Option<&str>,
) -> String {
    let mut url = authorization.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &config.client_id)
        .append_pair("redirect_uri", &sign_in.redirect_uri)
        .append_pair("scope", &sign_in.scope)
        .append_pair("state", state)
        .append_pair("nonce", &sign_in.nonce)
        .append_pair("code_challenge", &sign_in.proof.challenge())
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(prompt.map(|prompt| ("prompt", prompt)))
        .extend_pairs(config.resource_parameters());
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
}
