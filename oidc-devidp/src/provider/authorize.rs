//! The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::acr;
use super::authorization_request::{AuthorizationRequest, Prompt, Target, parse_request};
use super::grant::Grant;
use super::oauth_error::{OAuthError, no_store};
use super::params::Params;
use super::state::Provider;
use super::store::{Code, Interaction, Session};
use super::uri::with_query;
use super::{grant_type, pages, scope};
use crate::config::{Preset, User};
use crate::controls::ANOTHER_ISSUER;
use crate::endpoint::Endpoint;
use crate::jwt;
use crate::random;
use crate::sync::{lock, wait_for};
use crate::tamper::Tamper;

pub(super) async fn get(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    provider.authorize(&headers, &params).await
}

/// OpenID Connect Core §3.1.2.1 requires both methods.
pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    provider.authorize(&headers, &Params::parse(&body)).await
}

/// The form of the sign-in page: a user was chosen, or the sign-in denied.
pub(super) async fn decide(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    let secret = params.get("interaction").unwrap_or_default();
    let Some(interaction) = lock(&provider.store).interactions.remove(secret) else {
        return pages::error("This page was already used. Return to the application.");
    };
    let Interaction { request, session } = interaction;
    if params.get("deny").is_some() {
        return see_other(&provider.error_location(&request.target, &denied()));
    }
    if let Some(session) = session {
        return match provider.live_session(&session.sid) {
            Some(session) => see_other(&provider.code_location(&request, &session)),
            None => pages::error("You were signed out. Return to the application."),
        };
    }
    match provider.config.user(params.get("user").unwrap_or_default()) {
        Some(user) => provider.sign_in_on_page(&headers, &request, user),
        None => pages::error("Unknown user."),
    }
}

impl Provider {
    async fn authorize(&self, headers: &HeaderMap, params: &Params) -> Response {
        let target = match self.target(params).await {
            Ok(target) => target,
            Err(text) => return pages::error(&text),
        };
        let session = self.session(headers);
        match self.next_step(&target, params, session) {
            Ok(Step::Respond(request, session)) => {
                see_other(&self.code_location(&request, &session))
            }
            Ok(Step::Show(request, session)) => self.show_page(request, session),
            Err(error) => see_other(&self.error_location(&target, &error)),
        }
    }

    /// The client and the redirect URI of a request. Without both to trust, the error stays here
    /// (RFC 6749 §4.1.2.1).
    async fn target(&self, params: &Params) -> Result<Target, String> {
        let client = self.present_client(Target::client_id(params)?).await?;
        Ok(Target::new(client, params)?)
    }

    fn next_step(
        &self,
        target: &Target,
        params: &Params,
        session: Option<Session>,
    ) -> Result<Step, OAuthError> {
        let request = parse_request(&self.config, target.clone(), params)?;
        self.check_scopes(&request.scopes)?;
        if !target.client.may_use(grant_type::CODE) {
            return Err(OAuthError::unauthorized_client());
        }
        let session = session.filter(|session| self.session_suffices(session, &request, params));
        match session {
            Some(session) if !request.requires(Prompt::Consent) => {
                Ok(Step::Respond(request, session))
            }
            None if request.requires(Prompt::None) => {
                Err(OAuthError::new("login_required", "no user is signed in"))
            }
            session => Ok(Step::Show(request, session)),
        }
    }

    fn session_suffices(
        &self,
        session: &Session,
        request: &AuthorizationRequest,
        params: &Params,
    ) -> bool {
        let now = self.clock.seconds();
        let young = request
            .max_age
            .is_none_or(|age| now < session.auth_time + age);
        let prompted = request.requires(Prompt::Login) || request.requires(Prompt::SelectAccount);
        let user = self.config.user_by_sub(&session.sub);
        let strong = acr::suffices(&self.config, user, &request.acr_values, &session.acr);
        young && strong && !prompted && self.hint_fits(params, session)
    }

    /// OpenID Connect Core §3.1.2.1: the session has to be that of the hinted user.
    fn hint_fits(&self, params: &Params, session: &Session) -> bool {
        params.get("id_token_hint").is_none_or(|hint| {
            let claims = jwt::verify(hint, &lock(&self.keys));
            claims.is_some_and(|claims| claims["sub"] == session.sub.as_str())
        })
    }

    fn show_page(&self, request: AuthorizationRequest, session: Option<Session>) -> Response {
        let secret = random::token();
        let page = pages::sign_in(
            &self.config,
            &request,
            session.as_ref().map(|session| &*session.sub),
            &secret,
        );
        lock(&self.store)
            .interactions
            .insert(secret, Interaction { request, session });
        page
    }

    /// A session of the same user goes on, for everything that was signed in within it.
    fn sign_in_on_page(
        &self,
        headers: &HeaderMap,
        request: &AuthorizationRequest,
        user: &User,
    ) -> Response {
        let session = self.session(headers);
        let session = session.filter(|session| session.sub == user.sub());
        if let Some(session) =
            session.and_then(|session| self.renew_session(&session.sid, &request.acr_values))
        {
            return see_other(&self.code_location(request, &session));
        }
        let (cookie, session) = self.open_session(user, &request.acr_values);
        let redirect = see_other(&self.code_location(request, &session));
        (self.session_cookie(&cookie), redirect).into_response()
    }

    /// Issues a code, and returns where to take it (RFC 6749 §4.1.2).
    pub(super) fn code_location(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
    ) -> String {
        let client = &request.target.client;
        let scopes = scope::granted(&self.config, client, &request.scopes);
        let grant = Grant {
            offline: self.offline_of_browser(request, &scopes, session),
            id: random::token(),
            client_id: client.client_id.clone(),
            sub: session.sub.clone(),
            scopes,
            audience: request.audience.clone(),
            nonce: request.nonce.clone(),
            auth_time: session.auth_time,
            acr: session.acr.clone(),
            sid: Some(session.sid.clone()),
        };
        let code = random::token();
        let record = Code {
            grant,
            redirect_uri: request.target.redirect_uri.clone(),
            challenge: request.code_challenge.clone(),
            expires: self.clock.seconds() + self.config.code_lifetime,
            redeemed: false,
        };
        let mut store = lock(&self.store);
        if let Some(session) = store.session(&session.sid, self.clock.seconds()) {
            session.clients.insert(client.client_id.clone());
        }
        store.codes.insert(code.clone(), record);
        drop(store);
        self.location(&request.target, &[("code", &code)])
    }

    pub(super) fn error_location(&self, target: &Target, error: &OAuthError) -> String {
        let parameters = [
            ("error", error.error),
            ("error_description", &error.description),
        ];
        self.location(target, &parameters)
    }

    /// Adds `state` and the issuer (RFC 9207) to an authorization response.
    fn location(&self, target: &Target, parameters: &[(&str, &str)]) -> String {
        let is = |tamper| self.controls.is(tamper);
        let mut all = parameters.to_vec();
        if let Some(state) = &target.state
            && !is(Tamper::CallbackNoState)
        {
            all.push((
                "state",
                if is(Tamper::CallbackWrongState) {
                    "another-state"
                } else {
                    state
                },
            ));
        }
        let wrong = is(Tamper::CallbackWrongIss) || self.controls.wrong_issuer(Endpoint::Authorize);
        let names_issuer = self.config.preset.is_none_or(Preset::names_issuer);
        if names_issuer && !is(Tamper::CallbackNoIss) {
            all.push(("iss", if wrong { ANOTHER_ISSUER } else { &self.issuer }));
        }
        with_query(&target.redirect_uri, &all)
    }

    /// The redirect of a browser after `username` signed in, or denied the sign-in; for tests.
    pub(crate) fn sign_in(&self, query: &str, username: Option<&str>) -> Result<String, String> {
        self.controls.count(Endpoint::Authorize);
        let params = Params::parse(query.as_bytes());
        let target = wait_for(self.target(&params))?;
        let request = match self.next_step(&target, &params, None) {
            Ok(Step::Show(request, _) | Step::Respond(request, _)) => request,
            Err(error) => return Ok(self.error_location(&target, &error)),
        };
        let Some(username) = username else {
            return Ok(self.error_location(&target, &denied()));
        };
        let user = self.config.user(username).ok_or("unknown user")?;
        let (_, session) = self.open_session(user, &request.acr_values);
        Ok(self.code_location(&request, &session))
    }

    /// The redirect of a browser with this session, whose user signs in anew if the request demands
    /// it; for tests.
    pub(crate) fn sign_in_again(&self, query: &str, sid: &str) -> Result<String, String> {
        self.controls.count(Endpoint::Authorize);
        let ended = "the session is unknown or has ended";
        let session = self.live_session(sid).ok_or(ended)?;
        let params = Params::parse(query.as_bytes());
        let target = wait_for(self.target(&params))?;
        let (request, session) = match self.next_step(&target, &params, Some(session)) {
            Ok(Step::Respond(request, session) | Step::Show(request, Some(session))) => {
                (request, session)
            }
            Ok(Step::Show(request, None)) => {
                let session = self.renew_session(sid, &request.acr_values);
                (request, session.ok_or(ended)?)
            }
            Err(error) => return Ok(self.error_location(&target, &error)),
        };
        Ok(self.code_location(&request, &session))
    }
}

enum Step {
    Respond(AuthorizationRequest, Session),
    /// The sign-in page, or with a session only its consent.
    Show(AuthorizationRequest, Option<Session>),
}

fn denied() -> OAuthError {
    OAuthError::new("access_denied", "the user denied the request")
}

/// RFC 9700 §4.12: 303, so that no form is ever sent on to the client.
fn see_other(location: &str) -> Response {
    no_store(Redirect::to(location))
}
