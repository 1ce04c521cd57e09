//! What is sent, and what has to come back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::{TestIdp, TestKey};
use serde_json::json;

/// So many different tokens of one kind, where they differ.
const VARIETY: usize = 2000;
pub(crate) const NATIVE: &str = "http://localhost:53100/callback";

/// A request and the status of its answer.
pub(crate) struct Exchange {
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
}

/// Exchanges of one kind.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) exchanges: Vec<Exchange>,
}

pub(crate) fn mixture(idp: &TestIdp) -> Vec<Kind> {
    let kinds = [good(idp), refused(idp), malformed(idp), sign_in()];
    kinds.into_iter().flatten().collect()
}

fn good(idp: &TestIdp) -> Vec<Kind> {
    let tokens = || (0..200).map(|number| idp.token().claim("number", json!(number)).mint());
    let get = |path: &'static str| tokens().map(move |token| bearer(path, &token)).collect();
    let kinds: [(_, Vec<Vec<u8>>, _); 5] = [
        ("good", get("/protected"), 200),
        ("good again", get("/protected"), 200),
        ("good, optional", get("/optional"), 200),
        ("good, scopes", get("/scoped-valid"), 200),
        ("without the scope", get("/scoped-bad"), 403),
    ];
    kinds.into_iter().map(kind).collect()
}

fn refused(idp: &TestIdp) -> Vec<Kind> {
    let token = || idp.token();
    let one = |token: String| vec![bearer("/protected", &token)];
    let kinds: [(_, Vec<Vec<u8>>, _); 8] = [
        ("random kid", random_kids(idp), 401),
        ("tampered", tampered(idp), 401),
        ("expired", one(token().expires_in(-60).mint()), 401),
        ("for others", one(token().audience("other").mint()), 401),
        ("unsigned", one(token().unsigned().mint()), 401),
        (
            "another key",
            one(token().key(&TestKey::ec_p256()).mint()),
            401,
        ),
        ("an ID token", one(idp.id_token().mint()), 401),
        ("without token", vec![get("/protected", "")], 401),
    ];
    kinds.into_iter().map(kind).collect()
}

fn malformed(idp: &TestIdp) -> Vec<Kind> {
    let good = idp.token().mint();
    let twice = format!("authorization: Bearer {good}\r\nauthorization: Bearer {good}\r\n");
    let kinds: [(_, Vec<Vec<u8>>, _); 6] = [
        ("two tokens", vec![get("/protected", &twice)], 400),
        (
            "no b64token",
            vec![bearer("/protected", &format!("{good},x"))],
            400,
        ),
        (
            "another scheme",
            vec![get("/protected", "authorization: Basic eDp5\r\n")],
            401,
        ),
        (
            "64 KiB",
            vec![bearer("/protected", &"A".repeat(64 << 10))],
            401,
        ),
        (
            "no token at all",
            vec![bearer("/protected", "one.two.three")],
            401,
        ),
        (
            "in the query",
            vec![get(&format!("/protected?access_token={good}"), "")],
            401,
        ),
    ];
    kinds.into_iter().map(kind).collect()
}

fn sign_in() -> Vec<Kind> {
    let evil = "/login?redirect_uri=https%3A%2F%2Fattacker.example";
    let form = format!("code=x&redirect_uri={NATIVE}&code_verifier=forged%7Cstate");
    let kinds: [(_, Vec<Vec<u8>>, _); 6] = [
        ("login", vec![login()], 307),
        ("login to elsewhere", vec![get(&auth(evil), "")], 400),
        (
            "forged callback",
            vec![get(&auth("/callback?code=x&state=y"), "")],
            400,
        ),
        ("forged state", vec![post("/token", &form)], 400),
        (
            "unknown refresh token",
            vec![post("/token", "refresh-token=unknown")],
            400,
        ),
        (
            "garbage form",
            vec![post("/token", &"%ff&=&&".repeat(1000))],
            400,
        ),
    ];
    kinds.into_iter().map(kind).collect()
}

fn kind((name, requests, status): (&'static str, Vec<Vec<u8>>, u16)) -> Kind {
    let exchange = |request| Exchange { request, status };
    Kind {
        name,
        exchanges: requests.into_iter().map(exchange).collect(),
    }
}

/// Tokens that only their signatures tell from genuine ones, each with another `kid`.
fn random_kids(idp: &TestIdp) -> Vec<Vec<u8>> {
    let good = idp.token().mint();
    let (_, rest) = good.split_once('.').expect("a token has three parts");
    let forge = |number| {
        let header = json!({ "alg": "RS256", "kid": format!("forged-{number}") }).to_string();
        bearer(
            "/protected",
            &format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header)),
        )
    };
    (0..VARIETY).map(forge).collect()
}

/// One character of a genuine token changed, somewhere.
fn tampered(idp: &TestIdp) -> Vec<Vec<u8>> {
    let good = idp.token().mint();
    let tamper = |number| {
        let mut token = good.clone().into_bytes();
        // Bits of the last character may not count.
        let place = number * 7919 % (token.len() - 2);
        token[place] = if token[place] == b'A' { b'B' } else { b'A' };
        bearer("/protected", &String::from_utf8(token).expect("ASCII"))
    };
    (0..VARIETY).map(tamper).collect()
}

pub(crate) fn login() -> Vec<u8> {
    get(&auth(&format!("/login?redirect_uri={NATIVE}")), "")
}

pub(crate) fn bearer(path: &str, token: &str) -> Vec<u8> {
    get(path, &format!("authorization: Bearer {token}\r\n"))
}

fn get(path: &str, fields: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{fields}\r\n").into_bytes()
}

pub(crate) fn post(endpoint: &str, form: &str) -> Vec<u8> {
    let path = auth(endpoint);
    let kind = "content-type: application/x-www-form-urlencoded";
    let length = form.len();
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{form}")
        .into_bytes()
}

fn auth(endpoint: &str) -> String {
    format!("/api/test/auth/v2{endpoint}")
}
