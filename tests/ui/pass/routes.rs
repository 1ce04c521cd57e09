//! One value that both frameworks serve.

use axum::Router;
use oidc::Oidc;

fn main() {
    let _: Router<Oidc> = Router::new().merge(oidc::routes!());
    let _: Router<Oidc> = Router::new().merge(oidc::routes!(
        prefix = "/api/test",
        login = "/sign-in",
        token = "/~me/a.b;c=d",
        device = None,
        jwks = "/client.jwks",
    ));
    const SESSIONS: oidc::Routes = oidc::routes!(
        sessions,
        session = "/me",
        backchannel_logout = None,
        frontchannel_logout = "/auth/v2/frontchannel-logout",
    );
    let _: Router<Oidc> = Router::new().merge(SESSIONS);
    let _ = actix_web::App::new().service(oidc::routes!(logout = None));
}
