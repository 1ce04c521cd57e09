#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use serde_json::{Value, json};

use super::*;
use crate::doctor::finding::{Level, worst};

const ISSUER: &str = "https://id.example";

fn seen<'s>(asked: &str, document: &Value, settings: Option<&'s Settings>) -> Seen<'s> {
    let asked = Url::parse(asked).expect("a URL");
    let asked = crate::doctor::document::with_well_known(&asked);
    Seen::new(asked, Document::of(document), settings)
}

/// A document without fault, with these members instead of its own.
fn document(issuer: &str, changes: &Value) -> Value {
    let base = issuer.trim_end_matches('/');
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "device_authorization_endpoint": format!("{base}/device"),
        "introspection_endpoint": format!("{base}/introspect"),
        "end_session_endpoint": format!("{base}/logout"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
        "backchannel_logout_supported": true,
        "authorization_response_iss_parameter_supported": true,
    });
    for (name, value) in changes.as_object().expect("an object") {
        document[name] = value.clone();
    }
    document
}

fn judged(asked: &str, document: &Value, settings: &[(&str, &str)]) -> Vec<Finding> {
    let settings = Settings::of(settings);
    let known = settings
        .get("OIDC_CLIENT_ID")
        .is_some()
        .then_some(&settings);
    seen(asked, document, known).judge()
}

/// The worst level of the findings of a check, and all their text.
fn of(check: &str, findings: &[Finding]) -> (Level, String) {
    let found: Vec<_> = findings
        .iter()
        .filter(|finding| finding.check == check)
        .cloned()
        .collect();
    let text = serde_json::to_string(&found).expect("JSON");
    (worst(&found), text)
}

#[test]
fn a_sound_provider_has_no_trouble() {
    let findings = judged(ISSUER, &document(ISSUER, &json!({})), &[]);
    assert_eq!(worst(&findings), Level::Ok, "{findings:?}");
}

#[test]
fn each_fault_is_found_by_its_check() {
    use Level::{Note, Ok, Problem};
    for (changes, check, level, text) in [
        (
            json!({ "issuer": "https://else.example" }),
            "issuer",
            Problem,
            "OIDC_ISSUER=https://else.example",
        ),
        (
            json!({ "issuer": "http://id.example" }),
            "issuer",
            Problem,
            "X-Forwarded-Proto",
        ),
        (
            json!({ "issuer": "https://id.example/x" }),
            "issuer",
            Problem,
            "OIDC_DISCOVERY_URL=https://id.example/x",
        ),
        (
            json!({ "issuer": "https://id.example/{tenantid}/v2.0" }),
            "issuer",
            Problem,
            "placeholder",
        ),
        (
            json!({ "issuer": "https://id.example/" }),
            "issuer",
            Ok,
            "id.example",
        ),
        (json!({ "issuer": 5 }), "issuer", Problem, "no `issuer`"),
        (
            json!({ "jwks_uri": "https://127.0.0.1/keys" }),
            "endpoints",
            Problem,
            "whatever machine reads",
        ),
        (
            json!({ "token_endpoint": "http://id.example/token" }),
            "endpoints",
            Problem,
            "not https",
        ),
        (
            json!({ "token_endpoint": "/token" }),
            "endpoints",
            Problem,
            "not an absolute URL",
        ),
        (
            json!({ "token_endpoint": "https://a:b@id.example/" }),
            "endpoints",
            Problem,
            "password",
        ),
        (
            json!({ "jwks_uri": "https://id.example/#k" }),
            "endpoints",
            Problem,
            "fragment",
        ),
        (
            json!({ "jwks_uri": "file:///etc/passwd" }),
            "endpoints",
            Problem,
            "neither https",
        ),
        (
            json!({ "token_endpoint": "https://oauth.example/token" }),
            "endpoints",
            Note,
            "oauth.example",
        ),
        (
            json!({ "token_endpoint": null }),
            "endpoints",
            Problem,
            "is missing",
        ),
        (
            json!({ "id_token_signing_alg_values_supported": ["HS256", "none"] }),
            "algorithms",
            Problem,
            "HS256",
        ),
        (
            json!({ "id_token_signing_alg_values_supported": ["RS256", "HS256"] }),
            "algorithms",
            Ok,
            "HS256",
        ),
        (
            json!({ "code_challenge_methods_supported": ["plain"] }),
            "pkce",
            Problem,
            "plain",
        ),
        (
            json!({ "code_challenge_methods_supported": null }),
            "pkce",
            Note,
            "missing",
        ),
        (
            json!({ "device_authorization_endpoint": null }),
            "device_flow",
            Note,
            "terminal",
        ),
        (
            json!({ "introspection_endpoint": null }),
            "introspection",
            Note,
            "JWTs",
        ),
        (
            json!({ "end_session_endpoint": null }),
            "sign_out",
            Note,
            "end_session_endpoint",
        ),
        (
            json!({ "backchannel_logout_supported": "true" }),
            "backchannel_logout",
            Note,
            "announced",
        ),
        (
            json!({ "authorization_response_iss_parameter_supported": null }),
            "iss_parameter",
            Note,
            "9207",
        ),
    ] {
        let findings = judged(ISSUER, &document(ISSUER, &changes), &[]);
        let (found, said) = of(check, &findings);
        assert_eq!(found, level, "{changes}: {said}");
        assert!(said.contains(text), "{changes}: {said}");
    }
}

#[test]
fn endpoints_may_be_http_on_this_machine() {
    let issuer = "http://127.0.0.1:9400";
    let findings = judged(issuer, &document(issuer, &json!({})), &[]);
    assert_eq!(worst(&findings), Level::Ok, "{findings:?}");
}

#[test]
fn the_settings_are_compared_with_what_is_offered() {
    use Level::{Note, Ok, Problem};
    let offered = |methods: &[&str]| json!({ "token_endpoint_auth_methods_supported": methods });
    for (changes, settings, check, level) in [
        (
            offered(&["private_key_jwt"]),
            ("OIDC_CLIENT_SECRET", "s"),
            "client_authentication",
            Problem,
        ),
        (
            offered(&["client_secret_post"]),
            ("OIDC_CLIENT_SECRET", "s"),
            "client_authentication",
            Ok,
        ),
        (
            offered(&["client_secret_basic"]),
            ("OIDC_CLIENT_KEY_FILE", "k"),
            "client_authentication",
            Problem,
        ),
        (
            offered(&["client_secret_basic"]),
            ("OIDC_SCOPES", ""),
            "client_authentication",
            Note,
        ),
        (
            json!({ "introspection_endpoint": null }),
            ("OIDC_INTROSPECTION", "opaque"),
            "introspection",
            Problem,
        ),
        (
            json!({}),
            ("OIDC_ALGORITHMS", "ES256"),
            "algorithms",
            Problem,
        ),
        (
            json!({ "issuer": "https://e.example" }),
            ("OIDC_ISSUER", "https://e.example"),
            "issuer",
            Ok,
        ),
        (
            json!({ "jwks_uri": null }),
            ("OIDC_JWKS_URI", "https://k.example"),
            "endpoints",
            Ok,
        ),
    ] {
        let document = document(ISSUER, &changes);
        let findings = judged(ISSUER, &document, &[("OIDC_CLIENT_ID", "shop"), settings]);
        let (found, said) = of(check, &findings);
        assert_eq!(found, level, "{settings:?}: {said}");
    }
    let settings = [
        ("OIDC_CLIENT_ID", "shop"),
        ("OIDC_CLIENT_SECRET", "s"),
        ("OIDC_CLIENT_AUTH", "post"),
    ];
    let findings = judged(ISSUER, &document(ISSUER, &json!({})), &settings);
    assert_eq!(of("client_authentication", &findings).0, Problem);
    assert!(!format!("{findings:?}").contains("\"s\""));
}

/// An address, the settings of a server, and what is found.
type Pitfall<'c> = (&'c str, &'c [(&'c str, &'c str)], Level, &'c str);

#[test]
fn providers_have_their_own_pitfalls() {
    use Level::{Note, Ok, Problem, Warning};
    let guid = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555";
    let v2 = format!("{guid}/v2.0");
    let client = ("OIDC_CLIENT_ID", "shop");
    let cases: [Pitfall<'_>; 22] = [
        ("https://h/realms/shop", &[], Note, "mapper"),
        ("https://h/realms/master", &[], Warning, "administer"),
        (
            "https://h/realms/shop",
            &[client, ("OIDC_AUDIENCE", "account")],
            Problem,
            "account",
        ),
        (
            "https://login.microsoftonline.com/common/v2.0",
            &[],
            Problem,
            "one tenant",
        ),
        (
            "https://login.microsoftonline.com/contoso.com/v2.0",
            &[],
            Warning,
            "GUID",
        ),
        (guid, &[], Problem, "version 1"),
        (&v2, &[], Note, "Graph"),
        (&v2, &[client], Warning, "api://CLIENT"),
        (&v2, &[client, ("OIDC_SCOPES", "api://x/Read")], Ok, ""),
        (
            &v2,
            &[
                client,
                ("OIDC_RESOURCE", "https://x"),
                ("OIDC_SCOPES", "api://x/Read"),
            ],
            Problem,
            "OIDC_RESOURCE",
        ),
        ("https://t.eu.auth0.com/", &[], Note, "opaque"),
        ("https://t.eu.auth0.com/", &[client], Warning, "Identifier"),
        (
            "https://t.eu.auth0.com/",
            &[client, ("OIDC_AUDIENCE", "https://api")],
            Ok,
            "",
        ),
        (
            "https://t.eu.auth0.com/",
            &[client, ("OIDC_AUDIENCE", "https://t.eu.auth0.com/userinfo")],
            Problem,
            "userinfo",
        ),
        (
            "https://t.eu.auth0.com/",
            &[
                client,
                ("OIDC_AUDIENCE", "a"),
                ("OIDC_ISSUER", "https://t.eu.auth0.com"),
            ],
            Problem,
            "slash",
        ),
        (
            "https://d.okta.com",
            &[],
            Problem,
            "org authorization server",
        ),
        (
            "https://d.okta.com/oauth2/default",
            &[client],
            Problem,
            "api://default",
        ),
        ("https://accounts.google.com", &[], Warning, "sessions"),
        (
            "https://a.zitadel.cloud",
            &[],
            Note,
            "OIDC_INTROSPECTION=opaque",
        ),
        (
            "https://a.projects.oryapis.com",
            &[client, ("OIDC_INTROSPECTION", "opaque")],
            Ok,
            "",
        ),
        ("https://h/application/o/shop/", &[], Warning, "nonce"),
        (
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x",
            &[],
            Warning,
            "aud",
        ),
    ];
    for (address, settings, level, text) in cases {
        let findings = judged(address, &document(address, &json!({})), settings);
        let (found, said) = of("provider", &findings);
        assert_eq!(found, level, "{address} {settings:?}: {said}");
        assert!(said.contains(text), "{address} {settings:?}: {said}");
    }
}

#[test]
fn providers_are_recognised_elsewhere_by_their_documents() {
    for (changes, provider) in [
        (
            json!({ "jwks_uri": "https://git.example/oauth/discovery/keys" }),
            Some(Provider::GitLab),
        ),
        (
            json!({ "authorization_endpoint": "https://id.example/oauth2/auth" }),
            Some(Provider::Ory),
        ),
        (
            json!({ "mfa_challenge_endpoint": "https://id.example/mfa" }),
            Some(Provider::Auth0),
        ),
        (
            json!({
                "authorization_endpoint": "https://id.example/oauth/v2/authorize",
                "userinfo_endpoint": "https://id.example/oidc/v1/userinfo",
            }),
            Some(Provider::Zitadel),
        ),
        (
            json!({ "issuer": "https://accounts.google.com" }),
            Some(Provider::Google),
        ),
        (
            json!({ "issuer": "https://accounts.google.com.evil.example" }),
            None,
        ),
        (json!({ "issuer": "https://noauth0.com" }), None),
        (json!({}), None),
    ] {
        let seen = seen(ISSUER, &document(ISSUER, &changes), None);
        assert_eq!(seen.provider(), provider, "{changes}");
    }
}

#[test]
fn keys_are_judged_one_by_one() {
    use Level::{Note, Ok, Problem, Warning};
    let rsa = |bits: usize, more: Value| {
        let mut bytes = vec![0xff; bits / 8];
        bytes.insert(0, 0);
        let n = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes);
        let mut key = json!({ "kty": "RSA", "n": n, "e": "AQAB" });
        for (name, value) in more.as_object().expect("an object") {
            key[name] = value.clone();
        }
        key
    };
    let good = || rsa(2048, json!({ "kid": "a", "use": "sig", "alg": "RS256" }));
    for (keys, level, text) in [
        (json!([good()]), Ok, "1 of 1"),
        (json!([good(), good()]), Warning, "2 keys have the `kid` a"),
        (json!([rsa(2048, json!({}))]), Note, "kid"),
        (
            json!([rsa(2048, json!({})), good()]),
            Warning,
            "1 of 2 keys",
        ),
        (
            Value::Array(vec![rsa(2048, json!({})); 5]),
            Problem,
            "more keys fit",
        ),
        (
            json!([good(), rsa(1024, json!({ "kid": "b" }))]),
            Warning,
            "1024 bits",
        ),
        (
            json!([good(), rsa(2048, json!({ "kid": "b", "use": "enc" }))]),
            Note,
            "encryption",
        ),
        (
            json!([good(), rsa(2048, json!({ "kid": "b", "alg": "RSA-OAEP" }))]),
            Warning,
            "RSA-OAEP",
        ),
        (
            json!([good(), rsa(2048, json!({ "kid": "b", "d": "AQ" }))]),
            Problem,
            "private part",
        ),
        (
            json!([good(), { "kty": "oct", "k": "c2VjcmV0", "kid": "b" }]),
            Problem,
            "symmetric",
        ),
        (
            json!([good(), { "kty": "EC", "crv": "P-521", "kid": "b" }]),
            Warning,
            "P-521",
        ),
        (
            json!([good(), { "kty": "OKP", "crv": "Ed448", "kid": "b" }]),
            Warning,
            "Ed448",
        ),
        (json!([good(), { "kid": "b" }]), Warning, "malformed"),
        (json!([]), Problem, "none of 0"),
        (json!("x"), Problem, "no list"),
    ] {
        let findings = keys::check(&json!({ "keys": keys }), &Algorithm::ALL);
        let (found, said) = of("keys", &findings);
        assert_eq!(found, level, "{keys}: {said}");
        assert!(said.contains(text), "{keys}: {said}");
        assert!(!said.contains("c2VjcmV0"));
    }
}
