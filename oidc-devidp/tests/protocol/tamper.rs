//! Every tamper changes exactly what it is named after.

use crate::app::{App, claims, query};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode;
use oidc_devidp::{Endpoint, Fault, Tamper};
use serde_json::{Value, json};

/// The claims of the ID token that a sign-in gets.
async fn id_claims(app: &App, tamper: Tamper) -> Value {
    app.idp.untamper();
    app.idp.tamper(tamper);
    claims(&app.tokens().await["id_token"])
}

/// The claims that ID tokens lack.
const LEFT_OUT: &[(Tamper, &str)] = &[
    (Tamper::MissingIss, "iss"),
    (Tamper::MissingAud, "aud"),
    (Tamper::MissingExp, "exp"),
    (Tamper::MissingIat, "iat"),
    (Tamper::MissingSub, "sub"),
    (Tamper::MissingNonce, "nonce"),
    (Tamper::SeveralAudiences, "azp"),
];

#[tokio::test]
async fn claims_are_left_out() {
    let app = App::new().await;
    for &(tamper, claim) in LEFT_OUT {
        let claims = id_claims(&app, tamper).await;
        assert_eq!(claims.get(claim), None, "{tamper:?}");
        assert!(
            claims.as_object().unwrap().len() > 10,
            "{tamper:?} leaves the others"
        );
    }
}

/// The claims that are wrong in ID tokens.
const WRONG: &[(Tamper, &str)] = &[
    (Tamper::InvalidIss, "iss"),
    (Tamper::InvalidAud, "aud"),
    (Tamper::WrongNonce, "nonce"),
    (Tamper::WrongAzp, "azp"),
    (Tamper::SeveralAudiences, "aud"),
];

#[tokio::test]
async fn claims_are_wrong() {
    let app = App::new().await;
    let genuine = claims(&app.tokens().await["id_token"]);
    for &(tamper, claim) in WRONG {
        let claims = id_claims(&app, tamper).await;
        assert_ne!(claims[claim], genuine[claim], "{tamper:?}");
        assert_eq!(claims["sub"], genuine["sub"], "{tamper:?}");
    }
    let expired = id_claims(&app, Tamper::ExpiredIdToken).await;
    assert!(expired["exp"].as_u64().unwrap() + 3000 < genuine["iat"].as_u64().unwrap());
    let at_hash = id_claims(&app, Tamper::WrongAtHash).await["at_hash"].clone();
    assert_eq!(
        at_hash.as_str().unwrap().len(),
        genuine["at_hash"].as_str().unwrap().len()
    );
}

#[tokio::test]
async fn signatures_and_headers_are_wrong() {
    let app = App::new().await;
    let id_token = async |tamper| {
        app.idp.untamper();
        app.idp.tamper(tamper);
        app.tokens().await["id_token"].as_str().unwrap().to_owned()
    };
    let unsigned = id_token(Tamper::SigNone).await;
    assert!(unsigned.ends_with('.'));
    let (unsigned_header, _) = unsigned.split_once('.').unwrap();
    let unsigned_header = URL_SAFE_NO_PAD.decode(unsigned_header).unwrap();
    let unsigned_header: Value = serde_json::from_slice(&unsigned_header).unwrap();
    assert_eq!(unsigned_header["alg"], "none");

    let header = |token: &str| insecure_decode::<Value>(token).unwrap().header;
    assert_eq!(header(&id_token(Tamper::KidAbsent).await).kid, None);
    let published = app.idp.jwks()["keys"][0]["kid"].clone();
    assert_ne!(
        json!(header(&id_token(Tamper::UnknownKid).await).kid),
        published
    );

    let forged = id_token(Tamper::InvalidSig).await;
    assert_eq!(json!(header(&forged).kid), published);
    let logout = app.url(&format!("/end_session?id_token_hint={forged}"));
    assert_eq!(
        app.get(&logout).await.status(),
        400,
        "the provider itself rejects it"
    );
}

#[tokio::test]
async fn refreshed_id_tokens_are_wrong() {
    let app = App::new().await;
    for (tamper, claim) in [
        (Tamper::RefreshWrongIss, "iss"),
        (Tamper::RefreshWrongSub, "sub"),
    ] {
        app.idp.untamper();
        app.idp.tamper(tamper);
        let first = app.tokens().await;
        let refresh_token = first["refresh_token"].as_str().unwrap();
        let second: Value = app.refresh(refresh_token).await.json().await.unwrap();
        let (first, second) = (claims(&first["id_token"]), claims(&second["id_token"]));
        assert_eq!(first["iss"], app.idp.issuer());
        assert_eq!(first["sub"], "alice");
        assert_ne!(first[claim], second[claim], "{tamper:?}");
    }
}

#[tokio::test]
async fn refresh_tokens_are_kept() {
    let app = App::new().await;
    app.idp.tamper(Tamper::RefreshKeepsToken);
    let first = app.tokens().await;
    let refresh_token = first["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let refreshed: Value = app.refresh(refresh_token).await.json().await.unwrap();
        assert!(refreshed["access_token"].is_string(), "{refreshed}");
        for member in ["refresh_token", "refresh_expires_in"] {
            assert_eq!(refreshed.get(member), None);
        }
    }
}

#[tokio::test]
async fn an_encrypted_id_token_has_the_form_of_one() {
    let app = App::new().await;
    app.idp.tamper(Tamper::EncryptedIdToken);
    let token = app.tokens().await["id_token"].as_str().unwrap().to_owned();
    assert_eq!(token.split('.').count(), 5, "{token}");
    assert!(token.starts_with("eyJhbGciOiJSU0EtT0FFUC0yNTYi"), "{token}");
}

#[tokio::test]
async fn nothing_marks_an_access_token() {
    let app = App::new().await;
    app.idp.tamper(Tamper::UnmarkedAccessToken);
    let tokens = app.tokens().await;
    let token = tokens["access_token"].as_str().unwrap();
    let header = insecure_decode::<Value>(token).unwrap().header;
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    let claims = claims(&tokens["access_token"]);
    assert_eq!((claims.get("scope"), claims.get("client_id")), (None, None));
    assert_eq!(claims["sub"], "alice");
}

/// The members that token responses lack.
const MEMBERS: &[(Tamper, &str)] = &[
    (Tamper::NoIdToken, "id_token"),
    (Tamper::NoAccessToken, "access_token"),
    (Tamper::NoExpiresIn, "expires_in"),
    (Tamper::NoTokenType, "token_type"),
    (Tamper::NoScope, "scope"),
];

#[tokio::test]
async fn token_responses_lack_members() {
    let app = App::new().await;
    for &(tamper, member) in MEMBERS {
        app.idp.untamper();
        app.idp.tamper(tamper);
        let tokens = app.tokens().await;
        assert_eq!(tokens.get(member), None, "{tamper:?}");
        assert_eq!(
            tokens.as_object().unwrap().len(),
            6,
            "{tamper:?} leaves the others"
        );
    }
    app.idp.untamper();
    app.idp.tamper(Tamper::LowercaseTokenType);
    assert_eq!(app.tokens().await["token_type"], "bearer");
}

#[tokio::test]
async fn userinfo_is_about_another_user() {
    let app = App::new().await;
    app.idp.tamper(Tamper::UserinfoWrongSub);
    let token = app.idp.token().mint();
    let info: Value = app.userinfo(&token).await.json().await.unwrap();
    assert_eq!(info["sub"], "another-person");
}

#[tokio::test]
async fn callbacks_are_wrong() {
    let app = App::new().await;
    let callback = |tamper| {
        app.idp.untamper();
        app.idp.tamper(tamper);
        let location = app.idp.sign_in(&app.authorization_url(&[]), "alice");
        assert!(query(&location, "code").is_some());
        (query(&location, "iss"), query(&location, "state"))
    };
    let issuer = Some(app.idp.issuer().to_owned());
    let state = Some("a state&more".to_owned());
    let wrong_issuer = Some("https://another-issuer.example".to_owned());
    assert_eq!(callback(Tamper::CallbackNoIss), (None, state.clone()));
    assert_eq!(
        callback(Tamper::CallbackWrongIss),
        (wrong_issuer.clone(), state.clone())
    );
    assert_eq!(callback(Tamper::CallbackNoState), (issuer.clone(), None));
    assert_eq!(
        callback(Tamper::CallbackWrongState),
        (issuer, Some("another-state".into()))
    );

    app.idp.untamper();
    app.idp.fault(Endpoint::Authorize, Fault::WrongIssuer);
    let location = app.idp.sign_in(&app.authorization_url(&[]), "alice");
    assert_eq!(query(&location, "iss"), wrong_issuer);
}

#[tokio::test]
async fn a_wrong_issuer_at_the_token_endpoint_shows_in_the_id_token_only() {
    let app = App::new().await;
    app.idp.fault(Endpoint::Token, Fault::WrongIssuer);
    let tokens = app.tokens().await;
    assert_eq!(
        claims(&tokens["id_token"])["iss"],
        "https://another-issuer.example"
    );
    assert_eq!(claims(&tokens["access_token"])["iss"], app.idp.issuer());
}

#[tokio::test]
async fn metadata_and_device_responses_lack_members() {
    let app = App::new().await;
    for (tamper, member) in [
        (Tamper::NoDeviceEndpoint, "device_authorization_endpoint"),
        (Tamper::NoEndSession, "end_session_endpoint"),
        (Tamper::NoUserinfo, "userinfo_endpoint"),
        (Tamper::NoRevocation, "revocation_endpoint"),
    ] {
        app.idp.untamper();
        app.idp.tamper(tamper);
        let metadata: Value = app
            .get(&app.idp.discovery_url())
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(metadata.get(member), None, "{tamper:?}");
        assert_eq!(metadata["issuer"], app.idp.issuer());
    }
    for (tamper, member) in [
        (Tamper::NoInterval, "interval"),
        (
            Tamper::NoVerificationUriComplete,
            "verification_uri_complete",
        ),
    ] {
        app.idp.untamper();
        app.idp.tamper(tamper);
        let form = [("client_id", "oidc-guard-dev")];
        let request = app.http.post(app.url("/device_authorization")).form(&form);
        let started: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(started.get(member), None, "{tamper:?}");
        assert!(started["device_code"].is_string());
    }
}
