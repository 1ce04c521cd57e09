#[oidc::optional(invalid = reject)]
async fn list() {}

fn main() {}
