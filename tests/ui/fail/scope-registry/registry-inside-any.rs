oidc::scopes! {
    pub mod scope {
        READ = "read",
    }
}

#[oidc::required(any(scopes = "read", registry = scope))]
async fn list() {}

fn main() {}
