oidc::scopes! {
    pub mod scope {
        READ = "read",
        VIEW = "read",
    }
}

fn main() {}
