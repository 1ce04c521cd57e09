//! Whatever the access token of a session would be admitted to as a bearer, the session is admitted to.
//!
//! Of rules without `not`, `check`, `acr` and `max_age`. The same for random rules is a test of
//! `oidc-runtime`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use actix_web::web;
use oidc::Userinfo;
use oidc_devidp::{Endpoint, Fault, TokenBuilder};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::session_support::app::SIGN_IN;
use crate::session_support::site::{Place, Site, setup};
use crate::sign_in::parameter;
use crate::support::servers::{App, guarded_app};

#[oidc::policy(scopes = "read", roles("editor", "admin"))]
struct Editors;

const PATHS: [&str; 13] = [
    "/plain",
    "/read",
    "/both",
    "/admin",
    "/either_role",
    "/sales",
    "/level",
    "/verified",
    "/nested",
    "/any_of",
    "/all_of",
    "/deep",
    "/named",
];

fn guarded() -> App {
    guarded_app!(
        plain(),
        read(scopes = "read"),
        both(scopes("read", "write")),
        admin(roles = "admin"),
        either_role(roles("editor", "admin")),
        sales(claims(department = "sales")),
        level(claims(level = [2, 3])),
        verified(claims(email_verified = true)),
        nested(claims(realm_access.roles = "editor")),
        any_of(any(scopes = "write", roles = "editor")),
        all_of(all(scopes = "read", claims(department = ["sales", "it"]))),
        deep(any(
            roles = "admin",
            all(
                scopes = "read",
                any(claims(level = 1), claims(email_verified = false))
            )
        )),
        named(policy = Editors),
    )
}

const APP: App = App {
    axum: |oidc| {
        let router = (guarded().axum)(oidc).merge(SIGN_IN);
        router.layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let scope = web::scope("").wrap(oidc.sessions()).service(SIGN_IN);
        config.service(scope.configure(|config| (guarded().actix)(oidc, config)));
    },
};

/// Claims that the rules look at, and values of theirs, as JSON.
const CLAIMS: [(&str, &[&str]); 9] = [
    ("scope", &[r#""read""#, r#""read write""#, r#"["write"]"#]),
    ("scp", &[r#""write""#, r#"["read", "write"]"#]),
    (
        "roles",
        &[r#"["admin"]"#, r#"["editor", "x"]"#, r#""editor""#, "7"],
    ),
    ("groups", &[r#"["admin"]"#, "[]", "null"]),
    (
        "realm_access",
        &[r#"{"roles": ["editor"]}"#, r#"{"roles": []}"#, "null"],
    ),
    (
        "resource_access",
        &[
            r#"{"shop": {"roles": ["admin"]}}"#,
            r#"{"other": {"roles": ["admin"]}}"#,
        ],
    ),
    (
        "department",
        &[r#""sales""#, r#"["it", "sales"]"#, r#""it""#, "null"],
    ),
    ("level", &["1", "2", "3", "2.0", r#""2""#]),
    ("email_verified", &["true", "false", r#""true""#]),
];

/// What a provider says about alice.
#[derive(Clone, Debug)]
struct Said {
    access_token: Map<String, Value>,
    /// Of the access token.
    kind: Kind,
    id_token: Map<String, Value>,
    userinfo: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ours,
    ForAnother,
    OfAnother,
}

fn claims() -> impl Strategy<Value = Map<String, Value>> {
    let picks = prop::collection::vec(prop::option::of(any::<Index>()), CLAIMS.len());
    picks.prop_map(|picks| {
        let named = CLAIMS.iter().zip(picks);
        let picked = named.filter_map(|((name, values), pick)| {
            let text = values[pick?.index(values.len())];
            let value = serde_json::from_str(text).expect("JSON");
            Some(((*name).to_owned(), value))
        });
        picked.collect()
    })
}

fn said() -> impl Strategy<Value = Said> {
    let kinds = vec![
        Kind::Ours,
        Kind::Ours,
        Kind::Ours,
        Kind::ForAnother,
        Kind::OfAnother,
    ];
    (claims(), select(kinds), claims(), claims()).prop_map(
        |(access_token, kind, id_token, userinfo)| Said {
            access_token,
            kind,
            id_token,
            userinfo,
        },
    )
}

fn with_claims(token: TokenBuilder, claims: &Map<String, Value>) -> TokenBuilder {
    let names = CLAIMS.iter().map(|(name, _)| *name);
    let bare = names.fold(token, TokenBuilder::without);
    claims.iter().fold(bare, |token, (name, value)| {
        token.claim(name, value.clone())
    })
}

impl Said {
    fn access_token(&self, site: &Site) -> String {
        let token = with_claims(site.bench.idp.token(), &self.access_token);
        let token = match self.kind {
            Kind::Ours => token,
            Kind::ForAnother => token.audience("another"),
            Kind::OfAnother => token.sub("bob"),
        };
        token.header("typ", json!("at+jwt")).mint()
    }

    fn id_token(&self, site: &Site, nonce: &str) -> String {
        let token = site.bench.idp.id_token().nonce(nonce).without("at_hash");
        with_claims(token, &self.id_token).mint()
    }
}

/// How often which of the two callers was admitted.
type Counts = BTreeMap<(bool, bool), usize>;

async fn compare(site: &Site, said: &Said, counts: &mut Counts) {
    let browser = site.browser();
    let authorization = browser.begin("/auth/v2/login").await;
    let nonce = parameter(&authorization, "nonce").expect("it is sent");
    let access_token = said.access_token(site);
    let response = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "id_token": said.id_token(site, &nonce),
        "scope": "openid",
    });
    let mut userinfo = said.userinfo.clone();
    userinfo.insert("sub".to_owned(), json!("alice"));
    let fault = Fault::Body(Value::Object(userinfo).to_string());
    site.bench.idp.fault(Endpoint::Userinfo, fault);
    let reply = browser.finish_with(&authorization, &response).await;
    assert_eq!(reply.status, 303, "{said:?}: {reply:?}");
    for path in PATHS {
        let bearer = site.server.get(path, access_token.as_str()).await;
        let session = browser.get(path).await;
        let admitted = [&bearer, &session].map(|reply| reply.status == 200);
        *counts.entry(admitted.into()).or_default() += 1;
        // A token about somebody else says nothing about the user of the session.
        if said.kind != Kind::OfAnother {
            let [bearer, session] = admitted;
            assert!(session || !bearer, "{path} for {said:?}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn a_session_is_admitted_to_what_its_access_token_is_admitted_to() {
    const PAIRS: usize = 150;
    let mut runner = TestRunner::deterministic();
    let said: Vec<Said> = (0..PAIRS)
        .map(|_| said().new_tree(&mut runner).expect("no filter").current())
        .collect();
    setup()
        .app(APP)
        .places(&[Place::Cookie])
        // The provider's tokens are from now, which is later with each pair.
        .client(|client| client.clock(SystemTime::now))
        .sessions(|sessions| sessions.userinfo(Userinfo::Always))
        .run(async |site| {
            let mut counts = Counts::new();
            for said in &said {
                compare(site, said, &mut counts).await;
            }
            let count = |bearer, session| counts.get(&(bearer, session)).copied().unwrap_or(0);
            assert!(count(true, true) > PAIRS, "{counts:?}");
            assert!(count(false, true) > PAIRS, "{counts:?}");
            assert!(count(false, false) > PAIRS, "{counts:?}");
        })
        .await;
}
