use oidc::access::Decided;

struct Mine;

impl Decided<oidc::axum::Axum> for Mine {
    const SPEC: &'static oidc::PolicySpec = todo!();
}

fn main() {}
