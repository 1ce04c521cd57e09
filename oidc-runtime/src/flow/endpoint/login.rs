//! Redirects a browser to the provider (OpenID Connect Core §3.1.2.1).

use crate::answer::Response;
use crate::config::{is_scope_list, parse_bool};
use crate::flow::call::Call;
use crate::flow::cookie::Binding;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::scope::with_offline_access;
use crate::flow::state::{LIFETIME, SignIn};
use crate::protocol::{AuthorizationRequest, Proof, is_challenge, required_endpoint};
use crate::random::random;
use crate::request::RequestParts;

/// Limits that keep the sealed state small enough for a URL.
const MAX_REDIRECT_BYTES: usize = 1024;
const MAX_SCOPE_BYTES: usize = 1024;

pub(super) async fn login(
    call: &Call<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let login = LoginRequest::read(call, &Parameters::of_query(request.query()))?;
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let authorization = required_endpoint(provider.metadata.authorization_endpoint.as_ref())?;

    let binding = if call.returns_here(&login.redirect_uri, request) {
        Some(Binding::new(
            &login.redirect_uri,
            LIFETIME,
            request.fields("cookie"),
        )?)
    } else {
        None
    };
    let sign_in = SignIn {
        redirect_uri: login.redirect_uri,
        proof: match login.challenge {
            Some(challenge) => Proof::Challenge(challenge),
            None => Proof::Verifier(random()?),
        },
        nonce: random()?,
        scope: login.scope,
        issued_at: call.now(),
        browser: binding.as_ref().map(|binding| binding.hash.clone()),
    };
    let request = AuthorizationRequest {
        redirect_uri: &sign_in.redirect_uri,
        scope: &sign_in.scope,
        state: &sign_in.seal(call.oidc.sealer())?,
        nonce: &sign_in.nonce,
        code_challenge: &sign_in.proof.challenge(),
        prompt: login.prompt,
        further: &[],
    };
    let mut response = Response::redirect(request.url(authorization, &party));
    for cookie in binding.into_iter().flat_map(|binding| binding.set_cookies) {
        response.set("set-cookie", cookie);
    }
    Ok(response)
}

/// The parameters of a login.
struct LoginRequest {
    redirect_uri: String,
    scope: String,
    prompt: Option<&'static str>,
    /// The S256 challenge of a client that keeps its own verifier (RFC 7636 §4.3).
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
                "`code_challenge` requires a redirect URI of the client: the callback has no verifier",
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

/// `None` if the scope is missing or blank: the configured ones apply.
fn read_scope(query: &Parameters) -> Result<Option<&str>, FlowError> {
    match query.get("scope")? {
        Some(scope) if scope.len() > MAX_SCOPE_BYTES || !is_scope_list(scope) => {
            Err(FlowError::request("`scope` is not a list of scopes"))
        }
        scope => Ok(scope.filter(|scope| !scope.trim().is_empty())),
    }
}

pub(in crate::flow) fn read_flag(
    query: &Parameters,
    name: &'static str,
) -> Result<Option<bool>, FlowError> {
    let Some(value) = query.get(name)? else {
        return Ok(None);
    };
    let flag = parse_bool(value);
    flag.map(Some)
        .ok_or_else(|| FlowError::request(format!("`{name}` must be true or false")))
}

/// Clients of py-oidc-auth send `none` for the provider's default. It does not have the meaning of
/// `none` in OpenID Connect Core §3.1.2.1, so it is not passed on.
pub(in crate::flow) fn read_prompt(query: &Parameters) -> Result<Option<&'static str>, FlowError> {
    match query.get("prompt")? {
        None | Some("none") => Ok(None),
        Some("login") => Ok(Some("login")),
        Some("consent") => Ok(Some("consent")),
        Some("select_account") => Ok(Some("select_account")),
        Some(_) => Err(FlowError::request(
            "`prompt` must be none, login, consent or select_account",
        )),
    }
}

/// RFC 7636 §4.3. Without a method the default would be `plain`, which does not protect the
/// verifier.
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
