//! Rejections because of the provider.

use oidc_devidp::{Endpoint, Fault, Tamper};

use super::cases::{self, Case, Tokens};
use super::{Running, words};
use crate::support::bench::Bench;
use crate::support::servers::Server;

async fn check(bench: &Bench, cases: &[Case]) {
    let tokens = Tokens::mint(bench);
    for start in [Server::axum, Server::actix] {
        for case in cases {
            let default = Running::start(start, bench.steady_builder());
            let builder = bench.steady_builder().error_response(words::problem);
            let problems = Running::start(start, builder);
            let name = format!("{} on {}", case.name, default.server.framework);
            let (mut plain, logged) = default.ask(case, &tokens, "*/*").await;
            case.assert_default(&name, &plain, bench.idp.client_id());
            assert_eq!(logged, [case.code], "{name}");
            let (mut problem, logged) = problems.ask(case, &tokens, "*/*").await;
            assert_eq!(logged, [case.code], "{name}");
            // The pause is partly random.
            let pauses = [&mut plain, &mut problem].map(|reply| {
                let pause = reply.headers.remove("retry-after");
                pause.map(|pause| {
                    pause
                        .to_str()
                        .expect("ASCII")
                        .parse::<u64>()
                        .expect("a number")
                })
            });
            for pause in pauses {
                assert_eq!(pause.is_some(), case.status == 503, "{name}");
                assert!(pause.is_none_or(|pause| pause > 0), "{name}");
            }
            words::assert_problem(&name, case, &problem, &plain);
        }
    }
}

#[tokio::test]
async fn of_an_unreachable_provider() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Discovery, Fault::Status(500));
    check(&bench, &cases::unavailable()).await;
}

#[tokio::test]
async fn of_a_token_endpoint_that_fails() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Token, Fault::Status(500));
    check(&bench, &[cases::failed()]).await;
}

#[tokio::test]
async fn of_a_user_without_a_name() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoUserinfo);
    check(&bench, &[cases::nameless()]).await;
}
