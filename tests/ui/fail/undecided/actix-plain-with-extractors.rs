use actix_web::HttpRequest;
use oidc::IdToken;
use oidc::actix::{post, scope};

async fn create(_: HttpRequest, _: IdToken, _: String) -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").route("/orders", post().to(create));
}
