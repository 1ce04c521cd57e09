use oidc::__private::Guard;
use oidc::actix::{get, scope};

#[oidc::policy(scopes = "read")]
struct Reader;

async fn list(_: actix_web::HttpRequest, _: Guard<Reader>) -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").route("/orders", get().to(list));
}
