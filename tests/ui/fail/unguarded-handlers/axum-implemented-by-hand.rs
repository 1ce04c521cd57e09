use oidc::access::Guarded;

struct Mine;

impl Guarded<oidc::axum::Axum> for Mine {
    const SPEC: &'static oidc::PolicySpec = todo!();
}

fn main() {}
