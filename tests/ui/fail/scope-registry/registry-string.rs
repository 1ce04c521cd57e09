oidc::scopes! {
    pub mod scope {
        READ = "read",
    }
}

#[oidc::required(scopes = "read", registry = "scope")]
async fn list() {}

fn main() {}
