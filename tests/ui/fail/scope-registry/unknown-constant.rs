oidc::scopes! {
    pub mod scope {
        READ = "read",
    }
}

#[oidc::required(scopes(scope::WRITE))]
async fn list() {}

fn main() {}
