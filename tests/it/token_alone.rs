//! `Oidc::verify_access_token`: a token that did not come in a header, judged as the guards judge it.

use std::time::Duration;

use oidc::{Oidc, Principal, Rejection, RequestParts};
use oidc_devidp::{Endpoint, Fault, TestKey};
use serde_json::json;

use crate::support::bench::Bench;
use crate::support::logs::Logs;

#[oidc::policy(claims(tenant = "a"))]
struct OurTenant;

async fn has_no_request(_: &Principal, request: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    let (method, path, query) = (request.method(), request.path(), request.query());
    (method, path, query) == ("", "", None) && request.header("authorization").is_none()
}

#[oidc::policy(check = has_no_request)]
struct WithoutRequest;

/// The subject, or the status and the code of the rejection.
async fn verified(oidc: &Oidc, token: &str) -> Result<String, (u16, &'static str)> {
    let user = oidc.verify_access_token(token).await;
    user.map(|user| user.subject().to_owned())
        .map_err(|rejection: Rejection| (rejection.status(), rejection.code()))
}

#[tokio::test]
async fn judges_as_the_guards_do() {
    let bench = Bench::start().await;
    let token = || bench.idp.token();
    let cases = [
        ("valid", token().mint(), Ok("alice")),
        (
            "expired",
            token().expires_in(-60).mint(),
            Err((401, "token_expired")),
        ),
        (
            "forged",
            token().key(&TestKey::rsa(2048)).mint(),
            Err((401, "signature_invalid")),
        ),
        (
            "of another audience",
            token().audience("other").mint(),
            Err((401, "audience_mismatch")),
        ),
        ("no token", "secret".into(), Err((401, "token_malformed"))),
        ("empty", String::new(), Err((400, "credentials_malformed"))),
        (
            "in quotes",
            format!("\"{}\"", token().mint()),
            Err((400, "credentials_malformed")),
        ),
        (
            "with the scheme",
            format!("Bearer {}", token().mint()),
            Err((400, "credentials_malformed")),
        ),
        (
            "after a space",
            format!(" {}", token().mint()),
            Err((400, "credentials_malformed")),
        ),
    ];
    for cache_bytes in [0, 1 << 20] {
        let builder = bench.builder().token_cache_bytes(cache_bytes);
        let oidc = builder.build().expect("sound");
        for round in ["first", "second"] {
            for (case, token, expected) in &cases {
                let found = verified(&oidc, token).await;
                let expected = expected.map(str::to_owned);
                assert_eq!(found, expected, "{case}, {round} time");
            }
        }
    }
}

#[tokio::test]
async fn fetches_newer_keys() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let old = bench.good_token();
    assert_eq!(verified(&oidc, &old).await.as_deref(), Ok("alice"));
    bench.idp.reset_hits();
    bench.idp.rotate_keys();
    let new = bench.idp.token().sub("bob").mint();
    assert_eq!(verified(&oidc, &new).await.as_deref(), Ok("bob"));
    assert_eq!(
        verified(&oidc, &old).await.map_err(|(status, _)| status),
        Err(401)
    );
    assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
}

#[tokio::test]
async fn applies_global_policies() {
    let bench = Bench::start().await;
    let builder = bench.builder().require(OurTenant).require(WithoutRequest);
    let oidc = builder.build().expect("sound");
    let ours = bench.idp.token().claim("tenant", json!("a")).mint();
    let other = bench.idp.token().claim("tenant", json!("b")).mint();
    for _ in 0..2 {
        assert_eq!(verified(&oidc, &ours).await.as_deref(), Ok("alice"));
        assert_eq!(verified(&oidc, &other).await, Err((403, "policy_denied")));
    }
}

#[tokio::test]
async fn needs_the_provider_for_its_keys() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Discovery, Fault::Down);
    let oidc = bench.oidc();
    let rejection = oidc.verify_access_token(&bench.good_token()).await;
    let rejection = rejection.expect_err("the keys are not known");
    assert_eq!(rejection.code(), "provider_unavailable");
    assert_eq!(rejection.status(), 503);
    assert!(rejection.retry_after() > Some(Duration::ZERO));
    let malformed = verified(&oidc, "").await;
    assert_eq!(malformed, Err((400, "credentials_malformed")));
}

/// Once, without a request, and without the token.
#[test]
fn logs_a_rejection_once() {
    let logs = Logs::default();
    let (bench, token) = logs.listen(|| {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let bench = Bench::start().await;
            let token = bench.idp.token().expires_in(-60).mint();
            let _ = bench.oidc().verify_access_token(&token).await;
            (bench, token)
        })
    });
    drop(bench);
    let lines = logs.take();
    assert!(lines.iter().all(|line| !line.to_string().contains(&token)));
    let of_gate = lines
        .iter()
        .filter(|line| line.target == "oidc_runtime::gate");
    let of_gate: Vec<_> = of_gate.map(ToString::to_string).collect();
    let expected = "oidc_runtime::gate: code=token_expired message=rejected a token status=401";
    assert_eq!(of_gate, [expected]);
}
