//! Several issuers of one process.

use crate::app::{App, location};
use oidc_devidp::{Algorithm, Client, Config, DevIdp, Endpoint, Fault, TestIdp, User};
use serde_json::Value;

/// Our own issuer with the usual client, and a partner that shares nothing with it.
async fn app() -> App {
    let partner = DevIdp::builder()
        .algorithm(Algorithm::Es256)
        .client(Client::new("warehouse").audience("https://api.shop.example"))
        .user(User::new("dora"));
    App::of(DevIdp::builder().also("partner", partner)).await
}

#[tokio::test]
async fn each_issuer_has_its_own_address_keys_users_and_clients() {
    let app = app().await;
    let (own, partner) = (&app.idp, app.idp.other("partner"));
    for idp in [own, partner] {
        let metadata = reqwest::get(idp.discovery_url()).await.unwrap();
        let metadata: Value = metadata.json().await.unwrap();
        assert_eq!(metadata["issuer"], idp.issuer());
        let jwks = metadata["jwks_uri"].as_str().unwrap();
        let jwks: Value = reqwest::get(jwks).await.unwrap().json().await.unwrap();
        assert_eq!(jwks, idp.jwks());
    }
    assert_ne!(own.issuer(), partner.issuer());
    assert_eq!(own.jwks()["keys"][0]["kty"], "RSA");
    assert_eq!(partner.jwks()["keys"][0]["kty"], "EC");
    let names = |idp: &TestIdp| {
        let clients = idp.config().clients.iter();
        let clients: Vec<_> = clients.map(|client| client.client_id.clone()).collect();
        (clients, idp.config().users.len())
    };
    assert_eq!(
        names(own),
        (vec!["oidc-guard-dev".into(), "shop".into()], 3)
    );
    assert_eq!(
        names(partner),
        (vec!["oidc-guard-dev".into(), "warehouse".into()], 4)
    );
}

#[tokio::test]
async fn no_issuer_takes_the_tokens_of_another() {
    let app = app().await;
    let partner = app.idp.other("partner");
    assert_eq!(app.userinfo(&app.idp.token().mint()).await.status(), 200);
    assert_eq!(app.userinfo(&partner.token().mint()).await.status(), 401);
    let forged = partner.token().issuer(app.idp.issuer()).mint();
    assert_eq!(app.userinfo(&forged).await.status(), 401);
}

#[tokio::test]
async fn faults_counters_and_stops_are_of_one_issuer() {
    let app = app().await;
    let partner = app.idp.other("partner");
    partner.fault(Endpoint::Discovery, Fault::Status(503));
    let status = async |idp: &TestIdp| reqwest::get(idp.discovery_url()).await.unwrap().status();
    assert_eq!(status(partner).await, 503);
    assert_eq!(status(&app.idp).await, 200);
    assert_eq!(partner.hits(Endpoint::Discovery), 1);
    assert_eq!(app.idp.hits(Endpoint::Discovery), 1);

    app.idp.stop();
    partner.heal();
    assert_eq!(status(partner).await, 200);
    app.idp.restart().unwrap();
    partner.stop();
    assert_eq!(status(&app.idp).await, 200);
    assert!(reqwest::get(partner.discovery_url()).await.is_err());
}

/// Browsers send the cookies of one port to all ports of the host.
#[tokio::test]
async fn a_browser_stays_signed_in_at_both() {
    let app = App::new().await;
    let other = App::new().await;
    let cookies = format!(
        "{}; {}",
        app.browser("alice").await,
        other.browser("bob").await
    );
    for app in [&app, &other] {
        let url = app.authorization_url(&[("prompt", "none")]);
        let response = app.get_with_cookie(&url, &cookies).await;
        assert!(location(&response).contains("code="));
    }
}

#[tokio::test]
async fn a_file_has_several_issuers() {
    let toml = r#"
        port = 0

        [issuers.partner]
        port = 0
        algorithm = "ES256"

        [[issuers.partner.clients]]
        client_id = "warehouse"

        [issuers.staff]
        port = 0
        preset = "entra_id"
    "#;
    let idp = DevIdp::start(Config::from_toml(toml).unwrap()).unwrap();
    let names: Vec<_> = idp.others().map(|(name, _)| name).collect();
    assert_eq!(names, ["partner", "staff"]);
    assert!(idp.other("nobody").is_none());
    let partner = idp.other("partner").unwrap();
    assert_eq!(partner.config().clients[0].client_id, "warehouse");
    let staff = idp.other("staff").unwrap();
    assert!(staff.issuer().ends_with("/v2.0"));
    for idp in [&idp, partner, staff] {
        let response = reqwest::get(idp.discovery_url()).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let addresses = [staff.address(), partner.address(), idp.address()];
    drop(idp);
    for address in addresses {
        let connected = std::net::TcpStream::connect(address);
        assert!(connected.is_err(), "{address} is still open");
    }
}
