//! Routes at which each request belongs to a tenant: by host, by path, and by a function.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Version};
use oidc::{Oidc, Principal, Tenants};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service as _;

use super::{NAMES, codes, issuer_denied, oidc, start, token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{Reply, anonymous, invalid_token, ok};
use crate::support::servers::{App, Server, for_both};

const LIMIT: Duration = Duration::from_secs(20);

#[oidc::required]
async fn who(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(issuer = "partner")]
async fn partner(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(not(issuer = "partner"))]
async fn not_partner(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(scopes = "read")]
async fn read(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn maybe(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

#[oidc::public(reason = "serves everybody")]
async fn public() -> &'static str {
    "public"
}

async fn unguarded(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::policy]
struct AnyUser;

/// The handlers at `/t/{tenant}/…` and at the root, and behind a layer at `/layer/{tenant}/…`.
const APP: App = App {
    axum: |oidc| {
        use axum::{Router, routing::get};
        let handlers = || {
            Router::new()
                .route("/who", get(who))
                .route("/partner", get(partner))
                .route("/not_partner", get(not_partner))
                .route("/read", get(read))
                .route("/maybe", get(maybe))
                .route("/public", get(public))
                .route("/unguarded", get(unguarded))
        };
        let layered = handlers().layer(oidc.layer(AnyUser));
        handlers()
            .nest("/t/{tenant}", handlers())
            .nest("/layer/{tenant}", layered)
    },
    actix: |oidc, config| {
        use actix_web::web::{ServiceConfig, get, scope};
        fn handlers(config: &mut ServiceConfig) {
            config
                .route("/who", get().to(who))
                .route("/partner", get().to(partner))
                .route("/not_partner", get().to(not_partner))
                .route("/read", get().to(read))
                .route("/maybe", get().to(maybe))
                .route("/public", get().to(public))
                .route("/unguarded", get().to(unguarded));
        }
        let layered = scope("/layer/{tenant}").wrap(oidc.layer(AnyUser));
        config
            .service(scope("/t/{tenant}").configure(handlers))
            .service(layered.configure(handlers));
        handlers(config);
    },
};

fn by_path(bench: &Bench) -> Oidc {
    let tenants = oidc(bench).for_tenants(Tenants::by_path("tenant"));
    tenants.expect("tenants")
}

fn by_host(bench: &Bench) -> Oidc {
    let tenants = Tenants::by_host([
        ("own.example", "own"),
        ("Partner.Example", "partner"),
        ("staff.example", "staff"),
    ]);
    oidc(bench).for_tenants(tenants).expect("tenants")
}

/// Every user at every tenant's routes.
#[tokio::test]
async fn each_tenant_has_the_users_of_one_issuer() {
    let bench = start().await;
    let tokens = NAMES.map(|name| (name, token(&bench, name).scope("read").mint()));
    for_both(
        APP,
        || by_path(&bench),
        async |server| {
            for round in ["fresh", "cached"] {
                for tenant in NAMES {
                    for (name, token) in &tokens {
                        let is_of_tenant = *name == tenant;
                        for (path, is_admitted) in [
                            ("who", is_of_tenant),
                            ("read", is_of_tenant),
                            ("maybe", is_of_tenant),
                            ("unguarded", is_of_tenant),
                            ("partner", is_of_tenant && tenant == "partner"),
                            ("not_partner", is_of_tenant && tenant != "partner"),
                        ] {
                            for start in ["t", "layer"] {
                                let path = format!("/{start}/{tenant}/{path}");
                                let case = format!("{path}, {name}, {round}");
                                let reply = server.get(&path, token.as_str()).await;
                                let status = if is_admitted { 200 } else { 403 };
                                assert_eq!(reply.status, status, "{case}: {reply:?}");
                            }
                        }
                    }
                }
            }
            for start in ["t", "layer"] {
                let path = |path: &str| format!("/{start}/partner/{path}");
                let reply = server.get(&path("who"), None).await;
                reply.assert("nobody", &anonymous());
                let forged = token(&bench, "partner").unsigned().mint();
                let reply = server.get(&path("who"), forged.as_str()).await;
                reply.assert("forged", &invalid_token());
            }
            let reply = server.get("/t/partner/maybe", None).await;
            reply.assert("nobody", &ok("nobody"));
            let reply = server.get("/t/partner/public", None).await;
            reply.assert("public", &ok("public"));
        },
    )
    .await;
}

/// Names are compared exactly, and a request without a tenant is nobody's.
#[tokio::test]
async fn unknown_tenants() {
    let bench = start().await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(APP, by_path(&bench)));
        for name in NAMES {
            let token = token(&bench, name).mint();
            for tenant in [
                "nobody",
                "Partner",
                "PARTNER",
                "partner%20",
                "%20partner",
                "partner%00",
                "partner.",
                "own,partner",
                "..%2Fpartner",
                "%70artner%FF",
                "0",
                "%7Btenant%7D",
            ] {
                for path in ["who", "maybe", "unguarded"] {
                    let path = format!("/t/{tenant}/{path}");
                    let reply = server.get(&path, token.as_str()).await;
                    assert!([400, 404].contains(&reply.status), "{path}: {reply:?}");
                }
            }
            codes(&logs);
            let reply = server.get("/who", token.as_str()).await;
            assert_eq!(reply.status, 404, "no tenant at all: {reply:?}");
            assert_eq!(codes(&logs), ["tenant_unknown"]);
            let reply = server.get("/maybe", None).await;
            assert_eq!(reply.status, 404, "no tenant at all: {reply:?}");
        }
        // One that is encoded is the same.
        let token = token(&bench, "partner").mint();
        let reply = server.get("/t/%70artner/who", token.as_str()).await;
        reply.assert("encoded", &ok("alice"));
    }
}

/// The status of the response to this head; `None` if the connection is closed instead.
async fn send(address: SocketAddr, head: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut start = [0; 12];
    let read = timeout(LIMIT, stream.read_exact(&mut start)).await;
    read.expect("a response").ok()?;
    let status = str::from_utf8(&start[9..]).expect("digits");
    Some(status.parse().expect("a number"))
}

#[tokio::test]
async fn by_the_host() {
    let bench = start().await;
    let tokens = NAMES.map(|name| token(&bench, name).mint());
    let [own, partner, staff] = &tokens;
    for_both(
        APP,
        || by_host(&bench),
        async |server| {
            let status = async |head: &str, fields: &str, token: &str| {
                let head = format!("{head}\r\n{fields}Authorization: Bearer {token}\r\n\r\n");
                send(server.address, &head).await
            };
            // The users of each issuer in turn, at the partner's host.
            for fields in [
                "Host: partner.example\r\n",
                "Host: PARTNER.example\r\n",
                "host: Partner.Example:8443\r\n",
                "Host: partner.example:80\r\n",
                "Host: partner.example\r\nX-Forwarded-Host: own.example\r\n",
                "Host: partner.example\r\nForwarded: host=own.example\r\n",
                "Host: partner.example\r\nX-Host: own.example\r\nX-Original-Host: own.example\r\n",
                "Host: partner.example\r\nX-Forwarded-Server: own.example\r\n",
                "Host: partner.example\r\nX-Forwarded-Host: own.example, staff.example\r\n",
            ] {
                for _ in 0..2 {
                    for (token, expected) in [(own, 403), (partner, 200), (staff, 403)] {
                        let found = status("GET /who HTTP/1.1", fields, token).await;
                        assert_eq!(found, Some(expected), "{fields}");
                    }
                }
                let nobody = format!("GET /who HTTP/1.1\r\n{fields}\r\n");
                assert_eq!(send(server.address, &nobody).await, Some(401), "{fields}");
            }
            // Nobody's host.
            for fields in [
                "",
                "Host:\r\n",
                "Host: partner.example.\r\n",
                "Host: .partner.example\r\n",
                "Host: partner.example.attacker.example\r\n",
                "Host: attacker.example\r\n",
                "Host: attackerpartner.example\r\n",
                "Host: partner.example@attacker.example\r\n",
                "Host: attacker.example@partner.example\r\n",
                "Host: partner.example, own.example\r\n",
                "Host: partner.example own.example\r\n",
                "Host: partner.example/\r\n",
                "Host: http://partner.example\r\n",
                "Host: partner.example:80:80\r\n",
                "Host: partner%2eexample\r\n",
                "Host: partner.ex\u{e4}mple\r\n",
                "Host: own.example\r\nHost: partner.example\r\n",
                "Host: partner.example\r\nHost: partner.example\r\n",
                "X-Forwarded-Host: partner.example\r\n",
                "Host: x.example\r\nX-Forwarded-Host: partner.example\r\n",
                "Host: x.example\r\nForwarded: host=partner.example\r\n",
            ] {
                for (name, token) in NAMES.iter().zip(&tokens) {
                    let found = status("GET /who HTTP/1.1", fields, token).await;
                    let is_refused = found.is_none_or(|status| (400..500).contains(&status));
                    assert!(is_refused, "{fields} with {name}: {found:?}");
                }
            }
        },
    )
    .await;
}

/// The target of a request may have a host too (RFC 9112 §3.2.2): both have to be the tenant's.
#[tokio::test]
async fn by_the_host_of_the_target() {
    let bench = start().await;
    let tokens = NAMES.map(|name| token(&bench, name).mint());
    for_both(
        APP,
        || by_host(&bench),
        async |server| {
            for (target, host, admitted) in [
                (
                    "http://partner.example/who",
                    "Host: partner.example\r\n",
                    Some("partner"),
                ),
                (
                    "http://PARTNER.example:80/who",
                    "Host: partner.example\r\n",
                    Some("partner"),
                ),
                ("http://partner.example/who", "Host: own.example\r\n", None),
                ("http://own.example/who", "Host: partner.example\r\n", None),
                ("http://x.example/who", "Host: partner.example\r\n", None),
                ("http://partner.example/who", "Host: x.example\r\n", None),
                (
                    "http://x@partner.example/who",
                    "Host: partner.example\r\n",
                    None,
                ),
            ] {
                for (name, token) in NAMES.iter().zip(&tokens) {
                    let head = format!(
                        "GET {target} HTTP/1.1\r\n{host}Authorization: Bearer {token}\r\n\r\n"
                    );
                    let found = send(server.address, &head).await;
                    let case = format!("{target} {host} with {name}: {found:?}");
                    if admitted == Some(*name) {
                        assert_eq!(found, Some(200), "{case}");
                    } else {
                        let is_refused = found.is_none_or(|status| (400..500).contains(&status));
                        assert!(is_refused, "{case}");
                    }
                }
            }
        },
    )
    .await;
}

/// HTTP/2 has `:authority` instead of `Host` (RFC 9113 §8.3.1), which axum shows in the URI.
#[tokio::test]
async fn by_the_authority_of_http_2() {
    let bench = start().await;
    let oidc = by_host(&bench);
    let mut router = (APP.axum)(&oidc).with_state(oidc);
    for (authority, host, admitted) in [
        ("partner.example", None, Some("partner")),
        ("Partner.Example:8443", None, Some("partner")),
        ("own.example", None, Some("own")),
        ("partner.example", Some("partner.example"), Some("partner")),
        ("partner.example", Some("own.example"), None),
        ("partner.example.", None, None),
        ("x@partner.example", None, None),
    ] {
        for name in NAMES {
            let mut request = Request::get(format!("https://{authority}/who"))
                .version(Version::HTTP_2)
                .header(
                    "authorization",
                    format!("Bearer {}", token(&bench, name).mint()),
                );
            if let Some(host) = host {
                request = request.header("host", host);
            }
            let request = request.body(Body::empty()).expect("a request");
            let Ok(response) = router.call(request).await;
            let expected = match admitted {
                Some(admitted) if admitted == name => 200,
                Some(_) => 403,
                None => 404,
            };
            let case = format!("{authority} {host:?} with {name}");
            assert_eq!(response.status(), expected, "{case}");
        }
    }
}

#[tokio::test]
async fn by_a_function() {
    let bench = start().await;
    let by_query = || {
        let tenants = Tenants::by(|request| {
            let query = request.query()?;
            Some(query.strip_prefix("tenant=")?.to_owned())
        });
        oidc(&bench).for_tenants(tenants).expect("tenants")
    };
    for_both(APP, by_query, async |server| {
        for name in NAMES {
            let token = token(&bench, name).mint();
            for (query, tenant) in [
                ("?tenant=own", Some("own")),
                ("?tenant=partner", Some("partner")),
                ("?tenant=staff", Some("staff")),
                ("?tenant=nobody", None),
                ("?tenant=", None),
                ("?x", None),
                ("", None),
            ] {
                let reply = server.get(&format!("/who{query}"), token.as_str()).await;
                let case = format!("{name} at {query}");
                match tenant {
                    Some(tenant) if tenant == name => reply.assert(&case, &ok("alice")),
                    Some(_) => reply.assert(&case, &issuer_denied()),
                    None => assert_eq!(reply.status, 404, "{case}: {reply:?}"),
                }
            }
        }
    })
    .await;
}

/// A host of a tenant that is no issuer is a mistake of the configuration.
#[tokio::test]
async fn hosts_of_unknown_issuers() {
    let bench = start().await;
    let tenants = Tenants::by_host([("a.example", "own"), ("b.example", "nobody")]);
    let error = oidc(&bench)
        .for_tenants(tenants)
        .expect_err("nobody is none");
    assert_eq!(error.fields().collect::<Vec<_>>(), ["tenants"]);
    assert!(error.to_string().contains("`nobody`"), "{error}");
}

/// What one request says about its tenant is nothing to the next.
#[tokio::test]
async fn tenants_of_requests_on_one_connection() {
    let bench = start().await;
    let partner = token(&bench, "partner").mint();
    for_both(
        APP,
        || by_host(&bench),
        async |server| {
            for (host, expected) in [
                ("partner.example", 200),
                ("own.example", 403),
                ("nobody.example", 404),
                ("partner.example", 200),
            ] {
                let request = server.request(reqwest::Method::GET, "/who");
                let request = request.header("host", host).bearer_auth(&partner);
                let reply = Reply::of(request).await;
                assert_eq!(reply.status, expected, "{host}: {reply:?}");
            }
        },
    )
    .await;
}
