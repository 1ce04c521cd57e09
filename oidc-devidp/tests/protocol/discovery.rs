//! The metadata.

use crate::app::App;
use oidc_devidp::{Algorithm, DevIdp, Endpoint, Fault, Preset, TestIdp};
use serde_json::{Value, json};

#[tokio::test]
async fn the_metadata_says_what_the_provider_can() {
    let app = App::new().await;
    let metadata: Value = app
        .get(&app.idp.discovery_url())
        .await
        .json()
        .await
        .unwrap();
    for (member, value) in [
        ("issuer", json!(app.idp.issuer())),
        ("authorization_endpoint", json!(app.url("/authorize"))),
        ("token_endpoint", json!(app.url("/token"))),
        ("userinfo_endpoint", json!(app.url("/userinfo"))),
        ("jwks_uri", json!(app.url("/jwks"))),
        (
            "device_authorization_endpoint",
            json!(app.url("/device_authorization")),
        ),
        ("end_session_endpoint", json!(app.url("/end_session"))),
        ("revocation_endpoint", json!(app.url("/revoke"))),
        ("introspection_endpoint", json!(app.url("/introspect"))),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
        ("response_types_supported", json!(["code"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        ("id_token_signing_alg_values_supported", json!(["RS256"])),
        (
            "token_endpoint_auth_methods_supported",
            json!([
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
                "none"
            ]),
        ),
    ] {
        assert_eq!(metadata[member], value, "{member}");
    }
}

#[tokio::test]
async fn issuer_and_algorithm_follow_the_configuration() {
    let builder = DevIdp::builder()
        .issuer("https://id.example")
        .algorithm(Algorithm::Es256);
    let idp = TestIdp::start_with(builder).await;
    let url = format!("http://{}/.well-known/openid-configuration", idp.address());
    let metadata: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], "https://id.example");
    assert_eq!(metadata["jwks_uri"], "https://id.example/jwks");
    assert_eq!(
        metadata["id_token_signing_alg_values_supported"],
        json!(["ES256"])
    );
    assert_eq!(idp.jwks()["keys"][0]["kty"], "EC");
}

async fn json_of(idp: &TestIdp, path: &str) -> Option<Value> {
    let url = format!("http://{}{path}", idp.address());
    let response = reqwest::get(url).await.unwrap();
    match response.status().as_u16() {
        200 => Some(response.json().await.unwrap()),
        404 => None,
        status => panic!("{path}: {status}"),
    }
}

/// The paths of the metadata, and of documents that are not there.
type Paths = (&'static [&'static str], &'static [&'static str]);

async fn assert_metadata(idp: &TestIdp, (present, absent): Paths) {
    let metadata = json_of(idp, present[0]).await;
    assert_eq!(metadata.as_ref().unwrap()["issuer"], idp.issuer());
    for path in present {
        assert_eq!(json_of(idp, path).await, metadata, "{path}");
    }
    for path in absent {
        assert_eq!(json_of(idp, path).await, None, "{path}");
    }
    let hits = |endpoint| idp.hits(endpoint);
    let requests = hits(Endpoint::AuthorizationServer) + hits(Endpoint::Discovery);
    assert_eq!(requests, present.len() + 1);
}

const ROOT: Paths = (
    &[
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
    ],
    &[
        "/.well-known/oauth-authorization-server/",
        "/.well-known/oauth-authorization-server/tenant",
        "/.well-known/openid-configuration/tenant",
        "/tenant/.well-known/openid-configuration",
    ],
);

#[tokio::test]
async fn authorization_server_metadata_is_the_same_document() {
    let idp = TestIdp::start().await;
    let url = idp.authorization_server_metadata_url();
    assert_eq!(url, format!("{}{}", idp.issuer(), ROOT.0[0]));
    assert_metadata(&idp, ROOT).await;
}

const TENANT: Paths = (
    &[
        "/.well-known/oauth-authorization-server/realms/dev",
        "/.well-known/openid-configuration/realms/dev",
        "/realms/dev/.well-known/openid-configuration",
    ],
    &[
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/realms",
        "/.well-known/oauth-authorization-server/realms/dev/",
        "/.well-known/oauth-authorization-server/realms/other",
        "/.well-known/openid-configuration/realms/other",
        "/realms/dev/.well-known/oauth-authorization-server",
    ],
);

#[tokio::test]
async fn the_path_of_the_issuer_is_inserted() {
    let preset = DevIdp::builder().preset(Preset::Keycloak);
    let issuer = DevIdp::builder().issuer("https://id.example/realms/dev");
    for builder in [preset, issuer] {
        assert_metadata(&TestIdp::start_with(builder).await, TENANT).await;
    }
    let odd = DevIdp::builder().issuer("https://id.example/:a/*b/{c}");
    let idp = TestIdp::start_with(odd).await;
    let path = "/.well-known/oauth-authorization-server/:a/*b/%7Bc%7D";
    assert!(json_of(&idp, path).await.is_some());
    assert!(json_of(&idp, "/:a/*b/%7Bc%7D/jwks").await.is_some());
    assert_eq!(json_of(&idp, &path.replace(":a", "x")).await, None);
}

#[tokio::test]
async fn an_issuer_with_a_final_slash_has_no_path() {
    let builder = DevIdp::builder().preset(Preset::Auth0);
    let idp = TestIdp::start_with(builder).await;
    let url = idp.authorization_server_metadata_url();
    let metadata: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], idp.issuer());
}

/// So that tests can take away the one document that a client has to do without.
#[tokio::test]
async fn each_document_has_its_own_faults_and_counter() {
    let idp = TestIdp::start().await;
    idp.fault(Endpoint::AuthorizationServer, Fault::Status(404));
    idp.fault(Endpoint::Discovery, Fault::WrongIssuer);
    let oauth = idp.authorization_server_metadata_url();
    assert_eq!(reqwest::get(&oauth).await.unwrap().status(), 404);
    let openid = json_of(&idp, Endpoint::Discovery.path()).await.unwrap();
    assert_ne!(openid["issuer"], idp.issuer());

    idp.heal();
    let metadata = json_of(&idp, Endpoint::AuthorizationServer.path()).await;
    assert_eq!(metadata.unwrap()["issuer"], idp.issuer());
    assert_eq!(idp.hits(Endpoint::AuthorizationServer), 2);
    assert_eq!(idp.hits(Endpoint::Discovery), 1);
}
