#[oidc::optional(invalid = "ignore")]
async fn list() {}

fn main() {}
