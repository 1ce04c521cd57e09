//! The metadata.

use crate::app::App;
use oidc_devidp::{Algorithm, DevIdp, TestIdp};
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
            json!(["client_secret_basic", "client_secret_post", "none"]),
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
