//! The function is called once per rejection, with the request that is rejected.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Running;
use super::cases::{self, Tokens};
use crate::support::bench::Bench;
use crate::support::servers::Server;

#[tokio::test]
async fn whatever_leaves() {
    let bench = Bench::start().await;
    let tokens = Tokens::mint(&bench);
    for start in [Server::axum, Server::actix] {
        for cache_bytes in [0, 1 << 20] {
            let calls = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&calls);
            let builder = bench.builder().token_cache_bytes(cache_bytes);
            let running = Running::start(
                start,
                builder.error_response(move |response, request| {
                    let call = counted.fetch_add(1, Ordering::SeqCst);
                    response.set_body("text/plain", format!("{call} {}", request.path()));
                }),
            );
            for (number, case) in cases::all().iter().enumerate() {
                let (reply, _) = running.ask(case, &tokens, "*/*").await;
                let (call, path) = reply.body.split_once(' ').expect("two words");
                let name = format!("{} on {}", case.name, running.server.framework);
                assert_eq!(call, number.to_string(), "{name}");
                assert!(path.starts_with('/'), "{name}");
            }
            for path in ["/required", "/user", "/rejecting", "/returned"] {
                running.server.get(path, tokens.good.as_str()).await;
            }
            assert_eq!(calls.load(Ordering::SeqCst), cases::all().len());
        }
    }
}
