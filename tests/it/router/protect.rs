//! `protect`: random nestings of routers on both frameworks, whose matrix has to agree with the
//! responses over HTTP, and single cases.

mod applications;
mod callers;
mod cases;
mod handlers;
mod parts;

use oidc::Oidc;
use oidc::access::{AccessMatrix, Extent, RouteEntry};

use self::applications::{on_actix, on_axum};
use self::callers::{CALLERS, actix_replies, axum_replies, status_behind};
use self::parts::{Dice, Part};
use crate::support::bench::Bench;
use crate::support::servers::Framework;

const APPLICATIONS: usize = 150;

/// The responses to one request, for every caller.
struct Asked {
    method: &'static str,
    path: String,
    /// Status and body. The last caller satisfies every guard.
    replies: Vec<(u16, String)>,
}

#[derive(Debug, Default)]
struct Counts {
    served: usize,
    unknown: usize,
    unknown_and_guarded: usize,
    not_allowed: usize,
}

async fn check(framework: Framework, part: &Part, bench: &Bench, oidc: &Oidc, counts: &mut Counts) {
    let callers: Vec<_> = CALLERS.iter().map(|caller| caller.token(bench)).collect();
    let requests = part.requests();
    let (matrix, replies) = match framework {
        Framework::Axum => {
            let router = on_axum(part, oidc);
            let matrix = router.access();
            (
                matrix,
                axum_replies(router, oidc, &requests, &callers).await,
            )
        }
        Framework::Actix => {
            let scope = on_actix(part, oidc);
            let matrix = scope.access();
            (
                matrix,
                actix_replies(scope, oidc, &requests, &callers).await,
            )
        }
    };
    for ((method, path), replies) in requests.into_iter().zip(replies) {
        let asked = Asked {
            method,
            path,
            replies,
        };
        check_request(framework, &matrix, &asked, counts, part);
    }
}

/// The row that serves the request, and the guards before its handler, or before the 404 or 405.
fn check_request(
    framework: Framework,
    matrix: &AccessMatrix,
    asked: &Asked,
    counts: &mut Counts,
    part: &Part,
) {
    let (admitted, body) = asked.replies.last().expect("callers");
    let (guards, row) = match admitted {
        200 => {
            let row = row_of(matrix, body, asked);
            (&row.guards[..], Some(row))
        }
        404 | 405 => match unserved(matrix, asked) {
            Some(row) => (&row.guards[..row.guards.len() - 1], Some(row)),
            None => (&[][..], None),
        },
        other => panic!("{other}: {} {}\n{part:#?}", asked.method, asked.path),
    };
    *match (admitted, guards.is_empty()) {
        (404, true) => &mut counts.unknown,
        (404, false) => &mut counts.unknown_and_guarded,
        (405, _) => &mut counts.not_allowed,
        _ => &mut counts.served,
    } += 1;
    for (caller, (status, _)) in CALLERS.iter().zip(&asked.replies) {
        let expected = status_behind(guards, *caller).unwrap_or(*admitted);
        assert_eq!(
            *status, expected,
            "{framework}: {} {} as {caller:?}: {row:?}\n{matrix}\n{part:#?}",
            asked.method, asked.path
        );
    }
}

/// The row of the handler that responded.
fn row_of<'m>(matrix: &'m AccessMatrix, body: &str, asked: &Asked) -> &'m RouteEntry {
    let is_it = |row: &&RouteEntry| match body {
        "service" => row.extent == Extent::Prefix && depth(row, &asked.path).is_some(),
        handler => {
            row.handler.ends_with(&format!("::{handler}"))
                && [asked.method, "ANY"].contains(&row.method)
        }
    };
    let rows: Vec<_> = matrix.routes.iter().filter(is_it).collect();
    match rows[..] {
        [row] => row,
        _ => panic!(
            "{body} at {} {}: {rows:?}\n{matrix}",
            asked.method, asked.path
        ),
    }
}

/// The row whose guards stand before the response to a request that nothing serves: that of another
/// method of the path, or the innermost fallback.
fn unserved<'m>(matrix: &'m AccessMatrix, asked: &Asked) -> Option<&'m RouteEntry> {
    let fallbacks = matrix
        .routes
        .iter()
        .filter(|row| row.extent == Extent::Fallback);
    let around = fallbacks
        .filter_map(|row| Some((depth(row, &asked.path)?, row)))
        .max_by_key(|(depth, _)| *depth)
        .map(|(_, row)| row);
    let mut other_methods = matrix.routes.iter();
    other_methods
        .find(|row| {
            without_braces(&row.path) == asked.path
                && asked.replies.iter().any(|(status, _)| *status == 405)
        })
        .or(around)
}

/// The length of the prefix below which the row serves everything, if the path is below it.
fn depth(row: &RouteEntry, path: &str) -> Option<usize> {
    let prefix = row.path.rsplit_once("/{").map(|(prefix, _)| prefix)?;
    let prefix = without_braces(prefix);
    let below = path.strip_prefix(&*prefix)?;
    (below.is_empty() || below.starts_with('/')).then_some(prefix.len())
}

/// A path that the pattern matches.
pub(super) fn without_braces(pattern: &str) -> String {
    pattern.replace(['{', '}'], "")
}

#[tokio::test]
async fn the_matrix_agrees_with_the_responses() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    oidc.discover().await.expect("the provider is up");
    for framework in [Framework::Axum, Framework::Actix] {
        let mut dice = Dice::default();
        let mut counts = Counts::default();
        for _ in 0..APPLICATIONS {
            let part = Part::random(framework, &mut dice);
            check(framework, &part, &bench, &oidc, &mut counts).await;
        }
        for count in [
            counts.served,
            counts.unknown,
            counts.unknown_and_guarded,
            counts.not_allowed,
        ] {
            assert!(count > APPLICATIONS, "{framework}: {counts:?}");
        }
    }
}
