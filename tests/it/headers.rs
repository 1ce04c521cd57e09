//! Where a token may stand in a request, and how (RFC 6750 §2, RFC 9110 §11.4).

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, RequestBuilder};

use crate::support::bench::Bench;
use crate::support::reply::{Expected, Reply, anonymous, invalid_token, malformed, ok};
use crate::support::servers::{App, for_both, guarded_app};

fn app() -> App {
    guarded_app!(required())
}

/// The fields of a request with a genuine token, and what becomes of it.
struct Case(&'static str, fn(&str) -> Vec<Vec<u8>>, Expected);

fn one(name: &'static str, field: fn(&str) -> Vec<Vec<u8>>, expected: Expected) -> Case {
    Case(name, field, expected)
}

fn text(field: String) -> Vec<Vec<u8>> {
    vec![field.into()]
}

/// Sends each and reports all failures at once.
async fn check(cases: &[Case]) {
    let bench = Bench::start().await;
    let token = bench.good_token();
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let mut failures = Vec::new();
            for Case(name, fields, expected) in cases {
                let mut request = server.request(Method::GET, "/required");
                for field in fields(&token) {
                    let value = HeaderValue::from_bytes(&field).expect("a field that can be sent");
                    request = request.header(AUTHORIZATION, value);
                }
                if let Err(problem) = Reply::of(request).await.check(expected) {
                    failures.push(format!("{name}: {problem}"));
                }
            }
            assert!(failures.is_empty(), "{}", failures.join("\n"));
            server
                .get("/required", token.as_str())
                .await
                .assert("afterwards", &ok("alice"));
        },
    )
    .await;
}

#[tokio::test]
async fn scheme() {
    check(&[
        one("as written", |t| text(format!("Bearer {t}")), ok("alice")),
        one("lower case", |t| text(format!("bearer {t}")), ok("alice")),
        one("upper case", |t| text(format!("BEARER {t}")), ok("alice")),
        one("any case", |t| text(format!("bEaReR {t}")), ok("alice")),
        one("none", |_| Vec::new(), anonymous()),
        one("empty", |_| text(String::new()), anonymous()),
        one("no token", |_| text("Bearer".into()), anonymous()),
        one("no token, a blank", |_| text("Bearer ".into()), anonymous()),
        one(
            "no token, blanks",
            |_| text("Bearer     ".into()),
            anonymous(),
        ),
        one("no scheme", |t| text(t.into()), anonymous()),
        one("no space", |t| text(format!("Bearer{t}")), anonymous()),
        one("equals sign", |t| text(format!("Bearer={t}")), anonymous()),
        one("colon", |t| text(format!("Bearer: {t}")), anonymous()),
        one("comma", |t| text(format!("Bearer,{t}")), anonymous()),
        one(
            "Basic",
            |_| text("Basic YWxpY2U6c2VjcmV0".into()),
            anonymous(),
        ),
        one(
            "Basic with a token",
            |t| text(format!("Basic {t}")),
            anonymous(),
        ),
        one("DPoP", |t| text(format!("DPoP {t}")), anonymous()),
        one("Negotiate", |t| text(format!("Negotiate {t}")), anonymous()),
        one("Token", |t| text(format!("Token {t}")), anonymous()),
        one("JWT", |t| text(format!("JWT {t}")), anonymous()),
        one("Bearers", |t| text(format!("Bearers {t}")), anonymous()),
        one("XBearer", |t| text(format!("XBearer {t}")), anonymous()),
        one(
            "another in front",
            |t| text(format!("Basic x, Bearer {t}")),
            anonymous(),
        ),
        one(
            "long s",
            |t| text(format!("Bearer\u{17f} {t}")),
            anonymous(),
        ),
        one(
            "fullwidth",
            |t| text(format!("\u{ff22}earer {t}")),
            anonymous(),
        ),
        one(
            "not UTF-8",
            |t| vec![[b"B\xe9arer ", t.as_bytes()].concat()],
            anonymous(),
        ),
        one("64 KiB", |_| text("x".repeat(64 * 1024)), anonymous()),
    ])
    .await;
}

#[tokio::test]
async fn token() {
    check(&[
        one("two blanks", |t| text(format!("Bearer  {t}")), ok("alice")),
        one(
            "many blanks",
            |t| text(format!("Bearer{}{t}", " ".repeat(100))),
            ok("alice"),
        ),
        one(
            "blank behind",
            |t| text(format!("Bearer {t} ")),
            ok("alice"),
        ),
        one("tab behind", |t| text(format!("Bearer {t}\t")), ok("alice")),
        one("tab", |t| text(format!("Bearer\t{t}")), malformed()),
        one(
            "blank and tab",
            |t| text(format!("Bearer \t{t}")),
            malformed(),
        ),
        one(
            "tab and blank",
            |t| text(format!("Bearer\t {t}")),
            malformed(),
        ),
        one(
            "two tokens",
            |t| text(format!("Bearer {t} {t}")),
            malformed(),
        ),
        one(
            "two tokens, comma",
            |t| text(format!("Bearer {t},{t}")),
            malformed(),
        ),
        one(
            "two credentials",
            |t| text(format!("Bearer {t}, Bearer {t}")),
            malformed(),
        ),
        one(
            "Bearer twice",
            |t| text(format!("Bearer Bearer {t}")),
            malformed(),
        ),
        one(
            "another behind",
            |t| text(format!("Bearer {t}, Basic x")),
            malformed(),
        ),
        one("quotes", |t| text(format!("Bearer \"{t}\"")), malformed()),
        one(
            "angle brackets",
            |t| text(format!("Bearer <{t}>")),
            malformed(),
        ),
        one(
            "parameter",
            |t| text(format!("Bearer token={t}")),
            malformed(),
        ),
        one(
            "quoted parameter",
            |t| text(format!("Bearer token=\"{t}\"")),
            malformed(),
        ),
        one("only padding", |_| text("Bearer ====".into()), malformed()),
        one("umlaut", |_| text("Bearer t\u{f6}ken".into()), malformed()),
        one(
            "umlaut behind",
            |t| text(format!("Bearer {t}\u{e4}")),
            malformed(),
        ),
        one(
            "no-break space",
            |t| text(format!("Bearer \u{a0}{t}")),
            malformed(),
        ),
        one(
            "zero width",
            |t| text(format!("Bearer \u{200b}{t}")),
            malformed(),
        ),
        one("emoji", |_| text("Bearer \u{1f511}".into()), malformed()),
        one(
            "not UTF-8",
            |_| vec![b"Bearer \xff\xfe".to_vec()],
            malformed(),
        ),
        one(
            "not UTF-8 behind",
            |t| vec![[format!("Bearer {t}").as_bytes(), b"\xff"].concat()],
            malformed(),
        ),
        one(
            "opaque",
            |_| text("Bearer mF_9.B5f-4.1JqM".into()),
            invalid_token(),
        ),
        one(
            "every character",
            |_| text("Bearer aZ09-._~+/==".into()),
            invalid_token(),
        ),
        one(
            "undefined",
            |_| text("Bearer undefined".into()),
            invalid_token(),
        ),
        one(
            "64 KiB",
            |_| text(format!("Bearer {}", "a".repeat(64 * 1024))),
            invalid_token(),
        ),
        one(
            "64 KiB with dots",
            |t| text(format!("Bearer {t}{}", "A".repeat(64 * 1024))),
            invalid_token(),
        ),
    ])
    .await;
}

#[tokio::test]
async fn several_fields() {
    check(&[
        one(
            "twice the same",
            |t| vec![format!("Bearer {t}").into(); 2],
            malformed(),
        ),
        one(
            "thrice",
            |t| vec![format!("Bearer {t}").into(); 3],
            malformed(),
        ),
        one(
            "good, bad",
            |t| vec![format!("Bearer {t}").into(), b"Bearer x".to_vec()],
            malformed(),
        ),
        one(
            "bad, good",
            |t| vec![b"Bearer x".to_vec(), format!("Bearer {t}").into()],
            malformed(),
        ),
        one(
            "Basic, good",
            |t| vec![b"Basic eDp5".to_vec(), format!("Bearer {t}").into()],
            malformed(),
        ),
        one(
            "good, Basic",
            |t| vec![format!("Bearer {t}").into(), b"Basic eDp5".to_vec()],
            malformed(),
        ),
        one(
            "good, empty",
            |t| vec![format!("Bearer {t}").into(), Vec::new()],
            malformed(),
        ),
        one(
            "twice Basic",
            |_| vec![b"Basic eDp5".to_vec(); 2],
            malformed(),
        ),
    ])
    .await;
}

/// A token in places where RFC 6750 would allow it, or where others look for it.
#[tokio::test]
async fn other_places() {
    type Place = fn(RequestBuilder, &str) -> RequestBuilder;
    let places: [(&str, Place); 9] = [
        ("query", |request, token| {
            request.query(&[("access_token", token)])
        }),
        ("query, token", |request, token| {
            request.query(&[("token", token)])
        }),
        ("form", |request, token| {
            request.form(&[("access_token", token)])
        }),
        ("JSON", |request, token| {
            request.json(&serde_json::json!({ "access_token": token }))
        }),
        ("cookie", |request, token| {
            request.header("cookie", format!("access_token={token}"))
        }),
        ("cookie, Authorization", |request, token| {
            request.header("cookie", format!("Authorization=Bearer {token}"))
        }),
        ("Proxy-Authorization", |request, token| {
            request.header("proxy-authorization", format!("Bearer {token}"))
        }),
        ("X-Authorization", |request, token| {
            request.header("x-authorization", format!("Bearer {token}"))
        }),
        ("X-Forwarded-User", |request, _| {
            request.header("x-forwarded-user", "alice")
        }),
    ];
    let bench = Bench::start().await;
    let token = bench.good_token();
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for (name, place) in places {
                let request = || server.request(Method::GET, "/required");
                Reply::of(place(request(), &token))
                    .await
                    .assert(name, &anonymous());
                let beside = place(request(), "x").bearer_auth(&token);
                Reply::of(beside)
                    .await
                    .assert(&format!("{name}, beside a good one"), &ok("alice"));
            }
        },
    )
    .await;
}
