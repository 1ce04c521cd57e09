//! The callers, their responses, and the responses that the guards imply.

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use oidc::Oidc;
use oidc::access::{GuardRule, RuleTree};
use tower_service::Service as _;

use crate::support::bench::Bench;

#[derive(Clone, Copy, Debug)]
pub(super) enum Caller {
    Anonymous,
    Forger,
    Granted(&'static str),
}

/// The last one satisfies every guard.
pub(super) const CALLERS: [Caller; 5] = [
    Caller::Anonymous,
    Caller::Forger,
    Caller::Granted(""),
    Caller::Granted("read"),
    Caller::Granted("read write"),
];

impl Caller {
    pub(super) fn token(self, bench: &Bench) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::Forger => Some(bench.idp.token().unsigned().mint()),
            Self::Granted(scopes) => Some(bench.idp.token().scope(scopes).mint()),
        }
    }

    fn satisfies(self, rule: &RuleTree) -> bool {
        let Self::Granted(granted) = self else {
            return false;
        };
        match rule {
            RuleTree::All(rules) => rules.is_empty(),
            RuleTree::Scopes(scopes) => {
                let granted: Vec<_> = granted.split(' ').collect();
                scopes.iter().all(|scope| granted.contains(&&**scope))
            }
            other => panic!("no guard here has the rule {other}"),
        }
    }
}

/// The status of the outermost guard that rejects the caller.
pub(super) fn status_behind(guards: &[GuardRule], caller: Caller) -> Option<u16> {
    guards.iter().find_map(|guard| match guard {
        GuardRule::Required(rule) if !caller.satisfies(rule) => match caller {
            Caller::Granted(_) => Some(403),
            Caller::Anonymous | Caller::Forger => Some(401),
        },
        _ => None,
    })
}

type Replies = Vec<Vec<(u16, String)>>;

/// Status and body of each request for every caller.
pub(super) async fn axum_replies(
    router: oidc::axum::Router<Oidc>,
    oidc: &Oidc,
    requests: &[(&'static str, String)],
    callers: &[Option<String>],
) -> Replies {
    let mut app: axum::Router = router.with_state(oidc.clone()).into();
    let mut replies = Vec::new();
    for (method, path) in requests {
        let mut of_callers = Vec::new();
        for caller in callers {
            let mut request = Request::builder().method(*method).uri(path);
            if let Some(token) = caller {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let request = request.body(Body::empty()).expect("a request");
            let Ok(response) = app.call(request).await;
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), usize::MAX).await;
            of_callers.push((status, text(&body.expect("a body"))));
        }
        replies.push(of_callers);
    }
    replies
}

/// The same on actix-web.
pub(super) async fn actix_replies(
    scope: oidc::actix::Scope,
    oidc: &Oidc,
    requests: &[(&'static str, String)],
    callers: &[Option<String>],
) -> Replies {
    let app = actix_web::App::new().app_data(oidc.clone()).service(scope);
    let app = init_service(app).await;
    let mut replies = Vec::new();
    for (method, path) in requests {
        let mut of_callers = Vec::new();
        for caller in callers {
            let method = method.parse().expect("a method");
            let mut request = TestRequest::with_uri(path).method(method);
            if let Some(token) = caller {
                request = request.insert_header(("authorization", format!("Bearer {token}")));
            }
            let response = call_service(&app, request.to_request()).await;
            let status = response.status().as_u16();
            of_callers.push((status, text(&read_body(response).await)));
        }
        replies.push(of_callers);
    }
    replies
}

fn text(body: &[u8]) -> String {
    String::from_utf8(body.to_vec()).expect("text")
}
