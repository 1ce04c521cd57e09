//! Begins a sign-in to a session: redirects the browser to the provider.

use url::Url;

use super::page;
use super::state::{LIFETIME, SessionSignIn};
use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::flow::call::Call;
use crate::flow::cookie::Binding;
use crate::flow::endpoint::{read_flag, read_prompt};
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::scope::with_offline_access;
use crate::flow::state::SignIn;
use crate::protocol::{AuthorizationRequest, Proof, required_endpoint};
use crate::random::random;
use crate::request::RequestParts;
use crate::session::{return_to, silent};

/// Limits that keep the address of the authorization request short.
const MAX_VALUE_BYTES: usize = 512;

/// `None` if the request has a redirect URI, whose client receives the tokens itself.
pub(super) async fn sign_in(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Option<Result<Response, FlowError>> {
    let query = Parameters::of_query(request.query());
    if query.has("redirect_uri") {
        return None;
    }
    Some(begin(call, sessions, request, &query).await)
}

async fn begin(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    query: &Parameters,
) -> Result<Response, FlowError> {
    let wish = Wish::read(sessions, query)?;
    if wish.silent && silent::was_asked(&sessions.manager.names, request) {
        return Ok(page::leave_for(sessions, &wish.return_to));
    }
    let redirect_uri = call.own_callback().ok_or(FlowError::RedirectNotAllowed)?;
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    if query
        .get("iss")?
        .is_some_and(|iss| iss != &*provider.metadata.issuer)
    {
        return Err(FlowError::request("`iss` is not the identity provider"));
    }
    let authorization = required_endpoint(provider.metadata.authorization_endpoint.as_ref())?;

    let binding = Binding::new(&redirect_uri, LIFETIME, request.fields("cookie"))?;
    let config = call.oidc.config();
    let offline = sessions.settings.offline_access.then_some(true);
    let started = SessionSignIn {
        sign_in: SignIn {
            redirect_uri,
            proof: Proof::Verifier(random()?),
            nonce: random()?,
            scope: with_offline_access(&config.scopes, offline),
            issued_at: call.now(),
            browser: Some(binding.hash.clone()),
        },
        return_to: wish.return_to,
        acr_values: wish.acr_values.map(str::to_owned),
        max_age: wish.max_age,
        remember: wish.remember,
        silent: wish.silent,
        is_retry: wish.is_retry,
    };
    let sign_in = &started.sign_in;
    let request = AuthorizationRequest {
        redirect_uri: &sign_in.redirect_uri,
        scope: &sign_in.scope,
        state: &started.seal(call.oidc.sealer())?,
        nonce: &sign_in.nonce,
        code_challenge: &sign_in.proof.challenge(),
        prompt: if wish.silent {
            Some("none")
        } else {
            wish.prompt
        },
        further: &wish.further,
    };
    let mut response = Response::redirect(request.url(authorization, &party));
    for cookie in binding.set_cookies {
        response.set("set-cookie", cookie);
    }
    Ok(response)
}

/// What a link to the login asks for.
struct Wish<'q> {
    return_to: String,
    prompt: Option<&'static str>,
    acr_values: Option<&'q str>,
    max_age: Option<u64>,
    remember: bool,
    silent: bool,
    is_retry: bool,
    /// Parameters that are passed on to the provider.
    further: Vec<(String, String)>,
}

impl<'q> Wish<'q> {
    fn read(sessions: SessionsOf<'_>, query: &'q Parameters) -> Result<Self, FlowError> {
        if query.has("scope") {
            // A link must not choose what the application may do with the user's account.
            return Err(FlowError::request(
                "`scope` is not allowed: the application chooses the scopes of its sessions",
            ));
        }
        let acr_values = read_text(query, "acr_values")?;
        let max_age = read_text(query, "max_age")?;
        let mut further = Vec::new();
        for name in ["login_hint", "ui_locales", "acr_values", "max_age"] {
            further
                .extend(read_text(query, name)?.map(|value| (name.to_owned(), value.to_owned())));
        }
        for name in &sessions.settings.login_parameters {
            let value = query
                .get(name)?
                .filter(|value| value.len() <= MAX_VALUE_BYTES);
            further.extend(value.map(|value| (name.clone(), value.to_owned())));
        }
        Ok(Self {
            return_to: read_return_to(sessions, query)?,
            prompt: read_prompt(query)?,
            acr_values,
            max_age: max_age.map(read_seconds).transpose()?,
            remember: read_flag(query, "remember")?.unwrap_or(false),
            silent: read_flag(query, "silent")?.unwrap_or(false),
            is_retry: query.has("retry"),
            further,
        })
    }
}

fn read_text<'q>(query: &'q Parameters, name: &'static str) -> Result<Option<&'q str>, FlowError> {
    match query.get(name)? {
        Some(value) if value.len() > MAX_VALUE_BYTES || value.chars().any(char::is_control) => {
            Err(FlowError::request(format!("`{name}` is not valid")))
        }
        value => Ok(value),
    }
}

fn read_seconds(text: &str) -> Result<u64, FlowError> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| is_number);
    seconds.ok_or_else(|| FlowError::request("`max_age` must be a number of seconds"))
}

/// The page to return to: `return_to`, or `target_link_uri` of a sign-in that a third party has
/// initiated (OpenID Connect Core §4).
fn read_return_to(sessions: SessionsOf<'_>, query: &Parameters) -> Result<String, FlowError> {
    let refused = || FlowError::ReturnToRefused;
    let target = match (query.raw("return_to")?, query.raw("target_link_uri")?) {
        (Some(path), _) => path.to_owned(),
        (None, Some(uri)) => local(sessions, uri).ok_or_else(refused)?,
        (None, None) => {
            let SessionsOf { settings, .. } = sessions;
            return Ok(format!("{}{}", settings.paths.base, settings.after_sign_in));
        }
    };
    let own = |path: &str| sessions.settings.paths.is_endpoint(path);
    let allowed = return_to::is_allowed(&target, own);
    allowed.then_some(target).ok_or_else(refused)
}

/// The path of an address of this application.
fn local(sessions: SessionsOf<'_>, uri: &str) -> Option<String> {
    if uri.starts_with('/') {
        return Some(uri.to_owned());
    }
    let public = &sessions.settings.public_url;
    let url = Url::parse(uri).ok()?;
    let is_own =
        url.origin() == public.origin() && url.username().is_empty() && url.password().is_none();
    is_own.then(|| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}
