//! Mistakes in the configuration name the field and its variable, and no secret.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use std::time::Duration;

use oidc::{Algorithm, Oidc, OidcBuilder};

const CLIENT: &str = "app";
const URL: &str = "https://login.example.org";

fn sound() -> OidcBuilder {
    Oidc::builder().client_id(CLIENT).discovery_url(URL)
}

/// What is wrong, and the fields that the error has to name.
type Mistake = (&'static str, fn() -> OidcBuilder, &'static [&'static str]);

#[test]
fn mistakes_in_code_name_their_fields() {
    let mistakes: [Mistake; 72] = [
        (
            "nothing at all",
            Oidc::builder,
            &["client_id", "discovery_url"],
        ),
        (
            "no client id",
            || Oidc::builder().discovery_url(URL),
            &["client_id"],
        ),
        ("empty client id", || sound().client_id(""), &["client_id"]),
        (
            "newline in the client id",
            || sound().client_id("a\nb"),
            &["client_id"],
        ),
        (
            "umlaut in the client id",
            || sound().client_id("\u{e4}"),
            &["client_id"],
        ),
        (
            "no provider",
            || Oidc::builder().client_id(CLIENT),
            &["discovery_url"],
        ),
        (
            "empty provider",
            || sound().discovery_url(""),
            &["discovery_url"],
        ),
        (
            "relative provider",
            || sound().discovery_url("/realms/a"),
            &["discovery_url"],
        ),
        (
            "host without scheme",
            || sound().discovery_url("login.example.org"),
            &["discovery_url"],
        ),
        (
            "file",
            || sound().discovery_url("file:///etc/passwd"),
            &["discovery_url"],
        ),
        (
            "plain http",
            || sound().discovery_url("http://login.example.org"),
            &["discovery_url"],
        ),
        (
            "http, like localhost",
            || sound().discovery_url("http://localhost.example.org"),
            &["discovery_url"],
        ),
        (
            "http, like loopback",
            || sound().discovery_url("http://127.0.0.1.example.org"),
            &["discovery_url"],
        ),
        (
            "user name",
            || sound().discovery_url("https://a@login.example.org"),
            &["discovery_url"],
        ),
        (
            "password",
            || sound().discovery_url("https://a:b@login.example.org"),
            &["discovery_url"],
        ),
        (
            "fragment",
            || sound().discovery_url("https://login.example.org/#a"),
            &["discovery_url"],
        ),
        (
            "http key set",
            || sound().jwks_uri("http://login.example.org/keys"),
            &["jwks_uri"],
        ),
        (
            "no key set address",
            || sound().jwks_uri("keys"),
            &["jwks_uri"],
        ),
        ("empty issuer", || sound().issuer(""), &["issuer"]),
        ("empty audience", || sound().audience(""), &["audience"]),
        (
            "empty secret",
            || sound().client_secret(""),
            &["client_secret"],
        ),
        ("no algorithm", || sound().algorithms([]), &["algorithms"]),
        (
            "quotes in the scopes",
            || sound().scopes("profile \"x\""),
            &["scopes"],
        ),
        (
            "newline in the scopes",
            || sound().scopes("profile\nemail"),
            &["scopes"],
        ),
        (
            "short state key",
            || sound().state_key("too short"),
            &["state_key"],
        ),
        (
            "state key of one character",
            || sound().state_key("a".repeat(64)),
            &["state_key"],
        ),
        (
            "state key of a short word",
            || sound().state_key("pa55word".repeat(8)),
            &["state_key"],
        ),
        ("no time", || sound().timeout(Duration::ZERO), &["timeout"]),
        (
            "refresh tokens that end at once",
            || sound().refresh_token_lifetime(Duration::ZERO),
            &["refresh_token_lifetime"],
        ),
        (
            "refresh tokens that end within the second",
            || sound().refresh_token_lifetime(Duration::from_millis(999)),
            &["refresh_token_lifetime"],
        ),
        (
            "newline in the realm",
            || sound().realm("a\r\nb"),
            &["realm"],
        ),
        (
            "public address with query",
            || sound().public_url("https://app.example.org?a"),
            &["public_url"],
        ),
        (
            "public address relative",
            || sound().public_url("app"),
            &["public_url"],
        ),
        (
            "public address of a file",
            || sound().public_url("file:///app"),
            &["public_url"],
        ),
        (
            "script as redirect",
            || sound().allowed_redirect("javascript:alert(1)"),
            &["allowed_redirects"],
        ),
        (
            "redirect beyond ASCII",
            || sound().allowed_redirect("https://a.example/caf\u{e9}"),
            &["allowed_redirects"],
        ),
        (
            "relative redirect",
            || sound().allowed_redirect("/callback"),
            &["allowed_redirects"],
        ),
        (
            "redirect with fragment",
            || sound().allowed_redirect("https://a.example/#x"),
            &["allowed_redirects"],
        ),
        (
            "relative resource",
            || sound().resource("/orders"),
            &["resource"],
        ),
        (
            "resource that is a name",
            || sound().resource("orders"),
            &["resource"],
        ),
        (
            "resource with fragment",
            || sound().resource("https://api.example/#orders"),
            &["resource"],
        ),
        (
            "resource with an empty fragment",
            || sound().resource("https://api.example/#"),
            &["resource"],
        ),
        (
            "resource beyond ASCII",
            || sound().resource("https://api.example/caf\u{e9}"),
            &["resource"],
        ),
        (
            "two resources in one",
            || sound().resource("https://a.example https://b.example"),
            &["resource"],
        ),
        ("empty resource", || sound().resource(""), &["resource"]),
        (
            "relative requested resource",
            || sound().requested_resources(["/orders"]),
            &["requested_resources"],
        ),
        (
            "requested resource that is a name",
            || sound().requested_resources(["orders"]),
            &["requested_resources"],
        ),
        (
            "requested resource with fragment",
            || sound().requested_resources(["https://api.example/#orders"]),
            &["requested_resources"],
        ),
        (
            "requested resource with an empty fragment",
            || sound().requested_resources(["https://api.example/#"]),
            &["requested_resources"],
        ),
        (
            "requested resource beyond ASCII",
            || sound().requested_resources(["https://api.example/caf\u{e9}"]),
            &["requested_resources"],
        ),
        (
            "two requested resources in one",
            || sound().requested_resources(["https://a.example https://b.example"]),
            &["requested_resources"],
        ),
        (
            "empty requested resource",
            || sound().requested_resources([""]),
            &["requested_resources"],
        ),
        (
            "resource that is a URN",
            || sound().resource("urn:example:orders"),
            &["resource"],
        ),
        (
            "resource without TLS",
            || sound().resource("http://api.example/orders"),
            &["resource"],
        ),
        (
            "resource with query",
            || sound().resource("https://api.example/orders?a=b"),
            &["resource"],
        ),
        (
            "resource in another form",
            || sound().resource("https://API.example:443/orders"),
            &["resource"],
        ),
        (
            "resource without a name",
            || sound().resource_name(""),
            &["resource_name"],
        ),
        (
            "relative documentation",
            || sound().resource_documentation("/docs"),
            &["resource_documentation"],
        ),
        (
            "scopes of a resource that are none",
            || sound().resource_scopes("a\"b"),
            &["resource_scopes"],
        ),
        (
            "scopes of a challenge that are none",
            || sound().challenge_scopes("caf\u{e9}"),
            &["challenge_scopes"],
        ),
        (
            "prefix of scopes with a space",
            || sound().scope_prefix("api://a b"),
            &["scope_prefix"],
        ),
        (
            "browser client with a path",
            || sound().browser_clients(["https://a.example/"]),
            &["browser_clients"],
        ),
        (
            "browser client without scheme",
            || sound().browser_clients(["a.example"]),
            &["browser_clients"],
        ),
        (
            "a pattern of origins",
            || sound().browser_clients(["https://*.a.example"]),
            &["browser_clients"],
        ),
        (
            "realm that looks like a parameter",
            || sound().realm("a=b"),
            &["realm"],
        ),
        (
            "no authorized party",
            || sound().authorized_parties([""; 0]),
            &["authorized_parties"],
        ),
        (
            "empty authorized party",
            || sound().authorized_parties(["web", ""]),
            &["authorized_parties"],
        ),
        (
            "no place of roles",
            || sound().roles_from([""; 0]),
            &["roles_from"],
        ),
        (
            "empty place of roles",
            || sound().roles_from(["roles", ""]),
            &["roles_from"],
        ),
        (
            "open quote",
            || sound().roles_from([r#"resource_access."api.roles"#]),
            &["roles_from"],
        ),
        (
            "address without quotes",
            || sound().roles_from(["https://example.org/roles"]),
            &["roles_from"],
        ),
        (
            "several",
            || sound().client_id("").timeout(Duration::ZERO).jwks_uri("x"),
            &["client_id", "jwks_uri", "timeout"],
        ),
    ];
    for (name, builder, fields) in mistakes {
        let error = builder()
            .build()
            .err()
            .unwrap_or_else(|| panic!("{name} is accepted"));
        assert_eq!(error.fields().collect::<Vec<_>>(), fields, "{name}");
        for field in fields {
            assert!(
                error.to_string().contains(&format!("`{field}`")),
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn an_address_without_a_scheme_is_shown_with_it() {
    for (address, remedy) in [
        ("login.example.org", "write `https://login.example.org`"),
        ("login.example.org/a", "write `https://login.example.org/a`"),
        ("", "is not a valid URL"),
        ("/realms/a", "is not a valid URL"),
    ] {
        let error = sound().discovery_url(address).build().unwrap_err();
        assert!(error.to_string().contains(remedy), "{address}: {error}");
        let error = sound().public_url(address).build().unwrap_err();
        assert!(error.to_string().contains(remedy), "{address}: {error}");
    }
}

#[test]
fn certificates_are_read_at_once() {
    let error = sound()
        .root_certificate("no certificate")
        .build()
        .expect_err("no certificate");
    assert_eq!(error.fields().collect::<Vec<_>>(), ["root_certificate"]);
}

fn variables(set: &[(&str, &str)]) -> OidcBuilder {
    OidcBuilder::from_variables(|name| {
        let defaults = [("OIDC_CLIENT_ID", CLIENT), ("OIDC_DISCOVERY_URL", URL)];
        let mut all = set.iter().chain(&defaults);
        all.find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn mistakes_in_variables_name_them() {
    let mistakes = [
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_CLIENT_ID", "a\u{7f}"),
        ("OIDC_DISCOVERY_URL", ""),
        ("OIDC_DISCOVERY_URL", "http://login.example.org"),
        ("OIDC_SCOPES", "a\\b"),
        ("OIDC_PROXY", "not an address"),
        ("OIDC_PUBLIC_URL", "not an address"),
        ("OIDC_OFFLINE_ACCESS", "maybe"),
        ("OIDC_LOOPBACK_REDIRECTS", "sometimes"),
        ("OIDC_RETURN_ID_TOKEN", "perhaps"),
        ("OIDC_REFRESH_TOKEN_LIFETIME", "0"),
        ("OIDC_REFRESH_TOKEN_LIFETIME", "-1"),
        ("OIDC_REFRESH_TOKEN_LIFETIME", "30 days"),
        ("OIDC_TIMEOUT", "soon"),
        ("OIDC_TIMEOUT", "-1"),
        ("OIDC_TIMEOUT", "0"),
        ("OIDC_TIMEOUT", "NaN"),
        ("OIDC_TIMEOUT", "1e400"),
        ("OIDC_ALGORITHMS", "none"),
        ("OIDC_ALGORITHMS", "RS256 HS256"),
        ("OIDC_ALGORITHMS", "rs256"),
        ("OIDC_JWKS_URI", "http://login.example.org/keys"),
        (
            "OIDC_ALLOWED_REDIRECTS",
            "https://a.example/cb javascript:alert(1)",
        ),
        ("OIDC_RESOURCE", "https://a.example orders"),
        ("OIDC_REQUESTED_RESOURCES", "https://a.example orders"),
        ("OIDC_RESOURCE_DOCUMENTATION", "docs"),
        ("OIDC_RESOURCE_SCOPES", "a\\b"),
        ("OIDC_CHALLENGE_SCOPES", "a\\b"),
        ("OIDC_SCOPE_PREFIX", "a b"),
        ("OIDC_BROWSER_CLIENTS", "a.example"),
        ("OIDC_BOUND_TOKENS", "yes"),
        ("OIDC_STATE_KEY", "too short"),
        ("OIDC_STATE_KEY", "00000000000000000000000000000000"),
        ("OIDC_ROLES_FROM", "realm_access.roles realm_access."),
        ("OIDC_ROLES_FROM", r#""lead of""#),
        ("OIDC_ROLES_FROM", " "),
        ("OIDC_AUTHORIZED_PARTIES", " "),
    ];
    for (variable, value) in mistakes {
        let error = variables(&[(variable, value)]).build();
        let error = error
            .err()
            .unwrap_or_else(|| panic!("{variable}={value} is accepted"));
        assert_eq!(error.fields().count(), 1, "{variable}={value}: {error}");
        assert!(
            error.to_string().contains(variable),
            "{variable}={value}: {error}"
        );
    }
}

#[test]
fn methods_override_malformed_variables() {
    type Override = fn(OidcBuilder) -> OidcBuilder;
    let url = ("OIDC_PUBLIC_URL", "https://app.example");
    let overridden: [(&[(&str, &str)], Override); 12] = [
        (&[("OIDC_CLIENT_ID", "a\u{7f}")], |it| it.client_id(CLIENT)),
        (&[("OIDC_DISCOVERY_URL", "x")], |it| it.discovery_url(URL)),
        (&[("OIDC_JWKS_URI", "keys")], |it| it.jwks_uri(URL)),
        (&[("OIDC_SCOPES", "a\\b")], |it| it.scopes("a")),
        (&[("OIDC_OFFLINE_ACCESS", "maybe")], |it| {
            it.offline_access(true)
        }),
        (&[("OIDC_LOOPBACK_REDIRECTS", "maybe")], |it| {
            it.loopback_redirects(false)
        }),
        (&[("OIDC_RETURN_ID_TOKEN", "maybe")], |it| {
            it.return_id_token(true)
        }),
        (&[("OIDC_REFRESH_TOKEN_LIFETIME", "30 days")], |it| {
            it.refresh_token_lifetime(Duration::from_secs(60))
        }),
        (&[("OIDC_TIMEOUT", "abc")], |it| {
            it.timeout(Duration::from_secs(5))
        }),
        (&[("OIDC_ALGORITHMS", "none")], |it| {
            it.algorithms([Algorithm::Es256])
        }),
        (&[("OIDC_PUBLIC_URL", "nonsense")], |it| it.public_url(URL)),
        (&[url, ("OIDC_PROXY", "https://other.example")], |it| {
            it.public_url(URL)
        }),
    ];
    for (set, override_it) in overridden {
        variables(set).build().expect_err("malformed");
        let built = override_it(variables(set)).build();
        assert!(built.is_ok(), "{set:?}: {built:?}");
    }
    let error = variables(&[("OIDC_TIMEOUT", "5")]).timeout(Duration::ZERO);
    let error = error.build().expect_err("no time");
    assert_eq!(error.fields().collect::<Vec<_>>(), ["timeout"]);
}

#[test]
fn the_public_url_has_two_variables() {
    let (url, other) = ("https://app.example", "https://other.example");
    let with_slash = "https://app.example/";
    for set in [
        &[("OIDC_PUBLIC_URL", url)][..],
        &[("OIDC_PROXY", url)],
        &[("OIDC_PUBLIC_URL", url), ("OIDC_PROXY", url)],
        &[("OIDC_PUBLIC_URL", with_slash), ("OIDC_PROXY", url)],
        &[("OIDC_PUBLIC_URL", url), ("OIDC_PROXY", with_slash)],
        &[("OIDC_PUBLIC_URL", ""), ("OIDC_PROXY", url)],
    ] {
        let built = variables(set).build();
        let shown = format!("{:?}", built.expect("sound"));
        assert!(shown.contains("app.example"), "{shown}");
    }
    let set = [("OIDC_PUBLIC_URL", url), ("OIDC_PROXY", other)];
    let error = variables(&set).build().expect_err("two addresses");
    assert_eq!(error.fields().collect::<Vec<_>>(), ["public_url"]);
    let shown = error.to_string();
    assert!(shown.contains("OIDC_PUBLIC_URL or OIDC_PROXY"), "{shown}");
}

#[test]
fn sound_variables_are_accepted() {
    let sound = [
        (
            "OIDC_DISCOVERY_URL",
            "https://login.example.org/.well-known/openid-configuration",
        ),
        ("OIDC_DISCOVERY_URL", "http://127.0.0.1:9400"),
        ("OIDC_DISCOVERY_URL", "http://localhost:9400"),
        ("OIDC_DISCOVERY_URL", "http://[::1]:9400"),
        ("OIDC_CLIENT_SECRET", ""),
        ("OIDC_SCOPES", ""),
        ("OIDC_AUDIENCE", "a b"),
        ("OIDC_OFFLINE_ACCESS", "False"),
        ("OIDC_OFFLINE_ACCESS", "Y"),
        ("OIDC_OFFLINE_ACCESS", "f"),
        ("OIDC_LOOPBACK_REDIRECTS", "Off"),
        ("OIDC_RETURN_ID_TOKEN", "yes"),
        ("OIDC_REFRESH_TOKEN_LIFETIME", "86400"),
        ("OIDC_TIMEOUT", "2.5"),
        ("OIDC_ALGORITHMS", "RS256  ES256"),
        ("OIDC_RESOURCE", "https://a.example/mcp"),
        (
            "OIDC_REQUESTED_RESOURCES",
            "https://a.example urn:example:b api://0f0f",
        ),
        ("OIDC_REQUESTED_RESOURCES", "none"),
        ("OIDC_RESOURCE_NAME", "Notes"),
        ("OIDC_RESOURCE_DOCUMENTATION", "https://a.example/docs"),
        ("OIDC_RESOURCE_SCOPES", "a b"),
        ("OIDC_CHALLENGE_SCOPES", "a b"),
        ("OIDC_SCOPE_PREFIX", "api://notes/"),
        (
            "OIDC_BROWSER_CLIENTS",
            "https://a.example  http://localhost:6274",
        ),
        ("OIDC_BROWSER_CLIENTS", "*"),
        ("OIDC_BOUND_TOKENS", "checked-by-gateway"),
        (
            "OIDC_ALLOWED_REDIRECTS",
            "https://a.example/cb com.example.app:/cb",
        ),
        ("OIDC_AUTHORIZED_PARTIES", "web  mobile"),
        (
            "OIDC_ROLES_FROM",
            r#"realm_access.roles resource_access."my-api".roles resource_access.my-api.roles"#,
        ),
        ("OIDC_ROLES_FROM", r#""https://example.org/roles""#),
        ("OIDC_ROLES_FROM", ""),
    ];
    for (variable, value) in sound {
        let built = variables(&[(variable, value)]).build();
        assert!(built.is_ok(), "{variable}={value}: {built:?}");
    }
}

#[test]
fn nothing_shows_the_secrets() {
    let oidc = sound()
        .client_secret("s3cret")
        .state_key("k3yk3y-0123456789abcdefghijklmnop")
        .build()
        .expect("sound");
    let shown = format!("{oidc:?} {oidc:#?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("k3yk3y"),
        "{shown}"
    );
    let builder = sound().client_secret("s3cret").state_key("k3y");
    let shown = format!("{builder:?}");
    let shown = format!("{shown} {}", builder.build().expect_err("a short key"));
    assert!(
        !shown.contains("s3cret") && !shown.contains("k3y"),
        "{shown}"
    );
}
