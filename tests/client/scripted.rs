//! An application that says what a test tells it to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use oidc_client::CodeFlow;

/// Where an application sends the browser, from the query of the request.
pub(crate) type Login = fn(&[(String, String)]) -> Option<String>;

/// The sign-in endpoints, and how often those for tokens were asked. The answer may depend on that.
pub(crate) fn endpoints(login: Login, token: fn(usize) -> Response) -> (Router, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let token = move || async move { token(count.fetch_add(1, Ordering::Relaxed)) };
    let login = move |Query(query): Query<Vec<(String, String)>>| async move {
        match login(&query) {
            Some(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
            None => "<html>sign in</html>".into_response(),
        }
    };
    let router = Router::new()
        .route("/auth/v2/login", get(login))
        .route("/auth/v2/token", post(token.clone()))
        .route("/auth/v2/device", post(token));
    (router, requests)
}

/// Serves it, and returns its address.
pub(crate) async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn of<'q>(query: &'q [(String, String)], name: &str) -> &'q str {
    let mut all = query.iter();
    let found = all.find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

/// A good redirect, to a provider at this address, with these parameters instead.
pub(crate) fn redirect(
    query: &[(String, String)],
    provider: &str,
    changes: &[(&str, &str)],
) -> String {
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "shop"),
        ("redirect_uri", of(query, "redirect_uri")),
        ("state", "s-t-a-t-e"),
        ("code_challenge", of(query, "code_challenge")),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        if !value.is_empty() {
            parameters.push((name, value));
        }
    }
    let url = reqwest::Url::parse_with_params(provider, parameters);
    url.expect("a URL").into()
}

/// What the browser brings back: the code that was asked for.
pub(crate) fn code_flow() -> CodeFlow {
    CodeFlow::new().ports([0]).show(|_| ()).open(|url| {
        let url = reqwest::Url::parse(url).expect("a URL");
        let get = |name: &str| {
            let mut all = url.query_pairs();
            let found = all.find(|(known, _)| known == name);
            found.map_or_else(String::new, |(_, value)| value.into_owned())
        };
        let back = format!(
            "{}?code=c-o-d-e&state={}",
            get("redirect_uri"),
            get("state")
        );
        let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
        let answer = runtime.block_on(reqwest::get(back)).expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    })
}
