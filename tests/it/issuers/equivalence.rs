//! With several issuers, each token is judged as by a client that knows its issuer alone.

use std::collections::BTreeMap;

use oidc::{Introspect, Issuer, Oidc, OidcBuilder, Principal};
use oidc_devidp::{Algorithm, Client, DevIdp, TestKey, TokenBuilder};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{NAMES, facts, provider};
use crate::support::bench::Bench;

const TOKENS: usize = 3_000;
const CLIENT: &str = "shop";
const SECRET: &str = "s3cret of the shop";

/// What a token is made of; the issuers are numbers of [`NAMES`].
#[derive(Clone, Debug)]
struct Made {
    claims_of: usize,
    names: usize,
    signed_by: usize,
    kid: Option<usize>,
    audiences: Vec<usize>,
    algorithm: Algorithm,
    is_opaque: bool,
    changes: Vec<(&'static str, Option<&'static str>)>,
}

/// Mostly one issuer throughout.
fn made() -> impl Strategy<Value = Made> {
    let issuer = 0..NAMES.len();
    let other = || prop_oneof![6 => Just(None), 1 => issuer.clone().prop_map(Some)];
    let algorithm = select(vec![Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa]);
    let changes = select(vec![
        ("sub", Some("\"bob\"")),
        ("sub", Some("\"\"")),
        ("sub", None),
        ("scope", Some("\"read write\"")),
        ("scope", Some("7")),
        ("permissions", Some("[\"read\"]")),
        ("exp", Some("1")),
        ("exp", None),
        ("nbf", Some("99999999999")),
        ("iat", Some("99999999999")),
        ("nonce", Some("\"n\"")),
        ("typ", Some("\"ID\"")),
        ("cnf", Some("{\"jkt\": \"a\"}")),
        ("azp", Some("\"another\"")),
        ("client_id", None),
        ("groups", Some("[\"admin\"]")),
        ("roles", Some("[\"admin\", \"x\"]")),
        ("tier", Some("\"gold\"")),
        ("acr", Some("\"gold\"")),
    ]);
    let strategy = (
        issuer.clone(),
        (
            other(),
            other(),
            prop_oneof![6 => Just(0_usize), 1 => 1..5_usize],
        ),
        proptest::collection::vec(other(), 1..3),
        algorithm,
        prop::bool::weighted(0.2),
        proptest::collection::vec(changes, 0..3),
    );
    strategy.prop_map(
        |(claims_of, (names, signer, kid), audiences, algorithm, is_opaque, changes)| {
            let signed_by = signer.unwrap_or(claims_of);
            Made {
                claims_of,
                names: names.unwrap_or(claims_of),
                signed_by,
                kid: match kid {
                    0 => Some(signed_by),
                    1..4 => Some(kid - 1),
                    _ => None,
                },
                audiences: audiences
                    .into_iter()
                    .map(|audience| audience.unwrap_or(claims_of))
                    .collect(),
                algorithm,
                is_opaque,
                changes,
            }
        },
    )
}

struct World {
    bench: Bench,
    keys: Vec<BTreeMap<&'static str, (String, TestKey)>>,
}

impl World {
    async fn start() -> Self {
        let of = |name: &str| {
            let client = Client::new(CLIENT).secret(SECRET);
            let idp = DevIdp::builder().opaque_token_prefix(format!("{name}_"));
            idp.configure(|config| config.clients = vec![client])
        };
        let idp = of("own").also("partner", of("partner"));
        let bench = Bench::with(idp.also("staff", of("staff"))).await;
        let keys = NAMES.map(|name| {
            let key = |algorithm: Algorithm| {
                (
                    algorithm.name(),
                    provider(&bench, name).private_key(algorithm),
                )
            };
            BTreeMap::from([Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa].map(key))
        });
        Self {
            keys: keys.into(),
            bench,
        }
    }

    fn issuer(&self, number: usize) -> Issuer {
        let name = NAMES[number];
        let issuer = Issuer::at(provider(&self.bench, name).discovery_url());
        let issuer = issuer.audience(format!("{name}-api")).everywhere();
        let issuer = issuer.roles_from(["roles", "groups"]);
        let issuer = issuer.introspect(Introspect::Opaque).client_secret(SECRET);
        issuer.token_prefix(format!("{name}_"))
    }

    /// A client whose own provider is this one.
    fn builder(&self, own: usize) -> OidcBuilder {
        let name = NAMES[own];
        let builder = self.bench.steady_builder();
        builder
            .client_id(CLIENT)
            .client_secret(SECRET)
            .discovery_url(provider(&self.bench, name).discovery_url())
            .audience(format!("{name}-api"))
            .roles_from(["roles", "groups"])
            .introspect(Introspect::Opaque)
            .token_prefix(format!("{name}_"))
    }

    fn mint(&self, made: &Made) -> String {
        let idp = provider(&self.bench, NAMES[made.claims_of]);
        let audiences = made.audiences.iter();
        let audiences = audiences.map(|number| format!("{}-api", NAMES[*number]));
        let audiences: Vec<_> = audiences.collect();
        let token = idp.token().claim("aud", json!(audiences)).issued_in(-60);
        let token = token.issuer(provider(&self.bench, NAMES[made.names]).issuer());
        let token = made.changes.iter().fold(token, change);
        if made.is_opaque {
            return token.opaque().mint();
        }
        let name = made.algorithm.name();
        let (_, key) = &self.keys[made.signed_by][name];
        let kid = made.kid.map(|number| self.keys[number][name].0.as_str());
        token.key(key).alg(made.algorithm).kid(kid).mint()
    }
}

fn change(token: TokenBuilder, (name, value): &(&str, Option<&str>)) -> TokenBuilder {
    match value {
        Some(value) => token.claim(name, serde_json::from_str(value).expect("JSON")),
        None => token.without(name),
    }
}

/// All that is known about the user, or the reason to reject the token.
async fn judged(oidc: &Oidc, token: &str) -> Result<Value, (u16, &'static str)> {
    let user = oidc.verify_access_token(token).await;
    let describe = |user: Principal| {
        let mut known = facts(&user);
        known["claims"] = json!(user.claims());
        known["acr"] = json!(user.acr());
        known.as_object_mut().expect("an object").remove("issuer");
        known
    };
    user.map(describe)
        .map_err(|rejection| (rejection.status(), rejection.code()))
}

#[tokio::test]
async fn each_token_is_judged_as_by_a_client_that_knows_its_issuer_alone() {
    let world = World::start().await;
    let alone: Vec<Oidc> = (0..NAMES.len())
        .map(|number| world.builder(number).build().expect("sound"))
        .collect();
    let trusting = world.builder(0).trust("partner", world.issuer(1));
    let trusting = trusting.trust("staff", world.issuer(2)).build();
    let all = trusting.expect("the configuration is sound");
    let strategy = made();
    let mut runner = TestRunner::deterministic();
    let mut counts = BTreeMap::new();
    for _ in 0..TOKENS {
        let made = strategy.new_tree(&mut runner).expect("values").current();
        let token = world.mint(&made);
        // An opaque token is known to who made it, whatever it says.
        let judge = if made.is_opaque {
            made.claims_of
        } else {
            made.names
        };
        let expected = judged(&alone[judge], &token).await;
        for round in ["fresh", "cached"] {
            let found = judged(&all, &token).await;
            assert_eq!(found, expected, "{made:?}, {round}");
        }
        if let Ok(facts) = &found_by(&all, &token).await {
            assert_eq!(facts, NAMES[judge], "{made:?}");
        }
        // Nobody else has a good word for it.
        for (number, client) in alone.iter().enumerate() {
            if number != judge {
                let other = judged(client, &token).await;
                assert!(other.is_err(), "{made:?} at {}", NAMES[number]);
            }
        }
        let kind = (made.is_opaque, expected.is_ok());
        *counts.entry(kind).or_insert(0) += 1;
    }
    for kind in [(false, false), (false, true), (true, false), (true, true)] {
        let count = counts.get(&kind).copied().unwrap_or(0);
        assert!(count > TOKENS / 50, "{kind:?}: {counts:?}");
    }
}

async fn found_by(oidc: &Oidc, token: &str) -> Result<String, oidc::Rejection> {
    let user = oidc.verify_access_token(token).await?;
    Ok(user.issuer_name().to_owned())
}
