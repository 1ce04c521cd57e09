use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc::Oidc;
use oidc_devidp::{Algorithm, TestIdp};
use serde_json::{Value, json};

/// A client that has its keys already.
pub async fn warm(idp: &TestIdp, cache_bytes: u64) -> Oidc {
    let oidc = Oidc::builder()
        .client_id(idp.client_id())
        .discovery_url(idp.discovery_url())
        .token_cache_bytes(cache_bytes)
        .build()
        .expect("the configuration is right");
    oidc.discover().await.expect("the provider runs");
    oidc
}

/// A token of about 2,000 bytes with the claims that Keycloak sends.
pub fn token(idp: &TestIdp, number: usize, algorithm: Algorithm) -> String {
    let roles: Vec<String> = (0..12)
        .map(|role| format!("application-role-{role}"))
        .collect();
    idp.token()
        .sub("alice")
        .alg(algorithm)
        .expires_in(24 * 3600)
        .scope("openid profile email read")
        .claim("jti", json!(jti(number)))
        .claim("sid", json!("7a2f4d1c-57b7-4a35-9c44-0f6b1c1f9a11"))
        .claim(
            "allowed-origins",
            json!(["https://app.example.org", "https://admin.example.org"]),
        )
        .claim(
            "realm_access",
            json!({ "roles": ["offline_access", "default-roles-main"] }),
        )
        .claim("resource_access", json!({ "my-api": { "roles": roles } }))
        .claim("groups", json!(["/staff", "/staff/engineering", "admin"]))
        .mint()
}

/// A token with little more than it must have, where there are to be many.
pub fn short_token(idp: &TestIdp, number: usize) -> String {
    idp.token()
        .sub("alice")
        .alg(Algorithm::EdDsa)
        .expires_in(24 * 3600)
        .scope("read")
        .claim("jti", json!(jti(number)))
        .claim("groups", json!(["admin"]))
        .mint()
}

/// The token with another signature of the right form.
pub fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let (before, after) = signature.split_at(signature.len() / 2);
    let changed = if after.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{before}{changed}{}", &after[1..])
}

fn jti(number: usize) -> String {
    format!("9f1c2d3e-0000-4000-8000-{number:012}")
}

/// The provider's key for an algorithm as the signature library takes it: what checks against it
/// cost is the least that verification can cost.
pub fn raw_key(idp: &TestIdp, algorithm: Algorithm) -> ParsedPublicKey {
    let set = idp.jwks();
    let keys = set["keys"].as_array().expect("a key set");
    let of_type = |kty: &str| {
        keys.iter()
            .find(|key| key["kty"] == kty)
            .expect("a key for the algorithm")
    };
    let parsed = match algorithm {
        Algorithm::Rs256 => {
            let key = of_type("RSA");
            let components = RsaPublicKeyComponents {
                n: bytes(&key["n"]),
                e: bytes(&key["e"]),
            };
            return components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .expect("an RSA key");
        }
        Algorithm::Es256 => {
            let key = of_type("EC");
            let point = [vec![4], bytes(&key["x"]), bytes(&key["y"])].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        }
        Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, bytes(&of_type("OKP")["x"])),
        other => panic!("nothing is measured with {other:?}"),
    };
    parsed.expect("a key")
}

fn bytes(member: &Value) -> Vec<u8> {
    let text = member.as_str().expect("a member of the key");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}
