oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" implies READ,
    }
}

#[oidc::required(any(roles = "admin", scopes("read", "payments")), registry = scope)]
async fn list() {}

fn main() {}
