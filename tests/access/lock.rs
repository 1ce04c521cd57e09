//! `policy.lock`: what fails, what passes, and how it is updated.

use std::path::PathBuf;
use std::process::{self, Command};
use std::{env, fs, io};

use oidc::Oidc;
use oidc::access::{AccessMatrix, LockError, LockState};
use oidc::axum::{MethodRouter, Router, any, get, post};

use crate::apps;
use crate::handlers::{Admin, create, health, list, me, named, search};

/// A route that demands two of the scopes of which [`list`] demands one.
#[oidc::required(scopes = "orders:read orders:audit", claims(tenant = "a"))]
async fn stricter_list() {}

/// An equivalent rule.
#[oidc::required(not(any(not(scopes = "orders:read"), not(claims(tenant = ["b", "a"])))))]
async fn list_in_other_words() {}

#[oidc::required(scopes = "orders:read")]
async fn looser_list() {}

#[oidc::optional(scopes = "orders:read orders:audit")]
async fn search_without_rejecting() {}

/// The rule of [`list`] for browsers only.
#[oidc::required(scopes = "orders:read", claims(tenant = ["a", "b"]), via = "session")]
async fn browsers_list() {}

/// The rule of [`list`] for programs only.
#[oidc::required(scopes = "orders:read", claims(tenant = ["a", "b"]), not(via = "session"))]
async fn programs_list() {}

fn at(path: &str, route: MethodRouter<Oidc>) -> AccessMatrix {
    Router::new().route(path, route).access()
}

fn at_orders(route: MethodRouter<Oidc>) -> AccessMatrix {
    at("/orders", route)
}

fn compare(before: &AccessMatrix, now: &AccessMatrix) -> Result<LockState, LockError> {
    now.compare_lock(&before.to_lock())
}

fn protected(route: MethodRouter<Oidc>) -> MethodRouter<Oidc> {
    route.protect(apps::client().layer(Admin))
}

#[test]
fn the_same_routes_pass() {
    for matrix in [
        apps::axum(&apps::client()).access(),
        apps::actix(&apps::client()).access(),
    ] {
        assert_eq!(
            compare(&matrix, &matrix).expect("nothing changed"),
            LockState::Same
        );
    }
}

#[test]
fn what_is_no_looser_passes() {
    let cases = [
        (
            at_orders(get(list)),
            at_orders(get(stricter_list)),
            "a stricter rule",
        ),
        (
            at_orders(get(list)),
            at_orders(get(browsers_list)),
            "only browsers left",
        ),
        (
            at_orders(get(list)),
            at_orders(get(list_in_other_words)),
            "the same in other words",
        ),
        (
            at_orders(get(list_in_other_words)),
            at_orders(get(list)),
            "and back",
        ),
        (
            at_orders(get(health)),
            at_orders(get(search)),
            "public to optional",
        ),
        (
            at_orders(get(health)),
            at_orders(get(list)),
            "public to required",
        ),
        (
            at_orders(get(search)),
            at_orders(get(list)),
            "optional to required",
        ),
        (
            at_orders(get(list)),
            at_orders(protected(get(list))),
            "a layer more",
        ),
        (
            at_orders(get(list)),
            at_orders(get(list).post(me)),
            "a new guarded method",
        ),
        (
            at_orders(get(list).post(me)),
            at_orders(get(list)),
            "a route less",
        ),
        (
            at("/{id}", get(list)),
            at("/{order}", get(list)),
            "a parameter renamed",
        ),
        (
            at_orders(any(list)),
            at_orders(get(list)),
            "only one method left",
        ),
        (
            AccessMatrix::default(),
            at_orders(protected(get(health))),
            "new below a layer",
        ),
    ];
    for (before, now, case) in cases {
        let state = compare(&before, &now);
        assert_eq!(state.expect(case), LockState::Outdated, "{case}");
    }
}

#[test]
fn what_is_looser_fails() {
    let cases = [
        (
            at_orders(get(list)),
            at_orders(get(looser_list)),
            "a weaker rule",
        ),
        (at_orders(get(list)), at_orders(get(me)), "no rule"),
        (
            at_orders(get(browsers_list)),
            at_orders(get(list)),
            "programs as well",
        ),
        (
            at_orders(get(browsers_list)),
            at_orders(get(programs_list)),
            "programs instead of browsers",
        ),
        (at_orders(get(list)), at_orders(get(create)), "another rule"),
        (
            at_orders(get(list)),
            at_orders(get(search)),
            "required to optional",
        ),
        (
            at_orders(get(list)),
            at_orders(get(health)),
            "required to public",
        ),
        (
            at_orders(get(search)),
            at_orders(get(health)),
            "optional to public",
        ),
        (
            at_orders(get(search)),
            at_orders(get(me)),
            "who was nobody is a user",
        ),
        (
            at_orders(get(search)),
            at_orders(get(search_without_rejecting)),
            "bad tokens pass for none",
        ),
        (
            at_orders(protected(get(list))),
            at_orders(get(list)),
            "a layer less",
        ),
        (
            AccessMatrix::default(),
            at_orders(get(health)),
            "a new public route",
        ),
        (
            AccessMatrix::default(),
            at_orders(get(search)),
            "a new optional route",
        ),
        (
            at_orders(get(list)),
            at_orders(get(list).post(health)),
            "a new public method",
        ),
        (
            at_orders(get(list)),
            at_orders(any(me)),
            "a method swallowed by a looser one",
        ),
        (
            at_orders(get(list).fallback(me)),
            at_orders(any(me)),
            "back to the looser one",
        ),
        (
            at_orders(get(list).head(named)),
            at_orders(get(list)),
            "HEAD served by GET",
        ),
        (
            at_orders(get(list)),
            at_orders(get(list).head(me)),
            "HEAD served by a looser one",
        ),
        (
            at("/{id}", get(list)),
            at("/{order}", get(me)),
            "a renamed parameter hides nothing",
        ),
    ];
    for (before, now, case) in cases {
        match compare(&before, &now) {
            Err(LockError::Loosened(routes)) => assert_eq!(routes.len(), 1, "{case}"),
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn the_message_is_a_diff() {
    let before = at_orders(post(create).get(list));
    let now = Router::<Oidc>::new()
        .route("/orders", post(me).get(list))
        .route("/health", get(health))
        .access();
    let error = compare(&before, &now).expect_err("it is looser");
    let expected = r#"2 routes are open to more callers than before
  GET /health: access::handlers::health (tests/access/handlers.rs:31)
    a new route
    + public(reason = "load balancer | monitoring")
  POST /orders: access::handlers::me (tests/access/lock.rs:243)
    - required(any(scopes = "orders:write", policy = Admin))
    + required
If this is intended, run the test with UPDATE_POLICY_LOCK=1 and commit the file."#;
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_file_shows_one_route_a_line() {
    let text = at_orders(get(list).post(create)).to_lock();
    let expected = r#"{
  "version": 2,
  "framework": "axum",
  "routes": [
    {"method":"GET","path":"/orders","guards":[{"required":{"all":[{"scopes":["orders:read"]},{"claim":{"path":["tenant"],"any_of":["a","b"]}}]}}]},
    {"method":"POST","path":"/orders","guards":[{"required":{"any":[{"scopes":["orders:write"]},{"policy":{"name":"Admin","rule":{"roles":["admin"]}}}]}}]}
  ]
}
"#;
    assert_eq!(text, expected);
}

#[test]
fn what_is_no_lock_file_fails() {
    let matrix = at_orders(get(list));
    let lock = matrix.to_lock();
    for (text, case) in [
        (String::new(), "empty"),
        ("{}".to_owned(), "without routes"),
        (
            lock.replace("\"version\": 2", "\"version\": 3"),
            "of a later version",
        ),
        (
            lock.replace("\"version\": 2", "\"version\": 1"),
            "of an earlier version, which did not record the order of routes",
        ),
        (
            lock.replace("\"axum\"", "\"rocket\""),
            "of an unknown framework",
        ),
        (lock.replace("scopes", "scope"), "with an unknown rule"),
        (
            lock.replace("\"path\":\"/", "\"paths\":\"/"),
            "with an unknown member",
        ),
        (lock.replace(']', ""), "cut"),
    ] {
        let outcome = matrix.compare_lock(&text);
        assert!(
            matches!(outcome, Err(LockError::Malformed(_))),
            "{case}: {outcome:?}"
        );
    }
}

/// A file in a directory of this test process.
fn scratch_file(name: &str) -> PathBuf {
    let directory = env::temp_dir().join(format!("oidc-policy-lock-{}", process::id()));
    fs::create_dir_all(&directory).expect("the temporary directory is writable");
    directory.join(name)
}

#[test]
fn a_missing_file_fails_with_instructions() {
    let path = scratch_file("missing.lock");
    let error = at_orders(get(list))
        .check_lock(&path)
        .expect_err("it is missing");
    assert!(
        matches!(&error, LockError::Io(error) if error.kind() == io::ErrorKind::NotFound),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("UPDATE_POLICY_LOCK=1"),
        "{error}"
    );
}

/// The variable with the path of the file that the child process updates.
const FILE_VARIABLE: &str = "OIDC_TEST_POLICY_LOCK";

/// The part of [`updates_when_asked`] that runs in a process of its own, for its environment.
#[test]
fn locks_the_file_it_is_given() {
    if let Some(path) = env::var_os(FILE_VARIABLE) {
        at_orders(get(looser_list)).assert_locked(PathBuf::from(path));
    }
}

#[test]
fn updates_on_request() {
    let path = scratch_file("policy.lock");
    fs::write(&path, at_orders(get(list)).to_lock()).expect("writable");
    let run = |update: &str| {
        let mut test = Command::new(env::current_exe().expect("this test"));
        test.args(["--exact", "lock::locks_the_file_it_is_given"]);
        test.env(FILE_VARIABLE, &path)
            .env("UPDATE_POLICY_LOCK", update);
        test.output().expect("it starts")
    };
    for not_asked in ["", "0", "true"] {
        let output = run(not_asked);
        assert!(!output.status.success(), "{not_asked}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("1 route is open to more callers than before"),
            "{said}"
        );
    }
    assert!(run("1").status.success());
    let written = fs::read_to_string(&path).expect("written");
    assert_eq!(written, at_orders(get(looser_list)).to_lock());
    assert!(run("").status.success(), "it is what was committed");
}

/// Sessions add public endpoints, which a lock lists like all others.
#[test]
fn endpoints_of_sessions_are_locked() {
    use oidc::actix::scope;
    let before: Router<Oidc> = Router::new().merge(oidc::routes!());
    let axum: Router<Oidc> = Router::new().merge(oidc::routes!(sessions));
    let actix = scope("").service(oidc::routes!(sessions));
    for now in [axum.access(), actix.access()] {
        assert_eq!(
            compare(&now, &now).expect("nothing changed"),
            LockState::Same
        );
        let lock = now.to_lock();
        for (method, path) in [
            ("GET", "session"),
            ("GET", "logout"),
            ("POST", "logout"),
            ("POST", "backchannel-logout"),
        ] {
            let row = format!(r#""method":"{method}","path":"/auth/v2/{path}""#);
            assert!(lock.contains(&row), "{row}: {lock}");
        }
        assert!(
            compare(&before.access(), &now).is_err(),
            "new public routes"
        );
    }
}
