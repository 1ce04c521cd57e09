//! Logout that the application starts (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::backchannel;
use super::oauth_error::no_store;
use super::pages;
use super::params::Params;
use super::state::Provider;
use super::uri::with_query;
use crate::jwt;
use crate::sync::lock;

pub(super) async fn get(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    provider.end_session(&headers, &params).await
}

pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    provider.end_session(&headers, &Params::parse(&body)).await
}

/// The user's decision on our page; `SameSite` keeps other sites from sending it.
pub(super) async fn decide(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    if params.get("stay").is_some() {
        return pages::message("Still signed in", "Nothing has changed.");
    }
    match provider.logout_request(&params) {
        Ok(request) => provider.sign_out(&headers, &request).await,
        Err(text) => pages::error(text),
    }
}

/// A logout request that follows all rules.
struct LogoutRequest {
    location: Option<String>,
    /// Whose ID token came with it.
    sub: Option<String>,
    /// The session that the ID token came of.
    sid: Option<String>,
}

impl Provider {
    async fn end_session(&self, headers: &HeaderMap, params: &Params) -> Response {
        let request = match self.logout_request(params) {
            Ok(request) => request,
            Err(text) => return pages::error(text),
        };
        // §2: without a hint that fits, the user has to confirm.
        match self.session(headers) {
            Some(session) if request.sub.as_ref() != Some(&session.sub) => {
                pages::sign_out(params, request.location.as_deref())
            }
            _ => self.sign_out(headers, &request).await,
        }
    }

    /// Ends the browser's session, and that of the hint. Without its cookie or its ID token, which
    /// no other site has, a browser keeps its session.
    async fn sign_out(&self, headers: &HeaderMap, request: &LogoutRequest) -> Response {
        let session = self.session(headers);
        let removal = session.as_ref().map(|_| self.removal());
        let sids = [session.map(|session| session.sid), request.sid.clone()];
        let notices = sids
            .iter()
            .flatten()
            .flat_map(|sid| self.end_session_of(sid));
        // In a task of its own: a browser that goes away must not keep the clients from learning.
        let delivery = tokio::spawn(backchannel::deliver(notices.collect()));
        drop(delivery.await);
        let page = match &request.location {
            Some(location) => no_store(Redirect::to(location)),
            None => pages::message("You are signed out", "You can close this page."),
        };
        (removal, page).into_response()
    }

    fn logout_request(&self, params: &Params) -> Result<LogoutRequest, &'static str> {
        if params.repeated().is_some() {
            return Err("A parameter is repeated.");
        }
        // §2: an expired hint is still a hint.
        let hint = match params.get("id_token_hint") {
            Some(hint) => {
                let claims = jwt::verify(hint, &lock(&self.keys));
                let ours = claims.filter(|claims| claims["iss"] == self.issuer.as_str());
                Some(ours.ok_or("id_token_hint is not an ID token of this provider.")?)
            }
            None => None,
        };
        let hinted = |claim: &str| hint.as_ref().and_then(|hint| hint[claim].as_str());
        let client_id = match (params.get("client_id"), hinted("aud")) {
            (Some(given), Some(hinted)) if given != hinted => {
                return Err("client_id and id_token_hint belong to different clients.");
            }
            (given, hinted) => given.or(hinted),
        };
        let location = match params.get("post_logout_redirect_uri") {
            Some(uri) => Some(self.after_logout(client_id, uri, params.get("state"))?),
            None => None,
        };
        Ok(LogoutRequest {
            location,
            sub: hinted("sub").map(str::to_owned),
            sid: hinted("sid").map(str::to_owned),
        })
    }

    fn after_logout(
        &self,
        client_id: Option<&str>,
        uri: &str,
        state: Option<&str>,
    ) -> Result<String, &'static str> {
        let client_id = client_id.ok_or("client_id or id_token_hint is missing.")?;
        let client = self.known_client(client_id).ok_or("Unknown client.")?;
        if !client.allows_after_logout(uri) {
            return Err("This post_logout_redirect_uri is not registered for the client.");
        }
        Ok(match state {
            Some(state) => with_query(uri, &[("state", state)]),
            None => uri.to_owned(),
        })
    }
}
