use actix_web::HttpRequest;
use oidc::Principal;
use oidc::actix::{post, scope};

async fn create(_: HttpRequest, _: Principal, _: String) -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").route("/orders", post().to(create));
}
