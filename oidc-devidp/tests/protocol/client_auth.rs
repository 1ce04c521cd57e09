//! How clients authenticate, which is the same at every endpoint that asks for it.

use std::time::Duration;

use crate::app::{App, REDIRECT, VERIFIER, error};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::{Algorithm, AuthMethod, Client, Config, DevIdp, PublicKey, TestKey};
use reqwest::Response;
use serde_json::{Value, json};

/// The endpoints, and requests that lack nothing but the client.
const ENDPOINTS: [(&str, &[(&str, &str)]); 4] = [
    ("/token", &[("grant_type", "password")]),
    ("/device_authorization", &[("scope", "openid")]),
    ("/introspect", &[("token", "unknown")]),
    ("/revoke", &[("token", "unknown")]),
];

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Form = Vec<(&'static str, String)>;

async fn send(app: &App, path: &str, form: &Form, basic: Option<(&str, &str)>) -> Response {
    let request = app.http.post(app.url(path)).form(form);
    let request = match basic {
        Some((client_id, secret)) => request.basic_auth(client_id, Some(secret)),
        None => request,
    };
    request.send().await.unwrap()
}

/// Whether a client gets past its authentication, at every endpoint.
async fn is_authentic(app: &App, proof: impl Fn() -> (Form, Option<&'static str>)) -> bool {
    let mut outcomes = Vec::new();
    for (path, parameters) in ENDPOINTS {
        let (mut form, basic) = proof();
        form.extend(
            parameters
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let basic = basic.and_then(|pair| pair.split_once(':'));
        let response = send(app, path, &form, basic).await;
        if response.status() == 200 {
            outcomes.push(true);
            continue;
        }
        let over_http = response.headers().contains_key("www-authenticate");
        let (status, error) = error(response).await;
        outcomes.push(error == "unsupported_grant_type");
        if error != "unsupported_grant_type" {
            assert_eq!((status, error.as_str()), (401, "invalid_client"), "{path}");
            assert_eq!(over_http, basic.is_some(), "{path}");
        }
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "the endpoints do not agree");
    outcomes[0]
}

/// An assertion of this client; `null` leaves a claim out.
fn claims(app: &App, client_id: &str, changes: &Value) -> Value {
    let now = jsonwebtoken::get_current_timestamp();
    let mut claims = json!({
        "iss": client_id, "sub": client_id, "aud": app.idp.issuer(),
        "iat": now, "exp": now + 60, "jti": unique(),
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

/// A name that no test has twice.
fn unique() -> String {
    let nonce = TestKey::ec_p256().jwk("");
    nonce["x"].as_str().unwrap().to_owned()
}

fn sign(key: &TestKey, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let algorithm: Algorithm =
        serde_json::from_value(header["alg"].clone()).unwrap_or(key.algorithm());
    let signature = key.sign(algorithm, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with_assertion(assertion: String) -> Form {
    vec![
        ("client_assertion_type", JWT_BEARER.to_owned()),
        ("client_assertion", assertion),
    ]
}

fn assertion(app: &App, client_id: &str, key: &TestKey) -> String {
    let header = json!({ "alg": key.algorithm() });
    sign(key, &header, &claims(app, client_id, &json!({})))
}

async fn app_of(clients: impl IntoIterator<Item = Client>) -> App {
    let builder = DevIdp::builder().algorithm(Algorithm::Es256);
    App::of(
        clients
            .into_iter()
            .fold(builder, oidc_devidp::Builder::client),
    )
    .await
}

#[tokio::test]
async fn every_client_has_one_way() {
    let key = TestKey::ed25519();
    let with_secret = |name: &str| Client::new(name).secret("s3cret");
    let app = app_of([
        with_secret("basic").auth_method(AuthMethod::ClientSecretBasic),
        with_secret("post").auth_method(AuthMethod::ClientSecretPost),
        with_secret("either"),
        Client::new("key").public_key(&key),
        Client::new("public"),
    ])
    .await;
    for (client_id, ways) in [
        ("basic", [true, false, false, false]),
        ("post", [false, true, false, false]),
        ("either", [true, true, false, false]),
        ("key", [false, false, true, false]),
        ("public", [false, false, false, true]),
    ] {
        let named = || ("client_id", client_id.to_owned());
        let basic: &'static str = format!("{client_id}:s3cret").leak();
        let by_basic = is_authentic(&app, || (vec![], Some(basic))).await;
        let post = || vec![named(), ("client_secret", "s3cret".to_owned())];
        let by_post = is_authentic(&app, || (post(), None)).await;
        let signed = || with_assertion(assertion(&app, client_id, &key));
        let by_key = is_authentic(&app, || (signed(), None)).await;
        let by_nothing = is_authentic(&app, || (vec![named()], None)).await;
        assert_eq!([by_basic, by_post, by_key, by_nothing], ways, "{client_id}");
    }
    let empty = is_authentic(&app, || (vec![], Some("public:"))).await;
    assert!(!empty, "an empty secret is one, too");
}

#[tokio::test]
async fn nobody_uses_two_ways_at_once() {
    let key = TestKey::ed25519();
    let app = app_of([
        Client::new("key").public_key(&key),
        Client::new("either").secret("s3cret"),
    ])
    .await;
    let assertion = |client_id| with_assertion(assertion(&app, client_id, &key));
    let secret = || ("client_secret", "s3cret".to_owned());
    let named = || ("client_id", "either".to_owned());
    let basic = Some(("either", "s3cret"));
    for (form, basic) in [
        (vec![secret()], basic),
        (assertion("either"), basic),
        ([assertion("key"), vec![secret()]].concat(), None),
        ([assertion("key"), vec![secret(), named()]].concat(), None),
        (
            vec![("client_assertion", "a".to_owned()), secret(), named()],
            None,
        ),
    ] {
        for (path, parameters) in ENDPOINTS {
            let mut form = form.clone();
            form.extend(
                parameters
                    .iter()
                    .map(|(name, value)| (*name, (*value).to_owned())),
            );
            let refused = error(send(&app, path, &form, basic).await).await;
            assert_eq!(refused, (400, "invalid_request".into()), "{path}");
        }
    }
}

#[tokio::test]
async fn a_client_signs_in_with_its_key() {
    let key = TestKey::ec_p256();
    let shop = Client::new("shop").public_key(&key).redirect_uri(REDIRECT);
    let builder = DevIdp::builder().algorithm(Algorithm::Es256);
    let app = App::with(builder, |_| shop).await;
    let code = app.code();
    let signed = assertion(&app, "shop", &key);
    let response = app
        .redeem(
            &code,
            &[
                ("client_id", ""),
                ("client_secret", ""),
                ("client_assertion_type", JWT_BEARER),
                ("client_assertion", &signed),
                ("code_verifier", VERIFIER),
            ],
        )
        .await;
    assert_eq!(response.status(), 200);
}

/// Changes to the claims of a good assertion, and whether it still is one.
fn changed_claims(app: &App) -> Vec<(Value, bool)> {
    let issuer = app.idp.issuer();
    let now = jsonwebtoken::get_current_timestamp();
    let token_endpoint = app.url("/token");
    vec![
        (json!({}), true),
        (json!({ "aud": token_endpoint }), true),
        (json!({ "aud": [issuer] }), true),
        (json!({ "aud": [issuer, token_endpoint] }), false),
        (json!({ "aud": [] }), false),
        (json!({ "aud": "https://another.example" }), false),
        (json!({ "aud": format!("{issuer}/") }), false),
        (json!({ "aud": app.url("/introspect") }), false),
        (json!({ "aud": null }), false),
        (json!({ "iss": "another" }), false),
        (json!({ "iss": null }), false),
        (json!({ "sub": "another" }), false),
        (json!({ "sub": null }), false),
        (json!({ "exp": null }), false),
        (json!({ "exp": now - 1 }), false),
        (json!({ "exp": now + 280 }), true),
        (json!({ "exp": now + 400 }), false),
        (json!({ "exp": (now + 60).to_string() }), false),
        (json!({ "iat": null }), true),
        (json!({ "iat": now + 100 }), false),
        (json!({ "nbf": now }), true),
        (json!({ "nbf": now + 100 }), false),
        (json!({ "nbf": "now" }), false),
        (json!({ "jti": null }), false),
        (json!({ "jti": "" }), false),
        (json!({ "jti": 7 }), false),
        (json!({ "jti": "x".repeat(257) }), false),
    ]
}

#[tokio::test]
async fn assertions_are_for_us_and_for_now() {
    let key = TestKey::ec_p256();
    let app = app_of([Client::new("key").public_key(&key)]).await;
    for (changes, is_good) in changed_claims(&app) {
        let assertion = || {
            let claims = claims(&app, "key", &changes);
            let form = with_assertion(sign(&key, &json!({ "alg": "ES256" }), &claims));
            ([form, vec![("client_id", "key".to_owned())]].concat(), None)
        };
        assert_eq!(is_authentic(&app, assertion).await, is_good, "{changes}");
    }
}

#[tokio::test]
async fn an_assertion_serves_once() {
    let key = TestKey::ec_p256();
    let client = |name: &str| Client::new(name).public_key(&key);
    let app = app_of([client("key"), client("other")]).await;
    let claims = claims(&app, "key", &json!({}));
    let assertion = sign(&key, &json!({ "alg": "ES256" }), &claims);
    let send = async |path: &str, assertion: &str| {
        let mut form = with_assertion(assertion.to_owned());
        form.push(("token", "unknown".to_owned()));
        send(&app, path, &form, None).await.status().as_u16()
    };
    assert_eq!(send("/introspect", &assertion).await, 200);
    for path in ["/introspect", "/revoke", "/token"] {
        assert_eq!(send(path, &assertion).await, 401, "{path}");
    }
    // The same claims signed anew, and the same identifier of another client.
    let again = sign(&key, &json!({ "alg": "ES256" }), &claims);
    assert_eq!(send("/introspect", &again).await, 401);
    let jti = json!({ "jti": claims["jti"] });
    let other = sign(
        &key,
        &json!({ "alg": "ES256" }),
        &self::claims(&app, "other", &jti),
    );
    assert_eq!(send("/introspect", &other).await, 200);
    app.idp.advance(Duration::from_secs(61));
    assert_eq!(send("/introspect", &assertion).await, 401, "it has expired");
}

#[tokio::test]
async fn a_refused_assertion_uses_nothing_up() {
    let (key, foreign) = (TestKey::ec_p256(), TestKey::ec_p256());
    let app = app_of([Client::new("key").public_key(&key)]).await;
    let claims = claims(&app, "key", &json!({}));
    for (key, status) in [(&foreign, 401), (&key, 200)] {
        let mut form = with_assertion(sign(key, &json!({ "alg": "ES256" }), &claims));
        form.push(("token", "unknown".to_owned()));
        let response = send(&app, "/introspect", &form, None).await;
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn the_key_and_its_algorithm_have_to_fit() {
    let (ec, rsa, ed) = (TestKey::ec_p256(), TestKey::rsa(2048), TestKey::ed25519());
    let p384 = TestKey::ec_p384();
    let named = |key: &TestKey, kid: &str| PublicKey::from_jwk(&key.jwk(kid)).unwrap();
    let app = app_of([
        Client::new("any")
            .public_key(&ec)
            .public_key(&rsa)
            .public_key(&ed)
            .public_key(&p384),
        Client::new("named")
            .public_key(named(&ec, "k1"))
            .public_key(named(&rsa, "k2")),
    ])
    .await;
    for (client_id, key, header, is_good) in [
        ("any", &ec, json!({ "alg": "ES256" }), true),
        ("any", &ed, json!({ "alg": "EdDSA" }), true),
        ("any", &rsa, json!({ "alg": "PS256" }), true),
        ("any", &rsa, json!({ "alg": "RS256" }), true),
        (
            "any",
            &rsa,
            json!({ "alg": "RS256", "kid": "whatever" }),
            true,
        ),
        ("any", &rsa, json!({ "alg": "RS512" }), false),
        ("any", &p384, json!({ "alg": "ES384" }), false),
        ("any", &ec, json!({ "alg": "EdDSA" }), false),
        ("any", &ec, json!({ "alg": "none" }), false),
        ("any", &ec, json!({ "alg": "HS256" }), false),
        ("any", &ec, json!({}), false),
        (
            "any",
            &ec,
            json!({ "alg": "ES256", "crit": ["exp"] }),
            false,
        ),
        ("any", &TestKey::ec_p256(), json!({ "alg": "ES256" }), false),
        ("named", &ec, json!({ "alg": "ES256", "kid": "k1" }), true),
        ("named", &ec, json!({ "alg": "ES256" }), true),
        ("named", &ec, json!({ "alg": "ES256", "kid": "k2" }), false),
        // Its JWK says RS256.
        ("named", &rsa, json!({ "alg": "PS256", "kid": "k2" }), false),
        ("named", &rsa, json!({ "alg": "RS256", "kid": "k2" }), true),
    ] {
        let assertion = || {
            let claims = claims(&app, client_id, &json!({}));
            (with_assertion(sign(key, &header, &claims)), None)
        };
        assert_eq!(
            is_authentic(&app, assertion).await,
            is_good,
            "{client_id} {header}"
        );
    }
}

#[tokio::test]
async fn the_form_of_an_assertion_is_fixed() {
    let key = TestKey::ec_p256();
    let app = app_of([Client::new("key").public_key(&key)]).await;
    let good = || assertion(&app, "key", &key);
    let typ = |typ: &str| ("client_assertion_type", typ.to_owned());
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let client_id = |id: &str| ("client_id", id.to_owned());
    for (form, is_good) in [
        (with_assertion(good()), true),
        (vec![typ(saml), ("client_assertion", good())], false),
        (vec![("client_assertion", good())], false),
        (vec![typ(JWT_BEARER), client_id("key")], false),
        (with_assertion("a.b.c".to_owned()), false),
        (with_assertion(format!("{}x", good())), false),
        (
            [with_assertion(good()), vec![client_id("oidc-guard-dev")]].concat(),
            false,
        ),
        (
            [with_assertion(good()), vec![client_id("unknown")]].concat(),
            false,
        ),
    ] {
        let mut form = form;
        form.push(("token", "unknown".to_owned()));
        let response = send(&app, "/introspect", &form, None).await;
        let status = response.status().as_u16();
        assert_eq!(status, if is_good { 200 } else { 401 }, "{form:?}");
    }
}

#[tokio::test]
async fn the_token_endpoint_of_an_issuer_with_a_path_is_an_audience() {
    let key = TestKey::ec_p256();
    let client = Client::new("key").public_key(&key);
    let builder = DevIdp::builder().issuer("https://id.example/tenant");
    let app = App::of(builder.client(client)).await;
    for (aud, is_good) in [
        ("https://id.example/tenant", true),
        ("https://id.example/tenant/token", true),
        ("https://id.example/token", false),
    ] {
        let assertion = || {
            let claims = claims(&app, "key", &json!({ "aud": aud }));
            (
                with_assertion(sign(&key, &json!({ "alg": "ES256" }), &claims)),
                None,
            )
        };
        assert_eq!(is_authentic(&app, assertion).await, is_good, "{aud}");
    }
}

#[tokio::test]
async fn the_metadata_says_how() {
    let app = App::new().await;
    let metadata = app.metadata().await;
    for endpoint in ["token", "revocation", "introspection"] {
        assert_eq!(
            metadata[format!("{endpoint}_endpoint_auth_methods_supported")],
            json!([
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
                "none"
            ]),
        );
        assert_eq!(
            metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")],
            json!(["ES256", "EdDSA", "PS256", "RS256"]),
        );
    }
}

#[tokio::test]
async fn the_metadata_may_say_less() {
    let key = TestKey::rsa(2048);
    let client = Client::new("key").public_key(&key);
    let builder = DevIdp::builder().client(client).configure(|config| {
        config.token_endpoint_auth_methods_supported = vec![AuthMethod::ClientSecretPost];
        config.token_endpoint_auth_signing_alg_values_supported = vec![Algorithm::Rs256];
    });
    let app = App::of(builder).await;
    let metadata = app.metadata().await;
    let methods = &metadata["token_endpoint_auth_methods_supported"];
    assert_eq!(*methods, json!(["client_secret_post"]));
    let algorithms = &metadata["token_endpoint_auth_signing_alg_values_supported"];
    assert_eq!(*algorithms, json!(["RS256"]));
    for (alg, is_good) in [("RS256", true), ("PS256", false)] {
        let assertion = || {
            let claims = claims(&app, "key", &json!({}));
            (
                with_assertion(sign(&key, &json!({ "alg": alg }), &claims)),
                None,
            )
        };
        assert_eq!(is_authentic(&app, assertion).await, is_good, "{alg}");
    }

    let silent = DevIdp::builder().configure(|config| {
        config.token_endpoint_auth_methods_supported.clear();
        config
            .token_endpoint_auth_signing_alg_values_supported
            .clear();
    });
    let metadata = App::of(silent).await.metadata().await;
    let members = metadata.as_object().unwrap().keys();
    let said: Vec<_> = members
        .filter(|name| name.contains("_endpoint_auth_"))
        .collect();
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_file_names_keys_in_three_ways() {
    let jwk = r#"{ kty = "EC", crv = "P-256", x = "@X@", y = "@Y@", kid = "k1" }"#;
    let key = TestKey::ec_p256().jwk("k1");
    let jwk = jwk.replace("@X@", key["x"].as_str().unwrap());
    let jwk = jwk.replace("@Y@", key["y"].as_str().unwrap());
    let pem = TestKey::rsa(2048).public_pem();
    let keys = format!("'''{pem}''', {jwk}, {{ keys = [{jwk}, {jwk}] }}");
    let toml = format!(
        "[[clients]]\nclient_id = \"a\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
         public_keys = [{keys}]"
    );
    let config = Config::from_toml(&toml).unwrap();
    let client = &config.clients[0];
    assert_eq!(client.public_keys.len(), 4);
    let method = client.token_endpoint_auth_method;
    assert_eq!(method, Some(AuthMethod::PrivateKeyJwt));
}
