use oidc::actix::resource;

#[oidc::required]
async fn list() -> &'static str {
    ""
}

async fn create() -> &'static str {
    ""
}

fn main() {
    let _ = resource("/orders").get(list).post(create);
}
