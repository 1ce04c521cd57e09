#[oidc::public(reason = " ")]
async fn list() {}

fn main() {}
