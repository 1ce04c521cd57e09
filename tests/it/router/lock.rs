//! The lock reports every request that is admitted over HTTP and was rejected before: random
//! applications, changed step by step, on the real routers.

mod applications;
mod asking;
mod tables;

use oidc::Oidc;
use oidc::access::{AccessMatrix, LockError, LockState};

use self::applications::{Seen, on_actix, on_axum};
use self::asking::{actix_statuses, axum_statuses};
use self::tables::{Dice, Table};
use crate::support::bench::Bench;
use crate::support::servers::Framework;

const STEPS: usize = 150;

const PATHS: [&str; 16] = [
    "/", "//c", "/a", "/a/", "/a/b", "/a/b/c", "/a/c", "/ab", "/b", "/b/", "/b/c", "/b-x", "/c",
    "/c/d", "/s", "/s/x",
];
const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "PUT"];

/// Requests without a token, with an invalid one, and with valid ones of several scopes.
fn callers(bench: &Bench) -> Vec<Option<String>> {
    let with = |scopes: &str| Some(bench.idp.token().scope(scopes).mint());
    let forged = Some(bench.idp.token().unsigned().mint());
    vec![None, forged, with(""), with("read"), with("write read")]
}

/// An application with its responses to every request of every caller.
struct Tried {
    table: Table,
    matrix: AccessMatrix,
    /// For each request that of every caller.
    statuses: Vec<Vec<u16>>,
}

async fn tried(
    framework: Framework,
    table: Table,
    oidc: &Oidc,
    callers: &[Option<String>],
) -> Tried {
    let (matrix, statuses) = match framework {
        Framework::Axum => {
            let router = on_axum(&table, oidc);
            let matrix = router.access();
            (matrix, axum_statuses(router, oidc, callers).await)
        }
        Framework::Actix => {
            let scope = on_actix(&table, oidc);
            let matrix = scope.access();
            (matrix, actix_statuses(scope, oidc, callers).await)
        }
    };
    Tried {
        table,
        matrix,
        statuses,
    }
}

/// Whether one of the callers is admitted to more than before. The last one satisfies every guard.
fn lets_in(before: &[u16], now: &[u16]) -> bool {
    let is_inside = |status: &u16| [Seen::OPEN, Seen::NOBODY, Seen::USER].contains(&Seen(*status));
    let mut callers = before.iter().zip(now);
    before.last().is_some_and(is_inside)
        && callers.any(|(before, now)| match before {
            401 | 403 => is_inside(now),
            // A public route does not see users.
            before => Seen(*before) == Seen::NOBODY && Seen(*now) == Seen::USER,
        })
}

#[derive(Debug, Default)]
struct Counts {
    let_in: usize,
    passed: usize,
    reported_in_vain: usize,
}

/// Compares both applications over HTTP, in both directions.
fn check(one: &Tried, other: &Tried, counts: &mut Counts) {
    for (before, now) in [(one, other), (other, one)] {
        let mut requests = before.statuses.iter().zip(&now.statuses);
        let lets_in = requests.any(|(before, now)| lets_in(before, now));
        let lock = before.matrix.to_lock();
        match now.matrix.compare_lock(&lock) {
            Ok(_) => {
                assert!(!lets_in, "before:\n{}\nnow:\n{}", before.matrix, now.matrix);
                counts.passed += 1;
            }
            Err(LockError::Loosened(_)) if lets_in => counts.let_in += 1,
            Err(LockError::Loosened(_)) => counts.reported_in_vain += 1,
            Err(other) => panic!("{other}"),
        }
    }
}

async fn walk(framework: Framework) -> Counts {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    oidc.discover().await.expect("the provider is up");
    let callers = callers(&bench);
    let mut dice = Dice::default();
    let mut counts = Counts::default();
    let table = Table::random(framework, &mut dice);
    let mut last = tried(framework, table, &oidc, &callers).await;
    for _ in 0..STEPS {
        let same = last.matrix.compare_lock(&last.matrix.to_lock());
        assert_eq!(same.expect("nothing changed"), LockState::Same);
        let stricter = last.table.stricter(&mut dice);
        let stricter = tried(framework, stricter, &oidc, &callers).await;
        let outcome = stricter.matrix.compare_lock(&last.matrix.to_lock());
        assert!(
            outcome.is_ok(),
            "{}\nis reported, against\n{}",
            stricter.matrix,
            last.matrix
        );
        check(&last, &stricter, &mut counts);
        let changed = stricter.table.changed(framework, &mut dice);
        let changed = tried(framework, changed, &oidc, &callers).await;
        check(&stricter, &changed, &mut counts);
        last = changed;
    }
    counts
}

#[tokio::test]
async fn newly_admitted_callers_are_reported() {
    for framework in [Framework::Axum, Framework::Actix] {
        let counts = walk(framework).await;
        assert!(counts.let_in > STEPS / 2, "{framework}: {counts:?}");
        assert!(counts.passed > STEPS, "{framework}: {counts:?}");
        assert!(
            counts.reported_in_vain < STEPS / 2,
            "{framework}: {counts:?}"
        );
    }
}
