oidc::scopes! {
    pub mod scope {
        READ = "read",
        WRITE = "write" implies READ,
    }
}

#[oidc::required(scopes = "reads", registry = crate::scope)]
async fn list() {}

fn main() {}
