//! Mistakes in the settings of sessions name the setting and its variable, and no secret.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use std::time::Duration;

use oidc::{ConfigError, Oidc, Sessions};

use crate::session_support::app::SIGN_IN;
use crate::session_support::site::{HTTPS, KEY};

fn sound() -> Sessions {
    Sessions::new(SIGN_IN).key(KEY)
}

fn build(public_url: Option<&str>, sessions: Sessions) -> Result<Oidc, ConfigError> {
    let builder = Oidc::builder()
        .client_id("shop")
        .discovery_url("https://login.example.org");
    let builder = match public_url {
        Some(url) => builder.public_url(url),
        None => builder,
    };
    builder.sessions(sessions).build()
}

/// What is wrong, and the field that the error has to name.
type Mistake = (&'static str, fn() -> Sessions, &'static str);

#[test]
fn mistakes_in_code_name_their_fields() {
    const NO_LOGIN: oidc::Routes = oidc::routes!(sessions, login = None);
    const NO_CALLBACK: oidc::Routes = oidc::routes!(sessions, callback = None);
    let mistakes: [Mistake; 22] = [
        ("an empty key", || sound().key(""), "sessions.key"),
        (
            "a short key",
            || sound().key("0123456789abcdefghijklmnopqrstu"),
            "sessions.key",
        ),
        (
            "a monotonous key",
            || sound().key("a".repeat(40)),
            "sessions.key",
        ),
        (
            "no idle time",
            || sound().idle(Duration::ZERO),
            "sessions.idle",
        ),
        (
            "half a second",
            || sound().idle(Duration::from_millis(500)),
            "sessions.idle",
        ),
        (
            "no lifetime",
            || sound().lifetime(Duration::ZERO),
            "sessions.lifetime",
        ),
        (
            "remembered for nothing",
            || sound().remember(Duration::ZERO),
            "sessions.remember",
        ),
        (
            "an origin with a path",
            || sound().trusted_origin("https://a.example/"),
            "sessions.trusted_origin",
        ),
        (
            "an origin without scheme",
            || sound().trusted_origin("a.example"),
            "sessions.trusted_origin",
        ),
        (
            "any origin",
            || sound().trusted_origin("*"),
            "sessions.trusted_origin",
        ),
        (
            "no origin",
            || sound().trusted_origin("null"),
            "sessions.trusted_origin",
        ),
        (
            "a parameter of ours",
            || sound().login_parameter("scope"),
            "sessions.login_parameter",
        ),
        (
            "another of ours",
            || sound().login_parameter("redirect_uri"),
            "sessions.login_parameter",
        ),
        (
            "a parameter without name",
            || sound().login_parameter(""),
            "sessions.login_parameter",
        ),
        (
            "elsewhere after signing in",
            || sound().after_sign_in("https://evil.example"),
            "sessions.after_sign_in",
        ),
        (
            "elsewhere, shorter",
            || sound().after_sign_in("//evil.example"),
            "sessions.after_sign_in",
        ),
        (
            "elsewhere after signing out",
            || sound().after_sign_out("//evil.example"),
            "sessions.after_sign_out",
        ),
        (
            "an error page elsewhere",
            || sound().error_path("//evil.example"),
            "sessions.error_path",
        ),
        (
            "mounted nowhere",
            || sound().mounted_at("shop"),
            "sessions.mounted_at",
        ),
        (
            "mounted at a folder",
            || sound().mounted_at("/shop/"),
            "sessions.mounted_at",
        ),
        ("no login", || Sessions::new(NO_LOGIN).key(KEY), "sessions"),
        (
            "no callback",
            || Sessions::new(NO_CALLBACK).key(KEY),
            "sessions",
        ),
    ];
    assert!(build(Some(HTTPS), sound()).is_ok());
    for (case, sessions, field) in mistakes {
        let error = build(Some(HTTPS), sessions()).expect_err(case);
        let fields: Vec<_> = error.fields().collect();
        assert_eq!(fields, [field], "{case}: {error}");
    }
}

/// Cookies and redirects depend on the address, and cookies are not sent in the clear.
#[test]
fn the_public_address() {
    for (public_url, is_sound) in [
        (None, false),
        (Some("https://shop.example.org"), true),
        (Some("https://shop.example.org/below"), true),
        (Some("http://shop.example.org"), false),
        (Some("http://192.168.0.1"), false),
        (Some("http://127.0.0.1:8000"), true),
        (Some("http://localhost:8000"), true),
        (Some("http://[::1]:8000"), true),
    ] {
        let built = build(public_url, sound());
        assert_eq!(built.is_ok(), is_sound, "{public_url:?}: {built:?}");
        if let Err(error) = built {
            let fields: Vec<_> = error.fields().collect();
            assert_eq!(fields, ["public_url"], "{error}");
        }
    }
    let plain = sound().insecure_plain_cookies();
    assert!(build(Some("http://shop.example.org"), plain).is_ok());
}

#[test]
fn malformed_variables_are_named() {
    let secret = "a password nobody must see";
    for (variable, value, field) in [
        ("OIDC_SESSION_KEY", "too-short", "sessions.key"),
        ("OIDC_SESSION_IDLE", "30m", "sessions.idle"),
        ("OIDC_SESSION_IDLE", "0", "sessions.idle"),
        ("OIDC_SESSION_IDLE", "-1", "sessions.idle"),
        ("OIDC_SESSION_LIFETIME", "forever", "sessions.lifetime"),
        ("OIDC_SESSION_USERINFO", "sometimes", "sessions.userinfo"),
        ("OIDC_SESSION_STALENESS", "1s", "sessions.staleness"),
        (
            "OIDC_TRUSTED_ORIGIN",
            "https://a.example b.example",
            "sessions.trusted_origin",
        ),
        ("OIDC_SESSION_STORE", "cookies", "sessions.store"),
        ("OIDC_SESSION_STORE", "memory:x", "sessions.store"),
        (
            "OIDC_SESSION_STORE",
            "mysql://u:a password nobody must see@db/x",
            "sessions.store",
        ),
        (
            "OIDC_SESSION_STORE",
            "postgres://u:a password nobody must see@db:port/x",
            "sessions.store",
        ),
        (
            "OIDC_SESSION_STORE",
            "redis://:a password nobody must see@db:port/0",
            "sessions.store",
        ),
        (
            "OIDC_SESSION_STORE",
            "sqlite:/nowhere/at/all/sessions.db",
            "sessions.store",
        ),
    ] {
        let set = |name: &str| (name == variable).then(|| value.to_owned());
        let sessions = Sessions::from_variables(SIGN_IN, set);
        let error = build(Some(HTTPS), sessions).expect_err(value);
        let fields: Vec<_> = error.fields().collect();
        assert_eq!(fields, [field], "{error}");
        let text = error.to_string();
        assert!(text.contains(variable), "{text}");
        assert!(!text.contains(secret), "{text}");
    }
    for (variable, value) in [
        (
            "OIDC_SESSION_KEY",
            format!(
                "{} {}",
                KEY.replace(' ', "-"),
                "0123456789abcdefghijklmnopqrstuv"
            ),
        ),
        ("OIDC_SESSION_IDLE", "60".to_owned()),
        ("OIDC_SESSION_STORE", "cookie".to_owned()),
        ("OIDC_SESSION_STORE", "memory".to_owned()),
        ("OIDC_SESSION_STORE", String::new()),
        ("OIDC_SESSION_USERINFO", "never".to_owned()),
        ("OIDC_SESSION_STALENESS", "0".to_owned()),
        (
            "OIDC_TRUSTED_ORIGIN",
            "https://a.example  http://localhost:3000".to_owned(),
        ),
    ] {
        let set = |name: &str| (name == variable).then(|| value.clone());
        let built = build(Some(HTTPS), Sessions::from_variables(SIGN_IN, set));
        assert!(built.is_ok(), "{variable}={value}: {built:?}");
    }
}
