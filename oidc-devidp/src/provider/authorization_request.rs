//! Authorization requests (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use super::oauth_error::OAuthError;
use super::params::Params;
use super::{resource, scope};
use crate::config::{Client, Config};

/// Where an authorization response goes, once client and redirect URI are known to be good.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
}

/// A valid authorization request.
pub(crate) struct AuthorizationRequest {
    pub(crate) target: Target,
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Vec<String>,
    pub(crate) login_hint: Option<String>,
    /// Google's way to ask for a refresh token.
    pub(crate) access_type_offline: bool,
    prompts: Vec<Prompt>,
}

/// The interaction that the client requires (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

impl AuthorizationRequest {
    pub(crate) fn requires(&self, prompt: Prompt) -> bool {
        self.prompts.contains(&prompt)
    }
}

impl Target {
    /// The client that a request names.
    pub(super) fn client_id(params: &Params) -> Result<&str, &'static str> {
        if matches!(params.repeated(), Some("client_id" | "redirect_uri")) {
            return Err("client_id or redirect_uri is repeated.");
        }
        params.get("client_id").ok_or("client_id is missing.")
    }

    /// Where responses to a request of this client go.
    pub(super) fn new(client: Client, params: &Params) -> Result<Self, &'static str> {
        let redirect_uri = params
            .get("redirect_uri")
            .ok_or("redirect_uri is missing.")?;
        if !client.allows_redirect(redirect_uri) {
            return Err("This redirect_uri is not registered for the client.");
        }
        Ok(Self {
            client,
            redirect_uri: redirect_uri.to_owned(),
            state: params.get("state").map(str::to_owned),
        })
    }
}

pub(super) fn parse_request(
    config: &Config,
    target: Target,
    params: &Params,
) -> Result<AuthorizationRequest, OAuthError> {
    if let Some(name) = params.repeated() {
        return Err(OAuthError::repeated(name));
    }
    check_unsupported(params)?;
    check_response(params)?;
    Ok(AuthorizationRequest {
        scopes: scope::parse(params)?,
        audience: resource::audience(config, &target.client, params)?,
        nonce: params.get("nonce").map(str::to_owned),
        code_challenge: code_challenge(params)?,
        max_age: max_age(params)?,
        acr_values: params.list("acr_values"),
        login_hint: params.get("login_hint").map(str::to_owned),
        access_type_offline: params.get("access_type") == Some("offline"),
        prompts: prompts(params)?,
        target,
    })
}

/// OpenID Connect Core §6 and §7.2.1.
fn check_unsupported(params: &Params) -> Result<(), OAuthError> {
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.get(name).is_some() {
            return Err(OAuthError::new(error, format!("{name} is not supported")));
        }
    }
    Ok(())
}

fn check_response(params: &Params) -> Result<(), OAuthError> {
    match params.get("response_type") {
        Some("code") => {}
        None => return Err(OAuthError::invalid_request("response_type is missing")),
        Some(_) => {
            let text = "response_type must be code";
            return Err(OAuthError::new("unsupported_response_type", text));
        }
    }
    match params.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("response_mode must be query")),
    }
}

/// RFC 7636 §4.3, where an absent method would mean `plain`.
fn code_challenge(params: &Params) -> Result<String, OAuthError> {
    let missing = || OAuthError::invalid_request("code_challenge is missing");
    let challenge = params.get("code_challenge").ok_or_else(missing)?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(OAuthError::invalid_request(
            "code_challenge_method must be S256",
        ));
    }
    let base64url =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if challenge.len() != 43 || !challenge.chars().all(base64url) {
        return Err(OAuthError::invalid_request(
            "code_challenge is not a SHA-256 hash",
        ));
    }
    Ok(challenge.to_owned())
}

fn max_age(params: &Params) -> Result<Option<u64>, OAuthError> {
    let Some(text) = params.get("max_age") else {
        return Ok(None);
    };
    let wrong = |_| OAuthError::invalid_request("max_age must be a number of seconds");
    text.parse::<u32>()
        .map(|age| Some(age.into()))
        .map_err(wrong)
}

fn prompts(params: &Params) -> Result<Vec<Prompt>, OAuthError> {
    let prompt = |item: &String| match item.as_str() {
        "none" => Ok(Prompt::None),
        "login" => Ok(Prompt::Login),
        "consent" => Ok(Prompt::Consent),
        "select_account" => Ok(Prompt::SelectAccount),
        _ => Err(OAuthError::invalid_request("unknown prompt")),
    };
    let prompts = params
        .list("prompt")
        .iter()
        .map(prompt)
        .collect::<Result<Vec<_>, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(OAuthError::invalid_request(
            "prompt none excludes all others",
        ));
    }
    Ok(prompts)
}
