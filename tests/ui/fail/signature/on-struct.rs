#[oidc::required]
struct Orders;

fn main() {}
