//! Nothing secret is printed: not in logs, responses or addresses, and not by `Debug` or `Display`.

mod flows;
mod guards;
mod printing;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oidc::{BearerToken, Principal, Rejection, RequestParts};
use oidc_devidp::{Client, DevIdp};
use reqwest::Url;

use crate::sign_in::Browser;
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::secrets::Secrets;
use crate::support::servers::{App, Server, app};

const CLIENT_ID: &str = "oidc-guard-dev";
const CLIENT_SECRET: &str = "s3cret+/%: &= that the client keeps";
const STATE_KEY: &str = "the key that seals the state of every sign-in";

async fn prints(user: &Principal, request: &RequestParts<'_>) -> bool {
    tracing::info!(?user, ?request, "asked");
    true
}

#[oidc::required(check = prints)]
async fn required(user: Principal, token: BearerToken) -> String {
    format!("{user:?} {token:?}")
}

#[oidc::required(scopes = "impossible")]
async fn scoped() -> &'static str {
    "never"
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    format!("{user:?}")
}

#[oidc::public(reason = "shows a rejection")]
async fn rejected(user: Result<Principal, Rejection>) -> String {
    match user {
        Ok(user) => format!("{user:?}"),
        Err(rejection) => format!("{rejection:?} {rejection}"),
    }
}

fn guarded() -> App {
    app!(required, scoped, optional, rejected)
}

fn app() -> App {
    App {
        axum: |oidc| (guarded().axum)(oidc).nest("/api", oidc::routes!().into()),
        actix: |oidc, config| {
            (guarded().actix)(oidc, config);
            config.service(actix_web::web::scope("/api").service(oidc::routes!()));
        },
    }
}

async fn bench() -> Bench {
    let client = Client::new(CLIENT_ID)
        .secret(CLIENT_SECRET)
        .any_loopback_redirect();
    Bench::with(DevIdp::builder().client(client)).await
}

fn builder(bench: &Bench) -> oidc::OidcBuilder {
    bench
        .builder()
        .client_secret(CLIENT_SECRET)
        .state_key(STATE_KEY)
        .return_id_token(true)
}

/// An application under observation, and all secrets that it responded with and must not print.
struct Stage {
    server: Server,
    logs: Logs,
    /// What no response and no log line may contain.
    secrets: Secrets,
    /// What not even a redirect or a cookie may show.
    kept: Secrets,
    replies: Vec<(String, Reply)>,
}

impl Stage {
    fn new(start: fn(App, oidc::Oidc) -> Server, bench: &Bench) -> Self {
        let logs = Logs::default();
        let oidc = builder(bench).build().expect("the configuration is sound");
        let server = logs.listen(|| start(app(), oidc));
        let mut stage = Self {
            server,
            logs,
            secrets: Secrets::default(),
            kept: Secrets::default(),
            replies: Vec::new(),
        };
        stage.keep("the client secret", CLIENT_SECRET);
        stage.keep("the state key", STATE_KEY);
        let form = Url::parse_with_params("http://x/", [("", CLIENT_SECRET)]).expect("a URL");
        let form = form.query().expect("a parameter").trim_start_matches('=');
        stage.keep("the form of the client secret", form);
        // The client's name before it fills whole groups of Base64, and is no secret.
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{form}"));
        stage.keep(
            "the Basic credentials",
            &basic[4 * CLIENT_ID.len().div_ceil(3)..],
        );
        stage
    }

    /// Adds what stays between the application and one other party.
    fn keep(&mut self, name: &str, secret: &str) {
        self.secrets.add(name, secret);
        self.kept.add(name, secret);
    }

    fn browser(&self) -> Browser<'_> {
        Browser::new(&self.server)
    }

    fn note(&mut self, case: &str, reply: Reply) {
        let case = format!("{}, {case}", self.server.framework);
        self.replies.push((case, reply));
    }

    /// # Panics
    ///
    /// When something secret was printed, or nothing was.
    fn finish(self) {
        let lines = self.logs.take();
        for target in ["oidc_runtime", "hyper_util"] {
            assert!(
                lines.iter().any(|line| line.target.starts_with(target)),
                "{target} is not heard"
            );
        }
        for line in &lines {
            self.secrets.assert_none_in("a log line", &line.to_string());
        }
        for (case, reply) in &self.replies {
            self.secrets.assert_none_in_response(case, reply);
            for (name, value) in &reply.headers {
                // A cookie is kept by the browser that gets it.
                if name != "set-cookie" {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    self.kept.assert_none_in(case, &value);
                }
            }
        }
    }
}

#[test]
fn secrets_are_recognised() {
    let mut secrets = Secrets::default();
    secrets.add_token(
        "a token",
        "header.0123456789abcdefghij.ABCDEFGHIJKLMNOPQRSTU",
    );
    for (text, found) in [
        ("0123456789abcdef", Some("the payload of a token")),
        ("<<456789abcdefghij>>", Some("the payload of a token")),
        ("FGHIJKLMNOPQRSTU", Some("the signature of a token")),
        ("0123456789abcde", None),
        ("header", None),
        ("", None),
    ] {
        assert_eq!(secrets.found_in(text), found, "{text}");
    }
}
