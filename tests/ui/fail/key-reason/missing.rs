#[oidc::public]
async fn healthz() {}

fn main() {}
