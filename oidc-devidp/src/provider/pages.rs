//! The pages. None runs a script or loads anything but our style sheet.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use url::{Host, Url};

use super::authorization_request::AuthorizationRequest;
use super::oauth_error::no_store;
use super::params::Params;
use super::store::Device;
use crate::config::{Config, User};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    action: &'a str,
    client: &'a str,
    scopes: &'a [String],
    /// The user who only has to consent.
    signed_in: Option<&'a User>,
    users: &'a [User],
    /// The name of the user whose button has the focus.
    focused: &'a str,
    /// The code to compare with the device's (RFC 8628 §5.4).
    user_code: Option<&'a str>,
    hidden: Vec<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "device_code.html")]
struct DeviceCode {
    wrong: bool,
}

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOut<'a> {
    hidden: Vec<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
}

/// The choice of a user, or, with a session, its consent.
pub(super) fn sign_in(
    config: &Config,
    request: &AuthorizationRequest,
    sub: Option<&str>,
    secret: &str,
) -> Response {
    let page = SignIn {
        action: "/authorize/decision",
        client: &request.target.client.client_id,
        scopes: &request.scopes,
        signed_in: sub.and_then(|sub| config.user_by_sub(sub)),
        users: &config.users,
        focused: focused(config, request.login_hint.as_deref()),
        user_code: None,
        hidden: vec![("interaction", secret)],
    };
    render(StatusCode::OK, &page, Some(&request.target.redirect_uri))
}

/// The user that a `login_hint` means, or else the first.
fn focused<'a>(config: &'a Config, hint: Option<&str>) -> &'a str {
    let users = &config.users;
    let meant = hint.and_then(|hint| users.iter().find(|user| user.is_hinted(hint)));
    let user = meant.or(users.first());
    user.map_or("", |user| &user.username)
}

/// The choice of the user for whom a device acts.
pub(super) fn device(config: &Config, device: &Device, user_code: &str) -> Response {
    let page = SignIn {
        action: "/device",
        client: &device.client_id,
        scopes: &device.scopes,
        signed_in: None,
        users: &config.users,
        focused: focused(config, None),
        user_code: Some(user_code),
        hidden: vec![("user_code", user_code), ("secret", &device.form_secret)],
    };
    render(StatusCode::OK, &page, None)
}

/// The form for the code that a device shows.
pub(super) fn device_code(wrong: bool) -> Response {
    let status = if wrong {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    render(status, &DeviceCode { wrong }, None)
}

/// The question whether to sign out, with all parameters of the application.
pub(super) fn sign_out(params: &Params, location: Option<&str>) -> Response {
    let names = [
        "id_token_hint",
        "client_id",
        "post_logout_redirect_uri",
        "state",
    ];
    let hidden = names
        .into_iter()
        .filter_map(|name| Some((name, params.get(name)?)))
        .collect();
    render(StatusCode::OK, &SignOut { hidden }, location)
}

pub(super) fn message(title: &str, text: &str) -> Response {
    render(StatusCode::OK, &Message { title, text }, None)
}

pub(super) fn error(text: &str) -> Response {
    let title = "Request failed";
    render(StatusCode::BAD_REQUEST, &Message { title, text }, None)
}

pub(super) async fn style() -> Response {
    let css = include_str!("../../templates/style.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// `redirect` is where the page's form leads in the end: browsers hold `form-action` against the
/// redirects that follow a form, too.
fn render(status: StatusCode, page: &impl Template, redirect: Option<&str>) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = no_store((status, Html(html)));
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self' {}",
        redirect.and_then(csp_source).unwrap_or_default(),
    );
    let policy = HeaderValue::from_str(policy.trim_end())
        .unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

fn csp_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    match url.host() {
        Some(Host::Domain(_) | Host::Ipv4(_)) if url.origin().is_tuple() => {
            Some(url.origin().ascii_serialization())
        }
        // Content Security Policy has no syntax for IPv6 addresses and for private schemes.
        _ => Some(format!("{}:", url.scheme())),
    }
}
