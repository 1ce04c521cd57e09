use oidc::actix::resource;

async fn list() -> &'static str {
    ""
}

fn main() {
    let _ = resource("/orders").to(list);
}
