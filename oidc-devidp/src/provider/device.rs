//! Device authorization (RFC 8628): the endpoint for the device, the polling, and the page.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::form::{form, required};
use super::grant::Grant;
use super::issue::Occasion;
use super::oauth_error::{OAuthError, no_store};
use super::params::Params;
use super::state::Provider;
use super::store::{Decision, Device};
use super::uri::with_query;
use super::{grant_type, pages, resource, scope};
use crate::config::Client;
use crate::random;
use crate::sync::lock;
use crate::tamper::Tamper;

/// RFC 8628 §3.1.
pub(super) async fn authorize(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let params = form(&headers, &body)?;
    let client = provider.authenticate(&headers, &params).await?;
    if !client.may_use(grant_type::DEVICE) {
        return Err(OAuthError::unauthorized_client());
    }
    let requested = scope::parse(&params)?;
    provider.check_scopes(&requested)?;
    let scopes = scope::granted(&provider.config, &client, &requested);
    let audience = resource::audience(&provider.config, &client, &params)?;
    Ok(provider.start_device(&client, scopes, audience))
}

/// The page where the user enters the code, or confirms the one in the link.
pub(super) async fn page(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let Some(user_code) = params.get("user_code") else {
        return pages::device_code(false);
    };
    let now = provider.clock.seconds();
    let mut store = lock(&provider.store);
    match store.waiting_device(user_code, now) {
        Some(device) => pages::device(&provider.config, device, user_code),
        None => pages::device_code(true),
    }
}

pub(super) async fn decide(State(provider): State<Arc<Provider>>, body: Bytes) -> Response {
    let params = Params::parse(&body);
    let user_code = params.get("user_code").unwrap_or_default();
    let now = provider.clock.seconds();
    let secret = lock(&provider.store)
        .waiting_device(user_code, now)
        .map(|device| device.form_secret.clone());
    // Only our own page knows the secret, so no other site can decide for the user.
    if secret.is_none() || secret.as_deref() != params.get("secret") {
        return pages::device_code(true);
    }
    let denied = params.get("deny").is_some();
    let username = (!denied).then(|| params.get("user").unwrap_or_default());
    match provider.decide_device(user_code, username) {
        Ok(()) if denied => pages::message("Denied", "The device does not get access."),
        Ok(()) => pages::message("Done", "You can return to your device."),
        Err(text) => pages::error(text),
    }
}

impl Provider {
    fn start_device(
        &self,
        client: &Client,
        scopes: Vec<String>,
        audience: Vec<String>,
    ) -> Response {
        let device_code = random::token();
        let user_code = random::user_code();
        let device = Device {
            client_id: client.client_id.clone(),
            scopes,
            audience,
            user_code: user_code.replace('-', ""),
            form_secret: random::token(),
            expires: self.clock.seconds() + self.config.device_code_lifetime,
            interval: self.config.device_interval,
            last_poll: None,
            decision: Decision::Pending,
        };
        let page = format!("{}/device", self.base());
        let mut response = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "expires_in": self.config.device_code_lifetime,
        });
        if !self.controls.is(Tamper::NoVerificationUriComplete) {
            let complete = with_query(&page, &[("user_code", &user_code)]);
            response["verification_uri_complete"] = json!(complete);
        }
        if !self.controls.is(Tamper::NoInterval) {
            response["interval"] = json!(device.interval);
        }
        lock(&self.store).devices.insert(device_code, device);
        no_store(Json(response))
    }

    /// RFC 8628 §3.4 and §3.5.
    pub(super) fn poll_device(
        &self,
        client: &Client,
        params: &Params,
    ) -> Result<Response, OAuthError> {
        let device_code = required(params, "device_code")?;
        let mut store = lock(&self.store);
        let unknown = || OAuthError::invalid_grant("unknown device code");
        let device = store.devices.get_mut(device_code).ok_or_else(unknown)?;
        if device.client_id != client.client_id {
            return Err(unknown());
        }
        let mut grant = device.poll(self.clock.now())?;
        grant.offline = self.offline_of_device(client, &grant.scopes);
        let audience = resource::narrow(params, &grant.audience)?;
        store.devices.remove(device_code);
        drop(store);
        let token = grant.narrowed(grant.scopes.clone(), audience);
        Ok(self.issue(client, &grant, &token, Occasion::SignIn))
    }

    /// Approves a device as `username`, or denies it.
    pub(crate) fn decide_device(
        &self,
        user_code: &str,
        username: Option<&str>,
    ) -> Result<(), &'static str> {
        let now = self.clock.seconds();
        let user = match username {
            Some(username) => Some(self.config.user(username).ok_or("unknown user")?),
            None => None,
        };
        let mut store = lock(&self.store);
        let device = store
            .waiting_device(user_code, now)
            .ok_or("unknown or expired user code")?;
        device.decision = match user {
            Some(user) => {
                let acr = self.ordinary_acr(user.sub());
                let scopes: Vec<&str> = device.scopes.iter().map(String::as_str).collect();
                let audience = device.audience.clone();
                let grant =
                    Grant::immediate(&device.client_id, user.sub(), &scopes, audience, now, acr);
                Decision::Approved(Box::new(grant))
            }
            None => Decision::Denied,
        };
        Ok(())
    }
}

/// Clients that sleep for the interval may wake up a little early, and a longer interval would not
/// keep them from it.
const POLL_TOLERANCE: Duration = Duration::from_millis(500);

impl Device {
    fn poll(&mut self, now: Duration) -> Result<Grant, OAuthError> {
        let failed = |error, text| Err(OAuthError::new(error, text));
        if self.expires <= now.as_secs() {
            return failed("expired_token", "the device code has expired");
        }
        let last = self.last_poll.replace(now);
        let interval = Duration::from_secs(self.interval).saturating_sub(POLL_TOLERANCE);
        if last.is_some_and(|last| now.saturating_sub(last) < interval) {
            self.interval += 5;
            return failed("slow_down", "wait 5 seconds longer between polls");
        }
        match &self.decision {
            Decision::Pending => failed("authorization_pending", "the user has not decided yet"),
            Decision::Denied => failed("access_denied", "the user denied the request"),
            Decision::Approved(grant) => Ok(Grant::clone(grant)),
        }
    }
}
