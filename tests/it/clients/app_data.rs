//! Where actix-web finds the client of a handler.

use actix_web::web;
use oidc::{Oidc, Principal};

use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok, rejection};
use crate::support::servers::Server;

#[oidc::required]
async fn required(user: Principal) -> String {
    format!("{} of {}", user.subject(), user.issuer())
}

async fn unguarded(user: Principal) -> String {
    format!("{} of {}", user.subject(), user.issuer())
}

/// `outer` is in the `App` and `inner` in a scope, each in one of the two forms.
fn server(outer: Oidc, outer_is_shared: bool, inner: Oidc, inner_is_shared: bool) -> Server {
    Server::actix_of(move |config| {
        if outer_is_shared {
            config.app_data(web::Data::new(outer.clone()));
        } else {
            config.app_data(outer.clone());
        }
        let scope = web::scope("/inner");
        let scope = if inner_is_shared {
            scope.app_data(web::Data::new(inner.clone()))
        } else {
            scope.app_data(inner.clone())
        };
        config.service(
            scope
                .route("/required", web::get().to(required))
                .route("/unguarded", web::get().to(unguarded)),
        );
    })
}

#[tokio::test]
async fn of_the_inner_scope_counts_or_every_request_is_rejected() {
    let (customers, staff) = (Bench::start().await, Bench::start().await);
    for (outer_is_shared, inner_is_shared) in
        [(false, false), (true, true), (false, true), (true, false)]
    {
        let server = server(
            customers.oidc(),
            outer_is_shared,
            staff.oidc(),
            inner_is_shared,
        );
        for path in ["/inner/required", "/inner/unguarded"] {
            let of_customer = server.get(path, customers.good_token().as_str()).await;
            let of_staff = server.get(path, staff.good_token().as_str()).await;
            if outer_is_shared == inner_is_shared {
                of_customer.assert(path, &invalid_token());
                of_staff.assert(path, &ok("alice of"));
            } else {
                let misconfigured = rejection(500, Some("server_error"));
                of_customer.assert(path, &misconfigured);
                of_staff.assert(path, &misconfigured);
            }
        }
    }
}

#[tokio::test]
async fn may_be_the_same_client_in_both_forms() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let server = server(oidc.clone(), false, oidc, true);
    let reply = server
        .get("/inner/required", bench.good_token().as_str())
        .await;
    reply.assert("one client", &ok("alice of"));
}
