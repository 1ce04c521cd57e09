//! The codes of trusted issuers, tenants and opaque tokens: each of the documented ones is logged.

use oidc::{ClientAuth, Introspect, Issuer, Oidc, OidcBuilder, Tenants};
use oidc_devidp::{DevIdp, Endpoint, Fault};
use tracing::Level;

use super::session_codes::assert_code;
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::servers::{App, Server, guarded_app};

fn guarded() -> App {
    guarded_app!(required(), partner(issuer = "partner"))
}

async fn bench() -> Bench {
    Bench::with(DevIdp::builder().also("partner", DevIdp::builder())).await
}

/// The application on both frameworks, with what it logs.
fn servers(oidc: &Oidc) -> [(Server, Logs); 2] {
    [Server::axum, Server::actix].map(|start| {
        let logs = Logs::default();
        let server = logs.listen(|| start(guarded(), oidc.clone()));
        (server, logs)
    })
}

fn build(builder: OidcBuilder) -> Oidc {
    builder.build().expect("the configuration is sound")
}

fn trusting(bench: &Bench) -> OidcBuilder {
    let partner = bench.idp.other("partner");
    let issuer = Issuer::at(partner.discovery_url()).audience(partner.client_id());
    bench.builder().trust("partner", issuer)
}

#[tokio::test]
async fn of_a_trusted_issuer() {
    let bench = bench().await;
    let partner = bench.idp.other("partner");
    let token = partner.token().mint();
    let token = Some(token.as_str());
    for (server, logs) in servers(&build(trusting(&bench))) {
        assert_eq!(server.get("/partner", token).await.status, 200);
        assert_code(&logs, "issuer_denied", 403, server.get("/required", token)).await;
    }
    partner.fault(Endpoint::Jwks, Fault::Status(500));
    for (server, logs) in servers(&build(trusting(&bench))) {
        let reply = server.get("/partner", token);
        assert_code(&logs, "provider_unavailable", 503, reply).await;
    }
    for (server, logs) in servers(&bench.oidc()) {
        let reply = server.get("/partner", token);
        assert_code(&logs, "issuer_mismatch", 401, reply).await;
    }
}

#[tokio::test]
async fn of_tenants() {
    let bench = bench().await;
    let by_query = Tenants::by(|request| Some(request.query()?.strip_prefix("t=")?.to_owned()));
    let oidc = build(trusting(&bench)).for_tenants(by_query);
    let token = bench.good_token();
    let token = Some(token.as_str());
    for (server, logs) in servers(&oidc.expect("the names are known")) {
        assert_eq!(server.get("/required?t=own", token).await.status, 200);
        for path in ["/required", "/required?t=nobody"] {
            assert_code(&logs, "tenant_unknown", 404, server.get(path, token)).await;
        }
        let reply = server.get("/required?t=partner", token);
        assert_code(&logs, "issuer_denied", 403, reply).await;
    }
}

#[tokio::test]
async fn of_opaque_tokens() {
    let bench = bench().await;
    let introspecting = || bench.builder().introspect(Introspect::Opaque);
    let opaque = || bench.idp.token().opaque().mint();
    for (server, logs) in servers(&build(introspecting())) {
        let good = opaque();
        let status = server.get("/required", good.as_str()).await.status;
        assert_eq!(status, 200);
        assert_code(
            &logs,
            "token_inactive",
            401,
            server.get("/required", Some("never-issued")),
        )
        .await;
        for (fault, code, status) in [
            (Fault::Status(500), "introspection_failed", 503),
            (
                Fault::Error("invalid_client".to_owned()),
                "introspection_unauthorized",
                503,
            ),
            (Fault::WrongIssuer, "issuer_mismatch", 401),
        ] {
            bench.idp.fault(Endpoint::Introspection, fault);
            let token = opaque();
            let reply = server.get("/required", token.as_str());
            assert_code(&logs, code, status, reply).await;
            bench.idp.heal();
        }
    }
    let auth = ClientAuth::assertion_file("/nowhere/assertion");
    for (server, logs) in servers(&build(introspecting().client_auth(auth))) {
        let token = opaque();
        let reply = server.get("/required", token.as_str());
        assert_code(&logs, "client_assertion_unavailable", 503, reply).await;
    }
}

/// An operator learns which issuer failed, and why; of the token there is nothing.
#[tokio::test]
async fn of_a_failed_question_names_the_issuer() {
    let bench = bench().await;
    let unsupported = Fault::Error("unsupported_token_type".to_owned());
    bench.idp.fault(Endpoint::Introspection, unsupported);
    let builder = bench.builder().introspect(Introspect::Always);
    for (server, logs) in servers(&build(builder)) {
        let token = bench.good_token();
        let reply = server.get("/required", token.as_str()).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        let lines = logs.take();
        let line = lines
            .iter()
            .find(|line| line.field("code") == "introspection_failed")
            .expect("an event");
        assert_eq!(line.level, Some(Level::WARN), "{line}");
        assert_eq!(line.field("issuer"), "own", "{line}");
        assert_eq!(line.field("problem"), "status 400 unsupported_token_type");
        assert!(!lines.iter().any(|line| line.to_string().contains(&token)));
    }
}
