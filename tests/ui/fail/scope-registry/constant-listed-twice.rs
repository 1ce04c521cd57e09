oidc::scopes! {
    pub mod scope {
        READ = "read",
    }
}

#[oidc::required(scopes(scope::READ, scope::READ))]
async fn list() {}

fn main() {}
