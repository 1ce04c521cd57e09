//! Random stacks of layers, middlewares and guards of one to three clients: each guard decides as
//! it would decide alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::middleware::from_fn as actix_from_fn;
use actix_web::web;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};
use oidc::{Oidc, Principal, RequestParts};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use super::{Anybody, Checked, actix_looks, axum_looks};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both_of};

const STACKS: usize = 40;
const CLIENTS: usize = 3;

#[oidc::policy(scopes = "read")]
struct Reader;

/// Async, and not the same for everybody.
async fn is_alice(user: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    user.subject() == "alice"
}

#[oidc::policy(check = is_alice)]
struct Alice;

fn is_bob(user: &Principal) -> bool {
    user.subject() == "bob"
}

#[oidc::policy(any(check = is_bob, scopes = "read"))]
struct BobOrReader;

fn known(user: &Principal) -> String {
    format!("{} of {}", user.subject(), user.issuer())
}

#[oidc::required]
async fn required(user: Principal) -> String {
    known(&user)
}

#[oidc::required(scopes = "read", check = is_alice)]
async fn alice_reads(user: Principal) -> String {
    known(&user)
}

#[oidc::optional(any(check = is_alice, scopes = "read"))]
async fn optional(user: Option<Principal>) -> String {
    user.as_ref().map_or("nobody".to_owned(), known)
}

#[oidc::optional(invalid = "reject")]
async fn rejecting(user: Option<Principal>) -> String {
    user.as_ref().map_or("nobody".to_owned(), known)
}

async fn unguarded(user: Principal) -> String {
    known(&user)
}

async fn plain() -> &'static str {
    "inside"
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Anybody,
    Checked,
    Reader,
    Alice,
    BobOrReader,
    /// A middleware that extracts `Option<Principal>` and rejects no request.
    Looks,
}

/// Something in front of the handler, the outermost first, and its client.
#[derive(Clone, Copy, Debug)]
struct Front {
    kind: Kind,
    client: usize,
}

#[derive(Clone, Copy, Debug)]
enum Handler {
    Required,
    AliceReads,
    Optional,
    Rejecting,
    Unguarded,
}

/// How a client is configured; the outcomes it keeps with requests depend on it.
#[derive(Clone, Copy, Debug)]
struct Settings {
    is_of_other_provider: bool,
    has_cache: bool,
    /// Whether it demands something of every token that has to be awaited.
    checks_all: bool,
}

#[derive(Clone, Debug)]
struct Stack {
    clients: [Settings; CLIENTS],
    fronts: Vec<Front>,
    handler: (Handler, usize),
}

fn stacks() -> impl Strategy<Value = Stack> {
    let kind = prop_oneof![
        Just(Kind::Anybody),
        Just(Kind::Checked),
        Just(Kind::Reader),
        Just(Kind::Alice),
        Just(Kind::BobOrReader),
        Just(Kind::Looks),
    ];
    let handler = prop_oneof![
        Just(Handler::Required),
        Just(Handler::AliceReads),
        Just(Handler::Optional),
        Just(Handler::Rejecting),
        Just(Handler::Unguarded),
    ];
    let settings =
        any::<(bool, bool, bool)>().prop_map(|(other, has_cache, checks_all)| Settings {
            is_of_other_provider: other,
            has_cache,
            checks_all,
        });
    (1..=CLIENTS).prop_flat_map(move |count| {
        let front = (kind.clone(), 0..count).prop_map(|(kind, client)| Front { kind, client });
        (
            prop::array::uniform3(settings.clone()),
            prop::collection::vec(front, 0..5),
            (handler.clone(), 0..count),
        )
            .prop_map(|(clients, fronts, handler)| Stack {
                clients,
                fronts,
                handler,
            })
    })
}

impl Stack {
    /// Clients that have judged nothing yet. Each has an audience of its own.
    fn clients(&self, benches: &[Bench; 2]) -> [Oidc; CLIENTS] {
        let mut index = 0;
        self.clients.map(|settings| {
            let bench = &benches[usize::from(settings.is_of_other_provider)];
            let mut builder = bench.builder().audience(format!("api-{index}"));
            index += 1;
            if !settings.has_cache {
                builder = builder.token_cache_bytes(0);
            }
            if settings.checks_all {
                builder = builder.require(Checked);
            }
            builder.build().expect("the configuration is sound")
        })
    }

    /// The stack at `/stack/handler`, and each part of it alone: `/alone-0`, `/alone-1` and so on,
    /// and `/handler`.
    fn router(&self, clients: &[Oidc; CLIENTS]) -> Router {
        let (handler, client) = self.handler;
        let handler = || Router::new().route("/handler", axum_handler(handler));
        let handler = || handler().with_state(clients[client].clone());
        let mut stack = handler();
        for front in self.fronts.iter().rev() {
            stack = axum_layer(*front, clients, stack);
        }
        let mut router = handler().nest("/stack", stack);
        for (index, front) in self.fronts.iter().enumerate() {
            let alone = Router::new().route(&format!("/alone-{index}"), get(plain));
            router = router.merge(axum_layer(*front, clients, alone));
        }
        router
    }

    fn configure(&self, clients: &[Oidc; CLIENTS], config: &mut web::ServiceConfig) {
        let (handler, client) = self.handler;
        let handler = |config: &mut web::ServiceConfig| {
            let scope = web::scope("/handler").app_data(clients[client].clone());
            config.service(scope.route("", actix_handler(handler)));
        };
        config.service(web::scope("/stack").configure(|config| {
            actix_layers(&self.fronts, clients, &handler, config);
        }));
        config.configure(handler);
        for (index, front) in self.fronts.iter().enumerate() {
            let alone = |config: &mut web::ServiceConfig| {
                config.route("", web::get().to(plain));
            };
            config.service(web::scope(&format!("/alone-{index}")).configure(|config| {
                actix_layers(&[*front], clients, &alone, config);
            }));
        }
    }
}

fn axum_handler(handler: Handler) -> MethodRouter<Oidc> {
    match handler {
        Handler::Required => get(required),
        Handler::AliceReads => get(alice_reads),
        Handler::Optional => get(optional),
        Handler::Rejecting => get(rejecting),
        Handler::Unguarded => get(unguarded),
    }
}

fn actix_handler(handler: Handler) -> actix_web::Route {
    match handler {
        Handler::Required => web::get().to(required),
        Handler::AliceReads => web::get().to(alice_reads),
        Handler::Optional => web::get().to(optional),
        Handler::Rejecting => web::get().to(rejecting),
        Handler::Unguarded => web::get().to(unguarded),
    }
}

fn axum_layer(front: Front, clients: &[Oidc; CLIENTS], router: Router) -> Router {
    let client = &clients[front.client];
    match front.kind {
        Kind::Anybody => router.layer(client.layer(Anybody)),
        Kind::Checked => router.layer(client.layer(Checked)),
        Kind::Reader => router.layer(client.layer(Reader)),
        Kind::Alice => router.layer(client.layer(Alice)),
        Kind::BobOrReader => router.layer(client.layer(BobOrReader)),
        Kind::Looks => router.layer(from_fn_with_state(client.clone(), axum_looks)),
    }
}

fn actix_layers(
    fronts: &[Front],
    clients: &[Oidc; CLIENTS],
    handler: &dyn Fn(&mut web::ServiceConfig),
    config: &mut web::ServiceConfig,
) {
    let [front, rest @ ..] = fronts else {
        return handler(config);
    };
    let client = &clients[front.client];
    let inside = |config: &mut web::ServiceConfig| actix_layers(rest, clients, handler, config);
    let scope = web::scope("").app_data(client.clone()).configure(inside);
    match front.kind {
        Kind::Anybody => config.service(scope.wrap(client.layer(Anybody))),
        Kind::Checked => config.service(scope.wrap(client.layer(Checked))),
        Kind::Reader => config.service(scope.wrap(client.layer(Reader))),
        Kind::Alice => config.service(scope.wrap(client.layer(Alice))),
        Kind::BobOrReader => config.service(scope.wrap(client.layer(BobOrReader))),
        Kind::Looks => config.service(scope.wrap(actix_from_fn(actix_looks))),
    };
}

/// Tokens of both providers for some of the audiences, good and bad.
fn tokens(benches: &[Bench; 2]) -> Vec<Option<String>> {
    let audiences = [
        json!(["api-0", "api-1", "api-2"]),
        json!(["api-0"]),
        json!(["api-1", "api-2"]),
    ];
    let mut tokens = vec![None, Some("garbage".to_owned()), Some("a b".to_owned())];
    for bench in benches {
        for audience in &audiences {
            for (subject, scope) in [("alice", "read"), ("alice", "write"), ("bob", "read")] {
                let token = bench.idp.token().sub(subject).scope(scope);
                tokens.push(Some(token.claim("aud", audience.clone()).mint()));
            }
            let expired = bench.idp.token().expires_in(-60);
            tokens.push(Some(expired.claim("aud", audience.clone()).mint()));
        }
    }
    tokens
}

/// Compares the stack with its parts; whether it let the request through.
async fn check(server: &Server, stack: &Stack, token: Option<&str>) -> bool {
    let together = server.get("/stack/handler", token).await;
    let alone = first_rejection(server, stack, token).await;
    let alone = match alone {
        Some(rejection) => rejection,
        None => server.get("/handler", token).await,
    };
    let essence = |reply: &Reply| (reply.status, reply.challenge(), reply.body.clone());
    assert_eq!(essence(&together), essence(&alone), "{token:?}, {stack:#?}");
    together.status == 200
}

async fn first_rejection(server: &Server, stack: &Stack, token: Option<&str>) -> Option<Reply> {
    for (index, front) in stack.fronts.iter().enumerate() {
        let reply = server.get(&format!("/alone-{index}"), token).await;
        match front.kind {
            Kind::Looks => assert_eq!(reply.body, "inside", "a middleware that only looks"),
            _ if reply.status != 200 => return Some(reply),
            _ => {}
        }
    }
    None
}

#[tokio::test]
async fn decide_as_each_guard_would_alone() {
    let benches = [Bench::start().await, Bench::start().await];
    let tokens = tokens(&benches);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let (admitted, rejected) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for _ in 0..STACKS {
        let stack = stacks().new_tree(&mut runner).expect("a stack").current();
        let (for_axum, for_actix) = (stack.clients(&benches), stack.clients(&benches));
        let (axum_stack, actix_stack) = (stack.clone(), stack.clone());
        // Another token is the first one each time: it meets clients that know nothing yet.
        let first = runner.rng().random_range(0..tokens.len());
        let tokens = || tokens.iter().cycle().skip(first).take(2 * tokens.len());
        for_both_of(
            move || axum_stack.router(&for_axum),
            move |config| actix_stack.configure(&for_actix, config),
            async |server| {
                for token in tokens() {
                    let is_admitted = check(server, &stack, token.as_deref()).await;
                    let counter = if is_admitted { &admitted } else { &rejected };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            },
        )
        .await;
    }
    for (counter, name) in [(admitted, "admitted"), (rejected, "rejected")] {
        let count = counter.into_inner();
        assert!(count > 10 * STACKS, "only {count} requests were {name}");
    }
}
