//! How long `cargo check` takes with 500 annotated handlers, against 500 handlers that ask a
//! hand-written extractor. Generates both crates below the target directory.
//!
//! Arguments: rounds (3), handlers (500).

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const ROUTES_PER_FUNCTION: usize = 50;

fn main() {
    let mut arguments = env::args()
        .skip(1)
        .map(|text| text.parse().expect("a number"));
    let rounds = arguments.next().unwrap_or(3);
    let handlers = arguments.next().unwrap_or(500);
    let here = env::current_exe().expect("a path");
    let workspace = here.with_file_name("compile-time");
    generate(&workspace, handlers);
    for name in ["annotated", "by_hand"] {
        check(&workspace, name);
    }
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (name, times) in ["by_hand", "by_hand", "annotated"].iter().zip(&mut times) {
            times.push(check(&workspace, name));
        }
    }
    let [by_hand, control, annotated] = times.map(median);
    println!(
        "cargo check of {handlers} handlers: by hand {by_hand:.2} s, A/A {:.2}, annotated {:.2}.",
        control / by_hand,
        annotated / by_hand
    );
}

fn check(workspace: &Path, name: &str) -> f64 {
    let source = workspace.join(name).join("src/main.rs");
    let text = fs::read(&source).expect("the source");
    fs::write(&source, text).expect("its time changes");
    let started = Instant::now();
    let status = Command::new("cargo")
        .args(["check", "--quiet", "--package", name, "--target-dir"])
        .arg(workspace.join("target"))
        // Otherwise an unchanged handler costs nothing, but an attribute is expanded anew.
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(workspace)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{name} compiles");
    started.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn generate(workspace: &Path, handlers: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the library");
    let axum = r#"axum = { version = "0.8.9", default-features = false }"#;
    let oidc = format!("oidc-guard = {{ path = {root:?}, features = [\"axum\"] }}\n{axum}");
    let by_hand = format!("{axum}\nserde = {{ version = \"1\", features = [\"derive\"] }}");
    write(
        workspace.join("Cargo.toml"),
        "[workspace]\nmembers = [\"annotated\", \"by_hand\"]\nresolver = \"3\"\n",
    );
    // The versions that the benchmarks are built with.
    fs::copy(root.join("bench/Cargo.lock"), workspace.join("Cargo.lock")).expect("a lock file");
    for (name, dependencies, head, handler) in [
        ("annotated", oidc, ANNOTATED_HEAD, ANNOTATED),
        ("by_hand", by_hand, BY_HAND_HEAD, BY_HAND),
    ] {
        let directory = workspace.join(name);
        write(
            directory.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{dependencies}\n"
            ),
        );
        write(
            directory.join("src/main.rs"),
            &source(head, handler, handlers),
        );
    }
}

fn write(path: PathBuf, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, text).expect("a file");
}

fn source(head: &str, handler: &str, handlers: usize) -> String {
    let mut source = head.to_owned();
    let mut main = "fn main() {\n    let router = Router::new()".to_owned();
    for first in (0..handlers).step_by(ROUTES_PER_FUNCTION) {
        write!(main, "\n        .merge(routes_{first}())").expect("a string");
        write!(
            source,
            "\nfn routes_{first}() -> Router<State> {{\n    Router::new()"
        )
        .expect("a string");
        let numbers = first..handlers.min(first + ROUTES_PER_FUNCTION);
        for number in numbers.clone() {
            write!(
                source,
                "\n        .route(\"/{number}\", get(handler_{number}))"
            )
            .expect("a string");
        }
        source.push_str("\n}\n");
        for number in numbers {
            source.push_str(&handler.replace("NUMBER", &number.to_string()));
        }
    }
    main.push_str(";\n    drop::<Router<State>>(router);\n}\n");
    source + &main
}

const ANNOTATED_HEAD: &str = "
use axum::Router;
use axum::routing::get;
use oidc::Principal;

type State = oidc::Oidc;
";

const ANNOTATED: &str = r#"
#[oidc::required(scopes = "read")]
async fn handler_NUMBER(user: Principal) -> String {
    format!("{} asked for NUMBER", user.subject())
}
"#;

const BY_HAND_HEAD: &str = r#"
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::get;
use serde::Deserialize;

type State = ();

#[derive(Clone, Deserialize)]
struct User {
    sub: String,
    scope: String,
}

impl User {
    fn demand(&self, scope: &str) -> Result<(), StatusCode> {
        let granted = self.scope.split(' ').any(|granted| granted == scope);
        granted.then_some(()).ok_or(StatusCode::FORBIDDEN)
    }
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let user = parts.extensions.get::<Self>();
        user.cloned().ok_or(StatusCode::UNAUTHORIZED)
    }
}
"#;

const BY_HAND: &str = r#"
async fn handler_NUMBER(user: User) -> Result<String, StatusCode> {
    user.demand("read")?;
    Ok(format!("{} asked for NUMBER", user.sub))
}
"#;
