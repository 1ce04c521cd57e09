//! A token is judged by the keys and the audiences of the issuer that it names, whatever else it says.

use std::collections::BTreeMap;

use oidc_devidp::TestKey;
use serde_json::{Value, json};

use super::{AUDIENCE, issuer_denied, oidc, provider, start};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, invalid_token, ok};
use crate::support::servers::{App, for_both, guarded_app};

const BOTH: [&str; 2] = ["own", "partner"];

fn app() -> App {
    guarded_app!(
        own(issuer = "own"),
        partner(issuer = "partner"),
        either(issuer("own", "partner")),
    )
}

/// What a token says, and who signed it.
#[derive(Debug)]
struct Token {
    issuer: &'static str,
    signed_by: &'static str,
    kid: Option<&'static str>,
    audiences: Vec<String>,
}

/// Two providers with a key each.
struct Providers {
    bench: Bench,
    keys: BTreeMap<&'static str, TestKey>,
    /// The name of each key.
    kids: BTreeMap<&'static str, Option<&'static str>>,
}

impl Providers {
    async fn start(own: Option<&'static str>, partner: Option<&'static str>) -> Self {
        let bench = start().await;
        let keys = BTreeMap::from(BOTH.map(|name| (name, TestKey::ec_p256())));
        let kids = BTreeMap::from([("own", own), ("partner", partner)]);
        for name in BOTH {
            let mut jwk = keys[name].jwk(kids[name].unwrap_or_default());
            if kids[name].is_none() {
                jwk.as_object_mut().expect("a JWK").remove("kid");
            }
            provider(&bench, name).publish_jwks(json!({ "keys": [jwk] }));
        }
        Self { bench, keys, kids }
    }

    fn audience(&self, name: &str) -> String {
        match name {
            "own" => self.bench.idp.client_id().to_owned(),
            _ => AUDIENCE.to_owned(),
        }
    }

    /// Every combination.
    fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        let kids = [Some("own-key"), Some("partner-key"), Some("shared"), None];
        let audiences = BOTH.map(|name| vec![self.audience(name)]);
        let of_both = audiences.concat();
        let of_neither = vec!["another".to_owned()];
        let audiences = [&audiences[..], &[of_both, of_neither]].concat();
        for issuer in BOTH {
            for signed_by in BOTH {
                for kid in kids {
                    for audiences in &audiences {
                        tokens.push(Token {
                            issuer,
                            signed_by,
                            kid,
                            audiences: audiences.clone(),
                        });
                    }
                }
            }
        }
        tokens
    }

    fn mint(&self, token: &Token) -> String {
        let audiences: Value = match &token.audiences[..] {
            [one] => json!(one),
            several => json!(several),
        };
        let issuer = provider(&self.bench, token.issuer);
        let minted = issuer.token().claim("aud", audiences);
        // Not newer than the keys, which would be fetched again for it.
        let minted = minted.issued_in(-60);
        minted
            .key(&self.keys[token.signed_by])
            .kid(token.kid)
            .mint()
    }

    fn is_good(&self, token: &Token) -> bool {
        let published = self.kids[token.issuer];
        token.signed_by == token.issuer
            && (token.kid.is_none() || token.kid == published)
            && token.audiences.contains(&self.audience(token.issuer))
    }

    fn expected(&self, token: &Token, path: &str) -> Expected {
        let is_here = path == "/either" || path.trim_start_matches('/') == token.issuer;
        match (self.is_good(token), is_here) {
            (false, _) => invalid_token(),
            (true, false) => issuer_denied(),
            (true, true) => ok("alice"),
        }
    }

    async fn check(&self, paths: [&str; 3]) {
        let tokens = self.tokens();
        let good = tokens.iter().filter(|token| self.is_good(token)).count();
        assert!(good >= 4, "{good} good ones");
        for_both(
            app(),
            || oidc(&self.bench),
            async |server| {
                for token in &tokens {
                    let minted = self.mint(token);
                    // The second time, it may be cached.
                    for path in [paths, paths].concat() {
                        let reply = server.get(path, minted.as_str()).await;
                        let expected = self.expected(token, path);
                        reply.assert(&format!("{path} {token:?}"), &expected);
                    }
                }
            },
        )
        .await;
    }
}

#[tokio::test]
async fn with_keys_of_different_names() {
    let providers = Providers::start(Some("own-key"), Some("partner-key")).await;
    providers.check(["/own", "/partner", "/either"]).await;
}

#[tokio::test]
async fn with_keys_of_the_same_name() {
    let providers = Providers::start(Some("shared"), Some("shared")).await;
    providers.check(["/partner", "/either", "/own"]).await;
}

#[tokio::test]
async fn with_keys_without_names() {
    let providers = Providers::start(None, None).await;
    providers.check(["/either", "/own", "/partner"]).await;
}

#[tokio::test]
async fn with_the_other_name_for_a_key() {
    let providers = Providers::start(Some("partner-key"), Some("own-key")).await;
    providers.check(["/own", "/either", "/partner"]).await;
}

/// Who publishes another's key as well speaks for itself alone.
#[tokio::test]
async fn a_copied_key_set_speaks_for_nobody_else() {
    let providers = Providers::start(Some("own-key"), Some("partner-key")).await;
    let published = BOTH.map(|name| providers.keys[name].jwk(&format!("{name}-key")));
    let partner = provider(&providers.bench, "partner");
    partner.publish_jwks(json!({ "keys": published }));
    let own = providers.bench.idp.token().issued_in(-60);
    let by_partner = own.clone().key(&providers.keys["partner"]);
    let cases = [
        (own.key(&providers.keys["own"]).kid("own-key"), ok("alice")),
        (by_partner.clone().kid("partner-key"), invalid_token()),
        (by_partner.kid("own-key"), invalid_token()),
    ];
    for_both(
        app(),
        || oidc(&providers.bench),
        async |server| {
            // The partner's keys are known before.
            let token = super::token(&providers.bench, "partner");
            let token = token.key(&providers.keys["partner"]).kid("partner-key");
            let reply = server.get("/partner", token.mint().as_str()).await;
            reply.assert("partner", &ok("alice"));
            for (index, (token, expected)) in cases.iter().enumerate() {
                let reply = server.get("/own", token.clone().mint().as_str()).await;
                reply.assert(&format!("case {index}"), expected);
            }
        },
    )
    .await;
}

/// An algorithm that one issuer may use is not accepted from another.
#[tokio::test]
async fn algorithms_are_each_issuers_own() {
    let bench = start().await;
    let es256 = |name| super::token(&bench, name).alg(oidc_devidp::Algorithm::Es256);
    let tokens = BOTH.map(|name| (name, es256(name).mint()));
    let restricted = || {
        let partner = super::issuer(&bench, "partner").algorithms([oidc::Algorithm::Es256]);
        let builder = bench.steady_builder().algorithms([oidc::Algorithm::Rs256]);
        let built = builder.trust("partner", partner).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), restricted, async |server| {
        for (name, token) in &tokens {
            let expected = match *name {
                "own" => invalid_token(),
                _ => ok("alice"),
            };
            let reply = server.get("/either", token.as_str()).await;
            reply.assert(&format!("ES256 of {name}"), &expected);
        }
        let rs256 = super::token(&bench, "partner").mint();
        let reply = server.get("/either", rs256.as_str()).await;
        reply.assert("RS256 of partner", &invalid_token());
    })
    .await;
}
